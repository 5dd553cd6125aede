"""Requests to swap a term or to cover a part of one: what they are, how they end, and who hears of it.

Everybody who is asked gets one message, which is changed as things stand. Whoever asks hears once how it
ended; a refusal alone is not told.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.letters import Letter, to_person
from coherence.champion.resolved import ResolvedRota
from coherence.champion.standing_in import covers, stretches
from coherence.errors import NoRequest
from coherence.outbox import Method, NewDelivery, Outbox
from storage import outbox as deliveries
from storage.champion import ChampionRequest, find_request, list_requests


class RequestKind(StrEnum):
    """What somebody asks for."""

    SWAP = "swap"
    COVER = "cover"


class RequestState(StrEnum):
    """How a request stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """Everybody who was asked has said no."""
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    """Nobody has said yes in time."""
    MOVED = "moved"
    """Who asked isn't on duty then any more."""


_TOLD_TO_WHO_ASKED: Final = {
    RequestState.ACCEPTED,
    RequestState.REFUSED,
    RequestState.EXPIRED,
}


@dataclass(frozen=True)
class Request:
    """A request; for the fields see `ChampionRequest`."""

    journey_id: str
    id: str
    kind: RequestKind
    user_id: str
    asked_of: str | None
    start: datetime
    end: datetime
    return_start: datetime | None
    asked: tuple[str, ...]
    refused: tuple[str, ...]
    state: RequestState
    answered_by: str | None

    @property
    def over_at(self) -> datetime:
        """Until when it is of use: a swap until the term begins, a cover until its end."""
        return self.start if self.kind is RequestKind.SWAP else self.end

    def is_still_theirs(self, rota: ResolvedRota, now: datetime) -> bool:
        """Whether who asked serves in what is still to come of it; a swap needs all of it."""
        start = max(self.start, now) if self.kind is RequestKind.COVER else self.start
        pieces = stretches(rota, self.user_id, self.user_id, start, self.end)
        return covers(pieces, start, self.end) if self.kind is RequestKind.SWAP else bool(pieces)

    @classmethod
    def of(cls, row: ChampionRequest) -> "Request":
        """The value of a row."""
        return cls(
            row.journey_id,
            row.id,
            RequestKind(row.kind),
            row.user_id,
            row.asked_of,
            row.start,
            row.end,
            row.return_start,
            tuple(row.asked),
            tuple(row.refused),
            RequestState(row.state),
            row.answered_by,
        )


class Requests:
    """Ends requests and has people told, in the transaction of whoever changes a rota."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def ask(self, session: AsyncSession, row: ChampionRequest) -> None:
        """Write to everybody who is asked."""
        new = [_letter(row, user) for user in row.asked]
        await self._outbox.add(session, row.workspace_id, new)

    async def refuse(
        self, session: AsyncSession, row: ChampionRequest, user_id: str, *, now: datetime
    ) -> None:
        """Note that somebody can't; once nobody is left to say yes, it is over."""
        if user_id in row.refused:
            return
        row.refused = [*row.refused, user_id]
        if set(row.asked) <= set(row.refused):
            await self.close(session, row, RequestState.REFUSED, now=now)
        else:
            await self._show_again(session, row, [user_id])

    async def close(
        self, session: AsyncSession, row: ChampionRequest, state: RequestState, *, now: datetime
    ) -> None:
        """End an open request: the messages about it say how."""
        row.state, row.answered_at = state.value, now
        await self._show_again(session, row, row.asked)
        if state in _TOLD_TO_WHO_ASKED:
            facts = {"reader": row.user_id}
            told = to_person(Letter.SETTLED, row.journey_id, row.id, row.user_id, **facts)
            await self._outbox.add(session, row.workspace_id, [told])

    async def close_stale(
        self, session: AsyncSession, rota: ResolvedRota, *, now: datetime
    ) -> None:
        """End the open requests of a rota that came too late, or whose term has gone to somebody else.

        Whoever changes a rota calls this afterwards, and so does the round. `next_end` says when next.
        """
        for row in await list_requests(
            session, rota.workspace_id, [rota.journey_id], state=RequestState.OPEN
        ):
            request = Request.of(row)
            if request.over_at <= now:
                await self.close(session, row, RequestState.EXPIRED, now=now)
            elif not request.is_still_theirs(rota, now):
                await self.close(session, row, RequestState.MOVED, now=now)

    async def next_end(
        self, session: AsyncSession, workspace_id: str, journey_id: str
    ) -> datetime | None:
        """When the next open request of a rota will have come too late, or None."""
        rows = await list_requests(session, workspace_id, [journey_id], state=RequestState.OPEN)
        return min((Request.of(row).over_at for row in rows), default=None)

    async def _show_again(
        self, session: AsyncSession, row: ChampionRequest, users: list[str]
    ) -> None:
        """Have the messages changed that were sent; those still to be sent say how things stand anyway."""
        new = []
        for user in users:
            first = _letter(row, user)
            if await deliveries.find_delivery(session, row.workspace_id, first.key) is not None:
                again = f"{first.key}:{uuid4().hex}"
                new.append(
                    NewDelivery(again, first.kind, first.facts, user_id=user, method=Method.UPDATE)
                )
        await self._outbox.add(session, row.workspace_id, new)


async def request_row(
    session: AsyncSession, workspace_id: str, journey_id: str, request_id: str
) -> ChampionRequest:
    """A request's row. Raises NoRequest."""
    row = await find_request(session, workspace_id, journey_id, request_id)
    if row is None:
        raise NoRequest("This request is no longer there, so there is nothing to do. Thank you.")
    return row


def letter_key(journey_id: str, request_id: str, user_id: str) -> str:
    """What the one message to somebody who is asked is known by."""
    return to_person(Letter.REQUEST, journey_id, request_id, user_id).key


def _letter(row: ChampionRequest, user_id: str) -> NewDelivery:
    return to_person(Letter.REQUEST, row.journey_id, row.id, user_id, reader=user_id)
