"""A public tree on an SFTP server: written aside, flushed, read back, renamed over the old file.

SFTP version 3 (draft-ietf-secsh-filexfer-02) with OpenSSH's extensions where the server has them.
"""

from __future__ import annotations

import asyncio
import hashlib
import posixpath
import secrets
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import asyncssh

from podtool.build.files import ASIDE
from podtool.errors import PublishError
from podtool.publish.remote_address import SftpAddress
from podtool.publish.sftp_connection import SftpConnection
from podtool.publish.target_index import MOST_BYTES, Seen

BLOCK_BYTES = 4 << 20
"""Sent as many requests side by side; memory per file on its way."""
LISTINGS = 16
"""Folders listed side by side."""
IDLE_S = 600
"""A file that is being written by a run that lives grows more often than that."""


class SftpStore:
    """The `Store` of remote_target.py on an SFTP server."""

    def __init__(self, address: SftpAddress) -> None:
        self._root = address.folder
        self._line = SftpConnection(address)
        self._asides: dict[str, int] = {}
        """Files that runs have left half-written, with the second of their last change."""

    @property
    def alive(self) -> bool:
        """False once the server was given up."""
        return self._line.alive

    def list_files(self) -> dict[str, Seen]:
        """Every file but links, with size and second of last change.

        Raises:
            PublishError: the server can't be reached or lists nothing.
        """
        return self._line.run(self._list, "can't list the target")

    def outdates(self, index: Seen, file: Seen) -> bool:
        """SFTP tells whole seconds: in the second of the index's writing a file may change once more."""
        return int(file.stamp) >= int(index.stamp)

    def read(self, path: str) -> bytes | None:
        """The bytes at `path`, None when there is none.

        Raises:
            PublishError: the server fails, or the file is larger than any that podtool reads whole.
        """
        return self._line.run(lambda sftp: self._read(sftp, path), f"can't read {path}")

    def digest(self, path: str) -> str | None:
        """The sha256 of what lies at `path`, read back.

        Raises:
            PublishError: the server fails.
        """
        return self._line.run(lambda sftp: self._digest(sftp, path), f"can't read {path}")

    def put(self, path: str, content: bytes | Path, sha256: str) -> Seen:
        """Writes aside, reads back, renames: whoever reads gets the old file or the new one.

        Raises:
            PublishError: the server fails; the old file is still there.
        """
        return self._line.run(lambda sftp: self._put(sftp, path, content, sha256), f"can't write {path}")

    def remove(self, path: str) -> None:
        """Removes the file and the folders it leaves empty.

        Raises:
            PublishError: the server refuses.
        """
        self._line.run(lambda sftp: self._remove(sftp, path), f"can't remove {path}")

    def close(self) -> None:
        """Hangs up."""
        self._line.close()

    def _place(self, path: str) -> str:
        return posixpath.join(self._root, path) if self._root else path

    async def _list(self, sftp: asyncssh.SFTPClient) -> dict[str, Seen]:
        found: dict[str, Seen] = {}
        self._asides.clear()
        line = asyncio.Semaphore(LISTINGS)
        waiting = [""]
        while waiting:
            below = await asyncio.gather(*(self._list_folder(sftp, each, found, line) for each in waiting))
            waiting = [folder for folders in below for folder in folders]
        return found

    async def _list_folder(
        self, sftp: asyncssh.SFTPClient, folder: str, found: dict[str, Seen], line: asyncio.Semaphore
    ) -> list[str]:
        """Adds a folder's files to `found` and returns the folders in it."""
        async with line:
            try:
                names = await sftp.readdir(self._place(folder) or ".")
            except asyncssh.SFTPNoSuchFile:
                return []
            except asyncssh.SFTPPermissionDenied:
                if not folder:
                    raise
                return []  # a private folder on the same host is none of ours
        folders = []
        for entry in names:
            name = str(entry.filename)
            path = f"{folder}/{name}" if folder else name
            mode, changed = entry.attrs.permissions or 0, int(entry.attrs.mtime or 0)
            if name in {".", ".."}:
                continue
            if stat.S_ISDIR(mode):
                folders.append(path)
            elif stat.S_ISREG(mode) and name.startswith(ASIDE):
                self._asides[path] = changed
            elif stat.S_ISREG(mode):
                found[path] = Seen(bytes=int(entry.attrs.size or 0), stamp=str(changed))
        return sorted(folders)

    async def _read(self, sftp: asyncssh.SFTPClient, path: str) -> bytes | None:
        try:
            async with sftp.open(self._place(path), "rb") as file:
                content = _binary(await file.read(MOST_BYTES + 1))
        except asyncssh.SFTPNoSuchFile:
            return None
        if len(content) > MOST_BYTES:
            raise PublishError(f"{path} is larger than {MOST_BYTES >> 20} MB", hint="look at what lies there")
        return content

    async def _digest(self, sftp: asyncssh.SFTPClient, path: str) -> str | None:
        try:
            async with sftp.open(self._place(path), "rb") as file:
                return await _digest_of(file)
        except asyncssh.SFTPNoSuchFile:
            return None

    async def _put(self, sftp: asyncssh.SFTPClient, path: str, content: bytes | Path, sha256: str) -> Seen:
        place = self._place(path)
        aside = posixpath.join(posixpath.dirname(place), f"{ASIDE}{secrets.token_hex(6)}.part")
        try:
            seen = await self._write_aside(sftp, aside, content, sha256)
            await _replace(sftp, aside, place)
        except BaseException:
            self._asides[posixpath.relpath(aside, self._root or ".")] = 0  # where the line is gone: later
            with suppress(asyncssh.Error, OSError):
                await asyncio.shield(sftp.remove(aside))
            raise
        await self._sweep(sftp, int(seen.stamp))
        return seen

    async def _write_aside(
        self, sftp: asyncssh.SFTPClient, aside: str, content: bytes | Path, sha256: str
    ) -> Seen:
        """Writes a new file, makes the disk take it, and reads back what the disk took."""
        if folder := posixpath.dirname(aside):
            await sftp.makedirs(folder, exist_ok=True)
        async with sftp.open(aside, "xb+") as file:
            for block in _blocks(content):
                await file.write(block)
            with suppress(asyncssh.SFTPOpUnsupported):
                await file.fsync()
            await file.seek(0)
            if await _digest_of(file) != sha256:
                raise PublishError(
                    "what the server has kept is not what was sent",
                    hint="look at the server's disk; if the file was changed meanwhile, publish again",
                )
            attributes = await file.stat()
        return Seen(bytes=int(attributes.size or 0), stamp=str(int(attributes.mtime or 0)))

    async def _sweep(self, sftp: asyncssh.SFTPClient, now: int) -> None:
        """Removes what dead runs were writing; `now` is the server's own clock."""
        for path, changed in list(self._asides.items()):
            if changed < now - IDLE_S:
                self._asides.pop(path, None)
                with suppress(asyncssh.SFTPError):
                    await sftp.remove(self._place(path))

    async def _remove(self, sftp: asyncssh.SFTPClient, path: str) -> None:
        try:
            await sftp.remove(self._place(path))
        except asyncssh.SFTPNoSuchFile:
            return
        folder = posixpath.dirname(path)
        with suppress(asyncssh.SFTPError):  # not empty
            while folder:
                await sftp.rmdir(self._place(folder))
                folder = posixpath.dirname(folder)


async def _replace(sftp: asyncssh.SFTPClient, aside: str, place: str) -> None:
    """Renames over what is there, at once; where the server can't, the old file steps aside meanwhile."""
    try:
        await sftp.posix_rename(aside, place)
    except asyncssh.SFTPOpUnsupported:
        old = f"{aside}.old"
        kept = False
        with suppress(asyncssh.SFTPError):
            await sftp.rename(place, old)
            kept = True
        try:
            await sftp.rename(aside, place)
        except asyncssh.SFTPError:
            if kept:
                await sftp.rename(old, place)
            raise
        if kept:
            await sftp.remove(old)


async def _digest_of(file: asyncssh.SFTPClientFile) -> str:
    digest = hashlib.sha256()
    offset = 0
    while block := await file.read(BLOCK_BYTES, offset):
        digest.update(_binary(block))
        offset += len(block)
    return digest.hexdigest()


def _binary(block: str | bytes) -> bytes:
    """What a file opened in binary mode gives; asyncssh's types can't tell."""
    return block if isinstance(block, bytes) else block.encode()


def _blocks(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, Path):
        with content.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                yield block
    else:
        for start in range(0, len(content), BLOCK_BYTES):
            yield content[start : start + BLOCK_BYTES]
