"""A team that takes turns as champion, as tests play its members, and all that they get to read."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from icalendar import Calendar

from coherence.champion.calendars import Subject
from coherence.champion.letters import Letter
from coherence.champion.loading import load_rotas
from coherence.champion.resolved import ResolvedRota
from handlers.blocks import champion_actions as actions
from handlers.blocks.champion_duty import MORE_ACTION
from handlers.blocks.champion_swap import HAND_BACK_ACTION
from sandbox.messages import Message
from sandbox.views import View
from tests.support.drift_team import Read, posts_in
from tests.support.duty import Duty, Heard
from tests.support.people import Person, eventually, text_of
from tests.support.steward import shown


@dataclass
class Year(Duty):
    """A `Duty` that also remembers what every message and window said, and when."""

    posts: list[Read] = field(default_factory=list)
    windows: list[Read] = field(default_factory=list)
    _read: dict[tuple[str, str], tuple[str, list[dict[str, Any]]]] = field(default_factory=dict)

    async def at(self, now: datetime) -> Sequence[Heard]:
        slack_clock = self.slack.slack.clock
        slack_clock.advance(now.timestamp() - slack_clock.now())
        heard = await super().at(now)
        self._read_posts()
        return heard

    async def settle(self) -> None:
        """Wait until what somebody did is done, and all is said that follows from it."""
        await self.bot.in_flight.drain()
        await self.at(self.clock.now)

    async def on(self, end: datetime, habits: Callable[[Heard], Awaitable[None]]) -> None:
        """Let time pass until `end`; whoever hears something does as they are used to."""
        while (now := await self._next_moment()) is not None and now < end:
            for heard in await self.at(now):
                await habits(heard)
        for heard in await self.at(end):
            await habits(heard)

    def looked_at(self, who: str, view: View) -> None:
        """Remember what a window showed."""
        title = view.content["title"]["text"]
        self.windows.append(Read(self.clock.now, f"{who}, {title}", list(view.blocks)))

    async def rota(self) -> ResolvedRota:
        async with self.bot.database.reading() as session:
            [rota] = await load_rotas(session, self._team)
        return rota

    async def serving(self) -> tuple[str, ...]:
        """Who has the duty now."""
        term = (await self.rota()).on_duty(self.clock.now)
        return term.users if term else ()

    async def next_one(self) -> str:
        """Who has the next term that somebody serves."""
        coming = (await self.rota()).coming(self.clock.now, 4)
        return next(t.users[0] for t in coming if t.users and t.start > self.clock.now)

    async def in_calendar(self) -> list[str]:
        """Who serves now, as the calendar has it."""
        journey = (await self.rota()).journey_id
        calendars = self.bot.use_cases.champion.calendars
        file = await calendars.file(await calendars.planned(Subject(self._team, journey)), {})
        return [
            str(event["summary"]).partition(": ")[2]
            for event in Calendar.from_ical(file).walk("VEVENT")
            if event.decoded("dtstart") <= self.clock.now < event.decoded("dtend")
        ]

    def transcript(self) -> str:
        """All that was read, in the order of the play."""
        everything = [*self.posts, *self.windows]
        names = self.slack.world
        return "\n\n".join(
            f"── {each.when:%a %d %b %Y %H:%M} → {_place(names, each.where)}"
            f"{' (changed)' if each.change else ''}\n{each.words}"
            for each in sorted(everything, key=lambda each: each.when)
        )

    def _read_posts(self) -> None:
        for channel in list(self.slack.world.channels):
            for each in posts_in(self.slack, channel):
                self._note(each)

    def _note(self, message: Message) -> None:
        key, said = (message.channel, message.ts), (message.text, message.blocks)
        before = self._read.get(key)
        if before == said:
            return
        self._read[key] = said
        self.posts.append(
            Read(
                self.clock.now,
                message.visible_to or message.channel,
                message.blocks,
                text=message.text,
                change=before is not None,
            )
        )


def _place(world: Any, where: str) -> str:
    channel = world.channels.get(where)
    return (
        where
        if channel is None or not channel.is_im
        else str(channel.other_member(world.app.bot_user_id))
    )


class Colleague(Person):
    """Does what one can do about one's duty; the year remembers what they saw."""

    def __init__(self, year: Year, user_id: str) -> None:
        super().__init__(year.slack, user_id)
        self.year = year

    async def modal_showing(self, words: str) -> View:
        view = await super().modal_showing(words)
        self.year.looked_at(self.id, view)
        return view

    async def done(self) -> None:
        """Close all windows."""
        self.slack.slack.views.close_all(self.id)
        await self.year.settle()

    def letters(self, *kinds: Letter) -> list[Heard]:
        return [each for each in self.year.heard if each.to == self.id and each.kind in kinds]

    def last_letter(self, *kinds: Letter) -> Message:
        return self.letters(*kinds)[-1].message

    async def answer(self, letter: Message, action_id: str) -> None:
        """Press a button of a letter that needs no form."""
        await self.press(letter, action_id)
        await self.year.settle()

    async def card(self, words: str = "") -> Message:
        """Ask who is on duty, with all that one can do about it."""
        before = len(self.private_answers())
        await self.command(f"champion {words}".strip())
        await eventually(lambda: len(self.private_answers()) > before)
        await self.year.bot.in_flight.drain()
        shown_first = self.private_answers()[-1]
        if MORE_ACTION in set(_action_ids(shown_first)):
            await self.press(shown_first, MORE_ACTION)
            await self.year.bot.in_flight.drain()
        return self.private_answers()[-1]

    async def form_of(self, where: Message | View, action_id: str, words: str) -> View:
        await self.press(where, action_id)
        return await self.modal_showing(words)

    async def send(self, form: View, words: str, **typed: Any) -> str:
        """Submit a form; return what it becomes."""
        answer = await self.submit(form, **typed)
        assert not answer.get("errors"), answer
        said = shown(await self.modal_showing(words))
        await self.done()
        return said

    async def sit_out(self) -> str:
        """Pass on the term that was announced last."""
        letter = self.last_letter(Letter.REMINDER, Letter.CHANGED)
        form = await self.form_of(letter, actions.SIT_OUT, "There is nothing to explain")
        return await self.send(form, "You sit out")

    async def ask_to_swap(self, whom: str | None = None) -> str:
        form = await self.form_of(await self.card(), actions.SWAP, "Which of your terms?")
        return await self.send(form, "I have asked", **({"whom": whom} if whom else {}))

    async def ask_for_cover(
        self, first: datetime, last: datetime, whom: str | None = None, *, where: View | None = None
    ) -> str:
        form = await self.form_of(where or await self.card(), actions.COVER, "Whom do you ask?")
        typed: dict[str, Any] = {"first": int(first.timestamp()), "last": int(last.timestamp())}
        return await self.send(form, "I have asked", **typed, **({"whom": whom} if whom else {}))

    async def consider(self) -> View:
        """Say yes to what was asked last; return the form that asks once more."""
        return await self.form_of(self.last_letter(Letter.REQUEST), actions.ACCEPT, "You take: ")

    async def step_in(self) -> str:
        form = await self.form_of(await self.card(), actions.STEP_IN, "If you step in")
        return await self.send(form, "You have the duty until")

    async def hand_back(self, after_stepping_in: View) -> None:
        await self.press(after_stepping_in, HAND_BACK_ACTION)
        await self.modal_showing("Handed back")
        await self.done()

    async def my_duty(self) -> View:
        await self.command("champion me")
        return await self.modal_showing("Add days away")

    async def away(self, first: date, last: date) -> View:
        """Note days away; return what follows from it."""
        form = await self.form_of(await self.my_duty(), "champion_mine_add_leave", "First day away")
        await self.submit(form, first=first.isoformat(), last=last.isoformat())
        return await self.modal_showing("Noted:")

    async def pause(self) -> None:
        await self._press_in_my_duty("champion_mine_pause", "Paused. Others take your turns")

    async def resume(self) -> None:
        await self._press_in_my_duty("champion_mine_resume", "Welcome back.")

    async def leave_rota(self) -> None:
        await self._press_in_my_duty("champion_mine_leave_rota", "You've left the rota")

    async def switch_messages(self, words: str) -> None:
        duty = await self.my_duty()
        block = next(b for b in duty.blocks if b["block_id"] == "messages")
        button = block["accessory"]
        acked = await self.slack.surfaces.act_in_view(
            duty,
            block_id="messages",
            action_id=button["action_id"],
            value=button["value"],
            state={},
        )
        assert acked == {"ok": True}
        await self.modal_showing(words)
        await self.done()

    async def home(self) -> str:
        """What one's Home says."""
        found = self.slack.slack.views.home
        view = found(self.id)
        before = view.hash if view else None
        self.slack.surfaces.open_home(self.id)
        opened = await eventually(_newer(lambda: found(self.id), before))
        assert opened
        await self.year.bot.in_flight.drain()
        return text_of(opened.blocks)

    async def _press_in_my_duty(self, action_id: str, words: str) -> None:
        await self.press(await self.my_duty(), action_id)
        await self.modal_showing(words)
        await self.done()


def _newer(look: Callable[[], View | None], before: str | None) -> Callable[[], View | None]:
    def found() -> View | None:
        view = look()
        return view if view and view.hash != before else None

    return found


def _action_ids(message: Message) -> Iterator[str]:
    for block in message.blocks:
        yield from (str(each.get("action_id")) for each in block.get("elements", []))


def at(month: int, day: int, hour: int = 12, year: int = 2026) -> datetime:
    """A moment of the play's year, in UTC."""
    return datetime(year, month, day, hour, tzinfo=UTC)


def typed(form: View, **fields: Any) -> dict[str, Any]:
    """Values of the rota's form by block, whose ids carry the revision of the rota."""
    blocks = [str(b["block_id"]) for b in form.blocks if b["type"] == "input"]
    by_name = {each.partition("@")[0]: each for each in blocks}
    return {by_name[name]: value for name, value in fields.items()}
