"""Long files that a command writes: their format, where they go, and how far they are."""

import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TextIO, TypeVar

from bot.cli.files import STANDARD_INPUT, UnusableFile, os_reason

_T = TypeVar("_T")


class FileFormat(StrEnum):
    """How a file holds its records."""

    JSON = "json"
    CSV = "csv"


def format_of(file: str | None) -> FileFormat:
    """The format that the file's name says; JSON where it says nothing."""
    is_csv = file is not None and Path(file).suffix.lower() == ".csv"
    return FileFormat.CSV if is_csv else FileFormat.JSON


@contextmanager
def output_file(file: str | None, *, replace: bool) -> Iterator[TextIO]:
    """The file to write, or standard output for None and `-`; readable for its owner only.

    Raises UnusableFile, also for a file that is there and may not be replaced.
    """
    if file is None or file == STANDARD_INPUT:
        yield sys.stdout
        return
    # Beside the file and renamed at the end: nobody ever finds half an export under its name.
    part = Path(f"{file}.part")
    try:
        if Path(file).exists() and not replace:
            raise UnusableFile(f"{file}: this file is there already; --force replaces it.")
        with _create(part) as out:
            yield out
        part.replace(file)
    except (OSError, ValueError) as error:
        raise UnusableFile(f"{file}: {os_reason(error)}.") from None
    finally:
        with suppress(OSError, ValueError):
            part.unlink()


class Progress:
    """How far a long file is, on a terminal and nowhere else; `what` are its records, `done` the deed."""

    STEP = 500

    def __init__(self, what: str, done: str) -> None:
        self._what = what
        self._done = done
        self._shown = False
        self.counted = 0

    async def count(self, records: AsyncIterator[_T]) -> AsyncIterator[_T]:
        """Let records pass, and show how many there were."""
        async for record in records:
            self.counted += 1
            self.show(self.counted)
            yield record

    def show(self, count: int) -> None:
        """Say so, now and then."""
        if count and count % self.STEP == 0 and sys.stderr.isatty():
            sys.stderr.write(f"\r{count:,} {self._what} {self._done} …")
            sys.stderr.flush()
            self._shown = True

    def clear(self) -> None:
        """Leave the line free."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")


def _create(file: Path) -> TextIO:
    # Readable for its owner only: it holds what people wrote.
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(opened, "w", encoding="utf-8", newline="")
