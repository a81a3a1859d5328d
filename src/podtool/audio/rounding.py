"""Samples in 16 bits, an exponent for every 80 ms: half the room of float32, 98 dB below each block's peak.

What was lossy, or was resampled, or was treated holds nothing that lies deeper: a decoded MP3's own noise is
tens of decibels higher, and a resampled 16-bit recording's is about as high. What came from 16 bits and is
on their grid stays as it is to the bit. Recordings of more than 16 bits that are used as they are aren't
rounded.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from podtool.audio.kweighting import Block

ROUNDING_SAMPLES = 3528
"""Samples that share an exponent; a piece (`podtool.audio.pieces`) is a whole number of these."""
_BITS = 15
_HIGHEST = 2**_BITS - 1
_LOWEST_EXPONENT, _HIGHEST_EXPONENT = -100, 100


def scaled_to_16_bits(block: Block) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int16]]:
    """Exponents and whole numbers of a block.

    Args:
        block: planar float32 (channels, n), finite; blocks of `ROUNDING_SAMPLES` are counted from its start.

    Returns:
        (channels, blocks) exponents e and (channels, n) numbers m: a sample is about m · 2^(e - 15).
    """
    channels, n = block.shape
    edges = np.arange(0, n, ROUNDING_SAMPLES)
    highest = np.maximum.reduceat(block, edges, axis=1) if n else np.zeros((channels, 0), np.float32)
    lowest = np.minimum.reduceat(block, edges, axis=1) if n else highest
    mantissa, exponents = np.frexp(np.maximum(highest, -lowest))
    exponents -= mantissa == 0.5  # noqa: PLR2004 - a power of two: its negative is the lowest number
    exponents += np.rint(np.ldexp(highest, _BITS - exponents)) > _HIGHEST
    exponents = np.clip(exponents, _LOWEST_EXPONENT, _HIGHEST_EXPONENT)
    scaled = block.copy()
    _multiply(scaled, np.ldexp(np.float32(1), _BITS - exponents))
    np.rint(scaled, out=scaled)
    return exponents.astype(np.int8), scaled.astype(np.int16)


def from_16_bits(
    exponents: npt.NDArray[np.int8], numbers: npt.NDArray[np.int16], first: int, factor: float, out: Block
) -> None:
    """One channel's samples, as `scaled_to_16_bits` kept them, times a factor.

    Args:
        exponents: of all blocks, (blocks,).
        numbers: (n,), from sample `first` on.
        first: counted from the first block's start.
        factor: a float32 times a power of two rounds as a sample times the factor does.
        out: (n,) float32, filled.
    """
    factors = np.ldexp(np.float32(factor), exponents.astype(np.int32) - _BITS)
    block, within = divmod(first, ROUNDING_SAMPLES)
    lead = min(-within % ROUNDING_SAMPLES, len(out))
    out[:] = numbers
    if lead:
        out[:lead] *= factors[block]
        block += 1
    _multiply(out[None, lead:], factors[None, block:])


def _multiply(values: Block, factors: npt.NDArray[np.float32]) -> None:
    """(channels, n) values by each block's factor, (channels, blocks or more), all at once but the rest."""
    channels, n = values.shape
    whole = n // ROUNDING_SAMPLES
    end = whole * ROUNDING_SAMPLES
    blocks = values[:, :end].reshape(channels, whole, ROUNDING_SAMPLES)  # a view
    blocks *= factors[:, :whole, None]
    if end < n:
        values[:, end:] *= factors[:, whole : whole + 1]


def rounded_to_16_bits(block: Block) -> Block:
    """A block as it comes back from 16 bits; doing it twice changes nothing more."""
    out = np.empty(block.shape, np.float32)
    for exponents, numbers, row in zip(*scaled_to_16_bits(block), out, strict=True):
        from_16_bits(exponents, numbers, 0, 1.0, row)
    return out
