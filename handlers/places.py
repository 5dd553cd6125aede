"""Where an answer stands, so that it can be changed there later."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an answer was put into."""

    PRIVATE = "private"
    """A message that one person sees; a `response_url` changes it five times, within half an hour."""
    MODAL = "modal"
    DIRECT = "direct"
    """A direct message."""


@dataclass(frozen=True)
class Place:
    """Where an answer stands: `address` is a `response_url`, a view's id or a channel's, by kind.

    `ts` is the message in that channel. `said`: the text was a message that somebody had sent already.
    """

    kind: Kind
    address: str
    ts: str | None = None
    said: bool = False

    def dump(self) -> str:
        """As a view's private metadata."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, metadata: str) -> "Place":
        """From a view's private metadata."""
        held = json.loads(metadata)
        return cls(**{**held, "kind": Kind(held["kind"])})


def private(response_url: str) -> Place:
    """A message that only the person who asked sees."""
    return Place(Kind.PRIVATE, response_url)


def in_modal(view_id: str, *, said: bool = False) -> Place:
    """An open modal."""
    return Place(Kind.MODAL, view_id, said=said)


def in_direct_message(channel: str, ts: str) -> Place:
    """A message of ours in a direct message."""
    return Place(Kind.DIRECT, channel, ts)


def place_of(body: dict[str, Any]) -> Place:
    """Where the answer stands whose button was pressed."""
    if view := body.get("view"):
        return in_modal(
            view["id"], said=json.loads(view["private_metadata"] or "{}").get("said", False)
        )
    container = body["container"]
    if container.get("is_ephemeral"):
        return private(body["response_url"])
    return in_direct_message(container["channel_id"], container["message_ts"])
