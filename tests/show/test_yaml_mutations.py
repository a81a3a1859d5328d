"""Hundreds of ways to spoil good files: each ends in a model or a ManifestError, and soon."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from podtool.errors import ManifestError
from podtool.show.manifest import read_project
from podtool.show.model import Episode, Show
from podtool.show.yaml_rules import RULES

FULL = Path(__file__).parent / "full"
FILES = ("show.yaml", "episodes/08/episode.yaml")
VALUES: tuple[Any, ...] = (
    "", " ", "~", "yes", "-1", "999999999999999999999", "1e999", ".nan", "0x10", "1:2:3:4", "é" * 600,
    "x" * 300_000, "../../../etc/passwd", "/etc/passwd", "C:\\x", "\\\\host\\x", "a/../b", "con",
    "notes.md", "loop.md", "karl", "musique", "https://", "https://[", "https://a:b@c", "javascript:1",
    "http://\u2100.example", "sftp://", "s3://x:y@z", "a > b > c", "LicenseRef-x", "2023-13-40",
    "9999-12-31T23:59:59+23:59", "+99:99", "-16 LUFS", "-200 dB", "\u202e", "\U0001f399", "podcast",
    "٣", "١:٣٠", "²", [], [[]], [[[]]], {}, {"name": "x"}, {"a": {"b": []}}, ["x"], [["1", "2"]], [["2",
    "1"]], [{}], [None], None,
)  # fmt: skip
RAW = (
    b"\x00", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\x1b[2J", b"\xef\xbb\xbf", b"\t", b"\r",
    b"\xe2\x80\xa8", b"<<: *a\n", b"*", b"&a ", b"!!python/name:os.system ", b"? ", b"- - - - ",
    b"[" * 3000, b"{" * 3000, b"a: " * 40, b"\n---\n", b"...\n", b"|", b">", b"%YAML 9.9\n", b"'", b'"',
    b"\\", b'"\\ud800"', b"#", b": ", b"&a [*a]", b"x" * 3000, b"9" * 5000,
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(FULL, tmp_path / "show")
    return tmp_path / "show"


def outcome(folder: Path) -> str:
    """What reading comes to; anything but a model or a ManifestError fails the test."""
    problems = ()
    try:
        show, episode = read_project(folder / "episodes" / "08" / "episode.yaml")
    except ManifestError as error:
        problems = error.problems
    else:
        assert isinstance(show, Show)
        assert isinstance(episode, Episode)
        return "read"
    assert problems
    assert all(problem.rule in RULES and problem.file in FILES for problem in problems)
    assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)
    for text in (text for problem in problems for text in (problem.message, problem.hint)):
        assert text
        assert len(text.encode()) < 2000
        assert all(sign.isprintable() or sign in "\xa0\u202f" for sign in text)
    return "refused"


def test_the_unspoilt_files_are_read(folder):
    assert outcome(folder) == "read"


def spots(node: Any, path: tuple[Any, ...] = ()):
    """Every place in a tree of lists and mappings."""
    keys = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield (*path, key)
        yield from spots(node[key], (*path, key))


def tree_of(text: str) -> Any:
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but text, lists and mappings


def put(node: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value


@pytest.mark.parametrize("name", FILES)
def test_other_values(name, folder):
    good = (folder / name).read_text(encoding="utf-8")
    chance = random.Random(name)
    counts = {"read": 0, "refused": 0}
    for path in spots(tree_of(good)):
        for value in chance.sample(VALUES, 1):
            tree = tree_of(good)
            put(tree, path, value)
            (folder / name).write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
            counts[outcome(folder)] += 1
    assert counts["refused"] > 40
    assert counts["read"] > 5


@pytest.mark.parametrize("name", FILES)
def test_other_keys(name, folder):
    good = (folder / name).read_text(encoding="utf-8")
    for path in spots(tree_of(good)):
        if isinstance(path[-1], int):
            continue
        tree = tree_of(good)
        put(tree, (*path[:-1], f"{path[-1]}x"), "x")
        (folder / name).write_text(yaml.safe_dump(tree), encoding="utf-8")
        outcome(folder)


@pytest.mark.parametrize("name", FILES)
def test_other_bytes(name, folder):
    good = (folder / name).read_bytes()
    chance = random.Random(name)
    refused = 0
    for round_ in range(120):
        data = bytearray(good)
        at = chance.randrange(len(data))
        match round_ % 5:
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                data = data[:at]
            case 2:
                data[at:at] = chance.choice(RAW)
            case 3:
                del data[at : at + chance.randrange(1, 40)]
            case _:
                stop = at + chance.randrange(1, 80)
                data[at:at] = data[at:stop]
        (folder / name).write_bytes(bytes(data))
        refused += outcome(folder) == "refused"
    assert refused > 60


def test_lines_moved_about(folder):
    path = folder / "episodes" / "08" / "episode.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    chance = random.Random(3)
    for _ in range(60):
        moved = list(lines)
        for _ in range(chance.randrange(1, 4)):
            line = moved.pop(chance.randrange(len(moved)))
            moved.insert(chance.randrange(len(moved)), " " * chance.randrange(3) + line)
        path.write_text("".join(moved), encoding="utf-8")
        outcome(folder)


HOSTILE = {
    "many unknown keys": "".join(f"keyy{n}: {n}\n" for n in range(5_000)),
    "many long unknown keys": "".join(f"{'k' * 900}{n}: {n}\n" for n in range(1_000)),
    "many segments": "title: x\nsegments:\n" + "  - {clip: a.wav}\n" * 2_000,
    "many bad segments": "title: x\nsegments:\n" + "  - {clip: ../../../a, foo: 1}\n" * 2_000,
    "many bad segments by alias": "title: x\nsegments: [&a {clip: 1, foo: 2}" + ", *a" * 2_000 + "]\n",
    "many cuts": "title: x\nsegments:\n  - clip: a\n    cuts: [" + "[1, 2], " * 12_000 + "]\n",
    "many guests": "title: x\nguests: [" + "karle, " * 20_000 + "]\n",
    "a long line": "title: " + "x" * 1_000_000,
    "a long key": "x" * 1_000_000 + ": y",
    "blank lines": "\n" * 1_000_000 + "title: x\n",
    "spaces": "title: x" + " " * 1_000_000 + "y",
    "comments": "#\n" * 500_000 + "title: x\n",
    "quotes": "title: " + "''" * 500_000,
    "dashes": "- " * 500_000,
    "questions": "? " * 500_000,
    "anchors": "title: x\n" + "".join(f"a{n}: &a{n} x\n" for n in range(20_000)),
    "a deep path": f"title: x\nsegments: [{{clip: {'a/' * 490}b}}]\n",
    "a path up and down": f"title: x\nsegments: [{{clip: {'a/../' * 190}b}}]\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_end_soon(text, folder):
    (folder / "episodes" / "08" / "episode.yaml").write_text(text, encoding="utf-8")
    outcome(folder)
