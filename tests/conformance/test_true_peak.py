"""EBU Tech 3341 (November 2023), table 1, signals 15 to 23: true peak within +0.2/-0.4 dB."""

import pytest
from ebu_signals import peak_burst, peak_tone

from podtool.audio.true_peak import TruePeakMeter

TONES = {
    15: (1 / 4, 0.50, 0.0, -6.0),
    16: (1 / 4, 0.50, 45.0, -6.0),
    17: (1 / 6, 0.50, 60.0, -6.0),
    18: (1 / 8, 0.50, 67.5, -6.0),
    19: (1 / 4, 1.41, 45.0, 3.0),
}
RATES_HZ = [44_100, 48_000, 96_000, 192_000]


def dbtp(sound, rate_hz):
    meter = TruePeakMeter(rate_hz)
    meter.push(sound)
    return meter.dbtp


def within(level, expected):
    return -0.4 <= level - expected <= 0.2


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("signal", TONES)
def test_tones_whose_peaks_lie_between_samples(signal, rate_hz):
    part_of_rate, amplitude, phase, expected = TONES[signal]
    assert within(dbtp(peak_tone(part_of_rate, amplitude, phase, rate_hz), rate_hz), expected)


@pytest.mark.parametrize("offset", range(4))
def test_signals_20_to_23_a_single_loud_period(offset):
    assert within(dbtp(peak_burst(offset), 48_000), 0.0)
