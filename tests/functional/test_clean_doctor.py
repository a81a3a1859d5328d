"""`podtool clean` removes what can be made again and nothing else; `podtool doctor` tells what works."""

import importlib
import os
import shutil
import sys

import pytest
from shows import digests, make_show, said_by

from example import run
from podtool.workflow import doctoring

MADE = ("build", ".podtool")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A published show with two episodes and much that is not podtool's."""
    show = make_show(tmp_path_factory.mktemp("clean") / "show")
    said_by("assemble", "1", "2", here=show)
    said_by("publish", "--all", here=show)
    (show / "notes").mkdir()
    (show / "notes/build.txt").write_text("mine", encoding="utf-8")
    (show / "notes/build").mkdir()
    (show / "notes/build/mine.txt").write_text("mine", encoding="utf-8")
    return show


@pytest.fixture
def show(made, tmp_path):
    return shutil.copytree(made, tmp_path / "show", symlinks=True)


def kept(show):
    return {name: digest for name, digest in digests(show).items() if not made_by_podtool(name)}


def made_by_podtool(name):
    return name.startswith((".podtool/", "episodes/01-un/build/", "episodes/02-deux/build/"))


def test_only_what_can_be_made_again_goes(show):
    before, everything = kept(show), digests(show)
    size = sum((show / name).stat().st_size for name in everything if name not in before)
    said = said_by("clean", here=show)
    assert said["paths"] == ["episodes/01-un/build", "episodes/02-deux/build", ".podtool"]
    assert said["freed_bytes"] == size
    assert digests(show) == before
    assert said_by("clean", here=show)["paths"] == []


def test_and_it_is_made_again_as_it_was(show):
    before = digests(show, ".podtool")
    said_by("clean", here=show)
    said_by("assemble", "1", "2", here=show)
    assert digests(show, ".podtool") == before
    assert {change["action"] for change in said_by("publish", "--all", here=show)["changes"]} == {"same"}


def test_one_episode_keeps_the_others_and_the_cache(show):
    said = said_by("clean", "2", here=show)
    assert said["paths"] == ["episodes/02-deux/build"]
    assert (show / "episodes/01-un/build/petite-01.mp3").is_file()
    steps = said_by("assemble", "2", here=show)["steps"]
    assert {step["name"] for step in steps if step["status"] == "reused"} >= {
        "encode podcast",
        "measure mix (stereo)",
    }
    assert said_by("clean", ".", here=show / "episodes/01-un")["paths"] == ["episodes/01-un/build"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_and_what_it_leads_to_stay(show, tmp_path):
    elsewhere = tmp_path / "ailleurs"
    shutil.move(show / "episodes/01-un/build", elsewhere)
    (show / "episodes/01-un/build").symlink_to(elsewhere)
    (show / "episodes/02-deux/build/lien").symlink_to(elsewhere)
    (tmp_path / "par-un-lien").symlink_to(show)
    said = said_by("clean", "2", here=tmp_path / "par-un-lien")
    assert said["paths"] == ["episodes/02-deux/build"]
    said_by("clean", here=tmp_path / "par-un-lien")
    assert (elsewhere / "petite-01.mp3").is_file()
    assert (show / "episodes/01-un/build").is_symlink()


def test_what_cannot_be_removed_is_7(show, monkeypatch):
    def stuck(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("podtool.workflow.cleaning.shutil.rmtree", stuck)
    said = said_by("clean", here=show, code=7)
    assert "episodes/01-un/build: Permission denied" in said["error"]["message"]
    assert str(show) not in said["error"]["message"]


def test_outside_a_show_it_is_2(tmp_path):
    assert run("clean", here=tmp_path)[0] == 2


def test_the_cache_is_marked_for_backups_and_git(show):
    assert (
        (show / ".podtool/CACHEDIR.TAG")
        .read_bytes()
        .startswith(b"Signature: 8a477f597d28d172789f06886806bc55")
    )
    assert "*" in (show / ".podtool/.gitignore").read_text(encoding="utf-8").split()


def test_doctor_finds_all_well(tmp_path):
    said = said_by("doctor", here=tmp_path)
    lines = {line["name"]: line for line in said["checks"]}
    assert {
        "Python",
        "av",
        "lameenc",
        "numpy",
        "pydub",
        "mutagen",
        "feedgen",
        "encode and decode MP3",
        "disk",
    } <= set(lines)
    wrong = [name for name, line in lines.items() if not line["ok"] and name != "disk"]
    assert wrong == []
    assert lines["numpy"]["version"] == importlib.import_module("numpy").__version__
    assert list(tmp_path.iterdir()) == []
    code, out, _ = run("doctor", here=tmp_path)
    assert code == 0
    assert "lameenc" in out


@pytest.mark.parametrize("name", ["lameenc", "PIL.Image"])
def test_doctor_survives_a_broken_library(tmp_path, monkeypatch, name):
    real = importlib.import_module

    def broken(module, *more):
        if module == name:
            raise ImportError("libmp3lame.so.0: cannot open shared object file")
        return real(module, *more)

    monkeypatch.setattr(doctoring.importlib, "import_module", broken)
    lines = {line["name"]: line for line in said_by("doctor", here=tmp_path)["checks"]}
    line = lines["lameenc" if name == "lameenc" else "pillow"]
    assert line["ok"] is False
    assert "cannot open shared object file" in line["note"]
    assert lines["numpy"]["ok"] is True


def test_doctor_tells_what_is_not_installed(tmp_path, monkeypatch):
    monkeypatch.setitem(doctoring.LIBRARIES, "no-such-thing", ("no_such_thing", "does nothing"))
    lines = {line["name"]: line for line in said_by("doctor", here=tmp_path)["checks"]}
    assert lines["no-such-thing"] == {
        "name": "no-such-thing",
        "ok": False,
        "version": "",
        "note": "not installed; does nothing",
    }


def test_doctor_needs_no_heavy_import_to_begin():
    """A library that can't even be imported must not keep the doctor away."""
    code = "import sys, podtool.workflow.doctoring; print({'numpy', 'av', 'lameenc'} & set(sys.modules))"
    import subprocess

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "set()"
