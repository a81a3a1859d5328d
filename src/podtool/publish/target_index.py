"""What a remote target knows of its files without asking: path → sha256, kept in the target itself (pure).

An entry counts only while the listing still shows the file as it was: its size, and a stamp that changes when
its bytes do (SFTP: the time of its last change; S3: the ETag). So the index may be old, lost, or written by
two runs at once: files are then read again, nothing worse.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

VERSION = 1
MOST_BYTES = 32 << 20
"""An index larger than this is not read: a hundred thousand files need half of it."""
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A file as a listing shows it.

    Attributes:
        bytes: its size.
        stamp: what changes when the file does.
    """

    bytes: int
    stamp: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the index says of a file."""

    seen: Seen
    sha256: str


def format_index(entries: Mapping[str, Entry]) -> bytes:
    """The index as JSON, one file a line, sorted: the same entries give the same bytes."""
    lines = [
        f"  {json.dumps(path)}: {json.dumps([each.sha256, each.seen.bytes, each.seen.stamp])}"
        for path, each in sorted(entries.items())
    ]
    return f'{{"podtool": {VERSION}, "files": {{\n'.encode() + ",\n".join(lines).encode() + b"\n}}\n"


def parse_index(content: bytes | None) -> dict[str, Entry]:
    """The entries of an index; none where it is missing, damaged or of another version."""
    if content is None or len(content) > MOST_BYTES:
        return {}
    try:
        document = json.loads(content)
        files = document["files"].items() if document["podtool"] == VERSION else ()
        return {path: entry for path, value in files if (entry := _entry(value))}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


def _entry(value: object) -> Entry | None:
    match value:
        case [str(digest), int(size), str(stamp)] if _SHA256.match(digest):
            return Entry(seen=Seen(bytes=size, stamp=stamp), sha256=digest)
    return None
