"""A folder for one run's scratch files: gone when it ends, and swept by the next run when it was killed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from podtool.audio.scratch_files import PREFIX, create_locked, discard, sweep
from podtool.build.files import sweep_aside, write_text
from podtool.build.store import TAG, cache_error
from podtool.errors import CacheError, PodtoolError

SCRATCH_FOLDER = "scratch"
RECORDS_FOLDER = "records"
ROOM = "room-"
MOST_TRIES = 5
LOCK_WAIT_S = 10.0
NOT_FOR_GIT = "# Made by podtool; it can be deleted at any time.\n*\n"


def prepare_cache(cache: Path) -> None:
    """Makes the show's cache folder, marked so that backups (CACHEDIR.TAG) and git leave it alone.

    Raises:
        CacheError: it can't be written.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        write_text(cache / "CACHEDIR.TAG", TAG)
        write_text(cache / ".gitignore", NOT_FOR_GIT)
    except OSError as error:
        raise cache_error(Path(cache.name), error) from error


@contextmanager
def only_one(cache: Path, name: str, refusal: PodtoolError) -> Iterator[None]:
    """Holds the show's lock `name`; the system frees it even when this run is killed.

    Args:
        cache: the show's cache folder, made when missing.
        name: of the lock.
        refusal: what to raise while another run has it.

    Raises:
        CacheError: there can't be a lock here.
    """
    prepare_cache(cache)
    lock = FileLock(cache / f"{name}.lock", timeout=LOCK_WAIT_S)
    try:
        lock.acquire()
    except Timeout as error:
        raise refusal from error
    except OSError as error:
        raise cache_error(Path(cache.name), error) from error
    except NotImplementedError as error:
        raise CacheError(
            f"the disk that {cache.name} lies on knows no locks", hint="keep the show on another disk"
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def open_workroom(cache: Path) -> Iterator[Path]:
    """A folder that only this run uses, in the cache's scratch folder.

    A locked file in it tells other runs that this one lives; rooms without one are removed first, and so is
    what dead runs were writing to the cache folder itself.

    Raises:
        CacheError: the cache can't be written.
    """
    prepare_cache(cache)
    scratch = cache / SCRATCH_FOLDER
    sweep_rooms(scratch)
    for folder in (cache, cache / RECORDS_FOLDER):
        sweep_aside(folder)
    with ExitStack() as stack:
        yield _take_room(scratch, stack)


def _take_room(scratch: Path, stack: ExitStack) -> Path:
    """A new room; once more when another run has swept it before its guard stood."""
    for tries_left in reversed(range(MOST_TRIES)):
        room = scratch / f"{ROOM}{uuid4().hex[:12]}"
        stack.callback(_clear, room)  # before there is anything: Ctrl-C may come at any time
        try:
            guard, descriptor = create_locked(room)
        except CacheError:
            if not tries_left or room.exists():
                raise
        else:
            stack.callback(discard, guard, descriptor)
            return room
    raise AssertionError("the last try either gives a room or raises")


def _clear(room: Path) -> None:
    """Removes a room, also where Ctrl-C comes meanwhile."""
    try:
        shutil.rmtree(room, ignore_errors=True)
    except KeyboardInterrupt:
        shutil.rmtree(room, ignore_errors=True)
        raise


def sweep_rooms(scratch: Path) -> None:
    """Removes the rooms of runs that died; one that has just been made and is still empty is made again."""
    for room in sorted(scratch.glob(f"{ROOM}*")):
        sweep(room)
        if not any(room.glob(f"{PREFIX}*")):
            shutil.rmtree(room, ignore_errors=True)


def is_alone(room: Path) -> bool:
    """Whether no other run of the show is at work: what the cache forgets, another might be about to use."""
    sweep_rooms(room.parent)
    return all(other == room for other in room.parent.glob(f"{ROOM}*"))
