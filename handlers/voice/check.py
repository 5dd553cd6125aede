"""What the bot says around a check."""

from collections.abc import Sequence

from coherence.assessment import Assessment, NotJudged
from coherence.check_result import CheckResult
from coherence.findings import Finding, Relation, Severity, Source, group_findings
from coherence.stack.document import Verdict
from handlers.voice.mrkdwn import as_read, one_line, quoted

FORM_TITLE = "Check a draft"
RESULT_TITLE = "Does it fit our story?"
CHECK = "Check"
CANCEL = "Cancel"
CLOSE = "Close"
EDIT_AND_CHECK_AGAIN = "Edit and check again"
USE_REWRITE = "Use this wording"
DRAFT_LABEL = "Your draft"
DRAFT_PLACEHOLDER = "The message as you would send it"
TOUCHPOINT_LABEL = "Where will it be used?"
TOUCHPOINT_HINT = "A touchpoint brings its own checklist."
ANY_TOUCHPOINT = "No particular touchpoint"
JOURNEY_LABEL = "Which story, and where will it be used?"

_SHOWN_QUOTES = 4
_SHOWN_RULES = 6

_RELATIONS = {
    Relation.CONTRADICTS: "contradicts our story",
    Relation.OVERPROMISES: "promises more than we do",
    Relation.DRIFTS: "drifts from our story",
    Relation.OFF_TONE: "not how we sound",
    Relation.TERM: "not our word for it",
    Relation.CHECKLIST: "checklist",
    Relation.STYLE: "style",
}


def headline(assessment: Assessment) -> str:
    """The verdict in words."""
    count = len(group_findings(assessment.findings))
    match assessment.verdict:
        case Verdict.CONFLICT:
            conflicts = sum(
                group[0].severity is Severity.HIGH for group in group_findings(assessment.findings)
            )
            return f"Conflict: {_places(conflicts)} with our story{_and_more(count - conflicts)}."
        case Verdict.SUGGESTIONS:
            return f"{_count(count, 'suggestion')}, and no conflict found."
        case Verdict.FITS:
            return "This fits our story."
        case _ if assessment.unjudged is NotJudged.PENDING:
            return "The rules found nothing. Not judged yet."
        case _:
            return "Not judged: the rules found nothing."


def finding_title(group: Sequence[Finding]) -> str:
    """The quoted words, and how they stand to the narrative."""
    finding = group[0]
    level = "Conflict" if finding.severity is Severity.HIGH else "Suggestion"
    quotes = list(dict.fromkeys(quoted(f.quote, 120) for f in group if f.quote))
    unshown = len(quotes) - _SHOWN_QUOTES
    more = f" and {unshown} more" if unshown > 0 else ""
    words = ", ".join(quotes[:_SHOWN_QUOTES]) + more
    return " · ".join(part for part in (level, words, _RELATIONS[finding.relation]) if part)


def narrative_line(finding: Finding) -> str:
    """The line of the narrative, or the house rule, by id and in its own words; a model quotes a part."""
    said_so = quoted if finding.source is Source.MODEL else one_line
    statement = said_so(finding.statement, 300)
    if finding.statement_id is None and finding.rule_id is not None:
        return f"House rule {finding.rule_id}: {statement}"
    return f"Narrative {finding.statement_id or ''}: {statement}"


def why_line(finding: Finding) -> str:
    """Why it doesn't fit, and who says so where that is a model."""
    whose = "Why, as the model reads it" if finding.source is Source.MODEL else "Why"
    return f"{whose}: {one_line(finding.why, 300)}"


def suggestion_line(group: Sequence[Finding]) -> str | None:
    """What to write instead, or None."""
    suggestions = list(dict.fromkeys(f.suggestion for f in group if f.suggestion))
    return f"Instead: {one_line(' '.join(suggestions), 400)}" if suggestions else None


def not_shown(count: int) -> str:
    """Say that the answer is shorter than the list."""
    return f"{_count(count, 'more finding')} not shown here. Start with these, then check again."


def rules_not_run(assessment: Assessment) -> str | None:
    """Say which house rules were left out; None if none was."""
    ids = assessment.rules_not_run
    if not ids:
        return None
    if len(ids) == 1:
        return f"House rule {ids[0]} took too long on this text and did not count; a steward can simplify it."
    names = ", ".join(ids[:_SHOWN_RULES])
    more = f" and {len(ids) - _SHOWN_RULES} more" if len(ids) > _SHOWN_RULES else ""
    return f"House rules {names}{more} took too long on this text and did not count; a steward can simplify them."


def checked_against(result: CheckResult) -> str:
    """Name what the draft was held against."""
    where = f" for {one_line(result.touchpoint.name, 75)}" if result.touchpoint else ""
    return (
        f"Checked against “{one_line(result.journey, 75)}”, version {result.stack_version}{where}."
    )


def draft_excerpt(text: str) -> str:
    """The beginning of one's own draft, so that one sees what was checked."""
    return f"Your draft: {quoted(as_read(text), 200)}"


def message_excerpt(text: str) -> str:
    """The beginning of a message that was said already."""
    return f"The message: {quoted(as_read(text), 200)}"


def help_hint() -> str:
    """In a direct message, where any words are taken for a draft."""
    return "I took this for a draft. Say “help” and I tell you what else I do."


def too_long_to_edit(limit: int) -> str:
    """Explain why a draft is shown but cannot be edited here."""
    return (
        f"This draft is longer than the {limit:,} characters that fit into a Slack form. Edit it where you "
        "wrote it, send it to me in a direct message, and I check it again."
    )


def loading() -> str:
    """While the answer is on its way."""
    return "One moment, reading your draft…"


def loading_form() -> str:
    """While the form is on its way."""
    return "One moment…"


def deleted_message() -> str:
    """The message is gone."""
    return "This message was deleted, so there is nothing left to check."


def only_a_file() -> str:
    """A file without a text."""
    return "This message is a file without a text; paste the words you want checked."


def only_blocks() -> str:
    """A message that an app laid out."""
    return "I can't read messages that an app has laid out; paste the words you want checked."


def empty_message() -> str:
    """Nothing at all."""
    return "This message has no words to check."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _places(number: int) -> str:
    return "1 thing clashes" if number == 1 else f"{number} things clash"


def _and_more(suggestions: int) -> str:
    return f", and {_count(suggestions, 'suggestion')}" if suggestions else ""
