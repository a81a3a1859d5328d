import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podtool.audio.speech import speech_activity


def energies(*steps):
    """(hops, LUFS) after each other; None is digital silence."""
    return np.concatenate([np.full(n, 0.0 if db is None else 10 ** ((db + 0.691) / 10)) for n, db in steps])


@pytest.mark.parametrize("floor", [None, -80, -60, -40])
def test_finds_speech_between_pauses_whatever_the_noise(floor):
    ranges = speech_activity(energies((30, floor), (40, -20), (30, floor), (50, -23), (30, floor)))
    assert ranges == [(29, 75), (99, 155)]


@pytest.mark.parametrize("gain", [-35.0, -10.0, 15.0])
def test_recordings_of_any_level(gain):
    ranges = speech_activity(energies((30, -60 + gain), (40, -20 + gain), (30, -60 + gain)))
    assert ranges == [(29, 75)]


def test_a_breath_between_words_stays_speech():
    assert speech_activity(energies((20, -70), (20, -20), (5, -70), (20, -20), (20, -70))) == [(19, 70)]


def test_lead_and_hangover_are_the_callers_to_choose():
    sound = energies((20, -70), (20, -20), (20, -70))
    assert speech_activity(sound, lead_hops=0, hangover_hops=0) == [(20, 40)]
    assert speech_activity(sound, lead_hops=30, hangover_hops=30) == [(0, 60)]


def test_a_click_is_no_speech():
    assert speech_activity(energies((20, -70), (1, -10), (30, -70), (20, -20), (20, -70))) == [(50, 76)]


def test_sound_without_pauses_is_active_throughout():
    assert speech_activity(energies((100, -20))) == [(0, 100)]


def test_silence_and_nothing():
    assert speech_activity(energies((100, None))) == []
    assert speech_activity([]) == []


@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.sampled_from([None, -75, -60, -45, -30, -20, -12])), max_size=12
    )
)
def test_ranges_are_ascending_apart_and_inside(steps):
    sound = energies(*steps) if steps else np.empty(0)
    ranges = speech_activity(sound)
    edges = [edge for pair in ranges for edge in pair]
    assert edges == sorted(set(edges))
    assert all(0 <= edge <= len(sound) for edge in edges)


@settings(deadline=None)
@given(st.integers(0, 1000))
def test_last_bits_of_the_energies_decide_nothing(seed):
    rng = np.random.default_rng(seed)
    # Whole decibels lie in the middle of the grid's steps, so rounding takes the disturbance away.
    steps = zip(rng.integers(1, 20, 20), rng.integers(-70, -10, 20), strict=True)
    sound = energies(*[(int(hops), int(level)) for hops, level in steps])
    disturbed = sound * (1 + 1e-7 * rng.standard_normal(len(sound)))
    assert speech_activity(sound) == speech_activity(disturbed)
