"""What the bot says when people say what they make of its findings."""

from coherence.feedback import Decision, SetAside
from handlers.voice.mrkdwn import one_line, person, quoted

HELPFUL = "Helpful"
NOT_A_PROBLEM = "Not a problem here"
REPORT_DRIFT = "Report as drift…"
MENUS = "The menu beside a finding lets you say whether it helps, or report it as drift."
TITLE = "Not a problem here"
CONFIRM = "Set aside"
CANCEL = "Cancel"
CLOSE = "Close"
REASON_LABEL = "Why is it fine here?"
SHOW_SET_ASIDE = "Show what is set aside"
SET_ASIDE_TITLE = "Set aside"
RESTORE = "Count it again"


def noted() -> str:
    """Below a finding that the person has called helpful."""
    return "_Noted as helpful, thank you._"


def set_aside_count(count: int) -> str | None:
    """Say how many findings are set aside in an answer; None if none is."""
    if not count:
        return None
    return f"{count} finding{' is' if count == 1 else 's are'} set aside as no problem here."


def counts_for(journey: str, *, everybody: bool) -> str:
    """Say, before it is done, for whom this wording will stay quiet."""
    for_whom = (
        "You are a steward, so this counts for everybody"
        if everybody
        else "This counts for you alone; what a steward sets aside counts for everybody"
    )
    return (
        f"{for_whom}. I won't hold this line of “{one_line(journey, 75)}” against the same sentence "
        "again, in any draft. You can take it back from the answer."
    )


def reason_hint(*, everybody: bool) -> str:
    """Below the reason, who will read it."""
    if everybody:
        return "Shown to everybody whose answer sets this aside."
    return "Shown to you alone, with what is set aside."


def nothing_set_aside() -> str:
    """All of it counts again."""
    return "Nothing is set aside in this answer any more."


def by_whom(each: SetAside, asker: str) -> str:
    """Who has set something aside, for whom, and why."""
    said = [_decision(decision, asker) for decision in each.decisions]
    return " ".join(dict.fromkeys(said))


def only_a_steward() -> str:
    """Why a person can't have something count again."""
    return "Only a steward can have it count again."


def _decision(decision: Decision, asker: str) -> str:
    who = "you" if decision.author == asker else person(decision.author)
    for_whom = "for everybody" if decision.for_everybody else "for you alone"
    reason = f" {quoted(decision.reason, 300)}" if decision.reason else ""
    return f"Set aside by {who}, {for_whom}.{reason}"
