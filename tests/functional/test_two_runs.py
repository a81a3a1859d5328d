"""Several podtools at once, on one show or on one cache: each gives the bytes that it gives alone."""

import os
import shutil
import subprocess
import sys

import pytest
from ended import left_behind
from shows import change_text, digests, make_busy, make_show

from example import assemble

EPISODE = """\
number: {number}
title: {title}
segments:
  - clip: recordings/voix.wav
    title: Début
    bed: {{asset: musique, gain: -10 dB, duck: 9 dB}}
  - sting: musique
    title: Fin
"""


def start(show, *arguments):
    """`podtool assemble`, at work."""
    return subprocess.Popen(
        [sys.executable, "-m", "podtool", "assemble", "--json", *arguments],
        cwd=show,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def wait(processes):
    """Exit codes and outputs, in order."""
    ended = [(process.communicate(), process.returncode) for process in processes]
    for (_, err), _ in ended:
        assert "Traceback" not in err
    return [code for _, code in ended], [out for (out, _), _ in ended]


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    return make_busy(tmp_path_factory.mktemp("busy") / "show")


@pytest.fixture(scope="module")
def alone(busy, tmp_path_factory):
    """What comes of `busy` when nobody else is there."""
    show = shutil.copytree(busy, tmp_path_factory.mktemp("alone") / "show")
    assemble(show)
    return digests(show, ".podtool")


def test_two_runs_on_one_episode(busy, alone, tmp_path):
    """The second waits, and then finds all of it done; one that is tired of waiting says why."""
    show = shutil.copytree(busy, tmp_path / "show")
    codes, said = wait([start(show) for _ in range(2)])
    assert 0 in codes
    for code, out in zip(codes, said, strict=True):
        assert code == 0 or (code == 7 and "another `podtool assemble` is at work" in out)
    assert digests(show, ".podtool") == alone
    assert left_behind(show) == []
    assert {step["status"] for step in assemble(show)["steps"]} == {"reused"}


def test_two_episodes_of_one_show(tmp_path):
    """They share the music's measurement, and write and read the one cache at the same time."""
    show = make_show(tmp_path / "show")
    for folder in (show / "episodes").iterdir():
        number, title = int(folder.name[:2]), folder.name[3:].title()
        (folder / "episode.yaml").write_text(EPISODE.format(number=number, title=title), encoding="utf-8")
    other = shutil.copytree(show, tmp_path / "other")
    for number in ("1", "2"):
        assemble(other, number)
    codes, said = wait([start(show, number, "--jobs", "2") for number in ("1", "2")])
    assert codes == [0, 0], said
    assert digests(show, ".podtool") == digests(other, ".podtool")
    assert left_behind(show) == []


def test_one_episode_into_two_folders(busy, alone, tmp_path):
    """All their work is the same, and each makes it, or takes what the other has made."""
    show = shutil.copytree(busy, tmp_path / "show")
    codes, said = wait([start(show, "--out", name) for name in ("une", "autre")])
    assert codes == [0, 0], said
    wanted = {name: digest for name, digest in alone.items() if name.startswith("build/")}
    for name in ("une", "autre"):
        assert {f"build/{file}": digest for file, digest in digests(show / name).items()} == wanted
    assert digests(show, ".podtool")["episode.lock"] == alone["episode.lock"]
    assert left_behind(show) == []


@pytest.mark.skipif(os.name == "nt", reason="to make a link takes a privilege there")
def test_two_clones_with_one_cache(busy, alone, tmp_path):
    """One of them was edited: what the records say of the one is not taken for the other's."""
    clones = [shutil.copytree(busy, tmp_path / name / "show") for name in ("a", "b")]
    change_text(clones[1] / "episode.yaml", "gain: -12 dB", "gain: -6 dB")
    edited = shutil.copytree(clones[1], tmp_path / "edited")
    assemble(edited)
    (tmp_path / "cache").mkdir()
    for clone in clones:
        (clone / ".podtool").symlink_to(tmp_path / "cache")
    for _ in range(2):
        codes, said = wait([start(clone) for clone in clones])
        assert 0 in codes
        assert set(codes) <= {0, 7}, said
    for clone in clones:
        assemble(clone)
    assert digests(clones[0], ".podtool") == alone
    assert digests(clones[1], ".podtool") == digests(edited, ".podtool")
    assert [path.name for path in (tmp_path / "cache/scratch").iterdir()] == []
