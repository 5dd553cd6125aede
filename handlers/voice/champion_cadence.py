"""How often a duty is handed over, in plain words."""

from collections.abc import Mapping
from typing import Final

from coherence.champion.plan import WORKING_WEEK
from coherence.champion.settings import RotaSettings
from coherence.rota.document import Cadence
from coherence.rota.fields import Weekday

WEEKDAYS: Final[Mapping[Weekday, str]] = {
    Weekday.MON: "Monday",
    Weekday.TUE: "Tuesday",
    Weekday.WED: "Wednesday",
    Weekday.THU: "Thursday",
    Weekday.FRI: "Friday",
    Weekday.SAT: "Saturday",
    Weekday.SUN: "Sunday",
}

_ORDINALS: Final = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


def how_often(cadence: Cadence, weekdays: frozenset[Weekday] | None = None) -> str:
    """A phrase such as “every 2 weeks” or “on the first Monday of each month”."""
    if cadence.nth is not None and cadence.weekday is not None:
        return f"on the {_ORDINALS[cadence.nth]} {WEEKDAYS[cadence.weekday]} of each month"
    if cadence.unit == "day" and weekdays == WORKING_WEEK:
        return _every(cadence.every or 1, "working day")
    return _every(cadence.every or 1, cadence.unit)


def how_often_at(settings: RotaSettings) -> str:
    """The whole of it: “every week, on Mondays at 09:00 (Europe/London)”."""
    often = how_often(settings.cadence, settings.weekdays)
    on = ""
    if settings.cadence.unit == "week" and settings.weekdays is None:
        on = f", on {WEEKDAYS[list(Weekday)[settings.start.weekday()]]}s"
    return f"{often}{on} at {settings.handover:%H:%M} ({settings.zone})"


def _every(number: int, what: str) -> str:
    return f"every {what}" if number == 1 else f"every {number} {what}s"
