from zoneinfo import ZoneInfo

import pytest

from coherence.zones import find_zone, similar_zones


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        (" Berlin ", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("UTC", "UTC"),
    ],
)
def test_zones_are_found_as_people_write_them(written: str, zone: str) -> None:
    assert find_zone(written) == zone
    assert ZoneInfo(zone).key == zone


@pytest.mark.parametrize("written", ["", "Middle Earth", "+01:00", "../etc/passwd", "localtime"])
def test_what_is_no_zone_is_none(written: str) -> None:
    assert find_zone(written) is None


def test_a_misspelled_zone_brings_the_likely_ones() -> None:
    assert similar_zones("Lodnon")[0] == "Europe/London"


def test_a_city_of_two_names_is_asked_for() -> None:
    assert find_zone("Buenos Aires") is None
    assert "America/Argentina/Buenos_Aires" in similar_zones("Buenos Aires")
