"""chapters.json (Podcasting 2.0 JSON chapters 1.2.0) and chapters.txt (time stamps for a description)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from podtool.show.facts import ChapterFacts
from podtool.units import format_timestamp, time_at

MEDIA_TYPE = "application/json+chapters"
VERSION = "1.2.0"


def render_chapters_json(
    chapters: Sequence[ChapterFacts], title: str, image_url: Callable[[PurePosixPath], str | None]
) -> str:
    """JSON chapters 1.2.0: starts and ends in seconds to the millisecond, ascending.

    Args:
        chapters: in time order.
        title: the episode's.
        image_url: the public address of a chapter's image, None where it has none.
    """
    content = {
        "version": VERSION,
        "title": title,
        "chapters": [_chapter(chapter, image_url) for chapter in chapters],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def render_chapters_txt(chapters: Sequence[ChapterFacts]) -> str:
    """One line per chapter, ``00:01:23 Title``: Apple, YouTube and others read these in a description."""
    return "".join(
        f"{format_timestamp(time_at(chapter.start_ms, 1000), milliseconds=False)} "
        f"{_one_line(chapter.title)}\n"
        for chapter in chapters
    )


def _chapter(chapter: ChapterFacts, image_url: Callable[[PurePosixPath], str | None]) -> dict[str, object]:
    entry: dict[str, object] = {
        "startTime": chapter.start_ms / 1000,
        "endTime": chapter.end_ms / 1000,
        "title": _one_line(chapter.title),
    }
    image = image_url(chapter.image) if chapter.image else None
    return entry | ({"url": chapter.url} if chapter.url else {}) | ({"img": image} if image else {})


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())
