"""A folder for one run's scratch files: gone when it ends, and swept by the next run when it was killed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from podtool.audio.scratch_files import PREFIX, create_locked, discard, sweep

SCRATCH_FOLDER = "scratch"
ROOM = "room-"


@contextmanager
def open_workroom(cache: Path) -> Iterator[Path]:
    """A folder that only this run uses, in the cache's scratch folder.

    A locked file in it tells other runs that this one lives; rooms without one are removed first.

    Raises:
        CacheError: the cache can't be written.
    """
    scratch = cache / SCRATCH_FOLDER
    sweep_rooms(scratch)
    room = scratch / f"{ROOM}{uuid4().hex[:12]}"
    guard, descriptor = create_locked(room)
    try:
        yield room
    finally:
        discard(guard, descriptor)
        shutil.rmtree(room, ignore_errors=True)


def sweep_rooms(scratch: Path) -> None:
    """Removes the rooms of runs that died; one that has just been made and is still empty is made again."""
    for room in sorted(scratch.glob(f"{ROOM}*")):
        sweep(room)
        if not any(room.glob(f"{PREFIX}*")):
            shutil.rmtree(room, ignore_errors=True)
