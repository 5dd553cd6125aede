"""What the bot keeps of checked texts, and how stewards choose it."""

from coherence.check_policy import Keep, Policy
from coherence.retention import MAX_DAYS, Loss

TITLE = "What is kept of checks"
CONFIRM_TITLE = "Keep less from now on?"
OPEN = "What is kept…"
SAVE = "Save"
CONFIRM = "Yes, keep less"
CANCEL = "Cancel"
CLOSE = "Close"
KEEP_LABEL = "What I keep of each check"
DAYS_LABEL = "For how many days"
DAYS_HINT = f"From 1 to {MAX_DAYS:,}. Older checks go within the hour."

CHOICES = {
    Keep.TEXTS: (
        "The text and what was found",
        "Everything works: drafts can be edited again, the same text is judged once.",
    ),
    Keep.FINGERPRINTS: (
        "What was found, without the words",
        "“Edit and check again” works for an hour; the same text is judged anew.",
    ),
    Keep.NOTHING: (
        "Nothing",
        "As above, and nobody sees what is found often.",
    ),
}


def loading() -> str:
    """While the content is on its way."""
    return "One moment…"


def intro() -> str:
    """Above the choice, what it costs."""
    return (
        "People check drafts before they send them, so their words may be kept as long as that helps, and no longer.\n"
        "• *Without the texts*, “Edit and check again” works for one hour only, the model is asked again about a "
        "text it has judged before, and publishing can't look at earlier checks to show what a change does.\n"
        "• *With nothing kept*, “helpful” and “not a problem” go with their check as well, except a wording "
        "dismissed for good."
    )


def kept(policy: Policy) -> str:
    """What is kept of everybody's checks, and for how long."""
    match policy.keep:
        case Keep.TEXTS:
            return f"• Each check for {_days(policy)}: the text, the verdict and what was found"
        case Keep.FINGERPRINTS:
            return (
                f"• Each check for {_days(policy)}: the verdict and which lines of the narrative it was about, "
                "with a fingerprint that tells equal texts, and none of the words"
            )
        case Keep.NOTHING:
            return "• Nothing of a check: the answer is held for an hour, so that you can work with it, and gone then"


def about_model(host: str | None) -> str:
    """What leaves the machine, and to whom it goes."""
    if host is None:
        return "• Nothing leaves the machine I run on: no model is asked, the rules alone check your drafts"
    return (
        f"• A model at `{host}` reads your draft and the narrative when you ask for a check, and kept drafts once more "
        "when the narrative changes. Nobody else gets them. What it keeps is up to whoever runs it"
    )


def loss(lost: Loss, wanted: Policy) -> str:
    """What a choice takes away, before it is made."""
    lines = []
    if lost.checks:
        why = "" if wanted.keep is Keep.NOTHING else f" older than {_days(wanted)}"
        lines.append(f"• {_checks(lost.checks)}{why} will be deleted, with what was found in them.")
    if lost.words:
        verb = "keeps" if lost.words == 1 else "keep"
        its = "its" if lost.words == 1 else "their"
        lines.append(f"• {_checks(lost.words)} {verb} {its} verdict and will lose {its} words.")
    return "\n".join(["This counts for what is on record already:", *lines, "It can't be undone."])


def chosen(policy: Policy) -> str:
    """The choice counts."""
    return f"Saved. From now on I keep:\n{kept(policy)}."


def changed_meanwhile() -> str:
    """Somebody else chose while the form was open."""
    return "Somebody else has changed this meanwhile. This is how it stands now."


def _checks(count: int) -> str:
    return "1 check" if count == 1 else f"{count:,} checks"


def _days(policy: Policy) -> str:
    return "1 day" if policy.days == 1 else f"{policy.days:,} days"
