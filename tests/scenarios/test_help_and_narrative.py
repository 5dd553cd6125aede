import pytest

from sandbox.server import RunningSandbox
from tests.support.people import RANDOM, Person, text_of


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("words", ["help", "", "HELP"])
async def test_help_says_what_is_done_what_is_kept_and_where_feedback_goes(
    maya: Person, words: str
) -> None:
    await maya.command(words)
    shown = text_of((await maya.private_answer()).blocks)
    for heading in ("What you can ask", "What I keep", "Feedback"):
        assert f"*{heading}*" in shown


@pytest.mark.usefixtures("bot")
async def test_help_names_every_command_and_shortcut(slack: RunningSandbox, maya: Person) -> None:
    await maya.command("help")
    shown = text_of((await maya.private_answer()).blocks)
    manifest = slack.slack.manifest
    [command] = manifest.commands
    words = [option.split()[0] for option in command.usage_hint.split("|")]
    assert all(f"`/coherence {word}" in shown for word in words)
    assert all(shortcut.name in shown for shortcut in manifest.shortcuts)


@pytest.mark.usefixtures("bot")
async def test_an_unknown_word_gets_a_hint_and_comes_back_escaped(maya: Person) -> None:
    await maya.command("<!channel> now")
    answer = await maya.private_answer()
    assert answer.text.startswith("I don't know “&lt;!channel&gt;”. To check a draft, put “check”")


@pytest.mark.usefixtures("onboarding")
async def test_the_narrative_shows_arc_principles_and_checklists(maya: Person) -> None:
    await maya.command("narrative")
    shown = text_of([(await maya.modal_showing("Playbook")).content])
    assert "*From:* Invoices are written on Sunday nights" in shown
    assert "*1. First invoice*" in shown
    assert "One thing at a time" in shown
    assert "Checklist: Welcome email (Marketing)" in shown
    assert "• Names one next step (C1.1)" in shown
    assert "Version 1, published" in shown
    assert "by hanna: The first version we all agree on" in shown


@pytest.mark.usefixtures("onboarding")
async def test_a_channel_of_no_journey_reads_the_only_narrative(maya: Person) -> None:
    await maya.command("narrative", RANDOM)
    await maya.modal_showing("Playbook: New customer onboarding")
