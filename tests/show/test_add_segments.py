"""Segments appended to an episode.yaml: the rest of the file stays as it was."""

from __future__ import annotations

import random

import pytest

from podtool.errors import ManifestError
from podtool.show.findings import Findings
from podtool.show.recordings import add_segments
from podtool.show.yaml_compose import mapping_in
from podtool.show.yaml_nodes import ListNode, MappingNode

ADDED = "  - clip: recordings/x.flac\n"
SHAPES = {
    "block": ("title: x\nsegments:\n  - clip: a\n", "title: x\nsegments:\n  - clip: a\n" + ADDED),
    "no line end": ("segments:\n  - clip: a", "segments:\n  - clip: a\n" + ADDED),
    "flush": ("segments:\n- clip: a\n", "segments:\n- clip: a\n- clip: recordings/x.flac\n"),
    "key after": (
        "segments:\n  - clip: a\n\ntitle: x\n",
        "segments:\n  - clip: a\n" + ADDED + "\ntitle: x\n",
    ),
    "comment beside": ("segments:\n  - clip: a # one\n", "segments:\n  - clip: a # one\n" + ADDED),
    "comment inside": (
        "segments:\n  - clip: a\n    # inside\n  # below\ntitle: x\n",
        "segments:\n  - clip: a\n    # inside\n" + ADDED + "  # below\ntitle: x\n",
    ),
    "block text": (
        "segments:\n  - clip: a\n    notes: |\n      One\n\n      two\n\n# end\ntitle: x\n",
        "segments:\n  - clip: a\n    notes: |\n      One\n\n      two\n" + ADDED + "\n# end\ntitle: x\n",
    ),
    "block text with its blank lines": (
        "segments:\n  - clip: a\n    notes: |+\n      One\n\n\ntitle: x\n",
        "segments:\n  - clip: a\n    notes: |+\n      One\n\n\n" + ADDED + "title: x\n",
    ),
    "flow at the end": (
        "segments:\n  - clip: a\n    cuts: [[1, 2],\n      [3, 4]\n    ]\ntitle: x\n",
        "segments:\n  - clip: a\n    cuts: [[1, 2],\n      [3, 4]\n    ]\n" + ADDED + "title: x\n",
    ),
    "several lines of text": (
        "segments:\n  - clip: a\n    title: One\n      two\ntitle: x\n",
        "segments:\n  - clip: a\n    title: One\n      two\n" + ADDED + "title: x\n",
    ),
    "missing": ("title: x\n", "title: x\nsegments:\n" + ADDED),
    "missing before the end": ("title: x\n...\n", "title: x\nsegments:\n" + ADDED + "...\n"),
    "empty": ("segments:\ntitle: x\n", "segments:\n" + ADDED + "title: x\n"),
    "empty with examples": (
        "segments:\n  # - clip: b\n\n# people\ntitle: x\n",
        "segments:\n  # - clip: b\n" + ADDED + "\n# people\ntitle: x\n",
    ),
    "empty list": ("segments: [] # yet\ntitle: x\n", "segments: # yet\n" + ADDED + "title: x\n"),
    "windows": (
        "title: x\r\nsegments:\r\n  - clip: a\r\n",
        "title: x\r\nsegments:\r\n  - clip: a\r\n" + ADDED[:-1] + "\r\n",
    ),
    "byte-order mark": ("\ufeffsegments:\n  - clip: a\n", "\ufeffsegments:\n  - clip: a\n" + ADDED),
}


@pytest.mark.parametrize(("text", "expected"), SHAPES.values(), ids=SHAPES.keys())
def test_only_lines_are_added(text, expected):
    assert add_segments(text, ["x.flac"]) == expected


@pytest.mark.parametrize(
    "text", ["segments: [{clip: a}] # one\n# end\n", "{title: x, segments: [{clip: a}]}\n", "{title: x}\n"]
)
def test_other_shapes_are_written_anew_with_their_comments(text):
    added = add_segments(text, ["x.flac"])
    assert "clip: recordings/x.flac" in added
    assert all(comment in added for comment in ("# one", "# end") if comment in text)


def test_names_are_quoted_where_they_must_be():
    added = add_segments("segments:\n", ["édito VF 2.wav", "a: b.wav", "c #1.wav", "d, e.wav"])
    assert added.splitlines()[1:] == [
        "  - clip: recordings/édito VF 2.wav",
        '  - clip: "recordings/a: b.wav"',
        '  - clip: "recordings/c #1.wav"',
        "  - clip: recordings/d, e.wav",
    ]


def test_a_recording_that_plays_already_is_not_added_again():
    text = "segments:\n  - {clip: recordings/x.flac}\n"
    assert add_segments(text, ["x.flac"]) == text
    assert add_segments(text, ["y.flac", "x.flac", "y.flac"]).count("clip:") == 2


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("segments: all\n", "episode.yaml:1:11"),
        ("segments: {clip: a}\n", "episode.yaml:1:11"),
        ("a: [b\n", "episode.yaml:1:4"),
        ("", "episode.yaml:1:1"),
    ],
)
def test_a_file_that_cannot_grow_is_refused(text, place):
    with pytest.raises(ManifestError) as caught:
        add_segments(text, ["x.flac"])
    assert caught.value.problems[0].place == place


def test_segments_that_another_key_shares_are_refused():
    with pytest.raises(ManifestError, match="without changing what stands there"):
        add_segments("segments: &s\n  - clip: a\nmore: *s\n", ["x.flac"])


def without_key(lines):
    return [line for line in lines if line.strip() != "segments:"]


def test_whatever_the_file_looks_like_all_but_the_new_segment_stays():
    chance = random.Random(5)
    pieces = (
        "title: x\n", "# comment\n", "\n", "notes: |\n  a\n\n  b\n", "guests: [a,\n  b]\n",
        "owner:\n  name: x\n",
        "segments:\n", "  - clip: a\n", "    title: b # c\n", "    notes: >-\n      d\n\n", "  # e\n",
        "    # f\n", "- clip: g\n",
    )  # fmt: skip
    grown = 0
    for _ in range(600):
        text = "".join(chance.choices(pieces, k=chance.randrange(1, 9)))
        try:
            added = add_segments(text, ["x.flac"])
        except ManifestError:
            continue
        kept = [line for line in added.splitlines() if "recordings/x.flac" not in line]
        assert without_key(kept) == without_key(text.splitlines())
        node = mapping_in(added, file="x", findings=Findings())
        assert isinstance(node, MappingNode)
        segments = node.value("segments")
        assert isinstance(segments, ListNode)
        assert "recordings/x.flac" in str(segments.items[-1])
        grown += 1
    assert grown > 100
