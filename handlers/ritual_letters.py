"""What rituals have sent, written when it is sent."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from coherence.outbox import Claim, Method
from coherence.rituals.letters import Letter
from coherence.rituals.owners import RitualOwners
from coherence.rituals.prompts import Prompt, RitualPrompts
from coherence.rituals.reminders import RitualReminders
from coherence.rituals.summary import RitualSummaries
from coherence.rituals.trouble import NOBODY_THERE
from handlers.blocks.message import Message
from handlers.blocks.ritual_owner import owner_message
from handlers.blocks.ritual_prompt import prompt_message, trouble_message
from handlers.blocks.ritual_reminder import reminder_message
from handlers.blocks.ritual_summary import closed_prompt
from handlers.outbox import Arguments, DeliveryKind, GivenUp
from handlers.voice import ritual_prompt as voice
from handlers.voice.ritual_owner import OWNER_TITLE
from handlers.voice.ritual_reminder import REMINDER_TITLE

IsDeserted: TypeAlias = Callable[[str], Awaitable[bool]]
"""Says of a channel's id whether nobody but the bot is in it; no where that can't be told."""


@dataclass(frozen=True)
class RitualLetters:
    """Writes posts, reminders, and what owners of actions hear, and stewards of trouble."""

    prompts: RitualPrompts
    summaries: RitualSummaries
    reminders: RitualReminders
    owners: RitualOwners
    is_deserted: IsDeserted

    @property
    def kinds(self) -> Sequence[DeliveryKind]:
        """As the outbox knows them."""
        return (
            DeliveryKind(Letter.PROMPT, voice.PROMPT_TITLE, self.prompt),
            DeliveryKind(Letter.REMINDER, REMINDER_TITLE, self.reminder),
            DeliveryKind(Letter.OWNER, OWNER_TITLE, self.owner),
            DeliveryKind(Letter.TROUBLE, voice.TROUBLE_TITLE, self.trouble),
        )

    async def prompt(self, claim: Claim) -> Arguments | None:
        """The post, open or closed. Raises NotSentYet, and GivenUp where nobody would read it."""
        prompt = await self.prompts.of(claim)
        if prompt is None:
            return None
        if claim.method is Method.POST and await self.is_deserted(prompt.asked.channel_id):
            raise GivenUp(NOBODY_THERE)
        message = await self._message(prompt)
        return None if message is None else message.payload(prompt.ts)

    async def _message(self, prompt: Prompt) -> Message | None:
        if prompt.asked.is_open:
            return prompt_message(prompt)
        summary = await self.summaries.of(prompt.asked.workspace_id, prompt.asked.id)
        return closed_prompt(summary) if summary else None

    async def reminder(self, claim: Claim) -> Arguments | None:
        """To somebody who asked for it; None once they have answered."""
        reminder = await self.reminders.of(claim)
        return reminder_message(reminder).payload() if reminder else None

    async def owner(self, claim: Claim) -> Arguments | None:
        """To whom somebody has named, or the same message changed. Raises NotSentYet."""
        naming = await self.owners.of(claim)
        return owner_message(naming).payload(naming.ts) if naming else None

    async def trouble(self, claim: Claim) -> Arguments | None:
        """To a steward; None where the ritual doesn't rest for this any more."""
        ritual = await self.prompts.resting(
            claim.workspace_id, str(claim.facts["ritual_id"]), str(claim.facts["error"])
        )
        return trouble_message(ritual, str(ritual.paused_for)).payload() if ritual else None
