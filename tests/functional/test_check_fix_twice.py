"""`check --fix`: what it has mended stays mended, and what people wrote besides stays as it was."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from corpus_shows import EPISODE, FOLDER, SHOW, make_good
from hypothesis import given, settings
from hypothesis import strategies as st

from example import run

SLIPS = [
    ("show.yaml", "explicit: false", "explicit: non"),
    ("show.yaml", "language: fr", "language: français"),
    ("show.yaml", "handle: petite", "handle: Petite Émission"),
    ("show.yaml", "licence: CC-BY-4.0\ncover", "licence: CC BY 4.0\ncover"),
    ("show.yaml", "email: bonjour@", "email: mailto:bonjour@"),
    ("show.yaml", "[Society & Culture]", "[society & culture]"),
    ("show.yaml", "file: music/musique.wav", "file: music\\musique.wav"),
    ("show.yaml", "file: cover.png", "file: Cover.PNG"),
    ("show.yaml", "categories:", "catégories:"),
    ("show.yaml", "guid: 53dd63c0-069c-59d7-b705-ba74f109e16b\n", ""),
    ("episode.yaml", "recorded: 2024-01-01", "recorded: 22.09.2023"),
    ("episode.yaml", "description:", "descripton:"),
    ("episode.yaml", "fade_out: 200ms", "fade_out: 1 seconde"),
    ("episode.yaml", "people:", "poeple:"),
]
"""What a slip of the keyboard makes of the good show; each means one thing only."""
COMMENTS = st.lists(st.sampled_from(["# à vérifier", "#", "   # « noté »", ""]), min_size=1, max_size=3)


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return make_good(tmp_path_factory.mktemp("good") / "show", built=False)


def files_of(show: Path) -> dict[str, str]:
    return {name: (show / name).read_bytes().decode() for name in ("show.yaml", f"{FOLDER}/episode.yaml")}


def comments_in(text: str) -> list[str]:
    return re.findall(r"#.*", text)


@settings(max_examples=20)
@given(st.sets(st.sampled_from(SLIPS), min_size=1), COMMENTS, st.sampled_from(["\n", "\r\n"]))
def test_once_is_enough(good, slips, comments, line_end):
    with TemporaryDirectory() as name:
        show = shutil.copytree(good, Path(name) / "show")
        texts = {"show.yaml": SHOW, "episode.yaml": EPISODE.format(number=1, title="Un")}
        for file, old, new in slips:
            texts[file] = texts[file].replace(old, new, 1)
        for file, path in (("show.yaml", "show.yaml"), ("episode.yaml", f"{FOLDER}/episode.yaml")):
            text = "\n".join([*comments, texts[file].rstrip("\n"), *comments, ""])
            (show / path).write_bytes(text.replace("\n", line_end).encode())
        before = files_of(show)
        # What can't be read hides what is behind it: as many times as there are files, and one more.
        for _ in range(3):
            run("check", "--fix", "--yes", here=show)
        once = files_of(show)
        run("check", "--fix", "--yes", here=show)
        assert files_of(show) == once
        for path, text in once.items():
            assert comments_in(text) == comments_in(before[path])
            assert ("\r\n" in text) == (line_end == "\r\n")
        left = run("check", "--diff", here=show)[1]
        assert "+++" not in left
