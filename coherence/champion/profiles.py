"""Who may be asked to take turns: what Slack knows of a person, without knowing Slack."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Hindrance(StrEnum):
    """Why somebody can't take turns."""

    APP = "app"
    GUEST = "guest"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Profile:
    """A person as Slack knows them; `zone` is the IANA name of their time zone, where they have one."""

    user_id: str
    name: str
    zone: str | None = None
    hindrance: Hindrance | None = None


Profiles: TypeAlias = Callable[[str], Awaitable[Profile]]
"""Looks up somebody by user id."""


async def unknown_profile(user_id: str) -> Profile:
    """For where nobody can be looked up: they pass for people who may be asked."""
    return Profile(user_id, user_id)
