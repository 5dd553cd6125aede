"""The rule pass against proselint on the same texts, and how it grows with text, phrases and house rules."""

from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from time import perf_counter

from proselint.checks import __register__ as proselint_checks
from proselint.registry import CheckRegistry
from proselint.tools import LintFile

from benchmarks import Measure
from coherence.rules import CompiledStack, compile_stack, pass_rules, run_rules
from coherence.stack.document import Stack

_TIMES = "×"
_WORD_COUNTS = (90, 900)
_PHRASE_COUNTS = (10, 100, 1_000, 5_000)
_RULE_COUNTS = (10, 50, 200)
_EXPRESSION_COUNTS = (10, 50, 100)
_TEXT_LENGTHS = (100, 1_000, 4_000, 10_000, 40_000)
_STEADY_PHRASES = 200
_STEADY_LENGTH = 4_000
_ENGLISH = (
    "Good morning, and thank you for writing. On your first day you need one thing only: a single note "
    "about something you decided this week. Nobody else has to be invited, and nothing has to be "
    "imported. If you are moving over from another app, the import runs overnight, and an email tells you "
    "when it is finished. Last month we tidied the editor, made search faster on long notes, and wrote "
    "down what we learned in workshops. Your new tenant is ready, and the results are guaranteed. We "
    "don't promise a date for the next release, because plans change; when it is there, you will read "
    "about it here. As ever, a person answers your mail within one working day, Monday to Friday. "
)


def run() -> list[Measure]:
    """Measure everything; takes some seconds."""
    return [
        *_against_proselint(),
        *_growth_with_phrases(),
        *_growth_with_text(),
        *_growth_with_rules("house rules", _RULE_COUNTS, _phrase_rule),
        *_growth_with_rules(
            "house rules with an expression each", _EXPRESSION_COUNTS, _expression_rule
        ),
    ]


def _against_proselint() -> list[Measure]:
    CheckRegistry().register_many(proselint_checks)
    compiled = compile_stack(_stack(_STEADY_PHRASES))
    rows = []
    for count in _WORD_COUNTS:
        words = _ENGLISH.split()
        text = " ".join((words * (count // len(words) + 1))[:count])
        ours = _pass_seconds(compiled, text)
        theirs = _seconds(partial(_lint, text))
        note = f"ours {ours * 1e3:.2f} ms with {_STEADY_PHRASES} phrases, proselint {theirs * 1e3:.2f} ms"
        rows.append(Measure(f"rule pass / proselint, {count} words", ours / theirs, _TIMES, note))
    return rows


def _growth_with_phrases() -> list[Measure]:
    text = _text(_STEADY_LENGTH)
    seconds = [_pass_seconds(compile_stack(_stack(count)), text) for count in _PHRASE_COUNTS]
    return [
        Measure(
            f"rule pass, {count:,} / {_PHRASE_COUNTS[0]} phrases at {_STEADY_LENGTH:,} characters",
            taken / seconds[0],
            _TIMES,
            f"{taken * 1e3:.2f} ms",
        )
        for count, taken in zip(_PHRASE_COUNTS[1:], seconds[1:], strict=True)
    ]


def _growth_with_text() -> list[Measure]:
    """Report time per character relative to the shortest text: 1 is linear, less is better than linear."""
    compiled = compile_stack(_stack(_STEADY_PHRASES))
    seconds = [_pass_seconds(compiled, _text(length)) for length in _TEXT_LENGTHS]
    first = seconds[0] / _TEXT_LENGTHS[0]
    return [
        Measure(
            f"rule pass per character, {length:,} / {_TEXT_LENGTHS[0]} characters",
            taken / length / first,
            _TIMES,
            f"{taken * 1e3:.2f} ms with {_STEADY_PHRASES} phrases",
        )
        for length, taken in zip(_TEXT_LENGTHS[1:], seconds[1:], strict=True)
    ]


def _growth_with_rules(
    name: str, counts: Sequence[int], rule: Callable[[int], dict[str, object]]
) -> list[Measure]:
    """Report the time with many house rules relative to a few of the same sort."""
    text = _text(_STEADY_LENGTH)
    seconds = []
    for count in counts:
        compiled = compile_stack(_rules_stack([rule(number) for number in range(count)]))
        assert not pass_rules(compiled, text).not_run
        seconds.append(_pass_seconds(compiled, text))
    return [
        Measure(
            f"rule pass, {count} / {counts[0]} {name} at {_STEADY_LENGTH:,} characters",
            taken / seconds[0],
            _TIMES,
            f"{taken * 1e3:.2f} ms",
        )
        for count, taken in zip(counts[1:], seconds[1:], strict=True)
    ]


def _phrase_rule(number: int) -> dict[str, object]:
    """Make a rule of one of the kinds that list phrases; one in ten finds something."""
    word = "person" if number % 10 == 0 else f"word{number:x}"
    kinds: tuple[dict[str, object], ...] = (
        {"kind": "existence", "tokens": [word, f"phrase {number:x} of many"]},
        {"kind": "substitution", "swap": {word: "other", f"long {number:x}": "short"}},
        {"kind": "occurrence", "tokens": [word], "max": 1, "scope": "paragraph"},
        {"kind": "consistency", "either": {word: f"other {number:x}"}},
    )
    return {"id": f"R{number}", **kinds[number % len(kinds)]}


def _expression_rule(number: int) -> dict[str, object]:
    return {"id": f"R{number}", "kind": "existence", "raw": [rf"\b(?:some|any){number:x}\w*"]}


def _rules_stack(rules: list[dict[str, object]]) -> Stack:
    content = {"format": 1, "journey": "Measured", "language": "en", "rules": rules}
    return Stack.model_validate(content)


def _lint(text: str) -> object:
    return LintFile("text", text).lint()


def _pass_seconds(compiled: CompiledStack, text: str) -> float:
    return _seconds(partial(run_rules, compiled, text))


def _seconds(work: Callable[[], object], *, rounds: int = 9) -> float:
    """Return the median time of one call, after a first one that warms up."""
    work()
    times = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return median(times)


def _text(length: int) -> str:
    return (_ENGLISH * (length // len(_ENGLISH) + 1))[:length]


def _stack(phrases: int) -> Stack:
    listed = [
        "guarantee*",
        "tenant",
        *(f"phrase {number:x} of many*" for number in range(phrases - 2)),
    ]
    third = phrases // 3
    return Stack.model_validate(
        {
            "format": 1,
            "journey": "Measured",
            "language": "en",
            "never": [
                {"id": "X1", "text": "Never.", "patterns": [listed[0], *listed[2 : third + 1]]}
            ],
            "terms": [{"id": "W1", "use": "workspace", "instead_of": [listed[1]]}],
            "tone": [{"id": "T1", "text": "Tone.", "avoid": listed[third + 1 :]}],
        }
    )
