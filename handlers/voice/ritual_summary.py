"""What a round came to, in words."""

from coherence.rituals.summary import Summary
from handlers.voice.mrkdwn import bold, escape


def closed(summary: Summary) -> str:
    """The summary in place of the prompt: one line."""
    count = summary.results.people
    answered = "Nobody answered" if not count else f"{count} answered"
    return f"{bold(escape(summary.ritual.name))} has closed. {answered}."
