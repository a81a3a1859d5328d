"""What a file's tags say, in names that don't depend on the format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from podtool.errors import TagError
from podtool.publish.episode_tags import Picture
from podtool.publish.id3 import parse_id3
from podtool.publish.id3_layout import HEADER_BYTES, LARGEST_TAG_BYTES, parse_header
from podtool.publish.id3_reading import find_problems, read_chapters, read_cover, read_values
from podtool.publish.mp4_tags import read_mp4
from podtool.publish.ogg_packets import read_comments
from podtool.publish.sound_bytes import (
    SoundFormat,
    flac_blocks,
    mp3_span,
    mp4_atoms,
    riff_chunks,
    sniff_format,
)
from podtool.publish.tag_failures import telling_tag_errors
from podtool.publish.tag_fields import COVER_LIMIT_BYTES, TAG_LIMIT_BYTES
from podtool.publish.vorbis_tags import out_of_order, read_vorbis, refuse_comment_bomb
from podtool.show.facts import ChapterFacts, TagFacts

_FLAC_COMMENTS, _FLAC_PICTURE, _FLAC_PADDING = 4, 6, 1
_MAGIC: Mapping[str, bytes] = {"opus": b"OpusTags", "vorbis": b"\x03vorbis"}


def read_tags(path: Path) -> TagFacts:
    """What the tags of an MP3, M4A, MP4, Opus, Ogg Vorbis, FLAC, WAV or AIFF file say.

    Values are free of control characters. A file without tags gives empty facts.

    Raises:
        SourceError: there is no such file.
        TagError: another kind of file, or tags that are broken or a trap.
    """
    kind = sniff_format(path)
    with telling_tag_errors(path, "read"):
        return _READERS[kind](path, kind)


def _facts(
    values: Mapping[str, str],
    chapters: tuple[ChapterFacts, ...],
    cover: Picture | None,
    tag_bytes: int,
    problems: list[str],
) -> TagFacts:
    picture_bytes = len(cover.data) if cover else 0
    checks = (
        (tag_bytes > TAG_LIMIT_BYTES, f"the tag takes {tag_bytes} bytes, more than {TAG_LIMIT_BYTES}"),
        (
            picture_bytes > COVER_LIMIT_BYTES,
            f"the cover takes {picture_bytes} bytes, more than {COVER_LIMIT_BYTES}",
        ),
    )
    return TagFacts(
        values=values,
        chapters=chapters,
        picture_type=cover.media_type if cover else None,
        picture_bytes=picture_bytes,
        tag_bytes=tag_bytes,
        problems=(*problems, *(problem for wrong, problem in checks if wrong)),
    )


def _id3_facts(tag_bytes: bytes, v1: bytes, problems: list[str]) -> TagFacts:
    tag = parse_id3(tag_bytes, v1)
    header = parse_header(tag_bytes)
    problems = [*find_problems(tag, header.version if header else 0), *problems]
    return _facts(read_values(tag), read_chapters(tag), read_cover(tag), len(tag_bytes) + len(v1), problems)


def _read_mp3(path: Path, _kind: SoundFormat) -> TagFacts:
    with path.open("rb") as file:
        span = mp3_span(file)
        tag = read_id3_bytes(file, span.sound_start)
    checks = (
        (bool(span.v1), "an ID3v1 tag stands at the end of the file"),
        (bool(span.ape), "an APE tag stands at the end of the file"),
        (span.second_tag, "a second ID3v2 tag stands behind the first"),
    )
    return _id3_facts(tag, span.v1, [problem for wrong, problem in checks if wrong])


def read_id3_bytes(file: BinaryIO, size: int) -> bytes:
    """The ID3v2 tag at the start of an MP3 file.

    Raises:
        TagError: it is larger than anybody's tag, or longer than the file.
    """
    if size > LARGEST_TAG_BYTES:
        raise TagError(f"the tag is larger than {LARGEST_TAG_BYTES >> 20} MB", hint="the file may be damaged")
    file.seek(0)
    tag = file.read(size)
    header = parse_header(tag[:HEADER_BYTES])
    if header is not None and len(tag) < header.size:
        raise TagError("the file ends before its tag does", hint="the file is damaged or cut short")
    return tag


def _read_chunked(path: Path, kind: SoundFormat) -> TagFacts:
    with path.open("rb") as file:
        chunks = riff_chunks(file, "little" if kind == "wav" else "big")
        found = next((chunk for chunk in chunks if chunk.path in {b"id3 ", b"ID3 "}), None)
        if found is None:
            return TagFacts()
        file.seek(found.start)
        tag = file.read(min(found.end - found.start, LARGEST_TAG_BYTES + 1))
    if parse_header(tag) is None:
        raise TagError("its ID3 chunk holds no ID3v2 tag", hint="the file may be damaged")
    return _id3_facts(tag, b"", [])


def _read_mp4(path: Path, _kind: SoundFormat) -> TagFacts:
    with path.open("rb") as file:
        meta = [atom for atom in mp4_atoms(file) if atom.path == b"moov.udta.meta"]
    values, chapters, cover = read_mp4(path)
    problems = ["chapters don't stand in time order in the file"] if out_of_order(chapters) else []
    return _facts(values, chapters, cover, sum(atom.end - atom.start + 8 for atom in meta), problems)


def _read_flac(path: Path, kind: SoundFormat) -> TagFacts:
    tag_bytes = 0
    with path.open("rb") as file:
        for block, start, end in list(flac_blocks(file)):
            if block in {_FLAC_COMMENTS, _FLAC_PICTURE, _FLAC_PADDING}:
                tag_bytes += end - start + 4
            if block == _FLAC_COMMENTS:
                file.seek(start)
                refuse_comment_bomb(file.read(end - start))
    return _vorbis_facts(path, kind, tag_bytes)


def _read_ogg(path: Path, kind: SoundFormat) -> TagFacts:
    with path.open("rb") as file:
        packet = read_comments(file, LARGEST_TAG_BYTES)
    refuse_comment_bomb(packet, _MAGIC[kind])
    return _vorbis_facts(path, kind, len(packet))


def _vorbis_facts(path: Path, kind: SoundFormat, tag_bytes: int) -> TagFacts:
    values, chapters, cover = read_vorbis(path, kind)
    problems = ["chapters don't stand in time order in the file"] if out_of_order(chapters) else []
    return _facts(values, chapters, cover, tag_bytes, problems)


_Reader = Callable[[Path, Any], TagFacts]
_READERS: Mapping[SoundFormat, _Reader] = {
    "mp3": _read_mp3,
    "mp4": _read_mp4,
    "flac": _read_flac,
    "opus": _read_ogg,
    "vorbis": _read_ogg,
    "wav": _read_chunked,
    "aiff": _read_chunked,
}
