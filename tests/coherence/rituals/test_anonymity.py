"""An anonymous round, played among much else; then nothing in the database leads from an answer to a person.

Each way to break that is tried as well: the search has to find it.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text

from coherence.deliveries import Deliveries
from coherence.drift.access import DriftAccess, in_no_channel
from coherence.drift.report import NewReport
from coherence.drift.reporting import DriftReports
from coherence.outbox import NewDelivery, Outbox
from coherence.rituals.answering import RitualAnswers
from coherence.rituals.given import Given
from coherence.rituals.letters import Letter, reminder_key
from coherence.rituals.ritual import Visibility
from coherence.stewards import Person, Stewards
from storage.database import Database
from storage.ritual_answers import RitualAnswer, RitualBallot, RitualPart, RitualReminder
from tests.coherence.rituals.asked import BOTH, RITUAL, WORDED, ask
from tests.support.anonymity import everything, faults, mentions
from tests.support.rituals import TEAM
from tests.support.rituals import close_round as close
from tests.support.times import NOON, SettableClock

PEOPLE = tuple(Person(TEAM, f"U0PERSON{number}") for number in range(7))
IDS = [each.user_id for each in PEOPLE]


@dataclass
class Team:
    """People who answer without a name, and do much else in between."""

    database: Database
    clock: SettableClock
    asked: str

    async def play(self) -> None:
        """Have everybody answer: some twice, some with one press, some something else first."""
        for number, person in enumerate(PEOPLE):
            await self._do_something_else(person, number)
            form = secrets.token_hex(16)
            for _ in range(1 + number % 2):
                await self._answers.answer(person, self.asked, _answers(number), ballot=form)
                self.clock.now += timedelta(seconds=7)
            await self._do_something_else(person, number + 100)

    async def _do_something_else(self, person: Person, number: int) -> None:
        self.clock.now += timedelta(seconds=1)
        await Deliveries(self.database, self.clock).claim(TEAM, f"{person.user_id}.{number}")
        summary = f"The page promises something else, number {number}"
        reports = DriftReports(
            self.database, self.clock, DriftAccess(self._stewards, in_no_channel, _not_on_duty)
        )
        await reports.report(NewReport(TEAM, person.user_id, summary, journey_id="j"))
        key = reminder_key(self.asked, person.user_id, number)
        letter = NewDelivery(key, Letter.REMINDER, {"round_id": self.asked}, user_id=person.user_id)
        async with self.database.transaction() as session:
            await self._outbox.add(session, TEAM, [letter])
        async with self.database.transaction() as session:
            await session.merge(
                RitualReminder(
                    workspace_id=TEAM,
                    ritual_id=RITUAL,
                    user_id=person.user_id,
                    how_often="once",
                )
            )

    @property
    def _answers(self) -> RitualAnswers:
        return RitualAnswers(self.database, self.clock, self._outbox)

    @property
    def _outbox(self) -> Outbox:
        return Outbox(self.database, self.clock, self.clock, self._stewards)

    @property
    def _stewards(self) -> Stewards:
        return Stewards(self.database, self.clock, _not_an_admin)


def _answers(number: int) -> dict[str, Given]:
    words = f"What I think of it is number {number}"
    return {
        "both": Given(1 + number % 5, words),
        "gap": Given(None, f"{words} again") if number % 3 else Given(),
    }


async def _not_an_admin(_user_id: str) -> bool:
    return False


async def _not_on_duty(*_: object) -> bool:
    return False


@pytest.fixture
async def team(database: Database) -> Team:
    asked = await ask(database, Visibility.ANONYMOUS, [BOTH, WORDED], champions=IDS[:1])
    return Team(database, SettableClock(), asked)


async def test_nothing_leads_from_an_anonymous_answer_to_a_person(team: Team) -> None:
    await team.play()
    assert not await faults(team.database, team.asked, IDS, closed=False)
    await close(team.database, team.asked, team.clock.now)
    assert not await faults(team.database, team.asked, IDS)
    rows = await everything(team.database)
    assert mentions(rows, "What I think") == ["ritual_ballot"]
    assert all(person in str(rows) for person in IDS)


async def test_two_answers_of_one_person_have_nothing_in_common_either(team: Team) -> None:
    form = secrets.token_hex(16)
    answers = {"both": Given(4, "It is there"), "gap": Given(None, "Prices")}
    await team._answers.answer(PEOPLE[0], team.asked, answers, ballot=form)
    rows = await everything(team.database)
    one, other = (row["id"] for row in rows["ritual_ballot"])
    assert one[:8] not in other
    assert not mentions(rows, form)
    assert not mentions(rows, form[:16])


async def _name_in_the_answers(team: Team) -> None:
    await _run(team, "ALTER TABLE ritual_ballot ADD COLUMN user_id VARCHAR")
    await _run(team, "UPDATE ritual_ballot SET user_id = :name", name=IDS[2])


async def _time_in_the_answers(team: Team) -> None:
    await _run(team, "ALTER TABLE ritual_ballot ADD COLUMN given_at TIMESTAMP")
    await _run(team, "UPDATE ritual_ballot SET given_at = '2026-03-02 12:00:00'")


async def _time_in_the_parts(team: Team) -> None:
    await _part_that_stays(team)
    await _run(team, "ALTER TABLE ritual_part ADD COLUMN at TIMESTAMP")
    await _run(team, "UPDATE ritual_part SET at = '2026-03-02 12:00:00'")


async def _number_that_tells_both(team: Team) -> None:
    """An anonymous answer that remembers the report that its author wrote a moment before."""
    await _run(team, "ALTER TABLE ritual_ballot ADD COLUMN report INTEGER")
    await _run(team, "UPDATE ritual_ballot SET report = 2")


async def _key_that_a_letter_has_too(team: Team) -> None:
    """Two steps away: an answer has the key of a delivery, and that one its reader."""
    letter = NewDelivery("letter-3f9a", Letter.REMINDER, user_id=IDS[3])
    async with team.database.transaction() as session:
        session.add(_answer(team, words="as in letter-3f9a"))
        await team._outbox.add(session, TEAM, [letter])


async def _key_of_a_named_answer(team: Team) -> None:
    """By the words of a named one that are the same."""
    async with team.database.transaction() as session:
        session.add(_answer(team, words="the very same words"))
        session.add(
            RitualAnswer(
                workspace_id=TEAM,
                round_id=team.asked,
                user_id=IDS[1],
                question_id="gap",
                words="the very same words",
                answered_at=NOON,
            )
        )


async def _part_that_stays(team: Team) -> None:
    async with team.database.transaction() as session:
        session.add(RitualPart(workspace_id=TEAM, round_id=team.asked, user_id=IDS[0], done=True))


async def _order_in_which_they_came(team: Team) -> None:
    if team.database.url.get_backend_name() == "postgresql":
        for number in (9, 8):
            async with team.database.transaction() as session:
                session.add(_answer(team, ballot=f"{number}"))
        return
    await _run(team, "CREATE TABLE anew AS SELECT * FROM ritual_ballot")
    await _run(team, "DROP TABLE ritual_ballot")
    await _run(team, "ALTER TABLE anew RENAME TO ritual_ballot")


@pytest.mark.parametrize(
    ("break_it", "found"),
    [
        (_name_in_the_answers, f"leads to {IDS[2]}"),
        (_time_in_the_answers, "is a time"),
        (_time_in_the_parts, "ritual_part.at is a time"),
        (_number_that_tells_both, "leads to U0PERSON"),
        (_key_that_a_letter_has_too, f"leads to {IDS[3]}"),
        (_key_of_a_named_answer, f"leads to {IDS[1]}"),
        (_part_that_stays, "ritual_part still has"),
        (_order_in_which_they_came, "as they c"),
    ],
)
async def test_every_way_that_somebody_may_open_is_found(
    team: Team, break_it: Callable[[Team], Awaitable[None]], found: str
) -> None:
    await team.play()
    await close(team.database, team.asked, team.clock.now)
    await break_it(team)
    assert any(found in each for each in await faults(team.database, team.asked, IDS))


def _answer(team: Team, words: str | None = None, ballot: str = "b") -> RitualBallot:
    return RitualBallot(
        workspace_id=TEAM, id=ballot, round_id=team.asked, question_id="gap", words=words
    )


async def _run(team: Team, statement: str, **values: str) -> None:
    async with team.database.engine.begin() as connection:
        await connection.execute(text(statement), values)
