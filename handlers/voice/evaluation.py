"""What the bot says about a narrative's examples: how they come out, and what has flipped."""

from collections.abc import Iterator, Mapping, Sequence

from coherence.assessment import NotJudged
from coherence.evaluating import Evaluation, Preview, Progress, Run
from coherence.evaluation import EXPECTED_VERDICTS, Flip, Line, Outcome, Rates, Report
from coherence.findings import Finding, Relation
from coherence.proportions import FEWEST, Share
from coherence.stack.document import Verdict
from coherence.stack.versions import PublishedStack
from handlers.voice.dates import Style, on_own_clock
from handlers.voice.mrkdwn import escape, in_a_row, quoted

TITLE = "Test the narrative"
TEST = "Test the narrative"
RUN = "Run the test"
AGAIN = "Run it again"
CLOSE = "Close"
OTHERWISE_TITLE = "Not as expected:"
NOT_JUDGED_TITLE = "Not judged, and should fit:"
OTHER_LINES_TITLE = "Right verdict, other lines:"

_VERDICTS = {
    Verdict.FITS: "fits",
    Verdict.SUGGESTIONS: "suggestions",
    Verdict.CONFLICT: "conflict",
    Verdict.NOT_JUDGED: "not judged",
}
_SHOULD = {
    Verdict.FITS: "should fit",
    Verdict.SUGGESTIONS: "should get suggestions",
    Verdict.CONFLICT: "should be a conflict",
}
_GOT = {
    Verdict.FITS: "fits",
    Verdict.SUGGESTIONS: "got suggestions",
    Verdict.CONFLICT: "is a conflict",
    Verdict.NOT_JUDGED: "was not judged",
}
_FOUND = {
    Verdict.FITS: ("messages that fit", "let through"),
    Verdict.SUGGESTIONS: ("messages with suggestions", "found"),
    Verdict.CONFLICT: ("conflicts", "found"),
}
_RELATIONS = {
    Relation.CONTRADICTS: "contradicts",
    Relation.OVERPROMISES: "overpromises",
    Relation.DRIFTS: "drifts",
    Relation.OFF_TONE: "off tone",
    Relation.TERM: "term",
    Relation.CHECKLIST: "checklist",
    Relation.STYLE: "style",
}
_REASONS = {
    NotJudged.NO_MODEL: "no model is set up",
    NotJudged.RULES_ONLY: "only the rules were asked for",
    NotJudged.PENDING: "the model had not answered",
    NotJudged.CANNOT_JUDGE: "the model says that it can't judge that",
    NotJudged.REFUSED: "the model declined",
    NotJudged.TRUNCATED: "the model's answer was cut off",
    NotJudged.BAD_REPLY: "the model's answer could not be read",
    NotJudged.TIMEOUT: "the model took too long",
    NotJudged.UNREACHABLE: "the model can't be reached",
    NotJudged.BUSY: "the model is busy",
    NotJudged.MISCONFIGURED: "the model's endpoint refuses the way it is set up",
    NotJudged.QUOTA_SPENT: "the account at the model's endpoint is spent",
    NotJudged.INTERRUPTED: "the bot was stopped before the model had answered",
    NotJudged.BUDGET_SPENT: "today's budget for the model is spent",
    NotJudged.TOO_LONG: "too long for the model",
    NotJudged.NARRATIVE_TOO_LONG: "the narrative is too long for the model",
    NotJudged.NARRATIVE_EMPTY: "the narrative has nothing that a meaning could be held against",
}


def verdict_word(verdict: Verdict) -> str:
    """A verdict in a sentence."""
    return _VERDICTS[verdict]


def summary(report: Report) -> str:
    """How many came out as they should."""
    share = report.as_expected
    sentence = f"{share.count} of {share.of} came out as expected"
    if report.not_judged:
        verb = "was" if report.not_judged == 1 else "were"
        return f"{sentence}; {report.not_judged} {verb} not judged."
    return f"{sentence}."


def why_not_judged(report: Report) -> Iterator[str]:
    """Why no model has judged the meaning of some, a sentence each."""
    total = report.as_expected.of
    for reason, count in report.reasons.items():
        if count == total:
            yield f"Meaning was not checked: {_REASONS[reason]}."
        else:
            yield f"The meaning of {count} of {total} was not checked: {_REASONS[reason]}."


def otherwise(outcome: Outcome) -> str:
    """A case that did not come out as it should, with both verdicts."""
    should = _should(outcome.case.id, outcome.case.verdict, outcome.verdict)
    return f"{should}: {quoted(outcome.case.text, 80)}"


def otherwise_lines(report: Report) -> list[str]:
    """All of those, each with its reasons; a fitting text that nobody judged is no finding."""
    return [
        line
        for outcome in report.not_as_expected
        if not _is_silent(outcome)
        for line in (otherwise(outcome), *reasons(outcome))
    ]


def not_judged_though_fitting(report: Report) -> str:
    """The ids of those that should fit and have no verdict, or nothing."""
    return ", ".join(escape(o.case.id) for o in report.outcomes if _is_silent(o))


def reasons(outcome: Outcome) -> Iterator[str]:
    """What was missed in a case, and what was found that should not be; a line each."""
    if outcome.missed:
        yield f"  missed: {', '.join(map(_line, outcome.missed))}"
    wrong = outcome.false_alarms or (() if outcome.is_as_expected else outcome.findings)
    for finding in wrong:
        yield f"  found: {_finding(finding)}"


def right_for_other_reasons(report: Report) -> list[str]:
    """The cases with the right verdict, yet not by the lines that should give it."""
    lines: list[str] = []
    for outcome in report.outcomes:
        if outcome.is_as_expected and (outcome.missed or outcome.false_alarms):
            lines += [
                f"{escape(outcome.case.id)} ({_VERDICTS[outcome.verdict]})",
                *reasons(outcome),
            ]
    return lines


def loading() -> str:
    """While the window is on its way."""
    return "One moment…"


def about(published: PublishedStack, model: str | None) -> str:
    """What a test does, and what it needs."""
    count = len(published.stack.examples)
    if not count:
        return (
            "The published narrative has no examples yet. Pin messages with the verdict they should get: "
            "*Pin as example* on any message, or from a check's answer. They count once published."
        )
    named = "1 example" if count == 1 else f"{count} examples"
    how = (
        f"by the rules and by {escape(model)}"
        if model
        else "by the rules alone: no model is set up"
    )
    return f"Version {published.number} has {named}. The test checks each of them, {how}."


def progress(under_way: Progress) -> str:
    """How far a run is; nobody has to wait for it here."""
    return (
        f"*{under_way.done} of {under_way.total} examples checked…*\n"
        "You can close this window; what came out is here when you open it again."
    )


def last_run(run: Run) -> str:
    """What came of the run on record, and by what."""
    right = sum(run.expected[each] is verdict for each, verdict in run.verdicts.items())
    by = f"by {escape(run.model)}" if run.model else "by the rules alone"
    when = on_own_clock(run.finished_at, Style.DATED)
    return (
        f"*Last run: {right} of {len(run.verdicts)} came out as expected*\n"
        f"Version {run.stack_version}, {by}, {when}."
    )


def otherwise_on_record(run: Run, texts: Mapping[str, str]) -> list[str]:
    """What did not come out as expected in the run on record."""
    lines = [
        _should(each, run.expected[each], verdict)
        + (f": {quoted(texts[each], 80)}" if each in texts else "")
        for each, verdict in run.verdicts.items()
        if run.expected[each] is not verdict
    ]
    return [OTHERWISE_TITLE, *lines] if lines else []


def more(number: int) -> str:
    """More than a window shows."""
    return f"{number} more; “coherence eval” prints all of them."


def rates_in_words(report: Report) -> list[str]:
    """How much of each verdict was found, and how much of what was said is right."""
    told = [line for verdict, rates in report.verdicts.items() for line in _told(verdict, rates)]
    few = [_FOUND[v][0] for v, rates in report.verdicts.items() if not rates.recall.is_telling]
    if few:
        told.append(f"Too few yet of {in_a_row(few[::-1])}: it takes {FEWEST} of each to say.")
    return ["How far to trust it:", *told]


def preview(found: Preview) -> list[str]:
    """Which examples change their verdict with the draft: a heading, and a line each."""
    if not found.flips:
        return [f"None of the {found.examples} examples changes its verdict with this draft."]
    count = len(found.flips)
    verb = "example changes its" if count == 1 else "examples change their"
    return [f"{count} {verb} verdict with this draft:", *map(flip, found.flips)]


def by_rules_only() -> str:
    """On the command line, what tells more."""
    return "By the rules only; “coherence eval” has the model judge them too."


def preview_waits() -> str:
    """The model is being asked."""
    return "By the rules so far; the model is being asked about the meaning…"


def preview_note(found: Preview) -> str | None:
    """What the preview rests on."""
    if found.unjudged is None:
        return "By the rules and the model." if found.by_model else None
    if found.by_model:
        return f"By the rules, and by the model except for some: {_REASONS[found.unjudged]}."
    return f"By the rules only: {_REASONS[found.unjudged]}."


def confusion_table(report: Report) -> list[str]:
    """Expected verdicts against those that came out."""
    got = (*EXPECTED_VERDICTS, Verdict.NOT_JUDGED)
    head = ["expected", *map(verdict_word, got)]
    rows = [
        [_VERDICTS[wanted], *(str(report.confusion.get((wanted, each), 0)) for each in got)]
        for wanted in EXPECTED_VERDICTS
    ]
    return _table([head, *rows])


def rates_table(report: Report) -> list[str]:
    """Precision and recall of verdicts and relations, with their 95 % intervals."""
    named: list[tuple[str, Rates]] = [
        (_VERDICTS[verdict], rates) for verdict, rates in report.verdicts.items()
    ]
    named += [(_RELATIONS[relation], rates) for relation, rates in report.relations.items()]
    head = ["", "precision", "95 %", "recall", "95 %"]
    return _table([head, *([name, *_cells(r.precision), *_cells(r.recall)] for name, r in named)])


def flips_since(evaluation: Evaluation) -> list[str]:
    """What differs from the run that this one is compared with."""
    if evaluation.earlier is None:
        return ["Nothing to compare with yet: the next run will say what has flipped."]
    since = _since(evaluation.run, evaluation.earlier)
    if not evaluation.flips:
        return [f"No verdict has flipped since {since}."]
    # Those that are not as expected have been told in their words above.
    return [f"Flipped since {since}:", *(flip(e, in_words=e.is_better) for e in evaluation.flips)]


def flip(each: Flip, *, in_words: bool = True) -> str:
    """One flip, and whether it is for the better."""
    change = f"{escape(each.id)}: {_VERDICTS[each.before]} → {_VERDICTS[each.after]}"
    should = "as it should be" if each.is_better else _SHOULD[each.expected]
    text = f": {quoted(each.text, 80)}" if each.text and in_words else ""
    return f"{change}, {should}{text}"


def _since(run: Run, earlier: Run) -> str:
    version = f"version {earlier.stack_version}"
    if earlier.model and earlier.model != run.model:
        return f"{version} with {escape(earlier.model)}"
    if earlier.prompt_version != run.prompt_version:
        return f"{version} with an earlier wording of the question"
    return f"the last run of {version}" if earlier.stack_version == run.stack_version else version


def _should(case_id: str, expected: Verdict, got: Verdict) -> str:
    return f"{escape(case_id)} {_SHOULD[expected]}, but {_GOT[got]}"


def _told(verdict: Verdict, rates: Rates) -> Iterator[str]:
    what, done = _FOUND[verdict]
    found, right = rates.recall, rates.precision
    if found.is_telling:
        verb = "was" if found.count == 1 else "were"
        yield f"Of {found.of} {what}, {found.count} {verb} {done}{_range(found)}."
    if right.is_telling:
        times = "once" if right.count == 1 else f"{right.count} times"
        word = _VERDICTS[verdict].capitalize()
        yield f"“{word}” was said {right.of} times, and was right {times}{_range(right)}."


def _range(share: Share) -> str:
    low, high = (round(100 * edge) for edge in share.interval)
    return f" (between {low} and {high} in a hundred at this size)"


def _is_silent(outcome: Outcome) -> bool:
    return outcome.case.verdict is Verdict.FITS and outcome.verdict is Verdict.NOT_JUDGED


def _line(line: Line) -> str:
    return f"{escape(line.id)} ({_RELATIONS[line.relation]})" if line.relation else escape(line.id)


def _finding(finding: Finding) -> str:
    line = escape(finding.statement_id or finding.rule_id or "")
    words = f" {quoted(finding.quote, 80)}" if finding.quote else ""
    return f"{line} {_RELATIONS[finding.relation]}{words}".strip()


def _cells(share: Share) -> list[str]:
    if not share.is_telling:
        return [f"{share.count} of {share.of}" if share.of else "–", "too few to say"]
    low, high = share.interval
    return [f"{share.count} of {share.of}", f"{low:.2f}–{high:.2f}"]


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
