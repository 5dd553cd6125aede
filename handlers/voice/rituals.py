"""Setting up rituals, in words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from coherence.errors import InvalidRecurrence
from coherence.recurrence import Recurrence
from coherence.rituals.coming import Coming
from coherence.rituals.planned_questions import FROM_TO, MAX_QUESTIONS, PlannedQuestion
from coherence.rituals.ritual import Form, Question, Ritual, RitualKind, Visibility
from coherence.rituals.setup import (
    JourneyRituals,
    RitualForm,
    RitualPreview,
    RitualSaved,
    RitualStatus,
)
from coherence.stack.document import Layer
from coherence.working_days import is_holiday
from handlers.voice import recurrence as rhythm
from handlers.voice.dates import plain_day
from handlers.voice.mrkdwn import bold, escape
from handlers.voice.ritual_words import KINDS, VISIBILITIES, people, who_sees

TITLE: Final = "Rituals"
COMING_TITLE: Final = "What comes next"
PREVIEW_TITLE: Final = "Before you save"
SAVED_TITLE: Final = "The ritual is saved"
CLOSE: Final = "Close"
BACK: Final = "Back"
CANCEL: Final = "Cancel"
PREVIEW: Final = "Preview"
SAVE: Final = "Save"

COMES_NEXT: Final = "What comes next"
CHANGE: Final = "Change"
PAUSE: Final = "Pause"
RESUME: Final = "Resume"
END: Final = "End"
END_TITLE: Final = "End this ritual?"
END_YES: Final = "End it"
END_NO: Final = "Keep it"

JOURNEY: Final = "Journey"
NAME: Final = "Name"
CHANNEL: Final = "Channel that is asked"
CHANNEL_PLACEHOLDER: Final = "Choose a channel"
CADENCE: Final = "How often"
WEEKDAYS: Final = "On these days of the week"
WEEKDAYS_HINT: Final = "They count where it comes every week, or every few weeks."
START: Final = "From this day on"
START_HINT: Final = "Every second or third week is counted from the week of this day."
TIME: Final = "Time"
ZONE: Final = "Time zone"
ZONE_HINT: Final = "A large city will do, such as Berlin."
COUNTRY: Final = "Country whose public holidays count"
COUNTRY_HINT: Final = "Such as GB, or DE-BY for a region. Leave empty for none."
HOLIDAYS: Final = "On a public holiday"
HOLIDAY_CHOICES: Final = {
    "keep": "It comes all the same",
    "skip": "It is left out",
    "move": "It comes on the next working day",
}
OPEN_FOR: Final = "Answers are taken for"
OPEN_HINT: Final = "And no longer than until it comes again."
VISIBILITY: Final = "Who sees the answers"
QUESTIONS: Final = "Questions, one on each line"
LAYERS: Final[Mapping[Layer, str]] = {
    Layer.VISION: "Question on the vision",
    Layer.NARRATIVE: "Question on the narrative",
    Layer.SYSTEM: "Question on the system",
    Layer.TOUCHPOINT: "Question on the touchpoints",
}
LAYER_HINT: Final = (
    "Answered with 1 to 5 and a line of evidence. Leave empty to leave this layer out."
)

_MARKS: Final[Mapping[Form, str]] = {
    Form.WORDS: "",
    Form.RATING: " [1-5]",
    Form.BOTH: " [1-5 and words]",
}
_MARK: Final = re.compile(
    rf"\s*\[\s*(?P<rating>1{FROM_TO}5)?(?P<words>\s*(?:and|\+|,)?\s*words)?\s*\]\s*$",
    re.IGNORECASE,
)

_MOST_DAYS: Final = 3


def questions_hint(kind: RitualKind) -> str:
    """How questions are written, and how many of them are asked at a time."""
    turns = (
        "One is asked each time, never the same twice running."
        if kind is RitualKind.STAND_UP
        else "All are asked each time."
    )
    return (
        f"{turns} With [1-5] at its end, a question is answered by a rating; with [1-5 and words], by a rating and "
        f"a line; otherwise in words. {MAX_QUESTIONS} at most."
    )


def question_lines(questions: Iterable[PlannedQuestion]) -> str:
    """Questions as lines to be edited."""
    return "\n".join(f"{each.text}{_MARKS[each.form]}" for each in questions)


def questions_in(lines: str) -> tuple[PlannedQuestion, ...]:
    """The questions in such lines."""
    found = (_question_in(line.strip()) for line in lines.splitlines() if line.strip())
    return tuple(each for each in found if each.text)


def _question_in(line: str) -> PlannedQuestion:
    mark = _MARK.search(line)
    if mark is None or not (mark["rating"] or mark["words"]):
        return PlannedQuestion(line)
    text = line[: mark.start()].strip()
    if not mark["rating"]:
        return PlannedQuestion(text)
    return PlannedQuestion(text, Form.BOTH if mark["words"] else Form.RATING)


def loading() -> str:
    """While a window is on its way."""
    return "One moment …"


def about() -> str:
    """Above the list."""
    return (
        "Questions inside what a team does anyway: five minutes each, and something comes of it. Everybody may look; "
        "who is champion, or a steward, sets them up."
    )


def journey(rituals: JourneyRituals) -> str:
    """Above a journey's rituals."""
    name = bold(escape(rituals.journey))
    return name if rituals.rituals else f"{name}: no rituals yet."


def ritual(status: RitualStatus) -> str:
    """A ritual in the list."""
    one = status.ritual
    kind = "" if one.name == KINDS[one.kind] else f" · {KINDS[one.kind]}"
    head = f"{bold(escape(one.name))}{kind}"
    facts = (
        f"<#{one.channel_id}> · {often(one.recurrence)} · {VISIBILITIES[one.visibility].lower()}"
    )
    return "\n".join([head, facts, _next(status)])


def often(recurrence: Recurrence) -> str:
    """How often and when, as far as that can be told."""
    try:
        return escape(rhythm.describe(recurrence))
    except InvalidRecurrence:
        zone = escape(recurrence.zone)
        return f"{rhythm.how_often(recurrence.pattern)} at {recurrence.time:%H:%M}, {zone}"


def _next(status: RitualStatus) -> str:
    if status.trouble:
        return f":warning: I can't tell when it comes next. {escape(status.trouble)} *Change* puts it right."
    if status.ritual.paused:
        return f"Paused{_paused_for(status.ritual.paused_for)}"
    if status.next_at is None:
        return "It does not come again."
    [said] = rhythm.times([status.next_at], status.ritual.recurrence.zone)
    return f"Next: {said}"


_TROUBLES: Final[Mapping[str, str]] = {
    "not_in_channel": "I am not in the channel. Invite me there, then resume it.",
    "channel_not_found": "I can't see the channel any more. Choose another one under *Change*, then resume it.",
    "is_archived": "the channel is archived. Bring it back, or choose another one under *Change*, then resume it.",
    "nobody_there": "nobody but me is in the channel. Choose another one under *Change*, then resume it.",
    "unknown_zone": "its time zone was no longer known. Choose one under *Change*, then resume it.",
    "unknown_holidays": "its holidays were no longer known. Choose others under *Change*, then resume it.",
}


def _paused_for(error: str | None) -> str:
    if error is None:
        return "."
    return f": {_TROUBLES.get(error, f'Slack does not let me post there (`{escape(error)}`).')}"


def not_shown(count: int) -> str:
    """There are more than fit into the window."""
    which = "1 more ritual is" if count == 1 else f"{count} more rituals are"
    return f"{which} not shown here. In a channel of their journey, `/coherence rituals` shows them first."


def add() -> str:
    """Above the buttons that add one."""
    return "*Add a ritual*"


def nobody_leads() -> str:
    """To whoever may only look."""
    return "Would you like to have one added or changed? Ask who is champion, or a steward."


def done(what: str, name: str) -> str:
    """Above the list, after something was done."""
    said = {
        "pause": "is paused.",
        "resume": "comes again. What it slept through is not made up for.",
        "end": "has ended. What came of it so far stays.",
    }[what]
    return f"{bold(escape(name))} {said}"


def resumed(ritual: Ritual) -> str:
    """Above the list, after *Resume*: it comes again, or stays paused and why."""
    if not ritual.paused:
        return done("resume", ritual.name)
    return f"{bold(escape(ritual.name))} stays paused{_paused_for(ritual.paused_for)}"


def ending(name: str) -> str:
    """Asked before a ritual ends, in plain text."""
    return f"“{name}” will not be asked any more. What came of it so far stays."


def changed_meanwhile() -> str:
    """Somebody else was faster."""
    return (
        "*Somebody else has changed this ritual meanwhile.* This is how it stands now; please make your change once "
        "more and look at the preview again."
    )


def about_form(form: RitualForm) -> str:
    """Above the form."""
    if not form.is_new:
        return (
            "A change counts from the next time on. What is open right now stays as it was asked."
        )
    [*_, (_, name)] = form.journeys[:1]
    where = "" if len(form.journeys) > 1 else f" for *{escape(name)}*"
    return f"A new ritual{where}. Nothing is posted or saved before you have seen what would come."


def sentences(champions: Sequence[str]) -> str:
    """What each visibility means, as it is told before anybody answers."""
    return "\n".join(
        f"• *{VISIBILITIES[each]}*: {who_sees(each, champions)}" for each in Visibility
    )


def every_weeks(number: int) -> str:
    """A choice of how often."""
    words = {1: "Every week", 2: "Every second week", 3: "Every third week", 4: "Every fourth week"}
    return f"{words.get(number, f'Every {number} weeks')}, on the days ticked below"


def long(span: timedelta) -> str:
    """A stretch of time such as “2 hours” or “3 days”."""
    minutes = int(span / timedelta(minutes=1))
    for size, name in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0 and minutes >= size:
            count = minutes // size
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return "a moment"


def invite(channel_id: str, bot_user_id: str) -> str:
    """The bot can't post in the channel yet."""
    return (
        f":warning: I am not in <#{channel_id}> yet, so I can't post there. Type */invite* <@{bot_user_id}> in the "
        "channel; you can save before that."
    )


def invite_if_needed(channel_id: str, bot_user_id: str) -> str:
    """The same where Slack does not tell."""
    return f"If I am not in <#{channel_id}> yet, type */invite* <@{bot_user_id}> there, so that I can post."


def heading(preview: RitualPreview) -> str:
    """What it is, above what comes."""
    plan = preview.plan
    lines = [
        f"{bold(escape(plan.name))} in <#{plan.channel_id}>, for {bold(escape(preview.journey))}",
        f"{_sentence(often(plan.recurrence))}. Answers are taken for {long(plan.open_for)}.",
    ]
    if plan.recurrence.country is None:
        lines.append("It comes on public holidays too, since its form names no country.")
    if not preview.has_rota:
        lines.append(
            "No champion is named, since this journey has no rota yet: `/coherence champion rota` begins one."
        )
    if preview.paused:
        lines.append(
            "It is paused: nothing is posted until it is resumed. If it were, this would come:"
        )
    return "\n".join(lines)


def told(preview: RitualPreview) -> str:
    """What people are told before they answer."""
    first = preview.coming[0].champions if preview.coming else ()
    return f"Before anybody answers, they read: _{who_sees(preview.plan.visibility, first)}_"


def all_asked(questions: Sequence[Question | PlannedQuestion]) -> str:
    """What is asked each time."""
    return "\n".join(["*Each time*", *(f"• {_question(each)}" for each in questions)])


def comes(
    preview: RitualPreview, coming: Coming, when: str, *, with_questions: bool, now: datetime
) -> str:
    """One of the next times."""
    lines = [f"*{when}*{_holidays(coming, preview.plan.recurrence, now)}"]
    if with_questions:
        lines += [_question(each) for each in coming.questions]
    if preview.has_rota:
        lines.append(_champion(coming))
    return "\n".join(lines)


def when(preview: RitualPreview) -> list[str]:
    """The next times, by the ritual's clock."""
    return rhythm.times([each.moment.at for each in preview.coming], preview.plan.recurrence.zone)


def saved(done: RitualSaved) -> str:
    """It is kept."""
    name = f"{bold(escape(done.ritual.name))} is saved."
    if done.ritual.paused:
        return f"{name} It is paused; resume it in the list when it should come."
    if done.next_at is None:
        return name
    [said] = rhythm.times([done.next_at], done.ritual.recurrence.zone)
    return f"{name} It comes next on {said}, in <#{done.ritual.channel_id}>."


def _question(question: Question | PlannedQuestion) -> str:
    how = {Form.WORDS: "in words", Form.RATING: "1 to 5", Form.BOTH: "1 to 5 and a line"}
    return f"{escape(question.text)} _({how[question.form]})_"


def _champion(coming: Coming) -> str:
    if coming.champions:
        return f"{people(coming.champions)} {'is' if len(coming.champions) == 1 else 'are'} champion then."
    return "Nobody is champion then."


def _holidays(coming: Coming, recurrence: Recurrence, now: datetime) -> str:
    said = []
    if coming.moment.moved:
        said.append(f"moved from {_days(coming.moment.moved, recurrence, now)}")
    if coming.moment.skipped:
        said.append(f"left out before: {_days(coming.moment.skipped, recurrence, now)}")
    return f" – {'; '.join(said)}" if said else ""


def _days(days: Sequence[date], recurrence: Recurrence, now: datetime) -> str:
    shown = [f"{plain_day(day, now)} ({_why(day, recurrence)})" for day in days[:_MOST_DAYS]]
    rest = len(days) - len(shown)
    return ", ".join([*shown, *([f"{rest} more"] if rest else [])])


def _why(day: date, recurrence: Recurrence) -> str:
    return "public holiday" if is_holiday(day, recurrence.country) else "weekend"


def _sentence(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
