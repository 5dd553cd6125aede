"""What a steward wants a journey's rota to be, before it is kept."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from pydantic import ValidationError

from coherence.champion.settings import RotaSettings
from coherence.errors import InvalidAnswers
from coherence.local_time import to_utc
from coherence.rota.cadence import handovers
from coherence.rota.document import Rota
from coherence.rota.fields import Weekday
from coherence.zones import find_zone, zone_info
from storage.journeys import Journey

MAX_PEOPLE: Final = 40
"""People in a rota that is set up here: as many as one window can put in order."""

LONGEST_WAIT: Final = timedelta(days=366)
"""How far away a first handover may be."""

WORKING_WEEK: Final = frozenset(list(Weekday)[:5])

_ANYBODY: Final = "anybody"
NO_ZONE: Final = "UTC"
"""What a journey's zone is unless somebody has chosen one."""

_MONDAY: Final = 7

Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class RotaPlan:
    """A rota as it is to be: people in the order of their turns, those in one group serve together.

    `seen` is the revision of the rota that it was made from, 0 where there was none.
    """

    journey_id: str
    settings: RotaSettings
    groups: Groups
    channel_id: str | None = None
    seen: int = 0

    @property
    def people(self) -> list[str]:
        """Everybody, in order."""
        return [user_id for group in self.groups for user_id in group]

    def says_the_same(self, other: "RotaPlan") -> bool:
        """Whether both would keep the same rota."""
        return replace(self, seen=other.seen) == other


def first_plan(
    home: Journey, channels: Sequence[str], now: datetime, own_zone: str | None = None
) -> RotaPlan:
    """What is offered where there is no rota yet: weekly, from next Monday, when work begins.

    A journey for which nobody has chosen a zone says UTC; then it is that of whoever sets the rota up.
    """
    zone = (find_zone(own_zone) if own_zone and home.zone == NO_ZONE else None) or home.zone
    today = now.astimezone(zone_info(zone)).date()
    settings = RotaSettings.model_validate(
        {
            "zone": zone,
            "start": today + timedelta(days=_MONDAY - today.weekday()),
            "handover": home.work_start,
            "cadence": {"every": 1, "unit": "week"},
        }
    )
    return RotaPlan(home.id, settings, (), next(iter(channels), None))


def validated_settings(fields: Mapping[str, Any]) -> RotaSettings:
    """The settings as they are kept. Raises InvalidAnswers by the names of the fields."""
    try:
        return RotaSettings.model_validate(fields)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        raise InvalidAnswers(
            {str(fault["loc"][0]): f"This {fault['msg']}." for fault in reversed(found)}
        ) from None


def require_plan(plan: RotaPlan, before: RotaPlan | None, now: datetime) -> None:
    """Raise InvalidAnswers where a plan can't be kept, whatever the form let through."""
    if not plan.groups:
        raise InvalidAnswers({"members": "A rota needs at least one person."})
    if len(plan.people) > MAX_PEOPLE:
        raise InvalidAnswers({"members": f"A rota can have {MAX_PEOPLE} people here."})
    if before is None or before.settings.start != plan.settings.start:
        _require_near(plan.settings, now)


def _require_near(settings: RotaSettings, now: datetime) -> None:
    today = now.astimezone(zone_info(settings.zone)).date()
    if settings.start < today:
        raise InvalidAnswers({"start": "Please choose today or a day to come."})
    if settings.start > today + LONGEST_WAIT:
        raise InvalidAnswers({"start": "Please choose a day within the next year."})


def regrouped(chosen: Collection[str], groups: Groups, settings: RotaSettings) -> Groups:
    """The chosen people in their order; who served together still does, beside the first of them."""
    if settings.per_term > 1:
        return tuple((user_id,) for user_id in dict.fromkeys(chosen))
    together = {user_id: group for group in groups for user_id in group}
    found: dict[str, tuple[str, ...]] = {}
    placed: set[str] = set()
    for user_id in chosen:
        if user_id not in placed:
            group = tuple(one for one in together.get(user_id, (user_id,)) if one in chosen)
            found[user_id] = group
            placed.update(group)
    return tuple(found.values())


def moved_up(groups: Groups, user_id: str) -> Groups:
    """One place earlier, with those of the same group."""
    return _swapped(groups, _number(groups, user_id) - 1)


def moved_down(groups: Groups, user_id: str) -> Groups:
    """One place later."""
    return _swapped(groups, _number(groups, user_id))


def joined_above(groups: Groups, user_id: str) -> Groups:
    """Serving together with those one place earlier."""
    number = _number(groups, user_id)
    if number < 1:
        return groups
    return (*groups[: number - 1], groups[number - 1] + groups[number], *groups[number + 1 :])


def parted(groups: Groups, user_id: str) -> Groups:
    """Everybody of a group on their own."""
    number = _number(groups, user_id)
    if number < 0:
        return groups
    alone = tuple((one,) for one in groups[number])
    return (*groups[:number], *alone, *groups[number + 1 :])


def _number(groups: Groups, user_id: str) -> int:
    return next((number for number, group in enumerate(groups) if user_id in group), -1)


def _swapped(groups: Groups, number: int) -> Groups:
    if not 0 <= number < len(groups) - 1:
        return groups
    return (*groups[:number], groups[number + 1], groups[number], *groups[number + 2 :])


def next_handover_day(
    settings: RotaSettings, settled_until: datetime | None, now: datetime
) -> date:
    """The local day of the first term that has not begun yet.

    `settled_until` is when the last term ends that is on record, None where there is none.
    """
    zone = zone_info(settings.zone)
    if settled_until is not None and settled_until > now:
        return settled_until.astimezone(zone).date()
    calendar = Rota.model_validate({"format": 1, "members": [_ANYBODY], **settings.for_rota()})
    coming = next(moment for moment in handovers(calendar) if moment > now)
    return coming.astimezone(zone).date()


def day_begins(day: date, zone: str) -> datetime:
    """The moment, in UTC, at which a day begins by the clocks of a zone."""
    return to_utc(datetime.combine(day, datetime.min.time()), zone_info(zone))
