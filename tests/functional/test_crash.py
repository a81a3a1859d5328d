"""A kill at any moment of a build, again and again: what lies in the build folder is whole."""

import itertools
import os
import random
import shutil

import pytest
from ended import NEVER, complete, left_behind, operations, run_until
from shows import digests, edit_busy, make_busy

from example import assemble

KILLS = int(os.environ.get("PODTOOL_KILLS", "8"))
"""More of them for a long night; they are the first of the same row."""


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """Built, and then edited so that all of it is to be made anew."""
    show = make_busy(tmp_path_factory.mktemp("old") / "show")
    assemble(show)
    return edit_busy(show)


@pytest.fixture(scope="module")
def fresh(old, tmp_path_factory):
    """What comes of `old` elsewhere, with no cache and no earlier build but the same lock."""
    show = shutil.copytree(old, tmp_path_factory.mktemp("fresh") / "show")
    shutil.rmtree(show / ".podtool")
    shutil.rmtree(show / "build")
    assemble(show)
    return digests(show, ".podtool")


def whole_files(show):
    return {
        name: digest for name, digest in digests(show, ".podtool").items() if "/.podtool-" not in f"/{name}"
    }


def rooms(show):
    scratch = show / ".podtool/scratch"
    return list(scratch.iterdir()) if scratch.is_dir() else []


def test_a_kill_again_and_again(old, fresh, tmp_path):
    """Each run finds what those before have left: rooms, half-written files, the cache so far."""
    before = digests(old, ".podtool")
    show = shutil.copytree(old, tmp_path / "show")
    dice, killed, total = random.Random(8), 0, 150
    for number in itertools.count():
        if killed == KILLS:
            break
        assert number < 5 * KILLS, "most runs end before they are killed"
        later = f"+{dice.randrange(60)}" if number % 3 == 2 else ""
        done = run_until(show, dice.randrange(1, total), f"kill{later}", "assemble", "--jobs", "2")
        now = whole_files(show)
        assert now.keys() == before.keys()
        assert {name for name in now if now[name] not in {before[name], fresh[name]}} == set()
        assert len(rooms(show)) <= 1  # its own: those of the runs before were removed at its start
        if complete(done):
            assert now == fresh
            assert left_behind(show) == []
            shutil.rmtree(show / ".podtool")
        killed += not complete(done)
        total = 150 if complete(done) else max(60, total - 10)  # the cache leaves less and less to do
    assemble(show)
    assert digests(show, ".podtool") == fresh
    assert left_behind(show) == []


def test_a_kill_in_the_last_step_costs_no_encoding(old, fresh, tmp_path):
    show = shutil.copytree(old, tmp_path / "show")
    counted = shutil.copytree(old, tmp_path / "counted")
    total = operations(run_until(counted, NEVER, "kill", "assemble"))
    assert not complete(run_until(show, total - 8, "kill", "assemble"))
    said = assemble(show)
    encoded = {step["name"]: step["status"] for step in said["steps"] if step["name"].startswith("encode")}
    assert encoded == {"encode podcast": "reused", "encode archive": "reused"}
    assert digests(show, ".podtool") == fresh


def test_what_must_last_is_flushed_to_the_disk_and_the_cache_is_not(old, tmp_path, monkeypatch):
    """Known by their inodes, which a rename doesn't change."""
    show, flushed, real = shutil.copytree(old, tmp_path / "show"), set(), os.fsync

    def fsync(handle):
        flushed.add(os.fstat(handle).st_ino)
        real(handle)

    monkeypatch.setattr("podtool.build.files.os.fsync", fsync)
    (show / "episode.lock").unlink()
    written = {path: path.stat().st_mtime_ns for path in show.rglob("*")}
    assemble(show)
    changed = [
        path for path in show.rglob("*") if path.is_file() and path.stat().st_mtime_ns != written.get(path)
    ]
    lasting = {path.name for path in changed if path.stat().st_ino in flushed}
    assert lasting >= {path.name for path in changed if path.parent.name == "build"}
    assert {"seule-01.mp3", "seule-01.archive.flac", "episode.lock"} <= lasting
    assert not lasting & {path.name for path in changed if "cache" in path.parts or "records" in path.parts}
