"""MP4 tags (M4A, MP4): the atoms of ``moov.udta.meta.ilst``, written and read by mutagen.

Chapters are left as they are: they are a track of the file, which the encoder writes; mutagen only reads the
list (``chpl``) that stands beside it.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import mutagen.mp4

from podtool.publish.episode_tags import EpisodeTags, Picture, clean_text, tag_people, tag_texts
from podtool.publish.tag_fields import FREEFORM, PADDING_BYTES, TAG_FIELDS, TagField
from podtool.show.facts import ChapterFacts

_mp4: Any = mutagen.mp4  # see id3.py: mutagen's annotations are too few for mypy --strict
_LARGEST_NUMBER = 0xFFFF
_JPEG, _PNG = 13, 14
"""Well-known types of `data` atoms (QuickTime File Format, metadata)."""
_MEDIA_TYPES = {_JPEG: "image/jpeg", _PNG: "image/png"}


def write_mp4(path: Path, tags: EpisodeTags, *, clear: bool) -> None:
    """Writes `tags` into the file in place; atoms that podtool doesn't write stay."""
    file = _mp4.MP4(path)
    if file.tags is None:
        file.add_tags()
    for field in TAG_FIELDS:
        values = _values_of(field, tags)
        if values is not None:
            file.tags[field.mp4] = values
        elif clear and field.mp4:
            file.tags.pop(field.mp4, None)
    file.save(padding=lambda _: PADDING_BYTES)


def _values_of(field: TagField, tags: EpisodeTags) -> Any:
    """What mutagen wants for the field's atom; None when there is nothing to say."""
    if field.kind == "picture":
        return _cover_values(tags.cover)
    if field.kind == "people":
        pairs = tag_people(tags).get(field.name, ())
        return [_freeform(f"{role}: {name}") for role, name in pairs] or None
    text = tag_texts(tags).get(field.name) if field.mp4 else None
    return None if text is None else _text_values(field, text)


def _text_values(field: TagField, text: str) -> Any:
    if field.kind == "number":
        return [(min(int(text), _LARGEST_NUMBER), 0)]
    if field.kind == "flag":
        return True
    return [_freeform(text)] if field.mp4.startswith(FREEFORM) else [text]


def _freeform(text: str) -> Any:
    return _mp4.MP4FreeForm(text.encode())


def _cover_values(cover: Picture | None) -> Any:
    if cover is None:
        return None
    kind = _PNG if cover.media_type == "image/png" else _JPEG
    return [_mp4.MP4Cover(cover.data, imageformat=kind)]


def read_mp4(path: Path) -> tuple[dict[str, str], tuple[ChapterFacts, ...], Picture | None]:
    """Values by field name, chapters and cover."""
    file = _mp4.MP4(path)
    tags = file.tags or {}
    values: dict[str, str] = {}
    for field in TAG_FIELDS:
        if field.mp4 and field.mp4 in tags and field.kind not in {"picture", "chapters"}:
            text = clean_text(_text_of(tags[field.mp4]))
            if text:
                values[field.name] = text
    return values, _chapters_of(file), _cover_of(tags)


def _text_of(values: Any) -> str:
    if isinstance(values, bool):
        return "1" if values else ""
    return "; ".join(_one_text(value) for value in values)


def _one_text(value: Any) -> str:
    if isinstance(value, tuple):
        return str(value[0]) if value[0] else ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _chapters_of(file: Any) -> tuple[ChapterFacts, ...]:
    marks = [(round(mark.start * 1000), clean_text(mark.title) or "") for mark in file.chapters or ()]
    marks.append((round(file.info.length * 1000), ""))
    return tuple(
        ChapterFacts(start_ms=start, end_ms=max(start, end), title=title)
        for (start, title), (end, _) in pairwise(marks)
    )


def _cover_of(tags: Any) -> Picture | None:
    covers = tags.get("covr")
    if not covers:
        return None
    media_type = _MEDIA_TYPES.get(int(getattr(covers[0], "imageformat", 0)), "")
    return Picture(data=bytes(covers[0]), media_type=media_type)
