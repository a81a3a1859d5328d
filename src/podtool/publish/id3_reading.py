"""What an ID3 tag says, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import mutagen.id3

from podtool.publish.episode_tags import Picture, clean_text
from podtool.publish.id3 import FRONT_COVER, is_ours
from podtool.publish.tag_fields import TAG_FIELDS
from podtool.show.facts import ChapterFacts

_TOP_LEVEL, _ORDERED = int(mutagen.id3.CTOCFlags.TOP_LEVEL), int(mutagen.id3.CTOCFlags.ORDERED)
_TIMESTAMPS = frozenset({"TDRC", "TDRL"})


def read_values(tag: Any) -> dict[str, str]:
    """Field name to text, of what mutagen read."""
    values: dict[str, str] = {}
    for field in TAG_FIELDS:
        if field.kind in {"picture", "chapters"}:
            continue
        frames = [frame for frame in tag.values() if is_ours(frame, field)]
        text = clean_text(_text_of(frames[0])) if frames else None
        if text:
            values[field.name] = text
    return values


def _text_of(frame: Any) -> str:
    if frame.FrameID == "PCST":
        return "1"
    if hasattr(frame, "people"):
        return "; ".join(f"{role}: {name}" for role, name in frame.people)
    if hasattr(frame, "url"):
        return str(frame.url)
    text = frame.text if isinstance(frame.text, str) else "\n".join(str(text) for text in frame.text)
    # In the file it is «yyyy-MM-ddTHH:mm:ss» (v2.4 structure, 4); mutagen shows it with a space.
    return text.replace(" ", "T") if frame.FrameID in _TIMESTAMPS else text


def read_chapters(tag: Any) -> tuple[ChapterFacts, ...]:
    """The CHAP frames as they stand in the tag."""
    return tuple(
        ChapterFacts(
            start_ms=int(frame.start_time),
            end_ms=int(frame.end_time),
            title=_inside(frame, "TIT2") or "",
            url=_inside(frame, "WXXX"),
        )
        for frame in tag.values()
        if frame.FrameID == "CHAP"
    )


def _inside(chapter: Any, name: str) -> str | None:
    return next((clean_text(_text_of(f)) for f in chapter.sub_frames.values() if f.FrameID == name), None)


def read_cover(tag: Any) -> Picture | None:
    """The front cover, else the first picture."""
    pictures = [frame for frame in tag.values() if frame.FrameID == "APIC"]
    pictures.sort(key=lambda frame: int(frame.type) != FRONT_COVER)
    if not pictures:
        return None
    return Picture(data=bytes(pictures[0].data), media_type=clean_text(str(pictures[0].mime)) or "")


def find_problems(tag: Any, version: int) -> list[str]:
    """What a strict reader would stumble over in the tag itself."""
    chapters = [frame for frame in tag.values() if frame.FrameID == "CHAP"]
    contents = [frame for frame in tag.values() if frame.FrameID == "CTOC"]
    starts = [int(frame.start_time) for frame in chapters]
    top = [frame for frame in contents if int(frame.flags) & _TOP_LEVEL]
    listed = {name for frame in top for name in frame.child_element_ids}
    checks = (
        (version == 2, "the tag is ID3v2.2, which few read today"),  # noqa: PLR2004 - a version
        (starts != sorted(starts), "CHAP frames don't stand in time order in the file"),
        (any(int(f.end_time) < int(f.start_time) for f in chapters), "a CHAP frame ends before it starts"),
        (len(contents) > 1, f"{len(contents)} CTOC frames; there should be one"),
        (bool(chapters) and not contents, "no CTOC frame lists the CHAP frames"),
        (bool(contents) and not top, "no CTOC frame is marked top-level"),
        (
            bool(top) and not all(int(frame.flags) & _ORDERED for frame in top),
            "the CTOC frame isn't marked ordered",
        ),
        (
            bool(top) and any(f.element_id not in listed for f in chapters),
            "the CTOC frame doesn't list every CHAP frame",
        ),
        (
            bool(listed - {f.element_id for f in (*chapters, *contents)}),
            "the CTOC frame lists chapters that aren't there",
        ),
    )
    return [problem for wrong, problem in checks if wrong]
