"""A true-peak limiter that remembers a few milliseconds only, so that chunks are limited apart yet alike.

Sound is judged in windows of 32 samples that begin at multiples of 32 in the whole file. Each window needs
the gain that brings its true peak under the ceiling; every window takes the lowest gain needed within `_HOLD`
windows; three running means smooth the steps into a bell (no cosine, whose last bit differs between maths
libraries); and between the middles of windows the gain runs straight. As the hold is one window wider than
the bell, no smoothed gain that touches a window is above what that window needs.

From the peaks to the gains all arithmetic is on whole numbers, and from there element by element: which chunk
a sample was rendered in, and on what processor, changes no bit of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from podtool.audio.kweighting import Block, Floats
from podtool.audio.true_peak import REACH, WINDOW, bound, window_peaks
from podtool.units import Decibels

Wholes = npt.NDArray[np.int64]

_MEAN = 7
"""Windows of each of the three running means."""
_BELL = np.convolve(np.convolve(np.ones(_MEAN), np.ones(_MEAN)), np.ones(_MEAN)).astype(np.int64)
_HALF_BELL = len(_BELL) // 2
_HOLD = _HALF_BELL + 1
_AROUND = _HALF_BELL + _HOLD + 1
"""Windows on either side whose peaks have a say in a window's gain."""
_UNITY = 2**24
_FULL = _UNITY * int(_BELL.sum())

LEAD = (_AROUND + 1) * WINDOW
"""Samples that `limit` must be given before those it is asked for."""
TAIL = LEAD + WINDOW
"""Samples that `limit` must be given after those it is asked for."""


@dataclass(frozen=True, kw_only=True)
class Limited:
    """What `limit` made of a chunk.

    Attributes:
        samples: (channels, stop - start) float32; a view of the input where nothing was limited.
        reduction_db: the greatest gain reduction in the chunk, 0.0 or more.
        windows: how many windows that begin in the chunk were over the ceiling.
    """

    samples: Block
    reduction_db: Decibels
    windows: int


@dataclass(frozen=True, kw_only=True)
class Dip:
    """A stretch [start, stop) in samples, multiples of 32, whose ceiling is lower by a factor below 1."""

    start: int
    stop: int
    factor: float

    def moved(self, by: int) -> Dip:
        """The same `by` samples later; a multiple of 32."""
        return Dip(start=self.start + by, stop=self.stop + by, factor=self.factor)


def limit(block: Block, ceiling: float, rate_hz: int, dips: Sequence[Dip] = ()) -> Limited:
    """Bring a chunk's true peak under the ceiling; all channels get the same gain.

    Any chunk [start, stop) of a sound comes back bit for bit as it does in one run over the whole, provided
    start is a multiple of 32 in the whole. Beyond the sound's ends the caller puts zeros.

    Args:
        block: the samples [start - LEAD, stop + TAIL), planar float32 of shape (channels, n), finite and
            within ±64.
        ceiling: linear, above 0.
        rate_hz: sample rate; it sets the oversampling alone.
        dips: where the ceiling is lower, counted from the chunk's start.

    Raises:
        ValueError: the block is shorter than its context, or the ceiling is not above 0.
    """
    wanted = block.shape[1] - LEAD - TAIL
    if wanted < 0 or not ceiling > 0:
        raise ValueError(f"can't limit {block.shape[1]} samples (context included) to {ceiling}")
    inside = block[:, LEAD : LEAD + wanted]
    untouched = Limited(samples=inside, reduction_db=Decibels(0.0), windows=0)
    lowest = ceiling * min((dip.factor for dip in dips), default=1.0)
    if not wanted or max(float(block.max()), -float(block.min())) * bound(rate_hz) <= lowest:
        return untouched
    windows = -(-wanted // WINDOW)
    needed = _needed_gains(block, windows, ceiling, rate_hz, dips)
    if needed.min() == _UNITY:
        return untouched
    own = needed[_AROUND : _AROUND + windows]
    smooth = _smoothed(needed)
    if not (smooth < _FULL).any():
        return untouched
    samples, lowest = _apply(inside, smooth)
    return Limited(
        samples=samples,
        reduction_db=Decibels(-20.0 * math.log10(lowest)),
        windows=int((own < _UNITY).sum()),
    )


def _needed_gains(block: Block, windows: int, ceiling: float, rate_hz: int, dips: Sequence[Dip]) -> Wholes:
    """What each window and its `_AROUND` neighbours on both sides may have at most, in 2^-24ths."""
    first = LEAD - _AROUND * WINDOW - REACH
    judged = block[:, first : first + (windows + 2 * _AROUND) * WINDOW + 2 * REACH]
    limits = np.full(windows + 2 * _AROUND, ceiling)
    for dip in dips:
        part = limits[max(0, dip.start // WINDOW + _AROUND) : max(0, dip.stop // WINDOW + _AROUND)]
        np.minimum(part, ceiling * dip.factor, out=part)
    # On a grid, because a power of ten may differ in its last bit between maths libraries.
    limits = np.floor(limits * _UNITY) / _UNITY
    peaks = window_peaks(judged, rate_hz, float(limits.min()))
    needed = np.full(len(peaks), _UNITY)
    over = peaks > limits
    needed[over] = np.floor(limits[over] / peaks[over] * _UNITY).astype(np.int64)
    return needed


def _smoothed(needed: Wholes) -> Wholes:
    """Held and smoothed gains of the windows and one neighbour on each side, in `_FULL`ths."""
    held = np.lib.stride_tricks.sliding_window_view(needed, 2 * _HOLD + 1).min(axis=1)
    return np.convolve(held, _BELL, "valid")


def _apply(inside: Block, smooth: Wholes) -> tuple[Block, float]:
    """The chunk with its gains, and the lowest of them."""
    touched = np.flatnonzero((smooth[:-2] < _FULL) | (smooth[1:-1] < _FULL) | (smooth[2:] < _FULL))
    gains = smooth.astype(np.float64) / _FULL
    curve = _between_middles(gains, touched).astype(np.float32)
    samples = inside.copy()
    whole = touched[(touched + 1) * WINDOW <= inside.shape[1]]
    windows = samples[:, : inside.shape[1] // WINDOW * WINDOW].reshape(len(samples), -1, WINDOW)
    windows[:, whole] *= curve[: len(whole)]
    if len(whole) < len(touched):  # the chunk ends within its last window
        start = int(touched[-1]) * WINDOW
        samples[:, start:] *= curve[-1, : samples.shape[1] - start]
        curve[-1, samples.shape[1] - start :] = 1.0
    return samples, float(curve.min())


def _between_middles(gains: Floats, windows: npt.NDArray[np.intp]) -> Floats:
    """Straight from the middle of each window to the next: (windows, 32)."""
    half = WINDOW // 2
    before, own, after = (gains[windows + shift][:, None] for shift in (0, 1, 2))
    part = (np.arange(half) + 0.5) / WINDOW
    rising_in = before + (own - before) * (part + 0.5)
    going_out = own + (after - own) * part
    return np.concatenate((rising_in, going_out), axis=1)
