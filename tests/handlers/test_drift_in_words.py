"""What a report says where its words, or what it touches, are unusual."""

from coherence.drift.report import Link, LinkKind, State
from coherence.stack.example import example_stack
from handlers.blocks import drift_detail, drift_forms
from handlers.voice import drift as voice
from tests.handlers.test_drift_within_limits import WHEN, detail

OPENED = drift_detail.Opened(1, 4)


def test_stars_in_a_summary_do_not_leave_half_of_the_bold_to_be_read() -> None:
    starred = detail("support answers *weekdays* only", State.REPORTED, 1)
    first_line = voice.about(starred, None).splitlines()[0]
    assert first_line == "support answers *weekdays* only"
    plain = detail("support answers weekdays only", State.REPORTED, 1)
    assert voice.about(plain, None).startswith("*support answers weekdays only*\n")


def test_a_house_rule_is_offered_in_words() -> None:
    shown = drift_detail.Shown(detail("a", State.REPORTED, 1), "U0MAYA", example_stack())
    form = drift_forms.link_form(shown, OPENED)
    [menu] = [each["element"] for each in form["blocks"] if each["block_id"] == "item"]
    options = {each["value"]: each["text"]["text"] for each in menu["options"]}
    assert options["R1"] == "R1 · A house rule"
    assert options["R2"] == "R2 · One exclamation mark per message is plenty."
    assert options["X2"] == "X2 · Nobody promises support around the clock."


def test_a_house_rule_that_is_linked_is_named() -> None:
    link = Link(LinkKind.ITEM, "R1", "U0MAYA", WHEN)
    assert voice.link_text(link, example_stack(), {}).startswith("*R1*  A house rule\n")
