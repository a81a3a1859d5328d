import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.audio.mastering import linear_gain, loudness_gain_db
from podtool.errors import LoudnessError


@pytest.mark.parametrize(
    ("measured", "target", "gain"),
    [
        (-23.0, -16.0, 7.0),
        (-23.84, -16.0, 7.8),
        (-23.86, -16.0, 7.9),
        (-10.0, -16.0, -6.0),
        (-16.04, -16.0, 0.0),
    ],
)
def test_the_gain_is_a_whole_number_of_tenths(measured, target, gain):
    assert loudness_gain_db(measured, target) == gain


@given(measured=st.floats(-70, 5), target=st.floats(-30, -5))
def test_the_gain_brings_the_mix_within_half_a_step(measured, target):
    gain = loudness_gain_db(measured, target)
    assert abs(measured + gain - target) <= 0.05 + 0.011
    assert gain == round(gain * 10) / 10


@given(tenths=st.integers(-300, 0), noise=st.floats(-1e-6, 1e-6))
def test_last_bits_of_the_measurement_decide_nothing(tenths, noise):
    assert loudness_gain_db(tenths / 10 + noise, -16.0) == loudness_gain_db(tenths / 10, -16.0)


@pytest.mark.parametrize("measured", [-math.inf, math.nan])
def test_no_gain_makes_silence_heard(measured):
    with pytest.raises(LoudnessError, match="silent"):
        loudness_gain_db(measured, -16.0)


def test_linear_gain():
    assert linear_gain(0.0) == 1.0
    assert linear_gain(-6.0) == pytest.approx(10 ** (-0.3), abs=1e-7)
    assert linear_gain(7.8) * 2**24 == int(linear_gain(7.8) * 2**24)
