"""The Coherence Stack of one journey as a value: vision, narrative, system, touchpoints.

The fields are those of the stack file (docs/stack.md). A document is immutable; a changed one is a new value.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from coherence.stack.fields import Item, ItemId, LongText, Name, Phrase, Text
from coherence.stack.house_rules import Rule


def _whole_number(value: object) -> object:
    # True and 1.0 equal 1, and would pass for it.
    if type(value) is not int:
        raise PydanticCustomError("whole_number", "must be a whole number")
    return value


class Layer(StrEnum):
    """The four layers of the stack, from intent to the single interaction."""

    VISION = "vision"
    NARRATIVE = "narrative"
    SYSTEM = "system"
    TOUCHPOINT = "touchpoint"


class Verdict(StrEnum):
    """What a check says about a text."""

    FITS = "fits"
    SUGGESTIONS = "suggestions"
    CONFLICT = "conflict"
    NOT_JUDGED = "not_judged"


class Statement(Item):
    """One line of vision, arc or principles."""

    text: Text


class Milestone(Statement):
    """A step of the narrative, with what stands in the way and how it should feel."""

    name: Name
    obstacle: Text | None = None
    feeling: Text | None = None


class Promise(Statement):
    """What we may claim, and how far."""

    limits: Text | None = None


class Never(Statement):
    """What nobody may say; `patterns` are the phrases that say it."""

    patterns: tuple[Phrase, ...] = ()


class Tone(Statement):
    """How we sound; `avoid` are the words that don't."""

    avoid: tuple[Phrase, ...] = ()


class Term(Item):
    """The word we use, and the ones it stands in for."""

    use: Phrase
    instead_of: tuple[Phrase, ...] = Field(min_length=1)
    why: Text | None = None


class SystemItem(Statement):
    """A piece of the backbone, with its owner."""

    owner: Name | None = None


class ChecklistItem(Statement):
    """One line of a touchpoint's checklist.

    `requires`: at least one of the phrases must appear. `forbids`: none may. With neither, only a
    reader can tell.
    """

    requires: tuple[Phrase, ...] = ()
    forbids: tuple[Phrase, ...] = ()


class Touchpoint(Item):
    """One concrete interaction: who owns it, which milestone it serves, what it must do."""

    name: Name
    owner: Name | None = None
    milestone: ItemId | None = None
    max_words: Annotated[int, Field(ge=1, le=100_000, strict=True)] | None = None
    # The file's key, `copy`, is the name of a method that every model has.
    live_text: LongText | None = Field(default=None, alias="copy")
    checklist: tuple[ChecklistItem, ...] = ()


class Example(Item):
    """A message whose verdict the stewards agree on."""

    text: LongText
    verdict: Literal["fits", "suggestions", "conflict"]
    touchpoint: ItemId | None = None
    statements: tuple[ItemId, ...] = ()
    why: Text | None = None


class Narrative(BaseModel):
    """From where the customer starts to where they want to be."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    # The file's key is the keyword `from`.
    start: Statement | None = Field(default=None, alias="from")
    end: Statement | None = Field(default=None, alias="to")
    milestones: tuple[Milestone, ...] = ()


class Stack(BaseModel):
    """The Coherence Stack of one journey."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    format: Annotated[Literal[1], BeforeValidator(_whole_number)]
    journey: Name
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    vision: tuple[Statement, ...] = ()
    narrative: Narrative = Narrative()
    promises: tuple[Promise, ...] = ()
    never: tuple[Never, ...] = ()
    tone: tuple[Tone, ...] = ()
    terms: tuple[Term, ...] = ()
    principles: tuple[Statement, ...] = ()
    system: tuple[SystemItem, ...] = ()
    touchpoints: tuple[Touchpoint, ...] = ()
    rules: tuple[Rule, ...] = ()
    examples: tuple[Example, ...] = ()

    def touchpoint(self, touchpoint_id: str) -> Touchpoint | None:
        """Return the touchpoint with this id, or None."""
        return next((t for t in self.touchpoints if t.id == touchpoint_id), None)

    def items(self) -> Iterator[Item]:
        """Every entry that has an id, in reading order, checklists inside their touchpoints."""
        yield from self.vision
        yield from (edge for edge in (self.narrative.start, self.narrative.end) if edge)
        yield from self.narrative.milestones
        for section in (self.promises, self.never, self.tone, self.terms, self.principles):
            yield from section
        yield from self.system
        for touchpoint in self.touchpoints:
            yield touchpoint
            yield from touchpoint.checklist
        yield from self.rules
        yield from self.examples
