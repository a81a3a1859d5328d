"""A disk that is full from some write on: told as what it is, and the last good build stays."""

import errno
import itertools
import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from ended import NEVER, left_behind, run_until
from shows import digests, edit_busy, make_busy

from example import assemble, run

NO_SPACE = os.strerror(errno.ENOSPC)


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """Built, and then edited so that all of it is to be made anew."""
    show = make_busy(tmp_path_factory.mktemp("old") / "show")
    assemble(show)
    return edit_busy(show)


@pytest.fixture(scope="module")
def fresh(old, tmp_path_factory):
    show = shutil.copytree(old, tmp_path_factory.mktemp("fresh") / "show")
    shutil.rmtree(show / ".podtool")
    shutil.rmtree(show / "build")
    assemble(show)
    return digests(show, ".podtool")


class Disk:
    """Takes so many writes; every later one finds it full. What is a write: `write`, `fsync`, a new file."""

    def __init__(self, room):
        self.room = room
        self.count = itertools.count(1)
        self.used = 0

    def take(self):
        self.used = next(self.count)
        if self.used > self.room:
            raise OSError(errno.ENOSPC, NO_SPACE)

    def watch(self, patch):
        """Puts itself in the way of everything in this process that writes files, but for C libraries."""
        path_open, fdopen, fsync, os_open = Path.open, os.fdopen, os.fsync, os.open

        def open_path(path, mode="r", *arguments, **options):
            if not set("wxa+") & set(mode):
                return path_open(path, mode, *arguments, **options)
            self.take()
            return Watched(path_open(path, mode, *arguments, **options), self)

        def open_descriptor(descriptor, *arguments, **options):
            return Watched(fdopen(descriptor, *arguments, **options), self)

        def flush(descriptor):
            self.take()
            fsync(descriptor)

        def create(path, flags, *arguments, **options):
            if flags & os.O_CREAT:
                self.take()
            return os_open(path, flags, *arguments, **options)

        patch.setattr(Path, "open", open_path)
        for module, name, function in (
            ("audio.scratch", "fdopen", open_descriptor),
            ("build.files", "fsync", flush),
            ("audio.scratch_files", "open", create),
        ):
            patch.setattr(f"podtool.{module}.os.{name}", function)


class Watched:
    """A file whose writes the disk has to take."""

    def __init__(self, file, disk):
        self.file = file
        self.disk = disk

    def write(self, content):
        self.disk.take()
        return self.file.write(content)

    def writelines(self, parts):
        for part in parts:
            self.write(part)

    def __enter__(self):
        self.file.__enter__()
        return self

    def __exit__(self, *error):
        return self.file.__exit__(*error)

    def __getattr__(self, name):
        return getattr(self.file, name)


def assemble_on(show, room, monkeypatch):
    """Exit code, the object of --json, and the writes, on a disk with so much room."""
    disk = Disk(room)
    with monkeypatch.context() as patch:
        disk.watch(patch)
        code, out, err = run("assemble", "--json", "--jobs", "2", here=show)
    assert "Traceback" not in err
    return code, json.loads(out), disk.used


def is_told(said, show):
    """What happened, where, and what to do. Which disk is full is told by the whole path, else none is."""
    error = said["error"]
    assert "full" in error["message"] or NO_SPACE in error["message"], error
    assert "space" in error["hint"] or "room" in error["hint"], error
    assert str(show) not in error["message"] or "scratch" in error["message"]
    return error["kind"], error["exit_code"]


def test_whenever_it_gets_full(old, fresh, tmp_path, monkeypatch):
    before = digests(old, ".podtool")
    counted = shutil.copytree(old, tmp_path / "counted")
    code, _, total = assemble_on(counted, sys.maxsize, monkeypatch)
    assert (code, digests(counted, ".podtool")) == (0, fresh)
    assert total > 60
    for room in [0, 1, 2, 3, *range(4, total, total // 8), total - 1]:
        show = shutil.copytree(old, tmp_path / str(room))
        code, said, _ = assemble_on(show, room, monkeypatch)
        assert code == 7, (room, said)
        assert is_told(said, show) == ("CacheError", 7)
        assert left_behind(show) == []
        now = digests(show, ".podtool")
        assert now.keys() == before.keys()
        assert {name for name in now if now[name] not in {before[name], fresh[name]}} == set()
        if room < total // 2:
            assert now == before
    assemble(show)
    assert digests(show, ".podtool") == fresh


@pytest.mark.parametrize(("profile", "limit"), [("archive", 700_000), ("opus", 10_000)])
def test_encoders_that_write_by_themselves(old, tmp_path, profile, limit):
    """A limit on the size of files comes as near to a full disk as C libraries can be brought in a test."""
    resource = pytest.importorskip("resource")
    show = shutil.copytree(old, tmp_path / "show")
    before = digests(show, ".podtool")
    done = run_until(
        show,
        NEVER,
        "kill",
        *("assemble", "--profile", profile, "--json"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    error = json.loads(done.stdout)["error"]
    assert (done.returncode, error["kind"]) == (7, "CacheError"), done.stderr
    assert "too large" in error["message"] or "full" in error["message"]
    assert ("encoding" in error["message"]) == (profile != "opus"), "which doesn't come so far"
    assert left_behind(show) == []
    assert digests(show, ".podtool") == before
