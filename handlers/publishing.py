"""Before publishing: what a draft changes, and which examples change their verdict with it."""

from collections.abc import Sequence

from slack_sdk.web.async_client import AsyncWebClient

from coherence.drift.report import Report
from coherence.evaluating import Evaluations
from coherence.stack.drafts import Desk
from handlers.blocks.evaluation import flips_blocks
from handlers.blocks.stack_changes import changes_modal
from handlers.blocks.stack_forms import Where
from handlers.modals import fill_modal, refill_modal


async def show_changes(
    client: AsyncWebClient,
    view_id: str,
    desk: Desk,
    where: Where,
    *,
    evaluations: Evaluations,
    workspace_id: str,
    open_reports: Sequence[Report] = (),
) -> None:
    """Show what a draft changes, with the flips by the rules at once and by the model when it has answered.

    `open_reports` are the drift reports that the new version may answer. Publishing waits for neither:
    the form is there from the start, and keeps what is typed in it.
    """
    if not desk.changes or desk.problems:
        await fill_modal(client, view_id, changes_modal(desk, where))
        return
    by_rules = await evaluations.preview(workspace_id, desk, by_model=False)
    waits = evaluations.model is not None and by_rules.examples > 0 and desk.published is not None
    flips = flips_blocks(by_rules, waits=waits)
    shown = changes_modal(desk, where, flips=flips, open_reports=open_reports)
    seen = await fill_modal(client, view_id, shown)
    if not waits or seen is None:
        return
    by_model = await evaluations.preview(workspace_id, desk, by_model=True)
    flips = flips_blocks(by_model, waits=False)
    shown = changes_modal(desk, where, flips=flips, open_reports=open_reports)
    await refill_modal(client, view_id, shown, seen)
