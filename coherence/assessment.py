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


@dataclass(frozen=True)
class Assessment:
    """What a check says about one text; `reason` is set exactly where the verdict is `not_judged`.

    `rules_not_run` are the ids of house rules whose expressions took too long on this text.
    """

    text: str
    verdict: Verdict
    reason: NotJudged | None
    judged_by: tuple[str, ...]
    findings: tuple[Finding, ...]
    rewrite: str | None = None
    rules_not_run: tuple[str, ...] = ()


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
        reason=unjudged if verdict is Verdict.NOT_JUDGED else None,
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
