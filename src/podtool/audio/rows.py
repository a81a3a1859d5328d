"""Planar blocks row by row."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from podtool.audio.kweighting import Block

_GLANCE = 256
"""Samples that tell most stereo from two channels that are the same."""


def highest_of_rows(magnitudes: Block) -> npt.NDArray[np.float32]:
    """The highest of each row (the last axis) of contiguous float32 numbers that aren't negative.

    Such floats are in the order of their bits, and numpy finds the highest of whole numbers in a third of the
    time.
    """
    highest: npt.NDArray[np.int32] = magnitudes.view(np.int32).max(axis=-1)
    return highest.view(np.float32)


def narrowed(block: Block) -> Block:
    """One row where two are the same all through the block."""
    if len(block) == 1 or not np.array_equal(block[0, :_GLANCE], block[1, :_GLANCE]):
        return block
    return block[:1] if np.array_equal(block[0], block[1]) else block
