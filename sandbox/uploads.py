"""What the app uploads: an address to send bytes to, a file once that is completed, its picture in blocks."""

import mimetypes
import time
from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from sandbox.faults import Faults, answer_under, drop
from sandbox.files import LARGEST_BYTES, Files
from sandbox.traffic import Traffic
from sandbox.wire import Json, SlackError
from sandbox.world import new_id

FAULT_NAME = "upload_url"
SHOWABLE = frozenset({"image/gif", "image/jpeg", "image/png"})


@dataclass
class Upload:
    """A file that is being handed over; it has no content until the bytes were sent."""

    name: str
    length: int
    content: bytes | None = None


class Uploads:
    """Files on their way, behind addresses below `base`.

    Slack works on a picture for a while after the upload, and refuses blocks that show it until then:
    here the first `refused_at_first` blocks with each picture.
    """

    def __init__(self, files: Files) -> None:
        self.base = ""
        self.refused_at_first = 0
        self._files = files
        self._begun: dict[str, Upload] = {}
        self._still_refused: dict[str, int] = {}

    def clear(self) -> None:
        """Forget what was begun."""
        self.refused_at_first = 0
        self._begun.clear()
        self._still_refused.clear()

    def begin(self, name: str, length: int) -> tuple[str, str]:
        """Return a new file's id and the address for its bytes; raise SlackError for a size it can't have."""
        if length < 1:
            raise SlackError("missing_argument")
        if length > LARGEST_BYTES:
            raise SlackError("file_upload_size_restricted")
        file_id = new_id("F")
        self._begun[file_id] = Upload(name, length)
        return file_id, f"{self.base}{file_id}"

    def receive(self, file_id: str, content: bytes) -> bool:
        """Take a file's bytes; False where it was not begun, or with another length."""
        upload = self._begun.get(file_id)
        if upload is None or len(content) != upload.length:
            return False
        upload.content = content
        return True

    def complete(self, file_id: str, title: str, user: str) -> Json:
        """Make a file of it and return its id and title; raise SlackError `file_not_found`."""
        upload = self._begun.get(file_id)
        if upload is None or upload.content is None:
            raise SlackError("file_not_found")
        del self._begun[file_id]
        kind = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
        self._files.add(user, upload.name, upload.content, kind, file_id=file_id)
        self._still_refused[file_id] = self.refused_at_first
        return {"id": file_id, "title": title or upload.name}

    def check_shown(self, blocks: list[Json], error: str, at: str = "/blocks") -> None:
        """Raise SlackError with this name where blocks show a file that is no picture, or not yet."""
        wrong = [
            f"[ERROR] invalid slack file [json-pointer:{where}]"
            for where, file_id in _pictures(blocks, at)
            if not self._is_ready(file_id)
        ]
        if wrong:
            raise SlackError(error, *wrong)

    def _is_ready(self, file_id: str) -> bool:
        try:
            kind = self._files.find(file_id).described["mimetype"]
        except SlackError:
            return False
        left = self._still_refused.get(file_id, 0)
        self._still_refused[file_id] = max(left - 1, 0)
        return kind in SHOWABLE and not left


def add_upload_routes(
    app: web.Application, uploads: Uploads, files: Files, faults: Faults, traffic: Traffic
) -> None:
    """Take what is sent to upload addresses, and show uploaded pictures to the page."""

    async def receive(request: web.Request) -> web.StreamResponse:
        started = time.monotonic()
        content = await request.read()
        file_id = request.match_info["file"]

        def work() -> web.Response:
            taken = uploads.receive(file_id, content)
            return web.Response(text=f"OK - {len(content)}") if taken else web.Response(status=400)

        response = await answer_under(faults.take(FAULT_NAME), request, work)
        traffic.record(
            "to_slack",
            FAULT_NAME,
            request={"file": file_id, "bytes": len(content)},
            response=response.text if response is not None else None,
            status=response.status if response is not None else "no answer",
            seconds=time.monotonic() - started,
        )
        return response if response is not None else drop(request)

    async def show(request: web.Request) -> web.StreamResponse:
        try:
            found = files.find(request.match_info["file"])
        except SlackError:
            return web.Response(status=404)
        kind = found.described["mimetype"]
        if kind not in SHOWABLE:
            return web.Response(status=404)
        return web.Response(body=found.content, content_type=kind)

    app.router.add_post("/upload/{file}", receive)
    app.router.add_get("/picture/{file}", show)


def _pictures(node: object, at: str) -> Iterator[tuple[str, str]]:
    """Yield where blocks show files by their ids, and the ids."""
    if isinstance(node, list):
        for number, each in enumerate(node):
            yield from _pictures(each, f"{at}/{number}")
    elif isinstance(node, dict):
        shown = node.get("slack_file")
        if node.get("type") == "image" and isinstance(shown, dict) and "id" in shown:
            yield f"{at}/slack_file", shown["id"]
        for name, each in node.items():
            yield from _pictures(each, f"{at}/{name}")
