"""What a well-formed rota can still get wrong; each problem says where, by the file's own keys."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from coherence.rota.document import Member, Rota
from coherence.rota.moments import moment_of
from coherence.stack.parsing import Path

LineOf = Callable[[Path], int]


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where, and what in one sentence."""

    path: Path
    sentence: str


def find_problems(rota: Rota, line_of: LineOf) -> Iterator[Problem]:
    """Yield what is inconsistent, in no particular order; `line_of` names the line of another place."""
    yield from _group_problems(rota)
    yield from _member_problems(rota, line_of)
    yield from _absence_problems(rota)
    yield from _override_problems(rota, line_of)


def _group_problems(rota: Rota) -> Iterator[Problem]:
    if rota.per_term > 1 and any(len(group) > 1 for group in rota.members):
        sentence = "“per_term” must be 1 where members serve together in a list of their own."
        yield Problem(("per_term",), sentence)


def _member_problems(rota: Rota, line_of: LineOf) -> Iterator[Problem]:
    seen: dict[str, Path] = {}
    for path, member in _members(rota):
        if member.user in seen:
            where = line_of(seen[member.user])
            sentence = f"“{member.user}” is a member already, in line {where}."
            yield Problem((*path, "user"), sentence)
        seen.setdefault(member.user, path)
        if member.joined and member.left and member.left < member.joined:
            sentence = f"“left” is before “joined”, {member.joined}."
            yield Problem((*path, "left"), sentence)


def _members(rota: Rota) -> Iterator[tuple[Path, Member]]:
    for number, group in enumerate(rota.members):
        for place, member in enumerate(group):
            yield ("members", number, place), member


def _absence_problems(rota: Rota) -> Iterator[Problem]:
    known = rota.people()
    for number, absence in enumerate(rota.absences):
        path: Path = ("absences", number)
        if absence.user not in known:
            yield Problem((*path, "user"), f"“{absence.user}” is not among the members.")
        if absence.last < absence.first:
            yield Problem((*path, "to"), f"“to” is before “from”, {absence.first}.")


def _override_problems(rota: Rota, line_of: LineOf) -> Iterator[Problem]:
    spans = []
    for number, override in enumerate(rota.overrides):
        path: Path = ("overrides", number)
        start, end = _span(override.start, override.end, rota.time_zone)
        if end <= start:
            yield Problem((*path, "to"), "“to” must be later than “from”.")
        if len(set(override.users)) < len(override.users):
            yield Problem((*path, "users"), "the same person is named twice here.")
        spans.append((start, end, path))
    yield from _overlaps(sorted(spans), line_of)


def _overlaps(spans: list[tuple[datetime, datetime, Path]], line_of: LineOf) -> Iterator[Problem]:
    for (_, end, first), (start, _, second) in pairwise(spans):
        if start < end:
            # The one further down the file is the one to look at.
            above, below = sorted((first, second), key=line_of)
            sentence = f"this override overlaps the one in line {line_of(above)}."
            yield Problem(below, sentence)


def _span(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return moment_of(start, zone), moment_of(end, zone)
