"""What the commands print: plain lines for people, JSON for programs."""

import json
import sys
from collections.abc import Iterable
from enum import StrEnum

from handlers.slack_text import unescape


class OutputFormat(StrEnum):
    """For people or for programs."""

    TEXT = "text"
    JSON = "json"


def print_json(value: object) -> None:
    """Print a value as JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_lines(lines: Iterable[str]) -> None:
    """Print lines of text without the control characters that a terminal would act on."""
    for line in lines:
        sys.stdout.write("".join(map(_printable, line)) + "\n")


def from_mrkdwn(line: str) -> str:
    """A sentence of the bot's, as a terminal shows it."""
    return unescape(line).replace("`", "")


def _printable(character: str) -> str:
    return character if character.isprintable() or character in "\n\t" else "\ufffd"
