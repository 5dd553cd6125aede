"""What stewards choose for a journey's drift: reports without a name, and the digests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.drift.digest_times import WEEKLY
from coherence.errors import ChangedMeanwhile, InvalidAnswers
from coherence.journeys import journey_by_id, only_journey
from coherence.stewards import Person, Stewards
from storage import journeys as table
from storage.database import Database
from storage.journeys import Journey

_COLUMNS = {
    "anonymous": "anonymous_drift",
    "weekly": "weekly_drift_digest",
    "monthly": "monthly_drift_digest",
    "channel": "drift_digest_channel",
}


@dataclass(frozen=True)
class Choices:
    """Whether people may report without a name, and which digests there are.

    `channel` is the only one that gets the month's digest; with None all channels of the journey do.
    """

    anonymous: bool
    weekly: bool
    monthly: bool
    channel: str | None


@dataclass(frozen=True)
class JourneyChoices:
    """What is chosen for a journey, with its channels."""

    journey_id: str
    journey: str
    channels: tuple[str, ...]
    chosen: Choices


@dataclass(frozen=True)
class OtherJourney:
    """A journey that has choices of its own."""

    journey_id: str
    name: str


class DriftSettings:
    """The use cases around the settings of drift, for stewards alone."""

    def __init__(self, database: Database, stewards: Stewards) -> None:
        self._database = database
        self._stewards = stewards

    async def may_choose(self, person: Person) -> bool:
        """Whether a person is a steward."""
        return await self._stewards.is_steward(person)

    async def journeys(self, person: Person) -> Sequence[OtherJourney]:
        """The journeys there are to choose for, by name. Raises NotASteward or NoJourneyYet."""
        await self._stewards.require(person)
        async with self._database.reading() as session:
            found = await table.list_journeys(session, person.workspace_id)
        return [OtherJourney(each.id, each.name) for each in found or [only_journey(found)]]

    async def read(self, person: Person, journey_id: str) -> JourneyChoices:
        """What is chosen for a journey. Raises NotASteward or NoJourney."""
        await self._stewards.require(person)
        async with self._database.reading() as session:
            journey = await journey_by_id(session, person.workspace_id, journey_id)
            return await _choices_of(session, journey)

    async def save(
        self, person: Person, journey_id: str, chosen: Choices, *, seen: Choices
    ) -> None:
        """Change what differs from what the person has `seen`; the rest stays as others chose it.

        Raises NotASteward, NoJourney, InvalidAnswers for the "channel", or ChangedMeanwhile where
        somebody else chose otherwise about the same thing.
        """
        await self._stewards.require(person)
        async with self._database.transaction() as session:
            journey = await table.lock_journey(session, person.workspace_id, journey_id)
            journey = journey or await journey_by_id(session, person.workspace_id, journey_id)
            now = await _choices_of(session, journey)
            changes = changed(chosen, seen)
            if changes.get("channel") not in (None, *now.channels):
                raise InvalidAnswers({"channel": "Please choose a channel of this journey."})
            for name, value in changes.items():
                if getattr(now.chosen, name) not in (getattr(seen, name), value):
                    raise ChangedMeanwhile
                setattr(journey, _COLUMNS[name], value)


def changed(chosen: Choices, seen: Choices) -> dict[str, Any]:
    """What differs from what was seen, by name."""
    return {key: value for key, value in vars(chosen).items() if value != getattr(seen, key)}


def has_digest(journey: Journey, kind: str) -> bool:
    """Whether a journey's stewards want its digest of a week, or of a month."""
    return journey.weekly_drift_digest if kind == WEEKLY else journey.monthly_drift_digest


async def digest_channels(session: AsyncSession, journey: Journey) -> Sequence[str]:
    """The channels that get a month's digest: the one that was chosen, as long as it is the journey's."""
    current = await _choices_of(session, journey)
    return [current.chosen.channel] if current.chosen.channel else current.channels


async def _choices_of(session: AsyncSession, journey: Journey) -> JourneyChoices:
    links = await table.list_channels(session, journey.workspace_id)
    channels = tuple(link.channel_id for link in links if link.journey_id == journey.id)
    only = journey.drift_digest_channel
    chosen = Choices(
        anonymous=journey.anonymous_drift,
        weekly=journey.weekly_drift_digest,
        monthly=journey.monthly_drift_digest,
        channel=only if only in channels else None,
    )
    return JourneyChoices(journey.id, journey.name, channels, chosen)
