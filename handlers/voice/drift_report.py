"""What the bot says when somebody reports drift."""

from collections.abc import Sequence
from datetime import datetime

from coherence.drift.duplicates import Duplicate, Likeness
from coherence.drift.report import EvidenceKind, NewEvidence, Report, Resolution, Severity
from coherence.stack.document import Layer
from handlers.voice import drift
from handlers.voice.mrkdwn import as_read, clip, escape, person, quoted

TITLE = "Report drift"
DUPLICATES_TITLE = "Is it one of these?"
SAVED_TITLE = "Thank you"
OFFER_TITLE = "Report drift"
REPORT = "Report"
CANCEL = "Cancel"
CLOSE = "Close"

SUMMARY_LABEL = "What doesn't fit?"
SUMMARY_HINT = (
    "In your own words: everybody can read this line. What is quoted stays in the evidence."
)
SUMMARY_PLACEHOLDER = "The page says set-up takes an hour, support says two days"
JOURNEY_LABEL = "Which journey?"
SEVERITY_LABEL = "How much does it matter?"
TOUCHPOINT_LABEL = "Where does the customer meet it?"
STATEMENTS_LABEL = "Which lines of our story does it touch?"
LAYER_LABEL = "Which layer does it come from?"
LAYER_HINT = "Leave it if you aren't sure; whoever takes the report looks for it."
OTHER_LABEL = "The other side of the clash"
OTHER_HINT = (
    "A link to a second message (⋯ on it, then Copy link). I keep its text where both of us can read it; "
    "elsewhere I keep the link alone."
)
OTHER_PLACEHOLDER = "https://…"
ANONYMOUS_LABEL = "Your name"
ANONYMOUS_OPTION = "Report without my name"
ANONYMOUS_HINT = (
    "Then I don't keep who reported it, and can't tell you how it goes on. What you write may still give "
    "you away."
)
CHOOSE = "Choose one"
CHOOSE_LINES = "Choose lines"
NO_TOUCHPOINT = "No particular one"
NOT_SURE = "Not sure yet"

ANOTHER_THING = "It's another thing"
BACK = "Back to my report"
ME_TOO = "Me too"
ADD = "Add to that report"
APART = "Start a new report"

SEVERITIES = {
    Severity.SMALL: "Small: few would notice",
    Severity.NOTICEABLE: "Noticeable: a customer may stumble over it",
    Severity.SERIOUS: "Serious: somebody is misled or let down",
}

LAYERS = {
    Layer.VISION: "Vision: where we are going",
    Layer.NARRATIVE: "Narrative: the story we tell",
    Layer.SYSTEM: "System: what makes it hold",
    Layer.TOUCHPOINT: "Touchpoint: this piece alone",
}

_ENDED = {
    Resolution.FIXED: "fixed",
    Resolution.NARRATIVE_CHANGED: "ended with a change of the narrative",
    Resolution.ACCEPTED: "accepted as it is",
    Resolution.NOT_DRIFT: "found to be no drift",
}

_SHOWN_WORDS = 500
_MAX_QUOTATION = 2_000


def loading() -> str:
    """Shown at once, while the form is on its way."""
    return "One moment, I'm getting the form."


def files(names: Sequence[str]) -> str:
    """What is kept of a message's files: that they were there, and their names."""
    listed = ", ".join(name for name in names if name)
    word = "File" if len(names) == 1 else "Files"
    return f"[{word}: {listed}]" if listed else f"[{word}]"


def evidence(each: NewEvidence) -> str:
    """A piece of evidence, to read."""
    if each.kind is EvidenceKind.FINDING:
        return f"*What the check found*\n{_words(each.text)}"
    if each.kind is EvidenceKind.NOTE:
        return f"*Your note*\n{_words(each.text)}"
    where = f"in <#{each.channel_id}>" if each.channel_id and not each.is_private else ""
    where = "in a private conversation" if each.is_private else where
    whose = f"from {person(clip(each.author, 80))}" if each.author else ""
    title = " ".join(part for part in ("Message", whose, where) if part)
    link = f" · <{escape(each.permalink)}|Open it>" if each.permalink else ""
    return f"*{title}*{link}\n{_words(each.text)}"


def found(quotes: Sequence[str], sentence: str) -> str:
    """What a check found fault with in a sentence, and the sentence; as it is kept, in people's words."""
    named = ", ".join(quotes)
    around = " ".join(sentence.split())
    return named if around in quotes else f"{named} (in: {around})"


def private_evidence() -> str:
    """Who will be able to read evidence that is not from a public channel."""
    return "Only members of that conversation will be shown this message with the report."


def deleted() -> str:
    """The shortcut was used on a message that is gone."""
    return "That message was deleted, so nothing of it is kept. You can still say what you saw."


def long_note() -> str:
    """The words behind the command are more than fit into the form's field."""
    return "What you wrote is kept whole with the report. Please say in a line what doesn't fit."


def layer_guess(layer: Layer) -> str:
    """Below a layer that was chosen beforehand."""
    return f"“{drift.LAYERS[layer]}” is my guess, from the line it touches. Change it if you know better."


def not_a_link() -> str:
    """Under the field for a link; plain text."""
    return "I don't recognise this as a link to a message here. Copy link is in the menu ⋯ of a message."


def no_narrative(journey: str) -> str:
    """A journey without a published narrative has no lines to choose from."""
    return f"{quoted(journey, 75)} has no published narrative yet, so there are no lines to choose from."


def lines_not_shown(count: int) -> str:
    """More lines than Slack's menus hold; plain text."""
    return f"{count} more lines of the narrative don't fit into this menu."


def offer(first: NewEvidence | None) -> str:
    """Ask where a second message belongs, while a first is being reported."""
    about = f" about {quoted(as_read(first.text), 120)}" if first and first.text.strip() else ""
    return f"You began a report{about} a moment ago. Does this message belong to it?"


def duplicates() -> str:
    """Above reports that may be about the same."""
    return (
        "Nothing is saved yet. Somebody may have seen the same before: *Me too* adds what you have to that "
        "report."
    )


def duplicate(each: Duplicate) -> str:
    """A report that may be about the same; nobody is named."""
    why = "About the same message. " if each.likeness is Likeness.SAME_MESSAGE else ""
    return f"*Drift {each.report.number}* · {state(each.report)}\n{why}{quoted(each.report.summary, 300)}"


def state(report: Report) -> str:
    """Where a report stands, and since when it is known."""
    seen = f", noticed by {report.me_too} more" if report.me_too else ""
    if report.resolution is not None and not report.is_open:
        return f"{_ENDED[report.resolution]}{seen}"
    return f"open since {_day(report.reported_at)}{seen}"


def saved(report: Report, journey: str, *, link_alone: bool) -> str:
    """A report is on record: its number, and what happens next."""
    lines = [
        f"*Drift {report.number}* is on record for {quoted(journey, 75)}: {quoted(report.summary, 300)}"
    ]
    if link_alone:
        lines.append(only_the_link())
    lines.append(_what_next(report))
    return "\n".join(lines)


def saved_before(number: int | None) -> str:
    """The same form was submitted twice; the number is not always known any more."""
    which = f"*Drift {number}*" if number is not None else "This report"
    return f"{which} is on record already. `/coherence drift` shows it."


def noted(report: Report, *, anonymous: bool) -> str:
    """“Me too” is noted."""
    if anonymous:
        follow = "I don't keep who added it, so I can't tell you how it goes on."
    else:
        follow = "You will hear how it ends."
    return (
        f"Noted on *Drift {report.number}*: {quoted(report.summary, 300)}\n"
        f"What you have is kept with it as evidence. {follow}"
    )


def only_the_link() -> str:
    """The second message could not be read."""
    return "I can't read the second message, so I have kept the link to it alone."


def _what_next(report: Report) -> str:
    seen = "It is in the drift log now (`/coherence drift`), where somebody takes it and looks for its cause."
    if report.reporter is None:
        return f"{seen} Your name isn't kept, so I can't tell you how it goes on."
    return f"{seen} You will hear how it ends."


def _words(text: str) -> str:
    """People's words to read, as a quotation; nothing in them acts."""
    read = as_read(text).strip()
    if not read:
        return "_I can't read what it says; the link alone is kept._"
    whole = _quotation(clip(read, _SHOWN_WORDS))
    # Escaped, some characters take five times the room.
    return whole if len(whole) <= _MAX_QUOTATION else _quotation(clip(read, _SHOWN_WORDS // 4))


def _quotation(shown: str) -> str:
    return "\n".join(f"> {escape(line)}" for line in shown.splitlines())


def _day(when: datetime) -> str:
    return f"{when.day} {when:%B}"


def statement(item_id: str, text: str) -> str:
    """A line of the narrative as an option of a menu; plain text."""
    return clip(f"{item_id} · {' '.join(text.split())}", 75)
