"""Any number of channels → one or two, by the coefficients of ITU-R BS.775-4 Annex 4, table 2.

A sum is not scaled: a loud surround mix may exceed full scale by up to 9 dB, which float32 carries and the
loudness gain takes back. Scaling would make every surround recording too quiet beside the others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from podtool.audio.kweighting import Block

_FULL, _HALF_POWER, _HALF = 1.0, math.sqrt(0.5), 0.5

COEFFICIENTS: dict[str, tuple[float, float]] = {
    "FL": (_FULL, 0.0),
    "FR": (0.0, _FULL),
    "FC": (_HALF_POWER, _HALF_POWER),
    "LFE": (0.0, 0.0),  # BS.775 leaves it out: it may be up to 10 dB louder than the rest
    "BL": (_HALF_POWER, 0.0),
    "BR": (0.0, _HALF_POWER),
    "FLC": (_FULL, 0.0),
    "FRC": (0.0, _FULL),
    "BC": (_HALF, _HALF),
    "SL": (_HALF_POWER, 0.0),
    "SR": (0.0, _HALF_POWER),
    "TC": (_HALF, _HALF),
    "TFL": (_HALF_POWER, 0.0),
    "TFC": (_HALF, _HALF),
    "TFR": (0.0, _HALF_POWER),
    "TBL": (_HALF_POWER, 0.0),
    "TBC": (_HALF, _HALF),
    "TBR": (0.0, _HALF_POWER),
    "DL": (_FULL, 0.0),
    "DR": (0.0, _FULL),
    "WL": (_HALF_POWER, 0.0),
    "WR": (0.0, _HALF_POWER),
    "LFE2": (0.0, 0.0),
    "TSL": (_HALF_POWER, 0.0),
    "TSR": (0.0, _HALF_POWER),
}
"""How much of a channel goes left and right, by FFmpeg's name; heights go where the floor below them goes."""

USUAL_ORDER: dict[int, tuple[str, ...]] = {
    1: ("FC",),
    2: ("FL", "FR"),
    3: ("FL", "FR", "FC"),
    4: ("FL", "FR", "BL", "BR"),
    5: ("FL", "FR", "FC", "BL", "BR"),
    6: ("FL", "FR", "FC", "LFE", "BL", "BR"),
    7: ("FL", "FR", "FC", "LFE", "BC", "SL", "SR"),
    8: ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
}
"""What players take channels for when a file doesn't say: the order of WAVE_FORMAT_EXTENSIBLE."""

UNNAMED = "NONE"
"""PyAV's name for a channel without a position."""


def channel_names(names: Sequence[str]) -> tuple[str, ...]:
    """The channels' names, those of `USUAL_ORDER` where the file gives none."""
    if any(name != UNNAMED for name in names):
        return tuple(names)
    return USUAL_ORDER.get(len(names), tuple(names))


def mix_down(block: Block, names: Sequence[str]) -> Block:
    """One or two channels of a block with any number.

    Args:
        block: planar float32 of shape (channels, n).
        names: one per channel, from `channel_names`.

    Returns:
        A mono block as it is (one channel stands for two that are the same), else (2, n): left and right.
        Channels without a known position are heard in the middle, all alike, their powers adding up to one.
    """
    if len(block) == 1 or tuple(names) in (USUAL_ORDER[2], ("DL", "DR")):
        return block
    unknown = math.sqrt(1.0 / len(names))
    # Channel by channel, not as a matrix product: BLAS may add in another order on another processor.
    mixed = np.zeros((2, block.shape[1]), np.float32)
    for name, channel in zip(names, block, strict=True):
        for side, factor in enumerate(COEFFICIENTS.get(name, (unknown, unknown))):
            if factor:
                mixed[side] += channel * np.float32(factor)
    return mixed
