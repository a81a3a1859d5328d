"""Results as use cases give them, and stand-ins that give them."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path, PurePosixPath
from types import SimpleNamespace

import typer

import podtool.workflow
from podtool.build.runner import StepReport
from podtool.cli import app
from podtool.errors import Problem, Severity
from podtool.ports import Change, Message, Progress
from podtool.publish.import_notes import ImportNote
from podtool.show.facts import ChapterFacts, SoundFacts, TagFacts
from podtool.workflow import project as project_module
from podtool.workflow.asset_results import AssetsResult
from podtool.workflow.import_result import ImportResult
from podtool.workflow.publish_result import PublishResult
from podtool.workflow.results import (
    Artefact,
    AssembleResult,
    CheckResult,
    CreditsResult,
    DoctorLine,
    DoctorResult,
    FileReport,
    FilesResult,
    MadeResult,
)

SOUND = SoundFacts(
    codec="pcm_s24le",
    container="wav",
    sample_rate_hz=48000,
    channels=2,
    bit_depth=24,
    samples=48000 * 185,
    integrated_loudness_lufs=-23.456,
    loudness_range_lu=5.1,
    sample_peak_dbfs=-3.21,
    true_peak_dbtp=-2.9,
    noise_floor_dbfs=-61.2,
    clipped_samples=12,
    dc_offset=0.0,
    leading_silence_s=1.5,
    trailing_silence_s=0.1,
    identical_channels=True,
)
SILENT = SoundFacts(
    codec="flac",
    container="flac",
    sample_rate_hz=44100,
    channels=1,
    bit_depth=16,
    samples=44100,
    integrated_loudness_lufs=None,
    loudness_range_lu=None,
    sample_peak_dbfs=None,
    true_peak_dbtp=None,
    noise_floor_dbfs=None,
    clipped_samples=0,
    dc_offset=0.0,
    leading_silence_s=1.0,
    trailing_silence_s=1.0,
    identical_channels=False,
)
TAGS = TagFacts(
    values={
        "title": "Comment ne pas subir sa transformation numérique ?",
        "album": "Questions d'asso",
        "licence_url": "https://creativecommons.org/licenses/by/2.0/",
        "description": "Le numérique arrive souvent dans une association par la fenêtre. " * 6,
    },
    chapters=(
        ChapterFacts(start_ms=0, end_ms=13500, title="Introduction"),
        ChapterFacts(start_ms=13500, end_ms=61000, title="Édito [bold]"),
    ),
    picture_type="image/png",
    picture_bytes=123456,
    tag_bytes=130000,
)
PROBLEMS = (
    Problem(
        rule="YAML-002",
        severity=Severity.ERROR,
        message="unknown key `titel`",
        hint="Did you mean `title`?",
        file="episode.yaml",
        line=4,
        column=1,
    ),
    Problem(
        rule="RIGHTS-003",
        severity=Severity.WARNING,
        message="«It Goes On...» has no licence",
        hint="Ask Sounds of Nowhere, and write the answer down as `licence`.",
        file="show.yaml",
        line=53,
        column=5,
        spec="CC: best practices for attribution",
    ),
    Problem(rule="FEED-001", severity=Severity.NOTE, message="nothing is published yet"),
)
CHECKED = CheckResult(
    episode="episodes/08",
    problems=PROBLEMS,
    excerpts={
        ("episode.yaml", 4): 'titel: "Comment ne pas subir sa transformation numérique ?"',
        ("show.yaml", 53): "    title: It Goes On...",
    },
)
ASSEMBLED = AssembleResult(
    episode="episodes/08-titre",
    title="Comment ne pas subir sa transformation numérique ?",
    artefacts=(
        Artefact(
            path="build/questions-asso-08.mp3",
            profile="podcast",
            media_type="audio/mpeg",
            bytes=2_903_120,
            sha256="0" * 64,
            duration_s=181.44,
            integrated_loudness_lufs=-16.04,
            true_peak_dbtp=-1.31,
            loudness_range_lu=4.2,
        ),
        Artefact(
            path="build/chapters.json",
            profile=None,
            media_type="application/json+chapters",
            bytes=812,
            sha256="1" * 64,
        ),
    ),
    steps=(
        StepReport(name="measure recordings/edito.wav", status="reused"),
        StepReport(
            name="encode podcast",
            status="built",
            reasons=("recordings/edito.wav changed", "the gain changed"),
            seconds=1.234,
            chunks_built=3,
            chunks_reused=40,
        ),
    ),
    problems=(PROBLEMS[1],),
)
FILES = FilesResult(
    files=(
        FileReport(
            path="recordings/edito.wav",
            sha256="a" * 64,
            bytes=53_280_044,
            media_type="audio/wav",
            sound=SOUND,
            tags=TAGS,
            status="added",
        ),
        FileReport(
            path="recordings/silence.flac",
            sha256="b" * 64,
            bytes=1000,
            media_type="audio/flac",
            sound=SILENT,
            status="known",
            why="the same bytes are there as recordings/rien.flac",
        ),
        FileReport(
            path="broken.mp3",
            sha256="",
            bytes=0,
            media_type="",
            sound=None,
            status="refused",
            why="it is empty",
        ),
    )
)
IMPORTED = ImportResult(
    folder=Path("my-show"),
    title="Une émission [bold]",
    feed="https://example.org/feed.xml",
    guid="9b024349-ccf0-5f69-a609-6b82873eab3c",
    episodes=("episodes/02-titre", "episodes/01-titre"),
    left_out=1,
    notes=(
        ImportNote(message="itunes:keywords: podtool has no place for it", item="Titre 1", line=9),
        ImportNote(message="itunes:keywords: podtool has no place for it", item="Titre 2", line=19),
        ImportNote(message="it has no enclosure", severity=Severity.WARNING, item="Un article", line=29),
        ImportNote(message="mended: not well-formed", line=2),
    ),
)
PUBLISHED = PublishResult(
    target="public/",
    changes=(
        Change(path="media/questions-asso-08.mp3", action="add", effect="safe", why="a new episode"),
        Change(path="feed.xml", action="replace", effect="safe", why="episode 8 is new"),
        Change(path="cover.png", action="same", effect="safe", why=""),
    ),
    waiting=("episodes/09-suite",),
)


def stand_in(monkeypatch, name, **functions):
    """Lets `podtool.workflow.<name>` be a module of these functions."""
    module = SimpleNamespace(**functions)
    monkeypatch.setitem(sys.modules, f"podtool.workflow.{name}", module)
    monkeypatch.setattr(podtool.workflow, name, module, raising=False)


def stand_in_for_all(monkeypatch, *, slow=0.0):
    """Every use case gives its sample; `slow` seconds are spent in sight of progress events."""

    def options(**given):
        return SimpleNamespace(**given)

    def work(_project, _options, listen):
        listen(Message(text="using 2 threads", level="detail"))
        for done in range(0, 101, 5):
            listen(Progress(stage="encode podcast", done=done, total=100, audio_s=181.0))
            time.sleep(slow / 20)
        listen(Message(text="the lock was written"))
        return ASSEMBLED

    monkeypatch.setattr(project_module, "find_project", lambda argument, _here: argument or "here")
    monkeypatch.setattr(
        project_module, "find_projects", lambda arguments, _here: tuple(arguments) or ("here",)
    )
    stand_in(
        monkeypatch,
        "assemble",
        AssembleOptions=options,
        assemble=work,
        plan=lambda _project, _options: ASSEMBLED,
    )
    stand_in(monkeypatch, "explain", explain=lambda _project: ASSEMBLED)
    stand_in(monkeypatch, "ingest", IngestOptions=options, ingest=lambda *_: FILES)
    stand_in(monkeypatch, "tagging", tag_episode=lambda *_: FILES, tag_files=lambda *_: FILES)
    stand_in(monkeypatch, "publishing", PublishOptions=options, publish=lambda *_: PUBLISHED)
    stand_in(monkeypatch, "checking", check=lambda *_: CHECKED)
    stand_in(
        monkeypatch,
        "explaining",
        explain_rule=lambda rule: {"rule": rule, "severity": "warning", "spec": "CC"},
    )
    stand_in(monkeypatch, "inspecting", inspect_files=lambda *_: FILES)
    stand_in(
        monkeypatch,
        "crediting",
        credit=lambda _argument, _here, form: CreditsResult(
            episode="episodes/08", text=f"Credits as {form}.\n", content={"works": []}
        ),
    )
    stand_in(monkeypatch, "assets", list_assets=lambda _here: AssetsResult(rows=()))
    stand_in(
        monkeypatch,
        "starting",
        InitAnswers=options,
        init=lambda *_: MadeResult(paths=(PurePosixPath("show.yaml"),)),
        new=lambda number, *_: MadeResult(paths=(PurePosixPath(f"episodes/{number:02d}"),)),
    )
    stand_in(monkeypatch, "importing", import_feed=lambda *_: IMPORTED)
    stand_in(monkeypatch, "previewing", serve=lambda *_, **__: None)
    stand_in(
        monkeypatch,
        "cleaning",
        clean=lambda *_: MadeResult(paths=(PurePosixPath(".podtool"),), freed_bytes=12_345_678),
    )
    stand_in(
        monkeypatch,
        "doctoring",
        doctor=lambda: DoctorResult(
            lines=(
                DoctorLine(name="numpy", ok=True, version="2.4.0", note=""),
                DoctorLine(name="ffmpeg", ok=False, version="", note="not needed"),
            )
        ),
    )


class Cli:
    """The command line in this process: `cli("check", "--strict")` gives its exit code, `out` and `err`."""

    def __init__(self, monkeypatch, capsys, folder):
        for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "GITHUB_WORKSPACE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("COLUMNS", "100")
        monkeypatch.setattr("tempfile.tempdir", str(folder))  # where logs of bugs go
        monkeypatch.chdir(folder)
        self.monkeypatch = monkeypatch
        self.capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments):
        code = typer.main.get_command(app).main(args=list(arguments), standalone_mode=False)
        self.out, self.err = self.capsys.readouterr()
        return code

    @property
    def json(self):
        """The one object on stdout."""
        return json.loads(self.out)

    def stand_in(self, name, **functions):
        stand_in(self.monkeypatch, name, **functions)

    def stand_in_for_all(self):
        stand_in_for_all(self.monkeypatch)


def failing(error):
    """A use case that raises `error`."""

    def use_case(*_, **__):
        raise error

    return use_case
