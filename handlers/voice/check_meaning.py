"""What the bot says about reading for meaning: while a model is asked, and where nothing came of it."""

from datetime import datetime
from itertools import takewhile

from coherence.assessment import Assessment, NotJudged
from coherence.findings import Source
from handlers.voice.dates import Style, on_own_clock
from handlers.voice.mrkdwn import clip, escape

CHECK_MEANING_AGAIN = "Check the meaning again"

_WORDING = "Another wording"
_IN_PART = ", from where it begins to differ"
_LEAD = 80
"""Characters that are shown before the first words that change."""

_RULES_ONLY = "Rules only: meaning not checked."
_TELL = "Please tell the person who runs this bot"

_REASONS = {
    NotJudged.NO_MODEL: "No model is set up.",
    NotJudged.RULES_ONLY: "",
    NotJudged.PENDING: "",
    NotJudged.CANNOT_JUDGE: "The model says that it can't judge this text, for example for its language.",
    NotJudged.REFUSED: "The model declined to read this text. You can ask it once more.",
    NotJudged.TRUNCATED: "The model's answer broke off. Try again, or check a shorter draft.",
    NotJudged.BAD_REPLY: "The model's answer could not be used. Please try again.",
    NotJudged.TIMEOUT: "The model took too long to answer. Please try again in a moment.",
    NotJudged.UNREACHABLE: "The model can't be reached right now. Please try again in a few minutes.",
    NotJudged.BUSY: "The model has too much to do right now. Please try again in a minute.",
    NotJudged.MISCONFIGURED: (
        f"The model doesn't take our requests. {_TELL}: `coherence doctor` tells them what is wrong."
    ),
    NotJudged.QUOTA_SPENT: f"The account that pays for the model has nothing left. {_TELL}.",
    NotJudged.INTERRUPTED: "I was interrupted before the model had answered. Please try again.",
    NotJudged.BUDGET_SPENT: "Today's budget for the model is spent. It goes on after midnight, UTC.",
    NotJudged.TOO_LONG: "This draft is too long to be read for meaning. Check it in parts.",
    NotJudged.NARRATIVE_TOO_LONG: (
        "The narrative is too long to judge by. A steward can shorten it with `/coherence edit`."
    ),
    NotJudged.NARRATIVE_EMPTY: (
        "The narrative has no line yet to judge a meaning by. A steward can add some with `/coherence edit`."
    ),
}

# Where asking once more brings the same answer.
_SETTLED = frozenset(
    {
        NotJudged.NO_MODEL,
        NotJudged.RULES_ONLY,
        NotJudged.PENDING,
        NotJudged.CANNOT_JUDGE,
        NotJudged.BUDGET_SPENT,
        NotJudged.TOO_LONG,
        NotJudged.NARRATIVE_TOO_LONG,
        NotJudged.NARRATIVE_EMPTY,
    }
)


def meaning_not_checked(assessment: Assessment, renewed_at: datetime | None = None) -> str | None:
    """Say that only words were looked at, and why; None if a model has judged, or is at it.

    `renewed_at` is when a spent budget is whole again, told by the reader's own clock.
    """
    reason = assessment.unjudged
    if reason is None or reason is NotJudged.PENDING:
        return None
    if reason is NotJudged.BUDGET_SPENT and renewed_at is not None:
        again = on_own_clock(renewed_at, Style.TIME)
        return f"{_RULES_ONLY} Today's budget for the model is spent. It goes on at {again}."
    return f"{_RULES_ONLY} {_REASONS[reason]}".strip()


def reading_for_meaning() -> str:
    """While a model is asked."""
    return (
        "By the rules so far; reading for meaning now. "
        "This answer changes right here, mostly within 20 seconds."
    )


def may_try_again(assessment: Assessment) -> bool:
    """Whether it may help to ask the model once more."""
    return assessment.unjudged is not None and assessment.unjudged not in _SETTLED


def left_out(assessment: Assessment) -> str | None:
    """Say how many remarks of the model did not hold; None if all did."""
    count = assessment.left_out
    if not count:
        return None
    more = " more" if any(each.source is Source.MODEL for each in assessment.findings) else ""
    remarks = "remark" if count == 1 else "remarks"
    return f"I left out {count}{more} {remarks} of the model that I could not verify."


def wording_in_form() -> str:
    """Above the form that holds another wording."""
    return "The draft in the other wording: copy it from here, or check it once more."


def rewrite(assessment: Assessment, limit: int) -> str:
    """The draft in another wording, as a quotation; of a long one, from the first words that change.

    Up to `limit` characters of markup.
    """
    text = assessment.rewrite or ""
    still_there = any(each.quote and each.quote in text for each in assessment.findings)
    heading = f"{_WORDING} for some of it" if still_there else _WORDING
    whole = _quotation(heading, text)
    if len(whole) <= limit:
        return whole
    return _clipped(f"{heading}{_IN_PART}", _from_first_change(assessment.text, text), limit)


def _from_first_change(draft: str, text: str) -> str:
    pairs = zip(draft, text, strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    start = max(same - _LEAD, 0)
    before, space, rest = text[start:].partition(" ")
    return f"…{rest}" if start and space else before + space + rest


def _clipped(heading: str, text: str, limit: int) -> str:
    said = _quotation(heading, text)
    # Escaping lengthens some texts fivefold, and must not be cut in the middle.
    return said if len(said) <= limit else _clipped(heading, clip(text, len(text) * 3 // 4), limit)


def _quotation(heading: str, text: str) -> str:
    return "\n".join([f"*{heading}*", *(f"> {escape(line)}" for line in text.splitlines())])
