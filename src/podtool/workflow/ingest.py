"""`podtool ingest`: recordings copied in, verified, listed in recordings.yaml and reported on."""

from __future__ import annotations

import errno
import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from podtool.audio.sound_facts import MeasuredSound, measure_sound_in_time
from podtool.build.files import copy_file, sha256_of, sweep_aside, write_text
from podtool.build.store import cache_error
from podtool.check.recordings import check_recording
from podtool.errors import CacheError, PodtoolError, SourceError, UsageError
from podtool.ports import Clock, Listener, Progress, ignore_events
from podtool.publish.work_facts import read_work_facts
from podtool.show.facts import SoundFacts, WorkFacts
from podtool.show.recordings import (
    RECORDINGS_FILE,
    RecordingEntry,
    add_segments,
    format_recordings,
    read_recordings,
)
from podtool.workflow.clock import read_clock
from podtool.workflow.facts import keep_sound, open_store
from podtool.workflow.media_types import media_type_of_sound
from podtool.workflow.project import EPISODE_FILE, Project
from podtool.workflow.results import FileReport, FilesResult
from podtool.workflow.workroom import only_one

RECORDINGS_FOLDER = "recordings"
# What Windows can't have in a name, and what YAML can't hold: controls, line separators, broken bytes.
_UNSAFE = re.compile('[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff<>:"/\\\\|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[a-z][a-z0-9]{1,4}\Z", re.IGNORECASE)
_NAME_ERRORS = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ})


@dataclass(frozen=True, kw_only=True)
class IngestOptions:
    """What the command line asked for.

    Attributes:
        name: the file's name in recordings/; only for a single file.
        segments: whether to add the files to episode.yaml.
    """

    name: str | None = None
    segments: bool = False


def ingest(
    files: Sequence[Path],
    project: Project,
    options: IngestOptions,
    listen: Listener = ignore_events,
    clock: Clock = read_clock,
) -> FilesResult:
    """Brings files into an episode; one that is refused doesn't keep the others out.

    Raises:
        UsageError: no files, or one name for several.
        ManifestError: recordings.yaml or episode.yaml is wrong.
        CacheError: the recordings folder can't be written, or another ingest is at work there.
    """
    if not files:
        raise UsageError("no files to bring in", hint="podtool ingest FILE… --episode EPISODE")
    if options.name and len(files) > 1:
        raise UsageError("--as names one file, but several were given", hint="bring them in one by one")
    folder = project.folder / RECORDINGS_FOLDER
    busy = CacheError("another `podtool ingest` is at work in this show", hint="wait until it is done")
    with only_one(project.cache, "ingest", busy):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            sweep_aside(folder)
            return _Ingest(folder, project, options, listen, clock()).run(files)
        except OSError as error:
            raise cache_error(Path(project.name, RECORDINGS_FOLDER), error) from error


class _Ingest:
    """One run; what is in goes into recordings.yaml at once, so that a crash loses nothing."""

    def __init__(
        self, folder: Path, project: Project, options: IngestOptions, listen: Listener, now: datetime
    ) -> None:
        self.folder = folder
        self.project = project
        self.options = options
        self.listen = listen
        self.now = now
        self.store = open_store(project.show.root)
        self.entries: dict[str, RecordingEntry] = dict(read_recordings(folder / RECORDINGS_FILE))

    def run(self, files: Sequence[Path]) -> FilesResult:
        reports = []
        for index, file in enumerate(files):
            self.listen(Progress(stage=f"ingest {file.name}", done=index, total=len(files), unit="files"))
            reports.append(self._take(file))
        if self.options.segments:
            self._add_segments([Path(report.path).name for report in reports if report.status != "refused"])
        return FilesResult(files=tuple(reports))

    def _take(self, file: Path) -> FileReport:
        """Brings in one file, or tells why not.

        Raises:
            OSError: the recordings folder can't be written; that concerns every file.
        """
        try:
            digest, measured = _read(file)
            sound = measured.facts
            if known := self._known(digest):
                why = f"it is {known} already"
                return self._report(known, digest, sound, status="known", why=why)
            name = self._free_name(file, digest)
        except PodtoolError as error:
            return _refused(file, f"{error.message}" + (f"; {error.hint}" if error.hint else ""))
        try:
            _copy(file, self.folder / name, digest)
        except SourceError as error:
            return _refused(file, f"{error.message}; {error.hint}")
        except OSError as error:
            if error.errno in _NAME_ERRORS:
                return _refused(file, f"{name!r} can't be a file's name here; choose one with --as NAME")
            raise
        self._keep(name, digest, file, sound)
        keep_sound(self.store, digest, measured)  # so that `check` needn't decode it
        return self._report(name, digest, sound, status="added")

    def _known(self, digest: str) -> str | None:
        """The name under which these bytes are listed and still there."""
        for name, entry in self.entries.items():
            if entry.sha256 == digest and _holds(self.folder / name, digest):
                return name
        return None

    def _free_name(self, file: Path, digest: str) -> str:
        """The name in recordings/; a clash is refused, on file systems that are blind for case, too.

        What lies there with the same bytes, put by hand or by a run that was killed, is no clash.
        """
        name = self.options.name or file.name
        if _UNSAFE.search(name) or _RESERVED.match(name) or name.startswith(".") or name != name.strip(" ."):
            raise UsageError(
                f"{name!r} can't be a file's name on every system", hint="choose one with --as NAME"
            )
        if self.options.name and not _EXTENSION.search(name):
            name += file.suffix.lower()
        # One form for all systems, so that the name typed into episode.yaml is the name on the disk.
        name = unicodedata.normalize("NFC", name)
        if _folded(name) == _folded(RECORDINGS_FILE):
            raise UsageError(f"{name} is podtool's own list", hint="choose another name with --as NAME")
        taken = {_folded(path.name): path.name for path in self.folder.iterdir()}
        there = taken.get(_folded(name))
        if there is None:
            return name
        if _holds(self.folder / there, digest):
            return there
        raise UsageError(
            f"{RECORDINGS_FOLDER}/{there} is there already, with another content",
            hint="choose another name with --as NAME; originals are never replaced",
        )

    def _keep(self, name: str, digest: str, file: Path, sound: SoundFacts) -> None:
        self.entries[name] = RecordingEntry(
            sha256=digest,
            bytes=(self.folder / name).stat().st_size,
            duration_s=round(sound.duration_s, 3),
            sample_rate_hz=sound.sample_rate_hz,
            channels=sound.channels,
            bit_depth=sound.bit_depth,
            came_from=_UNSAFE.sub("\ufffd", file.name),
            ingested=self.now,
        )
        write_text(self.folder / RECORDINGS_FILE, format_recordings(self.entries))

    def _report(self, name: str, digest: str, sound: SoundFacts, *, status: str, why: str = "") -> FileReport:
        path = f"{RECORDINGS_FOLDER}/{name}"
        return FileReport(
            path=path,
            sha256=digest,
            bytes=(self.folder / name).stat().st_size,
            media_type=media_type_of_sound(sound),
            sound=sound,
            problems=check_recording(path, sound),
            status=status,
            why=why,
            says=_says(self.folder / name),
        )

    def _add_segments(self, names: Sequence[str]) -> None:
        path = self.project.folder / EPISODE_FILE
        text = path.read_bytes().decode("utf-8")  # line ends as they are
        write_text(path, add_segments(text, names, file=self.project.episode.places.file))


def _read(file: Path) -> tuple[str, MeasuredSound]:
    """A file's digest and what it sounds like.

    Raises:
        SourceError: it is no sound file, or can't be read.
    """
    try:
        if not file.exists():
            raise SourceError("there is no such file", hint="check the name")
        if not file.is_file():
            raise SourceError("it is not a file", hint="name the files in it, one by one")
        if not file.stat().st_size:
            raise SourceError("it is empty", hint="copy it again from the recorder")
        return sha256_of(file), measure_sound_in_time(file)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"it can't be read: {reason}", hint="check its name and permissions") from error


def _says(path: Path) -> WorkFacts:
    """What a recording says of itself; tags that can't be read say nothing, the sound is what counts here."""
    with suppress(PodtoolError):
        return read_work_facts(path)
    return WorkFacts()


def _folded(name: str) -> str:
    """Equal for names that some file system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _holds(path: Path, digest: str) -> bool:
    try:
        return path.is_file() and sha256_of(path) == digest
    except OSError:
        return False


def _copy(file: Path, target: Path, digest: str) -> None:
    """Copies a file, unless it lies in its place already.

    Raises:
        SourceError: it changed since it was measured.
        OSError: the copy can't be written.
    """
    if target.exists():
        return
    if copy_file(file, target) != digest:
        target.unlink()
        raise SourceError("it changed while it was copied", hint="wait until its recorder is done with it")


def _refused(file: Path, why: str) -> FileReport:
    return FileReport(
        path=file.as_posix(), sha256="", bytes=0, media_type="", sound=None, status="refused", why=why
    )
