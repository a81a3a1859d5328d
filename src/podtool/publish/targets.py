"""Which target an address means: a folder, SFTP or S3."""

from __future__ import annotations

# ruff: noqa: PLC0415 - who publishes to a folder must not wait for an SSH library or a cloud's SDK
import re
from collections.abc import Callable
from pathlib import Path

from podtool.errors import PublishError
from podtool.ports import Target
from podtool.publish.folder_target import FolderTarget
from podtool.publish.remote_address import parse_s3, parse_sftp
from podtool.publish.remote_target import RemoteTarget, Store

__all__ = ["FolderTarget", "open_target"]

_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]+)://", re.IGNORECASE)


def open_target(url: str, show_root: Path, *, read_only: bool = False) -> Target:
    """The target that `publish.target` or `--to` names; a folder is relative to the show's.

    Nobody is connected to before the first question. Use it in a `with` statement.

    Args:
        url: a folder, ``sftp://…`` or ``s3://…``.
        show_root: what a relative folder is relative to.
        read_only: promises to change nothing (a dry run).

    Raises:
        PublishError: another kind of target, or an address that can't be.
    """
    name = url.strip()
    if scheme := _SCHEME.match(name):
        open_store = _STORES.get(scheme[1].lower())
        if open_store is None:
            raise PublishError(
                f"nothing can be published to {scheme[1].lower()}:// addresses",
                hint="a target is a folder, like public/ or --to ../website, an sftp:// or an s3:// address",
            )
        return RemoteTarget(open_store(name), read_only=read_only)
    if not name or "\0" in name:
        raise PublishError(
            "the target's name is empty", hint="write `publish: {target: public/}` in show.yaml"
        )
    return FolderTarget(show_root / Path(name))


def _sftp(url: str) -> Store:
    address = parse_sftp(url)
    from podtool.publish.sftp_store import SftpStore

    return SftpStore(address)


def _s3(url: str) -> Store:
    address = parse_s3(url)
    from podtool.publish.s3_store import S3Store

    return S3Store(address)


_STORES: dict[str, Callable[[str], Store]] = {"sftp": _sftp, "s3": _s3}
