"""A rota as a value: its cadence, its people, when they are away, and what was arranged by hand.

The fields are those of the rota file (docs/rota.md). A rota is immutable; an edited one is a new value.
"""

from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from coherence.rota.fields import (
    Country,
    Day,
    Entry,
    Moment,
    TimeOfDay,
    UserName,
    Weekday,
    ZoneName,
    not_empty,
)

MAX_MEMBERS: Final = 2_000
MAX_ABSENCES: Final = 20_000
MAX_OVERRIDES: Final = 20_000
MAX_EVERY: Final = 1_000

_NTH: Final = (1, 2, 3, 4, 5, -1)


def _whole_number(value: object) -> object:
    # True and 1.0 equal 1, and would pass for it.
    if type(value) is not int:
        raise PydanticCustomError("int_type", "must be a whole number")
    return value


def _nth(value: int) -> int:
    if value not in _NTH:
        told = "must be 1 to 5, or -1 for the last of the month"
        raise PydanticCustomError("told", "{told}", {"told": told})
    return value


def _as_groups(members: object) -> object:
    """Put every entry as a list of mappings: a name alone is a member, a member alone a group of one."""
    if not isinstance(members, (list, tuple)):
        return members
    return [_as_group(entry) for entry in members]


def _as_group(entry: object) -> object:
    together = list(entry) if isinstance(entry, (list, tuple)) else [entry]
    return [{"user": one} if isinstance(one, str) else one for one in together]


Whole = Annotated[int, BeforeValidator(_whole_number)]


class Cadence(Entry):
    """How often a handover comes: every so many days, weeks or months, or on the nth weekday of each."""

    every: Annotated[Whole, Field(ge=1, le=MAX_EVERY)] | None = None
    unit: Literal["day", "week", "month"]
    nth: Annotated[Whole, AfterValidator(_nth)] | None = None
    weekday: Weekday | None = None

    @model_validator(mode="after")
    def _is_one_kind(self) -> "Cadence":
        told = _cadence_fault(self)
        if told:
            raise PydanticCustomError("told", "{told}", {"told": told})
        return self


def _cadence_fault(cadence: Cadence) -> str | None:
    by_weekday = cadence.nth is not None or cadence.weekday is not None
    if by_weekday == (cadence.every is not None):
        return "needs either “every” and “unit”, or “nth”, “weekday” and “unit: month”"
    if by_weekday and None in {cadence.nth, cadence.weekday}:
        return "needs both “nth” and “weekday”"
    if by_weekday and cadence.unit != "month":
        return "with “nth” needs “unit: month”"
    return None


class Rest(Entry):
    """How much rest people get between their turns; shortened before a term is left vacant."""

    min_gap_terms: Annotated[Whole, Field(ge=0)] = 0
    max_per_year: Annotated[Whole, Field(ge=1)] | None = None


class Member(Entry):
    """Somebody who takes turns, from the day they joined until the day they left."""

    user: UserName
    joined: Day | None = None
    left: Day | None = None
    country: Country | None = None


class Absence(Entry):
    """Days on which somebody is away, both included."""

    user: UserName
    first: Day = Field(alias="from")
    last: Day = Field(alias="to")


class Override(Entry):
    """Who serves from one moment to another whatever the order says; local times have no offset."""

    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")
    users: Annotated[tuple[UserName, ...], AfterValidator(not_empty), Field(max_length=20)]


Group = Annotated[tuple[Member, ...], AfterValidator(not_empty)]


class Rota(Entry):
    """A whole rota."""

    format: Annotated[Literal[1], BeforeValidator(_whole_number)]
    zone: ZoneName
    start: Day
    handover: TimeOfDay
    cadence: Cadence
    weekdays: Annotated[frozenset[Weekday], AfterValidator(not_empty)] | None = None
    per_term: Annotated[Whole, Field(ge=1, le=2)] = 1
    rest: Rest = Rest()
    members: Annotated[
        tuple[Group, ...],
        BeforeValidator(_as_groups),
        AfterValidator(not_empty),
        Field(max_length=MAX_MEMBERS),
    ]
    absences: tuple[Absence, ...] = Field(default=(), max_length=MAX_ABSENCES)
    overrides: tuple[Override, ...] = Field(default=(), max_length=MAX_OVERRIDES)

    @property
    def time_zone(self) -> ZoneInfo:
        """The zone in which dates and local times are meant."""
        return ZoneInfo(self.zone)

    def people(self) -> dict[str, Member]:
        """Every member by name, in the order of the file."""
        return {member.user: member for group in self.members for member in group}
