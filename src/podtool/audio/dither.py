"""Float to whole numbers, with TPDF dither that depends on a sample's value and its place in the file alone.

The dither is triangular, 2 LSB peak to peak: the sum of two uniform sequences, which makes the error's mean
and power independent of the sound. Each sequence is a short table, and the two lengths have no common
divisor, so their sum repeats only after a day. The tables come from SplitMix64 (Steele, Lea and Flood, "Fast
splittable pseudorandom number generators", 2014), written out here because what a library's generator gives
may change with its version.

Two decisions:

- A sample that is exactly zero stays zero, so digital silence stays silent.
- Where left and right are equal they get the same dither, so what is the same in both channels stays so,
  whether it was carried as one channel or as two. Elsewhere the right channel has dither of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from podtool.audio.kweighting import Block

_TABLE_LENGTHS = (65_536, 65_537)


def _splitmix64(seed: int, count: int) -> npt.NDArray[np.uint64]:
    """Unsigned 64-bit arithmetic wraps around on purpose."""
    mixed = (np.arange(1, count + 1, dtype=np.uint64) + np.uint64(seed << 32)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


@cache
def _table(channel: int, which: int) -> Block:
    """Uniform in (-0.5, 0.5), symmetrical, on a grid of 2^-24 that float32 holds exactly."""
    bits = _splitmix64(2 * channel + which, _TABLE_LENGTHS[which]) >> np.uint64(41)
    table = ((bits.astype(np.float64) + 0.5) / 2.0**23 - 0.5).astype(np.float32)
    table.flags.writeable = False
    return table


def _stretch(table: Block, position: int, count: int) -> Block:
    start = position % len(table)
    repeats = -(-(start + count) // len(table))
    return np.tile(table, repeats)[start : start + count] if repeats > 1 else table[start : start + count]


def dither(channel: int, position: int, count: int) -> Block:
    """TPDF noise in LSB, between -1 and 1, for the samples [position, position + count) of a channel.

    Raises:
        ValueError: the position is negative.
    """
    if position < 0:
        raise ValueError(f"a file has no sample {position}")
    first, second = (_stretch(_table(channel, which), position, count) for which in (0, 1))
    return first + second


def _noise(block: Block, position: int) -> Iterator[Block]:
    """The dither of each channel; the first one's wherever a channel equals the first."""
    count = block.shape[1]
    first = dither(0, position, count)
    yield first
    for channel in range(1, len(block)):
        same = block[channel] == block[0]
        own = dither(channel, position, count)
        if same.any():
            np.copyto(own, first, where=same)
        yield own


def _quantise(
    block: Block, position: int, bits: int, out: npt.NDArray[Any], precise: type[np.floating[Any]]
) -> None:
    """Fill `out`, of shape (n, channels), with whole numbers of so many bits.

    Columns past the block's last row get what the first has.
    """
    full_scale = 2 ** (bits - 1)
    for channel, noise in enumerate(_noise(block, position)):
        samples = block[channel]
        scaled = np.multiply(samples, precise(full_scale), dtype=precise)
        scaled += noise
        np.rint(scaled, out=scaled)
        np.clip(scaled, -full_scale, full_scale - 1, out=scaled)
        silent = samples == 0
        if silent.any():
            scaled[silent] = 0
        out[:, channel] = scaled
    out[:, len(block) :] = out[:, :1]


def quantise_int16(block: Block, position: int, channels: int | None = None) -> npt.NDArray[np.int16]:
    """The samples as 16-bit, interleaved.

    Args:
        block: planar float32 of shape (channels, n), finite; 1.0 is full scale, what is beyond is clipped.
        position: place of the block's first sample in the file.
        channels: as many as are wanted; one row becomes that many equal ones.

    Returns:
        (n, channels), C-contiguous.

    Raises:
        ValueError: the position is negative.
    """
    out = np.empty((block.shape[1], channels or len(block)), dtype=np.int16)
    _quantise(block, position, 16, out, np.float32)
    return out


def quantise_int24(block: Block, position: int) -> npt.NDArray[np.int32]:
    """As `quantise_int16`, for 24 bits: values from -2^23 to 2^23 - 1 in 32-bit words."""
    out = np.empty(block.shape[::-1], dtype=np.int32)
    _quantise(block, position, 24, out, np.float64)
    return out
