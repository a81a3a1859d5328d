import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podtool.audio.limiter import LEAD, TAIL, limit
from podtool.audio.true_peak import WINDOW, TruePeakMeter

RATE_HZ = 44_100
CEILING = 10 ** (-2.1 / 20)


def programme(count=20_000, channels=2, seed=1, loud=1.6):
    """Coloured noise with loud and quiet stretches of a few milliseconds."""
    rng = np.random.default_rng(seed)
    sound = rng.standard_normal((channels, count))
    sound[:, 1:] += sound[:, :-1]
    steps = np.repeat(rng.choice([0.02, 0.2, 1.0], -(-count // 400)), 400)[:count]
    sound *= steps
    return (loud * sound / np.abs(sound).max()).astype(np.float32)


def padded(sound):
    return np.pad(sound, ((0, 0), (LEAD, TAIL)))


def limited(sound, ceiling=CEILING):
    return limit(padded(sound), ceiling, RATE_HZ)


def chunk(sound, start, stop):
    return limit(padded(sound)[:, start : stop + LEAD + TAIL], CEILING, RATE_HZ)


def dbtp(sound):
    meter = TruePeakMeter(RATE_HZ)
    meter.push(sound)
    return meter.dbtp


@pytest.mark.parametrize("loud", [0.9, 1.6, 8.0, 60.0])
@pytest.mark.parametrize("seed", range(4))
def test_the_true_peak_stays_under_the_ceiling(seed, loud):
    result = limited(programme(seed=seed, loud=loud))
    assert dbtp(result.samples) <= -2.1 + 0.05
    assert result.windows > 0


@pytest.mark.parametrize("part_of_rate", [0.01, 0.11, 0.23, 0.25, 0.33, 0.45])
def test_tones_with_peaks_between_samples_too(part_of_rate):
    tone = 1.3 * np.sin(2 * np.pi * part_of_rate * np.arange(9_000) + 0.8)
    assert dbtp(limited(tone.astype(np.float32)[None]).samples) <= -2.1 + 0.05


@given(
    cuts=st.lists(st.integers(0, 20_000 // WINDOW), max_size=6),
    channels=st.integers(1, 2),
    end=st.integers(17_000, 20_000),
)
@settings(max_examples=40, deadline=None)
def test_chunks_are_bit_for_bit_those_of_the_whole(cuts, channels, end):
    sound = programme(channels=channels)[:, :end]
    edges = [0, *sorted(min(cut * WINDOW, end) // WINDOW * WINDOW for cut in cuts), end]
    chunks = [chunk(sound, start, stop) for start, stop in itertools.pairwise(edges)]
    whole = limited(sound)
    assert np.array_equal(np.concatenate([part.samples for part in chunks], axis=1), whole.samples)
    assert max(part.reduction_db for part in chunks) == whole.reduction_db
    assert sum(part.windows for part in chunks) == whole.windows


@pytest.mark.parametrize("stop", range(9_600, 9_640, 7))
def test_a_chunk_may_stop_anywhere(stop):
    sound = programme()
    assert np.array_equal(chunk(sound, 3_200, stop).samples, limited(sound).samples[:, 3_200:stop])


def test_what_lies_beyond_the_context_has_no_say():
    sound = programme(seed=2)
    other = sound.copy()
    other[:, : 9_600 - LEAD] = 0.0
    other[:, 12_800 + TAIL :] = 5.0
    assert np.array_equal(chunk(sound, 9_600, 12_800).samples, chunk(other, 9_600, 12_800).samples)


def test_both_channels_get_one_gain_and_one_channel_the_same_as_two():
    sound = programme()
    sound[1] *= 0.1
    gains = limited(sound).samples / np.where(sound == 0, 1, sound)
    assert gains[0] == pytest.approx(gains[1], rel=1e-5)
    dual = np.repeat(programme(channels=1), 2, axis=0)
    assert np.array_equal(limited(dual).samples[:1], limited(dual[:1]).samples)


def test_quiet_sound_is_given_back_untouched():
    sound = padded(programme(loud=0.3))
    result = limit(sound, CEILING, RATE_HZ)
    assert np.shares_memory(result.samples, sound)
    assert (result.reduction_db, result.windows) == (0.0, 0)


def test_far_from_peaks_nothing_changes_and_the_input_never_does():
    sound = np.full((1, 9_600), 0.1, np.float32)
    sound[0, 4_800] = 2.0
    before = sound.copy()
    result = limited(sound)
    assert np.array_equal(sound, before)
    changed = np.flatnonzero(result.samples[0] != sound[0])
    assert 4_800 - LEAD < changed[0] < 4_800 < changed[-1] < 4_800 + LEAD
    assert result.reduction_db == pytest.approx(20 * math.log10(2.0 / CEILING), abs=0.1)
    assert result.windows <= 2


def test_the_gain_moves_smoothly():
    sound = np.full((1, 9_600), 0.1, np.float32)
    sound[0, 4_800] = 1.5
    gain = np.delete(limited(sound).samples[0] / sound[0], 4_800)
    reduction = 1 - gain.min()
    assert np.abs(np.diff(gain)).max() < reduction / 250  # a 6 ms slope has 264 samples
    assert np.abs(np.diff(gain, 2)).max() < reduction / 2_000


@pytest.mark.parametrize(
    ("hz", "most_db"), [(50, -100), (110, -100), (997, -100), (3_000, -100), (10_007, -90)]
)
def test_a_steady_tone_is_turned_down_not_distorted(hz, most_db):
    time = 2 * np.pi * hz / RATE_HZ * np.arange(2 * RATE_HZ)
    result = limited((10 ** (3 / 20) * np.sin(time)).astype(np.float32)[None])
    middle = slice(RATE_HZ // 2, RATE_HZ * 3 // 2)
    basis = np.stack([np.sin(time[middle]), np.cos(time[middle])], axis=1)
    sound = result.samples[0, middle].astype(np.float64)
    fitted = basis @ np.linalg.lstsq(basis, sound, rcond=None)[0]
    assert 10 * np.log10(((sound - fitted) ** 2).mean() / (fitted**2).mean()) < most_db
    assert result.reduction_db == pytest.approx(5.1, abs=0.5)


def test_silence_and_nothing():
    assert not limited(np.zeros((2, 5_000), np.float32)).samples.any()
    assert limited(np.zeros((2, 0), np.float32)).samples.shape == (2, 0)


def test_too_little_context_or_no_ceiling_is_refused():
    with pytest.raises(ValueError, match="context"):
        limit(np.zeros((1, LEAD + TAIL - 1), np.float32), CEILING, RATE_HZ)
    for ceiling in (0.0, -1.0, math.nan):
        with pytest.raises(ValueError, match="limit"):
            limited(np.zeros((1, 100), np.float32), ceiling)
