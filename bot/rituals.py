"""Puts rituals together."""

from collections.abc import Sequence

from bot.champion import Foundation
from bot.clock import system_clock
from bot.worker import Round
from coherence.accounts import IsHere
from coherence.rituals.access import RitualAccess
from coherence.rituals.answering import RitualAnswers
from coherence.rituals.closing import RitualClosing
from coherence.rituals.names import RitualNames
from coherence.rituals.owners import RitualOwners
from coherence.rituals.posting import RitualPosting
from coherence.rituals.prompts import RitualPrompts
from coherence.rituals.reminders import RitualReminders
from coherence.rituals.review import RitualReviews
from coherence.rituals.rounds import RitualRounds
from coherence.rituals.setup import RitualSetup
from coherence.rituals.summary import RitualSummaries
from coherence.rituals.trouble import RitualTroubles
from coherence.schedules import ScheduleKind, Schedules, next_time_by_rule
from handlers.outbox import DeliveryKind
from handlers.pictures import Pictures
from handlers.ritual_letters import IsDeserted, RitualLetters
from handlers.ritual_listeners import RitualUseCases
from handlers.ritual_summary_letters import RitualSummaryLetters


def make_rituals(on: Foundation, is_here: IsHere) -> RitualUseCases:
    """The use cases of rituals."""
    database, now, outbox = on.database, on.now, on.outbox
    access = RitualAccess(database, now, on.stewards)
    schedules = Schedules(database, now, system_clock, (), next_time_by_rule)
    reminders = RitualReminders(database, now, outbox)
    troubles = RitualTroubles(database, now, outbox, on.appointed)
    return RitualUseCases(
        setup=RitualSetup(database, now, access, schedules, outbox),
        summaries=RitualSummaries(database, is_here),
        reviews=RitualReviews(database, now, outbox, access, is_here),
        answers=RitualAnswers(database, now, outbox),
        names=RitualNames(database, now),
        posting=RitualPosting(now, outbox),
        prompts=RitualPrompts(database),
        rounds=RitualRounds(database, now, outbox, reminders, troubles),
        closing=RitualClosing(database, now, outbox, access),
        reminders=reminders,
        owners=RitualOwners(database, is_here),
        now=now,
    )


def ritual_schedules(rituals: RitualUseCases) -> Sequence[ScheduleKind]:
    """The kinds of schedules that rituals have."""
    return rituals.posting.kinds


def ritual_rounds(rituals: RitualUseCases) -> Sequence[Round]:
    """What looks after rounds at each tick."""
    return [rituals.rounds]


def ritual_deliveries(
    rituals: RitualUseCases, pictures: Pictures, is_deserted: IsDeserted
) -> Sequence[DeliveryKind]:
    """What rituals have sent, and how each becomes words."""
    letters = RitualLetters(
        rituals.prompts, rituals.summaries, rituals.reminders, rituals.owners, is_deserted
    )
    return [*letters.kinds, RitualSummaryLetters(rituals.summaries, pictures).kind]
