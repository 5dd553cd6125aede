"""Who leaves leaves nothing behind."""

from datetime import timedelta

import pytest
from sqlmodel import select

from coherence.champion.forgetting import KeptDuty
from coherence.privacy import FORMER, Kept, Leaver, Privacy
from coherence.stack.document import Stack
from coherence.stack.example import example_stack
from coherence.stack.file import stack_content
from storage.check import CheckFinding, NarrativeCheck
from storage.database import Database
from storage.feedback import EVERYBODY
from storage.stack import StackVersion
from storage.tables import metadata
from storage.workspaces import register_workspace
from tests.storage.holdings import OWN_WORDS, everything_written, fill, tables_of
from tests.support.times import NOON

TEAM, OTHER = "T0LARK", "T0OTHER"
MAYA, TOM = "U0MAYA", "U0TOM"
NAMES = ("Élodie Okafor", "maya")


@pytest.fixture
def privacy(database: Database) -> Privacy:
    return Privacy(database, lambda: NOON)


def test_a_workspace_with_a_row_in_every_table_is_what_these_tests_begin_with() -> None:
    assert {table.name for table in metadata().sorted_tables} == {
        "champion_arrangement",
        "champion_calendar_entry",
        "champion_feed",
        "champion_leave",
        "champion_member",
        "champion_request",
        "champion_rota",
        "champion_service",
        "champion_surface",
        "champion_term",
        "check_policy",
        "dismissal",
        "evaluation_outcome",
        "evaluation_run",
        "drift_counter",
        "drift_event",
        "drift_evidence",
        "drift_link",
        "drift_me_too",
        "drift_report",
        "drift_words",
        "finding_feedback",
        "model_usage",
        "reread_item",
        "rereading",
        "ritual",
        "ritual_action",
        "ritual_answer",
        "ritual_ballot",
        "ritual_explanation",
        "ritual_part",
        "ritual_reminder",
        "ritual_round",
        "workspace",
        "journey",
        "journey_channel",
        "stack_version",
        "stack_draft",
        "stack_revision",
        "steward",
        "processed_id",
        "narrative_check",
        "check_finding",
        "schedule",
        "occurrence",
        "delivery",
        "delivery_lane",
    }


async def test_an_erased_workspace_leaves_no_row_and_the_other_keeps_all(
    database: Database, privacy: Privacy
) -> None:
    await fill(database, OTHER, MAYA)
    before = await tables_of(database)
    await fill(database, TEAM, MAYA, TOM)
    assert await privacy.erase_workspace(TEAM) > 0
    assert await tables_of(database) == before


async def test_an_unknown_workspace_erases_nothing(database: Database, privacy: Privacy) -> None:
    await fill(database, OTHER, MAYA)
    assert await privacy.erase_workspace(TEAM) == 0


async def test_a_departure_told_again_after_a_new_start_erases_nothing(
    database: Database, privacy: Privacy
) -> None:
    await fill(database, TEAM, MAYA)
    left = NOON + timedelta(minutes=5)
    assert await privacy.erase_workspace(TEAM, left_at=left) > 0
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Larkfield", now=left + timedelta(seconds=1))
    before = await tables_of(database)
    assert await privacy.erase_workspace(TEAM, left_at=left) == 0
    assert await tables_of(database) == before


async def test_nothing_of_an_erased_person_is_left_in_any_table(
    database: Database, privacy: Privacy
) -> None:
    words = "Ask <@U0MAYA|maya> or ÉLODIE OKAFOR, u0maya."
    await fill(database, TEAM, MAYA, TOM, words=words)
    await _name_in_narrative(database, "Élodie Okafor and <@U0MAYA>")
    await privacy.erase_person(Leaver(TEAM, MAYA, NAMES))
    written = (await everything_written(database)).lower()
    for trace in ("u0maya", "élodie", "okafor"):
        assert trace not in written
    assert FORMER in written
    assert "u0tom" in written


async def test_nothing_that_repeats_an_erased_person_s_words_is_left(
    database: Database, privacy: Privacy
) -> None:
    await fill(database, TEAM, MAYA, words="My very own words.")
    await privacy.erase_person(Leaver(TEAM, MAYA))
    written = await everything_written(database)
    assert "very own words" not in written
    assert OWN_WORDS not in written
    held = await tables_of(database)
    assert (held["narrative_check"], held["check_finding"], held["finding_feedback"]) == (
        [],
        [],
        [],
    )


async def test_a_steward_s_dismissal_still_counts_for_all_without_their_reason_or_name(
    database: Database, privacy: Privacy
) -> None:
    await fill(database, TEAM, MAYA, TOM)
    await privacy.erase_person(Leaver(TEAM, MAYA))
    held = (await tables_of(database))["dismissal"]
    assert [(each["user_id"], each["dismissed_by"], each["reason"]) for each in held] == [
        (EVERYBODY, FORMER, None),
        (EVERYBODY, TOM, f"{OWN_WORDS} of {TOM}"),
        (TOM, TOM, f"{OWN_WORDS} of {TOM}"),
    ]


async def test_a_mention_in_what_a_model_said_of_somebody_else_s_draft_goes_too(
    database: Database, privacy: Privacy
) -> None:
    await fill(database, TEAM, MAYA, TOM, words="Ask Élodie Okafor.")
    await privacy.erase_person(Leaver(TEAM, MAYA, NAMES))
    held = await tables_of(database)
    [check], [finding] = held["narrative_check"], held["check_finding"]
    assert check["rewrite"] == f"Put differently: Ask {FORMER}."
    assert (finding["why"], finding["suggestion"]) == (
        f"It says: Ask {FORMER}.",
        f"Rather: Ask {FORMER}.",
    )


async def test_what_belongs_to_others_keeps_its_offsets_and_its_meaning(
    database: Database, privacy: Privacy
) -> None:
    await fill(database, TEAM, MAYA, TOM, words="Ask <@U0MAYA> today.")
    await privacy.erase_person(Leaver(TEAM, MAYA))
    held = await tables_of(database)
    [check] = held[str(NarrativeCheck.__tablename__)]
    [finding] = held[str(CheckFinding.__tablename__)]
    assert check["text"] == "Ask ········· today."
    assert check["text"][finding["start"] : finding["end"]] == finding["quote"]


async def test_a_narrative_that_named_somebody_can_still_be_read(
    database: Database, privacy: Privacy
) -> None:
    await fill(database, TEAM, MAYA)
    await _name_in_narrative(database, "Élodie Okafor " * 40)
    await privacy.erase_person(Leaver(TEAM, MAYA, NAMES))
    [version] = (await tables_of(database))[str(StackVersion.__tablename__)]
    Stack.model_validate(version["document"])
    assert (version["author"], version["note"]) == (FORMER, f"Agreed with {FORMER}")


async def test_a_name_that_is_also_a_word_changes_nothing_but_names(
    database: Database, privacy: Privacy
) -> None:
    await fill(database, TEAM, "will", TOM, words="We will help.")
    await privacy.erase_person(Leaver(TEAM, MAYA, ["Will", "help"]))
    held = await tables_of(database)
    assert {check["text"] for check in held[str(NarrativeCheck.__tablename__)]} == {"We will help."}
    assert [version["author"] for version in held[str(StackVersion.__tablename__)]] == [FORMER]


async def test_the_other_workspace_keeps_its_own_person_of_the_same_id(
    database: Database, privacy: Privacy
) -> None:
    await fill(database, OTHER, MAYA)
    before = await tables_of(database)
    await fill(database, TEAM, MAYA)
    await privacy.erase_person(Leaver(TEAM, MAYA, NAMES))
    after = await tables_of(database)
    assert {
        name: [row for row in rows if OTHER in row.values()] for name, rows in after.items()
    } == before


async def test_what_is_kept_is_counted_and_nothing_is_left_to_count(
    database: Database, privacy: Privacy
) -> None:
    await fill(database, TEAM, MAYA, TOM)
    duty = KeptDuty(rotas=1, leave=1, services=1, requests=1, calendars=1)
    assert await privacy.kept_about(TEAM, MAYA) == Kept(
        checks=1, is_named_steward=True, versions=2, duty=duty
    )
    await privacy.erase_person(Leaver(TEAM, MAYA))
    assert await privacy.kept_about(TEAM, MAYA) == Kept(
        checks=0, is_named_steward=False, versions=0
    )


async def test_one_press_erases_once(database: Database, privacy: Privacy) -> None:
    await fill(database, TEAM, MAYA)
    leaver = Leaver(TEAM, MAYA, delivery_id="4.5.6")
    assert await privacy.erase_person(leaver)
    assert await privacy.erase_person(leaver) is None


async def test_compiled_narratives_are_forgotten_with_the_person(database: Database) -> None:
    forgotten: list[str] = []
    await fill(database, TEAM, MAYA)
    privacy = Privacy(database, lambda: NOON, forgotten.append)
    await privacy.erase_person(Leaver(TEAM, MAYA))
    await privacy.erase_workspace(TEAM)
    assert forgotten == [TEAM, TEAM]


async def _name_in_narrative(database: Database, words: str) -> None:
    content = stack_content(example_stack())
    content["vision"] = [{"id": "V1", "text": words}]
    async with database.transaction() as session:
        for version in (await session.exec(select(StackVersion))).all():
            version.document = content
