"""What is wrong with a recording beyond its levels, found while it is measured: one pass, block by block."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from podtool.audio.bandwidth import BandMeter
from podtool.audio.flat_tops import FlatTopMeter
from podtool.audio.gaps import GapMeter
from podtool.audio.hum import HumMeter
from podtool.audio.kweighting import Block, Floats
from podtool.show.facts import SoundFlaws
from podtool.units import level_of

FRAMES_PER_SECOND = 100
"""Levels in time are kept per 10 ms: near enough to see the pause between two words."""
SILENCE_DBFS = -60.0
SHORTEST_SILENCE_S = 1.0
MOST_SILENCES = 100
COARSE_BITS = 8
"""With so few, every soft sound has flat tops and holes."""
QUIET_BELOW_LU = 10.0
"""Hum is looked for in passages so far below the loudness; elsewhere it can't be told from a tone."""
LEVEL_STEP_DB = 0.5
_LOWEST_STEP = 255
_STEREO = 2
_HEARD = 1e-6
"""-60 dBFS, as power: below it two channels needn't agree."""

Steps = npt.NDArray[np.uint8]


class FlawMeter:
    """Looks at a sound that comes in blocks.

    Args:
        rate_hz: of the sound, at least 100.
        channels: 1 or more.
        bit_depth: of the file's samples; None for lossy codecs.
    """

    def __init__(self, rate_hz: int, channels: int, bit_depth: int | None) -> None:
        self._rate_hz = rate_hz
        self._frame = max(1, rate_hz // FRAMES_PER_SECOND)
        self._hum = HumMeter(rate_hz)
        self._band = BandMeter(rate_hz)
        coarse = bit_depth is not None and bit_depth <= COARSE_BITS
        self._gaps = None if coarse else GapMeter(rate_hz)
        self._tops = None if coarse else FlatTopMeter(channels)
        self._waiting = np.empty((channels, 0), np.float32)
        self._powers: list[Floats] = []
        self._sides = np.zeros(3)

    def push(self, block: Block) -> None:
        """The next samples: planar float32."""
        self._hum.push(block)
        self._band.push(block)
        if self._gaps and self._tops:
            self._gaps.push(block)
            self._tops.push(block)
        sound = np.concatenate((self._waiting, block), axis=1)
        whole = sound.shape[1] // self._frame * self._frame
        self._waiting = sound[:, whole:].copy()
        frames = sound[:, :whole].reshape(len(sound), -1, self._frame)
        squares = np.einsum("cfs,cfs->cf", frames, frames) / self._frame
        self._powers.append(squares.max(axis=0))
        if len(sound) == _STEREO:
            left, right = frames
            heard = squares.max(axis=0) > _HEARD
            products = np.einsum("fs,fs->f", left, right) / self._frame
            self._sides += [products[heard].sum(), squares[0, heard].sum(), squares[1, heard].sum()]

    def finish(self, loudness_lufs: float) -> tuple[SoundFlaws, Steps]:
        """What was found, and the level of each 10 ms (the loudest channel's, RMS) in half dB below 0 dBFS.

        Args:
            loudness_lufs: of the whole; -inf for silence.
        """
        steps = level_steps(np.concatenate([np.empty(0), *self._powers]))
        tops, top = self._tops.finish() if self._tops else (0, None)
        gaps, hum = self._gaps, self._hum.finish()
        if hum and hum.quiet_dbfs > loudness_lufs - QUIET_BELOW_LU:
            hum = None
        correlation, balance = self._between_sides()
        return SoundFlaws(
            hum_hz=hum.mains_hz if hum else None,
            hum_dbfs=round(hum.level_dbfs, 1) if hum else None,
            holes_s=_told(gaps.holes) if gaps else (),
            clicks_s=_told(gaps.clicks) if gaps else (),
            repeats_s=_told(gaps.repeats) if gaps else (),
            correlation=correlation,
            balance_db=balance,
            flat_tops=tops,
            flat_top_dbfs=round(level_of(top), 2) if top else None,
            silences_s=find_silences(steps),
            ends_at_hz=self._band.finish(),
        ), steps

    def _between_sides(self) -> tuple[float | None, float | None]:
        """How left and right go together (-1 … 1), and how much louder the right is."""
        product, left, right = (float(value) for value in self._sides)
        if left <= 0 or right <= 0:
            return None, None
        correlation = product / math.sqrt(left * right)
        return round(correlation, 2) + 0.0, round(10 * math.log10(right / left), 1) + 0.0


def level_steps(powers: Floats) -> Steps:
    """Levels of mean squares in half dB below 0 dBFS, as bytes; 255 is silence."""
    levels = np.full(powers.shape, -np.inf)
    np.log10(powers, out=levels, where=powers > 0)
    return np.clip(np.rint(levels * -10.0 / LEVEL_STEP_DB), 0, _LOWEST_STEP).astype(np.uint8)


def find_silences(steps: Steps) -> tuple[tuple[float, float], ...]:
    """Where nothing is heard for a second or more: from … to, in seconds."""
    silent = steps > -SILENCE_DBFS / LEVEL_STEP_DB
    edges = np.flatnonzero(np.diff(np.concatenate(([False], silent, [False])).astype(np.int8)))
    pairs = edges.reshape(-1, 2)
    long = pairs[pairs[:, 1] - pairs[:, 0] >= SHORTEST_SILENCE_S * FRAMES_PER_SECOND][:MOST_SILENCES]
    return tuple((int(a) / FRAMES_PER_SECOND, int(b) / FRAMES_PER_SECOND) for a, b in long)


def _told(places: list[float]) -> tuple[float, ...]:
    return tuple(round(at, 2) for at in places)
