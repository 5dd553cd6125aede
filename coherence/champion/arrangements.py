"""What was arranged, as values: a newer arrangement is laid over older ones, and can be taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.rota.term import Source, Term
from storage.champion import ChampionArrangement, list_arrangements, remove_arrangements


@dataclass(frozen=True)
class Arrangement:
    """From `start` until `end` these people serve, whatever the order says; nobody where it is empty."""

    start: datetime
    end: datetime
    users: tuple[str, ...]
    source: Source
    made_by: str | None
    made_at: datetime

    @property
    def origin(self) -> tuple[object, ...]:
        """What the pieces of an arrangement that was cut have in common."""
        return (self.users, self.source, self.made_by, self.made_at)

    def within(self, start: datetime, end: datetime) -> "Arrangement | None":
        """The part that lies in a range, or None."""
        first, last = max(self.start, start), min(self.end, end)
        return replace(self, start=first, end=last) if first < last else None


def to_the_second(moment: datetime) -> datetime:
    """A moment as keys and facts carry it: what begins now begins with this second."""
    return moment.replace(microsecond=0)


def lay(existing: Iterable[Arrangement], new: Sequence[Arrangement]) -> list[Arrangement]:
    """All arrangements in order: later ones of `new` cover what they overlap of everything before them."""
    kept = list(existing)
    for each in new:
        kept = [*clear(kept, each.start, each.end), each]
    return _joined(kept)


def clear(existing: Iterable[Arrangement], start: datetime, end: datetime) -> list[Arrangement]:
    """What remains outside of a range, in order."""
    pieces = [
        piece
        for each in existing
        for piece in (each.within(each.start, start), each.within(end, each.end))
        if piece is not None
    ]
    return _joined(pieces)


def within(existing: Iterable[Arrangement], start: datetime, end: datetime) -> list[Arrangement]:
    """What lies in a range, cut at its ends."""
    pieces = (each.within(start, end) for each in existing)
    return _joined([piece for piece in pieces if piece is not None])


def with_person(users: Sequence[str], gives: str | None, takes: str) -> tuple[str, ...]:
    """Who serves once `takes` stands in for `gives`, in the same seat: a lead's is the first."""
    if gives is None or gives not in users:
        return (*users, takes)
    return tuple(dict.fromkeys(takes if user == gives else user for user in users))


def stand_in(
    served: Iterable[Term], gives: str, takes: str, start: datetime, end: datetime
) -> list[Term]:
    """The stretches in a range in which `gives` serves, with `takes` in their seat."""
    return [
        replace(
            term,
            start=max(term.start, start),
            end=min(term.end, end),
            users=with_person(term.users, gives, takes),
        )
        for term in served
        if gives in term.users and max(term.start, start) < min(term.end, end)
    ]


def _joined(pieces: Iterable[Arrangement]) -> list[Arrangement]:
    """In order, with pieces of one arrangement that touch put together again."""
    joined: list[Arrangement] = []
    for piece in sorted(pieces, key=lambda piece: piece.start):
        if joined and joined[-1].end == piece.start and joined[-1].origin == piece.origin:
            joined[-1] = replace(joined[-1], end=piece.end)
        else:
            joined.append(piece)
    return joined


async def read_arrangements(
    session: AsyncSession, workspace_id: str, journey_id: str
) -> list[Arrangement]:
    """The arrangements of a rota, in order."""
    found = await list_arrangements(session, workspace_id, [journey_id])
    return [_value(row) for row in found[journey_id]]


async def keep_arrangements(
    session: AsyncSession, workspace_id: str, journey_id: str, wanted: Sequence[Arrangement]
) -> None:
    """Have a rota hold exactly these; what is unchanged keeps its row. The rota is locked by the caller."""
    rows = (await list_arrangements(session, workspace_id, [journey_id]))[journey_id]
    held = {_value(row): row.id for row in rows}
    gone = [id_ for value, id_ in held.items() if value not in wanted]
    await remove_arrangements(session, workspace_id, journey_id, gone)
    session.add_all(
        ChampionArrangement(
            workspace_id=workspace_id,
            journey_id=journey_id,
            id=uuid4().hex,
            start=each.start,
            end=each.end,
            users=list(each.users),
            source=each.source.value,
            made_by=each.made_by,
            made_at=each.made_at,
        )
        for each in wanted
        if each not in held
    )


async def lay_arrangements(
    session: AsyncSession, workspace_id: str, journey_id: str, new: Sequence[Arrangement]
) -> None:
    """Lay new arrangements over those of a rota that the caller has locked."""
    existing = await read_arrangements(session, workspace_id, journey_id)
    await keep_arrangements(session, workspace_id, journey_id, lay(existing, new))


def _value(row: ChampionArrangement) -> Arrangement:
    return Arrangement(
        row.start, row.end, tuple(row.users), Source(row.source), row.made_by, row.made_at
    )
