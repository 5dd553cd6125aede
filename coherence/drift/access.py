"""Who may change a report, and who may read what of its evidence."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from coherence.drift.records import evidence_value
from coherence.drift.report import Evidence
from coherence.errors import NotTheirDrift
from coherence.stewards import Person, Stewards
from storage.drift import DriftEvidence, DriftReport

Membership: TypeAlias = Callable[[str, str], Awaitable[bool | None]]
"""Says of a channel's id and a user's id whether this person is in this channel; in doubt, no.

None for a conversation that the bot can't look into, now or later.
"""


async def in_no_channel(_channel_id: str, _user_id: str) -> bool | None:
    """The answer where nobody can be asked."""
    return None


OnDuty: TypeAlias = Callable[[Person, str], Awaitable[bool]]
"""Says of a person and a journey's id whether they are its champion right now."""


async def nobody_on_duty(_person: Person, _journey_id: str) -> bool:
    """The answer where there is no duty."""
    return False


class Rights(NamedTuple):
    """Whether somebody may change a report, and have the copies of others' messages removed."""

    may_change: bool
    may_remove: bool


class DriftAccess:
    """The rules: anybody reports, adds and reads; its owner, the champion and stewards decide."""

    def __init__(
        self, stewards: Stewards, membership: Membership, on_duty: OnDuty = nobody_on_duty
    ) -> None:
        self._stewards = stewards
        self._membership = membership
        self._on_duty = on_duty

    async def is_steward(self, person: Person) -> bool:
        """Whether a person is a steward."""
        return await self._stewards.is_steward(person)

    async def require_steward(self, person: Person) -> None:
        """Raise NotASteward unless the person is one."""
        await self._stewards.require(person)

    async def may_change(self, person: Person, report: DriftReport) -> bool:
        """Whether a person may change a report's state and fields."""
        return await self._looks_after(person, report) or await self._stewards.is_steward(person)

    async def rights(self, person: Person, report: DriftReport) -> Rights:
        """What a person may do about a report."""
        is_steward = await self._stewards.is_steward(person)
        return Rights(is_steward or await self._looks_after(person, report), is_steward)

    async def require_change(self, person: Person, report: DriftReport) -> None:
        """Raise NotTheirDrift unless the person may change the report."""
        if not await self.may_change(person, report):
            stewards = await self._stewards.to_ask(person.workspace_id)
            owner = [report.owner] if report.owner else []
            raise NotTheirDrift(list(dict.fromkeys([*owner, *stewards])))

    async def evidence_for(
        self, person: Person, rows: Sequence[DriftEvidence]
    ) -> tuple[Evidence, ...]:
        """Evidence as this person may see it; each private channel is asked about once.

        What comes from where nobody can be asked is for whoever added it, who had read it there.
        """
        private = {row.channel_id for row in rows if row.is_private}
        is_in = {each: await self._is_in(each, person) for each in private}
        return tuple(
            evidence_value(row, hidden=row.is_private and not _may_read(row, person, is_in))
            for row in rows
        )

    async def _looks_after(self, person: Person, report: DriftReport) -> bool:
        return report.owner == person.user_id or await self._on_duty(person, report.journey_id)

    async def _is_in(self, channel_id: str | None, person: Person) -> bool | None:
        return await self._membership(channel_id, person.user_id) if channel_id else None


def _may_read(row: DriftEvidence, person: Person, is_in: Mapping[str | None, bool | None]) -> bool:
    member = is_in[row.channel_id]
    return row.added_by == person.user_id if member is None else member
