"""Where a sound ends in height: a cliff in its spectrum is left by a telephone, a headset or a lossy codec.

A microphone's sound falls off slowly. What was sampled at 8 or 16 kHz, or coded at a low bit rate, ends
within a few hundred hertz, whatever the file's own rate is.
"""

from __future__ import annotations

import numpy as np

from podtool.audio.kweighting import Block, Floats

LOWEST_RATE_HZ = 32_000
"""Below it the file's own rate tells the story."""
LOWEST_HZ, HIGHEST_HZ = 3_000, 17_500
CLIFF_DB = 25.0
_BAND_HZ = 250
_FRAME = 2048
_FRAMES_PER_SECOND = 4
_HEARD = 1e-5
"""-50 dBFS: softer frames tell of the noise only."""
_FEWEST_FRAMES = 20
_NOTHING = 1e-20
_LOWEST_BAND = 2
_FULL = 0.75
"""So much of what is below a cliff is high ground: else it is the highest of some tones."""


class BandMeter:
    """Averages the spectrum of a sound that comes in blocks, a few frames a second.

    Args:
        rate_hz: of the sound.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._every = max(_FRAME, rate_hz // _FRAMES_PER_SECOND)
        self._skip = 0
        self._frames = 0
        self._shape = np.hanning(_FRAME).astype(np.float32)
        hertz = np.fft.rfftfreq(_FRAME, 1 / rate_hz)
        self._edges = np.searchsorted(hertz, np.arange(0, rate_hz / 2 - _BAND_HZ, _BAND_HZ))
        self._bands: Floats = np.zeros(len(self._edges))

    def push(self, block: Block) -> None:
        """The next samples: planar float32. A frame that a block's edge cuts is left out."""
        if self._rate_hz < LOWEST_RATE_HZ:
            return
        row = block[0] if len(block) == 1 else block.mean(axis=0)
        starts = np.arange(self._skip, max(self._skip, len(row) - _FRAME + 1), self._every)
        self._skip = max(0, self._skip + len(starts) * self._every - len(row))
        if not len(starts):
            return
        frames = row[starts[:, None] + np.arange(_FRAME)]
        frames = frames[np.einsum("fs,fs->f", frames, frames) / _FRAME > _HEARD]
        powers = np.abs(np.fft.rfft(frames * self._shape, axis=1)) ** 2
        self._bands += np.maximum.reduceat(powers, self._edges, axis=1).sum(axis=0)
        self._frames += len(frames)

    def finish(self) -> int | None:
        """Where the sound ends, in Hz; None where it has no cliff, or too little is heard."""
        if self._frames < _FEWEST_FRAMES:
            return None
        levels = 10 * np.log10(self._bands + _NOTHING)
        highest = min(HIGHEST_HZ, 0.4 * self._rate_hz)
        for band in range(LOWEST_HZ // _BAND_HZ, int(highest / _BAND_HZ)):
            below, above = float(levels[band - 2 : band].min()), float(levels[band + 1 :].max())
            full = float((levels[_LOWEST_BAND:band] - above >= CLIFF_DB).mean())
            if below - above >= CLIFF_DB and full >= _FULL:
                return band * _BAND_HZ
        return None
