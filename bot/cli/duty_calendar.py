"""Write the duty as a calendar file: what `coherence rota calendar` does."""

import sys
from collections.abc import Mapping, Sequence

import aiohttp
from slack_sdk.errors import SlackClientError

from bot.clock import make_clock
from bot.databases import open_workspace
from bot.settings import Settings, load_settings
from bot.slack import make_client, open_session
from coherence.champion.calendars import ChampionCalendars, Subject
from handlers.people_names import PeopleNames

_WITHOUT_NAMES = "Slack didn't say what people are called, so the calendar has their ids.\n"


async def write_calendar(journey: str | None, user: str | None) -> bytes:
    """The calendar of a journey's rota, of one person's terms in it, or, without a journey, in all rotas.

    Raises NoJourney, AmbiguousJourney, NoRota or InvalidRota.
    """
    settings = load_settings()
    async with open_workspace(settings) as (database, workspace_id):
        calendars = ChampionCalendars(database, make_clock(settings.clock_file))
        if journey is None and user is not None:
            subject = Subject(workspace_id, user_id=user)
        else:
            subject = await calendars.named(workspace_id, journey, user)
        planned = await calendars.planned(subject)
        return await calendars.file(planned, await _names(settings, planned.people))


async def _names(settings: Settings, people: Sequence[str]) -> Mapping[str, str]:
    if settings.slack_bot_token is None:
        return {}
    async with open_session() as http:
        client = make_client(settings.slack_bot_token, settings.slack_api_url, http)
        try:
            return await PeopleNames(client).names(people)
        except (SlackClientError, aiohttp.ClientError, TimeoutError):
            sys.stderr.write(_WITHOUT_NAMES)
            return {}
