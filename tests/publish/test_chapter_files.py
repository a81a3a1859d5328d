import json
import re
from itertools import pairwise
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.publish.chapter_files import MEDIA_TYPE, VERSION, render_chapters_json, render_chapters_txt
from podtool.show.facts import ChapterFacts

CHAPTERS = (
    ChapterFacts(start_ms=0, end_ms=83_456, title="Édito"),
    ChapterFacts(
        start_ms=83_456,
        end_ms=3_723_000,
        title="La question de l'experte\u202f?",
        url="https://example.org/question",
        image=PurePosixPath("images/question.png"),
    ),
    ChapterFacts(start_ms=3_723_000, end_ms=4_000_000, title="Fin", image=PurePosixPath("images/fin.png")),
)


def address(image):
    return f"https://example.org/{image}" if image.name == "question.png" else None


def test_the_json_that_players_read():
    """Podcasting 2.0 JSON chapters 1.2.0: what is there, and nothing empty."""
    assert json.loads(render_chapters_json(CHAPTERS, "Épisode 8", address)) == {
        "version": VERSION,
        "title": "Épisode 8",
        "chapters": [
            {"startTime": 0.0, "endTime": 83.456, "title": "Édito"},
            {
                "startTime": 83.456,
                "endTime": 3723.0,
                "title": "La question de l'experte\u202f?",
                "url": "https://example.org/question",
                "img": "https://example.org/images/question.png",
            },
            {"startTime": 3723.0, "endTime": 4000.0, "title": "Fin"},
        ],
    }
    assert (VERSION, MEDIA_TYPE) == ("1.2.0", "application/json+chapters")


def test_the_lines_for_a_description():
    assert render_chapters_txt(CHAPTERS) == (
        "00:00:00 Édito\n00:01:23 La question de l'experte\u202f?\n01:02:03 Fin\n"
    )


def test_no_chapters():
    assert json.loads(render_chapters_json((), "Épisode 8", address))["chapters"] == []
    assert render_chapters_txt(()) == ""


chapter_lists = st.lists(st.integers(0, 10**7), min_size=1, max_size=12, unique=True).map(sorted)


@given(starts=chapter_lists, title=st.text(min_size=1, max_size=20))
def test_times_survive_to_the_millisecond(starts, title):
    ends = [*starts[1:], starts[-1] + 1000]
    made = [
        ChapterFacts(start_ms=start, end_ms=end, title=title) for start, end in zip(starts, ends, strict=True)
    ]
    read = json.loads(render_chapters_json(made, title, address))["chapters"]
    assert [round(one["startTime"] * 1000) for one in read] == starts
    assert all(one["endTime"] == other["startTime"] for one, other in pairwise(read))
    assert len({one["startTime"] for one in read}) == len(starts)
    lines = render_chapters_txt(made).removesuffix("\n").splitlines()
    assert len(lines) == len(starts)
    assert all(re.match(r"\d\d:\d\d:\d\d ", line) for line in lines)


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\u2028", "\x85", "\x0b"])
def test_a_title_is_one_line(break_):
    made = (ChapterFacts(start_ms=0, end_ms=1000, title=f"Un{break_}deux{break_}"),)
    assert render_chapters_txt(made) == "00:00:00 Un deux\n"
    assert json.loads(render_chapters_json(made, "", address))["chapters"][0]["title"] == "Un deux"


def test_french_spaces_stay():
    made = (ChapterFacts(start_ms=0, end_ms=1000, title="«\u00a0Un\u00a0» \u202f?"),)
    assert render_chapters_txt(made) == "00:00:00 «\u00a0Un\u00a0» \u202f?\n"


def test_the_same_bytes_each_time():
    text = render_chapters_json(CHAPTERS, "Épisode 8", address)
    assert text == render_chapters_json(CHAPTERS, "Épisode 8", address)
    assert text.endswith("}\n")
    assert "É" in text
