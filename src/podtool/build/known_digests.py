"""Digests of files that haven't been touched since they were hashed.

`check` reads a show of hundreds of episodes in seconds with them, and an edit needn't read hours of sound to
learn that it is as it was. What is sent to listeners is hashed anew: see `publish`.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from threading import Lock

from podtool.build.files import sha256_of, write_bytes

FILE = "digests.json"
VERSION = 1
QUIET_NS = 5_000_000_000
"""A file that was written less long ago could be written again within the same tick of its clock."""
_LARGEST_BYTES = 64 << 20
KEEPS_TIME_OF_TOUCH = os.name != "nt"
"""Whether the system notes any change to a file, even by a program that puts its time of change back."""

Digester = Callable[[Path], str]
Stamp = tuple[int, int, int]
"""Size, time of the last change, and of that of anything about the file (on Windows: of its making)."""


class KnownDigests:
    """What one file in the cache remembers; it may be removed, or damaged, at any time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = _read(file)
        self._seen: dict[str, tuple[Stamp, str]] = {}
        self._lock = Lock()

    def digest(self, path: Path) -> str:
        """The sha256 (hex) of a file: remembered where it is as it was, else read. From any thread.

        Raises:
            OSError: it can't be read.
        """
        name = str(path.resolve())
        before = _stamp(path)
        known = self._known.get(name)
        digest = known[1] if known and known[0] == before else sha256_of(path)
        if _stamp(path) == before and time.time_ns() - max(before[1:]) > QUIET_NS:
            with self._lock:
                self._seen[name] = (before, digest)
        return digest

    def save(self) -> None:
        """Writes what was seen in this run beside what was known; that it can't be written is no loss."""
        merged = {**self._known, **self._seen}
        if merged != self._known:
            files = {name: [*stamp, digest] for name, (stamp, digest) in merged.items()}
            content = {"version": VERSION, "files": files}
            with suppress(OSError):
                write_bytes(self._file, json.dumps(content).encode(), durable=False)


def _stamp(path: Path) -> Stamp:
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _read(file: Path) -> dict[str, tuple[Stamp, str]]:
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        if file.stat().st_size <= _LARGEST_BYTES:
            content = json.loads(file.read_bytes())
            if content["version"] == VERSION:
                return {
                    str(name): ((int(size), int(changed), int(touched)), str(digest))
                    for name, (size, changed, touched, digest) in content["files"].items()
                }
    return {}


_OPEN: ContextVar[KnownDigests | None] = ContextVar("known digests", default=None)


@contextmanager
def trusting(cache: Path, *, to_make: bool = False) -> Iterator[None]:
    """Lets `digester` remember.

    Args:
        cache: the show's.
        to_make: whether something is made of the files: then only a system that can be believed is trusted.
    """
    if to_make and not KEEPS_TIME_OF_TOUCH:
        yield
        return
    known = KnownDigests(cache / FILE)
    token = _OPEN.set(known)
    try:
        yield
    finally:
        _OPEN.reset(token)
        known.save()


def digester() -> Digester:
    """How files are hashed here: with a memory inside `trusting`, else by reading them. For any thread."""
    known = _OPEN.get()
    return known.digest if known else sha256_of
