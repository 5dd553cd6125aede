"""Time zones as people write them."""

from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from coherence.errors import UnknownZone

_SUGGESTED = 3


@cache
def zone_info(name: str) -> ZoneInfo:
    """The rules of an IANA zone by its exact name; raises UnknownZone, also for one that is no more."""
    if name == _OF_THE_MACHINE:
        raise UnknownZone(name)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as fault:
        raise UnknownZone(name, similar_zones(name)) from fault


def find_zone(written: str) -> str | None:
    """The IANA name that somebody means: “Europe/Berlin”, “europe/berlin”, “Berlin”; None if unclear."""
    names = _names().get(_folded(written), ())
    return names[0] if len(names) == 1 else None


def similar_zones(written: str) -> list[str]:
    """A few IANA names that somebody may have meant, the likeliest first."""
    known = _names()
    close = get_close_matches(_folded(written), known, n=_SUGGESTED, cutoff=0.6)
    exact = known.get(_folded(written), ())
    return list(dict.fromkeys([*exact, *(name for key in close for name in known[key])]))[
        :_SUGGESTED
    ]


def _folded(written: str) -> str:
    return "_".join(written.casefold().split())


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Full names and, where no full name is the same, cities, each with the zones they stand for."""
    places = sorted(name for name in available_timezones() if name != _OF_THE_MACHINE)
    full = {_folded(name): (name,) for name in places}
    cities: dict[str, tuple[str, ...]] = {}
    for name in places:
        region, _, city = name.rpartition("/")
        if region and region not in _ALIASES:
            cities[_folded(city)] = (*cities.get(_folded(city), ()), name)
    return cities | full


# A name that every computer understands in its own way.
_OF_THE_MACHINE = "localtime"
# Old names for zones that have a place's name elsewhere.
_ALIASES = frozenset({"US", "Etc", "Brazil", "Canada", "Chile", "Mexico", "SystemV"})
