"""Tags into a finished file, the sound untouched: ID3v2 (MP3), MP4 atoms (M4A, MP4), Vorbis comments.

The file is written anew beside the old one and takes its place only when both have the same sound, by digest.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import mutagen.mp3

from podtool.build.files import replacing
from podtool.errors import TagError
from podtool.publish.cover import COVER_BYTES, fit_cover
from podtool.publish.episode_tags import EpisodeTags, Picture, derive_tags
from podtool.publish.id3 import render_id3
from podtool.publish.mp4_tags import write_mp4
from podtool.publish.sound_bytes import SoundFormat, audio_digest, mp3_span, read_range, sniff_format
from podtool.publish.tag_failures import telling_tag_errors
from podtool.publish.tag_fields import TAG_LIMIT_BYTES
from podtool.publish.tag_reading import read_id3_bytes, read_tags
from podtool.publish.vorbis_tags import write_vorbis

__all__ = [
    "EpisodeTags",
    "Picture",
    "audio_digest",
    "derive_tags",
    "fit_tags",
    "is_taggable",
    "read_tags",
    "write_tags",
]

_NOT_WRITTEN = frozenset({"wav", "aiff"})
_CHAPTER_IMAGE_BYTES = 20_000
_CHAPTER_IMAGE_PIXELS = 600
_LEAST_COVER_BYTES = 40_000


def is_taggable(path: Path) -> bool:
    """Whether `write_tags` takes the file: MP3, M4A, MP4, Opus, Ogg Vorbis and FLAC, by its bytes.

    Raises:
        SourceError: there is no such file.
    """
    try:
        return sniff_format(path) not in _NOT_WRITTEN
    except TagError:
        return False


def write_tags(path: Path, tags: EpisodeTags, *, clear: bool = False) -> None:
    """Writes `tags` into the file; its sound, and whatever podtool has no field for, stay.

    An ID3v1 tag goes (its values move into the ID3v2 tag where that has none); an APE tag stays. Chapters of
    an MP4 file stay as the encoder wrote them. On any failure the file is as it was.

    Args:
        path: an MP3, M4A, MP4, Opus, Ogg Vorbis or FLAC file; a link's target is written, not the link.
        tags: what to write; a value that is None leaves what the file says.
        clear: whether a value that is None removes what the file says instead (for files of our own).

    Raises:
        SourceError: there is no such file.
        TagError: another kind of file, a broken one, or one that can't be written.
    """
    kind = sniff_format(path)
    if kind in _NOT_WRITTEN:
        raise TagError(f"{path.name}: podtool doesn't write tags into WAV and AIFF files", hint="use FLAC")
    with telling_tag_errors(path, "read"):
        read_tags(path)  # refuses traps before mutagen sees them
    target = path.resolve()
    before = audio_digest(target)
    with telling_tag_errors(path, "written"), replacing(target) as aside:
        if kind == "mp3":
            _write_mp3(target, aside, tags, clear=clear)
        else:
            _write_copy(target, aside, kind, tags, clear=clear)
        copy = Path(aside.name)
        if audio_digest(copy) != before:
            raise TagError(f"tagging {path.name} would change its sound", hint="the file may be damaged")
        shutil.copymode(target, copy)


def _write_mp3(source: Path, aside: BinaryIO, tags: EpisodeTags, *, clear: bool) -> None:
    with source.open("rb") as file:
        span = mp3_span(file)
        _refuse_noise(file, span.sound_start, source.name)
        existing = read_id3_bytes(file, span.sound_start)
        aside.write(render_id3(tags, existing, clear=clear, v1=span.v1))
        for start, end in ((span.sound_start, span.sound_end), *span.ape):
            aside.writelines(read_range(file, start, end))
    aside.flush()


def _refuse_noise(file: BinaryIO, sound_start: int, name: str) -> None:
    """A tag before something that is no MP3 would only make it look like one."""
    try:
        info = mutagen.mp3.MPEGInfo(file, sound_start)
    except mutagen.mp3.HeaderNotFoundError as error:
        raise TagError(f"{name} holds no MP3 sound", hint="does it play?") from error
    if info.sketchy:
        raise TagError(
            f"{name} holds hardly any MP3 frames, or only chance looks like them", hint="does it play?"
        )
    if info.layer != 3:  # noqa: PLR2004 - the 3 of MP3
        raise TagError(f"{name} is MPEG audio, but not Layer III", hint="convert it to MP3")


def _write_copy(source: Path, aside: BinaryIO, kind: SoundFormat, tags: EpisodeTags, *, clear: bool) -> None:
    with source.open("rb") as file:
        shutil.copyfileobj(file, aside, 1 << 20)
    aside.flush()
    copy = Path(aside.name)
    if kind == "mp4":
        write_mp4(copy, tags, clear=clear)
    else:
        write_vorbis(copy, kind, tags, clear=clear)


def fit_tags(tags: EpisodeTags) -> EpisodeTags:
    """`tags` made to fit into 300 kB: chapters' images become small, the cover gets what is left.

    A transcript that leaves no room for them goes: it lies beside the file, in better formats, anyway.

    Raises:
        SourceError: a picture can't be read.
        TagError: texts and chapters alone are too large.
    """
    images = {
        path: Picture(data=data, media_type=media_type)
        for path, (data, media_type) in (
            (
                path,
                fit_cover(image.data, limit_bytes=_CHAPTER_IMAGE_BYTES, limit_pixels=_CHAPTER_IMAGE_PIXELS),
            )
            for path, image in tags.chapter_images.items()
        )
    }
    bare = replace(tags, chapter_images=images, cover=None)
    room = TAG_LIMIT_BYTES - len(render_id3(bare)) - 100  # the cover's own frame header
    if room < _LEAST_COVER_BYTES and bare.transcript:
        bare = replace(bare, transcript=None)
        room = TAG_LIMIT_BYTES - len(render_id3(bare)) - 100
    if room < _LEAST_COVER_BYTES and images:
        bare = replace(bare, chapter_images={})
        room = TAG_LIMIT_BYTES - len(render_id3(bare)) - 100
    if tags.cover is None:
        return bare
    if room < _LEAST_COVER_BYTES:
        raise TagError(
            "texts and chapters leave no room for a cover in 300 kB of tag", hint="shorten the description"
        )
    data, media_type = fit_cover(tags.cover.data, limit_bytes=min(room, COVER_BYTES))
    return replace(bare, cover=Picture(data=data, media_type=media_type))
