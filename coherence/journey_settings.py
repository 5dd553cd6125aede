"""The settings of a journey as values: what they may be, and what stands for them."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace

from pydantic import TypeAdapter, ValidationError

from coherence.errors import InvalidAnswers
from coherence.stack.fields import Name
from coherence.zones import find_zone, similar_zones

MAX_CHANNELS = 50
"""Channels of one journey that fit into the form."""

_name = TypeAdapter[str](Name)


@dataclass(frozen=True)
class JourneySettings:
    """What is set for a journey: its channels by id, its zone by IANA name, hours as "09:00"."""

    journey_id: str
    name: str
    channels: tuple[str, ...] = ()
    zone: str = "UTC"
    work_start: str = "09:00"
    work_end: str = "17:00"

    @property
    def fingerprint(self) -> str:
        """Stands for exactly these settings."""
        return fingerprint_of(asdict(replace(self, channels=tuple(sorted(self.channels)))))


def validated(wanted: JourneySettings) -> JourneySettings:
    """The settings as they are stored. Raises InvalidAnswers with every fault there is."""
    faults: dict[str, str] = {}
    name = " ".join(wanted.name.split())
    try:
        name = _name.validate_python(name)
    except ValidationError:
        faults["name"] = "A journey's name is one line of 1 to 75 characters."
    zone = find_zone(wanted.zone)
    if zone is None:
        faults["zone"] = _unknown_zone(wanted.zone)
    if wanted.work_end <= wanted.work_start:
        faults["work_end"] = "The working day must end after it begins."
    if len(wanted.channels) > MAX_CHANNELS:
        faults["channels"] = f"A journey can have {MAX_CHANNELS} channels."
    if faults:
        raise InvalidAnswers(faults)
    return JourneySettings(
        wanted.journey_id,
        name,
        tuple(dict.fromkeys(wanted.channels)),
        zone or "",
        wanted.work_start,
        wanted.work_end,
    )


def _unknown_zone(written: str) -> str:
    similar = similar_zones(written)
    name = " ".join(written.split())[:60]
    if not similar:
        return f"I don't know the time zone “{name}”. Name a large city, such as Europe/London."
    return f"I don't know the time zone “{name}”. Did you mean {' or '.join(similar)}?"


def fingerprint_of(content: object) -> str:
    """Stands for exactly this JSON content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
