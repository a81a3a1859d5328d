"""ID3v2 tags: made from `EpisodeTags`, merged with what a file had. Bytes in, bytes out.

The tag is v2.3. FFmpeg reads the sizes inside CHAP as v2.3 has them, whatever the tag's version, and so
loses every v2.4 chapter with a picture or a title of 128 bytes (seen with 5.1 and 8.1). Frames hold what
v2.3 can: one value, ISO-8859-1 or UTF-16 with its mark, no flags. TDRC, TDRL, TIPL and TMCL, which v2.4
brought and readers know by name, stand beside their elders TYER, TDAT and IPLS; a reader skips what it
doesn't know (ID3v2.3.0, 3.3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any

import mutagen.id3

from podtool.errors import TagError
from podtool.publish.episode_tags import Credits, EpisodeTags, Picture, tag_people, tag_texts
from podtool.publish.id3_layout import (
    HEADER_BYTES,
    LARGEST_TAG_BYTES,
    Id3Header,
    RawFrame,
    chapter_start_ms,
    frames_of,
    join_frames,
    parse_header,
    picture_type,
    refuse_bombs,
    split_frames,
    stranger_in_v23,
)
from podtool.publish.tag_fields import PADDING_BYTES, TAG_FIELDS, TagField
from podtool.show.facts import ChapterFacts

# mutagen ships py.typed with hardly an annotation: as `Any` it can be called under mypy --strict.
_id3: Any = mutagen.id3

CONTENTS_ID = "toc"
FRONT_COVER = 3
_OTHER_PICTURE = 0
_NO_OFFSET = 0xFFFFFFFF
_LATIN_1, _UTF_16 = 0, 1
_LANGUAGE_LETTERS = 3
_CODECS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}
_OBSOLETE = ("RVAD", "EQUA", "TRDA", "TSIZ")
"""Frames that mutagen throws away when it takes a v2.3 tag for v2.4, though nothing took their place."""

_FIELD_FRAMES = (
    field.id3.partition(":")[0] for field in TAG_FIELDS if field.kind not in {"picture", "chapters"}
)
_RANK: Mapping[bytes, int] = {
    name.encode(): rank for rank, name in enumerate([*dict.fromkeys(_FIELD_FRAMES), "CTOC", "CHAP"])
}


def render_id3(tags: EpisodeTags, existing: bytes = b"", *, clear: bool = False, v1: bytes = b"") -> bytes:
    """A whole tag, padding included.

    Args:
        tags: what to write.
        existing: the whole tag that stood there; what podtool doesn't write is taken over.
        clear: whether frames of ours that `tags` has no value for go; else they stay.
        v1: the ID3v1 tag that stood at the end; it only speaks where no ID3v2 frame does.

    Raises:
        TagError: `existing` can't be trusted, or the tag would be too large.
    """
    tag = parse_id3(existing, v1)
    unknown = _unknown_frames(tag, existing)
    texts, people = tag_texts(tags), tag_people(tags)
    for field in TAG_FIELDS:
        frames = _frames_for(field, tags, texts, people)
        if frames or clear:
            _remove(tag, field)
        for frame in frames:
            tag.add(frame)
    for frame in _elders(tag):
        tag.add(frame)
    buffer = BytesIO()
    tag.save(buffer, v1=0, v2_version=3, v23_sep=None, padding=lambda _: 0)
    rendered = [_with_plain_url(frame) for frame in split_frames(buffer.getvalue()[HEADER_BYTES:], 3)]
    return join_frames(order_frames([*rendered, *unknown]), PADDING_BYTES)


def _elders(tag: Any) -> list[Any]:
    """TYER, TDAT, TIME, TORY and IPLS for those of v2.4 that took their places."""
    twin = _id3.ID3()
    for name in ("TDRC", "TDOR", "TIPL", "TMCL"):
        if name in tag:
            twin.add(tag[name])
    twin.update_to_v23()
    for frame in twin.values():
        frame.encoding = _encoding_for(_text_in(frame))
    return list(twin.values())


def _text_in(frame: Any) -> str:
    return "".join(map("".join, frame.people)) if hasattr(frame, "people") else "".join(map(str, frame.text))


def _with_plain_url(frame: RawFrame) -> RawFrame:
    """URL frames without the zero that mutagen puts behind them and some readers take for a part of it.

    Apple's WFED is a text frame in spite of its W: it begins with its encoding, which mutagen leaves out.
    """
    if not frame.id.startswith(b"W") or frame.id == b"WXXX":
        return frame
    encoding = b"\x00" if frame.id == b"WFED" else b""
    return RawFrame(id=frame.id, flags=0, body=encoding + frame.body.rstrip(b"\x00"))


def parse_id3(tag: bytes, v1: bytes = b"") -> Any:
    """The `mutagen.id3.ID3` of a whole tag's bytes, in v2.4's terms; an empty one for none.

    Raises:
        TagError: the tag is too large or a trap.
    """
    if not tag and not v1:
        return _id3.ID3()
    header = parse_header(tag)
    if len(tag) > LARGEST_TAG_BYTES:
        raise TagError(f"the tag is larger than {LARGEST_TAG_BYTES >> 20} MB", hint="the file may be damaged")
    if header is not None:
        refuse_bombs(tag, header)
    parsed = _id3.ID3(BytesIO(tag + v1), translate=False)
    kept = [parsed[name] for name in _OBSOLETE if name in parsed]
    parsed.update_to_v24()
    for frame in kept:
        parsed.add(frame)
    if header is not None and "WFED" in parsed:
        parsed["WFED"].url = _feed_address(tag, header)
    return parsed


def _feed_address(tag: bytes, header: Id3Header) -> str:
    """What the WFED frame says, with or without the encoding that Apple puts before it."""
    frames = split_frames(frames_of(tag, header), header.version)
    body = next((frame.body for frame in frames if frame.id == b"WFED"), b"")
    codec = _CODECS.get(body[0]) if body else None
    text = body[1:].decode(codec, "replace") if codec else body.decode("latin-1")
    # Latin-1 is all that mutagen's frame can hold, and all that an address needs.
    return text.strip("\x00").encode("latin-1", "replace").decode("latin-1")


def order_frames(frames: Iterable[RawFrame]) -> list[RawFrame]:
    """Frames as players want them: texts, contents, chapters in time order, strangers, pictures.

    Addendum 1.0 leaves the order of CHAP frames open, yet players list them as they stand in the file.
    """
    return sorted(frames, key=_order_key)


def _order_key(frame: RawFrame) -> tuple[int, int]:
    if frame.id == b"APIC":
        return len(_RANK) + 1, picture_type(frame) != FRONT_COVER
    return _RANK.get(frame.id, len(_RANK)), chapter_start_ms(frame) if frame.id == b"CHAP" else 0


def _unknown_frames(tag: Any, existing: bytes) -> list[RawFrame]:
    """Frames that mutagen doesn't know, as v2.3 holds them; it would drop those of another version."""
    header = parse_header(existing)
    raw: list[bytes] = list(tag.unknown_frames)
    tag.unknown_frames = []
    in_v23 = (stranger_in_v23(frame, header) for frame in raw) if header else ()
    return [frame for frame in in_v23 if frame is not None]


def _remove(tag: Any, field: TagField) -> None:
    for key, frame in list(tag.items()):
        if is_ours(frame, field) or (field.kind == "chapters" and frame.FrameID == "CTOC"):
            del tag[key]


def is_ours(frame: Any, field: TagField) -> bool:
    """Whether a frame is where podtool keeps `field`: comments with a description are somebody else's."""
    name, _, description = field.id3.partition(":")
    if not name or frame.FrameID != name:
        return False
    if name == "APIC":
        return int(frame.type) == FRONT_COVER
    return name not in {"TXXX", "COMM", "USLT"} or frame.desc == description


def _frames_for(
    field: TagField, tags: EpisodeTags, texts: Mapping[str, str], people: Mapping[str, Credits]
) -> list[Any]:
    if not field.id3:
        return []
    if field.kind == "chapters":
        return _chapter_frames(tags)
    if field.kind == "picture":
        return [_picture_frame(tags.cover, FRONT_COVER)] if tags.cover else []
    if field.kind == "people":
        return [_people_frame(field.id3, people[field.name])] if field.name in people else []
    text = texts.get(field.name)
    if text is None:
        return []
    name, _, description = field.id3.partition(":")
    make = _MAKERS.get(name, _url_frame if field.kind == "url" else _text_frame)
    return [make(name, text, description, tags.language)]


def _encoding_for(text: str) -> int:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return _UTF_16
    return _LATIN_1


def _text_frame(name: str, text: str, _description: str, _language: str | None) -> Any:
    return _id3.Frames[name](encoding=_encoding_for(text), text=[text])


def _url_frame(name: str, text: str, _description: str, _language: str | None) -> Any:
    return _id3.Frames[name](url=text)


def _user_text_frame(_name: str, text: str, description: str, _language: str | None) -> Any:
    return _id3.TXXX(encoding=_encoding_for(text), desc=description, text=[text])


def _long_text_frame(name: str, text: str, _description: str, language: str | None) -> Any:
    known = (
        language if language and len(language) == _LANGUAGE_LETTERS else "XXX"
    )  # v2.4 frames, 4.8 and 4.10
    content = [text] if name == "COMM" else text
    return _id3.Frames[name](encoding=_encoding_for(text), lang=known, desc="", text=content)


def _podcast_frame(_name: str, _text: str, _description: str, _language: str | None) -> Any:
    return _id3.PCST(value=0)  # as iTunes writes it: that the frame is there says it all


_Maker = Callable[[str, str, str, str | None], Any]
_MAKERS: Mapping[str, _Maker] = {
    "TXXX": _user_text_frame,
    "COMM": _long_text_frame,
    "USLT": _long_text_frame,
    "PCST": _podcast_frame,
}


def _people_frame(name: str, pairs: Credits) -> Any:
    encoding = _encoding_for("".join(role + person for role, person in pairs))
    return _id3.Frames[name](encoding=encoding, people=[list(pair) for pair in pairs])


def _picture_frame(picture: Picture, kind: int) -> Any:
    frame = _id3.APIC(encoding=_LATIN_1, mime=picture.media_type, type=kind, desc="", data=picture.data)
    frame.salt = "podtool"  # keeps a stranger's picture with the same (empty) description from being replaced
    return frame


def _chapter_frames(tags: EpisodeTags) -> list[Any]:
    """CHAP frames and the one CTOC that lists them all, top-level and ordered (Addendum 1.0, 3.1 and 3.2)."""
    if not tags.chapters:
        return []
    names = [f"chp{number}" for number in range(len(tags.chapters))]
    flags = _id3.CTOCFlags.TOP_LEVEL | _id3.CTOCFlags.ORDERED
    contents = _id3.CTOC(element_id=CONTENTS_ID, flags=flags, child_element_ids=names, sub_frames=[])
    return [contents, *(_chapter_frame(*pair, tags) for pair in zip(names, tags.chapters, strict=True))]


def _chapter_frame(name: str, chapter: ChapterFacts, tags: EpisodeTags) -> Any:
    inside = [_text_frame("TIT2", chapter.title, "", None)]
    if chapter.url:
        inside.append(_id3.WXXX(encoding=_LATIN_1, desc="", url=chapter.url))
    image = tags.chapter_images.get(chapter.image) if chapter.image else None
    if image:
        inside.append(_picture_frame(image, _OTHER_PICTURE))
    return _id3.CHAP(
        element_id=name,
        start_time=chapter.start_ms,
        end_time=chapter.end_ms,
        start_offset=_NO_OFFSET,
        end_offset=_NO_OFFSET,
        sub_frames=inside,
    )
