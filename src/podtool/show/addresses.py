"""Web addresses: checked, and written in ASCII, as feeds want them (RFC 3986)."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, quote, urlsplit

from podtool.show.fields import Unfit, scalar
from podtool.show.findings import shown
from podtool.show.yaml_rules import Rule

LONGEST_URL = 2000
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?\Z", re.IGNORECASE | re.ASCII)
_FORBIDDEN = re.compile(r"[\s<>\"\\^`{|}]")
# What may stand in a path, query or fragment stays as it is, escapes included (clauses 3.3 to 3.5).
_LEGAL = "/?:@!$&'()*+,;=-._~%[]"


def parse_url(text: str) -> str:
    """An http(s) address with a host; other alphabets' letters are escaped (RFC 3987, clause 3.1)."""
    parts = _split(text)
    if parts.scheme.lower() not in ("http", "https"):
        guess = f"https://{text}" if "." in text and ":" not in text and not text.startswith("/") else ""
        hint = f"Write `{guess}`." if guess and len(guess) < LONGEST_URL else ""
        raise Unfit(f"{shown(text)} does not begin with https:// or http://", hint=hint)
    if parts.username is not None or parts.password is not None:
        raise Unfit("an address that is published must not hold a user name or password")
    host = ascii_host(parts, text)
    if text.isascii():
        return text
    path, query, fragment = (quote(part, safe=_LEGAL) for part in (parts.path, parts.query, parts.fragment))
    port = f":{parts.port}" if parts.port is not None else ""
    return (
        f"{parts.scheme.lower()}://{host}{port}{path}"
        + (f"?{query}" if query else "")
        + (f"#{fragment}" if fragment else "")
    )


def _split(text: str) -> SplitResult:
    if len(text) > LONGEST_URL:
        raise Unfit(f"the address has {len(text)} characters; {LONGEST_URL} is the most")
    if found := _FORBIDDEN.search(text):
        sign = "a space" if found[0].isspace() else shown(found[0])
        raise Unfit(f"{shown(text)}: {sign} can't stand in an address")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise Unfit(f"{shown(text)} is not a web address") from error
    return parts


def ascii_host(parts: SplitResult, text: str) -> str:
    """The host as the net knows it (IDNA).

    Raises:
        Unfit: there is none, or none that could be.
    """
    host = parts.hostname or ""
    if ":" in host:
        try:
            return f"[{ipaddress.IPv6Address(host.partition('%')[0])}]"
        except ValueError as error:
            raise Unfit(f"{shown(text)} has no host that could be") from error
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise Unfit(f"{shown(text)} has no host that could be") from error
    if not _HOST.match(name):
        raise Unfit(f"{shown(text)} has no host", hint="Write it in full: `https://example.org/page`.")
    return name


def parse_remote_target(text: str) -> str:
    """``sftp://user@host/folder`` or ``s3://bucket/folder``; never a password: it would end up in git."""
    parts = _split(text)
    if parts.scheme.lower() not in ("sftp", "s3"):
        raise Unfit(f"{shown(text)} is neither a folder nor an sftp:// or s3:// address")
    if parts.password is not None or parts.query or parts.fragment:
        raise Unfit(
            "a target holds no password, query or fragment",
            hint="Credentials come from the SSH agent or the environment, never from YAML.",
        )
    ascii_host(parts, text)
    return text


URL = scalar("web address", Rule.URL, parse_url)
