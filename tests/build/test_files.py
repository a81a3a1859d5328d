import hashlib
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podtool.build import files
from podtool.build.files import (
    ASIDE,
    copy_file,
    put_in_place,
    remove_files,
    replacing,
    sha256_of,
    sweep_aside,
    write_bytes,
    write_text,
)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_file_appears_when_the_block_ends(tmp_path):
    path = tmp_path / "new folder" / "episode.mp3"
    with replacing(path) as file:
        file.write(b"....")
        file.seek(0)
        file.write(b"head")
        assert not path.exists()
    assert path.read_bytes() == b"head"
    assert names(path.parent) == ["episode.mp3"]


def test_the_new_takes_the_place_of_the_old(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old and longer")
    with replacing(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old and longer"
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize(
    "failure", [ValueError, OSError, KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError]
)
@pytest.mark.parametrize("before", [None, b"old"])
def test_whatever_goes_wrong_the_old_file_stays(tmp_path, failure, before):
    path = tmp_path / "a.txt"
    if before is not None:
        path.write_bytes(before)

    def write():
        with replacing(path) as file:
            file.write(b"half")
            raise failure

    with pytest.raises(failure):
        write()
    assert (path.read_bytes() if path.exists() else None) == before
    assert names(tmp_path) == (["a.txt"] if before else [])


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_at_the_last_moment(tmp_path, monkeypatch, step):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    if step == "fsync":
        monkeypatch.setattr(files.os, "fsync", full)
    else:
        monkeypatch.setattr(files.Path, "replace", full)
    with pytest.raises(OSError, match="No space"), replacing(path) as file:
        file.write(b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("durable", [True, False])
def test_only_what_must_last_waits_for_the_disk(tmp_path, monkeypatch, durable):
    """The file's bytes, and then, where the system has that, the folder that names it."""
    flushed, real = [], os.fsync

    def fsync(handle):
        flushed.append(handle)
        real(handle)

    monkeypatch.setattr(files.os, "fsync", fsync)
    with replacing(tmp_path / "a.txt", durable=durable) as file:
        file.write(b"new")
    assert len(flushed) == ((1 if os.name == "nt" else 2) if durable else 0)
    flushed.clear()
    assert write_bytes(tmp_path / "b.txt", b"new", durable=durable)
    assert bool(flushed) == durable
    assert names(tmp_path) == ["a.txt", "b.txt"]


def test_what_another_wrote_aside_is_flushed_and_renamed(tmp_path, monkeypatch):
    """In that order: a name must not be there before its bytes."""
    aside, path, told = tmp_path / f"{ASIDE}x", tmp_path / "a.txt", []
    aside.write_bytes(b"new")
    path.write_bytes(b"old")
    real = os.fsync

    def fsync(handle):
        told.append(path.read_bytes())
        real(handle)

    monkeypatch.setattr(files.os, "fsync", fsync)
    put_in_place(aside, path)
    assert told[0] == b"old"
    assert names(tmp_path) == ["a.txt"]
    assert path.read_bytes() == b"new"


def test_a_folder_stands_where_the_file_should(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OSError), replacing(tmp_path / "a.txt") as file:
        file.write(b"new")
    assert names(tmp_path) == ["a.txt"]


def test_a_folder_that_may_not_be_listed_is_no_failure(tmp_path, monkeypatch):
    """What was renamed is there, whether or not the system lets the folder be opened to sync it."""
    path = tmp_path / "a.txt"

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.os, "open", refuse)
    with replacing(path) as file:
        file.write(b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"new"


def test_two_writers_do_not_meet(tmp_path):
    path = tmp_path / "a.txt"
    with replacing(path) as one, replacing(path) as other:
        one.write(b"one")
        other.write(b"other")
    assert path.read_bytes() == b"one"
    assert names(tmp_path) == ["a.txt"]


@settings(max_examples=30)
@given(contents=st.lists(st.binary(max_size=20), min_size=1, max_size=4))
def test_what_is_the_same_is_left_alone(tmp_path_factory, contents):
    path = tmp_path_factory.mktemp("same") / "a"
    before = None
    for content in contents:
        assert write_bytes(path, content) == (content != before)
        assert path.read_bytes() == content
        before = content


def test_unchanged_means_untouched(tmp_path):
    path = tmp_path / "a"
    write_bytes(path, b"content")
    os.utime(path, ns=(1, 1_000_000_000))
    assert not write_bytes(path, b"content")
    assert path.stat().st_mtime_ns == 1_000_000_000


def test_text_is_utf_8_with_its_own_line_ends(tmp_path):
    path = tmp_path / "a.txt"
    assert write_text(path, "édito\nà\r\n")
    assert path.read_bytes() == "édito\nà\r\n".encode()


def test_a_copy_is_verified(tmp_path):
    source, target = tmp_path / "a.wav", tmp_path / "copies" / "b.wav"
    source.write_bytes(os.urandom(1 << 20) + b"tail")
    assert copy_file(source, target) == sha256_of(source) == sha256_of(target)
    assert target.read_bytes() == source.read_bytes()


def test_a_copy_that_differs_is_no_copy(tmp_path, monkeypatch):
    source, target = tmp_path / "a.wav", tmp_path / "b.wav"
    source.write_bytes(b"sound")
    target.write_bytes(b"old")
    monkeypatch.setattr(files, "sha256_of", lambda path: hashlib.sha256(path.read_bytes() + b"!").hexdigest())
    with pytest.raises(OSError, match=r"the copy of a\.wav differs from the original"):
        copy_file(source, target)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a.wav", "b.wav"]


def test_the_digest_of_bytes(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    assert sha256_of(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_sweeping_takes_only_what_a_crash_left(tmp_path):
    (tmp_path / f"{ASIDE}0123456789ab.mp3").write_bytes(b"half")
    (tmp_path / "episode.mp3").write_bytes(b"whole")
    (tmp_path / ".podtool").mkdir()
    sweep_aside(tmp_path)
    assert names(tmp_path) == [".podtool", "episode.mp3"]
    sweep_aside(tmp_path / "none")


def test_what_a_dead_run_left_is_swept_and_what_a_living_one_writes_stays(tmp_path):
    (tmp_path / f"{ASIDE}0123456789ab.mp3").write_bytes(bytes(30))
    (tmp_path / f"{ASIDE}a folder").mkdir()
    (tmp_path / "episode.mp3").write_bytes(b"whole")
    with replacing(tmp_path / "living.mp3") as file:
        file.write(b"new")
        assert sweep_aside(tmp_path) == 30
        assert sweep_aside(tmp_path) == 0
    assert names(tmp_path) == [f"{ASIDE}a folder", "episode.mp3", "living.mp3"]


@pytest.mark.skipif(os.name == "nt", reason="Windows removes no open file")
def test_a_file_swept_between_open_and_lock_is_opened_again(tmp_path, monkeypatch):
    """What this run's lock came too late for: another run has removed the file as a dead one's."""
    lock, tries = files.try_lock, []

    def swept_at_first(descriptor):
        if not tries:
            (path,) = tmp_path.iterdir()
            path.unlink()
        tries.append(descriptor)
        return lock(descriptor)

    monkeypatch.setattr(files, "try_lock", swept_at_first)
    with replacing(tmp_path / "a.txt") as file:
        file.write(b"new")
    assert len(tries) == 2
    assert (tmp_path / "a.txt").read_bytes() == b"new"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Windows renames no open file")
def test_a_file_is_locked_until_it_has_its_name(tmp_path, monkeypatch):
    """Or a sweep could take it between its last byte and its renaming."""
    real, swept = files.Path.replace, []

    def sweep_first(self, target):
        swept.append(sweep_aside(tmp_path))
        return real(self, target)

    monkeypatch.setattr(files.Path, "replace", sweep_first)
    with replacing(tmp_path / "a.txt") as file:
        file.write(b"new")
    assert swept == [0]
    assert (tmp_path / "a.txt").read_bytes() == b"new"


def test_a_ctrl_c_while_files_are_removed_waits_until_they_are_gone(tmp_path, monkeypatch):
    paths = [tmp_path / name for name in "abc"]
    for path in paths:
        path.write_bytes(b"half")
    unlink, calls = type(tmp_path).unlink, []

    def interrupted(path, **options):
        calls.append(path)
        if len(calls) == 2:
            raise KeyboardInterrupt
        unlink(path, **options)

    monkeypatch.setattr(type(tmp_path), "unlink", interrupted)
    with pytest.raises(KeyboardInterrupt):
        remove_files(*paths)
    assert names(tmp_path) == []
