"""What somebody who reports drift may choose from: the journeys, and the lines of a journey's narrative."""

from collections.abc import Sequence
from dataclasses import dataclass

from coherence.errors import NoPublishedStack
from coherence.journeys import journey_by_id, journey_of_channel
from coherence.stack.document import Stack
from coherence.stack.versions import find_published
from storage import journeys as table
from storage.database import Database


@dataclass(frozen=True)
class DriftJourney:
    """A journey that drift may be reported in.

    `stack` is its narrative, None where none is published; `anonymous` whether its stewards allow reports
    without a name.
    """

    journey_id: str
    name: str
    stack: Stack | None
    anonymous: bool


@dataclass(frozen=True)
class JourneyName:
    """A journey among several."""

    journey_id: str
    name: str


class DriftChoices:
    """What the form of a report offers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def names(self, workspace_id: str, channel_id: str | None) -> Sequence[JourneyName]:
        """The journeys to choose from, by name; only its own for a channel that belongs to one.

        Raises NoJourneyYet where there is none.
        """
        async with self._database.reading() as session:
            own = channel_id and await table.journey_of_channel(session, workspace_id, channel_id)
            found = [own] if own else await table.list_journeys(session, workspace_id)
            if not found:
                found = [await journey_of_channel(session, workspace_id, channel_id)]
        return sorted((JourneyName(each.id, each.name) for each in found), key=lambda j: j.name)

    async def journey(self, workspace_id: str, journey_id: str) -> DriftJourney:
        """One of them, with its narrative. Raises NoJourney."""
        async with self._database.reading() as session:
            journey = await journey_by_id(session, workspace_id, journey_id)
            try:
                version = await find_published(session, journey)
            except NoPublishedStack:
                stack = None
            else:
                stack = Stack.model_validate(version.document)
        return DriftJourney(journey.id, journey.name, stack, journey.anonymous_drift)
