"""True peak by ITU-R BS.1770-5 Annex 2: four-fold oversampling, done only where it can matter, and exactly.

Between samples the sound can't rise above the highest sample in the filter's reach times its L1 norm.
Where that bound stays below the peak known so far (or below the limiter's ceiling) nothing is interpolated.

Samples are put on a grid of 2^-24 and coefficients on one of 2^-18. Up to ±64 (+36 dBFS) every partial sum is
then a whole number below 2^53, so the matrix product has no rounding at all: the same figure comes out of
any BLAS on any processor, whatever rows it is given together. The limiter's decisions, and so its samples,
rest on that. A product in float32, at half the price, tells first which windows are worth it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from podtool.audio.kweighting import Block, Floats
from podtool.audio.rows import highest_of_rows
from podtool.units import Dbtp, level_of

WINDOW = 32
"""Samples that are judged together."""
REACH = 8
"""Samples on either side that the interpolation looks at."""

_SAMPLE_GRID = float(2**24)
_TAP_GRID = float(2**18)
_KAISER_BETA = 5.0
_TWICE_FROM_HZ = 88_200
_BATCH = 1024
_LOUDEST = 64
_DOUBT = 1e-5
"""What a product in float32 may be wrong by, for the highest sample in it: 48 sums of half a unit in the last
place, times the filters' L1 norm, is 6e-6."""
_LEAST_DOUBT = 2.0**-22
"""The samples' rounding to the grid, times the same norm."""


@cache
def taps(rate_hz: int) -> npt.NDArray[np.int64]:
    """Interpolation filters as whole multiples of 2^-18, one row per position between two samples.

    Row k gives the sound at ``(k + 1) / (rows + 1)`` of the way from sample n to n + 1, from the samples
    n - 7 to n + 8: three rows (4×) below 88.2 kHz, one (2×) from there on, as Annex 2 allows. ±0.05 dB up to
    0.4 of the rate.
    """
    positions = 2 if rate_hz >= _TWICE_FROM_HZ else 4
    rows = []
    for position in range(1, positions):
        distance = np.arange(1 - REACH, REACH + 1) - position / positions
        bell = np.i0(_KAISER_BETA * np.sqrt(1.0 - (distance / REACH) ** 2))
        row = np.sinc(distance) * bell
        whole = np.rint(row / row.sum() * _TAP_GRID).astype(np.int64)
        whole[np.argmax(whole)] += int(_TAP_GRID) - whole.sum()  # a constant stays exactly what it is
        rows.append(whole)
    return np.array(rows)


@cache
def bound(rate_hz: int) -> float:
    """How far above the samples around it the sound between them can be: the filters' greatest L1 norm."""
    return float(np.abs(taps(rate_hz)).sum(axis=1).max()) / _TAP_GRID


@cache
def _interpolation(rate_hz: int) -> Floats:
    """(samples of a window with its context, values between the window's samples)."""
    rows = taps(rate_hz)
    matrix = np.zeros((WINDOW + 2 * REACH, len(rows) * WINDOW))
    for k, row in enumerate(rows):
        for i in range(WINDOW):
            matrix[i + 1 : i + 1 + 2 * REACH, k * WINDOW + i] = row
    return matrix


@cache
def _rough_interpolation(rate_hz: int) -> Block:
    return (_interpolation(rate_hz) / _TAP_GRID).astype(np.float32)


def sample_peaks(block: Block) -> Floats:
    """Highest absolute sample of all channels, per window of 32; block: (channels, a multiple of 32)."""
    magnitude = np.abs(block[0])
    for channel in block[1:]:
        np.maximum(magnitude, np.abs(channel), out=magnitude)
    return highest_of_rows(magnitude.reshape(-1, WINDOW)).astype(np.float64)


def _raise_to_true(peaks: Floats, block: Block, near: Floats, threshold: float, rate_hz: int) -> None:
    """Put the true peaks that are beyond the threshold into `peaks`.

    Args:
        peaks: of the windows; they are changed.
        block: the windows' samples, with `REACH` around them.
        near: the highest sample that each window's interpolation can see; 0 where none is wanted.
        threshold: linear.
        rate_hz: sample rate.
    """
    where = np.flatnonzero(near * bound(rate_hz) > threshold)
    rough, exact = _rough_interpolation(rate_hz), _interpolation(rate_hz)
    doubtful = threshold - (_DOUBT * float(near.max(initial=0.0)) + _LEAST_DOUBT)
    windows = np.lib.stride_tricks.sliding_window_view(block, WINDOW + 2 * REACH, axis=1)[:, ::WINDOW]
    for start in range(0, len(where), _BATCH):
        some = where[start : start + _BATCH]
        for channel in windows:
            samples = channel[some]
            between = samples @ rough
            likely = np.flatnonzero(highest_of_rows(np.abs(between, out=between)) > doubtful)
            if not len(likely):
                continue
            values = np.abs(np.rint(samples[likely] * _SAMPLE_GRID).astype(np.float64) @ exact)
            highest = values.max(axis=1) / (_SAMPLE_GRID * _TAP_GRID)
            over = some[likely]
            peaks[over] = np.where(highest > threshold, np.maximum(peaks[over], highest), peaks[over])


def window_peaks(block: Block, rate_hz: int, threshold: float) -> Floats:
    """Peak per window of 32 samples: the true one where it exceeds the threshold, else the samples'.

    Args:
        block: (channels, 8 + 32 k + 8): k windows with `REACH` samples of context on both sides.
        rate_hz: sample rate.
        threshold: linear; below it the samples' peak is told.

    Returns:
        k linear peaks, the highest of all channels; a window includes what lies between its last sample and
        the next.
    """
    peaks = sample_peaks(block[:, REACH:-REACH])
    _raise_to_true(peaks, block, _surroundings(peaks, block), threshold, rate_hz)
    return peaks


def _surroundings(peaks: Floats, block: Block) -> Floats:
    """Highest sample that the interpolation of each window can see (or a higher one)."""
    context = [float(np.abs(side).max()) for side in (block[:, :REACH], block[:, -REACH:])]
    padded = np.concatenate(([context[0]], peaks, [context[1]]))
    return np.asarray(np.maximum(np.maximum(padded[:-2], padded[2:]), peaks))


class TruePeakMeter:
    """The highest true peak of a sound that comes in blocks of any size, of one or more channels.

    A one-channel block among blocks of two stands for two identical channels. Silence follows the sound.

    Args:
        rate_hz: sample rate.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._highest = 0.0
        self._tail: Block = np.zeros((1, REACH), dtype=np.float32)

    def push(self, block: Block) -> None:
        """Meter the next samples: planar float32 of shape (channels, n)."""
        sound = self._with_tail(block)
        windows = (sound.shape[1] - 2 * REACH) // WINDOW
        if windows > 0:
            used = windows * WINDOW
            self._highest = self._highest_of(sound[:, : used + 2 * REACH], self._highest)
            sound = sound[:, used:]
        self._tail = sound.copy()

    def _with_tail(self, block: Block) -> Block:
        tail = self._tail
        if len(tail) > len(block) and bool((tail == tail[:1]).all()):
            tail = tail[:1]
        rows = max(len(tail), len(block))
        parts = [np.broadcast_to(part, (rows, part.shape[1])) for part in (tail, block)]
        return np.concatenate(parts, axis=1)

    def _highest_of(self, sound: Block, known: float) -> float:
        peaks = sample_peaks(sound[:, REACH:-REACH])
        near = _surroundings(peaks, sound)
        known = max(known, float(peaks.max()))
        # The loudest places first: what they reach rules most others out.
        likely = np.flatnonzero(near >= near.max())[:_LOUDEST]
        loudest = np.zeros_like(near)
        loudest[likely] = near[likely]
        _raise_to_true(peaks, sound, loudest, known, self._rate_hz)
        known = max(known, float(peaks.max()))
        _raise_to_true(peaks, sound, near, known, self._rate_hz)
        return max(known, float(peaks.max()))

    @property
    def true_peak(self) -> float:
        """Linear; 0.0 for silence."""
        rest = -(self._tail.shape[1] - 2 * REACH) % WINDOW or WINDOW
        silence = np.zeros((len(self._tail), rest + WINDOW), dtype=np.float32)
        return self._highest_of(np.concatenate((self._tail, silence), axis=1), self._highest)

    @property
    def dbtp(self) -> Dbtp:
        """In dBTP; -inf for silence."""
        return Dbtp(level_of(self.true_peak))
