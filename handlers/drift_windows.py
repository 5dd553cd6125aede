"""The windows in which a report is open: the report, and the list below it."""

from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.drift_detail import Opened, detail_modal
from handlers.drift import DriftReading
from handlers.modals import fill_modal, refill_modal
from handlers.setup import person_in
from handlers.slack_faults import SLACK_FAULTS, describe

Payload = dict[str, Any]

log = structlog.get_logger(__name__)


class DriftWindows:
    """Shows how a report stands once something was done in `body`, in every window that tells of it."""

    def __init__(self, reading: DriftReading) -> None:
        self._reading = reading

    async def show(
        self,
        body: Payload,
        view_id: str,
        client: AsyncWebClient,
        opened: Opened,
        notice: str | None = None,
    ) -> None:
        """Show the report in its window, with a notice above it, and the list below brought up to date.

        Whoever has gone back to the list and chosen anew there keeps what they chose.
        """
        shown = await self._reading.report(person_in(body), opened.number)
        seen = opened.list_hash
        list_hash = await self._list(body, client, opened, seen) if seen else None
        view = detail_modal(shown, opened.listed, notice, list_hash=list_hash)
        is_open = await fill_modal(client, view_id, view) is not None
        if is_open and list_hash is None:
            # As long as the report covers it, nobody chooses anything in the list.
            await self._list(body, client, opened, None)

    async def _list(
        self, body: Payload, client: AsyncWebClient, opened: Opened, seen: str | None
    ) -> str | None:
        """Bring the list up to date, if `seen` is still the hash of what it shows or isn't known.

        Returns the hash of what it shows now, None where it isn't known. What goes wrong is logged: the
        report is to be shown whether this works or not.
        """
        if opened.listed is None:
            return None
        page = await self._reading.page(person_in(body), opened.listed)
        list_id = body["view"]["root_view_id"]
        try:
            if seen is None:
                return await fill_modal(client, list_id, page)
            return await refill_modal(client, list_id, page, seen)
        except SLACK_FAULTS as error:
            log.warning("list_not_refreshed", error=describe(error))
            return None
