"""What voice, music and the files that hold them have in common."""

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]
"""Samples within ±1, shape (channels, n)."""


def amplitude(level_db):
    """The factor that a level in dB means."""
    return 10 ** (np.asarray(level_db) / 20)


def fast_length(count: int) -> int:
    """A length of at least `count` that numpy's FFT is fast at: a power of two, or three quarters of one."""
    power = 2 ** (count - 1).bit_length()
    return power * 3 // 4 if power * 3 // 4 >= count else power


def to_pcm(sound: Sound) -> npt.NDArray[np.int16]:
    """16-bit samples, interleaved: shape (n, channels)."""
    return np.ascontiguousarray(np.rint(sound.T * np.float32(32767)).astype("<i2"))
