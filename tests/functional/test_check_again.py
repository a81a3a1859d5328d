"""A second `check` of a show in which nothing changed: nothing is decoded or hashed, no recording opened."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from check_results import found
from shows import make_show, said_by

from podtool.build import known_digests

opened: Counter[str] = Counter()
watching: list[bool] = []


def _notice(event: str, arguments: tuple[object, ...]) -> None:
    if watching and event == "open" and isinstance(arguments[0], str | bytes):
        opened[Path(str(arguments[0])).suffix] += 1


sys.addaudithook(_notice)


@contextmanager
def watched():
    """Counts the files that are opened meanwhile, by suffix."""
    opened.clear()
    watching.append(True)
    try:
        yield opened
    finally:
        watching.clear()


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    """Three episodes, assembled, published and checked once."""
    folder = make_show(tmp_path_factory.mktemp("again") / "show", episodes=(1, 2, 3))
    said_by("assemble", "1", "2", "3", here=folder)
    said_by("publish", "--all", here=folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(known_digests, "QUIET_NS", 0)  # as if the files were older
        time.sleep(0.01)
        found(folder)
    return folder


def test_no_sound_is_read_again(show, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("something is decoded, or hashed")

    monkeypatch.setattr("av.open", refuse)
    for module in [each for name, each in sys.modules.items() if name.startswith("podtool.")]:
        if hasattr(module, "sha256_of"):
            monkeypatch.setattr(module, "sha256_of", refuse)
    with watched() as files:
        again = found(show)
    assert not [problem for problem in again.problems if "decoded, or hashed" in problem.message]
    assert files[".wav"] == 0
    assert files[".mp3"] <= 2 * 3  # the heads with their tags


def test_the_same_is_found(show):
    first, second = found(show), found(show)
    assert first.problems == second.problems


def test_a_file_that_changed_is_looked_at_again(show, tmp_path):
    copy = shutil.copytree(show, tmp_path / "show")
    before = found(copy)
    voice = copy / "episodes/01-un/recordings/voix.wav"
    change_keeping_its_times(voice)
    after = found(copy)
    assert {problem.rule for problem in after.problems} - {problem.rule for problem in before.problems}


def change_keeping_its_times(path):
    """Other bytes, the same size and time of change: as `cp -p` or `rsync -t` leave a file."""
    status = path.stat()
    content = bytearray(path.read_bytes())
    content[44:] = bytes(len(content) - 44)
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_the_work_grows_with_the_episodes_and_no_faster(show):
    one = sum_of_opened(show, "episodes/01-un")
    assert sum_of_opened(show, None) <= 3 * one


def sum_of_opened(show, argument):
    with watched() as files:
        found(show, argument)
    return sum(files.values())
