"""Pictures in Slack: draw a chart, upload it, and show it once Slack is ready for that.

The file is in no channel: it is seen where a block shows it. The way takes the optional scope
`files:write`; without it, or where anything fails, there is no picture, and a reason for it.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.charts import Chart, Draw
from handlers.slack_faults import SLACK_FAULTS, describe
from handlers.voice.mrkdwn import clip

PAUSES: Final = (0.3, 0.6, 1.2, 1.8)
"""Seconds between attempts to show a picture that Slack still works on; it takes a moment, mostly."""

PATIENCE_SECONDS: Final = 16.0
"""For drawing and uploading together: less than a delivery's lease leaves room for."""

_REMEMBERED: Final = 64
_LONGEST_ALT_TEXT: Final = 1_000

_T = TypeVar("_T")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Picture:
    """An uploaded picture: Slack's id of the file, and what it says to whoever can't see it."""

    file_id: str
    alt_text: str


class NoPicture(Enum):
    """Why there is none."""

    NOT_ALLOWED = "not_allowed"
    """The app doesn't have the optional scope."""
    FAILED = "failed"


class Pictures:
    """Draws and uploads charts; what was uploaded is used again, by whoever shows the same chart."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession, draw: Draw) -> None:
        self._client = client
        self._session = session
        self._draw = draw
        self._uploaded: OrderedDict[str, str] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[str | NoPicture]] = {}

    async def of(self, chart: Chart, alt_text: str) -> Picture | NoPicture:
        """The chart as a picture to show, or why there is none."""
        key = _fingerprint(chart)
        found = self._uploaded.get(key) or await self._uploaded_once(key, chart, alt_text)
        return found if isinstance(found, NoPicture) else Picture(found, alt_text)

    def forget(self, picture: Picture) -> None:
        """Upload it anew next time: Slack would not show it."""
        self._uploaded = OrderedDict(
            (key, held) for key, held in self._uploaded.items() if held != picture.file_id
        )

    async def _uploaded_once(self, key: str, chart: Chart, alt_text: str) -> str | NoPicture:
        """Upload it, together with whoever else asks for the same meanwhile."""
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._upload(chart, alt_text))
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._finished(key, done))
        return await asyncio.shield(task)

    def _finished(self, key: str, task: "asyncio.Task[str | NoPicture]") -> None:
        del self._under_way[key]
        if not task.cancelled() and isinstance(file_id := task.result(), str):
            self._uploaded[key] = file_id
            while len(self._uploaded) > _REMEMBERED:
                self._uploaded.popitem(last=False)

    async def _upload(self, chart: Chart, alt_text: str) -> str | NoPicture:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._send(await self._draw(chart), chart.title, alt_text)
        except SLACK_FAULTS as error:
            reason = describe(error)
            if reason == "missing_scope":
                return NoPicture.NOT_ALLOWED
            log.warning("picture_not_uploaded", error=reason)
        except Exception:
            # What it was to be shown beside must not fail with it.
            log.exception("picture_not_drawn")
        return NoPicture.FAILED

    async def _send(self, png: bytes, title: str, alt_text: str) -> str:
        client = self._client
        place = await client.files_getUploadURLExternal(
            filename="chart.png", length=len(png), alt_txt=clip(alt_text, _LONGEST_ALT_TEXT)
        )
        async with self._session.post(place["upload_url"], data=png) as answer:
            answer.raise_for_status()
        file_id = str(place["file_id"])
        await client.files_completeUploadExternal(files=[{"id": file_id, "title": title}])
        return file_id


async def once_ready(call: Callable[[], Awaitable[_T]]) -> _T:
    """Make a call that shows a picture, again while Slack works on that; raises the last failure."""
    for pause in PAUSES:
        try:
            return await call()
        except SlackApiError as error:
            if not is_not_ready(error):
                raise
        await asyncio.sleep(pause)
    return await call()


def is_not_ready(error: SlackApiError) -> bool:
    """Whether a call was refused for the picture in it; nothing was shown then."""
    if error.response.get("error") not in {"invalid_blocks", "invalid_arguments"}:
        return False
    said = (error.response.get("response_metadata") or {}).get("messages") or []
    return any("slack_file" in str(each) for each in said)


def without_pictures(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a post with its uploaded pictures left out."""
    kept = [block for block in arguments.get("blocks", []) if "slack_file" not in block]
    return {**arguments, "blocks": kept}


def _fingerprint(chart: Chart) -> str:
    # The words themselves need not be remembered for this.
    return hashlib.sha256(repr(chart).encode()).hexdigest()
