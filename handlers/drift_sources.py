"""What becomes evidence: the message of a shortcut, the one that a link leads to, what a check found."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from coherence.check_result import CheckResult
from coherence.drift.report import EvidenceKind, NewEvidence
from coherence.findings import Finding
from coherence.sentences import sentences_around
from handlers.membership import membership_in_slack
from handlers.slack_faults import describe
from handlers.slack_outcomes import FAILURES
from handlers.slack_text import unescape
from handlers.voice import drift_report as voice

Message = Mapping[str, Any]

PATIENCE_SECONDS = 1.0
"""How long Slack may take to tell more about a message: whoever submits a form waits for it."""

_PATH = re.compile(r"/archives/(?P<channel>[A-Z][A-Z0-9]{1,30})/p(?P<ts>\d{11,20})/?")
_HOST = re.compile(r"[a-z0-9.-]{1,253}(?::\d{1,5})?")
_FRACTION = 6
_GONE = frozenset({"tombstone", "message_deleted"})
_NOT_PUBLIC = frozenset({"privategroup", "directmessage"})
_GROUP_MESSAGE = "mpdm-"
_WORDS_IN = ("text", "fallback", "title", "pretext", "alt_text")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class MessageLink:
    """What a link to a message says: where it stands, and in which thread."""

    channel_id: str
    ts: str
    thread_ts: str | None
    address: str


def parse_link(typed: str, api_url: str) -> MessageLink | None:
    """The message that a link copied from Slack leads to; None for anything else.

    Links lead to a workspace's own host below that of `api_url`, such as acme.slack.com.
    """
    try:
        address = urlsplit(unescape(typed).strip().strip("<>").partition("|")[0])
        host, slack = address.netloc.lower(), urlsplit(api_url).netloc.lower()
    except ValueError:
        return None
    found = _PATH.fullmatch(address.path)
    if found is None or not _is_ours(host, slack):
        return None
    [thread_ts] = parse_qs(address.query).get("thread_ts", [None])[:1]
    thread_ts = thread_ts if re.fullmatch(r"\d+\.\d+", thread_ts or "") else None
    digits = found["ts"]
    ts = f"{digits[:-_FRACTION]}.{digits[-_FRACTION:]}"
    thread = f"?thread_ts={thread_ts}&cid={found['channel']}" if thread_ts else ""
    clean = f"{address.scheme}://{address.netloc}{address.path}{thread}"
    return MessageLink(found["channel"], ts, thread_ts, clean)


def is_deleted(message: Message) -> bool:
    """Whether nothing is left of a message."""
    return message.get("subtype") in _GONE


def message_words(message: Message) -> str:
    """What a message says, as typed: its text, else the words of its blocks, and the names of its files."""
    text = unescape(message.get("text") or "").strip()
    if not text:
        parts = [*(message.get("blocks") or []), *(message.get("attachments") or [])]
        text = unescape("\n".join(dict.fromkeys(_words(parts))))
    names = [file.get("title") or file.get("name") or "" for file in message.get("files") or []]
    return "\n".join(part for part in (text, voice.files(names) if names else "") if part)


async def shortcut_evidence(client: AsyncWebClient, body: Mapping[str, Any]) -> NewEvidence:
    """The message that a shortcut was used on, with its link where Slack tells it in time."""
    message, channel = body["message"], body["channel"]
    name = str(channel.get("name") or "")
    return NewEvidence(
        kind=EvidenceKind.MESSAGE,
        text=message_words(message),
        author=author_of(message),
        channel_id=channel["id"],
        is_private=name in _NOT_PUBLIC or name.startswith(_GROUP_MESSAGE),
        permalink=await _permalink(client, channel["id"], message["ts"]),
        message_ts=message["ts"],
    )


async def linked_evidence(client: AsyncWebClient, link: MessageLink, user_id: str) -> NewEvidence:
    """The message that a link leads to, where both we and this person may read it; else the link alone."""
    alone = NewEvidence(
        kind=EvidenceKind.MESSAGE,
        text="",
        channel_id=link.channel_id,
        permalink=link.address,
        message_ts=link.ts,
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await _read(client, link, user_id, alone)
    except FAILURES as error:
        log.info("linked_message_not_read", error=describe(error))
        return alone


async def is_private_channel(client: AsyncWebClient, channel_id: str) -> bool:
    """Whether a channel is private; where Slack doesn't tell in time, it is taken to be."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return _is_private((await client.conversations_info(channel=channel_id))["channel"])
    except FAILURES:
        return True


def author_of(message: Message) -> str | None:
    """Who wrote a message: a member's id, or the name that an app goes by."""
    profile = message.get("bot_profile") or {}
    known = (message.get("user"), message.get("username"), profile.get("name"))
    return next((str(each) for each in known if each), None)


def _is_ours(host: str, slack: str) -> bool:
    """Whether a host is Slack's, or a workspace's own below it."""
    return _HOST.fullmatch(host) is not None and (host == slack or host.endswith(f".{slack}"))


async def _read(
    client: AsyncWebClient, link: MessageLink, user_id: str, alone: NewEvidence
) -> NewEvidence:
    channel = (await client.conversations_info(channel=link.channel_id))["channel"]
    is_private = _is_private(channel)
    if is_private and not await membership_in_slack(client)(link.channel_id, user_id):
        return alone
    message = await _message(client, link)
    if message is None or is_deleted(message):
        return alone
    return NewEvidence(
        kind=EvidenceKind.MESSAGE,
        text=message_words(message),
        author=author_of(message),
        channel_id=link.channel_id,
        is_private=is_private,
        permalink=link.address,
        message_ts=link.ts,
    )


async def _message(client: AsyncWebClient, link: MessageLink) -> Message | None:
    channel, ts = link.channel_id, link.ts
    if link.thread_ts is None or link.thread_ts == ts:
        found = await client.conversations_history(
            channel=channel, oldest=ts, latest=ts, inclusive=True, limit=1
        )
    else:
        # The parent comes along, whatever is asked for.
        found = await client.conversations_replies(
            channel=channel, ts=link.thread_ts, oldest=ts, latest=ts, inclusive=True, limit=2
        )
    messages: Sequence[Message] = found["messages"]
    return next((each for each in messages if each.get("ts") == ts), None)


async def _permalink(client: AsyncWebClient, channel_id: str, ts: str) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            found = await client.chat_getPermalink(channel=channel_id, message_ts=ts)
    except FAILURES as error:
        log.info("permalink_not_told", error=describe(error))
        return None
    return str(found["permalink"])


def _is_private(channel: Mapping[str, Any]) -> bool:
    kinds = ("is_private", "is_im", "is_mpim", "is_group")
    return any(channel.get(kind) for kind in kinds)


def _words(node: object) -> list[str]:
    if isinstance(node, list):
        return [word for child in node for word in _words(child)]
    if not isinstance(node, dict):
        return []
    own = [node[key].strip() for key in _WORDS_IN if isinstance(node.get(key), str)]
    inner = [
        word for value in node.values() if not isinstance(value, str) for word in _words(value)
    ]
    return [word for word in (*own, *inner) if word]


async def finding_evidence(
    client: AsyncWebClient, result: CheckResult, findings: Sequence[Finding], *, in_sentences: bool
) -> tuple[NewEvidence, ...]:
    """What a check found fault with, with `in_sentences` in the sentences that it stands in."""
    said = _quotes_in_sentences(result, findings) if in_sentences else _quotes(findings)
    if not said:
        return ()
    where = result.channel_id
    private = where is not None and await is_private_channel(client, where)
    return (NewEvidence(EvidenceKind.FINDING, said, channel_id=where, is_private=private),)


def _quotes(findings: Sequence[Finding]) -> str:
    return "\n".join(dict.fromkeys(each.quote for each in findings if each.quote))


def _quotes_in_sentences(result: CheckResult, findings: Sequence[Finding]) -> str:
    quotes: dict[str, list[str]] = {}
    for each in (found for found in findings if found.quote):
        around = sentences_around(result.found.text, result.language, each.start, each.end)
        quotes.setdefault(around, []).append(each.quote)
    lines = (voice.found(list(dict.fromkeys(q)), around) for around, q in quotes.items())
    return "\n".join(lines)
