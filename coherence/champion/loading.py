"""Read rotas with everything they follow from, in as many queries for a thousand as for one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.member import MemberState, RotaMember
from coherence.champion.resolved import ResolvedRota
from coherence.champion.settings import RotaSettings
from coherence.errors import InvalidRota, NoRota
from coherence.rota import wording
from coherence.rota.document import Absence, Member, Rota
from coherence.rota.fields import LAST_YEAR
from coherence.rota.term import Source, Term
from coherence.zones import zone_info
from storage import champion as table
from storage.champion import (
    BegunTerm,
    ChampionArrangement,
    ChampionLeave,
    ChampionMember,
    ChampionRota,
)
from storage.champion_surfaces import look_at_surfaces
from storage.journeys import Journey

FOR_GOOD: Final = date(LAST_YEAR, 12, 31)
"""The last day of an absence that has no end yet."""

_WHY: Final = {
    Source.OVERRIDE: wording.override(),
    Source.COVER: wording.cover(),
    Source.SWAP: wording.swap(),
}
_TAKES_PART: Final = {MemberState.SERVING, MemberState.LEFT}


async def load_rota(session: AsyncSession, workspace_id: str, journey_id: str) -> ResolvedRota:
    """A journey's rota as it is by now. Raises NoRota, or InvalidRota where it can't be read."""
    found = await load_rotas(session, workspace_id, [journey_id])
    if not found:
        raise NoRota
    return found[0]


async def load_rota_or_none(
    session: AsyncSession, workspace_id: str, journey_id: str
) -> ResolvedRota | None:
    """The same; None where there is none, or where it can't be read."""
    try:
        return await load_rota(session, workspace_id, journey_id)
    except (NoRota, InvalidRota):
        return None


async def load_rotas(
    session: AsyncSession, workspace_id: str, journey_ids: Collection[str] | None = None
) -> Sequence[ResolvedRota]:
    """Rotas as they are by now, by the journey's name: those named, or all of a workspace.

    Raises InvalidRota where one can't be read, as when its zone is no longer known.
    """
    rows = await table.list_rotas(session, workspace_id, journey_ids)
    ids = [rota.journey_id for rota, _ in rows]
    members = await table.list_members(session, workspace_id, ids)
    arranged = await table.list_arrangements(session, workspace_id, ids)
    terms = await table.list_terms(session, workspace_id, ids)
    everybody = {member.user_id for each in members.values() for member in each}
    leave = _by_person(await table.list_leave(session, workspace_id, everybody))
    return [
        _resolve(_Rows(rota, journey, members[id_], arranged[id_], terms[id_], leave))
        for (rota, journey), id_ in zip(rows, ids, strict=True)
    ]


async def change_rota(
    session: AsyncSession, workspace_id: str, journey_id: str, *, now: datetime
) -> ChampionRota:
    """A rota's row to be changed by this transaction alone; it is looked at right afterwards.

    Whoever changes members, leave, arrangements or requests of a rota calls this first: that decides which
    of two who change at once is first. Raises NoRota.
    """
    rota = await table.lock_rota(session, workspace_id, journey_id)
    if rota is None:
        raise NoRota
    rota.look_at = now
    await look_at_surfaces(session, workspace_id, journey_id)
    return rota


def settled_term(row: BegunTerm) -> Term:
    """The value of a term that has begun."""
    turn = None if row.turn is None else tuple(row.turn)
    return Term(row.start, row.end, tuple(row.users), Source(row.source), row.why, turn)


@dataclass(frozen=True)
class _Rows:
    rota: ChampionRota
    journey: Journey
    members: Sequence[ChampionMember]
    arranged: Sequence[ChampionArrangement]
    terms: Sequence[BegunTerm]
    leave: Mapping[str, Sequence[ChampionLeave]]


def _resolve(rows: _Rows) -> ResolvedRota:
    settings = settings_of(rows.rota)
    members = tuple(map(RotaMember.of, rows.members))
    return ResolvedRota(
        workspace_id=rows.rota.workspace_id,
        journey_id=rows.journey.id,
        journey=rows.journey.name,
        channel_id=rows.rota.channel_id,
        revision=rows.rota.revision,
        zone=settings.zone,
        work_start=rows.journey.work_start,
        work_end=rows.journey.work_end,
        rota=_rota(settings, rows, members),
        history=tuple(map(settled_term, rows.terms)),
        arranged=tuple(map(_arranged_term, rows.arranged)),
        members=members,
    )


def made_by(rota: ChampionRota) -> Sequence[str]:
    """Who set a rota up: they hear of it where no steward is named."""
    return [rota.created_by] if rota.created_by else []


def settings_of(rota: ChampionRota) -> RotaSettings:
    """How a rota goes round. Raises InvalidRota where it can't be read."""
    try:
        return RotaSettings.model_validate(rota.settings)
    except ValidationError as error:
        fault = error.errors(include_input=False)[0]
        where = ".".join(map(str, fault["loc"]))
        raise InvalidRota(f"The rota can't be read any more: “{where}” {fault['msg']}.") from None


def _rota(settings: RotaSettings, rows: _Rows, members: Sequence[RotaMember]) -> Rota | None:
    serving = [member for member in members if member.state in _TAKES_PART]
    if not serving:
        return None
    groups: dict[int, list[Member]] = {}
    for member in serving:
        groups.setdefault(member.place, []).append(
            Member(
                user=member.user_id,
                joined=member.joined,
                left=member.left,
                country=member.country,
            )
        )
    zone = settings.zone
    absences = [each for member in serving for each in _absences(member, rows, zone)]
    return Rota(
        format=1,
        members=tuple(map(tuple, groups.values())),
        absences=tuple(absences),
        **settings.for_rota(),
    )


def _absences(member: RotaMember, rows: _Rows, zone: str) -> Iterable[Absence]:
    for leave in rows.leave.get(member.user_id, ()):
        if leave.journey_id in {None, rows.journey.id}:
            yield _absence(member, leave.first, leave.last)
    if member.paused_from is not None:
        yield _absence(member, member.paused_from, FOR_GOOD)
    if member.gone_at is not None:
        yield _absence(member, _local_day(member.gone_at, zone), FOR_GOOD)


def _absence(member: RotaMember, first: date, last: date) -> Absence:
    # By the names in the file: those of the fields are its aliases.
    return Absence.model_validate({"user": member.user_id, "from": first, "to": last})


def _local_day(moment: datetime, zone: str) -> date:
    return moment.astimezone(zone_info(zone)).date()


def _arranged_term(row: ChampionArrangement) -> Term:
    if not row.users:
        return Term(row.start, row.end, (), Source.VACANT, wording.vacant())
    source = Source(row.source)
    return Term(row.start, row.end, tuple(row.users), source, _WHY[source])


def _by_person(leave: Iterable[ChampionLeave]) -> Mapping[str, Sequence[ChampionLeave]]:
    found: dict[str, list[ChampionLeave]] = {}
    for each in leave:
        found.setdefault(each.user_id, []).append(each)
    return found
