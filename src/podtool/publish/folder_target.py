"""The `Target` of ports.py as a folder."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from podtool.build.files import copy_file, sha256_of, sweep_aside, write_bytes
from podtool.errors import PublishError
from podtool.publish.public_paths import is_bookkeeping, split_public_path

_HINTS = {
    errno.ENOSPC: "the disk is full: make room and publish again",
    errno.EDQUOT: "the disk quota is used up: make room and publish again",
    errno.EACCES: "you may not write there: look at the folder's owner and permissions",
    errno.EPERM: "you may not write there: look at the folder's owner and permissions",
    errno.EROFS: "that disk is read-only",
    errno.ENAMETOOLONG: "the name is too long for that disk: give the episode a shorter slug",
    errno.ENOTDIR: "a file stands where a folder should be: move it away",
    errno.EEXIST: "a file stands where a folder should be: move it away",
    errno.EISDIR: "a folder stands where a file should be: move it away",
    errno.ENOTEMPTY: "a folder stands where a file should be: move it away",
}
"""What to do about it, by the system's error number."""
_RETRY = "see what stands in the way and publish again: what is done stays done"


class FolderTarget:
    """A public tree in a folder, made when the first file comes.

    Files are written aside and renamed (`build.files`), so that a web server on the folder never shows a part
    of one. Nothing outside `root` is read or written, whatever paths or links say.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, path: str) -> bytes | None:
        """The bytes at `path`, None when there is none.

        Raises:
            PublishError: `path` leaves the tree, or can't be read.
        """
        with self._failing("read", path):
            file = self._existing(path)
            return None if file is None else file.read_bytes()

    def digest(self, path: str) -> str | None:
        """The sha256 (hex) of the file at `path`, read in blocks; None when there is none.

        Raises:
            PublishError: `path` leaves the tree, or can't be read.
        """
        with self._failing("read", path):
            file = self._existing(path)
            return None if file is None else sha256_of(file)

    def put_file(self, path: str, source: Path) -> None:
        """Makes `path` hold the bytes of `source`; left alone when it already does.

        Raises:
            PublishError: `path` leaves the tree, or can't be written; what was there still is.
        """
        with self._failing("write", path):
            place = self._place(path)
            if not _same(place, source):
                copy_file(source, place)

    def put_bytes(self, path: str, content: bytes) -> None:
        """Makes `path` hold `content`; left alone when it already does.

        Raises:
            PublishError: `path` leaves the tree, or can't be written; what was there still is.
        """
        with self._failing("write", path):
            write_bytes(self._place(path), content)

    def remove(self, path: str) -> None:
        """Removes the file at `path` and the folders it leaves empty; nothing happens when there is none.

        Raises:
            PublishError: `path` leaves the tree, is a folder, or can't be removed.
        """
        with self._failing("remove", path):
            place = self._place(path)
            place.unlink(missing_ok=True)
            root = self.root.resolve()
            for folder in place.parents:
                if folder == root:
                    break
                with suppress(OSError):  # not empty, or somebody is just writing there
                    folder.rmdir()

    def sweep(self) -> None:
        """Removes what runs that died have left half-written; what others are writing stays.

        Raises:
            PublishError: a folder can't be listed.
        """
        with self._failing("list", "."):
            for folder, _, _ in os.walk(self.root, onerror=_raise) if self.root.is_dir() else ():
                sweep_aside(Path(folder))

    def paths(self) -> tuple[str, ...]:
        """Every file's POSIX path in the tree, sorted; without links and what is being written.

        Raises:
            PublishError: a folder can't be listed.
        """
        with self._failing("list", "."):
            return tuple(sorted(self._walk()))

    def _walk(self) -> Iterator[str]:
        if not self.root.is_dir():
            return
        for folder, _, names in os.walk(self.root, onerror=_raise):
            for name in names:
                file = Path(folder, name)
                if not is_bookkeeping(name) and file.is_file() and not file.is_symlink():
                    yield file.relative_to(self.root).as_posix()

    def _existing(self, path: str) -> Path | None:
        """The file at `path`, a link followed as long as it stays in the tree."""
        file = self._place(path)
        if file.is_symlink():
            self._confine(file.resolve(), path)
        return file if file.is_file() else None

    def _place(self, path: str) -> Path:
        """Where `path` lies: every link on the way resolved, the last name not (a write replaces it)."""
        steps = split_public_path(path)
        root = self.root.resolve()
        folder = root.joinpath(*steps[:-1]).resolve()
        self._confine(folder, path)
        return folder / steps[-1]

    def _confine(self, place: Path, path: str) -> None:
        if not place.is_relative_to(self.root.resolve()):
            raise PublishError(
                f"{path!r} leads out of the target {self.root.name or self.root} through a link",
                hint="replace the link by a real folder or file",
            )

    @contextmanager
    def _failing(self, verb: str, path: str) -> Iterator[None]:
        """Tells what the system said, and what to do about it."""
        try:
            yield
        except (OSError, UnicodeError, RuntimeError) as error:  # RuntimeError: links that go round in circles
            number = getattr(error, "errno", None)
            reason = getattr(error, "strerror", None) or str(error)
            raise PublishError(
                f"can't {verb} {path} in the target {self.root.name or self.root}: {reason}",
                hint=_HINTS.get(number, _RETRY) if number is not None else _RETRY,
            ) from error


def _raise(error: OSError) -> None:
    raise error


def _same(place: Path, source: Path) -> bool:
    """Whether both are files with the same bytes; a link never is, since it may point elsewhere tomorrow."""
    return (
        place.is_file()
        and not place.is_symlink()
        and place.stat().st_size == source.stat().st_size
        and sha256_of(place) == sha256_of(source)
    )
