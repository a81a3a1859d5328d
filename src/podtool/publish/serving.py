"""How each public file is to be served: media type and how long it may be kept, from its path alone (pure).

RFC 9111 (caching), RFC 9110 (media types), Podcasting 2.0 (chapters), WebVTT 1 section 1 (text/vtt).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

MINUTES_5 = "public, max-age=300"
"""Feed and pages: a new episode is seen soon, and a rush of listeners still meets a cache."""
AN_HOUR = "public, max-age=3600"
"""What goes with an episode: it may be corrected under its address."""
A_DAY = "public, max-age=86400"
"""Sound: large and seldom replaced, but a revision comes under the same address, so never `immutable`."""
FOR_GOOD = "public, max-age=31536000, immutable"
"""Names that hold a digest of the bytes: another picture has another name (RFC 8246)."""
UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class Serving:
    """The two headers that a host is to send."""

    media_type: str
    cache_control: str


_HASHED = re.compile(r"(?:^|/)images/[^/]+-[0-9a-f]{8}\.[a-z0-9]+\Z")
"""A cover: `workflow.addresses.cover_path`."""
_BY_NAME = {"chapters.json": "application/json+chapters"}
_BY_SUFFIX = {
    ".xml": ("application/rss+xml; charset=utf-8", MINUTES_5),
    ".rss": ("application/rss+xml; charset=utf-8", MINUTES_5),
    ".html": ("text/html; charset=utf-8", MINUTES_5),
    ".css": ("text/css; charset=utf-8", AN_HOUR),
    ".js": ("text/javascript; charset=utf-8", AN_HOUR),
    ".json": ("application/json", AN_HOUR),
    ".vtt": ("text/vtt; charset=utf-8", AN_HOUR),
    ".srt": ("application/x-subrip; charset=utf-8", AN_HOUR),
    ".txt": ("text/plain; charset=utf-8", AN_HOUR),
    ".png": ("image/png", A_DAY),
    ".jpg": ("image/jpeg", A_DAY),
    ".jpeg": ("image/jpeg", A_DAY),
    ".webp": ("image/webp", A_DAY),
    ".svg": ("image/svg+xml", AN_HOUR),
    ".mp3": ("audio/mpeg", A_DAY),
    ".m4a": ("audio/mp4", A_DAY),
    ".opus": ("audio/ogg", A_DAY),
    ".flac": ("audio/flac", A_DAY),
    ".wav": ("audio/wav", A_DAY),
    ".mp4": ("video/mp4", A_DAY),
}


def serving_of(path: str) -> Serving:
    """How the public file at `path` is to be served; what nobody knows is bytes, kept for minutes."""
    name = PurePosixPath(path).name
    media_type, cache_control = _BY_SUFFIX.get(PurePosixPath(path).suffix.lower(), (UNKNOWN, MINUTES_5))
    if _HASHED.search(path):
        cache_control = FOR_GOOD
    return Serving(media_type=_BY_NAME.get(name, media_type), cache_control=cache_control)
