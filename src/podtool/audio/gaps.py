"""Where a recording broke: lost buffers (digital silence inside sound), clicks, repeated buffers.

Each is told by the samples alone, and only where nothing that people record looks like it: what is missed
is heard once, what is wrongly told is looked for in vain.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from podtool.audio.kweighting import Block

Wave = npt.NDArray[np.float32]

SHORTEST_HOLE_S, LONGEST_HOLE_S = 0.002, 0.060
"""Sound cards lose buffers of 2 to 60 ms. Longer digital silence is a pause that was cut out or gated."""
_BESIDE_S = 0.003
_LOUD_BESIDE = 0.018
"""-35 dBFS on either side of a hole: it is inside of sound, not in a pause."""
_STEP = 0.5
"""The sample at a hole's edge, beside the sound there: what fades to silence has none."""
CLICK_JUMP = 0.25
"""From one sample to the next, of full scale."""
_CLICK_TIMES = 20.0
"""… and so many times what the samples around move."""
_CLICK_AROUND = 64
_SLOWEST_PITCH_S = 0.020
_PULSE = 0.5
"""A jump with another, at least half as high, within a low voice's period (50 Hz) is a pulse of that voice:
at the low rates of telephones it is hardly wider than a click."""
REPEATED_SAMPLES = (128, 256, 441, 480, 512, 882, 960, 1024, 2048)
"""Buffers of usual sound cards and drivers."""
MOST_PLACES = 200
"""More aren't counted: it is one long complaint."""


class GapMeter:
    """Finds what broke in a sound that comes in blocks.

    Args:
        rate_hz: of the sound.
    """

    def __init__(self, rate_hz: int) -> None:
        self.holes: list[float] = []
        self.clicks: list[float] = []
        self.repeats: list[float] = []
        self._rate_hz = rate_hz
        self._keep = round((LONGEST_HOLE_S + 2 * _BESIDE_S) * rate_hz) + 8 * max(REPEATED_SAMPLES)
        self._before: Block | None = None
        self._samples = 0

    def push(self, block: Block) -> None:
        """The next samples: planar float32."""
        before = block[:, :0] if self._before is None else self._before
        sound = np.concatenate((before, block), axis=1)
        first = self._samples - before.shape[1]
        self._note(self.holes, self._holes(sound), first)
        both = len(sound) > 1 and np.array_equal(sound[0], sound[1])
        rows = sound[:1] if both else sound
        self._note(
            self.clicks,
            (at for row in rows for at in _clicks(row, round(_SLOWEST_PITCH_S * self._rate_hz))),
            first,
        )
        self._note(self.repeats, self._repeats(sound), first)
        self._samples += block.shape[1]
        self._before = sound[:, -self._keep :].copy()

    def _note(self, places: list[float], found: Iterator[int], first: int) -> None:
        """Keeps places in seconds, each once although blocks overlap."""
        for at in sorted(found):
            seconds = (first + at) / self._rate_hz
            if len(places) < MOST_PLACES and (not places or seconds > places[-1] + LONGEST_HOLE_S):
                places.append(seconds)

    def _holes(self, sound: Block) -> Iterator[int]:
        shortest, longest = (round(s * self._rate_hz) for s in (SHORTEST_HOLE_S, LONGEST_HOLE_S))
        if np.count_nonzero(sound[0] == 0) < shortest:
            return
        silent = np.asarray(np.abs(sound).max(axis=0) == 0)
        edges = np.flatnonzero(np.diff(silent.astype(np.int8))) + 1
        if len(edges) and silent[edges[0] - 1]:
            edges = edges[1:]  # it began before: its left side isn't known
        starts, stops = edges[0 : len(edges) // 2 * 2 : 2], edges[1::2]
        lengths = stops - starts
        for index in np.flatnonzero((lengths >= shortest) & (lengths <= longest)):
            if self._is_torn(sound, int(starts[index]), int(stops[index])):
                yield int(starts[index])

    def _is_torn(self, sound: Block, start: int, stop: int) -> bool:
        beside = round(_BESIDE_S * self._rate_hz)
        if start < beside or stop + beside > sound.shape[1]:
            return False
        levels = (_level(sound[:, start - beside : start]), _level(sound[:, stop : stop + beside]))
        if min(levels) < _LOUD_BESIDE:
            return False
        steps = (float(np.abs(sound[:, start - 1]).max()), float(np.abs(sound[:, stop]).max()))
        return any(step > _STEP * level for step, level in zip(steps, levels, strict=True))

    @staticmethod
    def _repeats(sound: Block) -> Iterator[int]:
        row = sound[0]
        for lag in REPEATED_SAMPLES:
            if len(row) > 4 * lag:
                yield from _repeated(row, lag)


def _clicks(row: Wave, period: int) -> Iterator[int]:
    """Samples after a lone jump; the last `period` samples are not judged, as what follows isn't known."""
    moves = np.abs(np.diff(row))
    after = max(period, _CLICK_AROUND)
    if len(moves) <= _CLICK_AROUND + after:
        return
    inner = moves[_CLICK_AROUND:-after]
    beside = [moves[_CLICK_AROUND + by : len(moves) - after + by] for by in (-2, 2)]
    lonely = (inner > CLICK_JUMP) & (inner > 4 * beside[0]) & (inner > 4 * beside[1])
    found = np.flatnonzero(lonely) + _CLICK_AROUND
    for by in range(4, _CLICK_AROUND, 12):  # a quick way to drop nearly all: one of those moves is large
        found = found[moves[found] > _CLICK_TIMES / 4 * moves[found - by]]
    for at in found.tolist():
        sides = (moves[at - _CLICK_AROUND : at - 1], moves[at + 2 : at + _CLICK_AROUND])
        around = [float(np.sqrt(np.mean(side * side))) for side in sides]
        if min(around) > 0 and moves[at] > _CLICK_TIMES * max(around):
            peers = (moves[max(0, at - period) : at - 1], moves[at + 2 : at + period])
            if moves[at] * _PULSE > max(float(side.max(initial=0.0)) for side in peers):
                yield at + 1


def _level(part: Block) -> float:
    return float(np.sqrt(np.mean(part.astype(np.float64) ** 2)))


def _repeated(row: Wave, lag: int) -> Iterator[int]:
    """Where `lag` samples are those before them, once: what goes on repeating is a tone."""
    step = lag // 8
    same = (row[lag::step] == row[:-lag:step]) & (row[lag::step] != 0)
    runs = np.flatnonzero(same[:-4] & same[1:-3] & same[2:-2] & same[3:-1] & same[4:])
    last = -1
    for at in (runs * step).tolist():
        if at <= last:
            continue
        start = max(0, at - 4 * lag)
        equal = row[start + lag : at + 6 * lag] == row[start : at + 6 * lag - lag][: len(row) - start - lag]
        ends = np.flatnonzero(~equal)
        left = ends[ends < at - start]
        right = ends[ends >= at - start]
        if not len(left) or not len(right):
            last = at + lag  # it goes on: periodic
            continue
        first, stop = start + int(left[-1]) + 1, start + int(right[0])
        last = stop
        if lag - step <= stop - first <= 3 * lag and _is_irregular(row[first:stop]):
            yield first + lag


def _is_irregular(part: Wave) -> bool:
    """Whether it is sound, and no constant or slow ramp that equals itself by rounding."""
    return len(np.unique(part)) > len(part) // 8
