"""What the bot says where stewards choose how drift is reported and told."""

TITLE = "Drift settings"
SAVE = "Save"
CANCEL = "Cancel"
REPORTING_LABEL = "Reporting"
ANONYMOUS = "People may report without their name"
ANONYMOUS_MORE = "Nothing says then who reported, and they don't hear how it goes on."
DIGESTS_LABEL = "Digests"
WEEKLY = "Each Monday, to the stewards by direct message"
WEEKLY_MORE = "Who was named as a steward gets it, about the week before."
MONTHLY = "On the first working day of each month, in the channel"
MONTHLY_MORE = "Only if something was reported or resolved in the month before."
CHANNEL_LABEL = "Where the month's digest goes"
CHANNEL_HINT = "One of the journey's channels. Leave it empty, and each of them gets it."
CHANNEL_PLACEHOLDER = "Every channel of the journey"
JOURNEY_PLACEHOLDER = "Journey"


def loading() -> str:
    """While the settings are on their way."""
    return "One moment, I am looking it up."


def about(journey: str) -> str:
    """Whose settings these are; the name is escaped."""
    return f"How drift in *{journey}* is reported and told."


def changed_meanwhile() -> str:
    """Another steward was faster."""
    return (
        "*Somebody else changed this while you were choosing.* What you chose is still here; the rest "
        "is as it is now. Save again to keep it."
    )
