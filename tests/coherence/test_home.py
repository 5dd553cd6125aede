"""What somebody finds on their Home: theirs, what they may see, in a steady number of queries."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import SQLModel

from coherence.drift.report import Severity
from coherence.home import COUNTED, SHOWN, SHOWN_JOURNEYS, Home, HomePage
from coherence.stack.document import Verdict
from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks
from coherence.stewards import Person
from storage.champion import (
    ChampionArrangement,
    ChampionLeave,
    ChampionService,
    find_member,
    find_rota,
)
from storage.database import Database
from storage.journeys import Journey
from storage.policies import CheckPolicy
from storage.workspaces import Workspace
from tests.coherence.champion.rotas import ANA, BO, CY, JOURNEY, TEAM, keep_rota
from tests.support.home import check_row, dead_row, report_row, request_row
from tests.support.reviews import action_row
from tests.support.rituals import ritual_row, round_row, weekly
from tests.support.times import NOON

BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)
THURSDAY, SUNDAY = NOON + timedelta(days=3), NOON + timedelta(days=6)
DEE = "U0DEE"


async def keep(database: Database, rows: Iterable[SQLModel]) -> None:
    async with database.transaction() as session:
        session.add_all(rows)


async def page(
    database: Database,
    user_id: str,
    now: datetime = NOON,
    *,
    is_steward: bool = False,
    team: str = TEAM,
) -> HomePage:
    return await Home(database, lambda: now).page(Person(team, user_id), is_steward=is_steward)


async def queries(database: Database, user_id: str, *, is_steward: bool) -> int:
    """How many queries a page takes."""
    asked: list[str] = []

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    await page(database, user_id, is_steward=is_steward)
    event.remove(engine, "before_cursor_execute", note)
    return sum(each.lstrip().startswith("SELECT") for each in asked)


def numbers(reports: Any) -> list[int]:
    return [report.number for report in reports.shown]


async def test_everybody_sees_who_is_champion_and_only_members_their_own_terms(
    database: Database,
) -> None:
    await keep_rota(database)
    [seen_by_dee] = (await page(database, DEE)).duties
    [seen_by_bo] = (await page(database, BO)).duties
    assert seen_by_dee.term is not None
    assert seen_by_dee.term.users == (ANA,)
    assert (seen_by_dee.takes_part, seen_by_dee.mine) == (False, ())
    assert seen_by_bo.takes_part
    assert [term.start.date().day for term in seen_by_bo.mine] == [9, 30]


async def test_somebody_who_covers_has_the_duty_on_their_home_too(database: Database) -> None:
    await keep_rota(database)
    cover = ChampionArrangement(
        workspace_id=TEAM,
        journey_id=JOURNEY,
        id="cover",
        start=NOON - timedelta(hours=1),
        end=NOON + timedelta(days=2),
        users=[DEE],
        source="cover",
        made_at=NOON,
    )
    await keep(database, [cover, report_row(TEAM, JOURNEY, 1)])
    covering = await page(database, DEE)
    assert covering.duties[0].takes_part
    assert covering.queue is not None
    assert (await page(database, ANA)).queue is None


async def test_ones_own_journeys_come_first_and_ten_are_listed(database: Database) -> None:
    for number in range(SHOWN_JOURNEYS + 2):
        await keep_rota(database, [BO], journey_id=f"journey {number:02}")
    await keep_rota(database, [ANA], journey_id="the last")
    shown = await page(database, ANA)
    assert shown.duties[0].journey == "The Last"
    assert len(shown.duties) == SHOWN_JOURNEYS
    assert shown.more_duties == 3


async def test_an_invitation_waits_until_it_is_answered(database: Database) -> None:
    await keep_rota(database, [ANA, BO])
    async with database.transaction() as session:
        member = await find_member(session, TEAM, JOURNEY, BO)
        assert member is not None
        member.state = "asked"
    asked = await page(database, BO)
    assert [each.journey for each in asked.invitations] == ["Onboarding"]
    assert not asked.is_new
    async with database.transaction() as session:
        member = await find_member(session, TEAM, JOURNEY, BO)
        assert member is not None
        member.state = "declined"
    assert (await page(database, BO)).invitations == ()


async def test_requests_are_shown_to_those_whom_they_ask(database: Database) -> None:
    await keep_rota(database)
    everybody = [ANA, BO, CY]
    to_cy = request_row(TEAM, JOURNEY, ANA, id="to Cy", asked_of=CY, asked=[CY])
    to_all = request_row(TEAM, JOURNEY, ANA, asked=[BO, CY], refused=[CY])
    over = request_row(TEAM, JOURNEY, ANA, id="over", end=NOON, asked=everybody)
    closed = request_row(TEAM, JOURNEY, ANA, id="closed", state="accepted", asked=everybody)
    begun = request_row(TEAM, JOURNEY, ANA, id="begun", kind="swap", start=BEGUN, asked=everybody)
    not_theirs = request_row(TEAM, JOURNEY, BO, id="not theirs", asked=[CY])
    await keep(database, [to_cy, to_all, over, closed, begun, not_theirs])
    seen = {
        user: {each.request_id for each in (await page(database, user)).requests}
        for user in (ANA, BO, CY, DEE)
    }
    assert seen == {ANA: set(), BO: {to_all.id}, CY: {to_cy.id}, DEE: set()}


async def test_the_champion_is_asked_once_whether_they_know(database: Database) -> None:
    await keep_rota(database)
    [due] = (await page(database, ANA)).to_acknowledge
    assert (due.journey, due.start) == ("Onboarding", BEGUN)
    service = ChampionService(
        workspace_id=TEAM, journey_id=JOURNEY, start=BEGUN, user_id=ANA, acknowledged_at=NOON
    )
    await keep(database, [service])
    assert (await page(database, ANA)).to_acknowledge == ()
    assert (await page(database, BO)).to_acknowledge == ()


async def test_notes_are_asked_for_from_the_last_working_day_before_the_handover(
    database: Database,
) -> None:
    await keep_rota(database)
    assert (await page(database, ANA, THURSDAY)).notes_due == ()
    assert (await page(database, ANA, THURSDAY + timedelta(days=1))).notes_due
    [due] = (await page(database, ANA, SUNDAY)).notes_due
    assert due.end == BEGUN + timedelta(weeks=1)
    service = ChampionService(
        workspace_id=TEAM, journey_id=JOURNEY, start=BEGUN, user_id=ANA, notes="Mind the deck"
    )
    await keep(database, [service])
    assert (await page(database, ANA, SUNDAY)).notes_due == ()


async def test_who_takes_turns_alone_hands_over_to_nobody(database: Database) -> None:
    await keep_rota(database, [ANA])
    assert (await page(database, ANA, SUNDAY)).notes_due == ()


async def test_a_pass_is_nobody_elses_to_see(database: Database) -> None:
    await keep_rota(database)
    passed = ChampionLeave(
        workspace_id=TEAM,
        id="pass",
        user_id=BO,
        kind="pass",
        journey_id=JOURNEY,
        first=(BEGUN + timedelta(weeks=1)).date(),
        last=(BEGUN + timedelta(weeks=1)).date(),
        told_at=NOON,
    )
    await keep(database, [passed])
    [duty] = (await page(database, ANA, NOON + timedelta(weeks=1))).duties
    assert duty.term is not None
    assert duty.term.users == (CY,)


async def test_taken_on_reports_come_oldest_first_without_those_put_off(
    database: Database,
) -> None:
    await keep_rota(database)
    rows = [report_row(TEAM, JOURNEY, n, owner=DEE, state="triaged") for n in range(1, 9)]
    rows[0].state, rows[0].resolution = "resolved", "fixed"
    rows[1].snoozed_until = (NOON + timedelta(days=3)).date()
    rows[2].owner = BO
    await keep(database, rows)
    assigned = (await page(database, DEE)).assigned
    assert (numbers(assigned), assigned.count) == ([4, 5, 6, 7, 8], 5)


async def test_ones_own_open_reports_come_newest_first_with_their_number(
    database: Database,
) -> None:
    await keep_rota(database)
    rows = [report_row(TEAM, JOURNEY, n, reporter=DEE) for n in range(1, 9)]
    rows[7].state, rows[7].resolution = "resolved", "fixed"
    await keep(database, [*rows, report_row(TEAM, JOURNEY, 9)])
    reports = (await page(database, DEE)).reports
    assert (numbers(reports), reports.count) == ([7, 6, 5, 4, 3], 7)


async def test_of_very_many_reports_only_so_many_are_counted(database: Database) -> None:
    await keep_rota(database)
    many = range(1, COUNTED + 12)
    await keep(database, [report_row(TEAM, JOURNEY, n, reporter=ANA) for n in many])
    owned = [report_row(TEAM, JOURNEY, 1_000 + n, owner=ANA, state="triaged") for n in many]
    await keep(database, owned)
    full = await page(database, ANA)
    assert full.queue is not None
    counts = {each.count for each in (full.assigned, full.reports, full.queue.reports)}
    assert counts == {COUNTED + 1}


async def test_the_queue_is_the_champions_journey_and_all_of_them_for_stewards(
    database: Database,
) -> None:
    await keep_rota(database, [ANA])
    await keep_rota(database, [BO], journey_id="renewal")
    await keep(
        database,
        [
            report_row(TEAM, JOURNEY, 1, severity="serious"),
            report_row(TEAM, "renewal", 2),
            report_row(TEAM, JOURNEY, 3, state="reopened"),
            report_row(TEAM, JOURNEY, 4, state="triaged"),
            report_row(TEAM, JOURNEY, 5, snoozed_until=(NOON + timedelta(days=9)).date()),
            report_row(TEAM, JOURNEY, 6, owner=BO),
        ],
    )
    champion = (await page(database, ANA)).queue
    steward = (await page(database, DEE, is_steward=True)).queue
    assert champion is not None
    assert steward is not None
    assert numbers(champion.reports) == [1, 3]
    assert champion.severities == {Severity.SERIOUS: 1, Severity.NOTICEABLE: 1}
    assert numbers(steward.reports) == [1, 2, 3]
    assert steward.journeys["renewal"] == "Renewal"
    assert (await page(database, DEE)).queue is None


async def test_ones_own_open_actions_are_there_what_is_due_first_before_the_rest(
    database: Database,
) -> None:
    await keep_rota(database)
    auckland = {**weekly("mon"), "zone": "Pacific/Auckland"}
    rituals = [ritual_row("far", JOURNEY, workspace_id=TEAM, recurrence=auckland)]
    rounds = [round_row(each, 1, id="1") for each in rituals]
    await keep(database, rituals)
    await keep(database, rounds)
    owned: dict[str, Any] = {"workspace_id": TEAM, "ritual_id": "far"}
    days = [NOON.date() + timedelta(days=each) for each in (4, -3, 0, 9, 1, 7)]
    rows = [action_row("1", n, ANA, day, **owned) for n, day in enumerate(days, start=1)]
    done = action_row("1", 7, ANA, days[1], state="done", **owned)
    await keep(database, [*rows, done, action_row("1", 8, BO, days[1], **owned)])
    shown = await page(database, ANA, NOON - timedelta(hours=2))
    assert [each.action.text for each in shown.tasks] == [f"Action {n}" for n in (2, 3, 5, 1, 6)]
    assert shown.more_tasks == 1
    assert [each.days_late for each in shown.tasks[:2]] == [3, 0]
    # Noon in London is the next day in Auckland.
    later = await page(database, ANA)
    assert [each.days_late for each in later.tasks[:2]] == [4, 1]
    assert later.tasks[0].ritual == "Friday look"


async def test_only_stewards_hear_of_what_could_not_be_delivered(database: Database) -> None:
    await keep_rota(database)
    await keep(database, [dead_row(TEAM, "one"), dead_row(TEAM, "two")])
    assert (await page(database, DEE, is_steward=True)).undelivered == 2
    assert (await page(database, ANA)).undelivered == 0


@pytest.mark.parametrize(("kept", "shown"), [("texts", "A draft of 12:00"), ("fingerprints", None)])
async def test_ones_last_checks_have_words_where_those_are_kept(
    database: Database, kept: str, shown: str | None
) -> None:
    await keep_rota(database)
    stack = example_stack()
    await Stacks(database, lambda: NOON).import_draft(
        TEAM, stack, author="ana", journey="Onboarding", publish_note="First"
    )
    times = [NOON - timedelta(hours=hours) for hours in range(SHOWN + 2)]
    await keep(
        database,
        [
            *(check_row(TEAM, JOURNEY, DEE, when) for when in times),
            check_row(TEAM, JOURNEY, BO, NOON),
            CheckPolicy(workspace_id=TEAM, keep=kept, keep_days=90),
        ],
    )
    checks = (await page(database, DEE)).checks
    assert [each.checked_at for each in checks] == times[:SHOWN]
    assert (checks[0].verdict, checks[0].words) == (Verdict.FITS, shown)


async def test_another_workspace_has_its_own_home(database: Database) -> None:
    await keep_rota(database)
    await keep(database, [report_row(TEAM, JOURNEY, 1, reporter=ANA, owner=ANA)])
    await keep(database, [Workspace(id="T0OTHER", name="Other", created_at=NOON)])
    elsewhere = await page(database, ANA, is_steward=True, team="T0OTHER")
    assert elsewhere.is_new
    assert elsewhere.duties == ()
    assert elsewhere.queue is not None
    assert elsewhere.queue.reports.count == 0


async def test_a_rota_that_cannot_be_read_is_left_out_and_the_rest_is_there(
    database: Database,
) -> None:
    await keep_rota(database)
    await keep_rota(database, [ANA], journey_id="renewal")
    async with database.transaction() as session:
        rota = await find_rota(session, TEAM, "renewal")
        assert rota is not None
        rota.settings = {**rota.settings, "zone": "Mars/Olympus"}
    assert [duty.journey_id for duty in (await page(database, ANA)).duties] == [JOURNEY]


async def test_a_home_takes_as_many_queries_with_much_as_with_little(database: Database) -> None:
    await keep_rota(database)
    await keep(database, [report_row(TEAM, JOURNEY, 1, owner=ANA, reporter=ANA)])
    few = await queries(database, ANA, is_steward=True)
    for number in range(15):
        await keep_rota(database, journey_id=f"journey {number}")
    await keep(
        database, [report_row(TEAM, JOURNEY, n, owner=ANA, reporter=ANA) for n in range(2, 60)]
    )
    await keep(database, [request_row(TEAM, f"journey {n}", BO) for n in range(15)])
    assert await queries(database, ANA, is_steward=True) == few
    assert few <= 18


async def test_somebody_without_anything_of_their_own_is_new(database: Database) -> None:
    await keep_rota(database)
    nothing = await page(database, DEE)
    assert nothing.is_new
    assert not replace(nothing, checks=(await _a_check(database))).is_new
    assert not (await page(database, ANA)).is_new


async def _a_check(database: Database) -> Any:
    await Stacks(database, lambda: NOON).import_draft(
        TEAM, example_stack(), author="ana", journey="Onboarding", publish_note="First"
    )
    await keep(database, [check_row(TEAM, JOURNEY, DEE, NOON)])
    return (await page(database, DEE)).checks


async def test_journeys_without_a_rota_are_not_listed(database: Database) -> None:
    await keep_rota(database)
    await keep(database, [Journey(workspace_id=TEAM, id="bare", name="Bare", created_at=NOON)])
    assert [duty.journey for duty in (await page(database, ANA)).duties] == ["Onboarding"]
