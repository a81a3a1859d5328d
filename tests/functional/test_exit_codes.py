"""Every exit code, each provoked by what a user does: the code, the words, and the object of --json."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from shows import change_text, make_single, speech, write_wav

from example import run
from podtool.errors import KINDS

EPISODE = "  - clip: recordings/a.wav\n    title: Un\n"


def nothing(show):
    """The show as it is."""


def misspell(show):
    change_text(show / "episode.yaml", "title: Un\nsegments", "titel: Un\nsegments")


def drop_title(show):
    change_text(show / "show.yaml", "title: Seule\n", "")


def lose_recording(show):
    (show / "recordings/a.wav").unlink()


def silence(show):
    write_wav(show / "recordings/a.wav", np.zeros(44100))


def break_own_effect(show):
    (show / "effects.py").write_text("def louder(sound):\n    return sound.nonsense\n", encoding="utf-8")
    text = (show / "episode.yaml").read_text(encoding="utf-8")
    (show / "episode.yaml").write_text(text + "    effects: [{name: louder}]\n", encoding="utf-8")


def block_build(show):
    (show / "build").write_text("in the way", encoding="utf-8")


def block_cache(show):
    (show / ".podtool").write_text("in the way", encoding="utf-8")


def break_lock(show):
    (show / "episode.lock").write_text("version: 1\nloudness: 3\n", encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A command line in a show that was arranged for it, and what must come of it."""

    code: int
    kind: str
    arguments: tuple[str, ...]
    words: str
    arrange: Callable[[Path], None] = nothing
    places: tuple[str, ...] = field(default=())


CASES = {
    "check finds errors": Case(
        code=1,
        kind="CheckError",
        arguments=("check",),
        words="error",
        arrange=misspell,
        places=("episode.yaml:2",),
    ),
    "check --strict finds warnings": Case(
        code=1, kind="CheckError", arguments=("check", "--strict"), words="warning"
    ),
    "an unknown option": Case(code=2, kind="UsageError", arguments=("assemble", "--fast"), words="--fast"),
    "an unknown command": Case(code=2, kind="UsageError", arguments=("assembel",), words="assembel"),
    "an unknown episode": Case(
        code=2, kind="UsageError", arguments=("assemble", "42"), words="has no episode 42"
    ),
    "a name longer than names are": Case(
        code=2, kind="UsageError", arguments=("assemble", "x" * 5000), words="no such episode"
    ),
    "a number longer than numbers are": Case(
        code=2, kind="UsageError", arguments=("assemble", "9" * 5000), words="no such episode"
    ),
    "an unknown profile": Case(
        code=2, kind="UsageError", arguments=("assemble", "--profile", "x"), words="no profile is called x"
    ),
    "two wrong YAML files": Case(
        code=3,
        kind="ManifestError",
        arguments=("assemble",),
        words="title",
        arrange=lambda show: (misspell(show), drop_title(show)),
        places=("episode.yaml:2", "show.yaml:1"),
    ),
    "a missing recording": Case(
        code=4,
        kind="SourceError",
        arguments=("assemble",),
        words="recordings/a.wav is missing",
        arrange=lose_recording,
        places=("episode.yaml:4",),
    ),
    "a missing file to inspect": Case(
        code=4, kind="SourceError", arguments=("inspect", "absent.mp3"), words="absent.mp3"
    ),
    "an own effect that fails": Case(
        code=5,
        kind="ToolError",
        arguments=("assemble",),
        words="effects.py, line 2, in louder: AttributeError",
        arrange=break_own_effect,
    ),
    "silence": Case(code=6, kind="LoudnessError", arguments=("assemble",), words="silent", arrange=silence),
    "a build folder that is a file": Case(
        code=7, kind="CacheError", arguments=("assemble",), words="can't write", arrange=block_build
    ),
    "a cache that is a file": Case(
        code=7,
        kind="CacheError",
        arguments=("assemble",),
        words="can't write to .podtool",
        arrange=block_cache,
    ),
    "no cache to publish with": Case(
        code=7,
        kind="CacheError",
        arguments=("publish",),
        words="can't write to .podtool",
        arrange=block_cache,
    ),
    "a damaged lock": Case(
        code=7,
        kind="CacheError",
        arguments=("assemble",),
        words="episode.lock is damaged",
        arrange=break_lock,
        places=("episode.lock:2",),
    ),
    "tags into a WAV": Case(
        code=8, kind="TagError", arguments=("tag", "recordings/a.wav", "--set", "title=Un"), words="a.wav"
    ),
    "tags into nothing": Case(code=8, kind="TagError", arguments=("tag",), words="podtool assemble"),
    "publishing nothing": Case(code=9, kind="PublishError", arguments=("publish",), words="nothing is built"),
    "another kind of target": Case(
        code=9, kind="PublishError", arguments=("publish", "--to", "ftp://example.org"), words="ftp://"
    ),
}


@pytest.fixture
def show(tmp_path):
    folder = make_single(tmp_path / "show", EPISODE)
    write_wav(folder / "recordings/a.wav", speech(1))
    return folder


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_code_the_words_and_the_object(show, case):
    case.arrange(show)
    code, out, err = run(*case.arguments, here=show)
    told = " ".join((err + out).split())
    assert code == case.code, told
    assert case.words in told
    assert "Traceback" not in told
    if case.code != 1:  # what `check` finds is its answer: it stands on stdout, file by file
        assert re.search(r"^error: ", err, re.MULTILINE)
        assert all(place in told for place in case.places), told
    assert str(show) not in told

    code, out, err = run(*case.arguments, "--json", here=show)
    said = json.loads(out)
    error = said["error"]
    assert (code, said["ok"], error["exit_code"]) == (case.code, False, case.code)
    assert error["kind"] == case.kind
    assert error["message"].strip()
    assert isinstance(error["problems"], list)
    for problem in error["problems"]:
        assert set(problem) == {"rule", "severity", "file", "line", "column", "message", "hint", "spec"}
    assert {f"{one['file']}:{one['line']}" for one in error["problems"]} >= set(case.places)
    assert err == "" or "error" not in err


@pytest.mark.parametrize("arguments", [("doctor",), ("clean",), ("assemble",), ("explain",), ("credits",)])
def test_all_well_is_0(show, arguments):
    code, out, err = run(*arguments, "--json", here=show)
    assert (code, json.loads(out)["ok"]) == (0, True), err
    assert "error" not in json.loads(out)


@pytest.mark.parametrize("command", ["assemble", "publish", "tag", "explain", "ingest a.wav", "credits"])
def test_outside_a_show_it_is_2(tmp_path, command):
    code, _, err = run(*command.split(), here=tmp_path)
    assert code == 2
    assert "hint: " in err
    assert str(tmp_path) not in err


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_bug_is_70_and_its_log_is_named(show, monkeypatch, options):
    def stumble(*_):
        raise KeyError("segments")

    monkeypatch.setattr("podtool.workflow.assemble.digest_sources", stumble)
    code, out, err = run("assemble", *options, here=show)
    assert code == 70
    assert "Traceback" not in out + err
    if options:
        error = json.loads(out)["error"]
        assert (error["kind"], error["exit_code"]) == ("InternalError", 70)
        err = error["message"]
    log = Path(re.search(r"\S+podtool-bug-\S+\.log", "".join(err.split("\n")))[0])
    assert "KeyError: 'segments'" in log.read_text(encoding="utf-8")
    log.unlink()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for a child")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_is_130(show, number):
    write_wav(show / "recordings/a.wav", speech(25))
    process = subprocess.Popen(
        [sys.executable, "-m", "podtool", "assemble", "--json"],
        cwd=show,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while process.poll() is None and not any((show / ".podtool/scratch").glob("room-*/*")):
            time.sleep(0.01)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    error = json.loads(out)["error"]
    assert (error["kind"], error["exit_code"]) == ("Cancelled", 130)
    assert "Traceback" not in err
    assert list((show / ".podtool/scratch").iterdir()) == []
    assert not (show / "build").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_output_that_cannot_be_written_is_5(show):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "podtool", "credits"],
            cwd=show,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=os.environ,
        )
    assert done.returncode == 5
    assert "Traceback" not in done.stderr


def test_every_kind_is_provoked_here():
    provoked = {case.kind for case in CASES.values()} | {"InternalError", "Cancelled"}
    assert provoked == {kind.__name__ for kind in KINDS}
