"""Decoded sound on disk, to be read in any order while an episode is mixed; gone when it is closed.

A clip is decoded once into a scratch file. It is kept in chunks of 32768 samples, each as small as loses
nothing: no bytes for digital silence, one channel where all are the same, 16 bits where no sample needs
more (a 16-bit recording at the project's rate), else float32.

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
from podtool.audio.scratch_files import create_locked, discard, open_again, read_at, sweep
from podtool.errors import CacheError

__all__ = ["Scratch", "sweep", "write_scratch"]

CHUNK_SAMPLES = 32_768
_FULL_16 = np.float32(2**15)
_LOWEST_16, _HIGHEST_16 = -(2**15), 2**15 - 1
_FLOAT_BYTES = 4
_NO_ROOM = frozenset(getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name))

# One word per chunk: where it starts, times 8; plus 4 for 16-bit samples; plus how many channels are stored
# (0 for silence, 1 where all are the same, else 2).
_OFFSET_UNIT, _SIXTEEN_BIT, _ROWS = 8, 4, 3


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

    def read(self, start: int, stop: int) -> Block:
        """Samples [start, stop) as (channels, stop - start) float32; zeros outside of [0, length).

        Raises:
            CacheError: the file can't be read any more.
        """
        block = np.zeros((self.channels, max(stop - start, 0)), np.float32)
        self._fill(block, start, stop)
        return block

    def read_narrow(self, start: int, stop: int) -> Block:
        """As `read`, but one channel, which stands for all, where they are the same all through the range."""
        rows = max((self._index[chunk] & _ROWS for chunk in self._chunks(start, stop)), default=1)
        block = np.zeros((max(rows, 1), max(stop - start, 0)), np.float32)
        self._fill(block, start, stop)
        return block

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

    def _fill(self, block: Block, start: int, stop: int) -> None:
        for chunk in self._chunks(start, stop):
            word = self._index[chunk]
            rows = word & _ROWS
            if not rows:
                continue
            begins = chunk * CHUNK_SAMPLES
            length = min(CHUNK_SAMPLES, self.length - begins)
            first, last = max(start - begins, 0), min(stop - begins, length)
            kind, factor = (np.int16, 1 / _FULL_16) if word & _SIXTEEN_BIT else (np.float32, np.float32(1))
            size = np.dtype(kind).itemsize
            into = block[:, begins + first - start : begins + last - start]
            for row in range(rows):
                place = word // _OFFSET_UNIT + (row * length + first) * size
                samples = np.frombuffer(self._bytes_at(place, (last - first) * size), kind)
                # One stored channel is all of them.
                np.multiply(samples, factor, out=into[row] if rows > 1 else into, casting="same_kind")

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
    blocks: Iterable[Block], folder: Path, *, rate_hz: int, expected_samples: int | None = None
) -> Scratch:
    """Puts a clip's blocks into a scratch file.

    Args:
        blocks: planar float32 of shape (channels, n), 1 or 2 channels, as many in each. When they raise,
            nothing is left behind.
        folder: where; made when missing.
        rate_hz: rate of the blocks, handed through.
        expected_samples: how long the clip will be, to say how much room it needs when there is none.

    Raises:
        CacheError: no room, or the folder can't be written.
    """
    path, descriptor = create_locked(folder)
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            writer = _Writer()
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

    def __init__(self) -> None:
        self.index: array[int] = array("Q")
        self.samples = 0
        self.channels = 1
        self.written = 0

    def encode(self, chunk: Block) -> bytes:
        """A chunk's bytes, channel after channel."""
        self.samples += chunk.shape[1]
        same = len(chunk) == 1 or bool((chunk[0] == chunk[1]).all())
        kept = chunk[:1] if same else chunk
        if not kept.any():
            self.index.append(self.written * _OFFSET_UNIT)
            return b""
        scaled = kept * _FULL_16
        whole = np.rint(scaled)
        exact = bool((whole == scaled).all())
        sixteen_bit = exact and whole.min() >= _LOWEST_16 and whole.max() <= _HIGHEST_16
        content = (whole.astype(np.int16) if sixteen_bit else np.ascontiguousarray(kept)).tobytes()
        self.index.append(self.written * _OFFSET_UNIT + _SIXTEEN_BIT * sixteen_bit + len(kept))
        self.written += len(content)
        return content


def _rechunked(blocks: Iterable[Block], writer: _Writer) -> Iterator[Block]:
    """The same sound in chunks of `CHUNK_SAMPLES`; the last may be shorter."""
    rest: Block | None = None
    for block in blocks:
        writer.channels = len(block)
        sound = block if rest is None or not rest.shape[1] else np.concatenate((rest, block), axis=1)
        whole = sound.shape[1] // CHUNK_SAMPLES * CHUNK_SAMPLES
        for start in range(0, whole, CHUNK_SAMPLES):
            yield sound[:, start : start + CHUNK_SAMPLES]
        rest = sound[:, whole:].copy()
    if rest is not None and rest.shape[1]:
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
