"""Where the duty is followed, in Block Kit: the choice, and the letter to stewards."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from slackblocks import (
    Block,
    CheckboxGroup,
    Element,
    ExternalSelectMenu,
    InputBlock,
    Option,
    PlainText,
    StaticSelectMenu,
    UserMultiSelectMenu,
)

from coherence.champion.surface_choice import MOST_FALLBACK, ChosenSurfaces, SurfaceChoice, ToCome
from coherence.champion.surfaces import Trouble
from handlers.blocks.message import Message, modal, plain_modal, section
from handlers.voice import champion_surfaces as voice
from handlers.voice.mrkdwn import clip

FORM_CALLBACK: Final = "champion_surfaces_form"
GROUP_ACTION: Final = "champion_surfaces_group"

HANDLE_BLOCK: Final = "handle"
FALLBACK_BLOCK: Final = "fallback"
TOPIC_BLOCK: Final = "topic"

MAX_OPTIONS: Final = 100
"""What a menu holds, offered or found."""

_INPUT_ACTION: Final = "value"
_OPTION_TEXT: Final = 75
_TOPIC_ON: Final = "topic"


@dataclass(frozen=True)
class Group:
    """A user group to choose."""

    id: str
    handle: str
    name: str
    is_disabled: bool = False

    def option(self) -> Option:
        """As an option of a menu."""
        said = voice.group(self.handle, self.name, disabled=self.is_disabled)
        return Option(PlainText(clip(said, _OPTION_TEXT)), self.id)


@dataclass(frozen=True)
class Groups:
    """The user groups of a workspace; with `error`, Slack doesn't tell them."""

    found: Sequence[Group] = ()
    error: str | None = None

    def matching(self, words: str) -> list[Group]:
        """Those whose handle or name has these words, as many as a menu holds."""
        sought = words.casefold().removeprefix("@")
        hits = [g for g in self.found if sought in f"{g.handle} {g.name}".casefold()]
        return hits[:MAX_OPTIONS]


@dataclass(frozen=True)
class SurfaceForm:
    """What the form remembers: whose rota, and what was chosen when it opened."""

    journey_id: str
    seen: SurfaceChoice

    def dump(self) -> str:
        """As a view's private metadata."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, metadata: str) -> "SurfaceForm":
        """From a view's private metadata."""
        held = json.loads(metadata)
        seen = held["seen"]
        choice = SurfaceChoice(seen["handle"], tuple(seen["fallback"]), bool(seen["topic"]))
        return cls(held["journey_id"], choice)


def loading_modal() -> dict[str, Any]:
    """Shown at once, while the content is on its way."""
    return plain_modal(voice.TITLE, voice.loading(), voice.CLOSE)


def saved_modal(to_come: ToCome | None) -> dict[str, Any]:
    """After saving; with what is still to come before anything is shown."""
    return plain_modal(voice.TITLE, voice.saved(to_come), voice.CLOSE)


def surfaces_form(
    chosen: ChosenSurfaces, groups: Groups, notice: str | None = None
) -> dict[str, Any]:
    """The choice, as it stands; `notice` is shown above it."""
    return modal(
        voice.TITLE,
        [*_standing(chosen, notice), *_handle(chosen.choice, groups), _topic(chosen.choice)],
        close=voice.CANCEL,
        submit=voice.SAVE,
        callback_id=FORM_CALLBACK,
        private_metadata=SurfaceForm(chosen.journey_id, chosen.choice).dump(),
    )


def surfaces_answer(view: Mapping[str, Any]) -> tuple[SurfaceForm, SurfaceChoice]:
    """What the form remembers, and what was chosen in it."""
    form = SurfaceForm.load(view["private_metadata"])
    values = view["state"]["values"]
    topic = bool(_held(values, TOPIC_BLOCK, _INPUT_ACTION).get("selected_options"))
    if HANDLE_BLOCK not in values:
        # Where groups could not be offered, what is chosen stays.
        return form, SurfaceChoice(form.seen.handle, form.seen.fallback, topic)
    handle = _held(values, HANDLE_BLOCK, GROUP_ACTION).get("selected_option") or {}
    people = _held(values, FALLBACK_BLOCK, _INPUT_ACTION).get("selected_users") or ()
    return form, SurfaceChoice(handle.get("value"), tuple(people), topic)


def trouble_message(trouble: Trouble) -> Message:
    """To stewards: what doesn't follow, why, and what helps."""
    return Message(voice.trouble_line(trouble), [section("trouble", voice.trouble(trouble))])


def _standing(chosen: ChosenSurfaces, notice: str | None) -> Iterator[Block]:
    if notice:
        yield section("notice", notice)
    yield section("intro", voice.intro(chosen.journey, chosen.channel_id))
    for kind, error in chosen.troubles.items():
        yield section(f"trouble_{kind}", voice.standing(kind, error))


def _handle(choice: SurfaceChoice, groups: Groups) -> Iterator[Block]:
    if groups.error is not None:
        yield section("no_groups", voice.no_groups(groups.error))
        return
    if not groups.found:
        yield section("no_groups", voice.none_yet())
        return
    yield _input(HANDLE_BLOCK, voice.HANDLE_LABEL, _group_menu(choice, groups), voice.HANDLE_HINT)
    people = UserMultiSelectMenu(
        action_id=_INPUT_ACTION,
        initial_users=list(choice.fallback) or None,
        max_selected_items=MOST_FALLBACK,
        placeholder=PlainText(voice.FALLBACK_PLACEHOLDER),
    )
    yield _input(FALLBACK_BLOCK, voice.FALLBACK_LABEL, people, voice.FALLBACK_HINT)


def _group_menu(choice: SurfaceChoice, groups: Groups) -> Element:
    chosen = next((g.option() for g in groups.found if g.id == choice.handle), None)
    placeholder = PlainText(voice.HANDLE_PLACEHOLDER)
    if len(groups.found) > MAX_OPTIONS:
        return ExternalSelectMenu(
            action_id=GROUP_ACTION,
            initial_option=chosen,
            min_query_length=1,
            placeholder=placeholder,
        )
    return StaticSelectMenu(
        action_id=GROUP_ACTION,
        options=[group.option() for group in groups.found],
        initial_option=chosen,
        placeholder=placeholder,
    )


def _topic(choice: SurfaceChoice) -> Block:
    on = Option(PlainText(voice.TOPIC_BOX), _TOPIC_ON)
    boxes = CheckboxGroup(_INPUT_ACTION, [on], initial_options=[on] if choice.topic else None)
    return _input(TOPIC_BLOCK, voice.TOPIC_BOX_LABEL, boxes)


def _input(block_id: str, label: str, element: Element, hint: str | None = None) -> InputBlock:
    shown = PlainText(hint) if hint else None
    return InputBlock(PlainText(label), element, block_id=block_id, hint=shown, optional=True)


def _held(values: Mapping[str, Any], block_id: str, action_id: str) -> dict[str, Any]:
    held: dict[str, Any] = values.get(block_id, {}).get(action_id) or {}
    return held
