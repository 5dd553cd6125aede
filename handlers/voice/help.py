"""What the bot does, what it keeps, and how to say what you think of it."""

COMMANDS = (
    "*What you can ask*\n"
    "• `/coherence check` and your draft: check it; without a draft, a form opens\n"
    "• `/coherence narrative`: read the story this channel belongs to\n"
    "• `/coherence drift` and what you saw: put on record what doesn't fit our story\n"
    "• `/coherence drift`: read what doesn't fit, and what becomes of it; `/coherence drift 12` opens report 12\n"
    "• `/coherence champion`: who is on duty, and who comes next; with a day after it, who is then; `/coherence champion table` "
    "shows the coming terms\n"
    "• `/coherence rituals`: the questions your teams are asked again and again, when each comes next, and how to add one\n"
    "• `/coherence edit`: change that story, if you are one of its stewards\n"
    "• `/coherence setup`: for stewards, journeys with their channels, and how a narrative begins\n"
    "• `/coherence undelivered`: for stewards, what I could not get delivered, to send again or let go\n"
    "• `/coherence privacy`: what I keep about you, and how to have it erased\n"
    "• `/coherence help`: this page"
)

SHORTCUTS = (
    "*Other ways*\n"
    "• On any message: More actions (⋯), then *Check against narrative* or *Report drift*\n"
    "• From the shortcuts menu: *Check a draft* or *Report drift*\n"
    "• For stewards, on any message: *Pin as example*, with the verdict it should get\n"
    "• Send me a draft in a direct message"
)

FEEDBACK = (
    "*Feedback*\n"
    "If I got something wrong, say so in the menu beside the finding: *Not a problem here*. And tell the people who "
    "keep the narrative: a wrong answer is often a line that can be said better. Ideas and faults of the bot itself go to whoever runs it in your workspace."
)

SUMMARY = "What I do, what I keep, and how to give feedback"


def intro(model_host: str | None) -> str:
    """What the bot does, by rules alone or by a model as well."""
    looks = (
        "Rules look at the words, and a model reads the meaning."
        if model_host
        else "I look at words, not at meaning."
    )
    return (
        "I help you keep one story across everything your company says. Ask me before a message goes out, and I show "
        "you the words that don't fit, the line of the narrative they clash with, and what to say instead where I "
        f"know it. {looks} I never block a message and I never score people."
    )


def keeps(model_host: str | None) -> str:
    """What is kept of a check, and who else sees a draft."""
    passed_on = (
        f"To read a draft, the model at `{model_host}` gets it with the narrative; nobody else does."
        if model_host
        else "I pass nothing on to anybody."
    )
    return (
        "*What I keep*\n"
        "For each check, unless your stewards chose less: the text, who asked and in which channel, the verdict and the "
        "findings, so that you can edit and check again. My answers are shown to the person who asked. I read no "
        f"channel: I see only what you hand me. {passed_on} More under `/coherence privacy`."
    )


def drift() -> str:
    """What can be done with the drift log."""
    return (
        "*Drift*: what doesn't fit our story, and what becomes of it\n"
        "• `/coherence drift` and what you saw: report it; nothing is saved before you press *Report*\n"
        "• On any message: More actions (⋯), then *Report drift*: its words and the link come along\n"
        "• `/coherence drift` or `/coherence drift list`: read what is open, with filters and a search\n"
        "• `/coherence drift 12`: open report 12, take it on, say what becomes of it\n"
        "Whoever reports with their name hears how it ends."
    )


def unknown_command(word: str) -> str:
    """The word after /coherence is not one of ours; `word` is already escaped."""
    return (
        f"I don't know “{word}”. To check a draft, put “check” before it: `/coherence check` and your draft. "
        "`/coherence help` says what else I do."
    )
