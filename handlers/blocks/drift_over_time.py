"""Drift over time in Block Kit: the chart, the same in numbers, and what is told apart."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    ContextBlock,
    Option,
    PlainText,
    StaticSelectMenu,
    Text,
)

from coherence.drift.over_time import OverTime, Scope
from coherence.drift.report import Severity
from coherence.stack.document import Layer, Stack
from handlers.blocks.drift import Listed
from handlers.blocks.message import modal, section, whole_lines
from handlers.blocks.pictures import picture_block
from handlers.pictures import NoPicture, Picture
from handlers.voice import drift as drift_voice
from handlers.voice import drift_chart as voice
from handlers.voice.drift_chart import By

BY_ACTION = "drift_over_time_by"

_SAID = {NoPicture.NOT_ALLOWED: voice.NOT_ALLOWED, NoPicture.FAILED: voice.FAILED}


@dataclass(frozen=True)
class Asked:
    """Which reports are counted, as the list is narrowed below, and what they are told apart by."""

    listed: Listed
    by: By = By.LAYER

    def dump(self) -> str:
        """As a view's private metadata."""
        return json.dumps({**asdict(self), "by": self.by.value}, ensure_ascii=False)

    @classmethod
    def load(cls, metadata: str) -> "Asked":
        """From a view's private metadata."""
        held = json.loads(metadata)
        return cls(Listed.of(held["listed"]), By(held["by"]))

    def told_apart_by(self, value: str) -> "Asked":
        """The same reports, told apart otherwise."""
        return replace(self, by=By(value))

    @property
    def scope(self) -> Scope:
        """Which reports are counted."""
        return Scope(
            self.listed.journey_id,
            Layer(self.listed.layer) if self.listed.layer else None,
            Severity(self.listed.severity) if self.listed.severity else None,
            self.listed.touchpoint,
        )


def over_time_modal(
    asked: Asked,
    over_time: OverTime,
    stack: Stack | None,
    picture: Picture | NoPicture | None = None,
) -> dict[str, Any]:
    """The window; without a picture yet, it says that one is on its way."""
    return modal(
        voice.MODAL_TITLE,
        list(_blocks(asked, over_time, stack, picture)),
        close=voice.BACK,
        private_metadata=asked.dump(),
    )


def by_in(action: Mapping[str, Any]) -> str:
    """What was chosen to tell the reports apart by."""
    return str(action["selected_option"]["value"])


def _blocks(
    asked: Asked, over_time: OverTime, stack: Stack | None, picture: Picture | NoPicture | None
) -> Iterator[Block]:
    narrowed_by = list(_narrowed_by(asked.scope, stack))
    if not over_time.total:
        yield section("nothing", voice.nothing(over_time, narrowed=bool(narrowed_by)))
        return
    yield section("heading", voice.heading(over_time))
    yield ActionsBlock([_menu(asked.by)], block_id="by")
    yield _shown(picture)
    yield section("numbers", whole_lines(voice.numbers(over_time, asked.by)))
    counted = voice.counted(narrowed_by, ignores=_ignores(asked.listed))
    yield ContextBlock([Text(counted)], block_id="counted")


def _shown(picture: Picture | NoPicture | None) -> Block:
    if isinstance(picture, Picture):
        return picture_block(picture.file_id, picture.alt_text)
    return section("no_picture", _SAID[picture] if picture else voice.ON_ITS_WAY)


def _menu(chosen: By) -> StaticSelectMenu:
    options = {by: Option(PlainText(said), by.value) for by, said in voice.TITLES.items()}
    return StaticSelectMenu(
        action_id=BY_ACTION,
        options=list(options.values()),
        initial_option=options[chosen],
        placeholder=PlainText(voice.TITLES[By.LAYER]),
    )


def _narrowed_by(scope: Scope, stack: Stack | None) -> Iterator[str]:
    if scope.severity is not None:
        yield drift_voice.SEVERITIES[scope.severity].lower()
    if scope.layer is not None:
        yield f"{drift_voice.LAYERS[scope.layer].lower()} layer"
    if scope.touchpoint_id is not None:
        name = drift_voice.touchpoint_name(stack, scope.touchpoint_id)
        yield name or scope.touchpoint_id


def _ignores(listed: Listed) -> bool:
    return bool(listed.since or listed.text or listed.show not in {"open", "all"})
