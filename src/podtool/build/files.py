"""Files that are whole or not there: written aside in the same folder, flushed to the disk, renamed.

A reader, a crash or a second podtool sees the old file or the new one, never a part. `os.replace` is
atomic on POSIX and on NTFS.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from podtool.build.locks import removed_if_dead, try_lock

ASIDE = ".podtool-"
"""Start of the name of a file that is being written; what a crash leaves under it may be removed."""
BLOCK_BYTES = 1 << 20
HASHED_BYTES = 4 << 20
_RENAMES_WHAT_IS_OPEN = os.name != "nt"


@contextmanager
def replacing(path: Path, *, durable: bool = True) -> Iterator[BinaryIO]:
    """A binary file to write and seek in: it becomes `path` when the block ends well, and vanishes when not.

    Args:
        path: the file that is to be.
        durable: whether it must outlast a power cut right afterwards. Waiting for the disk takes its time;
            what can be made again, and is known for damaged where it is, needn't.

    Raises:
        OSError: the folder can't be written, or the disk is full; `path` is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{ASIDE}{secrets.token_hex(6)}{path.suffix}")
    try:  # from before it is opened: a Ctrl-C may come between any two steps
        with _open_aside(aside) as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
            if _RENAMES_WHAT_IS_OPEN:  # and so while it is locked: a sweep can't come in between
                aside.replace(path)
        if not _RENAMES_WHAT_IS_OPEN:
            aside.replace(path)
    finally:
        remove_files(aside)
    if durable:
        flush_folder(path.parent)


def remove_files(*paths: Path) -> None:
    """Removes files that may be there, and may be open elsewhere; a Ctrl-C waits until they are gone."""
    try:
        for path in paths:
            with suppress(OSError):
                path.unlink(missing_ok=True)
    except KeyboardInterrupt:
        remove_files(*paths)
        raise


def put_in_place(aside: Path, path: Path) -> None:
    """Renames a file that somebody else has written aside, as `replacing` does with its own.

    Raises:
        OSError: `path` is then as it was.
    """
    with aside.open("rb+") as file:  # Windows flushes only what may be written
        os.fsync(file.fileno())
    aside.replace(path)
    flush_folder(path.parent)


def _open_aside(aside: Path) -> BinaryIO:
    """A new file, locked while it is open: `sweep_aside` sees that somebody writes it."""
    while True:
        file = aside.open("xb")
        try_lock(file.fileno())
        # Between open and lock a sweep may have taken it for a dead run's: look again.
        if aside.exists():
            return file
        file.close()


def flush_folder(folder: Path) -> None:
    """Makes a rename last through a power cut, where the system can (Windows does it by itself).

    Some network file systems refuse to sync a folder, and one that may be written need not be readable.
    """
    if os.name == "nt":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_bytes(path: Path, content: bytes, *, durable: bool = True) -> bool:
    """Makes `path` hold `content`; a file that already does is left alone. True when it was written."""
    if _holds(path, content):
        return False
    with replacing(path, durable=durable) as file:
        file.write(content)
    return True


def write_text(path: Path, text: str) -> bool:
    """`write_bytes` of UTF-8 with the line ends that `text` has."""
    return write_bytes(path, text.encode())


def copy_file(source: Path, target: Path) -> str:
    """Copies `source` to `target`, reads the copy back and compares.

    Returns:
        The sha256 (hex) of both.

    Raises:
        OSError: reading or writing failed, or the copy on the disk is not what was read.
    """
    digest = hashlib.sha256()
    with source.open("rb") as original, replacing(target) as copy:
        while block := original.read(BLOCK_BYTES):
            digest.update(block)
            copy.write(block)
        copy.flush()
        copy.seek(0)
        name = Path(copy.name)
        if sha256_of(name) != digest.hexdigest():
            raise OSError(f"the copy of {source.name} differs from the original")
    return digest.hexdigest()


def sha256_of(path: Path) -> str:
    """The sha256 (hex) of a file's bytes, read in blocks.

    They are large, so that a thread which hashes seldom has to wait for its turn among busy ones, and lie
    outside the heap, which would keep the room for good.
    """
    digest = hashlib.sha256()
    with (
        path.open("rb", buffering=0) as file,
        mmap.mmap(-1, HASHED_BYTES) as block,
        memoryview(block) as view,
    ):
        while size := file.readinto(block):
            digest.update(view[:size])
    return digest.hexdigest()


def sweep_aside(folder: Path) -> int:
    """Removes what runs that died have left half-written in `folder`.

    What `replacing` writes for a run that lives stays. Files that others put aside under such a name aren't
    locked: where there may be some, only who may write to the folder sweeps it.

    Returns:
        The bytes freed.
    """
    freed = 0
    for path in folder.glob(f"{ASIDE}*"):
        with suppress(OSError):
            size = path.stat().st_size
            freed += size if removed_if_dead(path) else 0
    return freed


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False
