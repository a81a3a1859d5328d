"""Decoded sound on disk, to be read in any order while an episode is mixed; gone when it is closed.

A clip is decoded once into a scratch file. It is kept in chunks of 70,560 samples, each as small as loses
nothing: no bytes for digital silence, one channel where all are the same, 16 bits where no sample needs
more (a 16-bit recording at the project's rate) or where the clip was rounded to 16 bits and an exponent (see
`podtool.audio.rounding`), else float32.

A scratch file is locked by the run that makes it. `sweep` removes those whose lock is free: a dead run's.
"""

from __future__ import annotations

import errno
import os
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import numpy as np

from podtool.audio.kweighting import Block
from podtool.audio.rounding import ROUNDING_SAMPLES, from_16_bits, scaled_to_16_bits
from podtool.audio.rows import narrowed
from podtool.audio.scratch_files import create_locked, discard, open_again, read_at, sweep
from podtool.errors import CacheError

__all__ = ["Scratch", "sweep", "write_scratch"]

CHUNK_SAMPLES = 20 * ROUNDING_SAMPLES
_FULL_16 = np.float32(2**15)
_LOWEST_16, _HIGHEST_16 = -(2**15), 2**15 - 1
_FLOAT_BYTES = 4
_NO_ROOM = frozenset(getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name))

# One word per chunk: where it starts, times 16; plus how it is written; plus how many channels are stored
# (0 for silence, 1 where all are the same, else 2).
_OFFSET_UNIT, _KINDS, _ROWS = 16, 12, 3
_FLOAT, _SIXTEEN_BIT, _SCALED = 0, 4, 8


class Scratch:
    """A clip's samples, readable at any range from several threads at once. Made by `write_scratch`.

    One that was sent to another process reads the same file, but leaves its removal to the first.

    Attributes:
        length: samples per channel.
        channels: 1 or 2, of all that `read` gives.
        rate_hz: of the samples.
    """

    def __init__(
        self, path: Path, descriptor: int, *, length: int, channels: int, rate_hz: int, index: array[int]
    ) -> None:
        self.path = path
        self.length = length
        self.channels = channels
        self.rate_hz = rate_hz
        self._descriptor = descriptor
        self._index = index
        self._removed_by_us = True
        self._open = True

    def read(self, start: int, stop: int, factor: float = 1.0) -> Block:
        """Samples [start, stop), times a factor, as (channels, stop - start); zeros outside of [0, length).

        Raises:
            CacheError: the file can't be read any more.
        """
        return self._filled(self.channels, start, stop, factor)

    def read_narrow(self, start: int, stop: int, factor: float = 1.0) -> Block:
        """As `read`, but one channel, which stands for all, where they are the same all through the range."""
        rows = max((self._index[chunk] & _ROWS for chunk in self._chunks(start, stop)), default=1)
        return self._filled(max(rows, 1), start, stop, factor)

    def close(self) -> None:
        """Closes and removes the file; a second call does nothing."""
        if not self._open:
            return
        self._open = False
        discard(self.path if self._removed_by_us else None, self._descriptor)

    def __reduce__(self) -> tuple[Callable[..., Scratch], tuple[object, ...]]:
        return _reopened, (self.path, self.length, self.channels, self.rate_hz, self._index)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _chunks(self, start: int, stop: int) -> range:
        first, last = max(start, 0), min(stop, self.length)
        return range(first // CHUNK_SAMPLES, -(-last // CHUNK_SAMPLES)) if first < last else range(0)

    def _filled(self, rows: int, start: int, stop: int, factor: float) -> Block:
        block = np.empty((rows, max(stop - start, 0)), np.float32)
        done = 0
        for chunk in self._chunks(start, stop):
            begins = chunk * CHUNK_SAMPLES
            first = max(start - begins, 0)
            last = min(stop - begins, CHUNK_SAMPLES, self.length - begins)
            at, done_before = begins + first - start, done
            done = at + last - first
            block[:, done_before:at] = 0.0
            self._put(block[:, at:done], chunk, first, last, factor)
        block[:, done:] = 0.0
        return block

    def _put(self, into: Block, chunk: int, first: int, last: int, factor: float) -> None:
        """Samples [first, last) of a chunk, times a factor; one that is stored alone goes to all channels."""
        word = self._index[chunk]
        rows, kind, place = word & _ROWS, word & _KINDS, word // _OFFSET_UNIT
        length = min(CHUNK_SAMPLES, self.length - chunk * CHUNK_SAMPLES)
        if kind == _SCALED:
            count = -(-length // ROUNDING_SAMPLES)
            exponents = np.frombuffer(self._bytes_at(place, rows * count), np.int8).reshape(rows, count)
            place += rows * count
        size = np.dtype(np.float32 if kind == _FLOAT else np.int16).itemsize
        for row in range(rows):
            content = self._bytes_at(place + (row * length + first) * size, (last - first) * size)
            if kind == _SCALED:
                from_16_bits(exponents[row], np.frombuffer(content, np.int16), first, factor, into[row])
            else:
                scale = factor if kind == _FLOAT else factor / _FULL_16
                stored = np.frombuffer(content, np.float32 if kind == _FLOAT else np.int16)
                np.multiply(stored, np.float32(scale), out=into[row])
        into[rows:] = into[0] if rows else 0.0

    def _bytes_at(self, place: int, size: int) -> bytes:
        try:
            content = read_at(self._descriptor, place, size)
        except OSError as error:
            raise CacheError(
                f"the scratch file {self.path} can't be read: {error.strerror}", hint="run it again"
            ) from error
        if len(content) != size:
            raise CacheError(f"the scratch file {self.path} was cut short by somebody", hint="run it again")
        return content


def _reopened(path: Path, length: int, channels: int, rate_hz: int, index: array[int]) -> Scratch:
    scratch = Scratch(path, open_again(path), length=length, channels=channels, rate_hz=rate_hz, index=index)
    scratch._removed_by_us = False  # noqa: SLF001 - this is the class's own second maker
    return scratch


def write_scratch(
    blocks: Iterable[Block],
    folder: Path,
    *,
    rate_hz: int,
    expected_samples: int | None = None,
    rounded: bool = False,
) -> Scratch:
    """Puts a clip's blocks into a scratch file.

    Args:
        blocks: planar float32 of shape (channels, n), 1 or 2 channels; one stands for two that are the same.
            When they raise, nothing is left behind.
        folder: where; made when missing.
        rate_hz: rate of the blocks, handed through.
        expected_samples: how long the clip will be, to say how much room it needs when there is none.
        rounded: keep 16 bits and an exponent of it (`rounded_to_16_bits`), counted from its start.

    Raises:
        CacheError: no room, or the folder can't be written.
    """
    path, descriptor = create_locked(folder)
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            writer = _Writer(rounded=rounded)
            for chunk in _rechunked(blocks, writer):
                with _room_told(folder, writer, expected_samples):
                    file.write(writer.encode(chunk))
            with _room_told(folder, writer, expected_samples):
                file.flush()
    except BaseException:
        discard(path, descriptor)
        raise
    return Scratch(
        path,
        descriptor,
        length=writer.samples,
        channels=writer.channels,
        rate_hz=rate_hz,
        index=writer.index,
    )


class _Writer:
    """Makes bytes of chunks and keeps the index."""

    def __init__(self, *, rounded: bool) -> None:
        self._rounded = rounded
        self.index: array[int] = array("Q")
        self.samples = 0
        self.channels = 1
        self.written = 0

    def encode(self, chunk: Block) -> bytes:
        """A chunk's bytes, channel after channel."""
        self.samples += chunk.shape[1]
        kept = narrowed(chunk)
        if not kept.any():
            self.index.append(self.written * _OFFSET_UNIT)
            return b""
        kind, content = self._narrowed(kept)
        self.index.append(self.written * _OFFSET_UNIT + kind + len(kept))
        self.written += len(content)
        return content

    def _narrowed(self, kept: Block) -> tuple[int, bytes]:
        if self._rounded:
            exponents, numbers = scaled_to_16_bits(kept)
            return _SCALED, exponents.tobytes() + numbers.tobytes()
        scaled = kept * _FULL_16
        whole = np.rint(scaled)
        exact = bool((whole == scaled).all())
        if exact and whole.min() >= _LOWEST_16 and whole.max() <= _HIGHEST_16:
            return _SIXTEEN_BIT, whole.astype(np.int16).tobytes()
        return _FLOAT, np.ascontiguousarray(kept).tobytes()


def _rechunked(blocks: Iterable[Block], writer: _Writer) -> Iterator[Block]:
    """The same sound in chunks of `CHUNK_SAMPLES`; the last may be shorter."""
    rest: Block = np.empty((1, 0), np.float32)
    for block in blocks:
        writer.channels = max(writer.channels, len(block))
        if block.shape[1] == CHUNK_SAMPLES and not rest.shape[1]:
            yield block
            continue
        rows = max(len(block), len(rest)) if rest.shape[1] else len(block)
        sound = np.concatenate(
            [np.broadcast_to(part, (rows, part.shape[1])) for part in (rest, block) if part.shape[1]]
            or [block],
            axis=1,
        )
        whole = sound.shape[1] // CHUNK_SAMPLES * CHUNK_SAMPLES
        for start in range(0, whole, CHUNK_SAMPLES):
            yield sound[:, start : start + CHUNK_SAMPLES]
        rest = sound[:, whole:].copy()
    if rest.shape[1]:
        yield rest


@contextmanager
def _room_told(folder: Path, writer: _Writer, expected_samples: int | None) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise CacheError(
                f"the scratch folder {folder} can't be written: {error.strerror}", hint="check the disk"
            ) from error
        needed = max((expected_samples or 0) * writer.channels * _FLOAT_BYTES, writer.written)
        raise CacheError(
            f"the disk of {folder} is full: this clip's scratch file alone needs {-(-needed // 10**6)} MB",
            hint="make room, or put the cache on another disk",
        ) from error
