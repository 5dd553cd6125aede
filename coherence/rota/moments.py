"""What a rota's local times mean."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from coherence.local_time import to_utc


def moment_of(written: datetime, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, of a time that is local or has an offset."""
    return to_utc(written, zone) if written.tzinfo is None else written.astimezone(UTC)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which a day begins in a zone."""
    return to_utc(datetime.combine(day, time.min), zone)
