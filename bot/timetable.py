"""What time triggers in the product."""

from bot.settings import Settings
from bot.worker import Timetable
from coherence.clock import Clock
from coherence.drift.digest import DriftDigests
from coherence.drift.over_time import DriftOverTime
from handlers.drift_digest import DigestLetters
from handlers.pictures import Pictures
from storage.database import Database


def product_timetable(
    settings: Settings, database: Database, now: Clock, pictures: Pictures
) -> Timetable:
    """The kinds of schedules and deliveries that the bot has."""
    digests = DriftDigests(database, now, settings.stewards)
    letters = DigestLetters(digests, DriftOverTime(database, now), pictures)
    return Timetable(schedules=digests.kinds, deliveries=letters.kinds)
