"""How a rota goes round, without its people: what a steward sets up and a row keeps as JSON."""

from datetime import time
from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_serializer

from coherence.rota.document import Cadence, Rest, Whole
from coherence.rota.fields import Country, Day, Entry, TimeOfDay, Weekday, ZoneName, not_empty


class RotaSettings(Entry):
    """The fields of a rota file (docs/rota.md) that are not about people.

    `country` is whose public holidays count for who joins, until they choose for themselves.
    """

    zone: ZoneName
    start: Day
    handover: TimeOfDay
    cadence: Cadence
    weekdays: Annotated[frozenset[Weekday], AfterValidator(not_empty)] | None = None
    per_term: Annotated[Whole, Field(ge=1, le=2)] = 1
    rest: Rest = Rest()
    country: Country | None = None

    def for_rota(self) -> dict[str, Any]:
        """The fields that a rota has under the same names."""
        return {name: value for name, value in self if name != "country"}

    @field_serializer("handover")
    def _as_written(self, handover: time) -> str:
        return f"{handover:%H:%M}"
