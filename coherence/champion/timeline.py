"""What a rota makes the bot say, and when: asked at any moment, it answers what is of use right then.

Nothing here remembers what was said before. Each notice is known by what it is about, and a notice of
which people have heard is not sent to them again (`coherence/champion/letters.py`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from coherence.champion.hours import OwnHours, TeamHours
from coherence.champion.letters import Letter
from coherence.champion.resolved import ResolvedRota
from coherence.champion.stints import Course, Service, Stint, course_until, is_short
from coherence.rota.term import Term

LONGEST_PAUSE: Final = timedelta(days=1)
"""A rota is looked at that often, whatever comes."""

AHEAD: Final = timedelta(days=32)
"""A reminder comes no longer before a term than this."""

REMINDER_DAYS: Final = 3
"""Working days between a reminder and the term."""

ARRIVED_BY: Final = timedelta(minutes=10)
"""After a handover, when it is looked whether the channel could be told."""

_BEFORE_THE_END: Final = timedelta(hours=2)
_HANDOVER_NEWS: Final = timedelta(days=3)
_INCOMING_NEWS: Final = timedelta(days=7)
_LOOK_BACK_NEWS: Final = timedelta(days=10)
_AGREED_LATELY: Final = timedelta(days=1)
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Notice:
    """Something to say, from `at` on and of no use from `until` on.

    It is about the stint, or the service, that begins at `start`, and goes to a person or, without one,
    to the rota's channel.
    """

    letter: Letter
    start: datetime
    user_id: str | None
    at: datetime
    until: datetime


@dataclass(frozen=True)
class Look:
    """What a look at a rota has found: terms that have begun, what to say now, and when to look again."""

    begun: Sequence[Term]
    due: Sequence[Notice]
    stint: Stint | None
    next_look: datetime


def look(rota: ResolvedRota, now: datetime, *, since: datetime) -> Look:
    """Look at a rota at a moment; of services that ended before `since` nobody is asked anything.

    Raises UnknownCountry or UnknownZone.
    """
    course = course_until(rota, now + AHEAD)
    hours = TeamHours(rota)
    placed = list(_placed(_notices(rota, course, hours, now, since), hours, now))
    due = [each for each in placed if each.at <= now]
    moments = [each.at for each in placed if each.at > now]
    return Look(
        begun=[term for term in course.planned if term.start <= now],
        due=due,
        stint=course.stint_at(now),
        next_look=min([*moments, *_turns(course, now), now + LONGEST_PAUSE]),
    )


def _turns(course: Course, now: datetime) -> Iterator[datetime]:
    """When the next term begins, and when the news of a handover should have arrived."""
    yield from (term.start for term in course.planned if term.start > now)
    arrivals = (stint.start + ARRIVED_BY for stint in course.stints)
    yield from (moment for moment in arrivals if moment > now)


def _placed(notices: Iterable[Notice], hours: TeamHours, now: datetime) -> Iterator[Notice]:
    """Move what goes to people into their working hours; drop what then is of no use."""
    for notice in notices:
        at: datetime | None = max(notice.at, now)
        if notice.user_id is not None and notice.until > now:
            at = hours.of(notice.user_id).next_moment(max(notice.at, now))
        if at is not None and at < notice.until:
            yield Notice(notice.letter, notice.start, notice.user_id, at, notice.until)


def _notices(
    rota: ResolvedRota, course: Course, hours: TeamHours, now: datetime, since: datetime
) -> Iterator[Notice]:
    if rota.channel_id is not None:
        yield from (_handover(stint) for stint in course.stints if stint.end > now)
    for service in course.services:
        is_over = service.end is not None and service.end + _LOOK_BACK_NEWS <= now
        if not is_over and may_write_to(rota, service.user_id):
            yield from _letters(course, service, hours.of(service.user_id), since)


def may_write_to(rota: ResolvedRota, user_id: str) -> bool:
    """Whether somebody takes turns, is still there, and hasn't opted out of messages."""
    member = rota.people.get(user_id)
    return rota.is_member(user_id) and member is not None and member.messages and not member.gone_at


def _letters(
    course: Course, service: Service, hours: OwnHours, since: datetime
) -> Iterator[Notice]:
    if service.is_part:
        yield from _look_backs(course, service, hours, since)
        return
    end = service.end or datetime.max.replace(tzinfo=UTC)
    yield _incoming(service, end)
    reminder = _reminder(service, hours)
    if not service.returns and not _serves_between(course, service, reminder.at):
        yield reminder
    if service.end is not None and service.end > since and not is_short(service):
        yield _notes(service, service.end, hours)
    yield from _look_backs(course, service, hours, since)


def _look_backs(
    course: Course, service: Service, hours: OwnHours, since: datetime
) -> Iterator[Notice]:
    if service.end is None or service.end <= since or service.comes_back:
        return
    if not _ends_again_that_week(course, service, hours):
        yield _look_back(service, service.end)


def _handover(stint: Stint) -> Notice:
    until = min(stint.start + _HANDOVER_NEWS, stint.end)
    return Notice(Letter.HANDOVER, stint.start, None, stint.start, until)


def _incoming(service: Service, end: datetime) -> Notice:
    until = min(service.start + _INCOMING_NEWS, end)
    return Notice(Letter.INCOMING, service.start, service.user_id, service.start, until)


def _reminder(service: Service, hours: OwnHours) -> Notice:
    day = hours.days_before(hours.day_of(service.start), REMINDER_DAYS)
    at = hours.at(day, hours.begin)
    until = service.start
    if service.arranged:
        # Who has agreed later than that knows it.
        until = min(until, at + _AGREED_LATELY)
    return Notice(Letter.REMINDER, service.start, service.user_id, at, until)


def _notes(service: Service, end: datetime, hours: OwnHours) -> Notice:
    day = hours.days_before(hours.day_of(end), 1)
    asked = max(hours.at(day, hours.begin), hours.at(day, hours.end) - _BEFORE_THE_END)
    at = max(asked, service.start)
    return Notice(Letter.NOTES, service.start, service.user_id, at, end)


def _look_back(service: Service, end: datetime) -> Notice:
    return Notice(Letter.LOOK_BACK, service.start, service.user_id, end, end + _LOOK_BACK_NEWS)


def _serves_between(course: Course, service: Service, moment: datetime) -> bool:
    """Whether somebody has the duty between a moment and the beginning of a service of theirs."""
    before = course.before(service)
    return before is not None and before.end is not None and before.end > moment


def _ends_again_that_week(course: Course, service: Service, hours: OwnHours) -> bool:
    """Whether another service of theirs ends later in the week: once a week is enough to be asked."""
    after = course.after(service)
    return after is not None and _week(hours, after.end) == _week(hours, service.end)


def _week(hours: OwnHours, moment: datetime | None) -> tuple[int, int] | None:
    return hours.day_of(moment).isocalendar()[:2] if moment else None
