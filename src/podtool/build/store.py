"""The cache: results by the digest of their recipe. Everything in it can be made again.

An entry is one file: magic, sha256 of key and content, content. What is damaged, half-written, under
another's name or from another version doesn't match and counts as absent, so a wrong sound can't come out of
it. That is also why no entry waits for the disk. Entries are written aside and renamed, so several runs may
share one cache.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from podtool.build.files import ASIDE, BLOCK_BYTES, replacing, sweep_aside
from podtool.errors import CacheError

MAGIC = b"podtool cache 2\n"
HEAD_BYTES = len(MAGIC) + 32
TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This folder is podtool's cache; it can be deleted at any time.\n"
)
DEFAULT_LIMIT_BYTES = 8 * 10**9


class Store:
    """A folder of entries by key (hex digests).

    Args:
        folder: made when it isn't there, with a CACHEDIR.TAG (bford.info/cachedir) inside.
        limit_bytes: `forget_oldest` brings the cache below this, as far as this run itself needs no more.
    """

    def __init__(self, folder: Path, limit_bytes: int = DEFAULT_LIMIT_BYTES) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes
        self._used: set[str] = set()

    def read(self, key: str) -> bytes | None:
        """The content under `key`; None when there is none or it is damaged."""
        try:
            raw = self._path(key).read_bytes()
        except OSError:
            return None
        content = raw[HEAD_BYTES:]
        digest = _begin_digest(key)
        digest.update(content)
        if raw[:HEAD_BYTES] != MAGIC + digest.digest():
            self._drop(key)
            return None
        self._touch(key)
        return content

    def write(self, key: str, content: bytes) -> None:
        """Keeps `content` under `key`.

        Raises:
            CacheError: the folder can't be written.
        """
        digest = _begin_digest(key)
        digest.update(content)
        try:
            self._prepare()
            with replacing(self._path(key), durable=False) as file:
                file.write(MAGIC + digest.digest())
                file.write(content)
            self._used.add(key)
        except OSError as error:
            raise cache_error(self.folder, error) from error

    def read_file(self, key: str, target: Path) -> bool:
        """Copies the content under `key` to `target`; False, and `target` as it was, when there is none.

        `target` is for further work, and not flushed to the disk.

        Raises:
            OSError: `target` can't be written.
        """
        try:
            entry = self._path(key).open("rb")
        except OSError:
            return False
        try:
            with entry, replacing(target, durable=False) as copy:
                _copy_verified(key, entry, copy)
        except _DamagedError:
            self._drop(key)
            return False
        self._touch(key)
        return True

    def write_file(self, key: str, source: Path) -> None:
        """Keeps the bytes of `source` under `key`.

        Raises:
            CacheError: the folder can't be written.
        """
        digest = _begin_digest(key)
        try:
            self._prepare()
            with source.open("rb") as original, replacing(self._path(key), durable=False) as file:
                file.write(bytes(HEAD_BYTES))
                while block := original.read(BLOCK_BYTES):
                    digest.update(block)
                    file.write(block)
                file.seek(0)
                file.write(MAGIC + digest.digest())
            self._used.add(key)
        except OSError as error:
            raise cache_error(self.folder, error) from error

    def has(self, key: str) -> bool:
        """Whether an entry lies under `key`; reading it may still find it damaged."""
        there = self._path(key).is_file()
        if there:
            self._used.add(key)
        return there

    def sweep(self) -> int:
        """Removes what runs that died were writing; returns the bytes freed."""
        return sweep_aside(self.folder) + sum(sweep_aside(folder) for folder in self.folder.glob("??"))

    def forget_oldest(self) -> int:
        """Removes what was used longest ago until the cache is within its limit; returns the bytes freed.

        What this run has used stays, or the next one would make it again at once; so does what another
        run is writing.
        """
        freed, entries = 0, []
        for path in self.folder.glob("??/*"):
            with suppress(OSError):
                status = path.stat()
                entries.append((status.st_mtime_ns, path.name, status.st_size, path))
        excess = sum(entry[2] for entry in entries) - self.limit_bytes
        for _, name, size, path in sorted(entries):
            if excess <= 0:
                break
            if name in self._used or name.startswith(ASIDE):
                continue
            with suppress(OSError):
                path.unlink()
                freed, excess = freed + size, excess - size
        return freed

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key

    def _prepare(self) -> None:
        tag = self.folder / "CACHEDIR.TAG"
        if not tag.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(tag, durable=False) as file:
                file.write(TAG.encode())

    def _touch(self, key: str) -> None:
        # The time only tells which entry was used longest ago; nothing is decided on it.
        self._used.add(key)
        with suppress(OSError):
            os.utime(self._path(key))

    def _drop(self, key: str) -> None:
        with suppress(OSError):
            self._path(key).unlink()


class _DamagedError(Exception):
    """An entry's content is not what its head says."""


def _begin_digest(key: str) -> hashlib._Hash:
    """What an entry's content goes into. It holds the key, or a mixed-up entry would be taken for right."""
    return hashlib.sha256(key.encode() + b"\n")


def _copy_verified(key: str, entry: BinaryIO, copy: BinaryIO) -> None:
    head = entry.read(HEAD_BYTES)
    digest = _begin_digest(key)
    while block := entry.read(BLOCK_BYTES):
        digest.update(block)
        copy.write(block)
    if head != MAGIC + digest.digest():
        raise _DamagedError


ROOM_HINT = "free some disk space or correct the folder's permissions, then run the command again"


def cache_error(folder: Path, error: OSError) -> CacheError:
    """What to say when the cache or the build folder can't be written."""
    place = Path(*folder.parts[-2:]) if folder.is_absolute() else folder  # where the show lies is known
    return CacheError(f"can't write to {place.as_posix()}: {error.strerror or error}", hint=ROOM_HINT)
