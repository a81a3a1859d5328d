"""Vorbis comments: Opus, Ogg Vorbis and FLAC; chapters as CHAPTERxxx (Xiph, Chapter Extension).

The vendor string (who encoded) is left as it is, and so is every comment that podtool doesn't write.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import mutagen.flac
import mutagen.oggopus
import mutagen.oggvorbis

from podtool.errors import TagError
from podtool.publish.cover import probe_image
from podtool.publish.episode_tags import EpisodeTags, Picture, clean_text, tag_people, tag_texts
from podtool.publish.sound_bytes import SoundFormat
from podtool.publish.tag_fields import PADDING_BYTES, TAG_FIELDS
from podtool.show.facts import ChapterFacts
from podtool.units import Seconds, format_timestamp, parse_time

# See id3.py: mutagen's annotations are too few for mypy --strict.
_flac: Any = mutagen.flac
_OPENERS: dict[str, Any] = {
    "opus": mutagen.oggopus.OggOpus,
    "vorbis": mutagen.oggvorbis.OggVorbis,
    "flac": mutagen.flac.FLAC,
}
_PICTURE = "METADATA_BLOCK_PICTURE"
_FRONT_COVER = 3
_CHAPTER = re.compile(r"CHAPTER(\d{3})(NAME|URL)?\Z", re.IGNORECASE)
_MOST_COMMENTS = 20_000

Comment = tuple[str, str]


def refuse_comment_bomb(packet: bytes, magic: bytes = b"") -> None:
    """Refuses a comment header that announces more comments than anybody writes (Vorbis I, 5.2.1).

    Raises:
        TagError: with the number.
    """
    vendor = len(magic)
    vendor_bytes = int.from_bytes(packet[vendor : vendor + 4], "little")
    announced = packet[vendor + 4 + vendor_bytes :][:4]
    if int.from_bytes(announced, "little") > _MOST_COMMENTS:
        raise TagError("it announces too many comments", hint="the file is damaged")


def write_vorbis(path: Path, kind: SoundFormat, tags: EpisodeTags, *, clear: bool) -> None:
    """Writes `tags` into the file in place."""
    file = _OPENERS[kind](path)
    if file.tags is None:
        file.add_tags()
    ours = _comments_for(tags)
    owned = {field.vorbis for field in TAG_FIELDS} if clear else {name for name, _ in ours}
    replaces_cover, replaces_chapters = bool(tags.cover) or clear, bool(tags.chapters) or clear

    def goes(name: str, value: str) -> bool:
        if name.upper() == _PICTURE:
            return replaces_cover and _is_front_cover(value)
        return replaces_chapters if _CHAPTER.match(name) else name.upper() in owned

    kept = [(name, value) for name, value in file.tags if not goes(name, value)]
    if kind == "flac" and replaces_cover:
        _put_picture_block(file, tags.cover)
    elif tags.cover:
        ours.append((_PICTURE, _encode_picture(tags.cover)))
    file.tags[:] = [*ours, *kept]
    file.save(padding=lambda _: PADDING_BYTES)


def _comments_for(tags: EpisodeTags) -> list[Comment]:
    texts, people = tag_texts(tags), tag_people(tags)
    comments: list[Comment] = []
    for field in TAG_FIELDS:
        if field.kind == "people":
            comments += [(field.vorbis, f"{role}: {name}") for role, name in people.get(field.name, ())]
        elif field.kind == "chapters":
            comments += _chapter_comments(tags.chapters)
        elif field.vorbis and field.name in texts:
            comments.append((field.vorbis, texts[field.name]))
    return comments


def _chapter_comments(chapters: Iterable[ChapterFacts]) -> list[Comment]:
    comments: list[Comment] = []
    for number, chapter in enumerate(chapters):
        key = f"CHAPTER{number:03d}"
        comments.append((key, format_timestamp(Seconds(chapter.start_ms, 1000))))
        comments.append((key + "NAME", chapter.title))
        comments += [(key + "URL", chapter.url)] if chapter.url else []
    return comments


def _put_picture_block(file: Any, cover: Picture | None) -> None:
    strangers = [picture for picture in file.pictures if picture.type != _FRONT_COVER]
    file.clear_pictures()
    for picture in ([_picture_block(cover)] if cover else []) + strangers:
        file.add_picture(picture)


def _picture_block(cover: Picture) -> Any:
    """The PICTURE block (RFC 9639, 8.8) of the front cover."""
    facts = probe_image(cover.data)
    block = _flac.Picture()
    block.type, block.mime, block.data = _FRONT_COVER, cover.media_type, cover.data
    block.width, block.height, block.depth = facts.width, facts.height, 8 * len(facts.mode)
    return block


def _encode_picture(cover: Picture) -> str:
    return base64.b64encode(_picture_block(cover).write()).decode("ascii")


def _decode_picture(text: str) -> Any:
    """The block in a comment; None when it is none."""
    try:
        return _flac.Picture(base64.b64decode(text))
    except (_flac.error, ValueError, EOFError):
        return None


def _is_front_cover(text: str) -> bool:
    block = _decode_picture(text)
    return block is not None and block.type == _FRONT_COVER


def read_vorbis(
    path: Path, kind: SoundFormat
) -> tuple[dict[str, str], tuple[ChapterFacts, ...], Picture | None]:
    """Values by field name, chapters as they stand in the file, and cover."""
    file = _OPENERS[kind](path)
    comments: list[Comment] = [(name.upper(), value) for name, value in file.tags or ()]
    values: dict[str, str] = {}
    for field in TAG_FIELDS:
        if field.vorbis and field.kind not in {"picture", "chapters"}:
            text = clean_text("; ".join(value for name, value in comments if name == field.vorbis))
            if text:
                values[field.name] = text
    blocks = list(file.pictures) if kind == "flac" else []
    blocks += filter(None, (_decode_picture(value) for name, value in comments if name == _PICTURE))
    return values, _chapters_of(comments, file.info.length), _cover_of(blocks)


def _cover_of(blocks: list[Any]) -> Picture | None:
    blocks = sorted(blocks, key=lambda block: block.type != _FRONT_COVER)
    if not blocks:
        return None
    return Picture(data=bytes(blocks[0].data), media_type=clean_text(str(blocks[0].mime)) or "")


def _chapters_of(comments: list[Comment], duration_s: float) -> tuple[ChapterFacts, ...]:
    said = {name: clean_text(value) or "" for name, value in comments if _CHAPTER.match(name)}
    marks = [(_milliseconds(said[key]), key) for key in said if len(key) == len("CHAPTER000")]
    known = [(start, key) for start, key in marks if start is not None]
    ends = [*(start for start, _ in known), round(duration_s * 1000)][1:]
    return tuple(
        ChapterFacts(
            start_ms=start,
            end_ms=max(start, end),
            title=said.get(key + "NAME", ""),
            url=said.get(key + "URL") or None,
        )
        for (start, key), end in zip(known, ends, strict=True)
    )


def _milliseconds(text: str) -> int | None:
    try:
        return round(parse_time(text) * 1000)
    except ValueError:
        return None


def out_of_order(chapters: tuple[ChapterFacts, ...]) -> bool:
    """Whether a chapter stands before an earlier one."""
    return any(second.start_ms < first.start_ms for first, second in pairwise(chapters))
