"""From a measured mix to its target: the one fixed gain. Limiting is `limiter`'s, word length `dither`'s."""

from __future__ import annotations

import math

from podtool.errors import LoudnessError
from podtool.units import Decibels, Lufs, amplitude_of, format_level

GAIN_STEPS_PER_DB = 10
"""The loudness gain is a whole number of tenths of a decibel, so that `episode.lock` can hold it exactly."""
_HUNDREDTHS = 100
_FACTOR_GRID = 2.0**24


def loudness_gain_db(measured: Lufs, target: Lufs) -> Decibels:
    """The gain, on the 0.1 dB grid, that brings `measured` nearest to `target`.

    The measurement is rounded to 0.01 LU first: its last bits differ between processors and decide nothing.

    Raises:
        LoudnessError: the mix is silent, so no gain gives it a loudness.
    """
    if not math.isfinite(measured):
        raise LoudnessError(
            f"the mix is silent: no gain brings it to {format_level(target, 'LUFS')}",
            hint="listen to the recordings: is the right file named, and the right range of it?",
        )
    hundredths = round(target * _HUNDREDTHS) - round(measured * _HUNDREDTHS)
    per_step = _HUNDREDTHS // GAIN_STEPS_PER_DB
    return Decibels(math.floor(hundredths / per_step + 0.5) / GAIN_STEPS_PER_DB)


def linear_gain(gain_db: float) -> float:
    """The factor of a gain, on a grid of 2^-24: the same whatever maths library took the power."""
    return round(amplitude_of(gain_db) * _FACTOR_GRID) / _FACTOR_GRID
