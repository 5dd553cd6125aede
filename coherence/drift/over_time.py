"""How many reports there were of each layer and each touchpoint, month by month."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.errors import NoPublishedStack
from coherence.journeys import journey_by_name
from coherence.local_time import to_utc
from coherence.stack.document import Layer, Stack
from coherence.stack.versions import find_published
from coherence.zones import zone_info
from storage.database import Database
from storage.drift_digest import Stretch, list_drift_moments
from storage.journeys import Journey

MOST_TOUCHPOINTS: Final = 6
"""Touchpoints that are told apart; what concerns others is counted together."""

_MONTHS: Final = 12


@dataclass(frozen=True)
class OverTime:
    """Counts a month, in the order of `months` (their first days): for each layer, and each touchpoint.

    Under None is what has no layer, or no touchpoint. `others` are the touchpoints with fewer reports.
    """

    journey: str
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
            zone = zone_info(home.zone)
            shown = months_until(self._now().astimezone(zone).date(), months)
            begin = to_utc(datetime.combine(shown[0], time()), zone)
            stretch = Stretch(workspace_id, home.id, begin, self._now())
            moments = await list_drift_moments(session, stretch)
            names = await _names(session, home)
        return counted(home.name, shown, moments, names, zone)


def months_until(day: date, count: int) -> tuple[date, ...]:
    """The first days of so many months, the last of them that of this day."""
    last = day.year * 12 + day.month - 1
    return tuple(
        date(month // 12, month % 12 + 1, 1) for month in range(last - count + 1, last + 1)
    )


def counted(
    journey: str,
    months: tuple[date, ...],
    moments: Sequence[tuple[datetime, str | None, str | None]],
    names: Mapping[str, str],
    zone: ZoneInfo,
) -> OverTime:
    """The counts of reports given by moment, layer and touchpoint; `names` are the touchpoints'."""
    layers: Counter[tuple[Layer | None, date]] = Counter()
    touchpoints: Counter[tuple[str | None, date]] = Counter()
    for moment, layer, touchpoint in moments:
        month = moment.astimezone(zone).date().replace(day=1)
        layers[Layer(layer) if layer else None, month] += 1
        touchpoints[names.get(touchpoint, touchpoint) if touchpoint else None, month] += 1
    sums: Counter[str | None] = Counter()
    for (name, _), count in touchpoints.items():
        sums[name] += count
    ranked = sorted(sums, key=lambda name: (name is None, -sums[name], name or ""))
    told = [name for name in ranked if name is not None]
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


async def _names(session: AsyncSession, journey: Journey) -> Mapping[str, str]:
    try:
        version = await find_published(session, journey)
    except NoPublishedStack:
        return {}
    return {each.id: each.name for each in Stack.model_validate(version.document).touchpoints}
