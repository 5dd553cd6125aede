"""The list of drift reports in Block Kit: filters, a page of reports, and the way to each."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    DividerBlock,
    Element,
    InputBlock,
    Option,
    PlainText,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
    Text,
)

from coherence.drift.report import Filters, Page, Report, Severity, State
from coherence.stack.document import Layer, Stack
from handlers.blocks.drift_lines import first_touchpoints
from handlers.blocks.message import modal, plain_modal, section
from handlers.voice import drift as voice
from handlers.voice.drift_chart import BUTTON as OVER_TIME
from handlers.voice.mrkdwn import clip

OPEN_ACTION = "drift_open"
FILTER_PREFIX = "drift_filter_"
"""Actions that begin so choose which reports are shown; the rest of the name says by what."""
PAGE_PREFIX = "drift_page_"
"""Actions that begin so lead to another page; their value is the number to go on below."""
CLEAR_ACTION = "drift_clear"
OVER_TIME_ACTION = "drift_over_time"
SETTINGS_ACTION = "drift_open_settings"
FIND_CALLBACK = "drift_find"
WORDS_ACTION = "value"

MAX_WORDS = 100
_ANY = "any"
_WORDS = "words_"
_MAX_OPTIONS = 99
_OPTION = 75
_REMEMBERED_PAGES = 60


@dataclass(frozen=True)
class Listed:
    """Which reports somebody is looking at, and on which page.

    `back` are the numbers that the pages up to this one began below, after the first. `cleared` counts
    how often the filters were cleared: Slack keeps what was chosen in a menu of the same name.
    `has_settings`: the person was a steward when they opened the list.
    """

    journey_id: str | None = None
    journey: str | None = None
    show: str = "open"
    layer: str | None = None
    severity: str | None = None
    touchpoint: str | None = None
    since: str | None = None
    text: str | None = None
    back: tuple[int, ...] = ()
    cleared: int = 0
    has_settings: bool = False

    def dump(self) -> str:
        """As a view's private metadata."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def load(cls, metadata: str) -> "Listed":
        """From a view's private metadata."""
        return cls.of(json.loads(metadata))

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> "Listed":
        """From its parts."""
        return cls(**{**held, "back": tuple(held["back"])})

    @property
    def before(self) -> int | None:
        """The number that this page begins below."""
        return self.back[-1] if self.back else None

    @property
    def is_filtered(self) -> bool:
        """Whether anything is chosen."""
        return self != self.without_filters()

    def without_filters(self) -> "Listed":
        """The same place with nothing chosen."""
        return Listed(
            self.journey_id, self.journey, cleared=self.cleared, has_settings=self.has_settings
        )

    def cleared_once_more(self) -> "Listed":
        """The same place with nothing chosen, and menus that forget what was."""
        return replace(self.without_filters(), cleared=self.cleared + 1)

    def with_filter(self, name: str, value: str) -> "Listed":
        """The first page by another choice."""
        chosen = None if value in ("", _ANY) else value[:MAX_WORDS]
        fields: dict[str, Any] = {name: chosen or "open" if name == "show" else chosen}
        return replace(self, back=(), **fields)

    def at_page(self, before: str) -> "Listed":
        """An older page, or the one before this for anything but a number."""
        if not before.isdecimal():
            return replace(self, back=self.back[:-1])
        return replace(self, back=(*self.back, int(before))[-_REMEMBERED_PAGES:])

    def filters(self, now: datetime) -> Filters:
        """What to look for."""
        return Filters(
            journey_id=self.journey_id,
            mine=self.show in ("mine", "mine_all"),
            only_open=self.show in ("open", "waiting", "mine"),
            states=frozenset({State.RESOLVED}) if self.show == "resolved" else frozenset(),
            snoozed=self.show != "open",
            layer=Layer(self.layer) if self.layer else None,
            touchpoint_id=self.touchpoint,
            severity=Severity(self.severity) if self.severity else None,
            since=now - timedelta(days=int(self.since)) if self.since else None,
            text=self.text,
        )


def loading_modal() -> dict[str, Any]:
    """Shown at once, while the content is on its way."""
    return plain_modal(voice.TITLE, voice.loading(), voice.CLOSE)


def list_modal(page: Page, listed: Listed, stack: Stack | None) -> dict[str, Any]:
    """A page of reports; `stack` is the narrative that names the touchpoints, if there is one."""
    blocks = [*_top(listed, stack), *_entries(page, listed, stack), *_paging(page, listed)]
    return modal(
        voice.TITLE,
        blocks,
        close=voice.CLOSE,
        submit=voice.FIND,
        callback_id=FIND_CALLBACK,
        private_metadata=listed.dump(),
    )


def chosen_in(action: Mapping[str, Any]) -> tuple[str, str]:
    """What a filter was set to: its name, and the value."""
    return action["action_id"].removeprefix(FILTER_PREFIX), action["selected_option"]["value"]


def words_in(view: Mapping[str, Any]) -> str:
    """The words to look for."""
    fields = view["state"]["values"].items()
    field = next(each for block, each in fields if block.startswith(_WORDS))
    return (field[WORDS_ACTION]["value"] or "").strip()


def _top(listed: Listed, stack: Stack | None) -> Iterator[Block]:
    yield SectionBlock(
        Text(voice.heading(listed.journey)),
        block_id="heading",
        accessory=Button(PlainText(OVER_TIME), OVER_TIME_ACTION, value="open"),
    )
    yield ActionsBlock(list(_menus(listed, stack)), block_id=f"filters_{listed.cleared}")
    words = PlainTextInput(
        WORDS_ACTION,
        initial_value=listed.text,
        max_length=MAX_WORDS,
        placeholder=PlainText(voice.SEARCH_PLACEHOLDER),
    )
    yield InputBlock(
        PlainText(voice.SEARCH_LABEL),
        words,
        block_id=f"{_WORDS}{listed.cleared}",
        optional=True,
    )
    yield DividerBlock(block_id="rule")


def _menus(listed: Listed, stack: Stack | None) -> Iterator[Element]:
    yield _menu("show", voice.SHOWS, listed.show)
    layers = {_ANY: voice.ANY_LAYER} | _by_value(voice.LAYERS)
    yield _menu("layer", layers, listed.layer)
    severities = {_ANY: voice.ANY_SEVERITY} | _by_value(voice.SEVERITIES)
    yield _menu("severity", severities, listed.severity)
    times = {_ANY: voice.ANY_TIME} | _by_value(voice.SINCE)
    yield _menu("since", times, listed.since)
    if stack is not None and stack.touchpoints:
        first = first_touchpoints(stack, listed.touchpoint, _MAX_OPTIONS)
        places = {each.id: each.name for each in first}
        yield _menu("touchpoint", {_ANY: voice.ANY_TOUCHPOINT, **places}, listed.touchpoint)


def _by_value(choices: Mapping[Any, str]) -> dict[str, str]:
    return {str(value): said for value, said in choices.items()}


def _menu(name: str, choices: Mapping[str, str], chosen: str | None) -> StaticSelectMenu:
    options = {
        value: Option(PlainText(clip(said, _OPTION)), value) for value, said in choices.items()
    }
    return StaticSelectMenu(
        action_id=f"{FILTER_PREFIX}{name}",
        options=list(options.values()),
        initial_option=options.get(chosen or _ANY),
        placeholder=PlainText(next(iter(choices.values()))),
    )


def _entries(page: Page, listed: Listed, stack: Stack | None) -> Iterator[Block]:
    if not page.reports:
        yield section("nothing", voice.nothing(filtered=listed.is_filtered))
    for report in page.reports:
        yield _entry(report, voice.touchpoint_name(stack, report.touchpoint_id))


def _entry(report: Report, touchpoint: str | None) -> SectionBlock:
    return SectionBlock(
        Text(voice.entry(report, touchpoint)),
        block_id=f"report_{report.number}",
        accessory=Button(PlainText(voice.OPEN), OPEN_ACTION, value=str(report.number)),
    )


def _paging(page: Page, listed: Listed) -> Iterator[Block]:
    offered = [
        (voice.NEWER, f"{PAGE_PREFIX}newer", "newer", bool(listed.back)),
        (voice.OLDER, f"{PAGE_PREFIX}older", str(page.next_before), page.next_before is not None),
        (voice.CLEAR, CLEAR_ACTION, "clear", listed.is_filtered),
        (voice.SETTINGS, SETTINGS_ACTION, "open", listed.has_settings),
    ]
    buttons: list[Element] = [
        Button(PlainText(said), action_id, value=value)
        for said, action_id, value, is_offered in offered
        if is_offered
    ]
    if buttons:
        yield ActionsBlock(buttons, block_id="paging")
