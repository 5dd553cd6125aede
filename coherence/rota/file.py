"""The rota file: YAML in, a rota or one sentence that names the line out."""

from collections.abc import Callable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from coherence.errors import InvalidFile, InvalidRota
from coherence.rota.consistency import find_problems
from coherence.rota.document import Rota
from coherence.stack.file_faults import SENTENCES, Sentences, decode, explain, refusal
from coherence.stack.parsing import FileKind, Parsed, Path, parse_yaml

MAX_BYTES = 2_000_000

# Of a path such as members, 0, 0, user: what comes before the place within a list.
_LONE = 2

_KIND = FileKind("rota file", max_values=400_000, dates=True)

_SENTENCES: Sentences = SENTENCES | {
    ("told", ""): "{what} {told}.",
    ("frozen_set_type", ""): "“{key}” must be a list.",
    ("string_pattern_mismatch", "country"): (
        "“country” must be the two capital letters of a country, such as GB."
    ),
    ("model_type", ""): "{what} must hold keys and values, such as {{user: ana}}.",
    ("model_type", "cadence"): "“cadence” must hold keys, such as {{every: 1, unit: week}}.",
    ("model_type", "rest"): "“rest” must hold keys, such as {{min_gap_terms: 1}}.",
    ("model_type", "overrides"): "{what} must hold “from”, “to” and “users”.",
    ("model_type", "absences"): "{what} must hold “user”, “from” and “to”.",
}


def read_rota(data: bytes, name: str = "") -> Rota:
    """Read a rota file; `name` is how errors call it.

    Raises InvalidRota with one sentence, naming the line where it can.
    """
    try:
        return _read(data)
    except InvalidFile as error:
        raise InvalidRota(f"{name}: {error}" if name else str(error)) from None


def _read(data: bytes) -> Rota:
    parsed = parse_yaml(decode(data, MAX_BYTES), _KIND)
    if not isinstance(parsed.content, dict):
        raise InvalidRota("line 1: a rota file begins with “format: 1”; this one has no keys.")
    try:
        rota = Rota.model_validate(parsed.content)
    except ValidationError as error:
        raise refusal(parsed, *explain(error, parsed, _SENTENCES, _place(parsed))) from None
    line_of = _line_of(parsed)
    problems = sorted(find_problems(rota, line_of), key=lambda problem: line_of(problem.path))
    if problems:
        first = problems[0]
        raise refusal(parsed, _as_written(parsed, first.path), first.sentence, len(problems) - 1)
    return rota


def _place(parsed: Parsed) -> Callable[[ErrorDetails], Path]:
    return lambda detail: _as_written(parsed, detail["loc"])


def _line_of(parsed: Parsed) -> Callable[[Path], int]:
    return lambda path: parsed.line(_as_written(parsed, path))


def _as_written(parsed: Parsed, path: Path) -> Path:
    """The path that the file has: a member who serves alone needs no list of one."""
    if path[:1] == ("members",) and len(path) > _LONE and path[:3] not in parsed.lines:
        return (*path[:2], *path[3:])
    return path
