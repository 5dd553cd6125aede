"""Which rota, and which term of it, a button or a form is about: a value that fits into both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coherence.champion.letters import mark, unmark

_BETWEEN = "|"


@dataclass(frozen=True)
class ChampionPlace:
    """A journey's rota, and in it maybe a term by its beginning or something else by its id."""

    journey_id: str
    start: datetime | None = None
    about: str = ""

    def text(self) -> str:
        """As a button's value or a form's metadata."""
        return _BETWEEN.join(
            (self.journey_id, mark(self.start) if self.start else "", self.about)
        ).rstrip(_BETWEEN)

    @classmethod
    def of_text(cls, text: str) -> "ChampionPlace":
        """Read it back. Raises ValueError where it is none of ours."""
        journey_id, start, about = [*text.split(_BETWEEN, 2), "", ""][:3]
        if not journey_id:
            raise ValueError("names no journey")
        return cls(journey_id, unmark(start) if start else None, about)

    @classmethod
    def of_action(cls, action: dict[str, Any]) -> "ChampionPlace":
        """Read it from a pressed button."""
        return cls.of_text(str(action.get("value", "")))
