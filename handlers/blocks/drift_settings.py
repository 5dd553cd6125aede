"""The settings of drift in Block Kit: one form for one journey."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from slackblocks import (
    Block,
    CheckboxGroup,
    ConversationFilter,
    ConversationMultiSelectMenu,
    InputBlock,
    Option,
    PlainText,
    SectionBlock,
    StaticSelectMenu,
    Text,
)

from coherence.drift.settings import Choices, JourneyChoices, OtherJourney
from coherence.journey_settings import fingerprint_of
from handlers.blocks.message import modal, plain_modal, section
from handlers.voice import drift_settings as voice
from handlers.voice.mrkdwn import clip, escape

CALLBACK: Final = "drift_settings"
JOURNEY_ACTION: Final = "drift_settings_journey"
CHANNEL_BLOCK: Final = "channel"
INPUT_ACTION: Final = "value"

_OPTION = 75
_MAX_JOURNEYS = 100
_SHORT = 12


def loading_modal() -> dict[str, Any]:
    """Shown at once, while the settings are on their way."""
    return plain_modal(voice.TITLE, voice.loading(), voice.CANCEL)


def settings_modal(
    current: JourneyChoices,
    journeys: Sequence[OtherJourney],
    chosen: Choices | None = None,
    notice: str | None = None,
) -> dict[str, Any]:
    """The settings of a journey; `chosen` is what somebody has chosen already, saved or not."""
    seen = current.chosen
    # Slack keeps what was chosen in a block of the same id: of another state the blocks are others.
    version = fingerprint_of([current.journey_id, asdict(seen)])[:_SHORT]
    held = {"journey_id": current.journey_id, "seen": asdict(seen)}
    blocks = [
        *([section("notice", notice)] if notice else []),
        _about(current, journeys),
        *_inputs(current, chosen or seen, version),
    ]
    return modal(
        voice.TITLE,
        blocks,
        close=voice.CANCEL,
        submit=voice.SAVE,
        callback_id=CALLBACK,
        private_metadata=json.dumps(held),
    )


def answers(view: Mapping[str, Any]) -> tuple[str, Choices, Choices]:
    """The journey's id, what was seen, and what was chosen."""
    held = json.loads(view["private_metadata"])
    seen = Choices(**held["seen"])
    fields = {
        block.partition("@")[0]: each[INPUT_ACTION]
        for block, each in view["state"]["values"].items()
    }
    ticked = [
        option["value"]
        for name in ("reporting", "digests")
        for option in fields[name].get("selected_options") or ()
    ]
    channel = seen.channel
    if CHANNEL_BLOCK in fields:
        channel = next(iter(fields[CHANNEL_BLOCK].get("selected_conversations") or ()), None)
    chosen = Choices("anonymous" in ticked, "weekly" in ticked, "monthly" in ticked, channel)
    return held["journey_id"], seen, chosen


def channel_block(view: Mapping[str, Any]) -> str:
    """The id of the block in which the channel was chosen."""
    ids = (str(block["block_id"]) for block in view["blocks"])
    return next(each for each in ids if each.startswith(f"{CHANNEL_BLOCK}@"))


def _about(current: JourneyChoices, journeys: Sequence[OtherJourney]) -> SectionBlock:
    said = Text(voice.about(escape(current.journey)))
    if len(journeys) < 2:  # noqa: PLR2004 - one is no choice
        return SectionBlock(said, block_id="about")
    options = {
        each.journey_id: Option(PlainText(clip(each.name, _OPTION)), each.journey_id)
        for each in journeys[:_MAX_JOURNEYS]
    }
    menu = StaticSelectMenu(
        action_id=JOURNEY_ACTION,
        options=list(options.values()),
        initial_option=options.get(current.journey_id),
        placeholder=PlainText(voice.JOURNEY_PLACEHOLDER),
    )
    return SectionBlock(said, block_id="about", accessory=menu)


def _inputs(current: JourneyChoices, chosen: Choices, version: str) -> Iterator[Block]:
    anonymous = {"anonymous": (voice.ANONYMOUS, voice.ANONYMOUS_MORE)}
    yield _boxes(f"reporting@{version}", voice.REPORTING_LABEL, anonymous, chosen)
    digests = {
        "weekly": (voice.WEEKLY, voice.WEEKLY_MORE),
        "monthly": (voice.MONTHLY, voice.MONTHLY_MORE),
    }
    yield _boxes(f"digests@{version}", voice.DIGESTS_LABEL, digests, chosen)
    if len(current.channels) > 1:
        # A menu for several, of which one may be chosen: others can't be emptied again.
        menu = ConversationMultiSelectMenu(
            action_id=INPUT_ACTION,
            initial_conversations=[chosen.channel] if chosen.channel else None,
            max_selected_items=1,
            filter=ConversationFilter(include=["public", "private"]),
            placeholder=PlainText(voice.CHANNEL_PLACEHOLDER),
        )
        yield InputBlock(
            PlainText(voice.CHANNEL_LABEL),
            menu,
            block_id=f"{CHANNEL_BLOCK}@{version}",
            hint=PlainText(voice.CHANNEL_HINT),
            optional=True,
        )


def _boxes(
    block_id: str, label: str, choices: Mapping[str, tuple[str, str]], chosen: Choices
) -> InputBlock:
    options = {
        name: Option(PlainText(said), name, description=PlainText(more))
        for name, (said, more) in choices.items()
    }
    ticked = [option for name, option in options.items() if getattr(chosen, name)]
    boxes = CheckboxGroup(
        action_id=INPUT_ACTION, options=list(options.values()), initial_options=ticked or None
    )
    return InputBlock(PlainText(label), boxes, block_id=block_id, optional=True)
