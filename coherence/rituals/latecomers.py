"""What is said anew in the channel once somebody has answered after the close."""

from datetime import datetime, timedelta
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.outbox import Method, NewDelivery, Outbox
from coherence.rituals.letters import Letter, prompt_key, summary_key
from storage.outbox import find_delivery
from storage.rituals import RitualRound

BETWEEN: Final = timedelta(seconds=20)
"""A post changes at most this often: whoever comes in between is shown with the next change."""

_COMMITTED: Final = timedelta(seconds=1)
"""By then whoever answered in the last moment before a change is on record."""


async def tell_of_late(
    session: AsyncSession, outbox: Outbox, row: RitualRound, *, now: datetime
) -> None:
    """Have the post and the summary in its thread show late answers, in the caller's transaction.

    A post that was never sent stays unsent. Where nobody had answered in time there is no summary yet: it
    is added.
    """
    row.revision += 1
    posted = await find_delivery(session, row.workspace_id, prompt_key(row.id))
    if posted is None or posted.ts is None:
        return
    steps = int(now.timestamp() // BETWEEN.total_seconds()) + 1
    then = datetime.fromtimestamp(steps * BETWEEN.total_seconds(), now.tzinfo) + _COMMITTED
    summed_up = await find_delivery(session, row.workspace_id, summary_key(row.id))
    first = NewDelivery(
        summary_key(row.id),
        Letter.SUMMARY,
        {"round_id": row.id},
        channel_id=row.channel_id,
        thread_ts=posted.ts,
        not_before=then,
    )
    again = _change(f"{summary_key(row.id)}:late:{steps}", Letter.SUMMARY, row, then)
    post = _change(f"{prompt_key(row.id)}:late:{steps}", Letter.PROMPT, row, then)
    await outbox.add(session, row.workspace_id, [post, again if summed_up else first])


def _change(key: str, kind: Letter, row: RitualRound, then: datetime) -> NewDelivery:
    return NewDelivery(
        key,
        kind,
        {"round_id": row.id},
        channel_id=row.channel_id,
        method=Method.UPDATE,
        not_before=then,
    )
