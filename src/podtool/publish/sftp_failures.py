"""What asyncssh and the network say when something fails, as errors that advise."""

from __future__ import annotations

import os
import re
import socket

import asyncssh

from podtool.errors import PublishError

PASSWORD = "PODTOOL_SFTP_PASSWORD"  # noqa: S105 - the variable's name, not its value
PASSPHRASE = "PODTOOL_SSH_PASSPHRASE"  # noqa: S105 - the variable's name, not its value
_AGAIN = "publish again: what is done stays done"
_DISK = "the server's disk or your quota may be full, or it refuses that name: make room and publish again"
_NO_KEY = (
    "it takes none of your keys: load one with `ssh-add`, or name it in ~/.ssh/config (IdentityFile); "
    f"set {PASSWORD} where there are only passwords; try `sftp USER@HOST` first"
)
_HINTS: tuple[tuple[type[BaseException], str], ...] = (
    (asyncssh.SFTPPermissionDenied, "you may not write there: look at the folder's owner and permissions"),
    (asyncssh.SFTPNoSpaceOnFilesystem, "the server's disk is full: make room and publish again"),
    (asyncssh.SFTPQuotaExceeded, "your quota on the server is used up: make room and publish again"),
    (asyncssh.SFTPNoSuchFile, "the folder is not there: look at the target's path"),
    (asyncssh.SFTPFailure, _DISK),
    (
        asyncssh.PermissionDenied,
        _NO_KEY,
    ),
    (
        asyncssh.KeyEncryptionError,
        f"that key has a passphrase: load it with `ssh-add`, or set {PASSPHRASE}",
    ),
    (asyncssh.KeyImportError, f"that key can't be read: load it with `ssh-add`, or set {PASSPHRASE}"),
    (asyncssh.ConfigParseError, "look at ~/.ssh/config"),
    (asyncssh.KeyExchangeFailed, "the server and podtool have no cipher in common: the server is too old"),
    (asyncssh.Error, f"look whether the server is well, then {_AGAIN}"),
    (socket.gaierror, "look at the host's name and at your network"),
    (ConnectionRefusedError, "look at host and port, and whether SSH runs there"),
    (TimeoutError, f"look at your network, then {_AGAIN}"),
    (OSError, f"look at your network, then {_AGAIN}"),
)
LOST = (
    asyncssh.ConnectionLost,
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPNoConnection,
    ConnectionError,
    EOFError,
)
"""The line broke: another try may do."""


def unknown_host(host: str, port: int) -> PublishError:
    """Nobody has ever said that this server is the right one."""
    scan = f"ssh-keyscan -p {port} {host}" if port != asyncssh.DEFAULT_PORT else f"ssh-keyscan {host}"
    return PublishError(
        f"{host} is not in ~/.ssh/known_hosts, so nobody knows whether this is your server",
        hint=f"connect once with `ssh` and compare the key's fingerprint with what the host tells you; in a "
        f"pipeline, keep the checked output of `{scan}` and write it to ~/.ssh/known_hosts",
    )


def changed_host(host: str, port: int) -> PublishError:
    """The server shows another key than it used to."""
    name = host if port == asyncssh.DEFAULT_PORT else f"'[{host}]:{port}'"
    return PublishError(
        f"THE HOST KEY OF {host} HAS CHANGED: somebody may be listening in, or the server was set up anew; "
        "nothing was sent",
        hint="ask whoever runs the server for its new fingerprint; only when it is right, "
        f"`ssh-keygen -R {name}` and connect once with `ssh`",
    )


def told(error: BaseException, what: str) -> PublishError:
    """`error` in words: what could not be done, why, what next; no secret is repeated."""
    hint = next((hint for kind, hint in _HINTS if isinstance(error, kind)), _AGAIN)
    return PublishError(f"{what}: {_reason(error)}", hint=hint)


def _reason(error: BaseException) -> str:
    """What was said, on one line, without control characters (a server wrote it) and without our secrets."""
    said = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
    text = re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", str(said))[:200].strip()
    for name in (PASSWORD, PASSPHRASE):
        if secret := os.environ.get(name):
            text = text.replace(secret, "•••")
    return text or ("it took too long" if isinstance(error, TimeoutError) else type(error).__name__)
