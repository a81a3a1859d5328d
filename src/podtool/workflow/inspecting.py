"""`podtool inspect`: what a finished file says and sounds like."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from podtool.audio.sound_facts import measure_sound
from podtool.build.files import sha256_of
from podtool.check.media import check_media
from podtool.check.subject import MediaFacts
from podtool.errors import SourceError, TagError, UsageError
from podtool.ports import Listener, Progress, ignore_events
from podtool.publish.sound_bytes import index_is_last
from podtool.publish.tags import read_tags
from podtool.show.facts import SoundFacts, TagFacts
from podtool.workflow.evidence import MP4_SUFFIXES
from podtool.workflow.facts import probe_frames
from podtool.workflow.media_types import media_type_of_sound
from podtool.workflow.results import FileReport, FilesResult


def inspect_files(files: Sequence[Path], listen: Listener = ignore_events) -> FilesResult:
    """Measures each file and reads its tags.

    Raises:
        UsageError: no file was named.
        SourceError: a file is missing or can't be decoded.
    """
    if not files:
        raise UsageError("no files to look at", hint="podtool inspect FILE…")
    reports = []
    for index, file in enumerate(files):
        listen(Progress(stage=f"inspect {file.name}", done=index, total=len(files), unit="files"))
        reports.append(inspect_file(file))
    return FilesResult(files=tuple(reports))


def inspect_file(file: Path) -> FileReport:
    """One file's sound, tags and chapters, and what is wrong with them.

    Raises:
        SourceError: it is missing or can't be decoded.
    """
    sound = measure_sound(file)
    tags = _tags_of(file)
    try:
        digest, size = sha256_of(file), file.stat().st_size
    except OSError as error:
        raise SourceError(f"{file.name}: {error.strerror or error}", hint="check the file") from error
    return FileReport(
        path=file.as_posix(),
        sha256=digest,
        bytes=size,
        media_type=media_type_of_sound(sound),
        sound=sound,
        tags=tags,
        problems=check_media(_media_of(file, sound, tags)),
    )


def _media_of(file: Path, sound: SoundFacts, tags: TagFacts) -> MediaFacts:
    """With an MP3's frames, or the order of an MP4's parts."""
    media = MediaFacts(path=file.as_posix(), sound=sound, tags=tags)
    if sound.codec == "mp3":
        with suppress(SourceError):  # MP3 in another container
            media = replace(media, mp3=probe_frames(file))
    if file.suffix.lower() in MP4_SUFFIXES:
        with suppress(TagError, OSError):
            media = replace(media, index_is_last=index_is_last(file))
    return media


def _tags_of(file: Path) -> TagFacts:
    """The tags; a kind of file that podtool reads no tags from has none."""
    try:
        return read_tags(file)
    except TagError as error:
        return TagFacts(problems=(error.message,))
