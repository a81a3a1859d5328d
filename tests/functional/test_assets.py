"""`podtool assets`: the ledger of works, and new works in it."""

from __future__ import annotations

import json
import os
import shutil
import sys

import mutagen.id3
import pytest
import typer
from cli_samples import Cli
from PIL import Image
from shows import said_by

from example import EXAMPLE, copy_example, run


@pytest.fixture
def show(tmp_path):
    return copy_example(tmp_path / "show")


@pytest.fixture
def air(tmp_path):
    """A song whose file says what it is."""
    path = tmp_path / "Mon Air (final).mp3"
    shutil.copy(EXAMPLE / "music/musique.mp3", path)
    tag = mutagen.id3.ID3()
    tag.add(mutagen.id3.TIT2(encoding=3, text="Mon air"))
    tag.add(mutagen.id3.TPE1(encoding=3, text="Sounds of Nowhere"))
    tag.add(mutagen.id3.WCOP(url="http://creativecommons.org/licenses/by/3.0/fr/"))
    tag.save(path)
    return path


def test_every_work_with_where_it_is_used(show):
    rows = {row["id"]: row for row in said_by("assets", here=show)["assets"]}
    assert list(rows) == ["musique", "virgule", "cover"]
    assert rows["musique"]["used_in"] == ["."]
    assert rows["musique"]["missing"] == ["source", "licence"]
    assert (rows["virgule"]["licence"], rows["virgule"]["missing"]) == ("CC0-1.0", [])
    code, out, _ = run("assets", here=show)
    assert code == 0
    assert "It Goes On..." in out


def test_what_the_file_says_is_written(show, air):
    before = (show / "show.yaml").read_text(encoding="utf-8")
    added = said_by("assets", "add", str(air), "--source", "https://example.org/air", here=show)["asset"]
    assert added["id"] == "mon-air"
    assert added["file"] == "music/mon-air-final.mp3"
    assert added["values"] == {
        "title": "Mon air",
        "creator": "Sounds of Nowhere",
        "source": "https://example.org/air",
        "licence": "CC-BY-3.0-FR",
    }
    assert added["from_file"] == ["title", "creator", "licence"]
    assert added["missing"] == []
    assert (show / added["file"]).read_bytes() == air.read_bytes()
    after = (show / "show.yaml").read_text(encoding="utf-8")
    new = (
        "  mon-air:\n    file: music/mon-air-final.mp3\n    title: Mon air\n    creator: Sounds of Nowhere\n"
        "    source: https://example.org/air\n    licence: CC-BY-3.0-FR\n"
    )
    assert new in after
    assert after.replace(new, "") == before
    rows = {row["id"]: row for row in said_by("assets", here=show)["assets"]}
    assert rows["mon-air"]["used_in"] == []


def test_an_episodes_own_image(show, tmp_path):
    picture = tmp_path / "photo.png"
    Image.new("RGB", (8, 8)).save(picture)
    added = said_by("assets", "add", str(picture), "--episode", ".", "--id", "photo", here=show)["asset"]
    assert (added["owner"], added["file"]) == ("episode.yaml", "images/photo.png")
    assert added["missing"] == ["title", "creator", "source", "licence"]
    assert "assets:\n  photo:\n    file: images/photo.png\n" in (show / "episode.yaml").read_text(
        encoding="utf-8"
    )


def test_nothing_is_ever_overwritten(show, air):
    (show / "music/mon-air-final.mp3").write_bytes(b"something else")
    code, _, err = run("assets", "add", str(air), here=show)
    assert code == 2
    assert "music/mon-air-final.mp3 is there already, with another content" in err
    assert (show / "music/mon-air-final.mp3").read_bytes() == b"something else"
    assert (show / "show.yaml").read_bytes() == (EXAMPLE / "show.yaml").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["add"], 2, "no file to add"),
        (["list", "x.mp3"], 2, "takes no file"),
        (["add", "none.mp3"], 4, "is not a file"),
        (["add", "show.yaml"], 4, "show.yaml"),
        (["add", "music/virgule.flac"], 2, "this file is the asset virgule already"),
        (["add", "AIR", "--id", "musique"], 2, "there is an asset musique already"),
        (["add", "AIR", "--id", "a b"], 2, "the id «a b»"),
        (["add", "AIR", "--licence", "CC BY 4.0"], 2, "Write `CC-BY-4.0`."),
        (["add", "AIR", "--licence", "LicenseRef-X"], 2, "--licence-url"),
    ],
)
def test_slips_change_nothing(show, air, arguments, code, words):
    got, _, err = run("assets", *(str(air) if word == "AIR" else word for word in arguments), here=show)
    assert got == code
    assert words in err
    assert (show / "show.yaml").read_bytes() == (EXAMPLE / "show.yaml").read_bytes()
    assert sorted(path.name for path in (show / "music").iterdir()) == sorted(
        path.name for path in (EXAMPLE / "music").iterdir()
    )


@pytest.mark.skipif(os.name == "nt", reason="no file there can have such a name")
def test_yaml_that_could_not_be_read_back_is_never_written(show, air):
    """A file that lies in the show under a name that show.yaml may not have."""
    odd = show / "music" / "a\\b.mp3"
    shutil.copy(air, odd)
    code, _, err = run("assets", "add", str(odd), here=show)
    assert code == 2, err
    assert "the asset can't be written" in err
    assert (show / "show.yaml").read_bytes() == (EXAMPLE / "show.yaml").read_bytes()
    assert {path.name for path in show.iterdir()} >= {"show.yaml"}
    assert not [path for path in show.iterdir() if path.name.endswith(".yaml") and path.name.startswith(".")]


def test_check_tells_where_file_and_yaml_disagree(show, air):
    said_by("assets", "add", str(air), "--creator", "Quelqu'un", "--licence", "CC-BY-4.0", here=show)
    episode = show / "episode.yaml"
    episode.write_text(
        episode.read_text(encoding="utf-8").replace("sting: virgule", "sting: mon-air"), encoding="utf-8"
    )
    code, out, _ = run("check", "--json", here=show)
    found = {problem["rule"]: problem for problem in json.loads(out)["problems"]}
    assert "its creator is «Sounds of Nowhere», the YAML «Quelqu'un»" in found["RIGHTS-013"]["message"]
    assert "its file says that it is under CC-BY-3.0-FR, the YAML CC-BY-4.0" in found["RIGHTS-014"]["message"]
    assert found["RIGHTS-014"]["line"] > 0
    assert code == 0


def test_a_work_that_is_turned_down_to_nothing_is_no_matter(show):
    """Only what is heard counts, for `check` as for the credits."""

    def found():
        _, out, _ = run("check", "--json", here=show)
        return {problem["message"] for problem in json.loads(out)["problems"]}

    told = "music «It Goes On...»: its licence isn't stated"
    assert told in found()
    episode = show / "episode.yaml"
    text = episode.read_text(encoding="utf-8").replace("gain: -2 dB", "gain: -96 dB")
    # How long a recording with effects is, `check` can't tell before it was assembled.
    text = "".join(line for line in text.splitlines(keepends=True) if "effects:" not in line)
    episode.write_text(text.replace("gain: -10 dB", "gain: -96 dB"), encoding="utf-8")
    assert told not in found()


def test_a_terminal_is_asked_for_what_a_credit_still_needs(show, air, monkeypatch, capsys, tmp_path):
    """The file tells title, creator and licence; an answer that the YAML wouldn't take is asked for again."""
    tag = mutagen.id3.ID3(air)
    tag.delall("WCOP")
    tag.save(air)
    cli = Cli(monkeypatch, capsys, tmp_path)
    monkeypatch.chdir(show)
    typed = iter(["https://example.org/air", "CC BY 4.0", "LicenseRef-Studio", "https://example.org/terms"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    termui = sys.modules[typer.prompt.__module__]  # Typer's own, or click's under an older one
    monkeypatch.setattr(termui, "visible_prompt_func", lambda *_: next(typed))
    assert cli("assets", "add", str(air)) == 0
    text = (show / "show.yaml").read_text(encoding="utf-8")
    assert (
        "    source: https://example.org/air\n    licence: LicenseRef-Studio\n"
        "    licence_url: https://example.org/terms\n"
    ) in text
    assert not list(typed)
