"""Placements and envelopes → blocks of the mix, in float32. Any block can be rendered on its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from podtool.timeline.model import DuckPoint, Placement, Ramp, Source, Timeline
from podtool.units import amplitude_of

Block = NDArray[np.float32]
"""Planar samples, shape (channels, n), channels 1 or 2; one channel stands for two that are the same."""

ReadSource = Callable[[Source, int, int, float], Block]
"""Samples [start, stop) of a treated source at the project's rate, times a factor; from several threads."""


class Programme(Protocol):
    """Something to master: the mix, or the mix at another rate or in mono."""

    @property
    def rate_hz(self) -> int:
        """Samples per second."""

    @property
    def length(self) -> int:
        """In samples."""

    @property
    def channels(self) -> int:
        """1 or 2."""

    def read(self, start: int, stop: int, factor: float = 1.0) -> Block:
        """Samples [start, stop) times a factor, silence outside [0, length): (channels, stop - start).

        One row stands for two channels that are the same all through the range (see `widened`).
        """


def widened(block: Block, channels: int) -> Block:
    """A block with all of its `channels`, where one row stood for two."""
    return block if len(block) == channels else np.repeat(block, channels, axis=0)


@dataclass(frozen=True, kw_only=True)
class Mixer:
    """The mix of a timeline, as a programme.

    Attributes:
        timeline: with its ducking.
        levels_db: the speech levelling, by segment and source.
        read_source: where samples come from.
        channels: 2, or 1 for the mono sum (L + R) / 2.
    """

    timeline: Timeline
    levels_db: Mapping[tuple[int, Source], float]
    read_source: ReadSource
    channels: int = 2

    @property
    def rate_hz(self) -> int:
        """The project's sample rate."""
        return self.timeline.rate_hz

    @property
    def length(self) -> int:
        """The episode's length in samples."""
        return self.timeline.length

    def read(self, start: int, stop: int, factor: float = 1.0) -> Block:
        """The mix in [start, stop), times a factor, as (1 or 2, stop - start)."""
        heard = [
            (first, last, self._render(placed, first, last, factor))
            for placed in self.timeline.placements
            if (first := max(start, placed.range_in_episode.start))
            < (last := min(stop, placed.range_in_episode.stop))
        ]
        if len(heard) == 1 and heard[0][:2] == (start, stop):
            mix = heard[0][2]  # nothing to add it to
        else:
            mix = np.zeros((max((len(sound) for *_, sound in heard), default=1), stop - start), np.float32)
            for first, last, sound in heard:
                mix[:, first - start : last - start] += sound
        if self.channels == 1 and len(mix) > 1:
            return np.asarray((mix[:1] + mix[1:]) * np.float32(0.5))
        return mix

    def _render(self, placed: Placement, first: int, last: int, factor: float) -> Block:
        """One placement's samples in [first, last) of the episode, gains applied; 1 or 2 channels."""
        later_by = placed.range_in_episode.start - placed.source_range.start
        gain = gain_of(placed, self.levels_db) * factor
        block = self.read_source(placed.source, first - later_by, last - later_by, gain)
        envelope = envelope_of(placed, first, last)
        return block if envelope is None else np.asarray(block * envelope)


def gain_of(placed: Placement, levels_db: Mapping[tuple[int, Source], float]) -> float:
    """A placement's constant gain, the speech levelling included, as a factor.

    Seven digits: a libm that differs in its last bit must not reach a sample.
    """
    level = levels_db.get((placed.segment, placed.source), 0.0) if placed.levelled else 0.0
    return round(amplitude_of(placed.gain_db + level), 7)


def envelope_of(placed: Placement, first: int, last: int) -> NDArray[np.float32] | None:
    """A placement's ramps and ducking as factors for [first, last); None where they change nothing."""
    envelope: NDArray[np.float64] | None = None
    for ramp in placed.ramps:
        factors = _ramp_factors(ramp, first, last)
        if factors is not None:
            envelope = factors if envelope is None else envelope * factors
    if placed.ducking and (factors := _duck_factors(placed.ducking, first, last)) is not None:
        envelope = factors if envelope is None else envelope * factors
    return None if envelope is None else envelope.astype(np.float32)


def _ramp_factors(ramp: Ramp, first: int, last: int) -> NDArray[np.float64] | None:
    start, stop = ramp.over.start, ramp.over.stop
    if (last <= start and ramp.before == 1) or (first >= stop and ramp.after == 1):
        return None
    weight = _smoothstep(_positions(first, last), start, stop)
    if ramp.curve == "power":
        power: NDArray[np.float64] = np.sqrt(ramp.before**2 * (1 - weight) + ramp.after**2 * weight)
        return power
    return ramp.before * (1 - weight) + ramp.after * weight


def _duck_factors(points: tuple[DuckPoint, ...], first: int, last: int) -> NDArray[np.float64] | None:
    gains = np.array([point.gain for point in points])
    corners = np.array([point.at for point in points], np.float64)
    positions = _positions(first, last)
    after = np.clip(np.searchsorted(corners, positions, side="right"), 1, len(points) - 1)
    span = np.maximum(corners[after] - corners[after - 1], 1.0)
    t = np.clip((positions - corners[after - 1]) / span, 0.0, 1.0)
    weight = t * t * (3 - 2 * t)
    factors: NDArray[np.float64] = gains[after - 1] * (1 - weight) + gains[after] * weight
    return None if bool((factors == 1).all()) else factors


def _positions(first: int, last: int) -> NDArray[np.float64]:
    # The middle of each sample, so that a ramp forwards and its mirror image have the same factors.
    return np.arange(first, last, dtype=np.float64) + 0.5


def _smoothstep(positions: NDArray[np.float64], start: int, stop: int) -> NDArray[np.float64]:
    t = np.clip((positions - start) / max(stop - start, 1), 0.0, 1.0) if stop > start else positions >= start
    return np.asarray(t * t * (3 - 2 * t), np.float64)
