"""How well checks come out on messages whose verdict people agree on: pure counting.

A case is such a message: an example of the stack, or a line of a labelled set. What nobody has judged counts
as not found, and is counted apart: it never counts as fitting.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from coherence.assessment import NotJudged
from coherence.findings import Finding, Relation
from coherence.proportions import Share
from coherence.stack.document import Example, Verdict

EXPECTED_VERDICTS = (Verdict.FITS, Verdict.SUGGESTIONS, Verdict.CONFLICT)
"""What people can agree on."""


@dataclass(frozen=True)
class Line:
    """A line of the narrative that a message is known to offend; `relation` None: however."""

    id: str
    relation: Relation | None = None

    def is_met_by(self, finding: Finding) -> bool:
        """Whether a finding says this."""
        named = self.id in (finding.statement_id, finding.rule_id)
        return named and self.relation in (None, finding.relation)


@dataclass(frozen=True)
class Case:
    """A message with the verdict it should get; `lines` None: nobody says which lines it offends."""

    id: str
    text: str
    verdict: Verdict
    touchpoint_id: str | None = None
    lines: tuple[Line, ...] | None = None


@dataclass(frozen=True)
class Outcome:
    """What a check said about a case; `unjudged` says why no model has judged its meaning."""

    case: Case
    verdict: Verdict
    unjudged: NotJudged | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def is_as_expected(self) -> bool:
        """Whether it got the verdict that it should get."""
        return self.verdict is self.case.verdict

    @cached_property
    def missed(self) -> tuple[Line, ...]:
        """The lines that nothing was said about."""
        lines = self.case.lines or ()
        return tuple(each for each in lines if not any(map(each.is_met_by, self.findings)))

    @cached_property
    def false_alarms(self) -> tuple[Finding, ...]:
        """The findings about lines that the case is not known to offend."""
        lines = self.case.lines
        if lines is None:
            return ()
        return tuple(f for f in self.findings if not any(line.is_met_by(f) for line in lines))


@dataclass(frozen=True)
class Rates:
    """`precision`: of what was said, how much was right. `recall`: of what should be found, how much was."""

    precision: Share
    recall: Share


@dataclass(frozen=True)
class Report:
    """What came out of a number of cases."""

    outcomes: tuple[Outcome, ...]

    @cached_property
    def as_expected(self) -> Share:
        """How many got the verdict that they should get."""
        return Share(sum(o.is_as_expected for o in self.outcomes), len(self.outcomes))

    @cached_property
    def not_as_expected(self) -> tuple[Outcome, ...]:
        """Those that were judged otherwise, or not at all."""
        return tuple(outcome for outcome in self.outcomes if not outcome.is_as_expected)

    @cached_property
    def not_judged(self) -> int:
        """How many have no verdict."""
        return sum(outcome.verdict is Verdict.NOT_JUDGED for outcome in self.outcomes)

    @cached_property
    def reasons(self) -> Mapping[NotJudged, int]:
        """Why no model has judged them, and how many; those the rules found something in count too."""
        return Counter(outcome.unjudged for outcome in self.outcomes if outcome.unjudged)

    @cached_property
    def confusion(self) -> Mapping[tuple[Verdict, Verdict], int]:
        """How many should get the first verdict and got the second."""
        return Counter((outcome.case.verdict, outcome.verdict) for outcome in self.outcomes)

    @cached_property
    def verdicts(self) -> Mapping[Verdict, Rates]:
        """Rates of each verdict that can be expected."""
        return {verdict: self._rates(verdict) for verdict in EXPECTED_VERDICTS}

    @cached_property
    def relations(self) -> Mapping[Relation, Rates]:
        """Rates of each relation that was found or should be, by message and line.

        A relation that no case names has findings but nothing to be found.
        """
        return _rates_by_relation(self.outcomes)

    @cached_property
    def lines(self) -> Rates:
        """The same for all findings together, also of cases that name lines and no relation."""
        told = [outcome for outcome in self.outcomes if outcome.case.lines is not None]
        said = sum(len(_distinct(outcome.findings)) for outcome in told)
        wrong = sum(len(_distinct(outcome.false_alarms)) for outcome in told)
        expected = sum(len(set(outcome.case.lines or ())) for outcome in told)
        missed = sum(len(set(outcome.missed)) for outcome in told)
        return Rates(Share(said - wrong, said), Share(expected - missed, expected))

    def _rates(self, verdict: Verdict) -> Rates:
        right = self.confusion.get((verdict, verdict), 0)
        said = sum(n for (_, got), n in self.confusion.items() if got is verdict)
        expected = sum(n for (wanted, _), n in self.confusion.items() if wanted is verdict)
        return Rates(Share(right, said), Share(right, expected))


@dataclass(frozen=True)
class Flip:
    """A case that got another verdict than before."""

    id: str
    expected: Verdict
    before: Verdict
    after: Verdict
    text: str = field(default="", compare=False)

    @property
    def is_better(self) -> bool:
        """Whether it gets by now what it should get."""
        return self.after is self.expected

    @property
    def is_worse(self) -> bool:
        """Whether it got before what it should get."""
        return self.before is self.expected


def find_flips(before: Mapping[str, Verdict], after: Iterable[Outcome]) -> tuple[Flip, ...]:
    """The cases of both, by id, whose verdict differs."""
    return tuple(
        Flip(outcome.case.id, outcome.case.verdict, earlier, outcome.verdict, outcome.case.text)
        for outcome in after
        if (earlier := before.get(outcome.case.id)) is not None and earlier is not outcome.verdict
    )


def cases_of(examples: Sequence[Example]) -> tuple[Case, ...]:
    """A stack's examples as cases."""
    return tuple(map(_case, examples))


def _case(example: Example) -> Case:
    verdict = Verdict(example.verdict)
    lines = tuple(Line(each) for each in example.statements) or None
    # What an example that fits names is what it keeps to.
    offends = () if verdict is Verdict.FITS else lines
    return Case(example.id, example.text, verdict, example.touchpoint, offends)


def _rates_by_relation(outcomes: Iterable[Outcome]) -> dict[Relation, Rates]:
    said: Counter[Relation] = Counter()
    wrong: Counter[Relation] = Counter()
    expected: Counter[Relation] = Counter()
    missed: Counter[Relation] = Counter()
    for outcome in outcomes:
        if outcome.case.lines is None:
            continue
        said.update(relation for _, relation in _distinct(outcome.findings))
        wrong.update(relation for _, relation in _distinct(outcome.false_alarms))
        expected.update(line.relation for line in set(outcome.case.lines) if line.relation)
        missed.update(line.relation for line in set(outcome.missed) if line.relation)
    return {
        relation: Rates(
            Share(said[relation] - wrong[relation], said[relation]),
            Share(expected[relation] - missed[relation], expected[relation]),
        )
        for relation in Relation
        if said[relation] or expected[relation]
    }


def _distinct(findings: Iterable[Finding]) -> set[tuple[str | None, Relation]]:
    """A line that a message offends in three places is one thing to find."""
    return {(finding.statement_id or finding.rule_id, finding.relation) for finding in findings}
