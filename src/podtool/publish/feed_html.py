"""An item's description: HTML of few tags, at most 4000 bytes, cut where no tag is left open.

Sources: Apple Podcasts' feed requirements (4000 bytes; p, ol, ul, li, a) and PSP-1; Apple reads chapters from
time stamps in the description: the first at 00:00:00, at least three.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from podtool.publish.xml_tags import clean_line, clean_text
from podtool.show.facts import ChapterFacts
from podtool.units import format_timestamp, time_at

MOST_DESCRIPTION_BYTES = 4000
FEWEST_CHAPTERS = 3
LEAST_BODY_BYTES = 500
"""What is kept for the author's words before time stamps or credits give way."""

_TOKEN = re.compile(r"<(?:[^<>\"]|\"[^\"]*\")*>|&#?\w{1,31};|\s+|[^<&\s]+|[<&]")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset({"br", "hr", "img"})
_ELLIPSIS = "…"


def size_of(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode("utf-8", errors="replace"))


def trim_html(source: str, most_bytes: int) -> str:
    """The longest beginning of `source` that fits, ended by «…», every open tag closed.

    Cuts between words only, never inside a tag or an entity. Empty when not even one word fits.
    """
    if size_of(source) <= most_bytes:
        return source
    kept: list[str] = []
    best, best_ending = 0, ""
    still_open: list[str] = []
    used = 0
    for token in _TOKEN.findall(source):
        used += size_of(token)
        if used > most_bytes:
            break
        kept.append(token)
        _follow(token, still_open)
        ending = _ELLIPSIS + _close(still_open)
        if not token.startswith("<") and not token.isspace() and used + size_of(ending) <= most_bytes:
            best, best_ending = len(kept), ending
    return "".join(kept[:best]) + best_ending


def _follow(token: str, still_open: list[str]) -> None:
    """Keeps the stack of open elements."""
    tag = _TAG.match(token)
    if not tag or tag[2].lower() in _VOID:
        return
    if not tag[1]:
        still_open.append(tag[2].lower())
    elif still_open and still_open[-1] == tag[2].lower():
        still_open.pop()


def _close(still_open: Sequence[str]) -> str:
    return "".join(f"</{name}>" for name in reversed(still_open))


def render_time_stamps(chapters: Sequence[ChapterFacts]) -> str:
    """One paragraph per chapter, its time first; empty where apps could not make chapters of it."""
    rows = list(_stamped(chapters))
    if len(rows) < FEWEST_CHAPTERS or not rows[0].startswith("00:00:00 "):
        return ""
    return "".join(f"<p>{html.escape(row, quote=False)}</p>" for row in rows)


def _stamped(chapters: Sequence[ChapterFacts]) -> Iterator[str]:
    for chapter in sorted(chapters, key=lambda chapter: chapter.start_ms):
        start = format_timestamp(time_at(chapter.start_ms, 1000), milliseconds=False)
        yield f"{start} {clean_line(chapter.title)}"


def compose_description(
    body: str, *, stamps: str = "", footer: str = "", most_bytes: int = MOST_DESCRIPTION_BYTES
) -> str:
    """Body, time stamps, footer (credits and licences) in this order, within `most_bytes`.

    The body is cut first. Where that would leave too little of it, the time stamps go (half a chapter list
    misleads), then the footer is cut too: both stand in full in content:encoded and on the page.
    """
    body, stamps, footer = (clean_text(part) for part in (body, stamps, footer))
    least = min(size_of(body), LEAST_BODY_BYTES)
    if size_of(stamps + footer) > most_bytes - least:
        stamps = ""
    footer = trim_html(footer, most_bytes - least)
    return trim_html(body, most_bytes - size_of(stamps + footer)) + stamps + footer
