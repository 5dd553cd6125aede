"""What stewards choose for drift: by whom, for which journey, and two of them at once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from coherence.drift.digest import DriftDigests
from coherence.drift.digest_times import MONTHLY, WEEKLY
from coherence.drift.settings import DriftSettings
from coherence.errors import (
    ChangedMeanwhile,
    InvalidAnswers,
    NoJourney,
    NoJourneyYet,
    NotASteward,
)
from coherence.schedules import Occasion
from coherence.stewards import Person, Stewards
from storage.journeys import list_journeys, set_channels
from storage.workspaces import register_workspace
from tests.coherence.drift.drifts import HANNA, MAYA, TEAM, Drift

OTHER = "T0OTHER"


async def _no_admin(_user_id: str) -> bool:
    return False


@pytest.fixture
def settings(drift: Drift) -> DriftSettings:
    stewards = Stewards(drift.database, drift.clock, _no_admin, [HANNA.user_id])
    return DriftSettings(drift.database, stewards)


@pytest.fixture
async def journey_id(drift: Drift) -> str:
    """The journey, with two channels."""
    async with drift.database.transaction() as session:
        [journey] = await list_journeys(session, TEAM)
        await set_channels(session, TEAM, journey.id, ["C1", "C2"])
        return journey.id


async def planned(drift: Drift, journey_id: str, kind: str) -> list[str | None]:
    """Whom an occasion of a digest is planned for."""
    digests = DriftDigests(drift.database, drift.clock, [HANNA.user_id])
    plan = digests.plan_weekly if kind == WEEKLY else digests.plan_monthly
    async with drift.database.transaction() as session:
        new = await plan(session, Occasion(TEAM, "s", journey_id, drift.clock()))
    return [each.user_id or each.channel_id for each in new]


async def test_what_is_chosen_is_read_again_and_planned_by(
    drift: Drift, settings: DriftSettings, journey_id: str
) -> None:
    seen = (await settings.read(HANNA, journey_id)).chosen
    assert await planned(drift, journey_id, MONTHLY) == ["C1", "C2"]
    assert await planned(drift, journey_id, WEEKLY) == [HANNA.user_id]
    chosen = replace(seen, anonymous=True, weekly=False, channel="C2")
    await settings.save(HANNA, journey_id, chosen, seen=seen)
    assert (await settings.read(HANNA, journey_id)).chosen == chosen
    assert await drift.reports.may_be_anonymous(TEAM, journey_id=journey_id)
    assert await planned(drift, journey_id, MONTHLY) == ["C2"]
    assert await planned(drift, journey_id, WEEKLY) == []
    await settings.save(HANNA, journey_id, replace(chosen, monthly=False), seen=chosen)
    assert await planned(drift, journey_id, MONTHLY) == []


async def test_a_digest_that_was_turned_off_before_it_went_out_is_not_written(
    drift: Drift, settings: DriftSettings, journey_id: str
) -> None:
    await drift.reported()
    drift.clock.now += timedelta(weeks=1)
    digests = DriftDigests(drift.database, drift.clock)
    assert await digests.digest(TEAM, journey_id, WEEKLY, drift.clock()) is not None
    seen = (await settings.read(HANNA, journey_id)).chosen
    await settings.save(HANNA, journey_id, replace(seen, weekly=False), seen=seen)
    assert await digests.digest(TEAM, journey_id, WEEKLY, drift.clock()) is None


async def test_a_channel_that_left_the_journey_is_no_longer_the_chosen_one(
    drift: Drift, settings: DriftSettings, journey_id: str
) -> None:
    seen = (await settings.read(HANNA, journey_id)).chosen
    with pytest.raises(InvalidAnswers):
        await settings.save(HANNA, journey_id, replace(seen, channel="C3"), seen=seen)
    await settings.save(HANNA, journey_id, replace(seen, channel="C2"), seen=seen)
    async with drift.database.transaction() as session:
        await set_channels(session, TEAM, journey_id, ["C1", "C3"])
    assert (await settings.read(HANNA, journey_id)).chosen.channel is None
    assert await planned(drift, journey_id, MONTHLY) == ["C1", "C3"]


async def test_only_stewards_read_and_change_settings(
    settings: DriftSettings, journey_id: str
) -> None:
    seen = (await settings.read(HANNA, journey_id)).chosen
    assert not await settings.may_choose(MAYA)
    with pytest.raises(NotASteward):
        await settings.read(MAYA, journey_id)
    with pytest.raises(NotASteward):
        await settings.journeys(MAYA)
    with pytest.raises(NotASteward):
        await settings.save(MAYA, journey_id, replace(seen, anonymous=True), seen=seen)
    assert (await settings.read(HANNA, journey_id)).chosen == seen


async def test_a_steward_of_another_workspace_reaches_none_of_it(
    drift: Drift, settings: DriftSettings, journey_id: str
) -> None:
    async with drift.database.transaction() as session:
        await register_workspace(session, OTHER, "Other", now=drift.clock())
    stranger = Person(OTHER, HANNA.user_id)
    seen = (await settings.read(HANNA, journey_id)).chosen
    with pytest.raises(NoJourneyYet):
        await settings.journeys(stranger)
    with pytest.raises(NoJourney):
        await settings.read(stranger, journey_id)
    with pytest.raises(NoJourney):
        await settings.save(stranger, journey_id, replace(seen, anonymous=True), seen=seen)
    assert (await settings.read(HANNA, journey_id)).chosen == seen


async def test_two_who_choose_different_things_at_once_both_have_their_way(
    settings: DriftSettings, journey_id: str
) -> None:
    seen = (await settings.read(HANNA, journey_id)).chosen
    changes = (
        replace(seen, weekly=False),
        replace(seen, anonymous=True),
        replace(seen, channel="C1"),
    )
    await asyncio.gather(*(settings.save(HANNA, journey_id, c, seen=seen) for c in changes))
    chosen = (await settings.read(HANNA, journey_id)).chosen
    assert chosen == replace(seen, weekly=False, anonymous=True, channel="C1")


async def test_of_two_who_choose_otherwise_about_one_thing_the_second_is_told(
    settings: DriftSettings, journey_id: str
) -> None:
    seen = (await settings.read(HANNA, journey_id)).chosen
    first = replace(seen, channel="C1")
    await settings.save(HANNA, journey_id, first, seen=seen)
    await settings.save(HANNA, journey_id, first, seen=seen)
    second = replace(seen, channel="C2", anonymous=True)
    with pytest.raises(ChangedMeanwhile):
        await settings.save(HANNA, journey_id, second, seen=seen)
    assert (await settings.read(HANNA, journey_id)).chosen == first
