"""EBU Tech 3342 (November 2023), table 1, signals 1 to 4.

Signals 5 and 6 are authentic programmes of the EBU, which can't be synthesised.
"""

import pytest
from ebu_signals import RATE_HZ, tones

from podtool.audio.loudness import HopMeter, loudness_range

SIGNALS = {
    1: ((-20, -30), 10),
    2: ((-20, -15), 5),
    3: ((-40, -20), 20),
    4: ((-50, -35, -20, -35, -50), 15),
}


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("signal", SIGNALS)
def test_loudness_range_also_when_the_signal_is_repeated(signal, times):
    levels, expected = SIGNALS[signal]
    energies = HopMeter(RATE_HZ).push(tones(*[(20, level) for level in levels] * times))
    assert loudness_range(energies) == pytest.approx(expected, abs=1.0)
