"""What the commands print: plain lines for people, JSON for programs."""

import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum
from io import TextIOWrapper

from handlers.slack_text import unescape


class OutputFormat(StrEnum):
    """For people or for programs."""

    TEXT = "text"
    JSON = "json"


def use_utf_8() -> None:
    """Print UTF-8 whatever the locale says: what people wrote must come out as they wrote it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def print_json(value: object) -> None:
    """Print a value as JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_lines(lines: Iterable[str]) -> None:
    """Print lines of text without the control characters that a terminal would act on."""
    for line in lines:
        sys.stdout.write("".join(map(_printable, line)) + "\n")


def print_error(sentence: str) -> None:
    """Print one sentence, on one line, to standard error."""
    line = " ".join(sentence.split())
    sys.stderr.write("".join(map(_printable, line)) + "\n")


def discard_output() -> None:
    """Let what nobody reads any more go nowhere, so that leaving Python doesn't fail on it."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def from_mrkdwn(line: str) -> str:
    """A sentence of the bot's, as a terminal shows it."""
    return unescape(line).replace("`", "")


def _printable(character: str) -> str:
    if character.isprintable() or character in "\n\t":
        return character
    # Zero-width joiners hold emoji and scripts together; a plain space is as good as any other.
    if character in "\u200c\u200d":
        return character
    return " " if character.isspace() and not character.isascii() else "\ufffd"
