"""Why the bot or a command can't start, as one tree.

BotError
├── InvalidSettings  settings that are missing or cannot be used
├── SlackRefused     Slack can't be reached or doesn't take our token
└── PortTaken        another program listens where the bot's web server should
"""

from collections.abc import Sequence


class BotError(Exception):
    """An expected error: `sentences` say what happened and what to do, one each."""

    def __init__(self, *sentences: str) -> None:
        self.sentences: Sequence[str] = sentences
        super().__init__(" ".join(sentences))


class InvalidSettings(BotError):
    """Settings that are missing or cannot be used: one sentence for each."""


class SlackRefused(BotError):
    """Slack can't be reached or doesn't take our token."""


class PortTaken(BotError):
    """Another program listens where the bot's web server should."""
