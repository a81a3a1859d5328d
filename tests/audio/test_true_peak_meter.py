import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podtool.audio.true_peak import REACH, WINDOW, TruePeakMeter, bound, taps, window_peaks

PINNED_QUARTER = [
    -739,
    1869,
    -3839,
    7076,
    -12390,
    21927,
    -44724,
    235707,
    77208,
    -30291,
    16376,
    -9392,
    5263,
    -2727,
    1218,
    -398,
]
PINNED_HALF = [-782, 2150, -4595, 8650, -15266, 26739, -51458, 165634]
EVERYWHERE = -1.0
"""A threshold that even silence could exceed: nothing is skipped."""


def noise(count, channels=2, seed=1):
    return np.random.default_rng(seed).uniform(-1, 1, (channels, count)).astype(np.float32)


def metered(sound, sizes=(10**9,), rate_hz=44_100):
    meter, position, turn = TruePeakMeter(rate_hz), 0, 0
    while position < sound.shape[1]:
        size = sizes[turn % len(sizes)]
        meter.push(sound[:, position : position + size])
        position, turn = position + size, turn + 1
    return meter.true_peak


def everywhere(sound, rate_hz=44_100):
    """The same filter written out, at every place."""
    rows = taps(rate_hz) / 2.0**18
    padded = np.pad(sound.astype(np.float64), ((0, 0), (2 * REACH, 2 * REACH)))
    between = [np.abs(np.convolve(channel, row[::-1], "valid")).max() for channel in padded for row in rows]
    return max(np.abs(sound).max(), *between)


def test_the_filters_are_these_on_every_machine():
    # Samples of the limiter depend on them: other numbers here mean other bytes everywhere.
    quarter, half, three_quarters = taps(44_100)
    assert half.tolist() == half[::-1].tolist()
    assert quarter.tolist() == three_quarters[::-1].tolist()
    assert quarter.tolist() == PINNED_QUARTER
    assert half[:8].tolist() == PINNED_HALF
    assert np.array_equal(taps(96_000), [half])


@pytest.mark.parametrize("rate_hz", [44_100, 96_000])
def test_the_filters_are_flat_to_two_fifths_of_the_rate(rate_hz):
    rows = taps(rate_hz) / 2.0**18
    part = np.linspace(0, 0.4, 100)
    for k, row in enumerate(rows):
        distance = np.arange(1 - REACH, REACH + 1) - (k + 1) / (len(rows) + 1)
        gain_db = 20 * np.log10(np.abs(np.exp(-2j * np.pi * np.outer(part, distance)) @ row))
        assert gain_db == pytest.approx(0.0, abs=0.05)
        assert row.sum() == 1.0


@given(seed=st.integers(0, 10_000), level=st.floats(0.01, 8.0))
@settings(max_examples=40, deadline=None)
def test_what_is_skipped_never_matters(seed, level):
    # Quiet with a few loud places, so that most of it is skipped.
    rng = np.random.default_rng(seed)
    sound = (level * noise(2_000, seed=seed) * rng.choice([0.05, 0.4, 1.0], 2_000)).astype(np.float32)
    assert metered(sound) == pytest.approx(everywhere(sound), rel=1e-6, abs=2**-22)


@given(sizes=st.lists(st.integers(1, 500), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_block_sizes_change_no_bit(sizes):
    sound = noise(1_500)
    assert metered(sound, sizes) == metered(sound)


@pytest.mark.parametrize("position", [0, 5, 31, 32, 500, 997, 999])
def test_a_peak_at_either_end_is_seen(position):
    sound = np.zeros((1, 1000), np.float32)
    sound[0, position] = 0.5
    assert metered(sound) == pytest.approx(everywhere(sound))


def test_reading_does_not_disturb():
    sound, meter = noise(3_000), TruePeakMeter(44_100)
    meter.push(sound[:, :1_111])
    assert meter.true_peak == meter.true_peak == metered(sound[:, :1_111])
    meter.push(sound[:, 1_111:])
    assert meter.true_peak == metered(sound)


def test_channels_may_come_as_one_where_they_are_alike():
    sound = noise(3_000)
    sound[1, 1_000:2_000] = sound[0, 1_000:2_000]
    meter = TruePeakMeter(44_100)
    for start, stop, channels in [(0, 1_000, 2), (1_000, 1_500, 1), (1_500, 2_000, 1), (2_000, 3_000, 2)]:
        meter.push(sound[:channels, start:stop])
    assert meter.true_peak == metered(sound)


def test_silence_has_no_peak():
    assert TruePeakMeter(48_000).dbtp == -math.inf
    meter = TruePeakMeter(48_000)
    meter.push(np.zeros((2, 1000), np.float32))
    assert meter.dbtp == -math.inf


def test_window_peaks_are_exact_where_they_pass_the_threshold():
    sound = noise(50 * WINDOW + 2 * REACH)
    every = window_peaks(sound, 44_100, EVERYWHERE)
    some = window_peaks(sound, 44_100, 1.3)
    over = every > 1.3
    assert 0 < over.sum() < len(every)
    assert np.array_equal(some[over], every[over])
    assert (some[~over] <= 1.3).all()


def test_rows_that_are_measured_together_change_no_bit():
    sound = noise(200 * WINDOW + 2 * REACH)
    together = window_peaks(sound, 44_100, EVERYWHERE)
    apart = [
        window_peaks(sound[:, i * WINDOW : (i + 1) * WINDOW + 2 * REACH], 44_100, EVERYWHERE)[0]
        for i in range(200)
    ]
    assert np.array_equal(together, apart)


def test_the_bound_is_reached_by_the_worst_sound_and_passed_by_none():
    rows = taps(44_100) / 2.0**18
    worst = rows[np.abs(rows).sum(axis=1).argmax()]
    sound = np.sign(worst).astype(np.float32)[None]
    assert metered(sound) == pytest.approx(bound(44_100), rel=1e-6)


def test_the_arithmetic_is_exact():
    # With Python's whole numbers there is nothing to round: any BLAS must give this, to the last bit.
    sound = 3.7 * noise(WINDOW + 2 * REACH, channels=1, seed=5)
    whole = [round(float(sample) * 2**24) for sample in sound[0]]
    sums = [
        sum(tap * sample for tap, sample in zip(row.tolist(), whole[i + 1 : i + 1 + 2 * REACH], strict=True))
        for row in taps(44_100)
        for i in range(WINDOW)
    ]
    expected = max(float(np.abs(sound[0, REACH:-REACH]).max()), max(map(abs, sums)) / 2**42)
    assert window_peaks(sound, 44_100, EVERYWHERE).tolist() == [expected]


@pytest.mark.parametrize("start", range(WINDOW))
def test_a_quiet_window_beside_a_loud_one_is_looked_at(start):
    half = taps(44_100)[1]
    for signs in (np.sign(half[:REACH]), np.sign(half[REACH:])):
        sound = np.zeros((1, 5 * WINDOW + 2 * REACH), np.float32)
        place = REACH + 2 * WINDOW + start
        sound[0, place : place + REACH] = signs
        every = window_peaks(sound, 44_100, EVERYWHERE)
        for threshold in (0.5, 0.9, 1.0):
            some = window_peaks(sound, 44_100, threshold)
            assert np.array_equal(some[every > threshold], every[every > threshold])
