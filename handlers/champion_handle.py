"""Put whoever is on duty into a user group, so that its handle reaches them.

Slack replaces a group's whole list, and refuses all of it for one person who can't be in it; an empty list
it refuses too, so that a group of nobody is disabled.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.champion.surface import Showing
from handlers.champion_accounts_seen import AccountsSeen

_SOMEBODY_REFUSED = frozenset({"failed_for_some_users", "invalid_users"})


class NotShown(Exception):
    """A place can't be changed; `error` is Slack's name for the reason, or ours in its manner."""

    def __init__(self, error: str) -> None:
        self.error = error
        super().__init__(error)


class Handles:
    """Writes user groups during one look: what Slack told once holds for all of it."""

    def __init__(self, client: AsyncWebClient, accounts: AccountsSeen) -> None:
        self._client = client
        self._accounts = accounts
        self._groups: Mapping[str, dict[str, Any]] | None = None
        self._refused: SlackApiError | None = None

    async def show(self, showing: Showing) -> None:
        """Make a handle reach whom it is to reach. Raises NotShown or what a call fails with."""
        group = (await self._all()).get(showing.target_id)
        if group is None:
            raise NotShown("no_such_subteam")
        people = showing.people or showing.fallback
        if set(group.get("users", ())) == set(people) and _is_on(group):
            return
        if people:
            await self._fill(showing, group, people)
        elif _is_on(group):
            await self._client.usergroups_disable(usergroup=showing.target_id)

    async def _all(self) -> Mapping[str, dict[str, Any]]:
        if self._refused is not None:
            raise self._refused
        if self._groups is None:
            try:
                found = await list_groups(self._client)
            except SlackApiError as error:
                self._refused = error
                raise
            self._groups = {group["id"]: group for group in found}
        return self._groups

    async def _fill(self, showing: Showing, group: dict[str, Any], people: Sequence[str]) -> None:
        if not _is_on(group):
            await self._client.usergroups_enable(usergroup=showing.target_id)
        try:
            await self._put(showing.target_id, people)
        except SlackApiError as error:
            if error.response.get("error") not in _SOMEBODY_REFUSED:
                raise
            await self._without_the_gone(showing, people, error)

    async def _without_the_gone(
        self, showing: Showing, people: Sequence[str], refused: SlackApiError
    ) -> None:
        """Leave out who can't be in a group, once; with nobody left, the others, or nobody."""
        there = await self._accounts.who_are_there(people)
        if len(there) == len(people):
            raise refused
        there = there or await self._accounts.who_are_there(showing.fallback)
        if there:
            await self._put(showing.target_id, there)
        else:
            await self._client.usergroups_disable(usergroup=showing.target_id)

    async def _put(self, group_id: str, people: Sequence[str]) -> None:
        await self._client.usergroups_users_update(usergroup=group_id, users=list(people))


async def list_groups(client: AsyncWebClient) -> Sequence[dict[str, Any]]:
    """All user groups of the workspace, disabled ones too, each with the ids of its people."""
    answer = await client.usergroups_list(include_users=True, include_disabled=True)
    return list(answer["usergroups"])


def _is_on(group: Mapping[str, Any]) -> bool:
    return not group.get("date_delete")
