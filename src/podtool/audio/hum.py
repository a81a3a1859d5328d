"""Mains hum: tones at 50 or 60 Hz and their harmonics, looked for where else little is heard.

A voice at rest is silent, the mains are not. So only a recording's quietest half seconds are looked at; and
hum is told by the odd harmonics, which no sung or spoken note of 100 or 120 Hz has.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from podtool.audio.kweighting import Block, Floats
from podtool.units import level_of

MAINS_HZ = (50, 60)
HARMONICS = 6
PROMINENT_DB = 12.0
"""A tone against its neighbourhood; noise in the mean of six windows reaches 5 dB."""
ALONE_DB = 20.0
"""The fundamental without its harmonics."""
_LOW_RATE_HZ = 2000
_WINDOW_S = 0.5
_MOST_WINDOWS = 64
_FEWEST_WINDOWS = 6
_QUIET_SHARE = 0.05
_STEADY_PERCENTILE = 20
_NOTHING = 1e-14
_BIN_HZ = 2
_NEAR_BINS, _FAR_BINS = 4, 9


@dataclass(frozen=True, kw_only=True)
class Hum:
    """What was found.

    Attributes:
        mains_hz: 50 or 60.
        level_dbfs: of the fundamental and its prominent harmonics together; 0 is a square wave's.
        quiet_dbfs: of everything in the passages where it was found.
    """

    mains_hz: int
    level_dbfs: float
    quiet_dbfs: float


class HumMeter:
    """Looks for hum in a sound that comes in blocks; keeps the quietest windows only.

    Args:
        rate_hz: of the sound.
    """

    def __init__(self, rate_hz: int) -> None:
        self._every = max(1, rate_hz // _LOW_RATE_HZ)
        self._length = round(rate_hz / self._every * _WINDOW_S)
        self._rate_hz = rate_hz / self._every
        self._rest: npt.NDArray[np.float32] = np.empty(0, np.float32)
        self._shape = np.hanning(self._length + 1)[:-1].astype(np.float32)
        self._powers: Floats = np.empty(0)
        self._windows: npt.NDArray[np.float32] = np.empty((0, self._length), np.float32)
        self._count = 0

    def push(self, block: Block) -> None:
        """The next samples: planar float32."""
        mono = block[0] if len(block) == 1 else block.mean(axis=0)
        mono = np.concatenate((self._rest, mono))
        span = self._every * self._length
        whole = len(mono) // span * span
        self._rest = mono[whole:]
        if not whole:
            return
        # Twice, half a window apart: a pause seldom begins where a window does.
        half = span // 2
        shifted = mono[half : half + whole - span].reshape(-1, span)
        windows = np.concatenate((mono[:whole].reshape(-1, span), shifted))
        powers = np.einsum("ws,ws->w", windows, windows) / span
        heard = powers > _NOTHING
        self._count += int(heard.sum())
        low = windows[heard].reshape(-1, self._length, self._every).mean(axis=2)
        kept_powers = np.concatenate((self._powers, powers[heard]))
        kept = np.argsort(kept_powers, kind="stable")[:_MOST_WINDOWS]
        self._powers = kept_powers[kept]
        self._windows = np.concatenate((self._windows, low))[kept]

    def finish(self) -> Hum | None:
        """The hum, if there is some."""
        used = min(len(self._powers), max(_FEWEST_WINDOWS, int(self._count * _QUIET_SHARE)))
        if used < _FEWEST_WINDOWS:
            return None
        centred = self._windows[:used] - self._windows[:used].mean(axis=1, keepdims=True)
        # 2 Hz bins whatever the rate is, and the power of a sine in its main lobe is its own.
        size = round(self._rate_hz / _BIN_HZ)
        spectra = np.abs(np.fft.rfft(centred * self._shape, size)) ** 2
        spectra *= 2 / (float((self._shape.astype(np.float64) ** 2).sum()) * size)
        found = [hum for mains in MAINS_HZ if (hum := self._hum(spectra, mains))]
        quiet = level_of(math.sqrt(float(self._powers[:used].mean())))
        best = max(found, key=lambda each: each[1], default=None)
        if best is None:
            return None
        return Hum(mains_hz=best[0], level_dbfs=level_of(math.sqrt(best[1])), quiet_dbfs=quiet)

    def _hum(self, spectra: Floats, mains_hz: int) -> tuple[int, float] | None:
        """Mains frequency and power, where the odd harmonics stand out in (nearly) every window."""
        steady = np.percentile(spectra, _STEADY_PERCENTILE, axis=0)
        middle = np.median(spectra, axis=0)  # a word in one window counts for nothing
        power, prominent = 0.0, {}
        for number in range(1, HARMONICS + 1):
            centre = round(number * mains_hz / _BIN_HZ)
            around = np.r_[
                middle[max(1, centre - _FAR_BINS) : centre - _NEAR_BINS + 1],
                middle[centre + _NEAR_BINS : centre + _FAR_BINS + 1],
            ]
            beside = float(np.max(around)) if len(around) else math.inf
            tone = float(steady[centre])
            highest = int(np.argmax(middle[centre - 2 : centre + 3])) - 2
            over_db = 10 * math.log10(max(tone, 1e-30) / max(beside, 1e-30))
            if highest == 0 and over_db >= PROMINENT_DB:
                prominent[number] = over_db
                power += float(middle[centre - 2 : centre + 3].sum())
        odd = [number for number in prominent if number % 2]
        if 1 in prominent and (len(odd) > 1 or prominent[1] >= ALONE_DB):
            return mains_hz, power
        return None
