"""An episode in which nothing changed: what it costs, and that it is told of as before."""

import os
import subprocess
import sys

import pytest
from shows import make_single, said_by, speech, write_wav

from example import assemble
from podtool.build import known_digests

LOADED = """
import sys
from podtool.cli import app
app(["assemble", "-q"], standalone_mode=False)
print("LOADED", *sorted({*sys.modules} & {"numpy", "av", "pydub", "soxr", "mutagen", "PIL", "jinja2"}))
"""


@pytest.fixture
def show(tmp_path):
    segments = "  - clip: recordings/a.wav\n    chapters: [{at: 0:01, title: Un}]\n"
    show = make_single(tmp_path / "show", segments)
    write_wav(show / "recordings/a.wav", speech(2, -20, seed=1))
    return show


def test_it_is_told_of_as_before(show):
    first = assemble(show)
    second = assemble(show)
    assert second["artefacts"] == first["artefacts"]
    assert second["problems"] == first["problems"]
    assert [step["name"] for step in second["steps"]] == [step["name"] for step in first["steps"]]
    assert {step["status"] for step in second["steps"]} == {"reused"}


def test_no_library_of_sound_is_loaded(show):
    assemble(show)
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=show, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.splitlines()[-1] == "LOADED"


def test_a_cache_that_forgot_what_was_told_tells_it_anew(show):
    first = assemble(show)
    for entry in (show / ".podtool/cache").glob("??/*"):
        if b'"artefacts"' in entry.read_bytes():
            entry.unlink()
    assert assemble(show)["artefacts"] == first["artefacts"]


def test_an_output_that_somebody_changed_is_made_again(show):
    first = assemble(show)
    path = show / first["artefacts"][0]["path"]
    path.write_bytes(b"something else")
    said = said_by("assemble", here=show)
    assert said["artefacts"] == first["artefacts"]
    assert path.stat().st_size == first["artefacts"][0]["bytes"]


@pytest.fixture
def quiet(monkeypatch):
    """As if every file had been left alone for long."""
    monkeypatch.setattr(known_digests, "QUIET_NS", -(10**12))


@pytest.fixture
def hashed(monkeypatch):
    """The files that are read to be hashed."""
    seen = []
    read = known_digests.sha256_of

    def noting(path):
        seen.append(path.name)
        return read(path)

    monkeypatch.setattr(known_digests, "sha256_of", noting)
    return seen


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no time of a change to anything about a file")
def test_what_nobody_touched_is_not_read_again(show, quiet, hashed):
    assemble(show)
    assemble(show)
    hashed.clear()
    assert {step["status"] for step in assemble(show)["steps"]} == {"reused"}
    assert hashed == []


def test_fresh_reads_everything(show, quiet, monkeypatch):
    assemble(show)
    assemble(show)

    def forbid(*_, **__):
        raise AssertionError("what is remembered is trusted")

    monkeypatch.setattr("podtool.workflow.assemble.trusting", forbid)
    assert {step["status"] for step in said_by("assemble", "--fresh", here=show)["steps"]} == {"built"}


@pytest.mark.skipif(os.name == "nt", reason="there, files are read each time")
def test_a_recording_whose_times_were_put_back_is_noticed(show, quiet):
    first = assemble(show)
    assemble(show)
    path = show / "recordings/a.wav"
    status = path.stat()
    write_wav(path, speech(2, -20, seed=2))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    second = assemble(show)
    assert second["artefacts"][0]["sha256"] != first["artefacts"][0]["sha256"]
