"""What time triggers in the product."""

from bot.settings import Settings
from bot.worker import Timetable
from coherence.clock import Clock
from coherence.drift.digest import DriftDigests
from handlers.drift_digest import DigestLetters
from storage.database import Database


def product_timetable(settings: Settings, database: Database, now: Clock) -> Timetable:
    """The kinds of schedules and deliveries that the bot has."""
    digests = DriftDigests(database, now, settings.stewards)
    return Timetable(schedules=digests.kinds, deliveries=DigestLetters(digests).kinds)
