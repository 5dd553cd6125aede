"""Which journey is meant: by name, by channel, or the only one there is."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.errors import AmbiguousJourney, NoJourney, NoJourneyYet
from storage import journeys as table
from storage import stack
from storage.journeys import Journey

_NONE_YET = "There is no journey yet; a steward adds one with “/coherence setup” in Slack."


async def journey_by_name(session: AsyncSession, workspace_id: str, name: str | None) -> Journey:
    """The journey of this name, or the only one. Raises NoJourney or AmbiguousJourney."""
    if name is None:
        return only_journey(await table.list_journeys(session, workspace_id))
    journey = await table.find_journey_by_name(session, workspace_id, name)
    if journey is None:
        raise NoJourney(f"There is no journey called “{name}”.")
    return journey


async def journey_of_channel(
    session: AsyncSession, workspace_id: str, channel_id: str | None
) -> Journey:
    """The journey a channel belongs to, else the only one that is published, else the only one.

    Raises NoJourneyYet or AmbiguousJourney.
    """
    if channel_id is not None:
        journey = await table.journey_of_channel(session, workspace_id, channel_id)
        if journey is not None:
            return journey
    journeys = await table.list_journeys(session, workspace_id)
    if len(journeys) > 1:
        # One that has nothing to read or to check against yet leaves no choice to make.
        published = await stack.list_published_journeys(session, workspace_id)
        journeys = [journey for journey in journeys if journey.id in published] or journeys
    return only_journey(journeys)


async def journey_by_id(session: AsyncSession, workspace_id: str, journey_id: str) -> Journey:
    """The journey with this id. Raises NoJourney."""
    journey = await table.find_journey(session, workspace_id, journey_id)
    if journey is None:
        raise NoJourney("This journey is no longer there; start again from a fresh window.")
    return journey


def only_journey(journeys: Sequence[Journey]) -> Journey:
    """The one journey of the list. Raises NoJourneyYet for none, AmbiguousJourney for several."""
    if not journeys:
        raise NoJourneyYet(_NONE_YET)
    if len(journeys) > 1:
        names = ", ".join(f"“{journey.name}”" for journey in journeys)
        raise AmbiguousJourney(f"There are several journeys ({names}); please say which one.")
    return journeys[0]
