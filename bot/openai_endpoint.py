"""The model's endpoint over the wire: one client, and what each of its failures means.

Importing this imports openai, which takes over a second; `bot/openai_judge.py` does it in a thread.
"""

import ipaddress
import random
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import openai
import regex
from pydantic import SecretStr

from bot.model_request import EndpointFailed, Part
from coherence.assessment import NotJudged

CONNECT_SECONDS = 5.0
SHORTEST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 0.75

_BAD_REQUEST = (400, 422)
_REASONS = {
    402: NotJudged.QUOTA_SPENT,
    408: NotJudged.TIMEOUT,
    413: NotJudged.TOO_LONG,
    429: NotJudged.BUSY,
}
_SERVER_ERROR = 500
_MOST_CHARACTERS_READ = 20_000

# How OpenAI and the servers that speak its protocol put it.
_QUOTA = regex.compile(r"insufficient_quota|billing_hard_limit|exceeded your current quota")
_CONTENT = regex.compile(
    r"content_filter|content_policy|responsibleaipolicy|\binvalid_prompt\b|content management policy"
    r"|flagged|safety (?:system|reasons)"
)
_CONTEXT = regex.compile(
    r"context_length_exceeded"
    r"|context (?:length|window|size)|maximum (?:input|prompt) length|prompt is too long"
)
_LENGTH = regex.compile(
    r"string_above_max_length|too (?:long|large|many tokens)|exceeds? .{0,60}tokens"
)
_BLAMED = {
    Part.CACHE_KEY: regex.compile(r"prompt_cache_key"),
    Part.REPLY_FORMAT: regex.compile(
        r"response_format|json_schema|json_object|json mode|structured.outputs?|schema|grammar|guided"
    ),
}


class Endpoint:
    """A client with a pool of connections that is wide enough for every check at once.

    The library's own retries are off: they repeat what a spent quota refuses and sleep past any
    deadline; `OpenAIJudge` knows how much time is left.
    """

    def __init__(self, key: SecretStr, address: str, seconds: float) -> None:
        timeout = openai.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        self._http = openai.DefaultAsyncHttpxClient(
            follow_redirects=False, timeout=timeout, trust_env=not is_on_this_machine(address)
        )
        self._client = openai.AsyncOpenAI(
            api_key=key.get_secret_value(),
            base_url=address,
            timeout=timeout,
            max_retries=0,
            http_client=self._http,
        )
        self._completions = self._client.chat.completions.with_raw_response

    async def complete(self, request: Mapping[str, Any]) -> bytes:
        """Ask for a completion and return the body as it came. Raises EndpointFailed."""
        try:
            body: bytes = (await self._completions.create(**request)).content
        except openai.APIStatusError as error:
            raise status_failure(error) from None
        except openai.APITimeoutError:
            raise EndpointFailed(NotJudged.TIMEOUT) from None
        except openai.APIConnectionError:
            raise EndpointFailed(NotJudged.UNREACHABLE, pause=_own_pause()) from None
        except openai.OpenAIError:
            raise EndpointFailed(NotJudged.MISCONFIGURED) from None
        return body

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()


def is_on_this_machine(address: str) -> bool:
    """Say whether an address is loopback: a proxy could not reach it."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def status_failure(error: openai.APIStatusError) -> EndpointFailed:
    """What an answer with an error's status means: by its status, its code and its words."""
    status, said = error.status_code, _said(error)
    if status in _BAD_REQUEST:
        return _bad_request(status, said)
    if _QUOTA.search(said):
        return EndpointFailed(NotJudged.QUOTA_SPENT, status)
    if status >= _SERVER_ERROR:
        return EndpointFailed(NotJudged.UNREACHABLE, status, pause=_pause(error))
    reason = _REASONS.get(status, NotJudged.MISCONFIGURED)
    if reason is NotJudged.MISCONFIGURED and _CONTENT.search(said):
        reason = NotJudged.REFUSED
    return EndpointFailed(reason, status, pause=_pause(error) if reason is NotJudged.BUSY else None)


def _bad_request(status: int, said: str) -> EndpointFailed:
    if _CONTEXT.search(said):
        return EndpointFailed(NotJudged.TOO_LONG, status)
    if _CONTENT.search(said):
        return EndpointFailed(NotJudged.REFUSED, status)
    blamed = frozenset(part for part, words in _BLAMED.items() if words.search(said))
    if not blamed and _LENGTH.search(said):
        return EndpointFailed(NotJudged.TOO_LONG, status)
    return EndpointFailed(NotJudged.MISCONFIGURED, status, blamed=blamed or frozenset(Part))


def _said(error: openai.APIStatusError) -> str:
    body = error.body if error.body is not None else error.response.text
    return " ".join(_strings(body))[:_MOST_CHARACTERS_READ].lower()


def _strings(node: object) -> Iterator[str]:
    """All strings of an error, without what some servers repeat of the question under `input`."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            if key != "input":
                yield from _strings(value)
    elif isinstance(node, list):
        for each in node:
            yield from _strings(each)


def _pause(error: openai.APIStatusError) -> float:
    """Seconds until the endpoint wants to be asked again (RFC 9110, 10.2.3), or ours."""
    asked = error.response.headers.get("retry-after", "")
    if regex.fullmatch(r"\d{1,9}(\.\d+)?", asked):
        return float(asked)
    try:
        moment = parsedate_to_datetime(asked)
        ours = parsedate_to_datetime(error.response.headers.get("date", ""))
        return max(0.0, (moment - ours).total_seconds())
    except (ValueError, TypeError):
        return _own_pause()


def _own_pause() -> float:
    return random.uniform(SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)  # noqa: S311 - no secret
