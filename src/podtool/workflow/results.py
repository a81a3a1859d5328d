"""What use cases give back: plain values, each with the object that `--json` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from podtool.build.runner import StepReport
from podtool.errors import Problem
from podtool.show.facts import ChapterFacts, SoundFacts, TagFacts, WorkFacts

if TYPE_CHECKING:  # it loads an XML library, which an unchanged episode has no use for
    from podtool.show.yaml_fixing import Edit

DIGITS = 2
"""Decimals of loudness figures in JSON; the measurement is not better than that."""


def rounded(value: float | None, digits: int = DIGITS) -> float | None:
    """A figure for JSON; None stays None, -0.0 becomes 0.0."""
    return None if value is None else round(value, digits) + 0.0


@dataclass(frozen=True, kw_only=True)
class Artefact:
    """A file that `assemble` made. `path` is relative to the episode's folder (or as given with --out)."""

    path: str
    profile: str | None
    media_type: str
    bytes: int
    sha256: str
    duration_s: float | None = None
    integrated_loudness_lufs: float | None = None
    true_peak_dbtp: float | None = None
    loudness_range_lu: float | None = None

    def as_json(self) -> dict[str, object]:
        """The object under ``artefacts``."""
        return {
            "path": self.path,
            "profile": self.profile,
            "media_type": self.media_type,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "duration_s": rounded(self.duration_s, 3),
            "integrated_loudness_lufs": rounded(self.integrated_loudness_lufs),
            "true_peak_dbtp": rounded(self.true_peak_dbtp),
            "loudness_range_lu": rounded(self.loudness_range_lu),
        }


@dataclass(frozen=True, kw_only=True)
class AssembleResult:
    """One episode assembled, or planned (then `artefacts` is empty)."""

    episode: str
    title: str
    artefacts: tuple[Artefact, ...] = ()
    steps: tuple[StepReport, ...] = ()
    problems: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The part of the `--json` object that belongs to the episode."""
        return {
            "episode": self.episode,
            "artefacts": [artefact.as_json() for artefact in self.artefacts],
            "steps": [step.as_json() for step in self.steps],
            "problems": [problem.as_json() for problem in self.problems],
        }


@dataclass(frozen=True, kw_only=True)
class FileReport:
    """What `ingest` and `inspect` tell of a file.

    Attributes:
        status: for `ingest`: ``added``, ``known`` (the same bytes are there) or ``refused``; else empty.
        why: the reason for ``known`` and ``refused``.
        says: for `ingest`: what the file says of itself as a work.
    """

    path: str
    sha256: str
    bytes: int
    media_type: str
    sound: SoundFacts | None
    tags: TagFacts = field(default_factory=TagFacts)
    problems: tuple[Problem, ...] = ()
    status: str = ""
    why: str = ""
    says: WorkFacts = field(default_factory=WorkFacts)

    def as_json(self) -> dict[str, object]:
        """The object under ``files``."""
        content: dict[str, object] = {
            "path": self.path,
            "sha256": self.sha256,
            "bytes": self.bytes,
            "media_type": self.media_type,
            **_sound_json(self.sound),
            "tags": dict(self.tags.values),
            "chapters": [_chapter_json(chapter) for chapter in self.tags.chapters],
            "problems": [problem.as_json() for problem in self.problems],
        }
        ingested = {"status": self.status, "why": self.why, "says": vars(self.says)}
        return content | (ingested if self.status else {})


SOUND_KEYS = (
    "duration_s",
    "codec",
    "container",
    "sample_rate_hz",
    "channels",
    "bit_depth",
    "integrated_loudness_lufs",
    "loudness_range_lu",
    "sample_peak_dbfs",
    "true_peak_dbtp",
    "noise_floor_dbfs",
    "clipped_samples",
    "leading_silence_s",
    "trailing_silence_s",
    "identical_channels",
    "silent_channels",
    "flaws",
)
"""What `--json` says of a sound; all null for a file that was refused."""


def _sound_json(sound: SoundFacts | None) -> Mapping[str, object]:
    if sound is None:
        return dict.fromkeys(SOUND_KEYS)
    return {
        "duration_s": rounded(sound.duration_s, 3),
        "codec": sound.codec,
        "container": sound.container,
        "sample_rate_hz": sound.sample_rate_hz,
        "channels": sound.channels,
        "bit_depth": sound.bit_depth,
        "integrated_loudness_lufs": rounded(sound.integrated_loudness_lufs),
        "loudness_range_lu": rounded(sound.loudness_range_lu),
        "sample_peak_dbfs": rounded(sound.sample_peak_dbfs),
        "true_peak_dbtp": rounded(sound.true_peak_dbtp),
        "noise_floor_dbfs": rounded(sound.noise_floor_dbfs),
        "clipped_samples": sound.clipped_samples,
        "leading_silence_s": rounded(sound.leading_silence_s),
        "trailing_silence_s": rounded(sound.trailing_silence_s),
        "identical_channels": sound.identical_channels,
        "silent_channels": list(sound.silent_channels),
        "flaws": asdict(sound.flaws),
    }


def _chapter_json(chapter: ChapterFacts) -> Mapping[str, object]:
    return {"start_s": chapter.start_ms / 1000, "end_s": chapter.end_ms / 1000, "title": chapter.title}


@dataclass(frozen=True, kw_only=True)
class FilesResult:
    """What `ingest`, `inspect` and `tag FILE…` did or found, file by file."""

    files: tuple[FileReport, ...]

    def as_json(self) -> dict[str, object]:
        """The part of the `--json` object."""
        return {"files": [file.as_json() for file in self.files]}


@dataclass(frozen=True, kw_only=True)
class IgnoredProblem:
    """A finding that somebody has decided to live with.

    Attributes:
        reason: why, in their words.
        by: where that is said: ``show.yaml:12``, or the command line's option.
    """

    problem: Problem
    reason: str
    by: str

    def as_json(self) -> dict[str, object]:
        """The object under ``ignored``."""
        return {**self.problem.as_json(), "reason": self.reason, "ignored_by": self.by}


@dataclass(frozen=True, kw_only=True)
class FileFix:
    """What `check --fix` writes to a file.

    Attributes:
        file: as the user would type it.
        path: on this machine.
        before: what it was when it was looked at.
        count: how many findings that mends.
        diff: unified.
    """

    file: str
    path: Path
    before: bytes
    after: bytes
    count: int
    diff: str

    def as_json(self) -> dict[str, object]:
        """The object under ``fixes``."""
        return {"file": self.file, "mended": self.count, "diff": self.diff}


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """Every rule that is broken, sorted by place.

    Attributes:
        root: the show's folder on this machine.
        excerpts: the YAML line of each place that has one.
        ignored: what was found and doesn't count.
        looked_at: the folders of the episodes, as `episode` names one.
        edits: what `--fix` would write, by problem.
    """

    episode: str
    problems: tuple[Problem, ...]
    excerpts: Mapping[tuple[str, int], str] = field(default_factory=dict)
    ignored: tuple[IgnoredProblem, ...] = ()
    looked_at: tuple[str, ...] = ()
    edits: Mapping[Problem, Edit] = field(default_factory=dict)
    root: Path = Path()

    def excerpt(self, problem: Problem) -> str | None:
        """The line that a problem is about."""
        return self.excerpts.get((problem.file, problem.line))

    def as_json(self) -> dict[str, object]:
        """The part of the `--json` object."""
        return {
            "episode": self.episode,
            "problems": [
                {**problem.as_json(), "fixable": problem in self.edits} for problem in self.problems
            ],
            "ignored": [each.as_json() for each in self.ignored],
        }


@dataclass(frozen=True, kw_only=True)
class CreditsResult:
    """The attribution text in the format asked for, and as plain values for `--json`."""

    episode: str
    text: str
    content: Mapping[str, object]

    def as_json(self) -> dict[str, object]:
        """The part of the `--json` object."""
        return {"episode": self.episode, "credits": dict(self.content)}


@dataclass(frozen=True, kw_only=True)
class MadeResult:
    """Files that `init`, `new`, `clean` made or removed."""

    paths: tuple[PurePosixPath, ...]
    freed_bytes: int = 0

    def as_json(self) -> dict[str, object]:
        """The part of the `--json` object."""
        return {"paths": [path.as_posix() for path in self.paths], "freed_bytes": self.freed_bytes}


@dataclass(frozen=True, kw_only=True)
class DoctorLine:
    """One thing that `doctor` looked at."""

    name: str
    ok: bool
    version: str
    note: str


@dataclass(frozen=True, kw_only=True)
class DoctorResult:
    """What is installed and works."""

    lines: tuple[DoctorLine, ...]

    def as_json(self) -> dict[str, object]:
        """The part of the `--json` object."""
        return {"checks": [vars(line) for line in self.lines]}
