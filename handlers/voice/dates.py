"""Days and times, written in one way everywhere: “Mon 9 Mar, 09:00”."""

from datetime import date, datetime

from coherence.zones import zone_info


def day(at: datetime, zone: str, now: datetime | None = None) -> str:
    """The day of a moment by a zone's clock; with `now`, the year where it is another one."""
    rules = zone_info(zone)
    return plain_day(at.astimezone(rules).date(), now.astimezone(rules) if now else None)


def plain_day(local: date, today: date | None = None) -> str:
    """The same for a day by whatever clock."""
    said = f"{local:%a} {local.day} {local:%b}"
    return said if today is None or local.year == today.year else f"{said} {local.year}"


def moment(at: datetime, zone: str, now: datetime | None = None) -> str:
    """A day and the time by a zone's clock; with `now`, the year where it is another one."""
    return f"{day(at, zone, now)}, {at.astimezone(zone_info(zone)):%H:%M}"
