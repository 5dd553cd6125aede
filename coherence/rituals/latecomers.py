"""What is said anew in the channel once somebody has answered after the close."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.outbox import Outbox
from coherence.rituals import letters
from coherence.rituals.letters import EVERY
from storage.outbox import find_delivery
from storage.rituals import RitualRound

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
    posted = await find_delivery(session, row.workspace_id, letters.prompt_key(row.id))
    if posted is None or posted.ts is None:
        return
    steps = int(now.timestamp() // EVERY.total_seconds()) + 1
    then = datetime.fromtimestamp(steps * EVERY.total_seconds(), now.tzinfo) + _COMMITTED
    summed_up = await find_delivery(session, row.workspace_id, letters.summary_key(row.id))
    late = f"late:{steps}"
    summary = letters.summary_again(row, late) if summed_up else letters.summary(row, posted.ts)
    said = [replace(each, not_before=then) for each in (letters.prompt_again(row, late), summary)]
    await outbox.add(session, row.workspace_id, said)
