"""A sound's loudness and peaks on a fine grid: a quarter of an MP3 frame, about 6.5 ms.

Clips lie on the frame grid (`podtool.timeline.frame_grid`), so the fine hops of a source and of the episode
fall together, and what was measured of a source tells the loudness of the mix wherever it is heard alone.
Each piece is measured by itself, from a little before its start, when the filter has forgotten what it
hadn't heard: pieces can be measured anywhere, in any order, and an edit measures what it changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from podtool.audio.kweighting import ORDER, Block, Floats, KWeighting
from podtool.audio.rows import highest_of_rows
from podtool.timeline.frame_grid import FRAME_SAMPLES

Levels = npt.NDArray[np.float32]

FINE_SAMPLES = FRAME_SAMPLES // 4
"""288."""
_WIDTH = FINE_SAMPLES // 4
LEAD_SAMPLES = 20 * FINE_SAMPLES
"""0.13 s before a piece: the K-weighting's slowest pole (38 Hz) has lost more than 200 dB by then."""
_STEREO_CHANNELS = 2
_SAME_STATE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Fine:
    """Fine hops one after the other.

    Attributes:
        energies: (hops,) float32: K-weighted mean square, summed over the loudspeakers.
        peaks: (hops,) float32: highest absolute sample of any channel.
    """

    energies: Levels
    peaks: Levels

    def __len__(self) -> int:
        return len(self.energies)

    def part(self, start: int, stop: int) -> Fine:
        """Hops [start, stop)."""
        return Fine(energies=self.energies[start:stop], peaks=self.peaks[start:stop])

    def louder(self, factor: float) -> Fine:
        """As it is after a gain, given as a factor."""
        if factor == 1.0:
            return self
        return Fine(
            energies=self.energies * np.float32(factor * factor), peaks=self.peaks * np.float32(factor)
        )

    def to_bytes(self) -> bytes:
        """For the cache: little-endian float32."""
        return self.energies.astype("<f4").tobytes() + self.peaks.astype("<f4").tobytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> Fine:
        """Reads `to_bytes`."""
        values = np.frombuffer(content, "<f4")
        return cls(energies=values[: len(values) // 2], peaks=values[len(values) // 2 :])


def silence(hops: int) -> Fine:
    """So many fine hops of nothing."""
    return Fine(energies=np.zeros(hops, np.float32), peaks=np.zeros(hops, np.float32))


def joined(parts: list[Fine]) -> Fine:
    """Parts one after the other."""
    return Fine(
        energies=np.concatenate([np.empty(0, np.float32), *(part.energies for part in parts)]),
        peaks=np.concatenate([np.empty(0, np.float32), *(part.peaks for part in parts)]),
    )


@cache
def _filter(rate_hz: int) -> KWeighting:
    return KWeighting(rate_hz, _WIDTH)


def measure_fine(block: Block, rate_hz: int, *, loudspeakers: int = _STEREO_CHANNELS) -> Fine:
    """Fine hops of a piece.

    Args:
        block: planar float32 of 1 or 2 channels: `LEAD_SAMPLES` before the piece, then the piece; the last
            hop is filled up with silence.
        rate_hz: its rate.
        loudspeakers: a one-channel block is heard on so many: 2, or 1 for a mono file (BS.1770-5 Annex 1).
    """
    meter = FineMeter(rate_hz, block[:, :LEAD_SAMPLES], loudspeakers=loudspeakers)
    return joined([meter.push(part) for part in in_parts(block[:, LEAD_SAMPLES:])])


PART_SAMPLES = 64 * FRAME_SAMPLES
"""What is worked on at once: a quarter megabyte stays in a core's cache, and needs no new memory."""


def in_parts(block: Block) -> Iterator[Block]:
    """A block in parts of `PART_SAMPLES`; the last is shorter."""
    for start in range(0, block.shape[1], PART_SAMPLES):
        yield block[:, start : start + PART_SAMPLES]


class FineMeter:
    """Fine hops of sound that comes in whole hops; only the last part may end within one.

    Args:
        rate_hz: of the sound.
        lead: `LEAD_SAMPLES` of the sound before.
        loudspeakers: see `measure_fine`.
    """

    def __init__(self, rate_hz: int, lead: Block, *, loudspeakers: int = _STEREO_CHANNELS) -> None:
        self._filter = _filter(rate_hz)
        self._loudspeakers = loudspeakers
        self._state = np.zeros((len(lead), ORDER))
        self._weighted(np.ascontiguousarray(lead))

    def push(self, block: Block) -> Fine:
        """The next samples, (1 or 2, n) planar float32."""
        missing = -block.shape[1] % FINE_SAMPLES
        sound = np.pad(block, ((0, 0), (0, missing))) if missing else np.ascontiguousarray(block)
        weighted = self._weighted(sound)
        hops = weighted.reshape(len(weighted), -1, FINE_SAMPLES)
        per_hop = np.einsum("chs,chs->ch", hops, hops).astype(np.float64).sum(axis=0) / FINE_SAMPLES
        if len(hops) < self._loudspeakers:
            per_hop *= self._loudspeakers
        magnitudes = np.abs(sound).reshape(len(sound), -1, FINE_SAMPLES)
        return Fine(energies=per_hop.astype(np.float32), peaks=highest_of_rows(magnitudes).max(axis=0))

    def _weighted(self, sound: Block) -> Block:
        if len(self._state) > len(sound):  # two channels before: what differs in the filter fades away
            same = float(np.abs(self._state - self._state[:1]).max()) < _SAME_STATE
            self._state = self._state[:1] if same else self._state
        rows = max(len(self._state), len(sound))
        sound = np.repeat(sound, rows, axis=0) if len(sound) < rows else sound
        state = np.repeat(self._state, rows, axis=0) if len(self._state) < rows else self._state
        weighted, self._state = self._filter.filter(sound, state)
        return weighted


@dataclass(kw_only=True)
class HopFolder:
    """Fine hops, in order, into the 100 ms hops of the loudness meter; holds one unfinished hop.

    A 100 ms hop's edge lies within a fine hop, whose energy is taken as spread evenly: the error is that of a
    few milliseconds at either end of a gating block of 400 ms.

    Attributes:
        hop_samples: of a 100 ms hop.
        skip_samples: before the first hop (what a decoder plays before the sound begins).
        position: where the next fine hop begins.
    """

    hop_samples: int
    skip_samples: int = 0
    position: int = 0
    _energies: list[Floats] = field(default_factory=list)
    _peaks: list[Levels] = field(default_factory=list)
    _open: float = 0.0
    _open_peak: float = 0.0

    def push(self, fine: Fine) -> None:
        """The next fine hops."""
        if not len(fine):
            return
        start, stop = self.position, self.position + len(fine) * FINE_SAMPLES
        sums = np.concatenate(([0.0], np.cumsum(fine.energies.astype(np.float64) * FINE_SAMPLES)))
        first = max(0, -(-(start - self.skip_samples) // self.hop_samples))
        edges = self.skip_samples + self.hop_samples * np.arange(
            first, max(first, (stop - 1 - self.skip_samples) // self.hop_samples + 1)
        )
        edges = edges[(edges >= start) & (edges < stop)]
        at = (edges - start) / FINE_SAMPLES
        below = np.floor(at).astype(np.intp)
        reached = sums[below] + (at - below) * (sums[np.minimum(below + 1, len(fine))] - sums[below])
        self._fold(fine, edges, reached, below, float(sums[-1]))
        self.position = stop

    def _fold(
        self, fine: Fine, edges: npt.NDArray[Any], reached: Floats, below: npt.NDArray[np.intp], total: float
    ) -> None:
        peaks = fine.peaks
        if not len(edges):
            self._open += total
            self._open_peak = max(self._open_peak, float(peaks.max()))
            return
        parts = np.diff(np.concatenate((reached, [total])))
        first_peak = float(peaks[: below[0]].max(initial=0.0))
        if edges[0] > self.skip_samples:  # else what comes before it isn't heard
            self._energies.append(np.array([self._open + float(reached[0])]))
            self._peaks.append(np.array([max(self._open_peak, first_peak)], np.float32))
        self._energies.append(parts[:-1])
        # A fine hop that an edge cuts counts for the hop that it begins in.
        hop_peaks = np.maximum.reduceat(peaks, np.minimum(below, len(peaks) - 1))
        self._peaks.append(hop_peaks[:-1])
        self._open, self._open_peak = float(parts[-1]), float(hop_peaks[-1])

    @property
    def _is_whole(self) -> bool:
        """Whether the open hop ends just where the sound does."""
        return self.position > self.skip_samples and not (
            (self.position - self.skip_samples) % self.hop_samples
        )

    def energies(self) -> Levels:
        """K-weighted mean square of each whole 100 ms."""
        last = [self._open] if self._is_whole else []
        return (np.concatenate([np.empty(0), *self._energies, last]) / self.hop_samples).astype(np.float32)

    def peaks(self) -> Levels:
        """Highest sample of each 100 ms, the incomplete last one included: one more than `energies`."""
        last = [self._open_peak, 0.0] if self._is_whole else [self._open_peak]
        return np.concatenate([np.empty(0, np.float32), *self._peaks, last]).astype(np.float32)


def hops_from(fine: Fine, start_samples: int, hop_samples: int, skip_samples: int) -> tuple[int, Levels]:
    """The whole 100 ms hops that lie in some fine hops from the middle of a sound.

    Args:
        fine: some fine hops.
        start_samples: where they begin.
        hop_samples: of a 100 ms hop.
        skip_samples: where the first hop of the sound begins.

    Returns:
        The number of the first whole hop, and the energies of all.
    """
    folder = HopFolder(hop_samples=hop_samples, skip_samples=skip_samples, position=start_samples)
    folder.push(fine)
    first = max(0, -(-(start_samples - skip_samples) // hop_samples))
    begins_whole = start_samples <= skip_samples + first * hop_samples and start_samples > skip_samples
    energies = folder.energies()
    # What the folder closes at the first edge had begun before.
    return first, energies[1:] if begins_whole else energies


def with_heard(expected: Levels, heard: list[tuple[int, Levels]]) -> Levels:
    """Hops as they were expected, and as they were heard where they were.

    What wasn't heard is corrected by what was, all together: coding changes the loudness by some hundredths
    of a decibel, alike in all of a file.
    """
    found = expected.astype(np.float64)
    pairs = [
        (expected[first : first + len(energies)], energies[: max(0, len(expected) - first)])
        for first, energies in heard
    ]
    before = sum(float(each.sum(dtype=np.float64)) for each, _ in pairs)
    after = sum(float(each.sum(dtype=np.float64)) for _, each in pairs)
    found *= after / before if before > 0 and after > 0 else 1.0
    for first, energies in heard:
        found[first : first + len(energies)] = energies[: max(0, len(found) - first)]
    return found.astype(np.float32)
