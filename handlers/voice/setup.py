"""What the bot says while a workspace is set up."""

from collections.abc import Mapping, Sequence

from coherence.errors import CoherenceError, NoPublishedStack
from coherence.journey_settings import JourneySettings
from coherence.setup import JourneyStatus, Preview
from coherence.stack.versions import PublishedStack
from handlers.voice.mrkdwn import one_line, person

TITLE = "Set-up"
ADD_TITLE = "A new journey"
CHANGE_TITLE = "Change a journey"
SOURCE_TITLE = "Begin the narrative"
INTERVIEW_TITLE = "A few questions"
FILE_TITLE = "Paste a stack file"
PREVIEW_TITLE = "Before you publish"
DONE_TITLE = "Published"
STEWARDS_TITLE = "Stewards"

CLOSE = "Close"
BACK = "Back"
NEXT = "Next"
SAVE = "Save"
DONE = "Done"
SHOW_PLAYBOOK = "See the playbook"
PUBLISH = "Publish"
SET_UP = "Set up"
ADD_FIRST = "Name your first journey"
ADD_ANOTHER = "Add another journey"
CHANGE = "Change"
ROTA = "Champion's rota"
NEW_DRAFT = "Start a new draft"
BEGIN_NARRATIVE = "Begin the narrative"
CHOOSE_STEWARDS = "Choose stewards"
ANOTHER_PART = "Add another part"

NAME_LABEL = "Which customer journey?"
NAME_HINT = "For example: New customer onboarding."
CHANNELS_LABEL = "Which channels belong to it?"
CHANNELS_HINT = "Drafts checked there are held against this journey's narrative. A channel belongs to one journey."
CHANNELS_PLACEHOLDER = "Choose channels"
ZONE_LABEL = "Time zone of the team"
ZONE_HINT = "A large city is enough, such as Berlin."
START_LABEL = "The working day begins"
END_LABEL = "The working day ends"
MOVE_LABEL = "Please confirm"
MOVE_OPTION = "Yes, move to this journey"
MOVE_NEEDED = "Tick this to move, or take out of the channels above what shall stay where it is."

VISION_LABEL = "Vision: what changes in your customers' lives?"
VISION_HINT = "Vivid, not a slogan. One or two sentences."
FROM_LABEL = "From: where do they start?"
FROM_HINT = "Their situation before you, as they would tell it."
TO_LABEL = "To: where do they want to be?"
TO_HINT = "What is true for them once it has worked."
LIMITS_HINT = "What it does not include, so that nobody claims more."
AVOID_LABEL = "Three words you would rather not use"
AVOID_HINT = (
    "With commas between them. A * stands for any ending: revolution* finds revolutionary too."
)
AVOID_PLACEHOLDER = "seamless, revolution*, world-class"
LANGUAGE_LABEL = "Language of your messages"

NOTE_LABEL = "A note on this version"
NOTE_HINT = "What is new, and why. Everybody sees it beside the version."
FIRST_NOTE = "Our first version"
NOTE_NEEDED = "Please write a few words."

STEWARDS_LABEL = "Who keeps the narrative with you?"
STEWARDS_HINT = (
    "They may change the narrative and this set-up. Workspace admins and owners always may."
)
STEWARDS_PLACEHOLDER = "Choose people"

LANGUAGES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "sv": "Swedish",
}

_SHOWN_CHANNELS = 8


def loading() -> str:
    """While a window is on its way."""
    return "One moment…"


def welcome() -> str:
    """The first thing that a steward reads."""
    return (
        "*Let's set up your story.* It takes about five minutes, and everything can be changed later.\n"
        "1. Name a customer journey and the channels that belong to it.\n"
        "2. Begin its narrative: a few questions, the example, or a file you have.\n"
        "3. Read it as a playbook and publish it. From then on, anyone can check a draft against it."
    )


def journey(status: JourneyStatus) -> str:
    """A journey in the overview."""
    settings = status.settings
    return "\n".join(
        [
            f"*{one_line(settings.name, 75)}*",
            f"Channels: {channels(settings.channels) or 'none yet'}",
            f"Hours: {settings.work_start} to {settings.work_end}, {settings.zone}",
            f"Narrative: {_narrative(status)}",
        ]
    )


def _narrative(status: JourneyStatus) -> str:
    draft = f"a draft by {person(status.draft_by)}" if status.draft_by else ""
    if status.version is None:
        return f"{draft}, not published yet" if draft else "not begun yet; this is the next step"
    return f"version {status.version} is published{f', and there is {draft}' if draft else ''}"


def channels(channel_ids: Sequence[str]) -> str:
    """Channels as links, the first few by name; empty if there are none."""
    named = ", ".join(f"<#{channel_id}>" for channel_id in channel_ids[:_SHOWN_CHANNELS])
    more = len(channel_ids) - _SHOWN_CHANNELS
    return f"{named} and {more} more" if more > 0 else named


def invite(channel_ids: Sequence[str], bot_user_id: str) -> str:
    """How to bring the bot into channels that it is not in."""
    return (
        f"I am not in {channels(channel_ids)} yet. Checks work there all the same; to let me post there, "
        f"type */invite* <@{bot_user_id}> in the channel."
    )


def invite_if_needed(bot_user_id: str) -> str:
    """The same where Slack does not tell which channels the bot is in."""
    return f"Checks work in every channel. To let me post in one, type */invite* <@{bot_user_id}> there."


def journeys_not_shown(count: int) -> str:
    """There are more journeys than fit into a window."""
    return f"{count} more journeys are not shown here."


def stewards(named: Sequence[str]) -> str:
    """Who the stewards are; the ones named here by user id."""
    also = f" So are {_people(named)}." if named else ""
    return (
        "*Stewards* keep the narrative and this set-up. Workspace admins and owners always are stewards."
        f"{also}"
    )


def _people(user_ids: Sequence[str]) -> str:
    return ", ".join(f"<@{user_id}>" for user_id in user_ids)


def moving(owners: Mapping[str, str]) -> str:
    """Channels that belong to another journey; `owners` has its name by channel id."""
    lines = [
        f"<#{channel_id}> belongs to “{one_line(name, 75)}”." for channel_id, name in owners.items()
    ]
    what = "it leaves that one" if len(owners) == 1 else "they leave those"
    moved = f"A channel belongs to one journey: if you move it here, {what}."
    then = "From then on, checks there are held against this journey, once it has a published narrative."
    return "\n".join([*lines, f"{moved} {then}"])


def changed_meanwhile(now: JourneySettings) -> str:
    """Somebody else saved this journey while the form was open."""
    return (
        "Somebody else has changed this journey while you had it open. Now it is: "
        f"“{one_line(now.name, 75)}”, channels {channels(now.channels) or 'none'}, "
        f"{now.work_start} to {now.work_end}, {now.zone}. What you entered is kept below; saving it replaces theirs."
    )


def source(status: JourneyStatus) -> str:
    """How the narrative of a journey shall begin."""
    lines = [f"How shall the narrative of *{one_line(status.settings.name, 75)}* begin?"]
    if status.version is not None:
        lines.append(f"Version {status.version} stays published until you publish a new one.")
    if status.draft_by:
        lines.append(
            f"There is a draft by {person(status.draft_by)}. Another beginning replaces it."
        )
    return "\n".join(lines)


def source_label() -> str:
    """The label of the choice."""
    return "Begin with"


def interview_intro() -> str:
    """Before the questions."""
    return (
        "Good enough is right for a first version: you can change every word later. "
        "Your answers become a draft, which only stewards see until it is published."
    )


def promise_label(number: int) -> str:
    """The label of one promise."""
    return f"Promise {number}: what may we say?" if number > 1 else "A promise: what may we say?"


def limits_label(number: int) -> str:
    """The label of a promise's limits."""
    return f"How far does promise {number} go?"


def file_intro() -> str:
    """Before the parts of a file."""
    return (
        "Paste the whole file. A field takes 3,000 characters: cut a longer file between two lines and put the "
        "rest into the next part."
    )


def part_label(number: int) -> str:
    """The label of one part of a file."""
    return f"Part {number}"


def preview(seen: Preview) -> str:
    """What the person is looking at, and what publishing does."""
    return (
        f"This is the draft for *{one_line(seen.journey, 75)}*, as your team would read it. Only stewards "
        "see it until you publish; Back lets you change it."
    )


def draft_replaced() -> str:
    """The draft is another one by now; shown above it."""
    return (
        "Somebody has changed this draft since you opened it. Below is how it reads now; please look "
        "again before you publish."
    )


def published(version: PublishedStack) -> str:
    """The narrative is published."""
    name = one_line(version.stack.journey, 75)
    return f"*Version {version.number} of “{name}” is published.* Checks use it from now on."


def try_it(channel_ids: Sequence[str]) -> str:
    """What to do next."""
    where = f"In {channels(channel_ids[:1])}, type" if channel_ids else "Type"
    return (
        f"{where} `/coherence check` and a sentence you might send to a customer. "
        "`/coherence narrative` shows the playbook to anyone."
    )


def first_things_first() -> str:
    """To a steward who asks for help before anything is published."""
    return (
        "*Start here.* No narrative is published yet, so there is nothing to check against. You are a steward: "
        "set it up in about five minutes, and change everything later."
    )


def nothing_yet(error: CoherenceError) -> str:
    """To a steward, where nothing is published."""
    return f"{_what_is_missing(error)} You are a steward, so you can set it up; it takes about five minutes."


def nothing_yet_ask(error: CoherenceError, to_ask: Sequence[str]) -> str:
    """To everybody else, where nothing is published."""
    whom = f"Ask a steward: {_people(to_ask)}." if to_ask else "Ask a workspace admin to set it up."
    return f"{_what_is_missing(error)} {whom}"


def _what_is_missing(error: CoherenceError) -> str:
    if isinstance(error, NoPublishedStack):
        return f"{one_line(error.fact, 150)}."
    return "No narrative is published yet."


def already_changed() -> str:
    """The answer to a form whose draft is gone."""
    return "This draft is no longer there; somebody has published or discarded it."


def sources(status: JourneyStatus) -> Sequence[tuple[str, str, str]]:
    """The ways to begin, as value, name and description; the likeliest first."""
    ways = [
        ("interview", "A few questions", "Five minutes, in your own words."),
        (
            "example",
            "The example",
            "A made-up company's narrative, to see one whole and change it.",
        ),
        ("file", "A stack file", "If your narrative is written as one already."),
    ]
    if status.draft_by:
        ways.insert(0, ("draft", "The draft that is there", "Go on where it was left."))
    return ways
