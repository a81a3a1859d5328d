"""The loudness and peaks of the mix, mostly without mixing it.

Where one clip is heard alone at a constant gain, the mix is that clip, and its fine hops are those that were
measured of the source, at that gain. Only the rest is rendered: crossfades, beds, fades, several microphones.
An hour's mix is so known in a blink, and an edit renders what it changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from podtool.audio.fine import FINE_SAMPLES, Fine, HopFolder, Levels, silence
from podtool.audio.loudness import integrated_loudness
from podtool.audio.mastering import linear_gain
from podtool.audio.measuring import HOPS_PER_SECOND, Measurement
from podtool.audio.mixer import Mixer, gain_of
from podtool.timeline.frame_grid import FRAME_SAMPLES, chunk_starts, find_anchors
from podtool.timeline.model import Placement, Source
from podtool.units import Lufs, level_of

ReadFine = Callable[[Source, int, int], Fine]
"""Fine hops [start, stop) of a source, in its own time; silence outside of it."""
ReadZone = Callable[[int, int], Fine]
"""Fine hops [start, stop) of the mix, rendered."""

AFTERGLOW_SAMPLES = 10 * FINE_SAMPLES
"""How long after a change the weighting filter still hears what was before: 65 ms lose 100 dB."""
ZONE_FRAMES = 384
"""Rendered stretches are this long at the most (10 s), anchored in their clips' time as chunks are."""
_STRETCH_HOPS = 20_000


@dataclass(frozen=True, kw_only=True)
class _Alone:
    """A stretch in hops where one source is heard at one gain; silence without a source."""

    start: int
    stop: int
    source: Source | None = None
    source_start: int = 0
    gain: float = 0.0


@dataclass(frozen=True, kw_only=True)
class MixSketch:
    """Fine hops of a mix.

    Attributes:
        mixer: what is sketched.
        rows: by source: 1 where left and right are the same.
        read_fine: of the sources, as heard on two loudspeakers.
        read_zone: of what must be rendered, in the mixer's channels.
    """

    mixer: Mixer
    rows: Mapping[Source, int]
    read_fine: ReadFine
    read_zone: ReadZone

    def stretches(self) -> Iterator[Fine]:
        """The whole mix's fine hops in order, in pieces of two minutes at the most."""
        zones = self.zones()
        end = -(-self.mixer.length // FINE_SAMPLES)
        edges = sorted({0, end, *(edge for zone in zones for edge in zone)})
        rendered = dict(zones)
        for start, stop in pairwise(edges):
            if start in rendered:
                yield self.read_zone(start, stop)
            else:
                for alone in self._alone(start, stop):
                    yield from self._taken(alone)

    def zones(self) -> list[tuple[int, int]]:
        """The stretches that must be rendered, in hops: sorted, disjoint, at most 10 s each."""
        unclear = _merged([*self._unclear()])
        starts = chunk_starts(
            find_anchors(self.mixer.timeline), self.mixer.length, chunk_frames=ZONE_FRAMES, shortest_frames=1
        )
        per_frame = FRAME_SAMPLES // FINE_SAMPLES
        edges = [start * per_frame for start in starts]
        found = []
        at = 0
        for start, stop in unclear:
            while at < len(edges) and edges[at] <= start:
                at += 1
            inner = [start]
            while at < len(edges) and edges[at] < stop:
                inner.append(edges[at])
                at += 1
            found += list(pairwise([*inner, stop]))
        return found

    def _unclear(self) -> Iterator[tuple[int, int]]:
        """Ranges of hops where more is heard than one clip at one gain; they may overlap."""
        placements = self.mixer.timeline.placements
        for placed in placements:
            span = placed.range_in_episode
            if not self._is_clear(placed):
                yield self._hops(span.start, span.stop + AFTERGLOW_SAMPLES)
                continue
            yield self._hops(span.start - 1, span.start + AFTERGLOW_SAMPLES)
            yield self._hops(span.stop - 1, span.stop + AFTERGLOW_SAMPLES)
            for ramp in placed.ramps:
                start = span.start if ramp.before != 1 else max(span.start, ramp.over.start)
                stop = span.stop if ramp.after != 1 else min(span.stop, ramp.over.stop)
                if start < stop:
                    yield self._hops(start, stop + AFTERGLOW_SAMPLES)
        latest: int = 0
        for before, placed in pairwise(placements):
            latest = max(latest, before.range_in_episode.stop)
            start = placed.range_in_episode.start
            if start < latest:
                both_until = min(latest, placed.range_in_episode.stop)
                yield self._hops(start, both_until + AFTERGLOW_SAMPLES)

    def _is_clear(self, placed: Placement) -> bool:
        stereo_to_mono = self.mixer.channels == 1 and self.rows[placed.source] > 1
        return placed.later_by % FINE_SAMPLES == 0 and not placed.ducking and not stereo_to_mono

    def _hops(self, start: int, stop: int) -> tuple[int, int]:
        end = -(-self.mixer.length // FINE_SAMPLES)
        return max(0, start // FINE_SAMPLES), min(end, -(-stop // FINE_SAMPLES))

    def _alone(self, start: int, stop: int) -> Iterator[_Alone]:
        """What is heard in hops where at most one clip is."""
        heard = [
            placed
            for placed in self.mixer.timeline.placements
            if placed.range_in_episode.start < stop * FINE_SAMPLES
            and placed.range_in_episode.stop > start * FINE_SAMPLES
        ]
        if not heard:
            yield _Alone(start=start, stop=stop)
            return
        placed = heard[0]
        yield _Alone(
            start=start,
            stop=stop,
            source=placed.source,
            source_start=start - placed.later_by // FINE_SAMPLES,
            gain=gain_of(placed, self.mixer.levels_db),
        )

    def _taken(self, alone: _Alone) -> Iterator[Fine]:
        for start in range(alone.start, alone.stop, _STRETCH_HOPS):
            stop = min(start + _STRETCH_HOPS, alone.stop)
            if alone.source is None:
                yield silence(stop - start)
                continue
            first = alone.source_start + start - alone.start
            fine = self.read_fine(alone.source, first, first + stop - start).louder(alone.gain)
            if self.mixer.channels == 1:  # one loudspeaker instead of two
                fine = Fine(energies=fine.energies * np.float32(0.5), peaks=fine.peaks)
            yield fine

    def measurement(self, peak_ratio: float) -> Measurement:
        """The mix's loudness and peaks per 100 ms.

        Args:
            peak_ratio: how far true peaks lie above samples in the sources, as a factor of 1 or more; that is
                how far they are taken to lie here.
        """
        folder = HopFolder(hop_samples=self.mixer.rate_hz // HOPS_PER_SECOND)
        for fine in self.stretches():
            folder.push(fine)
        return folded(folder, self.mixer.length, self.mixer.rate_hz, self.mixer.channels, peak_ratio)

    def predicted(self, gain_db: float, ceiling_dbtp: float | None) -> Levels:
        """The energies per 100 ms after the gain and the limiter, to some hundredths of a decibel."""
        folder = HopFolder(hop_samples=self.mixer.rate_hz // HOPS_PER_SECOND)
        gain = linear_gain(gain_db)
        for fine in self.stretches():
            louder = fine.louder(gain)
            if ceiling_dbtp is not None:
                kept = limiter_gains(louder, linear_gain(ceiling_dbtp))
                louder = Fine(energies=louder.energies * kept * kept, peaks=louder.peaks)
            folder.push(louder)
        return folder.energies()

    def predicted_lufs(self, gain_db: float, ceiling_dbtp: float | None) -> Lufs:
        """The loudness after the gain and the limiter."""
        return integrated_loudness(self.predicted(gain_db, ceiling_dbtp))


def folded(
    folder: HopFolder, samples: int, rate_hz: int, channels: int, peak_ratio: float = 1.0
) -> Measurement:
    """A measurement of fine hops that were folded; `samples` may be fewer than were pushed."""
    hops = samples // folder.hop_samples
    energies, peaks = folder.energies()[:hops], folder.peaks()
    rest = peaks[hops:].max(initial=np.float32(0))
    peaks = np.concatenate([peaks[:hops], np.zeros(max(0, hops - len(peaks)), np.float32), [rest]])
    return Measurement(
        rate_hz=rate_hz,
        samples=samples,
        channels=channels,
        energies=np.concatenate([energies, np.zeros(hops - len(energies), np.float32)]),
        peaks=peaks.astype(np.float32),
        true_peak_dbtp=float(level_of(float(peaks.max(initial=0.0)) * peak_ratio))
        if peaks.any()
        else -math.inf,
    )


def limiter_gains(fine: Fine, ceiling: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """About what the limiter does to each fine hop: it holds a peak's gain for 15 ms on either side."""
    if not len(fine) or float(fine.peaks.max()) <= ceiling:
        return np.ones(len(fine), np.float32)
    needed = np.minimum(1.0, ceiling / np.maximum(fine.peaks, np.float32(1e-9)))
    padded = np.pad(needed, 2, constant_values=1.0)
    held = np.minimum(np.minimum(padded[:-2], padded[1:-1]), padded[2:])
    return np.asarray((held[:-2] + held[1:-1] + held[2:]) / np.float32(3), np.float32)


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(ranges):
        if start >= stop:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return merged
