"""Unweighted levels for the report on a recording: peaks, clipping, noise floor, offset, its channels.

Nothing here changes a sample; it tells a person what came in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from podtool.audio.kweighting import Block, Floats
from podtool.units import Decibels, level_of

CLIPPED_AT = 0.9999
"""From here on a sample counts as full scale: 32767 of 16 bits is 0.99997."""
CLIPPED_RUN = 3
"""So many in a row are clipping; fewer may be a peak that just fits."""
HOPS_PER_SECOND = 10
_NOISE_PERCENTILE = 0.10
_ONE_SIDED_DB = 30.0
_DIGITAL_SILENCE = 1e-16
_STEREO = 2


@dataclass(frozen=True, kw_only=True)
class Levels:
    """What `LevelMeter` found.

    Attributes:
        samples: how many per channel.
        mean_squares: (channels, hops) per 100 ms, about the hop's own mean, so that an offset is no noise.
        sample_peaks: (channels, hops) highest absolute sample per 100 ms, the last incomplete hop included.
        clipped_samples: samples in runs of at least `CLIPPED_RUN` at one full scale, all channels together.
        dc_offsets: mean of each channel, linear.
        identical_channels: two channels that are equal in every sample, and not silent.
        difference_db: level of (L - R) under that of L and R together; -inf when equal, None for one channel.
    """

    samples: int
    mean_squares: Floats
    sample_peaks: Floats
    clipped_samples: int
    dc_offsets: tuple[float, ...]
    identical_channels: bool
    difference_db: Decibels | None

    @property
    def sample_peak(self) -> float:
        """Highest absolute sample, linear; 0.0 when there is none."""
        return float(self.sample_peaks.max()) if self.sample_peaks.size else 0.0

    @property
    def sample_peak_dbfs(self) -> Decibels:
        """Highest absolute sample in dBFS; -inf for silence."""
        return level_of(self.sample_peak)

    @property
    def noise_floor_dbfs(self) -> Decibels | None:
        """RMS that nine in ten hops exceed, of those that aren't digital silence; None when all are.

        The channels' mean power counts. 0 dBFS is a full-scale square wave, so a full-scale sine is -3.0.
        """
        power = np.sort(self.mean_squares.mean(axis=0))
        power = power[power > _DIGITAL_SILENCE]
        return level_of(math.sqrt(power[int((len(power) - 1) * _NOISE_PERCENTILE)])) if len(power) else None

    @property
    def one_sided(self) -> Literal["left", "right"] | None:
        """The side that has the sound when the other is at least 30 dB weaker; None otherwise."""
        if len(self.mean_squares) != _STEREO:
            return None
        left, right = (float(channel.sum()) for channel in self.mean_squares)
        ratio = 10.0 ** (_ONE_SIDED_DB / 10.0)
        if left > right * ratio:
            return "left"
        return "right" if right > left * ratio else None


class _Clipping:
    """Counts runs at full scale in one channel, across blocks."""

    def __init__(self) -> None:
        self.samples = 0
        self._side = 0
        self._run = 0

    def push(self, channel: npt.NDArray[np.float32]) -> None:
        sides = (channel >= CLIPPED_AT).astype(np.int8) - (channel <= -CLIPPED_AT)
        if not sides.any():
            self.close()
            return
        starts = np.concatenate(([0], np.flatnonzero(np.diff(sides)) + 1))
        lengths = np.diff(starts, append=len(sides))
        self._extend(int(sides[0]), int(lengths[0]))
        if len(starts) > 1:
            inner = lengths[1:-1][sides[starts[1:-1]] != 0]
            self.samples += int(inner[inner >= CLIPPED_RUN].sum())
            self.close()
            self._extend(int(sides[-1]), int(lengths[-1]))

    def _extend(self, side: int, length: int) -> None:
        if side != self._side:
            self.close()
            self._side = side
        self._run += length

    def close(self) -> None:
        if self._side and self._run >= CLIPPED_RUN:
            self.samples += self._run
        self._side = self._run = 0


class LevelMeter:
    """Levels of a sound that comes in blocks of any size.

    Args:
        rate_hz: sample rate, at least 10; a hop has a tenth of it, rounded down.
        channels: 1 or more.

    Raises:
        ValueError: no hop or no channel.
    """

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._hop = rate_hz // HOPS_PER_SECOND
        if self._hop < 1 or channels < 1:
            raise ValueError(f"can't meter {channels} channels at {rate_hz} Hz")
        self._samples = 0
        self._waiting: Floats = np.empty((channels, 0))
        self._mean_squares: list[Floats] = []
        self._peaks: list[Floats] = []
        self._sums = np.zeros(channels)
        self._clipping = [_Clipping() for _ in range(channels)]
        self._difference = 0.0
        self._together = 0.0

    def push(self, block: Block) -> None:
        """Meter the next samples: planar float32 of shape (channels, n), finite.

        Raises:
            ValueError: another number of channels.
        """
        if len(block) != len(self._sums):
            raise ValueError(f"a block of {len(block)} channels for a meter of {len(self._sums)}")
        self._samples += block.shape[1]
        for clipping, channel in zip(self._clipping, block, strict=True):
            clipping.push(channel)
        sound: Floats = np.concatenate((self._waiting, block.astype(np.float64)), axis=1)
        whole = sound.shape[1] // self._hop * self._hop
        self._waiting = sound[:, whole:]
        if whole:
            self._take(sound[:, :whole].reshape(len(sound), -1, self._hop))

    def _take(self, hops: Floats) -> None:
        """Whole hops, or the last incomplete one, as (channels, hops, samples) float64."""
        means = hops.mean(axis=2)
        squares = np.einsum("chs,chs->ch", hops, hops)
        self._mean_squares.append(np.maximum(squares / hops.shape[2] - means * means, 0.0))
        self._peaks.append(np.abs(hops).max(axis=2))
        self._sums += means.sum(axis=1) * hops.shape[2]
        self._together += float(squares.sum())
        if len(hops) == _STEREO:
            difference = hops[0] - hops[1]
            self._difference += float(np.einsum("hs,hs->", difference, difference))

    def finish(self) -> Levels:
        """What was found; the last incomplete hop counts for all but the noise floor. Ends the metering."""
        complete = len(self._mean_squares)
        if self._waiting.shape[1]:
            self._take(self._waiting[:, None, :])
            self._waiting = self._waiting[:, :0]
        for clipping in self._clipping:
            clipping.close()
        nothing: Floats = np.empty((len(self._sums), 0))
        stereo = len(self._sums) == _STEREO and self._together > 0.0
        return Levels(
            samples=self._samples,
            # A recording shorter than a hop has nothing but the incomplete one.
            mean_squares=np.concatenate([nothing, *self._mean_squares[: complete or None]], axis=1),
            sample_peaks=np.concatenate([nothing, *self._peaks], axis=1),
            clipped_samples=sum(clipping.samples for clipping in self._clipping),
            dc_offsets=tuple(float(total) / max(1, self._samples) for total in self._sums),
            identical_channels=stereo and self._difference == 0.0,
            difference_db=Decibels(level_of(math.sqrt(self._difference / self._together)))
            if stereo
            else None,
        )
