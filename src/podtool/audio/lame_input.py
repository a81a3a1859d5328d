"""What LAME is fed: the mix in 16 bits, as much louder as LAME will turn it down.

It is rounded to nearest, without dither. Dither makes rounding errors independent of the sound, 93 dB below
full scale; what any bit rate leaves out of the sound lies tens of decibels above either, and an encoder
that is given noise spends bits on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from podtool.audio.clipping import refuse_clipping
from podtool.audio.mastering import linear_gain
from podtool.audio.mixer import Programme
from podtool.audio.mp3_plan import Mp3Settings, input_gain_db

_FULL_SCALE = 2.0**15
_HIGHEST = 2**15 - 1


@dataclass(frozen=True, kw_only=True)
class LameInput:
    """A programme for LAME.

    Attributes:
        programme: mastered, at the file's rate, with as many channels.
        settings: of the encoder.
    """

    programme: Programme
    settings: Mp3Settings

    def read(self, start: int, stop: int) -> npt.NDArray[np.int16]:
        """Samples [start, stop), shape (stop - start, channels).

        Raises:
            LoudnessError: the sound is beyond full scale, or no number.
        """
        return self.read_with_peaks(start, stop)[0]

    def read_with_peaks(self, start: int, stop: int) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.float32]]:
        """`read`, and the highest absolute sample of every frame from `start` on, in steps of 16 bits.

        Raises:
            LoudnessError: as `read`.
        """
        block = self.programme.read(start, stop)
        scaled = block * np.float32(linear_gain(-input_gain_db(self.settings)) * _FULL_SCALE)
        edges = np.arange(0, stop - start, self.settings.frame_samples)
        highest = np.maximum.reduceat(scaled, edges, axis=1).max(axis=0)
        lowest = np.minimum.reduceat(scaled, edges, axis=1).min(axis=0)
        peaks = np.maximum(highest, -lowest)
        refuse_clipping(float(peaks.max(initial=0.0)) / _FULL_SCALE, start, self.programme.rate_hz)
        np.rint(scaled, out=scaled)
        if peaks.max(initial=0.0) > _HIGHEST:  # full scale itself is one step too high on one side
            np.minimum(scaled, _HIGHEST, out=scaled)
            np.maximum(scaled, -_FULL_SCALE, out=scaled)
        pcm = np.empty((stop - start, self.settings.channels), np.int16)
        for channel in range(self.settings.channels):
            pcm[:, channel] = scaled[min(channel, len(scaled) - 1)]
        return pcm, peaks
