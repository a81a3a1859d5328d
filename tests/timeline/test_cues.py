"""Cues follow the edit: what is kept is in order and in its place, what is cut is gone."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_samples import clip, episode, laid_out, segment
from podtool.timeline.cues import Cue, Window, Word, carry_cues, heard_windows


def cue(start, end, text="Bonjour.", **values):
    return Cue(start_ms=start, end_ms=end, text=text, **values)


def carried(made, *cues, index=0):
    found = carry_cues(cues, heard_windows(laid_out(made), index))
    return [(one.start_ms, one.end_ms, one.text) for one in found]


PLAIN = episode(segment(clip(end=20)))
CUT = episode(segment(silence=1), segment(clip(start=5, end=20, cuts=[(8, 10)])))


def test_without_an_edit_nothing_changes():
    assert carried(PLAIN, cue(0, 1500), cue(1500, 2000, "Oui.")) == [
        (0, 1500, "Bonjour."),
        (1500, 2000, "Oui."),
    ]


def test_what_is_cut_is_gone_and_what_follows_moves_up():
    told = carried(
        CUT, cue(0, 4000, "Avant."), cue(8200, 9800, "Coupé."), cue(12_000, 13_000, "Après."), index=1
    )
    assert told == [(6000, 7000, "Après.")]


def test_a_cue_that_reaches_into_a_cut_is_shortened():
    assert carried(CUT, cue(6000, 9000), index=1) == [(2000, 4000, "Bonjour.")]


def test_hardly_anything_left_is_nothing():
    assert carried(CUT, cue(7900, 9900), index=1) == []
    assert carried(CUT, cue(7900, 8050), index=1) == [(3900, 4000, "Bonjour.")]


WORDS = tuple(
    Word(start_ms=7000 + 500 * n, end_ms=7400 + 500 * n, text=text)
    for n, text in enumerate(["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit"])
)


def test_words_with_times_are_kept_one_by_one():
    told = carried(CUT, cue(7000, 11_000, "un deux trois …", words=WORDS), index=1)
    assert told == [(3000, 3900, "un deux"), (4000, 4900, "sept huit")]


def test_several_microphones_say_it_once():
    one, two = clip("a.wav", end=20), replace(clip("b.wav", end=20), offset=0)
    made = episode(segment(one, two, kind="tracks"))
    assert carried(made, cue(1000, 2000)) == [(1000, 2000, "Bonjour.")]


@st.composite
def edits(draw):
    marks = sorted(draw(st.lists(st.integers(0, 19_000), min_size=2, max_size=8, unique=True)))
    later = draw(st.integers(0, 5000))
    windows, at = [], later
    for start, stop in list(pairwise(marks))[::2]:
        windows.append(Window(start_ms=start, end_ms=stop, later_by_ms=at - start))
        at += stop - start
    return windows, at


@st.composite
def spoken(draw):
    start = draw(st.integers(0, 19_000))
    length = draw(st.integers(1, 4000))
    words = ()
    if draw(st.booleans()) and length > 10:
        step = length // 5
        words = tuple(
            Word(start_ms=start + n * step, end_ms=start + (n + 1) * step, text=f" w{n}") for n in range(5)
        )
    return cue(start, start + length, "w0 w1 w2 w3 w4" if words else "Bonjour.", words=words)


@given(edits(), st.lists(spoken(), max_size=6))
def test_laws_of_carrying(edit, cues):
    windows, end = edit
    found = carry_cues(cues, windows)
    assert list(found) == sorted(found, key=lambda one: (one.start_ms, one.end_ms))
    for one in found:
        assert 0 <= one.start_ms < one.end_ms <= max(end, one.start_ms + 1)
        home = [w for w in windows if w.start_ms <= one.start_ms - w.later_by_ms < w.end_ms]
        assert len(home) == 1, "in sound that is heard"
        assert one.end_ms - home[0].later_by_ms <= max(home[0].end_ms, one.start_ms - home[0].later_by_ms + 1)
        if one.words:
            assert one.text.split() == [word.text.strip() for word in one.words]
    kept = [word.text for one in found for word in one.words]
    assert len(kept) <= sum(len(one.words) for one in cues), "no word twice"


@pytest.mark.parametrize("language", ["fr"])
@given(st.lists(st.tuples(st.integers(0, 18_000), st.integers(300, 900)), max_size=5))
def test_uncut_sound_keeps_every_cue(language, times):
    cues = [cue(start, start + length, f"n{n}") for n, (start, length) in enumerate(times)]
    whole = [Window(start_ms=0, end_ms=20_000, later_by_ms=0)]
    assert sorted(carry_cues(cues, whole), key=lambda one: one.text) == sorted(cues, key=lambda one: one.text)
