"""Who may change a report, and who may read what of its evidence."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from coherence.drift.records import evidence_value
from coherence.drift.report import Evidence
from coherence.errors import NotTheirDrift
from coherence.stewards import Person, Stewards
from storage.drift import DriftEvidence, DriftReport

Membership: TypeAlias = Callable[[str, str], Awaitable[bool]]
"""Says of a channel's id and a user's id whether this person is in this channel; in doubt, no."""

OnDuty: TypeAlias = Callable[[Person, str], Awaitable[bool]]
"""Says of a person and a journey's id whether they are its champion right now."""


async def nobody_on_duty(_person: Person, _journey_id: str) -> bool:
    """The answer where there is no duty."""
    return False


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
        return (
            report.owner == person.user_id
            or await self._on_duty(person, report.journey_id)
            or await self._stewards.is_steward(person)
        )

    async def require_change(self, person: Person, report: DriftReport) -> None:
        """Raise NotTheirDrift unless the person may change the report."""
        if not await self.may_change(person, report):
            stewards = await self._stewards.to_ask(person.workspace_id)
            owner = [report.owner] if report.owner else []
            raise NotTheirDrift(list(dict.fromkeys([*owner, *stewards])))

    async def evidence_for(
        self, person: Person, rows: Sequence[DriftEvidence]
    ) -> tuple[Evidence, ...]:
        """Evidence as this person may see it; each private channel is asked about once."""
        private = {row.channel_id for row in rows if row.is_private}
        closed = {each for each in private if not await self._is_in(each, person)}
        return tuple(
            evidence_value(row, hidden=row.is_private and row.channel_id in closed) for row in rows
        )

    async def _is_in(self, channel_id: str | None, person: Person) -> bool:
        return channel_id is not None and await self._membership(channel_id, person.user_id)
