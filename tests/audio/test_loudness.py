import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podtool.audio.loudness import (
    LOWEST_RATE_HZ,
    MONO,
    STEREO,
    HopMeter,
    hop_loudness,
    integrated_loudness,
    loudness_of,
    loudness_range,
    momentary_loudness,
    short_term_loudness,
)

RATES_HZ = [8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000]
BLOCK_SIZE_TOLERANCE_LU = 1e-6


def tone(seconds, level_db=-23.0, rate_hz=48_000, hz=997.0, channels=1):
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * hz / rate_hz * np.arange(round(seconds * rate_hz)))
    return np.repeat(wave.astype(np.float32)[None], channels, axis=0)


def noise(count, channels=2, seed=1):
    return (0.1 * np.random.default_rng(seed).standard_normal((channels, count))).astype(np.float32)


def push_in_pieces(meter, sound, sizes):
    energies, position, turn = [], 0, 0
    while position < sound.shape[1]:
        energies.append(meter.push(sound[:, position : position + sizes[turn % len(sizes)]]))
        position += sizes[turn % len(sizes)]
        turn += 1
    return np.concatenate(energies)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_full_scale_997_hz_tone_on_one_channel_reads_minus_3_01_at_every_rate(rate_hz):
    # BS.1770-5 Annex 1 §2. The bilinear transform bends the shelf where the band ends at 4 kHz.
    tolerance = 0.25 if rate_hz == LOWEST_RATE_HZ else 0.05
    energies = HopMeter(rate_hz, channel_weights=MONO).push(tone(2, 0.0, rate_hz))
    assert integrated_loudness(energies) == pytest.approx(-3.01, abs=tolerance)


def test_one_hop_for_each_100_ms_and_none_for_the_rest():
    assert len(HopMeter(44_100).push(tone(1.27, rate_hz=44_100))) == 12


@pytest.mark.parametrize("rate_hz", [11_025, 7_990, 192_010, 0, -48_000])
def test_a_rate_it_cannot_meter_is_refused(rate_hz):
    with pytest.raises(ValueError, match="resample"):
        HopMeter(rate_hz)


def test_a_wrong_number_of_channels_is_refused():
    with pytest.raises(ValueError, match="3 channels"):
        HopMeter(48_000).push(noise(100, channels=3))


def test_dual_mono_is_3_db_above_mono_and_equals_two_channels():
    sound = tone(3)
    mono = HopMeter(48_000, channel_weights=MONO).push(sound)
    dual = HopMeter(48_000, channel_weights=STEREO).push(sound)
    two = HopMeter(48_000, channel_weights=STEREO).push(np.repeat(sound, 2, axis=0))
    assert integrated_loudness(dual) - integrated_loudness(mono) == pytest.approx(
        10 * math.log10(2), abs=1e-9
    )
    assert hop_loudness(dual) == pytest.approx(hop_loudness(two), abs=BLOCK_SIZE_TOLERANCE_LU)


@given(sizes=st.lists(st.integers(1, 30_000), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_block_sizes_do_not_matter(sizes):
    sound = noise(60_000)
    if sum(sizes) / len(sizes) < 200:  # keeps the example short
        sizes = [size + 200 for size in sizes]
    whole = HopMeter(48_000).push(sound)
    pieces = push_in_pieces(HopMeter(48_000), sound, sizes)
    assert hop_loudness(pieces) == pytest.approx(hop_loudness(whole), abs=BLOCK_SIZE_TOLERANCE_LU)


@given(cuts=st.lists(st.integers(0, 96_000), min_size=1, max_size=4))
@settings(max_examples=15, deadline=None)
def test_a_stretch_may_come_as_one_channel_where_both_are_alike(cuts):
    sound = noise(96_000)
    edges = [0, *sorted(cuts), 96_000]
    meter, energies = HopMeter(48_000), []
    for turn, (start, stop) in enumerate(itertools.pairwise(edges)):
        if turn % 2:
            sound[1, start:stop] = sound[0, start:stop]
        energies.append(meter.push(sound[: 1 if turn % 2 else 2, start:stop]))
    expected = HopMeter(48_000).push(sound)
    assert hop_loudness(np.concatenate(energies)) == pytest.approx(hop_loudness(expected), abs=1e-5)


def test_the_meter_keeps_no_view_of_a_block_that_its_owner_uses_again():
    sound, meter = noise(9_600), HopMeter(48_000)
    buffer = sound[:, :4_000].copy()
    meter.push(buffer)
    buffer[:] = 1.0
    assert meter.push(sound[:, 4_000:]) == pytest.approx(HopMeter(48_000).push(sound), rel=1e-6)


def test_silence_has_no_loudness():
    energies = HopMeter(48_000).push(np.zeros((2, 480_000), np.float32))
    assert integrated_loudness(energies) == -math.inf
    assert loudness_of(energies) == -math.inf
    assert loudness_range(energies) is None
    assert (momentary_loudness(energies) == -math.inf).all()


def test_nothing_has_no_loudness():
    for measure in (integrated_loudness, loudness_of):
        assert measure([]) == -math.inf
    assert loudness_range([]) is None
    assert len(short_term_loudness([])) == len(momentary_loudness([0.1] * 3)) == 0


def test_less_than_a_gating_block_has_no_integrated_loudness():
    assert integrated_loudness([0.1] * 3) == -math.inf
    assert math.isfinite(integrated_loudness([0.1] * 4))


def test_less_than_3_s_has_no_loudness_range():
    assert loudness_range([0.1] * 29) is None
    assert loudness_range([0.1] * 30) == 0.0


def test_pauses_are_gated_but_count_without_gate():
    energies = np.concatenate([HopMeter(48_000).push(tone(10)), np.zeros(100)])
    assert integrated_loudness(energies) == pytest.approx(-23.0, abs=0.1)
    assert loudness_of(energies) == pytest.approx(-26.0, abs=0.1)


@given(gain_db=st.floats(-40, 40), seed=st.integers(0, 1000))
@settings(max_examples=50, deadline=None)
def test_a_gain_given_to_the_measure_is_a_gain_given_to_the_sound(gain_db, seed):
    energies = 10 ** np.random.default_rng(seed).uniform(-7.5, -1, 200)
    gained = energies * 10 ** (gain_db / 10)
    assert integrated_loudness(energies, gain_db) == pytest.approx(integrated_loudness(gained), abs=1e-6)
    assert loudness_range(energies, gain_db) == pytest.approx(loudness_range(gained), abs=1e-6)


def test_a_gain_can_lift_sound_over_the_absolute_gate():
    energies = HopMeter(48_000).push(tone(2, -75.0))
    assert integrated_loudness(energies) == -math.inf
    assert integrated_loudness(energies, 20.0) == pytest.approx(-55.0, abs=0.1)


@pytest.mark.parametrize(("quiet_lufs", "expected"), [(-31.5, -22.71), (-33.5, -20.0)])
def test_the_relative_gate_is_10_lu_below(quiet_lufs, expected):
    # Together they are at -22.7 before this gate, so it stands at -32.7 or -32.8.
    energies = 10 ** (np.repeat([-20.0, quiet_lufs], 3_000) / 10 + 0.0691)
    assert integrated_loudness(energies) == pytest.approx(expected, abs=0.02)


def test_a_constant_offset_is_not_heard():
    energies = HopMeter(48_000).push(np.full((2, 240_000), 0.5, np.float32))
    assert loudness_of(energies[10:]) < -90
