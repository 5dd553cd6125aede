from zoneinfo import ZoneInfo

import pytest

from coherence.errors import UnknownZone
from coherence.zones import find_zone, similar_zones, zone_info


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


def test_the_rules_of_a_zone_are_read_once() -> None:
    assert zone_info("Europe/Berlin") is zone_info("Europe/Berlin")
    assert zone_info("Europe/Berlin").key == "Europe/Berlin"


@pytest.mark.parametrize(
    "name", ["", "Europe", "Middle Earth", "../etc/passwd", "localtime", "a\0b"]
)
def test_a_zone_that_is_not_there_is_an_error_in_a_sentence(name: str) -> None:
    with pytest.raises(UnknownZone, match="There is no time zone"):
        zone_info(name)


def test_a_zone_that_is_not_there_brings_what_may_be_meant() -> None:
    with pytest.raises(UnknownZone, match="did you mean Europe/London"):
        zone_info("Europe/Lundon")
