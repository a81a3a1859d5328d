"""check over damaged files of every kind: findings or a clean bill, never a crash."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from check_results import found
from corpus_feeds import GOOD
from corpus_shows import FOLDER, MP3, make_good
from hypothesis import given, settings
from hypothesis import strategies as st

from podtool.check.rules import find_rule

MARKUP = [b"<", b">", b"&", b'"', b"]]>", b"<!--", b"<![CDATA[", b"{", b"[" * 99]
VALUES = [b"\0", b"\xff\xfe", b"--> ", b"00:00:61.000", b"-1", b"1e999", b"9" * 40, b"NaN", b"../../"]
SPLINTERS = st.binary(max_size=8) | st.sampled_from(MARKUP) | st.sampled_from(VALUES)
WOUNDS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), SPLINTERS), min_size=1, max_size=4)
"""Where in the file, how many bytes go, what comes in their place."""
FILES = {
    "transcript": f"{FOLDER}/recordings/voix.vtt",
    "chapters": f"{FOLDER}/build/chapters.json",
    "tags and frames": MP3,
    "recording": f"{FOLDER}/recordings/voix.wav",
    "cover": "cover.png",
    "ledger": "published.yaml",
    "lock": f"{FOLDER}/episode.lock",
    "timeline": f"{FOLDER}/build/timeline.json",
    "public feed": "public/feed.xml",
}


def wounded(content: bytes, wounds, *, reach: int = 4096) -> bytes:
    """Damaged within its first bytes, where headers are."""
    for where, length, splinter in wounds:
        at = int(where * min(len(content), reach))
        content = content[:at] + splinter + content[at + length :]
    return content


def look(folder: Path, argument: str | None = None) -> None:
    """Every finding is of a rule that there is, and says something."""
    for problem in found(folder, argument).problems:
        assert find_rule(problem.rule)
        assert problem.message


@settings(max_examples=150)
@given(WOUNDS)
def test_any_feed(wounds):
    with TemporaryDirectory() as name:
        (Path(name) / "feed.xml").write_bytes(wounded(GOOD.encode(), wounds, reach=len(GOOD)))
        look(Path(name), "feed.xml")


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return make_good(tmp_path_factory.mktemp("good") / "show", built=True)


@pytest.mark.parametrize("path", FILES.values(), ids=FILES.keys())
@settings(max_examples=12)
@given(wounds=WOUNDS)
def test_any_file_of_a_show(good, path, wounds):
    with TemporaryDirectory() as name:
        show = shutil.copytree(good, Path(name) / "show")
        (show / path).write_bytes(wounded((show / path).read_bytes(), wounds))
        look(show)
