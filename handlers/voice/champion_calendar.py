"""What the bot says of the duty in calendars."""

from coherence.champion.calendars import Address
from handlers.voice.dates import Style, on_own_clock
from handlers.voice.mrkdwn import escape, person

TITLE = "Duty in your calendar"
CLOSE = "Close"
MAKE = "Make an address"
STOP = "Stop this address"


def loading() -> str:
    """While the window is on its way."""
    return "One moment…"


def intro() -> str:
    """What an address is good for."""
    return (
        "A calendar program can follow the duty at an address of its own. It then has a year of terms, says who serves, "
        "and changes when the rota does, mostly within a day."
    )


def made(address: str) -> str:
    """The new address, which is shown only now."""
    return (
        f"Here is the address; I show it only this once:\n```{escape(address)}```\n"
        "Add it to your calendar as a subscription. Whoever has it can read the terms, so keep it to yourself."
    )


def of_rota(journey: str, address: Address | None) -> str:
    """The calendar of the whole rota."""
    return _one(f"*The whole rota of {escape(journey)}*", address)


def of_own(user_id: str, address: Address | None) -> str:
    """The calendar of one's own terms, and who that is."""
    return _one(f"*Your own terms in all rotas*: {person(user_id)}", address)


def read_out(*, is_own: bool, works: bool) -> str:
    """A button as a screen reader says it: which calendar it is about."""
    whose = "your own terms" if is_own else "the whole rota"
    return f"{STOP if works else MAKE}: the calendar of {whose}"


def only_by_hand(journey: str) -> str:
    """There is no address to follow; the way to a file."""
    # Quotes and the like in a name would change what a shell does with it.
    named = "".join(letter for letter in journey if letter not in "\"'`$\\!")
    return (
        "This bot has no address on the web, so that calendars can't follow the duty by themselves. Whoever runs it can "
        f'write a file to import:\n```coherence rota calendar --journey "{escape(named)}" -o duty.ics```\n'
        "With `--user` and a person's id it has their terms alone."
    )


def _one(title: str, address: Address | None) -> str:
    if address is None:
        return f"{title}\nNo address yet."
    since = on_own_clock(address.made_at, Style.DAY)
    return f"{title}\nThe address that you made on {since} works."
