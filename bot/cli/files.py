"""Files and standard input, as given."""

import sys
from pathlib import Path

from coherence.errors import CoherenceError

STANDARD_INPUT = "-"


class UnreadableFile(CoherenceError):
    """A file that can't be read as text; the sentence names it."""


def read_bytes(name: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises UnreadableFile."""
    try:
        return sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{name}: {(error.strerror or 'cannot be read').lower()}.") from None


def read_text(name: str) -> str:
    """The text of a file, its newlines untouched. Raises UnreadableFile."""
    try:
        return read_bytes(name).decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableFile(f"{name}: this file is not UTF-8 text; save it as UTF-8.") from None
