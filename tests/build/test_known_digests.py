"""Digests are remembered while a file is untouched, and never when in doubt."""

from __future__ import annotations

import hashlib
import json
import os

import pytest

from podtool.build import known_digests
from podtool.build.known_digests import FILE, KnownDigests, digester, trusting


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "voix.wav"
    path.write_bytes(b"one")
    return path


@pytest.fixture
def reads(monkeypatch):
    """The files that were read."""
    seen = []

    def read(path):
        seen.append(path.name)
        return hashlib.sha256(path.read_bytes()).hexdigest()

    monkeypatch.setattr(known_digests, "sha256_of", read)
    return seen


@pytest.fixture
def old(monkeypatch):
    """As if every file had been written long ago."""
    monkeypatch.setattr(known_digests, "QUIET_NS", -(10**12))


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_an_untouched_file_is_read_once(file, reads, old, tmp_path):
    for _ in range(3):
        with trusting(tmp_path / "cache"):
            assert digester()(file) == sha(b"one")
    assert reads == ["voix.wav"]


def test_a_young_file_is_read_each_time(file, reads, tmp_path):
    for _ in range(2):
        with trusting(tmp_path / "cache"):
            digester()(file)
    assert reads == ["voix.wav"] * 2


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no time of a change to anything about a file")
def test_size_and_time_of_change_alone_are_not_believed(file, reads, old, tmp_path):
    with trusting(tmp_path / "cache"):
        digester()(file)
    status = file.stat()
    file.write_bytes(b"two")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    with trusting(tmp_path / "cache"):
        assert digester()(file) == sha(b"two")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"version": 1}',
        b'{"version": 1, "files": {"a": [1]}}',
        b'{"version": 99}',
        b"[" * 99_999,
    ],
)
def test_a_damaged_memory_is_none(content, file, old, tmp_path):
    (tmp_path / FILE).write_bytes(content)
    assert KnownDigests(tmp_path / FILE).digest(file) == sha(b"one")


def test_outside_nothing_is_remembered(file, reads, old, tmp_path):
    with trusting(tmp_path / "cache"):
        digester()(file)
    digester()(file)
    digester()(file)
    assert reads == ["voix.wav"] * 3


def test_a_cache_that_cant_be_written_is_no_loss(file, old, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    with trusting(tmp_path / "cache"):
        assert digester()(file) == sha(b"one")


def test_two_runs_at_once_leave_a_memory_that_can_be_read(file, old, tmp_path):
    other = tmp_path / "other.wav"
    other.write_bytes(b"other")
    first, second = KnownDigests(tmp_path / FILE), KnownDigests(tmp_path / FILE)
    first.digest(file)
    second.digest(other)
    first.save()
    second.save()
    assert json.loads((tmp_path / FILE).read_bytes())["files"]


def test_where_a_touch_leaves_no_trace_nothing_is_made_of_what_is_remembered(
    file, reads, old, tmp_path, monkeypatch
):
    monkeypatch.setattr(known_digests, "KEEPS_TIME_OF_TOUCH", False)
    for _ in range(2):
        with trusting(tmp_path / "cache", to_make=True):
            digester()(file)
    assert reads == ["voix.wav"] * 2
