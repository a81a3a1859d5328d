"""What a sound or image file says about itself as a work: title, creator, source, licence.

Sound: ID3, MP4 atoms and Vorbis comments through `tag_reading`; of WAV also RIFF ``LIST INFO`` (Multimedia
Programming Interface 1.0, 2-14) and the ``bext`` chunk (EBU Tech 3285). Images: XMP (`xmp`), EXIF's Artist
and Copyright. All of it is somebody else's text: sizes are limited, control characters dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from podtool.errors import PodtoolError, SourceError, TagError
from podtool.publish.sound_bytes import riff_chunks, sniff_format
from podtool.publish.tag_failures import telling_tag_errors
from podtool.publish.tag_reading import read_tags
from podtool.publish.xmp import read_xmp
from podtool.show.credits import clean_line
from podtool.show.facts import WorkFacts
from podtool.show.licence_reading import read_licence

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})
_LARGEST_INFO = 256 << 10
_LARGEST_IMAGE = 100 << 20
_LONGEST = 2000
_EXIF_ARTIST, _EXIF_COPYRIGHT = 0x013B, 0x8298
_INFO = {"INAM": "title", "IART": "artist", "ICOP": "copyright", "ISRC": "source", "ICMT": "comment"}
# The file's own name of a field, in the order in which they are believed.
_SOURCES: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "creator": ("creator", "artist", "originator"),
    "source": ("source", "page_url", "show_url"),
    "licence": ("licence", "licence_url", "copyright", "comment", "terms"),
    "attribution": ("attribution", "credit"),
}


def read_work_facts(path: Path) -> WorkFacts:
    """What a file says about itself; empty where it says nothing.

    Raises:
        SourceError: it can't be read.
        TagError: tags that are broken or a trap.
    """
    if path.suffix.lower() in IMAGE_SUFFIXES:
        return facts_from(_read_image(path))
    try:
        kind = sniff_format(path)
    except SourceError:
        raise
    except PodtoolError:  # a video, say: it may be heard, but nobody reads its tags here
        return WorkFacts()
    values = dict(_read_riff(path)) if kind == "wav" else {}
    return facts_from({**values, **read_tags(path).values})


def facts_from(values: Mapping[str, str]) -> WorkFacts:
    """Named texts as facts; a licence only where one is recognised."""
    found: dict[str, str] = {}
    for name, behind in _SOURCES.items():
        texts = [clean_line(values.get(each, "")[:_LONGEST]) for each in behind]
        said = [text for text in texts if text]
        if name == "licence":
            said = [spdx for text in said if (spdx := read_licence(text))]
        if said:
            found[name] = " ".join(said[0].split())
    return WorkFacts(**found)


def _read_riff(path: Path) -> Iterable[tuple[str, str]]:
    with telling_tag_errors(path, "read"), path.open("rb") as file:
        for chunk in list(riff_chunks(file, "little")):
            reader = _RIFF.get(chunk.path)
            if reader and chunk.end - chunk.start <= _LARGEST_INFO:
                file.seek(chunk.start)
                yield from reader(file.read(chunk.end - chunk.start))


def _read_bext(data: bytes) -> Iterable[tuple[str, str]]:
    """Description (256 bytes) and Originator (32 bytes) come first (EBU Tech 3285, 2.3)."""
    yield "comment", _text(data[:256])
    yield "originator", _text(data[256:288])


def _read_info(data: bytes) -> Iterable[tuple[str, str]]:
    if data[:4] != b"INFO":
        return
    position = 4
    while position + 8 <= len(data):
        name = data[position : position + 4].decode("latin-1")
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        if name in _INFO:
            yield _INFO[name], _text(data[position + 8 : position + 8 + length])
        position += 8 + length + length % 2


_RIFF: Mapping[bytes, Callable[[bytes], Iterable[tuple[str, str]]]] = {
    b"LIST": _read_info,
    b"bext": _read_bext,
}


def _text(data: bytes) -> str:
    """Up to the first NUL; UTF-8 as most write today, else the old Windows code page."""
    raw = data.split(b"\0", 1)[0]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _read_image(path: Path) -> dict[str, str]:
    with telling_tag_errors(path, "read"):
        if path.stat().st_size > _LARGEST_IMAGE:
            raise SourceError(f"{path.name} is too large for an image", hint="use a smaller one")
        data = path.read_bytes()
        try:
            opened = Image.open(BytesIO(data), formats=("JPEG", "PNG", "GIF", "WEBP"))
        except UnidentifiedImageError as error:
            raise TagError(f"{path.name} is no JPEG, PNG, GIF or WebP", hint="is it whole?") from error
        with opened as image:
            exif = image.getexif()
            values = {
                "artist": str(exif.get(_EXIF_ARTIST, "")),
                "copyright": str(exif.get(_EXIF_COPYRIGHT, "")),
            }
            packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    xmp = read_xmp(packet.encode() if isinstance(packet, str) else bytes(packet))
    return {**values, **xmp}
