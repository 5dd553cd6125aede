"""What may fail between us and Slack, and how to name it in the log."""

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from handlers.answers import UndeliveredAnswer

SLACK_FAULTS = (SlackClientError, UndeliveredAnswer, aiohttp.ClientError, TimeoutError)

# Closed, deleted or used up: what people do with answers, and Slack with time.
_GONE = frozenset({"not_found", "message_not_found", "channel_not_found"})
_GONE_STATUS = 404


def describe(error: Exception) -> str:
    """Slack's own error names only: its messages may repeat what was sent."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error"))
    return str(error) if isinstance(error, UndeliveredAnswer) else type(error).__name__


def is_gone(error: Exception) -> bool:
    """Whether the place that something was meant for is no longer there."""
    if isinstance(error, UndeliveredAnswer):
        return error.status == _GONE_STATUS
    return isinstance(error, SlackApiError) and error.response.get("error") in _GONE
