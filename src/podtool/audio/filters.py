"""pydub's filters and compressor with their state carried from block to block, at numpy's speed.

The recursions are pydub's own, written so that a clip needs not be in memory as a whole and so that an hour
takes seconds: pydub's loops run at 2 to 12 times real time, these at hundreds. Tests compare the two.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from podtool.audio.kweighting import Block, Floats
from podtool.units import amplitude_of

_MOST_STRETCH = 4096
_RANGE_BITS = 20
_GAIN_DIGITS = 7


class Filter(Protocol):
    """Takes a clip's blocks in order; one object per clip."""

    def __call__(self, block: Block) -> Block:
        """The block, treated."""


def _one_pole(driven: Floats, pole: float, before: float) -> Floats:
    """``y[n] = pole * y[n-1] + driven[n]`` with ``y[-1] = before``, for 0 < pole < 1.

    Inside a stretch y is a running sum of the input divided by the pole's powers; stretches are as short as
    keeps those powers within 2^20, so at least 33 of float64's bits are left.
    """
    stretch = min(_MOST_STRETCH, max(1, int(_RANGE_BITS * math.log(2) / -math.log(pole))))
    stretches = -(-len(driven) // stretch)
    padded = np.zeros((stretches, stretch))
    padded.reshape(-1)[: len(driven)] = driven
    # A running product, not a power: multiplication gives the same bits on any processor.
    powers = np.cumprod(np.full(stretch, pole))
    sums = np.cumsum(padded / powers, axis=1)
    states = np.empty(stretches)
    last_power = float(powers[-1])
    for index, total in enumerate(sums[:, -1].tolist()):
        states[index] = before
        before = (before + total) * last_power
    return np.asarray(((states[:, None] + sums) * powers).reshape(-1)[: len(driven)])


class LowPass:
    """`low_pass_filter`, first order: ``y[n] = y[n-1] + a (x[n] - y[n-1])``, ``y[0] = x[0]``."""

    def __init__(self, cutoff_hz: float, rate_hz: int) -> None:
        step = 1.0 / rate_hz
        self._share = step / (1.0 / (cutoff_hz * 2 * math.pi) + step)
        self._last: Floats | None = None

    def __call__(self, block: Block) -> Block:
        """The next block, filtered."""
        last = block[:, 0].astype(np.float64) if self._last is None else self._last
        rows = [
            _one_pole(channel.astype(np.float64) * self._share, 1.0 - self._share, float(before))
            for channel, before in zip(block, last, strict=True)
        ]
        self._last = np.array([row[-1] for row in rows])
        return np.array(rows, np.float32)


class HighPass:
    """`high_pass_filter`, first order: ``y[n] = a (y[n-1] + x[n] - x[n-1])``, ``y[0] = x[0]``."""

    def __init__(self, cutoff_hz: float, rate_hz: int) -> None:
        constant = 1.0 / (cutoff_hz * 2 * math.pi)
        self._pole = constant / (constant + 1.0 / rate_hz)
        self._last_in: Floats | None = None
        self._last_out: Floats = np.empty(0)

    def __call__(self, block: Block) -> Block:
        """The next block, filtered."""
        sound = block.astype(np.float64)
        first = self._last_in is None
        last_in = sound[:, 0] if self._last_in is None else self._last_in
        # pydub's first output is the first sample itself: what y[-1] would have to be for that.
        last_out = sound[:, 0] / self._pole if first else self._last_out
        rises = np.diff(sound, axis=1, prepend=last_in[:, None]) * self._pole
        rows = [_one_pole(rise, self._pole, float(y)) for rise, y in zip(rises, last_out, strict=True)]
        self._last_in = sound[:, -1].copy()
        self._last_out = np.array([row[-1] for row in rows])
        return np.array(rows, np.float32)


class Compressor:
    """`compress_dynamic_range`, with what pydub's has of its own: below the threshold it doesn't let go.

    The level is the RMS of all channels over the `attack` before a sample. While it is over the threshold,
    the attenuation moves towards ``(1 - 1/ratio)`` of the excess; under it there is no excess, and pydub's
    step back, which is a share of the excess, is zero: the attenuation stays until the next loud passage.
    """

    def __init__(
        self, *, rate_hz: int, threshold_db: float, ratio: float, attack_ms: float, release_ms: float
    ) -> None:
        self._threshold = amplitude_of(threshold_db)
        self._slope = 1.0 - 1.0 / ratio
        self._attack = attack_ms * (rate_hz / 1000.0)
        self._release = release_ms * (rate_hz / 1000.0)
        self._reach = int(self._attack)
        self._past: Floats = np.empty(0)
        self._attenuation_db = 0.0

    def __call__(self, block: Block) -> Block:
        """The next block, compressed."""
        gains = self._gains(self._wanted(block))
        return block if gains is None else np.asarray(block * gains)

    def _wanted(self, block: Block) -> npt.NDArray[np.float64]:
        """The attenuation in dB that each sample's level asks for."""
        squares = (block.astype(np.float64) ** 2).mean(axis=0)
        known = np.concatenate((self._past, squares))
        sums = np.concatenate(([0.0], np.cumsum(known)))
        ends = np.arange(len(self._past), len(known))
        starts = np.maximum(ends - self._reach, 0)
        mean = (sums[ends] - sums[starts]) / np.maximum(ends - starts, 1)
        self._past = known[-self._reach :]
        over = np.maximum(mean / self._threshold**2, 1.0)
        return np.asarray(self._slope * 10.0 * np.log10(over))

    def _gains(self, wanted: Floats) -> Block | None:
        """A factor for each sample; None where there is nothing to attenuate."""
        course = np.empty(len(wanted))
        edges = np.flatnonzero(np.diff(wanted > 0.0)) + 1
        for start, stop in pairwise([0, *edges.tolist(), len(wanted)]):
            if wanted[start] > 0.0:
                course[start:stop] = self._follow(wanted[start:stop].tolist())
            else:
                course[start:stop] = self._attenuation_db
        if not course.any():
            return None
        # Rounded: a processor whose powers differ in the last bit must not reach a sample.
        return np.round(10.0 ** (course / -20.0), _GAIN_DIGITS).astype(np.float32)

    def _follow(self, wanted: list[float]) -> list[float]:
        """The attenuation through a stretch that is over the threshold."""
        attack, release = 1.0 / self._attack, 1.0 / self._release
        attenuation = self._attenuation_db
        course = []
        for want in wanted:
            if attenuation <= want:
                attenuation = min(attenuation + want * attack, want)
            else:
                attenuation -= want * release  # stays positive: it was above `want`, and release is over 1
            course.append(attenuation)
        self._attenuation_db = attenuation
        return course
