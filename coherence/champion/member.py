"""Members of a rota, as values."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from storage.champion import ChampionMember

_MEMBER_ID: Final = re.compile(r"[UW][A-Z0-9]+")


class MemberState(StrEnum):
    """What somebody who was asked to take turns has answered."""

    ASKED = "asked"
    SERVING = "serving"
    DECLINED = "declined"
    LEFT = "left"


@dataclass(frozen=True)
class RotaMember:
    """Somebody in a rota or asked to be; for the fields see `ChampionMember`."""

    user_id: str
    state: MemberState
    place: int
    joined: date | None
    left: date | None
    paused_from: date | None
    country: str | None
    zone: str | None
    messages: bool
    gone_at: datetime | None

    @property
    def serves(self) -> bool:
        """Whether their turn comes: they have joined, don't rest, and Slack still knows them."""
        is_here = self.state is MemberState.SERVING and self.gone_at is None
        return is_here and self.paused_from is None

    @classmethod
    def of(cls, row: ChampionMember) -> "RotaMember":
        """The value of a row."""
        return cls(
            user_id=row.user_id,
            state=MemberState(row.state),
            place=row.place,
            joined=row.joined,
            left=row.left,
            paused_from=row.paused_from,
            country=row.country,
            zone=row.zone,
            messages=row.messages,
            gone_at=row.gone_at,
        )


def is_member_id(user: str) -> bool:
    """Whether this is a person's id; after an erasure, words stand in the place of some."""
    return _MEMBER_ID.fullmatch(user) is not None
