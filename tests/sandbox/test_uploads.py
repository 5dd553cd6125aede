"""Files that the app uploads, and the blocks that show them."""

import json
from typing import Any

import aiohttp

from tests.sandbox.blocks import modal
from tests.sandbox.minimal_app import MinimalApp

PNG = b"\x89PNG\r\n\x1a\n and the rest"


async def begun(app: MinimalApp, length: int = len(PNG)) -> tuple[str, str]:
    place = await app.call("files.getUploadURLExternal", filename="chart.png", length=length)
    return place["file_id"], place["upload_url"]


async def sent(address: str, content: bytes = PNG) -> int:
    async with aiohttp.ClientSession() as session, session.post(address, data=content) as answer:
        return answer.status


async def completed(app: MinimalApp, file_id: str) -> dict[str, Any]:
    files = json.dumps([{"id": file_id, "title": "A chart"}])
    return dict(await app.call("files.completeUploadExternal", files=files))


def image(file_id: str) -> dict[str, Any]:
    return {"type": "image", "alt_text": "A chart", "slack_file": {"id": file_id}}


async def post(app: MinimalApp, *blocks: dict[str, Any]) -> dict[str, Any]:
    return dict(await app.call("chat.postMessage", channel="C0SALES", text="x", blocks=[*blocks]))


async def test_an_uploaded_picture_is_shown_in_a_post_and_on_the_page(app: MinimalApp) -> None:
    file_id, address = await begun(app)
    assert await sent(address) == 200
    assert (await completed(app, file_id))["files"] == [{"id": file_id, "title": "A chart"}]
    assert (await post(app, image(file_id)))["ok"]
    page = address.replace("/upload/", "/picture/")
    async with aiohttp.ClientSession() as session, session.get(page) as answer:
        assert (await answer.read(), answer.content_type) == (PNG, "image/png")


async def test_a_file_that_is_not_there_yet_can_not_be_shown(app: MinimalApp) -> None:
    file_id, address = await begun(app)
    await sent(address)
    refused = await post(app, image(file_id))
    assert refused["error"] == "invalid_blocks"
    [message] = refused["response_metadata"]["messages"]
    assert message == "[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]"
    view = {**modal(), "blocks": [image(file_id)]}
    refused = await app.call("views.publish", user_id="U0MAYA", view=view)
    assert refused["error"] in {"invalid_arguments", "not_enabled"}


async def test_bytes_of_another_length_are_not_taken(app: MinimalApp) -> None:
    file_id, address = await begun(app, length=5)
    assert await sent(address) == 400
    assert (await completed(app, file_id))["error"] == "file_not_found"


async def test_an_image_names_one_file_by_id_or_address(app: MinimalApp) -> None:
    for wrong in ({}, {"id": "F0123456789", "url": "https://x"}, {"id": "chart"}):
        block = {**image("F0123456789"), "slack_file": wrong}
        assert (await post(app, block))["error"] == "invalid_blocks"
