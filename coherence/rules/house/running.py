"""Run the house rules over one text."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from coherence.findings import Finding, Relation, Severity, Source
from coherence.rules.house.compiled import CompiledRule
from coherence.rules.house.kinds import Found, find
from coherence.rules.house.view import TextView
from coherence.rules.house.wording import rule_statement
from coherence.stack.house_rules import HouseRule, Level

MOST_FINDINGS: Final = 100
"""As many a rule may have in one text."""

# A house rule is about style: it may weigh as much as a checklist, and never makes a conflict.
_SEVERITIES: Final = {
    Level.SUGGESTION: Severity.LOW,
    Level.WARNING: Severity.MEDIUM,
    Level.ERROR: Severity.MEDIUM,
}


def run_house_rules(
    rules: Iterable[CompiledRule], view: TextView
) -> tuple[list[Finding], tuple[str, ...]]:
    """Return what the rules find, and the ids of those that could not be run in time."""
    findings: list[Finding] = []
    not_run = []
    for compiled in rules:
        found = _run(compiled, view)
        if found is None:
            not_run.append(compiled.rule.id)
        else:
            findings += _findings(compiled.rule, found, view.text)
    return findings, tuple(not_run)


def _run(compiled: CompiledRule, view: TextView) -> list[Found] | None:
    if not compiled.is_usable:
        return None
    view.stopwatch.begin_rule()
    try:
        return list(islice(find(compiled, view), MOST_FINDINGS))
    except TimeoutError:
        return None


def _findings(rule: HouseRule, found: Iterable[Found], text: str) -> Iterator[Finding]:
    for (start, end), why, suggestion in found:
        yield Finding(
            statement_id=None,
            rule_id=rule.id,
            source=Source.RULE,
            relation=Relation.STYLE,
            severity=_SEVERITIES[rule.level],
            start=start,
            end=end,
            quote=text[start:end],
            statement=rule_statement(rule),
            why=rule.why or why,
            suggestion=suggestion,
        )
