"""The form “Handle and topic”, for stewards: where the duty of a rota is followed."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.champion.surface_choice import SurfaceChoices
from coherence.errors import ChangedMeanwhile, InvalidAnswers
from handlers.blocks import champion_surfaces as blocks
from handlers.champion_handle import list_groups
from handlers.champion_place import ChampionPlace
from handlers.modals import fill_modal, open_window
from handlers.setup import person_in
from handlers.slack_outcomes import FAILURES, Later, outcome_of
from handlers.voice import champion_surfaces as voice

PATIENCE_SECONDS = 5.0
"""How long the form waits for the user groups; a search is answered in less than Slack's three seconds."""

_SEARCH_SECONDS = 2.0

Payload = dict[str, Any]


class ChampionSurfaceHandlers:
    """The ways to choose what follows the duty."""

    def __init__(self, choices: SurfaceChoices) -> None:
        self._choices = choices

    async def on_open(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the choice, above the window in which the button was pressed."""
        await ack()
        view_id = await open_window(client, context, body, blocks.loading_modal())
        if view_id is None:
            return
        place = ChampionPlace.of_action(body["actions"][0])
        chosen = await self._choices.chosen(person_in(body), place.journey_id)
        groups = await groups_in_slack(client, PATIENCE_SECONDS)
        await fill_modal(client, view_id, blocks.surfaces_form(chosen, groups))

    async def on_search(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Offer the user groups that match what was typed."""
        groups = await groups_in_slack(client, _SEARCH_SECONDS)
        matching = groups.matching(str(body.get("value", "")))
        await ack(options=[group.option()._resolve() for group in matching])  # noqa: SLF001 - as for blocks

    async def on_submitted(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Save the choice."""
        form, wanted = blocks.surfaces_answer(body["view"])
        person = person_in(body)
        try:
            to_come = await self._choices.choose(person, form.journey_id, wanted, seen=form.seen)
        except InvalidAnswers as error:
            await ack(response_action="errors", errors=_at_inputs(body["view"], error))
        except ChangedMeanwhile:
            now = await self._choices.chosen(person, form.journey_id)
            groups = await groups_in_slack(client, _SEARCH_SECONDS)
            shown = blocks.surfaces_form(now, groups, voice.changed_meanwhile())
            await ack(response_action="update", view=shown)
        else:
            await ack(response_action="update", view=blocks.saved_modal(to_come))


def _at_inputs(view: Payload, error: InvalidAnswers) -> dict[str, str]:
    """Each sentence under its field, or under the one that is always there."""
    shown = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    return {
        name if name in shown else blocks.TOPIC_BLOCK: said for name, said in error.faults.items()
    }


async def groups_in_slack(client: AsyncWebClient, seconds: float) -> blocks.Groups:
    """The user groups that somebody may choose, by handle; those that Slack keeps itself are not."""
    try:
        async with asyncio.timeout(seconds):
            found = await list_groups(client)
    except FAILURES as error:
        outcome = outcome_of(error)
        return blocks.Groups(error="ratelimited" if isinstance(outcome, Later) else outcome.error)
    groups = [_group(each) for each in found if not each.get("auto_type")]
    return blocks.Groups(sorted(groups, key=lambda group: group.handle))


def _group(found: dict[str, Any]) -> blocks.Group:
    return blocks.Group(
        str(found["id"]),
        str(found.get("handle", "")),
        str(found.get("name", "")),
        is_disabled=bool(found.get("date_delete")),
    )
