"""How a rota goes round, without its people: what a steward sets up and a row keeps as JSON."""

from datetime import time
from typing import Annotated

from pydantic import AfterValidator, Field, field_serializer

from coherence.rota.document import Cadence, Rest, Whole
from coherence.rota.fields import Day, Entry, TimeOfDay, Weekday, ZoneName, not_empty


class RotaSettings(Entry):
    """The fields of a rota file (docs/rota.md) that are not about people."""

    zone: ZoneName
    start: Day
    handover: TimeOfDay
    cadence: Cadence
    weekdays: Annotated[frozenset[Weekday], AfterValidator(not_empty)] | None = None
    per_term: Annotated[Whole, Field(ge=1, le=2)] = 1
    rest: Rest = Rest()

    @field_serializer("handover")
    def _as_written(self, handover: time) -> str:
        return f"{handover:%H:%M}"
