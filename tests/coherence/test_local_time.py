from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from coherence.local_time import to_utc


@pytest.mark.parametrize(
    ("zone", "local", "moment"),
    [
        ("Europe/London", "2026-07-01T09:30", "2026-07-01T08:30"),
        # Skipped: forward by what clocks skip.
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:30"),
        ("America/New_York", "2026-03-08T02:00", "2026-03-08T07:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45"),
        ("America/Sao_Paulo", "2018-11-04T00:00", "2018-11-04T03:00"),
        ("Pacific/Apia", "2011-12-30T09:00", "2011-12-30T19:00"),
        # Shown twice: the first.
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"),
        # Clocks moved for good, not for a season.
        ("Asia/Pyongyang", "2018-05-04T23:45", "2018-05-04T15:15"),
        ("Europe/Istanbul", "2016-11-07T09:00", "2016-11-07T06:00"),
    ],
)
def test_a_wall_clock_time_means_one_moment(zone: str, local: str, moment: str) -> None:
    expected = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    for fold in (0, 1):
        written = datetime.fromisoformat(local).replace(fold=fold)
        assert to_utc(written, ZoneInfo(zone)) == expected


def test_a_time_that_has_a_zone_already_is_refused() -> None:
    with pytest.raises(ValueError, match="carries no zone"):
        to_utc(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("Europe/London"))
