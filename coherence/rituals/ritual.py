"""A ritual as a value: what is asked, of whom, how often, and who sees the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter

from coherence.errors import UnknownZone
from coherence.recurrence import Recurrence
from coherence.stack.document import Layer
from coherence.zones import zone_info
from storage import rituals as table

RATINGS: Final = (1, 2, 3, 4, 5)
"""From 1, absent, to 5, fully integrated: practice.md's scale."""

FEWEST_SHOWN: Final = 5
"""Fewer anonymous answers than these are never shown: whose they are could be guessed."""


class RitualKind(StrEnum):
    """What a ritual is for."""

    STAND_UP = "stand_up"
    SPRINT_REVIEW = "sprint_review"
    MONTHLY_REVIEW = "monthly_review"
    FREE = "free"


class Visibility(StrEnum):
    """Who sees which name with an answer."""

    NAMED = "named"
    """Everybody sees who answered what."""
    CHAMPION = "champion"
    """Everybody sees the answers; who is on duty sees the names too."""
    ANONYMOUS = "anonymous"
    """Everybody sees the answers, from the fifth on; nobody sees a name, nor could."""


class Form(StrEnum):
    """What an answer is made of."""

    RATING = "rating"
    WORDS = "words"
    BOTH = "both"
    """A rating with a line of evidence, which may be left out."""


class HowOften(StrEnum):
    """How often somebody wants to be reminded of a round that they have not answered."""

    ONCE = "once"
    DAILY = "daily"


class Question(BaseModel):
    """One question. `retired` ones are asked no more; `layer` is what a review's question is about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    form: Form = Form.WORDS
    retired: bool = False
    layer: Layer | None = None

    @property
    def takes_rating(self) -> bool:
        """Whether an answer has a rating."""
        return self.form is not Form.WORDS

    @property
    def takes_words(self) -> bool:
        """Whether an answer has words."""
        return self.form is not Form.RATING


_QUESTIONS: Final = TypeAdapter(tuple[Question, ...])


@dataclass(frozen=True)
class Ritual:
    """What a team is asked again and again. `revision` is the edit that this is."""

    workspace_id: str
    id: str
    journey_id: str
    kind: RitualKind
    name: str
    channel_id: str
    recurrence: Recurrence
    visibility: Visibility
    questions: tuple[Question, ...]
    open_for: timedelta
    revision: int = 1
    paused: bool = False
    paused_for: str | None = None

    @property
    def asked(self) -> tuple[Question, ...]:
        """The questions that are not retired."""
        return tuple(each for each in self.questions if not each.retired)

    def day_of(self, moment: datetime) -> date:
        """The day where the ritual is; in UTC where its zone is no more."""
        try:
            return moment.astimezone(zone_info(self.recurrence.zone)).date()
        except UnknownZone:
            return moment.astimezone(UTC).date()


@dataclass(frozen=True)
class Round:
    """One time that a ritual was asked, with what was asked then.

    `champions` were on duty when it was posted. `taken_part` is how many had answered an anonymous one
    when it closed.
    """

    workspace_id: str
    id: str
    ritual_id: str
    number: int
    due_at: datetime
    closes_at: datetime
    channel_id: str
    visibility: Visibility
    questions: tuple[Question, ...]
    champions: tuple[str, ...]
    closed_at: datetime | None
    closed_by: str | None
    taken_part: int | None
    revision: int
    drifted: Layer | None
    conclusion: str | None
    concluded_by: str | None
    concluded_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it takes answers that are on time."""
        return self.closed_at is None

    def question(self, question_id: str) -> Question | None:
        """The question with this id, as it was asked."""
        return next((each for each in self.questions if each.id == question_id), None)


def schedule_id(ritual_id: str) -> str:
    """The id of a ritual's schedule."""
    return f"ritual:{ritual_id}"


def ritual_id_of(schedule: str) -> str:
    """The id of the ritual that a schedule belongs to, out of the schedule's."""
    return schedule.removeprefix(schedule_id(""))


def schedule_kind(kind: RitualKind) -> str:
    """The kind of a ritual's schedule: how late it is of use depends on the kind of the ritual."""
    return f"ritual_{kind.value}"


def questions_stored(questions: Sequence[Question]) -> list[dict[str, object]]:
    """Questions as a column keeps them."""
    return [each.model_dump(mode="json") for each in questions]


def ritual_value(row: table.Ritual) -> Ritual:
    """A ritual out of its row."""
    return Ritual(
        workspace_id=row.workspace_id,
        id=row.id,
        journey_id=row.journey_id,
        kind=RitualKind(row.kind),
        name=row.name,
        channel_id=row.channel_id,
        recurrence=Recurrence.model_validate(row.recurrence),
        visibility=Visibility(row.visibility),
        questions=_QUESTIONS.validate_python(row.questions),
        open_for=timedelta(minutes=row.open_minutes),
        revision=row.revision,
        paused=row.paused,
        paused_for=row.paused_for,
    )


def round_value(row: table.RitualRound) -> Round:
    """A round out of its row."""
    return Round(
        workspace_id=row.workspace_id,
        id=row.id,
        ritual_id=row.ritual_id,
        number=row.number,
        due_at=row.due_at,
        closes_at=row.closes_at,
        channel_id=row.channel_id,
        visibility=Visibility(row.visibility),
        questions=_QUESTIONS.validate_python(row.questions),
        champions=tuple(row.champions),
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        taken_part=row.taken_part,
        revision=row.revision,
        drifted=Layer(row.drifted) if row.drifted else None,
        conclusion=row.conclusion,
        concluded_by=row.concluded_by,
        concluded_at=row.concluded_at,
    )
