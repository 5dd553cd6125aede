"""What the bot says about what a new version of the narrative changes."""

from coherence.rereading import Progress
from coherence.rereading_effect import CheckEffect, Passage, TouchpointEffect
from coherence.rereading_news import Effect
from coherence.rereading_plan import RECENT, Planned
from handlers.voice.mrkdwn import escape, one_line, quoted

_STATEMENT = 160
_SHOWN_PASSAGES = 5


def progress(journey: str, news: Progress) -> str:
    """While a version is being read."""
    return (
        f"Looking at {_texts(news.checks, news.touchpoints)} with version {news.version} of "
        f"“{escape(journey)}”: {news.done:,} of {news.total:,} done."
    )


def under_way(news: Progress) -> str:
    """The same, beside the narrative itself."""
    return (
        f"_Version {news.version} is being compared with {_texts(news.checks, news.touchpoints)}: "
        f"{news.done:,} of {news.total:,} done._"
    )


def to_be_read(planned: Planned) -> str:
    """To the steward who has just published."""
    return (
        f"What it changes for {_texts(planned.checks, planned.touchpoints)} is being looked at; "
        "you get one message with the result."
    )


def headline(journey: str, effect: Effect) -> str:
    """What a version changes, in one line."""
    named = f"Version {effect.version} of “{escape(journey)}”"
    if not effect.changes_anything:
        read = _texts(effect.progress.checks, effect.progress.touchpoints)
        return f"{named} changes nothing for {read}."
    worse = sum(bool(each.worse) for each in effect.touchpoints)
    better = len(effect.touchpoints) - worse
    now = _both(effect.checks.worse, worse)
    gone = _both(effect.checks.better, better)
    if not now:
        return f"{named}: {gone} no longer {_clash(effect.checks.better + better)}."
    rest = f", {gone} no longer {_do(effect.checks.better + better)}" if gone else ""
    return f"{named}: {now} now {_clash(effect.checks.worse + worse)}{rest}."


def compared_with(effect: Effect) -> str:
    """By what it was compared; small print."""
    total, by_model = effect.progress.total - effect.unread, effect.by_model
    with_what = f"Compared with version {effect.from_version}" if effect.from_version else "Read"
    if by_model == total:
        said = f"{with_what}, by the rules and the model."
    elif by_model == 0:
        said = f"{with_what}, by the rules alone: they see words, not meaning."
    else:
        said = f"{with_what}: {by_model:,} by the rules and the model, {total - by_model:,} by the rules alone."
    if effect.left_to_people:
        said += " The rest of the day's model budget is kept for people's own checks."
    if effect.unread:
        said += f" {effect.unread:,} could not be read."
    return said


def touchpoint_now_clashes(effect: TouchpointEffect) -> str:
    """A touchpoint whose copy clashes now, with its words and the lines."""
    shown = [_passage(passage) for passage in effect.worse[:_SHOWN_PASSAGES]]
    left = len(effect.worse) - len(shown)
    more = [f"• and {left:,} more {_lines(left)}"] if left else []
    also = [f"It no longer clashes with {_ids(effect.better)}."] if effect.better else []
    return "\n".join([f"{_named(effect)} now clashes:", *shown, *more, *also])


def touchpoint_no_longer_clashes(effect: TouchpointEffect) -> str:
    """A touchpoint whose copy no longer clashes where it did."""
    return f"{_named(effect)} no longer clashes with {_ids(effect.better)}."


def touchpoints_left_out(count: int) -> str:
    """More touchpoints than a message shows."""
    return f"And {count:,} more {'touchpoint' if count == 1 else 'touchpoints'}."


def checks(effect: CheckEffect, total: int) -> str:
    """What happens to the checks, in numbers only: drafts are their writers' own."""
    of = f"Of {total:,} {'check' if total == 1 else 'checks'} in the last {RECENT.days} days"
    parts = []
    if effect.worse:
        most = effect.most_often
        often = f", most often with {_line(most)}" if most else ""
        parts.append(f"{effect.worse:,} would now clash{often}")
    if effect.better:
        parts.append(f"{effect.better:,} no longer {'does' if effect.better == 1 else 'do'}")
    return f"{of}, {'; '.join(parts)}." if parts else f"{of}, none changes."


def drafts_stay_private() -> str:
    """Why no drafts are shown."""
    return "Drafts are their writers' own, so they are counted here and not shown."


def overtaken(journey: str, version: int) -> str:
    """A newer version came before everything was read."""
    return (
        f"A newer version of “{escape(journey)}” was published before everything was compared with "
        f"version {version}. The next message covers both."
    )


def _texts(checks: int, touchpoints: int) -> str:
    return _both(checks, touchpoints, "recent ") or "nothing"


def _both(checks: int, touchpoints: int, which: str = "") -> str:
    parts = []
    if touchpoints:
        parts.append(f"{touchpoints:,} {'touchpoint' if touchpoints == 1 else 'touchpoints'}")
    if checks:
        parts.append(f"{checks:,} {which}{'check' if checks == 1 else 'checks'}")
    return " and ".join(parts)


def _clash(count: int) -> str:
    return "clashes" if count == 1 else "clash"


def _do(count: int) -> str:
    return "does" if count == 1 else "do"


def _named(effect: TouchpointEffect) -> str:
    return f"*{escape(effect.touchpoint.name)}* ({escape(effect.touchpoint.id)})"


def _passage(passage: Passage) -> str:
    if not passage.quote.strip():
        return f"• something is missing: {_line(passage)}"
    return f"• {quoted(passage.quote)} clashes with {_line(passage)}"


def _line(passage: Passage) -> str:
    said = f", “{one_line(passage.statement, _STATEMENT)}”" if passage.statement else ""
    return f"{escape(passage.line)}{said}"


def _lines(count: int) -> str:
    return "line" if count == 1 else "lines"


def _ids(lines: tuple[str, ...]) -> str:
    return escape(", ".join(lines[:_SHOWN_PASSAGES]))
