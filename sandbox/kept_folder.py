"""The folder of one demo at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOCK = "in-use.lock"


class FolderTakenError(Exception):
    """Another demo keeps its data there; the text says so."""


@contextmanager
def kept_folder(folder: Path) -> Iterator[Path]:
    """Make the folder if need be, and have it to oneself. Raises FolderTakenError.

    The lock goes with the process that holds it, however that ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderTakenError(
                f"Another demo uses {folder}: end that one, or give --keep another folder."
            ) from None
        yield folder.resolve()
