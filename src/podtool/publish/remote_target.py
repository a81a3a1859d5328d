"""The `Target` of ports.py on a store elsewhere: one listing a run, and an index instead of reading back."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from threading import RLock
from typing import Protocol, Self

from podtool.build.files import sha256_of
from podtool.errors import PublishError
from podtool.publish.public_paths import INDEX, is_bookkeeping, split_public_path
from podtool.publish.target_index import Entry, Seen, format_index, parse_index

LARGE_BYTES = 8 << 20
"""After a file of this size the index is saved at once: a run that is killed needn't read it back."""


class Store(Protocol):
    """What a kind of target must do itself; all of it raises `PublishError`, from any thread."""

    @property
    def alive(self) -> bool:
        """False once the other side was given up."""

    def list_files(self) -> dict[str, Seen]:
        """Every file, with what the listing says of it."""

    def outdates(self, index: Seen, file: Seen) -> bool:
        """Whether the index may be older than the file's last change, as far as stamps can tell."""

    def read(self, path: str) -> bytes | None:
        """The bytes at `path`."""

    def digest(self, path: str) -> str | None:
        """The sha256 of what lies at `path`, however dear that is."""

    def put(self, path: str, content: bytes | Path, sha256: str) -> Seen:
        """Replaces `path` as a whole, verifies it, and tells how listings will show it."""

    def remove(self, path: str) -> None:
        """Removes `path`, which may be gone."""

    def close(self) -> None:
        """Closes connections; never raises."""


class RemoteTarget:
    """A public tree in a `Store`.

    Args:
        store: where.
        read_only: nothing is changed there, not even the index (a dry run).
    """

    def __init__(self, store: Store, *, read_only: bool = False) -> None:
        self.store = store
        self._read_only = read_only
        self._lock = RLock()
        self._listing: dict[str, Seen] | None = None
        self._entries: dict[str, Entry] = {}
        self._changed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        """Saves the index, unless Ctrl-C is waiting or nobody answers; then closes."""
        try:
            if not details[1:] or details[1] is None or isinstance(details[1], Exception):
                self._save_index()
        finally:
            self.store.close()

    def read(self, path: str) -> bytes | None:
        """The bytes at `path`, None when there is none.

        Raises:
            PublishError: `path` leaves the tree, or the store fails.
        """
        split_public_path(path)
        return self.store.read(path)

    def digest(self, path: str) -> str | None:
        """The sha256 (hex) of what lies at `path`, None when there is none.

        Raises:
            PublishError: `path` leaves the tree, or the store fails.
        """
        split_public_path(path)
        seen = self._files().get(path)
        if seen is None:
            return None
        entry = self._entries.get(path)
        if entry is not None and entry.seen == seen:
            return entry.sha256
        digest = self.store.digest(path)
        if digest is not None:
            self._remember(path, seen, digest)
        return digest

    def put_file(self, path: str, source: Path) -> None:
        """Makes `path` hold the bytes of `source`; left alone when it already does.

        Raises:
            PublishError: `path` leaves the tree, or can't be written; what was there still is.
        """
        split_public_path(path)
        try:
            digest, size = sha256_of(source), source.stat().st_size
        except OSError as error:
            raise PublishError(
                f"can't write {path}: {source.name} can't be read: {error.strerror or error}",
                hint="look at its permissions, or make it again, then publish again",
            ) from error
        self._put(path, source, digest)
        if size >= LARGE_BYTES:
            self._save_index()

    def put_bytes(self, path: str, content: bytes) -> None:
        """Makes `path` hold `content`; left alone when it already does.

        Raises:
            PublishError: `path` leaves the tree, or can't be written; what was there still is.
        """
        split_public_path(path)
        self._put(path, content, hashlib.sha256(content).hexdigest())

    def remove(self, path: str) -> None:
        """Removes `path`; nothing happens when it isn't there.

        Raises:
            PublishError: `path` leaves the tree, or can't be removed.
        """
        split_public_path(path)
        self._refuse_if_read_only(path)
        self.store.remove(path)
        with self._lock:
            self._files().pop(path, None)
            self._changed |= self._entries.pop(path, None) is not None

    def sweep(self) -> None:
        """Nothing: a store removes what dead runs have left while it writes, when it has asked anyway."""

    def paths(self) -> tuple[str, ...]:
        """Every file's POSIX path, sorted; without the index and what is being written.

        Raises:
            PublishError: the store fails.
        """
        return tuple(sorted(path for path in self._files() if not is_bookkeeping(path)))

    def _files(self) -> dict[str, Seen]:
        """The listing, fetched once; with it the entries of the index that still count."""
        with self._lock:
            if self._listing is None:
                listing = self.store.list_files()
                index = listing.get(INDEX)
                entries = parse_index(self.store.read(INDEX)) if index else {}
                self._entries = {
                    path: entry
                    for path, entry in entries.items()
                    if index
                    and listing.get(path) == entry.seen
                    and not self.store.outdates(index, entry.seen)
                }
                self._changed = len(entries) != len(self._entries)
                self._listing = listing
            return self._listing

    def _put(self, path: str, content: bytes | Path, sha256: str) -> None:
        self._refuse_if_read_only(path)
        if self.digest(path) != sha256:
            self._remember(path, self.store.put(path, content, sha256), sha256)

    def _remember(self, path: str, seen: Seen, sha256: str) -> None:
        with self._lock:
            self._files()[path] = seen
            self._entries[path] = Entry(seen=seen, sha256=sha256)
            self._changed = True

    def _save_index(self) -> None:
        """Puts the index where it was; it is only a memory, so failing to is no failure."""
        with self._lock, suppress(PublishError):
            if self._changed and not self._read_only and self.store.alive:
                content = format_index(self._entries)
                self.store.put(INDEX, content, hashlib.sha256(content).hexdigest())
                self._changed = False

    def _refuse_if_read_only(self, path: str) -> None:
        if self._read_only:
            raise PublishError(f"{path} was to be changed in a dry run", hint="publish without --dry-run")
