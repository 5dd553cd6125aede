"""The message to an action's owner: within Slack's limits, inert, and with the buttons that help now."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from coherence.rituals.action import Action, ActionState
from coherence.rituals.owners import Naming
from coherence.rituals.ritual import RitualKind
from handlers.blocks.ritual_owner import owner_message
from handlers.blocks.ritual_summary import SETTLES
from tests.handlers.test_blocks_within_limits import is_a_message, texts
from tests.handlers.test_ritual_summary_within_limits import WHEN, summary_of
from tests.support.people import text_of

TOM, PRIYA = "U0TOM", "U0PRIYA"
DUE = date(2026, 3, 9)


def naming(
    text: str = "Call sales",
    *,
    owner: str = TOM,
    state: ActionState = ActionState.OPEN,
    settled_by: str | None = None,
) -> Naming:
    """Priya has named Tom; `owner` is who owns it now."""
    summary = summary_of(text, 1, RitualKind.MONTHLY_REVIEW)
    action = Action(
        "r:1", "r" * 32, text[:200], owner, DUE, WHEN, state=state, settled_by=settled_by
    )
    return Naming(summary.ritual, summary.asked, action, TOM, PRIYA)


def buttons(about: Naming) -> list[str]:
    blocks = owner_message(about).payload()["blocks"]
    return [
        each["action_id"]
        for block in blocks
        for each in block.get("elements", [])
        if "value" in each
    ]


@settings(max_examples=60, deadline=None)
@given(text=texts)
def test_it_is_within_limits_and_never_acts_whatever_is_to_be_done(text: str) -> None:
    told = naming(text or ".")
    for each in (told, replace(told, action=None), replace(told, owner=PRIYA)):
        is_a_message(owner_message(each))


@pytest.mark.parametrize(
    ("about", "offered"),
    [
        (naming(), [SETTLES[ActionState.DONE], SETTLES[ActionState.DROPPED]]),
        (naming(state=ActionState.DONE), [SETTLES[ActionState.OPEN]]),
        (naming(owner="U0MAYA"), []),
        (replace(naming(), action=None), []),
    ],
    ids=["open", "done", "somebody else's", "removed"],
)
def test_it_offers_what_can_still_be_done(about: Naming, offered: list[str]) -> None:
    assert buttons(about) == offered


def test_it_says_who_settled_it_unless_they_did() -> None:
    said = [
        text_of(
            owner_message(naming(state=ActionState.DROPPED, settled_by=who)).payload()["blocks"]
        )
        for who in (PRIYA, TOM)
    ]
    assert f"Dropped, as <@{PRIYA}> noted." in said[0]
    assert "\nDropped.\n" in said[1]
