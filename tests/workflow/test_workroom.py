"""Rooms for scratch files, the lock of a show, and the marks on its cache."""

import os
import shutil

import pytest
from filelock import FileLock

from podtool.audio.scratch_files import create_locked, discard
from podtool.errors import CacheError, PublishError
from podtool.workflow import workroom
from podtool.workflow.workroom import only_one, open_workroom, prepare_cache


def rooms(cache):
    return sorted((cache / "scratch").iterdir())


def test_a_room_is_gone_when_its_run_ends_well_or_badly(tmp_path):
    with open_workroom(tmp_path / "cache") as room:
        (room / "a").write_bytes(b"x")
        assert rooms(tmp_path / "cache") == [room]
    assert rooms(tmp_path / "cache") == []
    with pytest.raises(ValueError, match="boom"), open_workroom(tmp_path / "cache"):
        raise ValueError("boom")
    assert rooms(tmp_path / "cache") == []


@pytest.mark.skipif(os.name == "nt", reason="the guard is still open: the next run removes it")
def test_a_room_is_gone_where_ctrl_c_comes_while_it_is_made(tmp_path, monkeypatch):
    def pressed(room):
        create_locked(room)
        raise KeyboardInterrupt

    monkeypatch.setattr(workroom, "create_locked", pressed)
    with pytest.raises(KeyboardInterrupt), open_workroom(tmp_path):
        pass
    assert rooms(tmp_path) == []


def test_a_room_is_gone_where_ctrl_c_comes_while_it_is_removed(tmp_path, monkeypatch):
    real, pressed = shutil.rmtree, []

    def press_once(room, **options):
        if not pressed:
            pressed.append(room)
            raise KeyboardInterrupt
        real(room, **options)

    monkeypatch.setattr(workroom.shutil, "rmtree", press_once)
    with pytest.raises(KeyboardInterrupt), open_workroom(tmp_path) as room:
        pass
    assert pressed == [room]
    assert rooms(tmp_path) == []


def test_rooms_of_the_living_stay_and_of_the_dead_go(tmp_path):
    cache = tmp_path / "cache"
    dead = cache / "scratch/room-dead"
    dead.mkdir(parents=True)
    (dead / "scratch-1-x.sound").write_bytes(b"x")
    (dead / "half.mp3").write_bytes(b"x")
    with open_workroom(cache) as first:
        assert rooms(cache) == [first]
        with open_workroom(cache) as second:
            assert set(rooms(cache)) == {first, second}


def test_a_room_that_is_swept_before_its_guard_stands_is_taken_anew(tmp_path, monkeypatch):
    swept = []

    def sweeping(room):
        if not swept:
            swept.append(room)
            raise CacheError("somebody swept it")
        return create_locked(room)

    monkeypatch.setattr(workroom, "create_locked", sweeping)
    with open_workroom(tmp_path) as room:
        assert room != swept[0]


def test_a_scratch_folder_that_cannot_be_is_told(tmp_path):
    (tmp_path / "scratch").write_bytes(b"in the way")
    with pytest.raises(CacheError), open_workroom(tmp_path):
        pass


def test_the_cache_is_marked(tmp_path):
    prepare_cache(tmp_path / ".podtool")
    prepare_cache(tmp_path / ".podtool")
    assert (
        (tmp_path / ".podtool/CACHEDIR.TAG")
        .read_text(encoding="utf-8")
        .startswith("Signature: 8a477f597d28d172")
    )
    assert (tmp_path / ".podtool/.gitignore").read_text(encoding="utf-8").splitlines()[-1] == "*"


def test_only_one_run_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(workroom, "LOCK_WAIT_S", 0)
    refusal = PublishError("busy")
    with only_one(tmp_path, "publish", refusal):
        with pytest.raises(PublishError, match="busy"), only_one(tmp_path, "publish", refusal):
            pass
        with only_one(tmp_path, "ingest", refusal):
            pass
    with only_one(tmp_path, "publish", refusal):
        pass


@pytest.mark.parametrize("error", [OSError(30, "Read-only file system"), NotImplementedError("flock")])
def test_where_there_can_be_no_lock_it_is_told(tmp_path, monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(FileLock, "acquire", fail)
    with pytest.raises(CacheError), only_one(tmp_path / ".podtool", "publish", PublishError("busy")):
        pass


def test_a_guard_is_no_longer_there_afterwards(tmp_path):
    guard, descriptor = create_locked(tmp_path / "room-x")
    discard(guard, descriptor)
    workroom.sweep_rooms(tmp_path)
    assert list(tmp_path.iterdir()) == []
