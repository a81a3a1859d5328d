"""Clipping below full scale: a recording that was cut off first and turned down afterwards.

Its highest value is reached again and again, for several samples at a time, out of a slope: a limiter rounds
its peaks, a soft sound has round ones, and a coarse one has steps everywhere.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Wave = npt.NDArray[np.float32]

LOWEST_TOP = 0.1
"""-20 dBFS: nobody's recorder clips below."""
SHORTEST_RUN = 3
FEWEST_TOPS = 20
_STEEP = 0.003
"""How far the samples before and after a flat top lie below it, as a part of it: the slope was cut off."""


class FlatTops:
    """Counts the flat tops at the highest value of one side of one channel."""

    def __init__(self) -> None:
        self.highest = LOWEST_TOP
        self.count = 0
        self._rest: Wave = np.empty(0, np.float32)

    def push(self, wave: Wave) -> None:
        """The next samples; the negative side is given with its sign changed."""
        peak = float(wave.max(initial=0.0))
        if peak > self.highest:
            self.highest, self.count = peak, 0
        wave = np.concatenate((self._rest, wave))
        self._rest = wave[-1:]
        if peak < self.highest:
            return
        at = np.flatnonzero(wave == np.float32(self.highest))
        starts = at[np.diff(at, prepend=-2) > 1]
        stops = at[np.diff(at, append=len(wave) + 1) > 1] + 1
        inner = (starts > 0) & (stops < len(wave)) & (stops - starts >= SHORTEST_RUN)
        starts, stops = starts[inner], stops[inner]
        step = self.highest * (1 - _STEEP)
        self.count += int(((wave[starts - 1] < step) & (wave[stops] < step)).sum())


class FlatTopMeter:
    """All channels' flat tops, for a sound that comes in blocks.

    Args:
        channels: how many.
    """

    def __init__(self, channels: int) -> None:
        self._sides = [(FlatTops(), FlatTops()) for _ in range(channels)]

    def push(self, block: npt.NDArray[np.float32]) -> None:
        """The next samples: planar float32."""
        for (above, below), row in zip(self._sides, block, strict=True):
            above.push(row)
            below.push(-row)

    def finish(self) -> tuple[int, float | None]:
        """How many flat tops, and the highest of their values; (0, None) where there are too few."""
        found = [side for sides in self._sides for side in sides if side.count >= FEWEST_TOPS]
        if not found:
            return 0, None
        return sum(side.count for side in found), max(side.highest for side in found)
