"""The transcript as the page shows it: nothing said is lost, and everything knows its time."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from podtool.publish.page_parts import PlayedFile
from podtool.publish.spoken import LONGEST_TURN, derive_spoken
from podtool.show.credits import clean_line
from podtool.show.facts import ChapterFacts
from podtool.timeline.cues import Cue

PLAYER = PlayedFile(href="../../media/8.mp3", url=None, media_type="audio/mpeg", duration_s=100.0)
CHAPTERS = (
    ChapterFacts(start_ms=2_000, end_ms=5_000, title="Édito"),
    ChapterFacts(start_ms=5_000, end_ms=9_000, title=""),
    ChapterFacts(start_ms=9_000, end_ms=20_000, title="Entretien"),
)


def cue(start_ms: int, text: str, speaker: str | None = None) -> Cue:
    return Cue(start_ms=start_ms, end_ms=start_ms + 900, text=text, speaker=speaker)


def test_parts_by_chapter_turns_by_speaker() -> None:
    cues = [
        cue(500, "Bonjour.", "Karl"),
        cue(2_000, "Un.", "Karl"),
        cue(6_000, "Deux.", "Arnaud"),
        cue(9_250, "Trois.", "Arnaud"),
    ]
    parts = derive_spoken(cues, CHAPTERS, PLAYER)
    assert [part.title for part in parts] == ["", "Édito", "Entretien"]
    assert [[(turn.clock, turn.speaker) for turn in part.turns] for part in parts] == [
        [("0:00", "Karl")],
        [("0:02", "Karl"), ("0:06", "Arnaud")],
        [("0:09", "Arnaud")],
    ]
    assert parts[2].turns[0].href == "../../media/8.mp3#t=9.25"
    assert parts[2].turns[0].html == '<span data-cue="9.25">Trois.</span>'


def test_who_speaks_for_long_gets_paragraphs_with_their_own_times() -> None:
    said = [cue(1000 * index, "x" * 200, "Karl") for index in range(9)]
    (part,) = derive_spoken(said, (), None)
    assert [turn.speaker for turn in part.turns] == ["Karl", "", ""]
    assert [turn.clock for turn in part.turns] == ["0:00", "0:04", "0:08"]
    assert all(len(turn.html) < 2 * LONGEST_TURN for turn in part.turns)
    assert part.turns[0].href is None


CUES = st.lists(
    st.builds(cue, st.integers(0, 30_000), st.text(min_size=1), st.none() | st.text()), max_size=30
).map(lambda cues: sorted(cues, key=lambda one: one.start_ms))


@given(CUES)
def test_every_cue_is_there_once_in_order_and_escaped(cues: list[Cue]) -> None:
    parts = derive_spoken(cues, CHAPTERS, PLAYER)
    text = "".join(turn.html for part in parts for turn in part.turns)
    found = re.findall(r'<span data-cue="([\d.]+)">([^<>]*)</span>', text)
    assert [(float(start), html.unescape(words)) for start, words in found] == [
        (one.start_ms / 1000, html.unescape(html.escape(clean_line(one.text)))) for one in cues
    ]
