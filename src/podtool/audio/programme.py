"""What is mastered: the mix as it is, at another rate, or with its gain and limiter.

Every programme can be read anywhere, in any order, from several threads, and gives the same bits however it
is cut up; that is what lets chunks be encoded side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from podtool.audio.limiter import LEAD, TAIL, Dip, limit
from podtool.audio.mastering import linear_gain
from podtool.audio.mixer import Block, Programme, widened
from podtool.audio.scratch import Scratch, write_scratch
from podtool.audio.true_peak import WINDOW

BLOCK_S = 10
"""Blocks that are read one after the other are this long: long enough for numpy, short enough for memory."""


def blocks_of(programme: Programme) -> Iterator[Block]:
    """The whole programme in blocks of 10 s, (channels, n)."""
    size = BLOCK_S * programme.rate_hz
    for start in range(0, programme.length, size):
        yield programme.read(start, min(start + size, programme.length))


@dataclass(frozen=True, kw_only=True)
class Resampled:
    """A programme at another rate, kept in a scratch file: a resampler can't start in the middle."""

    rate_hz: int
    length: int
    channels: int
    scratch: Scratch

    def read(self, start: int, stop: int, factor: float = 1.0) -> Block:
        """Samples [start, stop) as (channels, stop - start), or one row for two that are the same."""
        return self.scratch.read_narrow(start, stop, factor)


def resample_programme(programme: Programme, rate_hz: int, folder: Path) -> Resampled:
    """`programme` at `rate_hz`, in a scratch file under `folder` that its `scratch.close()` removes.

    Raises:
        CacheError: the disk is full.
    """
    length = round(programme.length * rate_hz / programme.rate_hz)
    scratch = write_scratch(_resampled(programme, rate_hz), folder, rate_hz=rate_hz, expected_samples=length)
    return Resampled(rate_hz=rate_hz, length=length, channels=programme.channels, scratch=scratch)


def _resampled(programme: Programme, rate_hz: int) -> Iterator[Block]:
    stream = soxr.ResampleStream(
        programme.rate_hz, rate_hz, programme.channels, dtype="float32", quality="HQ"
    )
    for block in blocks_of(programme):
        sound = np.ascontiguousarray(widened(block, programme.channels).T)
        yield np.ascontiguousarray(stream.resample_chunk(sound).T)
    rest = stream.resample_chunk(np.zeros((0, programme.channels), np.float32), last=True)
    yield np.ascontiguousarray(rest.T)


@dataclass(frozen=True, kw_only=True)
class Mastered:
    """A programme with its one fixed gain and the true-peak limiter.

    Attributes:
        source: what is mastered.
        gain_db: on the 0.1 dB grid.
        ceiling_dbtp: None leaves peaks alone.
        dips: short stretches with a lower ceiling, where the coding was seen to overshoot.
    """

    source: Programme
    gain_db: float
    ceiling_dbtp: float | None
    dips: tuple[Dip, ...] = ()

    @property
    def rate_hz(self) -> int:
        """The source's."""
        return self.source.rate_hz

    @property
    def length(self) -> int:
        """The source's."""
        return self.source.length

    @property
    def channels(self) -> int:
        """The source's."""
        return self.source.channels

    def read(self, start: int, stop: int, factor: float = 1.0) -> Block:
        """Samples [start, stop) as (channels, stop - start), or one row for two that are the same."""
        gain = linear_gain(self.gain_db)
        if self.ceiling_dbtp is None:
            return self.source.read(start, stop, gain * factor)
        first = start // WINDOW * WINDOW  # the limiter's windows are anchored at the file's start
        block = self.source.read(first - LEAD, stop + TAIL, gain)
        dips = [dip.moved(-first) for dip in self.dips if dip.start < stop + TAIL and dip.stop > first - LEAD]
        limited = limit(block, linear_gain(self.ceiling_dbtp), self.rate_hz, dips)
        samples = limited.samples[:, start - first :]
        return samples if factor == 1.0 else np.asarray(samples * np.float32(factor))
