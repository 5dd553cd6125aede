"""Rotas as values, without a database: Ana, Bo and Cy take weekly turns from Monday 2 March 2026, 09:00."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from coherence.champion.member import MemberState, RotaMember
from coherence.champion.resolved import ResolvedRota
from coherence.rota.document import Rota
from coherence.rota.term import Term
from tests.coherence.champion.rotas import ANA, BO, CHANNEL, CY, JOURNEY, TEAM, WEEKLY


def member(user_id: str, place: int = 0, **changes: Any) -> RotaMember:
    fields: dict[str, Any] = {
        "user_id": user_id,
        "state": MemberState.SERVING,
        "place": place,
        "joined": date(2026, 3, 1),
        "left": None,
        "paused_from": None,
        "country": None,
        "zone": None,
        "messages": True,
        "gone_at": None,
    }
    return RotaMember(**{**fields, **changes})


def rota_of(
    people: Sequence[str] = (ANA, BO, CY),
    *,
    arranged: Sequence[Term] = (),
    history: Sequence[Term] = (),
    absences: Sequence[dict[str, Any]] = (),
    members: Sequence[RotaMember] | None = None,
    channel_id: str | None = CHANNEL,
    zone: str | None = None,
    **settings: Any,
) -> ResolvedRota:
    """A resolved rota; `settings` are those of a rota file that differ from weekly turns in London."""
    given = {**WEEKLY.model_dump(mode="json", exclude_none=True), **settings}
    if zone is not None:
        given["zone"] = zone
    document = {
        "format": 1,
        **given,
        "members": [[{"user": person, "joined": "2026-03-01"}] for person in people],
        "absences": list(absences),
    }
    return ResolvedRota(
        workspace_id=TEAM,
        journey_id=JOURNEY,
        journey="Onboarding",
        channel_id=channel_id,
        revision=1,
        zone=str(given["zone"]),
        work_start="09:00",
        work_end="17:00",
        rota=Rota.model_validate(document) if people else None,
        history=tuple(history),
        arranged=tuple(arranged),
        members=tuple(members or [member(each, place) for place, each in enumerate(people)]),
    )
