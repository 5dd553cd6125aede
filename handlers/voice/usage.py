"""What asking the model costs, in words."""

from coherence.usage import Today
from handlers.voice.dates import Style, on_own_clock


def today_in_words(today: Today) -> str:
    """What was asked today and how much of the budget is left, for a terminal."""
    return f"{_today(today)} {_rest(today, 'midnight UTC')}"


def today_in_slack(today: Today) -> str:
    """The same, with the time as the reader's own clock shows it."""
    return f"{_today(today)} {_rest(today, on_own_clock(today.renewed_at, Style.TIME))}"


def _today(today: Today) -> str:
    questions = "1 question" if today.calls == 1 else f"{today.calls:,} questions"
    return f"Today {questions} to the model, {today.tokens:,} of {today.budget:,} tokens."


def _rest(today: Today, renewal: str) -> str:
    if not today.budget:
        return "With a budget of 0, the model is never asked."
    if today.tokens < today.budget:
        return f"The count begins anew at {renewal}."
    return f"The budget is spent: until {renewal}, checks run on the rules alone."
