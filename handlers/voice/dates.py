"""Days and times, written in one way everywhere: “Mon 9 Mar, 09:00”, or by each reader's own clock."""

from datetime import date, datetime
from enum import StrEnum

from coherence.errors import UnknownZone
from coherence.zones import zone_info
from handlers.voice.mrkdwn import escape


class Style(StrEnum):
    """How Slack writes a moment by each reader's own clock: the templates of its date formatting."""

    NEAR = "{date_short_pretty} at {time}"
    """“tomorrow at 9:00”, where “on” doesn't stand before it."""
    DATED = "{date_short} at {time}"
    """“Mar 9, 2026 at 9:00”, whenever it is read."""
    DAY = "{date_short}"
    TIME = "{time}"


def day(at: datetime, zone: str, now: datetime | None = None) -> str:
    """The day of a moment by a zone's clock; with `now`, the year where it is another one."""
    rules = zone_info(zone)
    return plain_day(at.astimezone(rules).date(), now.astimezone(rules).date() if now else None)


def plain_day(local: date, today: date | None = None) -> str:
    """The same for a day by whatever clock."""
    said = f"{local:%a} {local.day} {local:%b}"
    return said if today is None or local.year == today.year else f"{said} {local.year}"


def moment(at: datetime, zone: str, now: datetime | None = None) -> str:
    """A day and the time by a zone's clock; with `now`, the year where it is another one."""
    return f"{day(at, zone, now)}, {at.astimezone(zone_info(zone)):%H:%M}"


def on_own_clock(at: datetime, style: Style = Style.NEAR, zone: str = "UTC") -> str:
    """A moment by each reader's own clock, as mrkdwn; where Slack can't tell it, by the zone's, which is named.

    A zone that is no longer known counts as UTC.
    """
    return f"<!date^{int(at.timestamp())}^{style}|{_plain(at, style, zone)}>"


def _plain(at: datetime, style: Style, zone: str) -> str:
    try:
        rules = zone_info(zone)
    except UnknownZone:
        rules = zone_info("UTC")
    local = at.astimezone(rules)
    full_day, clock = f"{plain_day(local)} {local.year}", f"{local:%H:%M} {escape(rules.key)}"
    match style:
        case Style.DAY:
            return full_day
        case Style.TIME:
            return clock
        case _:
            return f"{full_day}, {clock}"
