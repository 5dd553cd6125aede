"""Two teams that answer their rituals for months, as tests play them, and all that they get to read."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, func, select

from coherence.champion.loading import load_rotas
from handlers.blocks import ritual_actions as actions
from handlers.blocks.ritual_reminder import FIELD
from sandbox.messages import Message
from sandbox.views import View
from storage.outbox import Delivery, State
from storage.rituals import RitualRound, list_rituals
from storage.schedules import Schedule
from tests.support.drift_team import Read
from tests.support.duty import Heard
from tests.support.duty_year import Colleague, Year
from tests.support.people import text_of

Deed = Callable[[], Awaitable[None]]
Given = tuple[int, str]
"""A rating and words; of a question that takes one of them only, the other is left out."""


@dataclass
class Asked:
    """One time that a ritual was asked, and who did what about it, when."""

    ritual: str
    at: datetime
    message: Message
    serving: tuple[str, ...]
    closes: datetime
    answered: dict[str, datetime] = field(default_factory=dict)
    reminded: list[tuple[str, datetime]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The id of its round."""
        return key_of(self.message).split(":")[1]


def open_until(message: Message) -> datetime:
    """Until when a post says that it takes answers."""
    found = re.search(r"Open until <!date\^(\d+)\^", text_of(message.blocks))
    assert found, message.blocks
    return datetime.fromtimestamp(int(found[1]), UTC)


@dataclass
class Months(Year):
    """A `Year` that sees threads too, stops where rounds close, and where people mean to do something."""

    asked: list[Asked] = field(default_factory=list)
    history: dict[tuple[str, str], list[Read]] = field(default_factory=dict)
    _planned: list[tuple[datetime, Deed]] = field(default_factory=list)

    def plan(self, when: datetime, deed: Deed) -> None:
        """Have somebody do something at that time."""
        self._planned.append((when, deed))

    async def until(
        self, end: datetime, habits: Callable[[Heard], Awaitable[None]] | None = None
    ) -> Sequence[Heard]:
        """Let time pass; people do what they planned, and as they are used to with what they hear."""
        before = len(self.heard)
        await self._live(self.clock.now, habits)
        while (now := await self._next_moment()) is not None and now < end:
            await self._live(now, habits)
        await self._live(end, habits)
        return self.heard[before:]

    async def _live(self, now: datetime, habits: Callable[[Heard], Awaitable[None]] | None) -> None:
        heard = await self.at(now)
        for each in heard:
            if habits is not None:
                await habits(each)
        due = [each for each in self._planned if each[0] <= now]
        self._planned = [each for each in self._planned if each[0] > now]
        for _, deed in due:
            await deed()
        await self.bot.in_flight.drain()

    async def serving_in(self, journey_id: str) -> tuple[str, ...]:
        """Who has the duty in a journey now, as its rota says."""
        async with self.bot.database.reading() as session:
            rotas = await load_rotas(session, self._team)
        [rota] = [each for each in rotas if each.journey_id == journey_id]
        term = rota.on_duty(self.clock.now)
        return term.users if term else ()

    async def ritual_ids(self) -> dict[str, str]:
        """The ids of rituals by their names."""
        async with self.bot.database.reading() as session:
            return {each.name: each.id for each in await list_rituals(session, self._team)}

    def thread(self, asked: Asked) -> list[Message]:
        """What stands below a post."""
        return self.slack.world.messages.replies(asked.message)

    def versions(self, message: Message) -> list[str]:
        """What a message said, from its first version to its last."""
        return [each.words for each in self.history[message.channel, message.ts]]

    async def _next_moment(self) -> datetime | None:
        """When a ritual is due, a message waits for, a round closes, or somebody means to do something.

        The duty's own moments are passed over: what is due then comes with what is due next.
        """
        now = self.clock.now
        run, waits, closes = (
            col(Schedule.next_run_at),
            col(Delivery.next_attempt_at),
            col(RitualRound.closes_at),
        )
        queries: list[Any] = [
            select(func.min(run)).where(run > now),
            select(func.min(waits)).where(col(Delivery.state) == State.DUE.value, waits > now),
            select(func.min(closes)).where(col(RitualRound.closed_at).is_(None), closes > now),
        ]
        async with self.bot.database.reading() as session:
            found = [(await session.exec(query)).one() for query in queries]
        found += [when for when, _ in self._planned]
        return min((each for each in found if each is not None), default=None)

    def _read_posts(self) -> None:
        bot_id = self.slack.world.app.bot_id
        for messages in self.slack.world.messages._by_channel.values():
            for each in messages:
                if each.bot_id == bot_id:
                    self._note(each)

    def _note(self, message: Message) -> None:
        before = len(self.posts)
        super()._note(message)
        if len(self.posts) > before:
            self.history.setdefault((message.channel, message.ts), []).append(self.posts[-1])


class Answerer(Colleague):
    """Sets rituals up, answers them, and works on what comes of them."""

    def __init__(self, months: Months, user_id: str) -> None:
        super().__init__(months, user_id)
        self.months = months

    async def set_up(self, kind: str, channel: str, **fields: Any) -> None:
        """Set a ritual up; whatever isn't told stays as the form offers it."""
        await self.command("rituals", channel)
        await self.press(await self.modal_showing("Add a ritual"), f"{actions.SET_UP}_{kind}")
        form = await self.modal_showing("Nothing is posted or saved before")
        answer = await self.submit(form, **{f"{name}@0": each for name, each in fields.items()})
        assert not answer.get("errors"), answer
        await self.send(await self.modal_showing("Before anybody answers, they read"), "is saved")

    async def pause_or_resume(self, ritual_id: str, action_id: str, words: str) -> None:
        """Press it beside a ritual in the list."""
        await self.command("rituals")
        await self.press_in(await self.modal_showing("Next: "), action_id, ritual_id)
        await self.modal_showing(words)
        await self.done()

    async def answer_ritual(self, where: Message, given: Given, words: str = "Open until") -> None:
        """Answer by the buttons that are there: one press on a rating, or the form."""
        rating, said = given
        rates = f"{actions.RATE_PREFIX}{rating}"
        if any(rates == each for _, each, _ in buttons_of(where.blocks)):
            await self.press(where, rates)
            await self.year.bot.in_flight.drain()
            return
        await self.press(where, actions.ANSWER)
        form = await self.modal_showing(words)
        fields = [str(each["block_id"]) for each in form.blocks if each["type"] == "input"]
        answer = await self.submit(form, **_filled(fields, rating, said))
        assert not answer.get("errors"), answer
        await self.modal_showing("Kept.")
        self.slack.slack.views.close_all(self.id)

    async def ask_to_be_reminded(self, where: Message, how_often: str) -> None:
        await self.press(where, actions.REMIND)
        form = await self.modal_showing("only while you have not answered")
        await self.slack.surfaces.submit(form, {FIELD: {FIELD: how_often}})
        await self.modal_showing("I'll remind you of")
        await self.done()

    async def press_in(
        self, where: Message | View, action_id: str, value: str | None = None
    ) -> None:
        """Press a button, also one beside a section; `value` is which of several."""
        block_id, found = next(
            (block_id, held)
            for block_id, each, held in buttons_of(where.blocks)
            if each == action_id and value in {None, held}
        )
        names = {"block_id": block_id, "action_id": action_id, "value": found}
        if isinstance(where, Message):
            acked = await self.slack.surfaces.act_on_message(self.id, where, **names)
        else:
            acked = await self.slack.surfaces.act_in_view(where, **names, state={})
        assert acked == {"ok": True}
        await self.year.bot.in_flight.drain()

    async def conclude(self, summary: Message, **fields: Any) -> None:
        """Say what a review came to."""
        await self.press_in(summary, actions.CONCLUDE)
        await self.send(
            await self.modal_showing("Which layer drifted most?"), "Thank you", **fields
        )


def key_of(message: Message) -> str:
    """The key of the delivery that a message was."""
    return str((message.metadata or {}).get("event_payload", {}).get("key", ""))


def buttons_of(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """All buttons: their block's id, their action's id, their value."""
    for block in blocks:
        for each in (*block.get("elements", []), block.get("accessory") or {}):
            if each.get("type") == "button":
                yield str(block["block_id"]), str(each["action_id"]), str(each.get("value"))


def local(moments: Sequence[datetime], zone: Any) -> list[str]:
    """Moments as a clock there shows them."""
    return [f"{each.astimezone(zone):%Y-%m-%d %H:%M}" for each in moments]


def when(month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment of the play, in UTC: from October 2026 to March 2027."""
    return datetime(2026 if month > 6 else 2027, month, day, hour, minute, tzinfo=UTC)


def lines_of(message: Message) -> str:
    """What is to be read in a message."""
    return text_of(message.blocks)


def _filled(fields: Sequence[str], rating: int, said: str) -> Mapping[str, str]:
    """Each layer of a review gets its own rating: one higher for each, within the scale."""
    values, ratings = {}, 0
    for each in fields:
        if each.startswith("rating:"):
            values[each] = str(1 + (rating - 1 + ratings) % 5)
            ratings += 1
        else:
            values[each] = said
    return values
