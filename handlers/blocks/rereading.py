"""What a new version changes, in Block Kit."""

from collections.abc import Iterator

from slackblocks import Block, ContextBlock, Text

from coherence.rereading import Progress
from coherence.rereading_news import Effect, News
from handlers.blocks.message import MAX_SECTION, Message, plain_message, section
from handlers.voice import rereading as voice
from handlers.voice.mrkdwn import clip

_SHOWN_TOUCHPOINTS = 8
"""Of each kind, so that a message stays within what Slack takes and people read."""

_MAX_TEXT = 1_200


def news_message(journey: str, news: News) -> Message:
    """The one message about a version, as it stands."""
    if isinstance(news, Progress):
        return plain_message(voice.progress(journey, news))
    if isinstance(news, Effect):
        return Message(voice.headline(journey, news), list(_effect(journey, news)))
    return plain_message(voice.overtaken(journey, news.version))


def _effect(journey: str, effect: Effect) -> Iterator[Block]:
    yield section("headline", f"*{clip(voice.headline(journey, effect), MAX_SECTION - 2)}*")
    if effect.changes_anything:
        yield from _touchpoints(effect)
        if effect.progress.checks:
            yield section("checks", voice.checks(effect.checks, effect.progress.checks))
    small = [voice.compared_with(effect)]
    if effect.checks.worse or effect.checks.better:
        small.append(voice.drafts_stay_private())
    yield ContextBlock([Text(" ".join(small))], block_id="compared")


def _touchpoints(effect: Effect) -> Iterator[Block]:
    worse = [each for each in effect.touchpoints if each.worse]
    better = [each for each in effect.touchpoints if not each.worse]
    for kind, touchpoints, say in (
        ("worse", worse, voice.touchpoint_now_clashes),
        ("better", better, voice.touchpoint_no_longer_clashes),
    ):
        for n, each in enumerate(touchpoints[:_SHOWN_TOUCHPOINTS]):
            yield section(f"{kind}_{n}", clip(say(each), _MAX_TEXT))
        if left := touchpoints[_SHOWN_TOUCHPOINTS:]:
            yield section(f"{kind}_left", voice.touchpoints_left_out(len(left)))
