"""What a clock on the wall says, and the moment that it means."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which clocks in `zone` show the naive time `local`.

    A time that clocks skip moves forward by what they skip: 02:30 becomes 03:30. A time that they
    show twice means the first (PEP 495's fold=0 is exactly this). Raises ValueError for a time that
    is not naive.
    """
    if local.tzinfo is not None:
        msg = f"A wall-clock time carries no zone of its own: {local!r}"
        raise ValueError(msg)
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)
