"""Addresses of targets elsewhere: ``sftp://user@host:port/folder`` and ``s3://bucket/prefix`` (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from podtool.errors import PublishError
from podtool.publish.public_paths import split_public_path

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{1,254}\Z")
_USER = re.compile(r"[^\s\x00-\x1f\x7f:/@]+\Z")
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._\-]*\Z|[0-9A-Fa-f:.]+\Z")


@dataclass(frozen=True, kw_only=True)
class SftpAddress:
    """Where on which server.

    Attributes:
        host: a name, an IP address, or a `Host` of ~/.ssh/config.
        port: None for what ~/.ssh/config says, else 22.
        user: None for what ~/.ssh/config says, else the local user's name.
        folder: absolute, or relative to the home folder; no slash at its end; empty
            for the home folder itself.
    """

    host: str
    port: int | None
    user: str | None
    folder: str


@dataclass(frozen=True, kw_only=True)
class S3Address:
    """A bucket and what keys in it start with: empty, or ending in a slash."""

    bucket: str
    prefix: str


def parse_sftp(url: str) -> SftpAddress:
    """``sftp://host/srv/www`` is absolute, ``sftp://host/~/www`` relative to the home folder.

    Raises:
        PublishError: it is no such address, or holds a password; the password is not repeated.
    """
    parts = _split(url)
    user = unquote(parts.username) if parts.username else None
    if not parts.hostname or not _HOST.match(parts.hostname) or (user and not _USER.match(user)):
        raise _unfit("an SFTP target needs a host", "sftp://user@example.org/srv/www")
    if user and user.startswith("-"):
        raise _unfit("no user's name starts with «-»", "sftp://user@example.org/srv/www")
    path = unquote(parts.path).rstrip("/")
    relative = path == "/~" or path.startswith("/~/")
    _check(path.removeprefix("/~").strip("/"))
    folder = path.removeprefix("/~").lstrip("/") if relative else path or "/"
    return SftpAddress(host=parts.hostname, port=parts.port, user=user, folder=folder)


def parse_s3(url: str) -> S3Address:
    """``s3://bucket/prefix``; the endpoint is the environment's business.

    Raises:
        PublishError: it is no such address, or holds what looks like a key; that is not repeated.
    """
    parts = _split(url)
    if "@" in parts.netloc or not _BUCKET.match(parts.netloc):
        raise _unfit("an S3 target names a bucket and nothing else before the slash", "s3://bucket/folder")
    prefix = unquote(parts.path).strip("/")
    _check(prefix)
    return S3Address(bucket=parts.netloc, prefix=f"{prefix}/" if prefix else "")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError as error:
        raise _unfit("the target is no address", "sftp://user@example.org/srv/www") from error
    if parts.password is not None:
        raise PublishError(
            "a target's address holds no password",
            hint="take it out (and change it, if others could see it): credentials come from the SSH agent, "
            "the cloud SDK's own files or the environment",
        )
    if parts.query or parts.fragment:
        raise _unfit("a target's address has no «?» or «#»", "s3://bucket/folder")
    return parts


def _check(path: str) -> None:
    if path:
        split_public_path(path)


def _unfit(message: str, example: str) -> PublishError:
    return PublishError(message, hint=f"write it like `{example}`")
