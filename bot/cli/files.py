"""Files and standard input, as given."""

import sys
from pathlib import Path
from typing import BinaryIO

from coherence.errors import CoherenceError

STANDARD_INPUT = "-"

MAX_MEGABYTES = 4
"""More than any stack or draft may have, so that those limits speak first."""

_MAX_BYTES = MAX_MEGABYTES * 1_000_000


class UnusableFile(CoherenceError):
    """A file that can't be read as text, or written; the sentence names it."""


def read_bytes(name: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises UnusableFile."""
    try:
        return _read(name)
    except (OSError, ValueError) as error:
        # ValueError: a NUL in the name.
        raise UnusableFile(f"{name}: {os_reason(error)}.") from None


def read_text(name: str) -> str:
    """The text of a file, its newlines untouched. Raises UnusableFile."""
    try:
        return read_bytes(name).decode("utf-8")
    except UnicodeDecodeError:
        raise UnusableFile(f"{name}: this file is not UTF-8 text; save it as UTF-8.") from None


def write_text(name: str, content: str, *, replace: bool) -> None:
    """Write a file; one that is there is kept unless it may be replaced. Raises UnusableFile."""
    write_bytes(name, content.encode(), replace=replace)


def write_bytes(name: str, content: bytes, *, replace: bool) -> None:
    """The same with bytes."""
    try:
        with Path(name).open("wb" if replace else "xb") as file:
            file.write(content)
    except FileExistsError:
        raise UnusableFile(f"{name}: this file is there already; --force replaces it.") from None
    except (OSError, ValueError) as error:
        raise UnusableFile(f"{name}: {os_reason(error)}.") from None


def os_reason(error: Exception) -> str:
    """The end of a sentence: why a file can't be used."""
    strerror = error.strerror if isinstance(error, OSError) else None
    return (strerror or "not a usable file name").lower()


def _read(name: str) -> bytes:
    if name == STANDARD_INPUT:
        if sys.stdin.isatty():
            sys.stderr.write("Type or paste the text, then press Ctrl-D on a line of its own.\n")
        return _limited(sys.stdin.buffer, "standard input")
    with Path(name).open("rb") as file:
        return _limited(file, name)


def _limited(source: BinaryIO, name: str) -> bytes:
    data = source.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise UnusableFile(f"{name}: this is larger than {MAX_MEGABYTES} MB.")
    return data
