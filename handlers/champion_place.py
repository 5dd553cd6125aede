"""Which rota, and which term of it, a button or a form is about: a value that fits into both."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from coherence.champion.letters import mark, unmark

_BETWEEN = "|"
_MESSAGE = "\n"


@dataclass(frozen=True)
class ChampionPlace:
    """A journey's rota, and in it maybe a term by its beginning or something else by its id.

    `message` is the channel and the `ts` of the message that was pressed in, if one that can be changed.
    """

    journey_id: str
    start: datetime | None = None
    about: str = ""
    message: tuple[str, str] | None = None

    def text(self) -> str:
        """As a button's value or a form's metadata."""
        start = mark(self.start) if self.start else ""
        said = _BETWEEN.join((self.journey_id, start, self.about)).rstrip(_BETWEEN)
        return _MESSAGE.join((said, _BETWEEN.join(self.message))) if self.message else said

    @classmethod
    def of_text(cls, text: str) -> "ChampionPlace":
        """Read it back. Raises ValueError where it is none of ours."""
        text, _, message = text.partition(_MESSAGE)
        journey_id, start, about = [*text.split(_BETWEEN, 2), "", ""][:3]
        if not journey_id:
            raise ValueError("names no journey")
        channel_id, _, ts = message.partition(_BETWEEN)
        where = (channel_id, ts) if ts else None
        return cls(journey_id, unmark(start) if start else None, about, where)

    @classmethod
    def of_action(cls, action: dict[str, Any]) -> "ChampionPlace":
        """Read it from a pressed button."""
        return cls.of_text(str(action.get("value", "")))

    @classmethod
    def of_press(cls, body: dict[str, Any]) -> "ChampionPlace":
        """Read it from a press, with the message that it was in."""
        place, container = cls.of_action(body["actions"][0]), body.get("container", {})
        if container.get("type") != "message" or container.get("is_ephemeral"):
            return place
        return replace(place, message=(container["channel_id"], container["message_ts"]))
