"""Let a model's wording through only if it says no more and no less than it should."""

import re
from collections.abc import Sequence
from typing import Final

from coherence.assessment import MAX_CHARACTERS
from coherence.facts import Facts, facts_of, numbers_of
from coherence.grounding import Grounded
from coherence.rules import CompiledStack, pass_rules
from coherence.rules.folding import fold, ornaments, without_unseen
from coherence.rules.markup import count_words, not_prose
from coherence.sentences import Sentence, list_marker
from coherence.statements import JudgedStatement

_TIMES_AS_LONG: Final = 3
_AND_SO_MANY_MORE: Final = 80
_MARKS: Final = ("*", "_", "~")
_STRUCTURE: Final = ("```", "`", "<", ">", "|", "~")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd\ufffc\ud800-\udfff]")


def guarded_rewrite(  # noqa: PLR0917 - each of them has a say
    rewrite: str | None,
    sentence: Sentence,
    found: Grounded,
    statement: JudgedStatement,
    compiled: CompiledStack,
    touchpoint_id: str | None,
) -> str | None:
    """Return a model's wording for a sentence, without a list's marker, if it may be shown; else None.

    It keeps numbers, dates, links, mentions and code, adds none, passes the rules and stays of sane length.
    A number in the flagged quote may give way to one that the cited statement states, so that a wrong one
    can be mended. Emoji may go. Raises NoTouchpoint.
    """
    wording = _body(" ".join((rewrite or "").split()), sentence)
    original = sentence.text[len(list_marker(sentence.text)) :]
    if not _is_sane(wording, original) or _plain(wording) == _plain(original):
        return None
    if not _keeps_facts(facts_of(wording), facts_of(original), found, statement):
        return None
    passed = pass_rules(compiled, wording, touchpoint_id)
    if passed.not_run or any(finding.quote for finding in passed.findings):
        return None
    return wording


def rewritten_draft(
    draft: str,
    replacements: Sequence[tuple[Sentence, str]],
    compiled: CompiledStack,
    touchpoint_id: str | None,
) -> str | None:
    """Put wordings in the place of whole sentences; None unless it passes the rules.

    Only what the draft lacked already, for example a line of its checklist, may still be lacking.
    A list's marker, emphasis around a sentence and the white space between sentences stay as they are.
    Raises NoTouchpoint.
    """
    parts, at = [], 0
    for sentence, wording in sorted(replacements, key=lambda each: each[0].start):
        if sentence.start < at:
            return None
        parts += [draft[at : sentence.start], _in_place(sentence.text, wording)]
        at = sentence.end
    result = "".join([*parts, draft[at:]])
    if result == draft or len(result) > MAX_CHARACTERS:
        return None
    return result if _passes(result, draft, compiled, touchpoint_id) else None


def _body(wording: str, sentence: Sentence) -> str:
    """Take off a marker that the sentence has too; any other stays, and will be noticed."""
    marker = list_marker(wording)
    return wording[len(marker) :] if list_marker(sentence.text).strip() else wording


def _is_sane(wording: str, original: str) -> bool:
    if not any(map(str.isalpha, wording)):
        return False
    if len(wording) > _TIMES_AS_LONG * len(original) + _AND_SO_MANY_MORE:
        return False
    if without_unseen(wording) != wording or _CONTROL.search(wording):
        return False
    return not list_marker(wording).strip() and all(
        wording.count(mark) <= original.count(mark) for mark in _STRUCTURE
    )


def _plain(text: str) -> str:
    marks = [(start, end, "") for start, end in ornaments(text)]
    return " ".join(fold(text, marks, keep_form=True).text.split())


def _keeps_facts(new: Facts, old: Facts, found: Grounded, statement: JudgedStatement) -> bool:
    if new.markup != old.markup or new.dates != old.dates or new.emoji - old.emoji:
        return False
    gone, come = old.numbers - new.numbers, new.numbers - old.numbers
    if bool(gone) != bool(come):
        return False
    stated = numbers_of(statement.text)
    return not gone - numbers_of(found.quote) and all(number in stated for number in come)


def _in_place(original: str, wording: str) -> str:
    marker = list_marker(original)
    opening, closing = _emphasis_around(original[len(marker) :])
    kept = wording
    if opening or closing:
        kept = kept.strip("".join({*opening, *closing}))
    return f"{marker}{opening}{kept}{closing}"


def _emphasis_around(body: str) -> tuple[str, str]:
    """Return the marks that enclose a sentence, or that it shares with its neighbours."""
    opening = closing = ""
    for mark in _MARKS:
        opens, closes = body.startswith(mark), body.endswith(mark)
        if opens and closes and body.count(mark) == len(mark) * 2:
            return mark, mark
        if body.count(mark) % 2:
            opening, closing = (mark if opens else opening), (mark if closes else closing)
    return opening, closing


def _passes(result: str, draft: str, compiled: CompiledStack, touchpoint_id: str | None) -> bool:
    new = pass_rules(compiled, result, touchpoint_id)
    if new.not_run or any(finding.quote for finding in new.findings):
        return False
    old = pass_rules(compiled, draft, touchpoint_id)
    lacked = {(finding.statement_id, finding.rule_id) for finding in old.findings}
    if any((finding.statement_id, finding.rule_id) not in lacked for finding in new.findings):
        return False
    limited = any(finding.statement_id == touchpoint_id for finding in new.findings)
    return not limited or _words(result) <= _words(draft)


def _words(text: str) -> int:
    return count_words(text, not_prose(text))
