"""What is to be read again when a narrative is published: put on record together with the version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.stack.document import Stack
from storage import rereading as table
from storage.rereading import Rereading, RereadItem
from storage.stack import StackVersion

RECENT = timedelta(days=30)
"""Checks from before this say little about what people write now."""

MOST_CHECKS = 200

TELLING_STARTS = timedelta(seconds=5)
"""What takes no longer is told with its result, not with its progress."""


@dataclass(frozen=True)
class Planned:
    """How much is to be read again.

    `from_version` is None for a first version: it is told of only where it clashes with itself.
    """

    from_version: int | None
    checks: int
    touchpoints: int


async def plan_rereading(
    session: AsyncSession, version: StackVersion, publisher: str | None, *, now: datetime
) -> Planned | None:
    """Put on record what a newly published version is to be held against; None if there is nothing.

    `publisher`, a member, hears of it; with None, as for the command line, the first steward does. What
    an earlier version was still to be held against is held against this one instead.
    """
    place = (version.workspace_id, version.journey_id)
    ended = await table.supersede_rereadings(session, *place, now=now)
    before = _from_version(version, ended)
    await table.forget_rereadings(session, *place, before=before or 0)
    checks = await _checks(session, version, before, now)
    touchpoints = [each.id for each in _stack_of(version).touchpoints if each.live_text]
    if not checks and not touchpoints:
        return None
    rereading = Rereading(
        workspace_id=version.workspace_id,
        journey_id=version.journey_id,
        version=version.number,
        from_version=before,
        told_to=publisher,
        created_at=now,
        tell_at=now + TELLING_STARTS,
    )
    await table.add_rereading(session, rereading, _items(version, touchpoints, checks))
    return Planned(before, len(checks), len(touchpoints))


def _from_version(version: StackVersion, ended: Sequence[Rereading]) -> int | None:
    """The version before, or the one that nobody has heard the difference to yet."""
    before = [rereading.from_version or 0 for rereading in ended]
    return min([version.number - 1, *before]) or None


async def _checks(
    session: AsyncSession, version: StackVersion, before: int | None, now: datetime
) -> Sequence[str]:
    if before is None:
        return ()
    return await table.recent_checks(
        session, version.workspace_id, version.journey_id, since=now - RECENT, most=MOST_CHECKS
    )


def _items(
    version: StackVersion, touchpoints: Sequence[str], checks: Sequence[str]
) -> list[RereadItem]:
    both = [*((each, None) for each in touchpoints), *((None, each) for each in checks)]
    return [
        RereadItem(
            workspace_id=version.workspace_id,
            journey_id=version.journey_id,
            version=version.number,
            position=n,
            touchpoint_id=touchpoint_id,
            check_id=check_id,
        )
        for n, (touchpoint_id, check_id) in enumerate(both)
    ]


def _stack_of(version: StackVersion) -> Stack:
    return Stack.model_validate(version.document)
