"""The duty in people's calendars: the window with its addresses, and what stands at them."""

from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.champion.calendars import ChampionCalendars, ChampionFeeds
from coherence.errors import InvalidRota, NoRota
from handlers.blocks import champion_calendar as blocks
from handlers.champion_place import ChampionPlace
from handlers.modals import fill_modal, open_window
from handlers.people_names import PeopleNames
from handlers.setup import person_in

Payload = dict[str, Any]


class CalendarUnavailable(Exception):
    """A calendar can't be written just now: Slack doesn't say who people are, or the rota can't be read."""


class CalendarFeeds:
    """What calendar programs get."""

    def __init__(
        self,
        workspace_id: str,
        feeds: ChampionFeeds,
        calendars: ChampionCalendars,
        names: PeopleNames,
    ) -> None:
        self._workspace_id = workspace_id
        self._feeds = feeds
        self._calendars = calendars
        self._names = names

    async def read(self, secret: str) -> bytes | None:
        """The calendar behind a secret; None where there is none. Raises CalendarUnavailable."""
        opened = await self._feeds.open(self._workspace_id, secret)
        if opened is None:
            return None
        maker, subject = opened
        try:
            if not (await self._names.called(maker.user_id)).is_here:
                await self._feeds.end_all(maker)
                return None
            planned = await self._calendars.planned(subject)
            names = await self._names.names(planned.people)
        except NoRota:
            return None
        except (InvalidRota, SlackClientError, aiohttp.ClientError, TimeoutError):
            raise CalendarUnavailable from None
        return await self._calendars.file(planned, names)


class ChampionCalendarHandlers:
    """The window about calendars. `public_url` is where addresses begin, None where there are none."""

    def __init__(self, feeds: ChampionFeeds, public_url: str | None) -> None:
        self._feeds = feeds
        self._public_url = public_url

    async def on_open(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the window."""
        await ack()
        view_id = await open_window(client, context, body, blocks.loading_modal())
        if view_id is not None:
            await self._show(body, client, view_id)

    async def on_make(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Make an address and show it, this once."""
        await ack()
        place = _place(body)
        is_own = place.about == blocks.OWN
        secret = await self._feeds.make(person_in(body), None if is_own else place.journey_id)
        made = f"{self._public_url}/calendar/{secret}.ics"
        await self._show(body, client, body["view"]["id"], made)

    async def on_stop(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """End an address."""
        await ack()
        await self._feeds.stop(person_in(body), _place(body).about)
        await self._show(body, client, body["view"]["id"])

    async def _show(
        self, body: Payload, client: AsyncWebClient, view_id: str, made: str | None = None
    ) -> None:
        person = person_in(body)
        addresses = await self._feeds.addresses(person, _place(body).journey_id)
        can_make = self._public_url is not None
        view = blocks.calendar_modal(addresses, person.user_id, made=made, can_make=can_make)
        await fill_modal(client, view_id, view)


def _place(body: Payload) -> ChampionPlace:
    return ChampionPlace.of_action(body["actions"][0])
