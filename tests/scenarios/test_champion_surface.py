"""The handle and the topic follow the duty, in the local Slack."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ActionsBlock, Button, PlainText

from bot.bootstrap import Application
from bot.settings import Settings
from bot.slack import make_client, open_session
from coherence.champion.loading import change_rota
from coherence.champion.surface import SurfaceKind
from coherence.champion.surface_choice import SurfaceChoice, SurfaceChoices
from coherence.champion.surfaces import EVERYWHERE, ChampionSurfaces
from coherence.errors import InvalidAnswers, NotASteward
from coherence.outbox import Outbox
from coherence.stewards import Person, Stewards
from handlers.blocks.champion_actions import SURFACES
from handlers.champion_place import ChampionPlace
from handlers.champion_surfaces import ChampionSurfaceRound
from handlers.champion_topic import with_part
from handlers.voice import champion_surfaces as voice
from sandbox.faults import Fault
from sandbox.server import RunningSandbox
from sandbox.user_groups import UserGroup
from sandbox.views import View
from storage.champion import (
    ChampionRota,
    ChampionSurface,
    find_member,
    list_surfaces,
)
from storage.database import Database
from storage.journeys import Journey
from storage.outbox import State, list_deliveries
from storage.stewards import set_stewards
from tests.coherence.champion import rotas
from tests.support.people import eventually, text_of
from tests.support.rotas import add_rota
from tests.support.steward import Steward
from tests.support.times import NOON, SettableClock

MAYA, TOM, PRIYA, HANNA = "U0MAYA", "U0TOM", "U0PRIYA", "U0HANNA"
ROTA = (TOM, PRIYA)
GROUP, CHANNEL = "S0CHAMPION", "C0ONBOARD"
TEAM, JOURNEY = rotas.TEAM, rotas.JOURNEY
FIRST = datetime(2026, 3, 3, 12, tzinfo=UTC)
WRITES = {
    "conversations.setTopic",
    "usergroups.disable",
    "usergroups.enable",
    "usergroups.users.update",
}


class Duty:
    """A rota in a workspace, and a process that has a handle and a topic follow it."""

    def __init__(self, slack: RunningSandbox, database: Database, client: AsyncWebClient) -> None:
        self.slack, self.database, self.client = slack, database, client
        self.now, self.machine = SettableClock(FIRST), SettableClock(FIRST)
        self.stewards = Stewards(database, self.now, self._is_admin, [MAYA])
        self.outbox = Outbox(database, self.now, self.machine, self.stewards)
        self.surfaces = ChampionSurfaces(database, self.now, self.machine, self.outbox, [MAYA])
        self.choices = SurfaceChoices(database, self.now, self.stewards)
        self.round = self.another_process()

    def another_process(self) -> ChampionSurfaceRound:
        return ChampionSurfaceRound(self.surfaces, self.client)

    async def _is_admin(self, user_id: str) -> bool:
        return user_id == MAYA

    async def choose(self, **chosen: Any) -> None:
        maya = Person(TEAM, MAYA)
        seen = (await self.choices.chosen(maya, JOURNEY)).choice
        await self.choices.choose(maya, JOURNEY, SurfaceChoice(**chosen), seen=seen)

    async def follow(self) -> list[str]:
        """Look once; return the calls that it took."""
        self.slack.slack.traffic.clear()
        await self.round.follow(TEAM)
        return [each["name"] for each in self.slack.slack.traffic.since()]

    async def pass_on(self, **time: float) -> list[str]:
        """Look again after some time."""
        self.now.now += timedelta(**time)
        self.machine.now += timedelta(**time)
        return await self.follow()

    def reached(self) -> list[str] | None:
        group = self.slack.world.groups[GROUP]
        return None if group.disabled_at else sorted(group.users)

    @property
    def topic(self) -> str:
        return self.slack.world.channels[CHANNEL].topic

    async def row(self, kind: str = "handle") -> ChampionSurface:
        async with self.database.reading() as session:
            rows = await list_surfaces(session, TEAM)
        return next(row for row in rows if row.kind == kind)

    async def told(self) -> Sequence[str]:
        async with self.database.reading() as session:
            due = await list_deliveries(session, TEAM, State.DUE)
        return [str(each.facts["about"]) for each in due]


@pytest.fixture
async def duty(
    slack: RunningSandbox, settings: Settings, database: Database
) -> AsyncIterator[Duty]:
    await rotas.keep_rota(database, ROTA)
    async with open_session() as session:
        client = make_client(
            settings.slack_bot_token, settings.slack_api_url, session, tries_again=False
        )
        yield Duty(slack, database, client)


async def test_the_handle_and_the_topic_show_who_serves_and_change_hands_with_the_term(
    duty: Duty,
) -> None:
    await duty.choose(handle=GROUP, topic=True)
    await duty.follow()
    assert duty.reached() == [TOM]
    assert duty.topic == "From sign-up to the first paid invoice | Coherence champion: tom"
    await duty.pass_on(days=7)
    assert duty.reached() == [PRIYA]
    assert duty.topic == "From sign-up to the first paid invoice | Coherence champion: priya"


async def test_nothing_is_asked_of_slack_while_nothing_changes(duty: Duty) -> None:
    await duty.choose(handle=GROUP, topic=True)
    await duty.follow()
    for _ in range(4):
        assert await duty.pass_on(hours=2) == []
    assert await duty.follow() == []


async def test_what_shows_the_right_people_already_is_only_looked_at(duty: Duty) -> None:
    duty.slack.world.groups[GROUP].users = [TOM]
    duty.slack.world.channels[CHANNEL].topic = "Coherence champion: tom | Ours"
    await duty.choose(handle=GROUP, topic=True)
    assert not set(await duty.follow()) & WRITES
    assert duty.topic == "Coherence champion: tom | Ours"


async def test_a_group_of_nobody_falls_back_or_is_disabled_and_comes_back(duty: Duty) -> None:
    await duty.choose(handle=GROUP)
    await duty.follow()
    await _leave_empty(duty, ROTA)
    await duty.follow()
    assert duty.reached() is None
    await duty.choose(handle=GROUP, fallback=(HANNA,))
    await duty.follow()
    assert duty.reached() == [HANNA]
    await _leave_empty(duty, ())
    await duty.follow()
    assert duty.reached() == [TOM]


async def test_who_is_deactivated_is_left_out_and_the_handle_reaches_the_others(
    duty: Duty,
) -> None:
    duty.slack.world.members[TOM].deleted = True
    await duty.choose(handle=GROUP, fallback=(PRIYA, HANNA))
    assert (await duty.follow()).count("usergroups.users.update") == 2
    assert duty.reached() == sorted([PRIYA, HANNA])
    assert await duty.pass_on(hours=2) == []


async def test_with_everybody_deactivated_the_group_is_disabled(duty: Duty) -> None:
    for person in (TOM, HANNA):
        duty.slack.world.members[person].deleted = True
    await duty.choose(handle=GROUP, fallback=(HANNA,))
    await duty.follow()
    assert duty.reached() is None


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("usergroups.users.update", "permission_denied"),
        ("usergroups.users.update", "paid_teams_only"),
        ("usergroups.list", "plan_upgrade_required"),
        ("usergroups.list", "missing_scope"),
        ("usergroups.users.update", "no_such_subteam"),
        ("usergroups.users.update", "subteam_max_users_exceeded"),
        ("usergroups.users.update", "invalid_users"),
        ("conversations.setTopic", "missing_scope"),
        ("conversations.setTopic", "user_is_restricted"),
        ("conversations.setTopic", "not_in_channel"),
        ("conversations.info", "channel_not_found"),
        ("conversations.setTopic", "is_archived"),
    ],
)
async def test_stewards_hear_once_of_what_slack_refuses_and_it_follows_once_that_is_over(
    duty: Duty, method: str, error: str
) -> None:
    kind = SurfaceKind.HANDLE if method.startswith("usergroups") else SurfaceKind.TOPIC
    fault = Fault(method, error, times=None)
    duty.slack.slack.faults.add(fault)
    await duty.choose(handle=GROUP, topic=True)
    await duty.follow()
    for hours in (1, 2, 9):
        await duty.pass_on(hours=hours)
    assert await duty.told() == [f"{kind}:{error}:2026-03-03"]
    row = await duty.row(kind)
    assert (row.error, row.shown) == (error, None)
    journey_id = "" if error in EVERYWHERE else JOURNEY
    trouble = await duty.surfaces.trouble(TEAM, journey_id, (await duty.told())[0])
    assert trouble is not None
    assert "calls the reason" not in voice.trouble(trouble)

    duty.slack.slack.faults.clear()
    await duty.pass_on(hours=7)
    assert duty.reached() == [TOM]
    assert duty.topic.endswith("Coherence champion: tom")
    assert await duty.surfaces.trouble(TEAM, journey_id, (await duty.told())[0]) is None


async def test_a_deleted_group_is_told_and_asked_for_no_more_than_now_and_then(
    duty: Duty,
) -> None:
    await duty.choose(handle=GROUP)
    del duty.slack.world.groups[GROUP]
    assert await duty.follow() == ["usergroups.list"]
    assert await duty.follow() == []
    assert await duty.told() == ["handle:no_such_subteam:2026-03-03"]
    calls = [await duty.pass_on(minutes=10) for _ in range(36)]
    assert 1 <= sum(map(len, calls)) <= 8


async def test_what_passes_by_itself_is_not_told_until_it_has_lasted(duty: Duty) -> None:
    duty.slack.slack.faults.add(Fault("usergroups.list", "http_503", times=None))
    await duty.choose(handle=GROUP)
    await duty.follow()
    await duty.pass_on(minutes=2)
    assert await duty.told() == []
    for _ in range(8):
        await duty.pass_on(minutes=16)
    assert await duty.told() == ["handle:http_503:2026-03-03"]


async def test_when_slack_asks_to_wait_nothing_is_called_until_then(duty: Duty) -> None:
    duty.slack.slack.faults.add(Fault("usergroups.users.update", "ratelimited", retry_after=30))
    await duty.choose(handle=GROUP)
    await duty.follow()
    assert await duty.pass_on(seconds=20) == []
    row = await duty.row()
    assert (row.error, row.attempts) == (None, 0)
    duty.round = duty.another_process()
    await duty.pass_on(seconds=11)
    assert duty.reached() == [TOM]


async def test_a_change_whose_answer_was_lost_is_made_good_without_another(duty: Duty) -> None:
    duty.slack.slack.faults.add(Fault("usergroups.users.update", "lost_answer"))
    await duty.choose(handle=GROUP)
    await duty.follow()
    assert await duty.pass_on(minutes=2) == ["usergroups.list"]
    assert (await duty.row()).shown == [TOM]


async def test_of_two_processes_at_once_one_changes_each_place(duty: Duty) -> None:
    await duty.choose(handle=GROUP, topic=True)
    duty.slack.slack.traffic.clear()
    others = [duty.another_process() for _ in range(2)]
    await asyncio.gather(*(each.follow(TEAM) for each in others))
    calls = [each["name"] for each in duty.slack.slack.traffic.since()]
    assert sorted(call for call in calls if call in WRITES) == [
        "conversations.setTopic",
        "usergroups.users.update",
    ]


async def test_a_change_while_slack_is_asked_is_not_lost(duty: Duty) -> None:
    await duty.choose(handle=GROUP)
    [showing] = await duty.surfaces.look(TEAM)
    until = await duty.surfaces.take(showing)
    assert until is not None
    await _leave_empty(duty, (TOM,))
    await duty.surfaces.shown(showing, until)
    await duty.follow()
    assert duty.reached() == [PRIYA]


async def test_what_a_process_left_halfway_is_taken_up_by_the_next(duty: Duty) -> None:
    await duty.choose(handle=GROUP)
    [showing] = await duty.surfaces.look(TEAM)
    assert await duty.surfaces.take(showing) is not None
    assert await duty.follow() == []
    await duty.pass_on(minutes=2)
    assert duty.reached() == [TOM]


async def test_switched_off_the_topic_is_the_teams_alone_again(duty: Duty) -> None:
    before = duty.topic
    await duty.choose(handle=GROUP, topic=True)
    await duty.follow()
    await duty.choose()
    await duty.follow()
    assert duty.topic == before
    assert duty.reached() == [TOM]
    assert await duty.pass_on(days=7) == []


async def test_the_topic_moves_with_the_rotas_channel(duty: Duty) -> None:
    before = duty.topic
    await duty.choose(topic=True)
    await duty.follow()
    async with duty.database.transaction() as session:
        rota = await session.get(ChampionRota, (TEAM, JOURNEY))
        assert rota is not None
        rota.channel_id = "C0SALES"
    await duty.pass_on(hours=2)
    await duty.follow()
    assert duty.topic == before
    assert duty.slack.world.channels["C0SALES"].topic.endswith("Coherence champion: tom")


async def test_a_topic_without_room_keeps_every_word_of_the_team(duty: Duty) -> None:
    duty.slack.world.channels[CHANNEL].topic = "x" * 240
    await duty.choose(topic=True)
    await duty.follow()
    assert duty.topic == "x" * 240
    assert await duty.told() == ["topic:too_long:2026-03-03"]


async def test_a_place_follows_one_rota_only(duty: Duty) -> None:
    await duty.choose(handle=GROUP, topic=True)
    await rotas.keep_rota(duty.database, ROTA, journey_id="billing")
    maya, other = Person(TEAM, MAYA), SurfaceChoice(GROUP, (), topic=True)
    with pytest.raises(InvalidAnswers) as refused:
        await duty.choices.choose(maya, "billing", other, seen=SurfaceChoice())
    assert set(refused.value.faults) == {"handle", "topic"}


async def test_only_stewards_choose(duty: Duty) -> None:
    with pytest.raises(NotASteward):
        await duty.choices.chosen(Person(TEAM, TOM), JOURNEY)


async def test_names_cannot_break_the_topic_apart(duty: Duty) -> None:
    profile = duty.slack.world.members[TOM]
    profile.name = "tom | <!channel> & co"
    await duty.choose(topic=True)
    await duty.follow()
    assert duty.topic.endswith("| Coherence champion: tom / &lt;!channel&gt; &amp; co")
    await duty.pass_on(days=7)
    assert duty.topic == "From sign-up to the first paid invoice | Coherence champion: priya"


@pytest.mark.parametrize(
    ("topic", "part", "expected"),
    [
        ("", "Coherence champion: A", "Coherence champion: A"),
        ("Ours", "Coherence champion: A", "Ours | Coherence champion: A"),
        ("a | Coherence champion: A | b", "Coherence champion: B", "a | Coherence champion: B | b"),
        ("Coherence champion: A|b", "Coherence champion: A", "Coherence champion: A|b"),
        ("a | Coherence champion: A | b", None, "a | b"),
        ("Coherence champion: A", None, ""),
        ("a | b", None, "a | b"),
    ],
)
def test_our_part_is_put_in_its_place_and_the_rest_stays(
    topic: str, part: str | None, expected: str
) -> None:
    assert with_part(topic, part) == expected


async def _leave_empty(duty: Duty, absent: Sequence[str]) -> None:
    """Have exactly these people away from now on."""
    async with duty.database.transaction() as session:
        await change_rota(session, TEAM, JOURNEY, now=duty.now())
        for person in ROTA:
            member = await find_member(session, TEAM, JOURNEY, person)
            assert member is not None
            member.paused_from = duty.now().date() if person in absent else None


@pytest.fixture
async def maya(slack: RunningSandbox, bot: Application) -> Steward:
    """A steward before a message with the button to the form, in a workspace with a rota."""
    team = slack.world.team.id
    async with bot.database.transaction() as session:
        session.add(Journey(workspace_id=team, id=JOURNEY, name="Onboarding", created_at=NOON))
    await add_rota(bot.database, JOURNEY, [TOM], workspace_id=team, channel_id=CHANNEL)
    return Steward(slack, MAYA)


async def _form(maya: Steward, channel: str = CHANNEL) -> View:
    button = Button(PlainText("Handle and topic"), SURFACES, value=ChampionPlace(JOURNEY).text())
    block = ActionsBlock([button], block_id="way")._resolve()
    message = maya.slack.slack.posts.by_app(channel, "The rota", blocks=[block])
    await maya.press(message, SURFACES)
    return await maya.modal_showing("Two places in Slack can follow")


async def test_a_steward_chooses_in_the_form_and_slack_follows(
    slack: RunningSandbox, maya: Steward
) -> None:
    form = await _form(maya)
    typed = {
        "handle": {"champion_surfaces_group": GROUP},
        "fallback": {"value": [HANNA]},
        "topic": {"value": ["topic"]},
    }
    await slack.surfaces.submit(form, typed)
    await maya.modal_showing("Saved.")
    await eventually(lambda: slack.world.groups[GROUP].users == [TOM])
    await eventually(lambda: slack.world.channels[CHANNEL].topic.endswith("champion: tom"))
    maya.slack.surfaces.close(maya.modals[-1])
    again = await _form(maya)
    assert "@champion: Coherence champion" in text_of([again.content])


async def test_without_the_scopes_the_form_says_which_and_the_topic_can_still_be_chosen(
    slack: RunningSandbox, maya: Steward
) -> None:
    slack.slack.faults.add(Fault("usergroups.list", "missing_scope", times=None))
    form = await _form(maya)
    assert "`usergroups:read` and `usergroups:write`" in text_of([form.content])
    await slack.surfaces.submit(form, {"topic": {"value": ["topic"]}})
    await maya.modal_showing("Saved.")
    await eventually(lambda: slack.world.channels[CHANNEL].topic.endswith("champion: tom"))


async def test_of_many_groups_some_are_found_by_what_is_typed(
    slack: RunningSandbox, maya: Steward
) -> None:
    for number in range(150):
        group = UserGroup(f"S{number}", f"team-{number}", f"Team {number}")
        slack.world.groups[group.id] = group
    form = await _form(maya)
    names = {"block_id": "handle", "action_id": "champion_surfaces_group"}
    offered = await slack.surfaces.options(MAYA, form, **names, query="@team-14")
    found = {option["value"] for option in offered["options"]}
    assert found == {"S14", *(f"S{number}" for number in range(140, 150))}


async def test_stewards_get_one_letter_that_says_what_helps(
    slack: RunningSandbox, bot: Application, maya: Steward
) -> None:
    async with bot.database.transaction() as session:
        await set_stewards(
            session, slack.world.team.id, [MAYA], named_by=MAYA, now=datetime.now(UTC)
        )
    await slack.surfaces.submit(await _form(maya), {"topic": {"value": ["topic"]}})
    await eventually(lambda: "champion" in slack.world.channels[CHANNEL].topic)
    slack.slack.workspace.remove(slack.world.channels[CHANNEL], "U0CHAMPION", HANNA)
    slack.world.channels[CHANNEL].topic = "Ours"
    maya.slack.surfaces.close(maya.modals[-1])
    again = await _form(maya, "C0SALES")
    await slack.surfaces.submit(again, {"topic": {"value": ["topic"]}})
    letter = await maya.direct_answer()
    assert "/invite @Coherence Champion" in text_of(letter.blocks)
    assert letter.text == "The champion's channel topic of Onboarding does not follow the duty"


async def test_before_the_first_term_saving_says_when_it_begins(duty: Duty) -> None:
    duty.now.now = datetime(2026, 2, 20, 12, tzinfo=UTC)
    maya, wanted = Person(TEAM, MAYA), SurfaceChoice(topic=True)
    to_come = await duty.choices.choose(maya, JOURNEY, wanted, seen=SurfaceChoice())
    assert "on Mon 2 Mar, 09:00 (Europe/London)" in voice.saved(to_come)
    duty.now.now = FIRST
    assert "within a minute" in voice.saved(
        await duty.choices.choose(maya, JOURNEY, wanted, seen=wanted)
    )
