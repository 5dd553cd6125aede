"""What the bot keeps about a person, and what erasing it does."""

from coherence.champion.forgetting import KeptDuty
from coherence.check_policy import Keep, Policy
from coherence.privacy import FORMER, Kept
from handlers.voice import retention as retention_voice
from handlers.voice.mrkdwn import escape

SUMMARY = "What I keep about you, and how to have it erased"
ERASE = "Erase my words"
CONFIRM_TITLE = "Erase your words?"
CONFIRM = "Yes, erase them"
CANCEL = "Keep them"
EVERYBODY = (
    "*What I keep for everybody*\n"
    "The narrative in all its versions, with who wrote it; the channels it belongs to; who is named as a steward; "
    "who takes turns as champion, and when; which wordings were dismissed, as fingerprints; how often a model was asked, "
    "as counts; reports of drift with what shows them and who did what, where what was said in a private channel is for its "
    "members alone. I read no channel."
)


def about_you(kept: Kept, policy: Policy) -> str:
    """What is on record about the person who asks."""
    lines = [_checks(kept.checks, policy)]
    if kept.versions:
        lines.append(
            f"• Your name as the author of {_counted(kept.versions, 'text')} of the narrative, published or drafted"
        )
    if kept.is_named_steward:
        lines.append("• That you are named as a steward")
    lines += _duty(kept.duty)
    return "\n".join(["*What I keep about you*", *lines])


def about_checks(policy: Policy, model_host: str | None) -> str:
    """What is kept of checks for how long, and what leaves the machine."""
    lines = [retention_voice.kept(policy), retention_voice.about_model(model_host)]
    return "\n".join(["*What happens to checks*", *(f"{line}." for line in lines)])


def what_erasing_does() -> str:
    """Before the button."""
    return (
        f"Erasing takes away your checks with their texts and findings, what you said about findings, your "
        f"place as a named steward, your part in the champion's duty (you take no more turns), and in reports of drift "
        f"your notes and the kept words of your messages. The reports stay, without your name. The "
        f"narrative stays, since it is the company's; where it names you, it will say “{FORMER}”."
    )


def confirmation() -> str:
    """In the dialog that asks once more."""
    return "Your checks and your name go for good. Nobody can bring them back."


def erased() -> str:
    """It is done."""
    return "Done. Nothing of yours is on record any more. If you ask me for another check, I keep that one again."


def _checks(count: int, policy: Policy) -> str:
    if not count:
        return "• No checks: you have not asked for one, or they are gone"
    text = "the text, " if policy.keep is Keep.TEXTS else ""
    return f"• {_counted(count, 'check')}: {text}where you asked, the verdict and the findings"


def _duty(duty: KeptDuty) -> list[str]:
    kept = [
        _many(
            duty.rotas,
            "rota that you take turns in or were asked to",
            "rotas that you take turns in or were asked to",
        ),
        _many(duty.leave, "entry of days away", "entries of days away"),
        _many(duty.services, "term with what you told of it", "terms with what you told of them"),
        _many(
            duty.requests,
            "request to swap or to be covered for",
            "requests to swap or to be covered for",
        ),
        _many(duty.calendars, "calendar address", "calendar addresses"),
    ]
    if not any(kept):
        return []
    return [
        f"• Of the champion's duty: {', '.join(filter(None, kept))}; and your name in the terms you served"
    ]


def _many(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}" if count else ""


def _counted(count: int, thing: str) -> str:
    return escape(f"{count:,} {thing}" + ("" if count == 1 else "s"))
