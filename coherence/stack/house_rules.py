"""House rules: how the company writes, in seven kinds, each with the keys it needs (docs/rules.md).

Phrases are literal, as everywhere in a stack; keys that hold regular expressions say so.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from coherence.stack.fields import Item, LongText, Phrase, Text

MAX_EXAMPLES = 20
"""Texts under `flag`, and as many under `pass`."""

MAX_PAIRS = 200
"""Pairs of one `swap` or `either`."""

CASES = ("$title", "$sentence", "$lower", "$upper")
"""What `match` of a capitalization rule may be besides a regular expression."""

Expression = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Count = Annotated[int, Field(ge=0, le=10_000, strict=True)]
_Yes = Annotated[bool, Field(strict=True)]
_Examples = Annotated[tuple[LongText, ...], Field(max_length=MAX_EXAMPLES)]
_Pairs = Annotated[dict[Phrase, Phrase], Field(min_length=1, max_length=MAX_PAIRS)]


class Level(StrEnum):
    """How much a rule matters to the house."""

    SUGGESTION = "suggestion"
    WARNING = "warning"
    ERROR = "error"


class HouseRule(Item):
    """What rules of every kind have.

    `message` is the rule in one sentence for people. `flag` and `passes` are texts that it must and must
    not remark on.
    """

    kind: str
    level: Level = Level.SUGGESTION
    message: Text | None = None
    why: Text | None = None
    flag: _Examples = ()
    # The file's key is the keyword `pass`.
    passes: _Examples = Field(default=(), alias="pass")


class _Listing(HouseRule):
    """A rule about listed phrases, or what regular expressions match; it needs one or the other."""

    tokens: tuple[Phrase, ...] = ()
    raw: tuple[Expression, ...] = Field(default=(), max_length=20)
    ignorecase: _Yes = True

    @model_validator(mode="after")
    def _has_something_to_find(self) -> Self:
        if not self.tokens and not self.raw:
            raise PydanticCustomError("nothing_to_find", "needs tokens or raw")
        return self


class Existence(_Listing):
    """Words that have no place in a text."""

    kind: Literal["existence"]
    exceptions: tuple[Phrase, ...] = ()


class Substitution(HouseRule):
    """Words to write instead of others: `swap` maps the ones to the others."""

    kind: Literal["substitution"]
    swap: _Pairs
    ignorecase: _Yes = True
    exceptions: tuple[Phrase, ...] = ()


class Occurrence(_Listing):
    """How often something may, or must, appear in a text, a paragraph or a sentence."""

    kind: Literal["occurrence"]
    scope: Literal["text", "paragraph", "sentence"] = "text"
    max: Count | None = None
    min: Count | None = None

    @model_validator(mode="after")
    def _has_limits_in_order(self) -> Self:
        if self.max is None and self.min is None:
            raise PydanticCustomError("no_limit", "needs max or min")
        if self.max is not None and self.min is not None and self.min > self.max:
            raise PydanticCustomError("limits_crossed", "has a min over its max")
        return self


class Repetition(HouseRule):
    """A word twice in a row: any word, or the listed ones."""

    kind: Literal["repetition"]
    tokens: tuple[Phrase, ...] = ()
    ignorecase: _Yes = True
    exceptions: tuple[Phrase, ...] = ()


class Consistency(HouseRule):
    """Two spellings or names for one thing, of which a text uses one: `either` maps the one to the other."""

    kind: Literal["consistency"]
    either: _Pairs
    ignorecase: _Yes = True


class Conditional(HouseRule):
    """What may stand in a text only with something else; both are regular expressions.

    Where both have a group, each text of the group in `first` must appear as the group in `second`.
    """

    kind: Literal["conditional"]
    first: Expression
    second: Expression
    ignorecase: _Yes = False
    exceptions: tuple[Phrase, ...] = ()


class Capitalization(HouseRule):
    """The case of headings or sentences: one of CASES, or a regular expression that matches a whole one."""

    kind: Literal["capitalization"]
    match: Expression
    scope: Literal["heading", "sentence"] = "heading"
    exceptions: tuple[Phrase, ...] = ()


KINDS = (
    Existence,
    Substitution,
    Occurrence,
    Repetition,
    Consistency,
    Conditional,
    Capitalization,
)

Rule: TypeAlias = Annotated[
    Existence | Substitution | Occurrence | Repetition | Consistency | Conditional | Capitalization,
    Field(discriminator="kind"),
]
