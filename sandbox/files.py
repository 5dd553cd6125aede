"""Files that members hand over in modals or the app uploads, and where the app fetches them."""

from dataclasses import dataclass

from aiohttp import web

from sandbox.clock import Clock
from sandbox.wire import Json, SlackError, WrongCallError
from sandbox.world import new_id

SCOPE = "files:read"
LARGEST_BYTES = 1024 * 1024


@dataclass(frozen=True)
class StoredFile:
    """One file: how Slack describes it, and what is in it."""

    described: Json
    content: bytes


class Files:
    """The workspace's files, behind addresses below `base`."""

    def __init__(self, clock: Clock) -> None:
        self.base = ""
        self._clock = clock
        self._files: dict[str, StoredFile] = {}

    def clear(self) -> None:
        """Forget every file."""
        self._files.clear()

    def add(
        self,
        user: str,
        name: str,
        content: bytes,
        mimetype: str = "text/plain",
        *,
        file_id: str | None = None,
    ) -> Json:
        """Keep a file of a member's or the app's and return how Slack describes it."""
        if len(content) > LARGEST_BYTES:
            raise WrongCallError("The sandbox takes files of up to 1 MB.")
        file_id = file_id or new_id("F")
        address = f"{self.base}{file_id}"
        described: Json = {
            "id": file_id,
            "created": int(self._clock.now()),
            "name": name,
            "title": name,
            "mimetype": mimetype,
            "filetype": name.rpartition(".")[2].lower() if "." in name else "",
            "user": user,
            "size": len(content),
            "mode": "hosted",
            "is_public": False,
            "url_private": address,
            "url_private_download": f"{address}/download",
        }
        self._files[file_id] = StoredFile(described, content)
        return described

    def find(self, file_id: str) -> StoredFile:
        """Return a file; raise SlackError `file_not_found`."""
        found = self._files.get(file_id)
        if found is None:
            raise SlackError("file_not_found")
        return found


def add_file_routes(app: web.Application, files: Files, token: str, scopes: frozenset[str]) -> None:
    """Serve file contents to whoever shows the app's token; the app needs the scope for it."""

    async def serve(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {token}" or SCOPE not in scopes:
            # Slack sends a page to sign in, with status 200.
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        try:
            found = files.find(request.match_info["file"])
        except SlackError:
            return web.Response(status=404)
        return web.Response(body=found.content, content_type=found.described["mimetype"])

    for path in ("/files/{file}", "/files/{file}/download"):
        app.router.add_get(path, serve)
