"""A sound file at the project's rate, in pieces of some 3 s that can be decoded in any order.

A piece is the same to the bit whether the whole file is decoded or only a range of it: it is resampled by
itself, with some sound around it that is thrown away afterwards, and rounded (`podtool.audio.rounding`) by
itself. So an edit decodes what it changes, and a long file can be decoded by several workers side by side.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import soxr

from podtool.audio.downmix import channel_names, mix_down
from podtool.audio.kweighting import Block
from podtool.audio.ranges import RangeReader, open_ranges
from podtool.audio.resample import QUALITY
from podtool.audio.rounding import rounded_to_16_bits
from podtool.audio.rows import narrowed
from podtool.units import samples_at

PIECE_SAMPLES = 141_120
"""Of a piece at the project's rate: whole fine hops, whole blocks of the rounding, and a whole number of
samples at all usual rates (multiples of 441 and 160, to which these shrink against 44.1 and 48 kHz)."""
PART_SAMPLES = PIECE_SAMPLES // 2
"""What is measured and kept at once: whole fine hops, and a scratch file's chunk."""
PIECES_PER_PART = 38
"""Pieces of about two minutes are measured, and kept in the cache, together."""
_MARGIN_S = Fraction(1, 10)
"""Sound around a piece for the resampler: what it throws away then is below -140 dB."""
_EXACT_IN_16_BITS = 16
_MOST_DECODED_VALUES = 4_000_000


class PieceReader:
    """Reads the pieces of one file; from one thread at a time.

    Args:
        reader: the open file.
        rate_hz: the project's rate.

    Attributes:
        length: samples of the whole at `rate_hz`.
        rows: 1 or 2: the most channels that a piece has.
        is_rounded: whether samples are on the grid of 16 bits and an exponent.
    """

    def __init__(self, reader: RangeReader, rate_hz: int) -> None:
        self._reader = reader
        self._names = channel_names(reader.names)
        ratio = Fraction(rate_hz, reader.rate_hz)
        self._step_out, self._step_in = ratio.numerator, ratio.denominator
        self._rate_hz = rate_hz
        self.length = samples_at(Fraction(reader.samples, reader.rate_hz), rate_hz)
        self.rows = min(2, reader.channels)
        exact = reader.exact_bits is not None and ratio == 1 and reader.channels <= 2  # noqa: PLR2004 - stereo
        self.is_rounded = not exact or reader.exact_bits == _EXACT_IN_16_BITS
        self._rounds = not exact

    @property
    def is_plain(self) -> bool:
        """Whether reading it is hardly more than copying: whole numbers at the project's rate."""
        return not self._rounds and self._reader.is_pcm

    @property
    def is_lossy(self) -> bool:
        """Whether its samples are what a lossy codec made of them."""
        return self._reader.exact_bits is None

    @property
    def is_resampled(self) -> bool:
        """Whether it has another rate than the project."""
        return self._step_in != self._step_out

    def close(self) -> None:
        """Closes the file."""
        self._reader.close()

    def pieces(self, first: int, stop: int) -> Generator[Block]:
        """Pieces [first, stop) as planar float32; one channel where two are the same all through a piece.

        Raises:
            SourceError: the file can't be decoded.
        """
        for block in self._whole_pieces(first, stop):
            yield rounded_to_16_bits(block) if self._rounds else block

    def parts_of_pieces(self, first: int, stop: int) -> Iterator[Block]:
        """The same sound before it is rounded, in blocks of `PART_SAMPLES` that stay in a core's cache.

        Raises:
            SourceError: the file can't be decoded.
        """
        if not self.is_resampled:
            for block in self._decoded(first * PIECE_SAMPLES, stop * PIECE_SAMPLES, PART_SAMPLES):
                yield narrowed(block)
            return
        for block in self._whole_pieces(first, stop):
            for start in range(0, block.shape[1], PART_SAMPLES):
                yield block[:, start : start + PART_SAMPLES]

    def _whole_pieces(self, first: int, stop: int) -> Iterator[Block]:
        piece_in = PIECE_SAMPLES // self._step_out * self._step_in
        margin = self._margin()
        begin = max(0, first * piece_in - margin)
        size = min(2 * self._reader.rate_hz, _MOST_DECODED_VALUES // self._reader.channels)
        window = _Window(self._decoded(begin, stop * piece_in + margin, size), begin)
        for number in range(first, stop):
            start = max(0, number * piece_in - margin)
            end = min((number + 1) * piece_in + margin, self._reader.samples)
            yield narrowed(self._resampled(window.take(start, end), number, start))

    def _margin(self) -> int:
        if not self.is_resampled:
            return 0
        return math.ceil(_MARGIN_S * self._reader.rate_hz / self._step_in) * self._step_in

    def _decoded(self, start: int, stop: int, size: int) -> Iterator[Block]:
        for block in self._reader.blocks(start, min(stop, self._reader.samples), size):
            yield mix_down(block, self._names)

    def _resampled(self, window: Block, number: int, start: int) -> Block:
        """The piece in a window of file samples that begins at `start`, at the project's rate."""
        length = min(PIECE_SAMPLES, self.length - number * PIECE_SAMPLES)
        if not self.is_resampled:
            return window[:, :length]
        skip = number * PIECE_SAMPLES - start // self._step_in * self._step_out
        out = np.zeros((len(window), length), np.float32)
        for row, channel in zip(out, window, strict=True):
            made = soxr.resample(
                np.ascontiguousarray(channel), self._step_in, self._step_out, quality=QUALITY
            )[skip : skip + length]
            row[: len(made)] = made
        return out


def open_pieces(path: Path, rate_hz: int) -> PieceReader | None:
    """A reader of a file's pieces; None where it can't be read in ranges, so that all of it must be decoded.

    Raises:
        SourceError: as `podtool.audio.source.probe_source`.
    """
    reader = open_ranges(path)
    if reader is None:
        return None
    if PIECE_SAMPLES % Fraction(rate_hz, reader.rate_hz).numerator:
        reader.close()
        return None  # a piece would begin between two samples of the file
    return PieceReader(reader, rate_hz)


class _Window:
    """A stretch that moves on over blocks; forgets what lies before it."""

    def __init__(self, blocks: Iterator[Block], position: int) -> None:
        self._blocks = blocks
        self._held: list[Block] = []
        self._position = position

    def take(self, start: int, stop: int) -> Block:
        """Samples [start, stop); `start` never goes back, and `stop` no further than the sound."""
        while self._held and self._position + self._held[0].shape[1] <= start:
            self._position += self._held.pop(0).shape[1]
        have = sum(block.shape[1] for block in self._held)
        while self._position + have < stop and (block := next(self._blocks, None)) is not None:
            self._held.append(block)
            have += block.shape[1]
        first = start - self._position
        return np.concatenate(self._held, axis=1)[:, first : first + stop - start]
