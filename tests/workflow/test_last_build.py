"""timeline.json may be old, damaged or somebody else's: later commands take it or leave it."""

import copy
import json
from pathlib import PurePosixPath

import pytest

from podtool.show.facts import SoundbiteFacts
from podtool.show.model import Episode, Show
from podtool.workflow.last_build import read_last_build
from podtool.workflow.project import Project

GOOD = {
    "length_samples": 66150,
    "sample_rate_hz": 44100,
    "heard": {"air": [[0, 500], [900, 1500]]},
    "chapters": [
        {"start_ms": 0, "end_ms": 900, "title": "Début", "url": None, "image": "a/b.png"},
        {"start_ms": 900, "end_ms": 1500, "title": "Fin", "url": "https://example.org/", "image": None},
    ],
}


@pytest.fixture
def project(tmp_path):
    (tmp_path / "build").mkdir()
    return Project(
        show=Show(root=tmp_path, title="A", description="", language="fr", handle="a"),
        episode=Episode(folder=PurePosixPath(), title="Un", slug="un"),
    )


def read(project, content):
    (project.build / "timeline.json").write_bytes(
        content if isinstance(content, bytes) else json.dumps(content).encode()
    )
    return read_last_build(project)


def test_what_a_build_leaves_is_read(project):
    last = read(project, GOOD)
    assert last.duration_s == 1.5
    assert last.heard == {"air": [(0, 500), (900, 1500)]}
    assert [(each.start_ms, each.end_ms, each.title) for each in last.chapters] == [
        (0, 900, "Début"),
        (900, 1500, "Fin"),
    ]
    assert last.chapters[0].image == PurePosixPath("a/b.png")
    assert last.chapters[1].url == "https://example.org/"


def test_soundbites_are_read_and_a_build_from_before_them_too(project):
    found = [{"start_ms": 5, "end_ms": 900, "title": None}, {"start_ms": 9, "end_ms": 10, "title": "Oh"}]
    assert read(project, GOOD | {"soundbites": found}).soundbites == (
        SoundbiteFacts(start_ms=5, end_ms=900),
        SoundbiteFacts(start_ms=9, end_ms=10, title="Oh"),
    )
    assert read(project, GOOD).soundbites == ()
    assert read(project, GOOD | {"soundbites": [{"start_ms": "x"}]}) is None


def test_none_without_a_build(project):
    assert read_last_build(project) is None


def without(key):
    content = copy.deepcopy(GOOD)
    del content[key]
    return content


@pytest.mark.parametrize(
    "content",
    [
        *(without(key) for key in GOOD),
        *(GOOD | {key: value} for key in GOOD for value in (None, "x", 0, -1, [3], {"a": 1})),
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"length_samples": 1e999, "sample_rate_hz": 1, "heard": {}, "chapters": []}',
        b"[]",
    ],
    ids=repr,
)
def test_a_damaged_one_counts_as_none_or_is_harmless(project, content):
    last = read(project, content)
    assert last is None or (last.duration_s > 0 and isinstance(last.chapters, tuple))
