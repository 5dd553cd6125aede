"""A report as a file holds it: every field by its name, with evidence, history and links inside.

A file may also be written by hand: all but the summary may be left out.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from coherence.drift.report import (
    OPEN,
    Change,
    EvidenceKind,
    LinkKind,
    Resolution,
    Severity,
    State,
)
from coherence.stack.document import Layer
from coherence.stack.fields import ItemId

LONGEST_SUMMARY: Final = 2_000
LONGEST_TEXT: Final = 200_000
"""Longer than a form takes: names that were taken out may have made a text longer."""

LARGEST_NUMBER: Final = 2_000_000_000
"""Both databases count as far."""


_NOT_TEXT: Final = re.compile(r"[\x00\ud800-\udfff]")


def _storable(text: str) -> str:
    if _NOT_TEXT.search(text):
        raise PydanticCustomError("not_text", "holds a character that is no text")
    return text


_Words = Annotated[str, StringConstraints(max_length=LONGEST_TEXT), AfterValidator(_storable)]
_Short = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(_storable)]
_Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_SUMMARY),
    AfterValidator(_storable),
    AfterValidator(lambda text: " ".join(text.split())),
]
_Moment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
_Count = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
_Number = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]


class _Record(BaseModel):
    model_config = ConfigDict(
        extra="forbid", hide_input_in_errors=True, use_enum_values=True, validate_default=True
    )


class EvidenceRecord(_Record):
    """One piece of evidence; one from a channel is private unless the file says otherwise."""

    kind: EvidenceKind = EvidenceKind.NOTE
    text: _Words | None = None
    author: _Short | None = None
    channel_id: _Short | None = None
    is_private: bool = True
    permalink: _Short | None = None
    message_ts: _Short | None = None
    added_by: _Short | None = None
    added_at: _Moment
    removed_at: _Moment | None = None


class EventRecord(_Record):
    """One change."""

    what: Change
    before: _Words | None = None
    after: _Words | None = None
    note: _Words | None = None
    actor: _Short | None = None
    happened_at: _Moment


class LinkRecord(_Record):
    """What the report is tied to."""

    kind: LinkKind
    target: _Words
    added_by: _Short
    added_at: _Moment


class MeTooRecord(_Record):
    """Somebody who has noticed the same."""

    user_id: _Short
    noticed_at: _Moment


class ReportRecord(_Record):
    """A report; without a number it gets the next one, without a journey it is of the only one."""

    number: _Number | None = None
    journey: _Short | None = None
    state: State = State.REPORTED
    resolution: Resolution | None = None
    severity: Severity = Severity.NOTICEABLE
    summary: _Line
    layer: Layer | None = None
    layer_guess: Layer | None = None
    touchpoint_id: ItemId | None = None
    statement_ids: list[ItemId] = Field(default_factory=list)
    reporter: _Short | None = None
    owner: _Short | None = None
    reported_at: _Moment
    changed_at: _Moment | None = None
    resolved_at: _Moment | None = None
    snoozed_until: date | None = None
    version_number: _Number | None = None
    came_from_check: _Short | None = None
    came_from_finding: _Short | None = None
    me_too: _Count = 0
    revision: _Number = 1
    evidence: list[EvidenceRecord] = Field(default_factory=list)
    events: list[EventRecord] = Field(default_factory=list)
    links: list[LinkRecord] = Field(default_factory=list)
    me_too_by: list[MeTooRecord] = Field(default_factory=list)

    @model_validator(mode="after")
    def _ends_as_it_says(self) -> "ReportRecord":
        if (self.state in OPEN) != (self.resolution is None):
            needs = "a resolved report says how, and no other does"
            raise PydanticCustomError("resolution", needs)
        return self

    @model_validator(mode="after")
    def _says_everything_once(self) -> "ReportRecord":
        messages = [(e.channel_id, e.message_ts) for e in self.evidence if e.message_ts]
        links = [(link.kind, link.target) for link in self.links]
        people = [each.user_id for each in self.me_too_by]
        for what, said in (("message", messages), ("link", links), ("person", people)):
            if len(set(said)) < len(said):
                raise PydanticCustomError("twice", f"the same {what} is in it twice")
        return self


PARTS: Final[Mapping[str, type[_Record]]] = {
    "evidence": EvidenceRecord,
    "events": EventRecord,
    "links": LinkRecord,
    "me_too_by": MeTooRecord,
}


class UnusableRecord(ValueError):
    """A report in a file that can't be used; the sentence says why, and ends without a full stop."""


def read_record(values: Mapping[str, Any], *, now: datetime) -> ReportRecord:
    """A report from a file's values, noticed `now` unless it says when. Raises UnusableRecord."""
    try:
        return ReportRecord.model_validate({"reported_at": now, **values})
    except ValidationError as error:
        raise UnusableRecord(_sentence(error.errors(include_url=False)[0])) from None


def field_values(row: object, record: type[_Record]) -> dict[str, Any]:
    """The fields of a record that a row has under the same names."""
    return {name: getattr(row, name) for name in record.model_fields if hasattr(row, name)}


def _sentence(fault: ErrorDetails) -> str:
    message = fault["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    return f"{_place(fault['loc'])}: {message}" if fault["loc"] else message


def _place(steps: Iterable[int | str]) -> str:
    """Where in a report a fault is: “evidence 2, added_at”."""
    named = " ".join(str(step + 1) if isinstance(step, int) else f", {step}" for step in steps)
    return named.removeprefix(", ").replace(" , ", ", ")
