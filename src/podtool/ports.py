"""The small ports behind which the outside world stands, and what travels through them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, Self


class Clock(Protocol):
    """Tells the time; only the ledger and `recordings.yaml` ask it, never an artefact."""

    def __call__(self) -> datetime:
        """Now, with its zone."""


class Executor(Protocol):
    """The part of `concurrent.futures.Executor` that podtool uses, so that a cluster's can take its place."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Runs `fn` some time, somewhere."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Something moved on.

    Attributes:
        stage: what is being done, in a person's words («encode podcast»).
        done: how much, in `unit`.
        total: of how much, in `unit`; 0 when nobody knows.
        unit: ``samples``, ``bytes`` or ``files``.
        audio_s: seconds of sound that `total` stands for; 0 where it is not sound.
        reused: how much of `done` came out of the cache, in `unit`. It grows with `done`; tell it as soon as
            it is known, for what remains is taken as work still to be done.
        chunks: how many pieces have been made so far and how many came out of the cache; None where the
            stage has none.
    """

    stage: str
    done: int
    total: int
    unit: str = "samples"
    audio_s: float = 0.0
    reused: int = 0
    chunks: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Message:
    """Words for a person, on stderr: `level` is ``info`` (shown), ``detail`` (with -v) or ``warning``."""

    text: str
    level: str = "info"


Listener = Callable[[Progress | Message], None]
"""Who hears events; called from the thread that called the use case, so that raising from it cancels."""


def ignore_events(event: Progress | Message) -> None:
    """The listener that hears nothing."""
    del event


@dataclass(frozen=True, kw_only=True)
class Change:
    """What publishing does to one public file.

    Attributes:
        path: POSIX path in the public tree.
        action: ``add``, ``replace``, ``remove`` or ``same``.
        effect: for listeners: ``safe``, ``re-download`` or ``dangerous``.
        why: in words.
    """

    path: str
    action: str
    effect: str
    why: str


class Target(Protocol):
    """A public tree that takes artefacts: a folder, SFTP, S3. Every verb may be repeated without harm.

    It is used in a `with` statement, which closes what the target holds open, and may be used from several
    threads at once.
    """

    def __enter__(self) -> Self:
        """The target itself."""

    def __exit__(self, *details: object) -> None:
        """Closes connections."""

    def read(self, path: str) -> bytes | None:
        """The bytes at `path` (small files only), None when there is none."""

    def digest(self, path: str) -> str | None:
        """The sha256 (hex) of what lies at `path`, None when there is none."""

    def put_file(self, path: str, source: Path) -> None:
        """Makes `path` hold the bytes of `source`, wholly or not at all."""

    def put_bytes(self, path: str, content: bytes) -> None:
        """Makes `path` hold `content`, wholly or not at all."""

    def remove(self, path: str) -> None:
        """Removes `path`; nothing happens when it isn't there."""

    def sweep(self) -> None:
        """Removes what runs that died have left half-written; what others are writing stays."""

    def paths(self) -> Iterable[str]:
        """Every POSIX path in the tree, sorted."""
