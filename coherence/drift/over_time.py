"""How many reports there were of each layer and each touchpoint, month by month."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, TypeAlias

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.drift.report import Severity
from coherence.errors import NoPublishedStack
from coherence.journeys import journey_by_id, journey_by_name
from coherence.local_time import to_utc
from coherence.stack.document import Layer, Stack
from coherence.stack.versions import find_published
from coherence.zones import zone_info
from storage.database import Database
from storage.drift_digest import Only, Stretch, list_drift_moments
from storage.journeys import Journey, list_journeys

MOST_TOUCHPOINTS: Final = 6
"""Touchpoints that are told apart; what concerns others is counted together."""

RECENT_MONTHS: Final = 6
"""As many as a window in Slack and a digest show."""

_MONTHS: Final = 12
_NO_JOURNEY: Final = ""

Row: TypeAlias = tuple[date, Layer | None, str | None]
"""A report by its month, its layer, and its touchpoint's name."""


@dataclass(frozen=True)
class Scope:
    """Which reports are counted: None takes any."""

    journey_id: str | None = None
    layer: Layer | None = None
    severity: Severity | None = None
    touchpoint_id: str | None = None


@dataclass(frozen=True)
class OverTime:
    """Counts a month, in the order of `months` (their first days): for each layer, and each touchpoint.

    Under None is what has no layer, or no touchpoint. `others` are the touchpoints with fewer reports.
    Without a journey it is about all of them.
    """

    journey: str | None
    months: tuple[date, ...]
    layers: Mapping[Layer | None, tuple[int, ...]]
    touchpoints: Mapping[str | None, tuple[int, ...]]
    others: tuple[int, ...]

    @property
    def total(self) -> int:
        """All reports of these months."""
        return sum(map(sum, self.layers.values()))


class DriftOverTime:
    """The use case behind the chart."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def counts(
        self, workspace_id: str, journey: str | None = None, *, months: int = _MONTHS
    ) -> OverTime:
        """The counts of so many months, this one included, in the journey's zone.

        Raises NoJourney or AmbiguousJourney.
        """
        async with self._database.reading() as session:
            home = await journey_by_name(session, workspace_id, journey)
            shown = self._months(home, months)
            rows = await _rows(session, home, shown, Only())
        return counted(home.name, shown, rows)

    async def of(
        self,
        workspace_id: str,
        scope: Scope,
        *,
        months: int = RECENT_MONTHS,
        last: date | None = None,
    ) -> OverTime:
        """The counts in a scope, of so many months up to the one of `last`, else up to this one.

        Each journey's months go by its own zone. Raises NoJourney.
        """
        only = Only(scope.layer, scope.severity, scope.touchpoint_id)
        async with self._database.reading() as session:
            homes = await _journeys(session, workspace_id, scope.journey_id, self._now())
            shown = months_until(last, months) if last else self._months(homes[0], months)
            rows = [row for home in homes for row in await _rows(session, home, shown, only)]
        return counted(homes[0].name if scope.journey_id else None, shown, rows)

    def _months(self, home: Journey, count: int) -> tuple[date, ...]:
        return months_until(self._now().astimezone(zone_info(home.zone)).date(), count)


def months_until(day: date, count: int) -> tuple[date, ...]:
    """The first days of so many months, the last of them that of this day."""
    last = day.year * 12 + day.month - 1
    return tuple(
        date(month // 12, month % 12 + 1, 1) for month in range(last - count + 1, last + 1)
    )


def counted(journey: str | None, months: tuple[date, ...], rows: Sequence[Row]) -> OverTime:
    """The counts of reports given by month, layer and the touchpoint's name."""
    layers = Counter((layer, month) for month, layer, _ in rows)
    touchpoints = Counter((name, month) for month, _, name in rows)
    sums = Counter(name for _, _, name in rows)
    told = sorted((name for name in sums if name is not None), key=lambda n: (-sums[n], n))
    kept = [*told[:MOST_TOUCHPOINTS], *([None] if None in sums else [])]
    rest = told[MOST_TOUCHPOINTS:]
    return OverTime(
        journey,
        months,
        {
            layer: tuple(layers[layer, month] for month in months)
            for layer in (*Layer, None)
            if any(layers[layer, month] for month in months)
        },
        {name: tuple(touchpoints[name, month] for month in months) for name in kept},
        tuple(sum(touchpoints[name, month] for name in rest) for month in months),
    )


async def _journeys(
    session: AsyncSession, workspace_id: str, journey_id: str | None, now: datetime
) -> Sequence[Journey]:
    """The one that is meant, or all, with a stand-in for reports that belong to none."""
    if journey_id is not None:
        return [await journey_by_id(session, workspace_id, journey_id)]
    nowhere = Journey(workspace_id=workspace_id, id=_NO_JOURNEY, name="", created_at=now)
    return [*await list_journeys(session, workspace_id), nowhere]


async def _rows(
    session: AsyncSession, home: Journey, months: tuple[date, ...], only: Only
) -> Sequence[Row]:
    zone = zone_info(home.zone)
    begin, end = (to_utc(datetime.combine(day, time()), zone) for day in (months[0], _next(months)))
    stretch = Stretch(home.workspace_id, home.id, begin, end)
    moments = await list_drift_moments(session, stretch, only)
    names = await _names(session, home) if moments else {}
    return [
        (
            moment.astimezone(zone).date().replace(day=1),
            Layer(layer) if layer else None,
            names.get(touchpoint, touchpoint) if touchpoint else None,
        )
        for moment, layer, touchpoint in moments
    ]


def _next(months: tuple[date, ...]) -> date:
    """The day after the last month."""
    return (months[-1] + timedelta(days=31)).replace(day=1)


async def _names(session: AsyncSession, journey: Journey) -> Mapping[str, str]:
    try:
        version = await find_published(session, journey)
    except NoPublishedStack:
        return {}
    return {each.id: each.name for each in Stack.model_validate(version.document).touchpoints}
