"""Ctrl-C, and the signals that mean the same, at any moment of a build: nothing is left half-made."""

import itertools
import json
import random
import shutil
import sys

import pytest
from ended import NEVER, left_behind, operations, run_until
from shows import digests, edit_busy, make_busy

NO_SIGTERM = pytest.mark.skipif(sys.platform == "win32", reason="on Windows that is a kill")
SIGNALS = ["SIGINT", pytest.param("SIGTERM", marks=NO_SIGTERM)]
MOMENTS = {"SIGINT": 4, "SIGTERM": 2}


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """Built, and then edited so that all of it is to be made anew."""
    show = make_busy(tmp_path_factory.mktemp("old") / "show")
    assert run_until(show, NEVER, "kill", "assemble").returncode == 0
    return edit_busy(show)


@pytest.fixture(scope="module")
def fresh(old, tmp_path_factory):
    """What comes of `old` elsewhere, with no cache and no earlier build but the same lock."""
    show = shutil.copytree(old, tmp_path_factory.mktemp("fresh") / "show")
    shutil.rmtree(show / ".podtool")
    shutil.rmtree(show / "build")
    assert run_until(show, NEVER, "kill", "assemble").returncode == 0
    return digests(show, ".podtool")


@pytest.fixture(scope="module")
def total(old, fresh, tmp_path_factory):
    """How many operations on files the second build of `old` takes."""
    show = shutil.copytree(old, tmp_path_factory.mktemp("total") / "show")
    done = run_until(show, NEVER, "kill", "assemble", "--jobs", "2")
    assert digests(show, ".podtool") == fresh
    return operations(done)


def moments(total, how):
    """Some of a build's operations on files: its first, its last, and others between them, not evenly."""
    edges = [1 + (total - 1) * number // MOMENTS[how] for number in range(MOMENTS[how] + 1)]
    chosen = random.Random(how)
    assert total > 100
    return [1, *(chosen.randrange(low, high) for low, high in itertools.pairwise(edges)), total - 10]


@pytest.mark.parametrize("how", SIGNALS)
def test_whenever_it_comes(old, fresh, total, tmp_path, how):
    before = digests(old, ".podtool")
    for at in moments(total, how):
        show = shutil.copytree(old, tmp_path / str(at))
        done = run_until(show, at, how, "assemble", "--jobs", "2", "--json")
        assert done.returncode == 130, (at, done.stderr)
        error = json.loads(done.stdout)["error"]
        assert (error["kind"], error["exit_code"]) == ("Cancelled", 130)
        assert "Traceback" not in done.stderr
        assert left_behind(show) == []
        now = digests(show, ".podtool")
        assert now.keys() == before.keys()
        assert {name for name in now if now[name] not in {before[name], fresh[name]}} == set()
    # On what the last of them left, and on what the first did.
    for each in (show, tmp_path / "1"):
        assert run_until(each, NEVER, "kill", "assemble").returncode == 0
        assert digests(each, ".podtool") == fresh


@pytest.mark.parametrize("how", SIGNALS)
def test_before_anything_is_encoded_the_last_build_is_as_it_was(old, total, tmp_path, how):
    show = shutil.copytree(old, tmp_path / "show")
    done = run_until(show, total // 3, how, "assemble", "--jobs", "2")
    assert done.returncode == 130
    assert "cancelled" in done.stderr
    assert digests(show, ".podtool") == digests(old, ".podtool")
