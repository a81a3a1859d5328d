"""Files for a run's own use: locked while it lives, so that the next run knows what a dead one left."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from pathlib import Path
from uuid import uuid4

from podtool.build.locks import removed_if_dead, try_lock
from podtool.errors import CacheError

PREFIX, SUFFIX = "scratch-", ".sound"
_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

if sys.platform == "win32":
    _READING = threading.Lock()

    def read_at(descriptor: int, place: int, size: int) -> bytes:
        """`size` bytes at `place`; there is no pread, so seek and read must not be torn apart by a thread."""
        with _READING:
            os.lseek(descriptor, place, os.SEEK_SET)
            return os.read(descriptor, size)

else:

    def read_at(descriptor: int, place: int, size: int) -> bytes:
        """`size` bytes at `place`, from any thread."""
        return os.pread(descriptor, size, place)


def create_locked(folder: Path) -> tuple[Path, int]:
    """A new file under a name that nobody else has, and its descriptor, open for reading and writing.

    Args:
        folder: made when missing.

    Raises:
        CacheError: the folder can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            path = folder / f"{PREFIX}{os.getpid()}-{uuid4().hex}{SUFFIX}"
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
            try_lock(descriptor)
            # Between open and lock another run's sweep may have taken it for a dead one's: look again.
            if path.exists():
                return path, descriptor
            os.close(descriptor)
    except OSError as error:
        raise CacheError(
            f"the scratch folder {folder} can't be written: {error.strerror}",
            hint="free some disk space or correct its permissions, then run the command again",
        ) from error


def open_again(path: Path) -> int:
    """A descriptor of somebody else's file, for reading.

    Raises:
        CacheError: it isn't there any more.
    """
    try:
        return os.open(path, os.O_RDONLY | _BINARY)
    except OSError as error:
        raise CacheError(
            f"the scratch file {path} can't be read: {error.strerror}", hint="run it again"
        ) from error


def discard(path: Path | None, descriptor: int) -> None:
    """Closes a file, and removes it when a path is given; what is gone already is no matter."""
    with contextlib.suppress(OSError):
        os.close(descriptor)
    if path is not None:
        with contextlib.suppress(OSError):
            path.unlink()


def sweep(folder: Path) -> int:
    """Removes what runs that died have left in a folder; what a living one still uses stays.

    Returns:
        How many files were removed. A folder that isn't there, or can't be read, has none.
    """
    removed = 0
    with contextlib.suppress(OSError):
        for path in sorted(folder.glob(f"{PREFIX}*{SUFFIX}")):
            removed += removed_if_dead(path)
    return removed
