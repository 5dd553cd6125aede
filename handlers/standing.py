"""What Slack knows of a person's standing in the workspace."""

from collections.abc import Sequence

from slack_sdk.web.async_client import AsyncWebClient

from coherence.stewards import Standing

_LOOKED_AT = 200


def standing_in_slack(client: AsyncWebClient) -> Standing:
    """Ask Slack each time: who is an admin changes seldom, and is asked for seldom."""

    async def is_admin_or_owner(user_id: str) -> bool:
        user = (await client.users_info(user=user_id))["user"]
        return bool(user.get("is_admin") or user.get("is_owner"))

    return is_admin_or_owner


async def admins_in_slack(client: AsyncWebClient) -> Sequence[str]:
    """User ids of some admins to ask, owners last: of a large workspace only the first page is read."""
    members = (await client.users_list(limit=_LOOKED_AT))["members"]
    admins = [m for m in members if m.get("is_admin") and not m.get("deleted")]
    people = [admin for admin in admins if not admin.get("is_bot")]
    return [admin["id"] for admin in sorted(people, key=lambda m: bool(m.get("is_owner")))]
