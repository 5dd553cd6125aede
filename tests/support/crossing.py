"""A way into the bot crossed with a fault of Slack's: what ways in and faults are, and how a cell is played.

Whatever happens: the person gets one answer or one sentence, or silence with a reference in the
log; the database is whole; nothing is answered twice; and the bot works again as soon as Slack does.
"""

import io
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import aiohttp
from sqlmodel import select

from bot.bootstrap import Application
from sandbox.faults import Fault
from sandbox.views import View
from storage.check import CheckFinding, NarrativeCheck
from tests.support.insider import found
from tests.support.people import Person, eventually, text_of

Act = Callable[[], Awaitable[object]]
"""What somebody does while Slack is at fault."""

WayIn = Callable[[Any], Awaitable[Act]]
"""Does, for somebody, all that comes before an act, and returns the act."""

FAULTS = {
    "429 once": Fault("*", "ratelimited", times=1, retry_after=0),
    "429 with a long wait": Fault("*", "ratelimited", times=9, retry_after=600),
    "500 once": Fault("*", "http_500", times=1),
    "500 for long": Fault("*", "http_500", times=9),
    "a hang": Fault("*", "hang", times=1),
    "hangs for long": Fault("*", "hang", times=9),
    "slow": Fault("*", "slow", times=9, seconds=0.1),
    "a lost answer": Fault("*", "lost_answer", times=1),
    "missing_scope": Fault("*", "missing_scope", times=9),
    "not_in_channel": Fault("*", "not_in_channel", times=9),
    "is_archived": Fault("*", "is_archived", times=9),
    "account_inactive": Fault("*", "account_inactive", times=9),
    "token_revoked": Fault("*", "token_revoked", times=9),
}
PASSING = {"429 once", "500 once", "slow"}

_APOLOGY = "Something went wrong on our side"


@contextmanager
def little(patience: aiohttp.ClientTimeout) -> Iterator[None]:
    """Have the bot wait only a moment for an answer that doesn't come, and patiently again after that."""
    before = patience.total
    object.__setattr__(patience, "total", 0.5)
    yield
    object.__setattr__(patience, "total", before)


@dataclass(frozen=True)
class Reaction:
    """What somebody was shown after an act: apologies, and anything else that isn't a wait."""

    told: list[str]
    answered: list[str]

    def hold_up(
        self,
        fault: str,
        logged: str,
        *,
        answers: int = 1,
        silence: tuple[str, ...] = ("reference=",),
    ) -> None:
        """Check that it is right under a fault: silence only with one of these in what is logged."""
        assert len(self.told) <= 1
        assert len(self.answered) <= answers
        assert self.answered or self.told or any(trace in logged for trace in silence)
        if fault in PASSING:
            assert self.answered
            assert not self.told


async def react(bot: Application, person: Person, act: Act, fault: str) -> Reaction:
    """Have somebody act while Slack is at fault."""
    await bot.in_flight.drain()
    before = Counter(shown(person))
    faults = person.slack.slack.faults
    faults.add(Fault(**vars(FAULTS[fault])))
    await act()
    await bot.in_flight.drain()
    faults.clear()
    new = list((Counter(shown(person)) - before).elements())
    return Reaction(
        told=[text for text in new if _APOLOGY in text],
        answered=[text for text in new if _APOLOGY not in text and "One moment" not in text],
    )


@dataclass(frozen=True)
class Crossing:
    """One bot, what it logs, which of its listeners were called, and how long it waits for Slack."""

    bot: Application
    logged: io.StringIO
    called: list[str]
    patience: aiohttp.ClientTimeout

    async def play(
        self, person: Person, way_in: WayIn, listener: str, fault: str, *, answers: int = 1
    ) -> None:
        """Play a cell: the act reaches that listener, and gets at most so many answers."""
        act = await way_in(person)
        self.called.clear()
        with little(self.patience) if "hang" in fault else nullcontext():
            reaction = await react(self.bot, person, act, fault)
        assert listener in self.called
        reaction.hold_up(fault, self.logged.getvalue(), answers=answers)
        assert await is_whole(self.bot)
        await works_again(person)


def shown(person: Person) -> list[str]:
    """What the bot shows somebody now: private and direct answers, the Home, and the open modal."""
    messages = (*person.private_answers(), *person.direct_answers())
    said = [text_of(message.blocks) for message in messages]
    home = person.slack.slack.views.home(person.id)
    said += [text_of([home.content])] if home else []
    modal = person.modal
    return [*said, text_of([modal.content]) + "".join(modal.errors.values())] if modal else said


async def is_whole(bot: Application) -> bool:
    """Whether each check with a conflict has its findings, and no other has any."""
    async with bot.database.reading() as session:
        checks = (await session.exec(select(NarrativeCheck))).all()
        found = {finding.check_id for finding in (await session.exec(select(CheckFinding))).all()}
    return {check.id for check in checks if check.verdict == "conflict"} == found


async def works_again(person: Person) -> None:
    """Wait for the answer to a new question."""
    before = len(person.private_answers())
    await person.command("help")
    await eventually(lambda: len(person.private_answers()) > before)


async def with_action(person: Person, action_id: str) -> View:
    """The open modal, once it has this button."""

    def look() -> View | None:
        modal = person.modal
        return modal if modal and action_id in str(modal.content) else None

    return await found(look)
