"""What Slack's answer to a call means for whether the call is made again."""

from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from coherence.outbox import MOST_ATTEMPTS

NO_ANSWER = "no_answer"
NO_CONNECTION = "no_connection"

FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError)
"""Everything that a call to Slack fails with."""

_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_UNREADABLE_WAIT = timedelta(seconds=30)

# Slack says of these that some of the work may have been done.
_UNCLEAR = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})

# Refusals that pass by themselves, or once somebody has seen to the app as a whole.
_PASSING = frozenset(
    {
        "accesslimited",
        "account_inactive",
        "channel_is_limited_access",
        "external_channel_migrating",
        "invalid_auth",
        "not_authed",
        "org_login_required",
        "team_added_to_org",
        "token_expired",
        "token_revoked",
        "update_failed",
    }
)


@dataclass(frozen=True)
class Later:
    """Slack asks to come back after a while."""

    wait: timedelta


@dataclass(frozen=True)
class Refused:
    """Slack has not taken it; after so many attempts it is given up."""

    error: str
    most_attempts: int


@dataclass(frozen=True)
class Unclear:
    """Slack may have taken it."""

    error: str


def outcome_of(error: Exception) -> Later | Refused | Unclear:
    """Tell what one of FAILURES means."""
    match error:
        case SlackApiError():
            return _of_answer(error)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Refused(NO_CONNECTION, MOST_ATTEMPTS)
    return Unclear(NO_ANSWER)


def _of_answer(error: SlackApiError) -> Later | Refused | Unclear:
    status = error.response.status_code
    if status == _TOO_MANY_REQUESTS:
        return Later(_wait(error))
    name = error.response.get("error")
    if status >= _SERVER_ERROR or not name:
        return Unclear(f"http_{status}")
    if name in {"ratelimited", "rate_limited"}:
        return Later(_wait(error))
    if name in _UNCLEAR:
        return Unclear(name)
    return Refused(name, MOST_ATTEMPTS if name in _PASSING else 1)


def _wait(error: SlackApiError) -> timedelta:
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    wait = str(headers.get("retry-after", ""))
    return timedelta(seconds=int(wait)) if wait.isdecimal() else _UNREADABLE_WAIT
