"""A team that works with the drift log, as tests play its members, and all that they get to read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.bootstrap import Application
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage.outbox import State, list_deliveries
from tests.support.people import eventually, text_of
from tests.support.steward import Steward, block_of, shown
from tests.support.times import SettableClock

MORNING = time(9, 0, 1, tzinfo=UTC)
"""When digests are due in a journey whose zone is UTC."""


@dataclass(frozen=True)
class Read:
    """Something that somebody read: where, when by the clock of the play, and what it said."""

    when: datetime
    where: str
    blocks: list[dict[str, Any]]
    text: str = ""
    change: bool = False

    @property
    def words(self) -> str:
        """Its blocks and its notification."""
        return "\n".join(filter(None, (self.text, text_of(self.blocks))))


@dataclass
class Team:
    """The clock that all go by, and what anybody has read so far."""

    bot: Application
    slack: RunningSandbox
    clock: SettableClock
    posts: list[Read] = field(default_factory=list)
    windows: list[Read] = field(default_factory=list)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    async def on(self, month: int, day: int, hour: int = 10) -> None:
        """Let it become this hour of the play's year, morning by morning."""
        until = self.clock.now.replace(month=month, day=day, hour=hour, minute=0, second=0)
        while (morning := self._next_morning()) <= until:
            self._set(morning)
            await self.settle()
            await self.bot.worker.keep_house()
        self._set(until)
        await self.settle()

    async def settle(self) -> None:
        """Wait until everything is sent that is due, and read it."""
        await self.bot.in_flight.drain()
        await self.bot.worker.tick()
        while await self._still_to_send():
            await self.bot.worker._sender.drain()
            await self.bot.worker.tick()
        self._read_posts()

    def looked_at(self, who: str, view: View) -> None:
        """Remember what a window showed."""
        title = view.content["title"]["text"]
        self.windows.append(Read(self.clock.now, f"{who}, {title}", list(view.blocks)))

    def _next_morning(self) -> datetime:
        today = datetime.combine(self.clock.now.date(), MORNING)
        return today if self.clock.now < today else today + timedelta(days=1)

    def _set(self, now: datetime) -> None:
        self.clock.now = now
        slack_clock = self.slack.slack.clock
        slack_clock.advance(now.timestamp() - slack_clock.now())

    async def _still_to_send(self) -> bool:
        team = self.slack.world.team.id
        async with self.bot.database.reading() as session:
            waiting = [await list_deliveries(session, team, s) for s in (State.DUE, State.SENDING)]
        return any(waiting)

    def _read_posts(self) -> None:
        for channel in self.slack.world.channels:
            for each in posts_in(self.slack, channel):
                self._read(each)

    def _read(self, message: Message) -> None:
        key = (message.channel, message.ts)
        said = f"{message.text}\n{text_of(message.blocks)}"
        before = self._known.get(key)
        if before == said:
            return
        self._known[key] = said
        read = Read(
            self.clock.now,
            message.channel,
            message.blocks,
            text=message.text,
            change=before is not None,
        )
        self.posts.append(read)


def posts_in(slack: RunningSandbox, channel: str) -> list[Message]:
    """What the bot has said in a channel or a direct message, to one or to all, as it stands now."""
    everybody = [*slack.world.members]
    seen = {m.ts: m for user in everybody for m in slack.world.messages.seen_by(user, channel)}
    return [each for each in seen.values() if each.bot_id == slack.world.app.bot_id]


class Teammate(Steward):
    """Reports drift, reads the log and works on reports; `team` remembers what they read."""

    def __init__(self, team: Team, user_id: str) -> None:
        super().__init__(team.slack, user_id)
        self.team = team

    async def modal_showing(self, words: str) -> View:
        view = await super().modal_showing(words)
        self.team.looked_at(self.id, view)
        return view

    async def filled_form(self) -> View:
        view = await super().filled_form()
        self.team.looked_at(self.id, view)
        return view

    def done(self) -> None:
        """Close all windows."""
        self.slack.slack.views.close_all(self.id)

    async def send(self, summary: str | None = None, **fields: Any) -> str:
        """Fill in the open form and send it; return what is said of it."""
        form = await self.modal_showing("What doesn't fit?")
        entered = fields | ({"summary": summary} if summary else {})
        await self.save(form, **entered)
        said = shown(await self.modal_showing("is on record"))
        self.done()
        await self.team.settle()
        return said

    async def report_message(self, message: Message, summary: str, **fields: Any) -> str:
        """Report from a message's menu."""
        await self.shortcut("report_drift", message)
        return await self.send(summary, **fields)

    async def report_anywhere(self, summary: str, **fields: Any) -> str:
        """Report from the shortcuts menu."""
        await self.shortcut("report_drift_anywhere")
        return await self.send(summary, **fields)

    async def me_too(self, number: int, summary: str, message: Message | None = None) -> str:
        """Report what is on record already, and notice it in time."""
        await self.shortcut("report_drift" if message else "report_drift_anywhere", message)
        await self.save(await self.modal_showing("What doesn't fit?"), summary=summary)
        asked = await self.modal_showing("Nothing is saved yet")
        acked = await self.slack.surfaces.act_in_view(
            asked,
            block_id=f"report_{number}",
            action_id="drift_report_me_too",
            value=str(number),
            state=None,
        )
        assert acked == {"ok": True}
        said = shown(await self.modal_showing("Noted on"))
        self.done()
        await self.team.settle()
        return said

    async def open(self, number: int) -> View:
        """Open a report by its number."""
        self.done()
        await self.command(f"drift {number}")
        return await self.modal_showing("What happened")

    async def press_in(self, number: int, action_id: str) -> str:
        """Press a button of a report; return how it stands then."""
        view = await self.open(number)
        before = view.hash
        await self.press(view, action_id)
        await eventually(lambda: view.hash != before)
        return await self._leave(view)

    async def fill_in(self, number: int, name: str, fields: Mapping[str, Any]) -> str:
        """Fill in one of a report's forms; return how it stands then."""
        view = await self.open(number)
        before = view.hash
        await self.press(view, f"drift_form_{name}")
        form = await self.filled_form()
        refused = await self.submit(form, **{block_of(form, key): fields[key] for key in fields})
        assert not refused.get("errors"), refused
        await eventually(lambda: view.hash != before)
        return await self._leave(view)

    async def list(self, channel: str, show: str | None = None) -> str:
        """Read the list; return what it says."""
        self.done()
        await self.command("drift", channel)
        view = await self.modal_showing("Find by words")
        if show:
            before = view.hash
            await self.use(view, "drift_filter_show", show)
            await eventually(lambda: view.hash != before)
        return await self._leave(view)

    async def _leave(self, view: View) -> str:
        said = shown(view)
        self.team.looked_at(self.id, view)
        self.done()
        await self.team.settle()
        return said


_SHOWN_BY_SLACK = re.compile(r"<(?:@|#|!date\^|https?://)[^<>]*>")
_RAW = re.compile(
    r"\b[UCDBTG]0[A-Z0-9]{2,}\b"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-|\b[0-9a-f]{32}\b"
    r"|\d{4}-\d\d-\d\d(?:T|\b)"
    r"|[{\[]['\"]|['\"][}\]]|\bNone\b(?! of)|\bnull\b|\bTrue\b|\bFalse\b|\bnarrative_changed\b|\bnot_drift\b"
)


def raw_parts(words: str) -> list[str]:
    """What in a text only a machine would write: ids, ISO times, JSON; not what Slack shows as names."""
    return _RAW.findall(_SHOWN_BY_SLACK.sub("…", words))


def empty_parts(blocks: list[dict[str, Any]]) -> list[str]:
    """Texts that say nothing, and headings with nothing below them."""
    texts = [
        text_of([block]).strip() or block.get("alt_text", "")
        for block in blocks
        if block["type"] != "divider"
    ]
    following = [*texts[1:], ""]
    return [
        text or "(nothing)"
        for text, below in zip(texts, following, strict=True)
        if not text or (_is_heading(text) and (not below or _is_heading(below)))
    ]


def _is_heading(text: str) -> bool:
    return re.fullmatch(r"\*[^*\n]+\*", text) is not None
