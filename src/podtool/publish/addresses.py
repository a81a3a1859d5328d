"""Web addresses as feeds must have them: http or https, ASCII (IDNA host, the rest percent-encoded)."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PATH_SAFE = "/%:@!$&'()*+,;=~-._[]"
_QUERY_SAFE = _PATH_SAFE + "?"
_PLAIN = re.compile(r"https?://[A-Za-z0-9.\-]+(?:/[A-Za-z0-9/._~\-]*)?\Z")
"""What most addresses are: nothing in them needs a closer look."""
_HOST = re.compile(r"[A-Za-z0-9._\-]+\Z|\[[0-9A-Fa-f:.]+\]\Z")


def ascii_url(url: str | None) -> str | None:
    """`url` in ASCII (RFC 3986; the host by IDNA); what already is stays as it is.

    None for what no listener's app could or should follow: no host, another scheme than http and https.
    """
    if not url:
        return None
    if _PLAIN.match(url):
        return url
    with suppress(ValueError):  # includes UnicodeError, for hosts that IDNA has no form for
        parts = urlsplit(url.strip())
        if parts.scheme in {"http", "https"} and parts.hostname:
            return urlunsplit(
                (
                    parts.scheme,
                    _ascii_authority(parts),
                    _quote(parts.path, _PATH_SAFE),
                    _quote(parts.query, _QUERY_SAFE),
                    _quote(parts.fragment, _QUERY_SAFE),
                )
            )
    return None


def _ascii_authority(parts: SplitResult) -> str:
    """Host and port; a name and password in an address would be public, so they are dropped."""
    host = parts.netloc.rpartition("@")[2]
    if parts.port is not None:  # reading it raises ValueError when it is no port
        host = host.rpartition(":")[0]
    host = host.removesuffix(":")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    if not _HOST.match(host):
        raise ValueError(f"{host!r} is no host")
    return host if parts.port is None else f"{host}:{parts.port}"


def _quote(text: str, safe: str) -> str:
    # Lone surrogates (from broken file names) have no UTF-8; they become «?», percent-encoded.
    return quote(_STRAY_PERCENT.sub("%25", text), safe=safe, errors="replace")
