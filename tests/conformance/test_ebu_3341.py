"""EBU Tech 3341 (November 2023), table 1, signals 1 to 14.

Signals 7 and 8 are authentic programmes, which can't be synthesised; all others are made here from the table.
"""

import numpy as np
import pytest
from ebu_signals import RATE_HZ, tones

from podtool.audio.loudness import (
    STEREO,
    SURROUND_5_0,
    HopMeter,
    integrated_loudness,
    momentary_loudness,
    short_term_loudness,
)

TOLERANCE_LU = 0.1
FINE = 50
"""Hops a second for the momentary maxima: signals 13 and 14 begin at multiples of 20 ms."""


def measured(sound, hops_per_second=10, rate_hz=RATE_HZ):
    stereo = np.repeat(sound, 2, axis=0)
    return HopMeter(rate_hz, channel_weights=STEREO, hops_per_second=hops_per_second).push(stereo)


@pytest.mark.parametrize(("signal", "level"), [(1, -23.0), (2, -33.0)])
@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 96_000])
def test_signals_1_and_2_read_alike_on_all_three_time_scales(signal, level, rate_hz):
    energies = measured(tones((20, level), rate_hz=rate_hz), rate_hz=rate_hz)
    assert integrated_loudness(energies) == pytest.approx(level, abs=TOLERANCE_LU)
    # The first window holds the filter's own beginning.
    assert momentary_loudness(energies)[1:] == pytest.approx(level, abs=TOLERANCE_LU)
    assert short_term_loudness(energies)[1:] == pytest.approx(level, abs=TOLERANCE_LU)


GATED = {
    3: [(10, -36), (60, -23), (10, -36)],
    4: [(10, -72), (10, -36), (60, -23), (10, -36), (10, -72)],
    5: [(20, -26), (20.1, -20), (20, -26)],
}


@pytest.mark.parametrize("signal", GATED)
def test_signals_3_to_5_are_gated(signal):
    assert integrated_loudness(measured(tones(*GATED[signal]))) == pytest.approx(-23.0, abs=TOLERANCE_LU)


def test_signal_6_weighs_five_channels():
    levels_db = np.array([-28.0, -28.0, -24.0, -30.0, -30.0])
    sound = (tones((20, 0)) * 10 ** (levels_db / 20)[:, None]).astype(np.float32)
    energies = HopMeter(RATE_HZ, channel_weights=SURROUND_5_0).push(sound)
    assert integrated_loudness(energies) == pytest.approx(-23.0, abs=TOLERANCE_LU)


def test_signal_9_short_term_is_constant_after_3_s():
    short_term = short_term_loudness(measured(tones(*[(1.34, -20), (1.66, -30)] * 5), FINE), FINE)
    assert short_term == pytest.approx(-23.0, abs=TOLERANCE_LU)


@pytest.mark.parametrize("i", range(20))
def test_signal_10_maximum_short_term(i):
    energies = measured(tones((i * 0.15, None), (3, -23), (1, None)))
    assert short_term_loudness(energies).max() == pytest.approx(-23.0, abs=TOLERANCE_LU)


def test_signal_11_successive_maxima_of_short_term():
    steps = [((i * 0.15, None), (3, -38 + i), (3 - i * 0.15, None)) for i in range(20)]
    short_term = short_term_loudness(measured(tones(*[step for group in steps for step in group])))
    # A group lasts 6 s; its maximum is read in the window that ends with its tone.
    maxima = [short_term[max(0, 60 * i - 29) : 60 * (i + 1) - 29].max() for i in range(20)]
    assert maxima == pytest.approx([-38.0 + i for i in range(20)], abs=TOLERANCE_LU)


def test_signal_12_momentary_is_constant_after_1_s():
    momentary = momentary_loudness(measured(tones(*[(0.18, -20), (0.22, -30)] * 25), FINE), FINE)
    assert momentary[30:] == pytest.approx(-23.0, abs=TOLERANCE_LU)


@pytest.mark.parametrize("i", range(20))
def test_signal_13_maximum_momentary(i):
    energies = measured(tones((i * 0.02, None), (0.4, -23), (1, None)), FINE)
    assert momentary_loudness(energies, FINE).max() == pytest.approx(-23.0, abs=TOLERANCE_LU)


def test_signal_14_successive_maxima_of_momentary():
    steps = [((i * 0.02, None), (0.4, -38 + i), (0.4 - i * 0.02, None)) for i in range(20)]
    momentary = momentary_loudness(measured(tones(*[step for group in steps for step in group]), FINE), FINE)
    maxima = [momentary[max(0, 40 * i - 19) : 40 * (i + 1) - 19].max() for i in range(20)]
    assert maxima == pytest.approx([-38.0 + i for i in range(20)], abs=TOLERANCE_LU)
