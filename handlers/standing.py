"""What Slack knows of a person's standing in the workspace."""

from slack_sdk.web.async_client import AsyncWebClient

from coherence.stewards import Standing


def standing_in_slack(client: AsyncWebClient) -> Standing:
    """Ask Slack each time: who is an admin changes seldom, and is asked for seldom."""

    async def is_admin_or_owner(user_id: str) -> bool:
        user = (await client.users_info(user=user_id))["user"]
        return bool(user.get("is_admin") or user.get("is_owner"))

    return is_admin_or_owner
