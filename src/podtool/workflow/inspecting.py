"""`podtool inspect`: what a finished file says and sounds like."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from podtool.audio.sound_facts import measure_sound
from podtool.build.files import sha256_of
from podtool.check.media import check_media
from podtool.errors import SourceError, TagError, UsageError
from podtool.ports import Listener, Progress, ignore_events
from podtool.publish.tags import read_tags
from podtool.show.facts import TagFacts
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
        problems=check_media(file.as_posix(), sound, tags),
    )


def _tags_of(file: Path) -> TagFacts:
    """The tags; a kind of file that podtool reads no tags from has none."""
    try:
        return read_tags(file)
    except TagError as error:
        return TagFacts(problems=(error.message,))
