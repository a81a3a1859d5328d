"""The cache in the long run: within its limit, nothing left in it by runs that died."""

import shutil

import numpy as np
import pytest
from shows import change_text, digests, make_single, said_by, speech, write_wav

from example import assemble
from podtool.audio.scratch_files import create_locked, discard

CLIP = "  - clip: recordings/a.wav\n    title: Un\n"
HALF = "0123456789ab"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    show = make_single(tmp_path_factory.mktemp("made") / "show", CLIP)
    write_wav(show / "recordings/a.wav", speech(2))
    assemble(show)
    return show


@pytest.fixture
def show(made, tmp_path):
    return shutil.copytree(made, tmp_path / "show")


def entries(show):
    return {path.name for path in (show / ".podtool/cache").glob("??/*")}


def statuses(said):
    return {step["name"]: step["status"] for step in said["steps"]}


def test_a_full_cache_forgets_what_this_run_did_not_need(show, monkeypatch):
    first = entries(show)
    write_wav(show / "recordings/a.wav", speech(2, seed=7))
    monkeypatch.setenv("PODTOOL_CACHE_LIMIT", "1kB")
    assemble(show)
    second = entries(show)
    assert second
    assert not first & second
    monkeypatch.delenv("PODTOOL_CACHE_LIMIT")
    assert set(statuses(assemble(show)).values()) == {"reused"}


def test_a_large_enough_cache_forgets_nothing(show, monkeypatch):
    first = entries(show)
    write_wav(show / "recordings/a.wav", speech(2, seed=7))
    monkeypatch.setenv("PODTOOL_CACHE_LIMIT", "50 MB")
    assemble(show)
    assert first < entries(show)


def test_nothing_is_forgotten_while_another_run_is_at_work(show, monkeypatch):
    """It has looked for its entries already, and is about to read them."""
    first = entries(show)
    write_wav(show / "recordings/a.wav", speech(2, seed=7))
    monkeypatch.setenv("PODTOOL_CACHE_LIMIT", "1kB")
    room = show / ".podtool/scratch/room-0123456789ab"
    guard, descriptor = create_locked(room)
    assemble(show)
    assert first < entries(show)
    assert guard.exists()
    discard(guard, descriptor)
    write_wav(show / "recordings/a.wav", speech(2, seed=8))
    assemble(show)
    assert not first & entries(show)
    assert not room.exists()


def test_a_run_that_makes_nothing_forgets_nothing(show, monkeypatch):
    """It looks at the keys of a few entries only; the others are still needed for the next change."""
    first = entries(show)
    monkeypatch.setenv("PODTOOL_CACHE_LIMIT", "1kB")
    assert set(statuses(assemble(show)).values()) == {"reused"}
    assert entries(show) == first


def test_a_limit_that_is_no_size_is_2(show, monkeypatch):
    monkeypatch.setenv("PODTOOL_CACHE_LIMIT", "huge")
    said = said_by("assemble", here=show, code=2)
    assert "PODTOOL_CACHE_LIMIT is 'huge'" in said["error"]["message"]


def test_what_dead_writers_left_goes_wherever_they_wrote(show):
    """The sound, the records, the lock, the marks of the cache: each is written beside its place first."""
    before = digests(show)
    (entry,) = (path for path in sorted((show / ".podtool/cache").glob("??/*"))[:1])
    folders = [show, show / "build", show / ".podtool", show / ".podtool/records", show / ".podtool/cache"]
    left = [folder / f".podtool-{HALF}.x" for folder in (*folders, entry.parent)]
    for path in left:
        path.write_bytes(b"half")
    assemble(show)
    assert [path.name for path in show.rglob(f".podtool-{HALF}*")] == []
    assert digests(show) == before


def test_they_are_gone_before_the_work_begins(show):
    """Or they would lack the room that the work needs; also where it fails, and beside another run."""
    half = next((show / ".podtool/cache").glob("??")) / f".podtool-{HALF}"
    half.write_bytes(b"half")
    write_wav(show / "recordings/a.wav", np.zeros(44100))
    room = show / ".podtool/scratch/room-0123456789ab"
    guard, descriptor = create_locked(room)
    said_by("assemble", here=show, code=6)
    discard(guard, descriptor)
    assert not half.exists()


def test_plan_only_looks_and_takes_nothing_away(show):
    change_text(show / "episode.yaml", "title: Un\n", "title: Deux\n")
    half = next((show / ".podtool/cache").glob("??")) / f".podtool-{HALF}"
    half.write_bytes(b"half")
    said_by("assemble", "--plan", here=show)
    assert half.exists()
