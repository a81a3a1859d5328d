"""Whether an edit goes through a word."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from voices import voice

from podtool.audio.edit_points import below_speech_db, nearest_pauses, speech_levels
from podtool.audio.flaws import FlawMeter, level_steps


def steps_of(levels_db):
    return level_steps(10 ** (np.asarray(levels_db, float) / 10))


def words(*, floor_db=-70.0):
    """A second of speech, 200 ms of pause, a second of speech, 100 ms of pause, a second of speech."""
    return steps_of([-20.0] * 100 + [floor_db] * 20 + [-20.0] * 100 + [floor_db] * 10 + [-20.0] * 100)


def test_the_levels_of_speech_and_pauses():
    levels = speech_levels(words(floor_db=-70.0))
    assert levels.speech_db == pytest.approx(-20, abs=0.1)
    assert levels.floor_db == pytest.approx(-70, abs=51)
    assert speech_levels(np.full(100, 255, np.uint8)) is None


@pytest.mark.parametrize(
    ("at_s", "below_db"), [(0.5, 0), (0.9, 0), (1.0, 50), (1.1, 50), (0.97, 50), (0.96, 0), (3.0, 0)]
)
def test_how_soft_it_is_around_a_place(at_s, below_db):
    assert below_speech_db(speech_levels(words()), at_s) == pytest.approx(below_db, abs=0.5)


def test_behind_the_end_nothing_is_cut():
    assert below_speech_db(speech_levels(words()), 60.0) == float("inf")


@pytest.mark.parametrize(
    ("at_s", "pauses"),
    [(0.5, (None, 1.1)), (1.5, (1.1, 2.25)), (1.1, (1.1, 2.25)), (3.0, (2.25, None)), (9.0, (None, None))],
)
def test_the_nearest_pauses(at_s, pauses):
    assert nearest_pauses(speech_levels(words()), at_s) == pauses


def test_noisy_speech_tells_nothing():
    assert not speech_levels(words(floor_db=-35.0)).is_clear
    quiet = steps_of(([-20.0] * 40 + [-60.0] * 20) * 5)
    assert speech_levels(quiet).is_clear


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1000), st.floats(-45, -12), st.sampled_from([8_000, 44_100, 48_000]))
def test_an_edit_in_a_pause_is_never_in_a_word(seed, level_db, rate_hz):
    meter = FlawMeter(rate_hz, 1, 16)
    meter.push(voice(10, rate_hz=rate_hz, level_db=level_db, floor_db=level_db - 50, seed=seed))
    levels = speech_levels(meter.finish(level_db)[1])
    for at_s in np.arange(0.5, 9.5, 0.5).tolist():
        for pause in nearest_pauses(levels, at_s):
            assert pause is None or below_speech_db(levels, pause) >= 20
