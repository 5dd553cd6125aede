"""Hold a text against a narrative: a pure function, the same for Slack and the command line."""

from dataclasses import dataclass
from enum import StrEnum

import regex

from coherence.errors import InvalidDraft
from coherence.findings import Finding, Source, verdict_of
from coherence.rules import CompiledStack, pass_rules
from coherence.stack.document import Verdict

MAX_CHARACTERS = 40_000
"""What Slack keeps of one message."""

# Emoji shortcodes, mentions and link targets have letters but say nothing.
_WORDLESS = regex.compile(r":[\w+'-]{1,100}:|<[^<>\s|]{1,3000}\|?|https?://\S+")


class NotJudged(StrEnum):
    """Why nobody has judged the meaning of a text."""

    NO_MODEL = "no_model"
    RULES_ONLY = "rules_only"
    PENDING = "pending"
    """A model is being asked."""
    CANNOT_JUDGE = "cannot_judge"
    """The model says so itself."""
    REFUSED = "refused"
    """The model declines, or its endpoint filters the answer."""
    TRUNCATED = "truncated"
    BAD_REPLY = "bad_reply"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    """The endpoint can't be reached or fails."""
    BUSY = "busy"
    """The endpoint takes no more requests for now."""
    MISCONFIGURED = "misconfigured"
    """The endpoint doesn't accept the key, the model's name or our way of asking."""
    QUOTA_SPENT = "quota_spent"
    """The account at the endpoint has nothing left."""
    INTERRUPTED = "interrupted"
    """The bot was told to stop, or failed itself, before the model had answered."""
    BUDGET_SPENT = "budget_spent"
    """The workspace's own budget for the day."""
    TOO_LONG = "too_long"
    """Draft and narrative together are more than the model reads at once."""
    NARRATIVE_TOO_LONG = "narrative_too_long"
    NARRATIVE_EMPTY = "narrative_empty"
    """No statement that a meaning could be held against."""


@dataclass(frozen=True)
class Assessment:
    """What a check says about one text.

    `unjudged` says why no model has judged its meaning, None if one has. `rules_not_run` are the ids
    of house rules whose expressions took too long on this text. `left_out` counts what a model said
    that the texts don't bear out; `dismissed` what somebody has marked as no problem in this wording.
    """

    text: str
    verdict: Verdict
    unjudged: NotJudged | None
    judged_by: tuple[str, ...]
    findings: tuple[Finding, ...]
    rewrite: str | None = None
    rules_not_run: tuple[str, ...] = ()
    left_out: int = 0
    dismissed: int = 0

    @property
    def reason(self) -> NotJudged | None:
        """Why there is no verdict, set exactly where it is `not_judged`."""
        return self.unjudged if self.verdict is Verdict.NOT_JUDGED else None


def assess(
    compiled: CompiledStack,
    text: str,
    touchpoint_id: str | None = None,
    *,
    unjudged: NotJudged = NotJudged.NO_MODEL,
) -> Assessment:
    """Run the rules over a text. Raises InvalidDraft or NoTouchpoint.

    `unjudged` says why no model is asked; it becomes the reason where the rules find nothing.
    """
    draft = clean_draft(text)
    found = pass_rules(compiled, draft, touchpoint_id)
    verdict = verdict_of(found.findings, judged=False)
    return Assessment(
        text=draft,
        verdict=verdict,
        unjudged=unjudged,
        judged_by=(f"{Source.RULE}s",),
        findings=found.findings,
        rules_not_run=found.not_run,
    )


def clean_draft(text: str) -> str:
    """Return the text with what no database takes replaced one for one, so that offsets hold.

    Raises InvalidDraft for a text without words or over MAX_CHARACTERS.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidDraft(
            f"This draft has {len(text):,} characters; up to {MAX_CHARACTERS:,} can be checked "
            "at once. Check it in parts."
        )
    if not text.strip():
        raise InvalidDraft("There is nothing to check yet: the draft is empty.")
    if not any(map(str.isalnum, _WORDLESS.sub("", text))):
        raise InvalidDraft("There are no words in this draft to check.")
    return "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)
