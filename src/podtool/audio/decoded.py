"""The episode's sound files at the project's rate: decoded once each, measured, and read anywhere.

A file that can be read in ranges is decoded in parts of two minutes, by any number of workers; what is dear
to decode is kept in scratch files as far as there is room for it, the rest is decoded again where it is
heard. Other files (Opus, files with effects) are decoded as a whole into a scratch file.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from podtool.audio.fine import LEAD_SAMPLES
from podtool.audio.kweighting import Block
from podtool.audio.own_effects import OwnEffects
from podtool.audio.piece_meter import MeasuredPart, PieceMeter
from podtool.audio.pieces import PIECE_SAMPLES, PIECES_PER_PART, PieceReader, open_pieces
from podtool.audio.scratch import Scratch, write_scratch
from podtool.audio.treatment import treated_blocks
from podtool.timeline.model import Source, Treatment

SCRATCH_BYTES_PER_S = 125_000
"""0.45 GB an hour: what is kept of files that could be decoded again."""
_BYTES_PER_SAMPLE = 2
_PIECES_AT_HAND = 3
"""Kept for every decoder that is at work: who reads a chunk wants the end of the one before, too."""
_MOST_RUNNING = 24
"""Decoders that wait where they are: workers times tracks that are heard together."""

MeasureTask = Callable[[], list[MeasuredPart]]


class DecodedSources:
    """Sources by what they are; safe to use from several threads.

    Args:
        root: the show's folder.
        work: where scratch files go; they are removed with it or by `close`.
        rate_hz: the project's rate.
    """

    def __init__(self, root: Path, work: Path, rate_hz: int) -> None:
        self._root = root
        self._work = work
        self._rate_hz = rate_hz
        self._lock = threading.Lock()
        self._gates: dict[object, threading.Lock] = {}
        self._whole: dict[Source, Scratch] = {}
        self._parts: dict[tuple[Source, int], Scratch] = {}
        self._readers: dict[Source, list[PieceReader]] = {}
        self._pieces: OrderedDict[tuple[Source, int], Block] = OrderedDict()
        self._running: OrderedDict[tuple[int, Source], _Running] = OrderedDict()
        self._lengths: dict[Source, int | None] = {}
        self._kept: set[Source] = set()

    def measure_tasks(self, source: Source) -> list[MeasureTask]:
        """What has to be done to measure a source, in parts that can run side by side.

        Raises (here or from a task):
            SourceError: the file can't be decoded.
            CacheError: the disk is full.
        """
        length = self._ranged_length(source)
        if length is None:
            return [lambda: list(self._measured_whole(source))]
        pieces = -(-length // PIECE_SAMPLES)
        return [
            partial(self._measured_part, source, first, min(first + PIECES_PER_PART, pieces))
            for first in range(0, pieces, PIECES_PER_PART)
        ]

    def plan_scratch(self, sources: Iterable[Source]) -> None:
        """Decides which sources that could be decoded again are kept: the dearest for their size first.

        Files that can't be opened are passed over here; decoding them says why.
        """
        found = []
        seconds = 0.0
        for source in sources:
            with self._reader(source) as reader:
                if reader is None:
                    continue
                seconds += reader.length / self._rate_hz
                size = reader.length * reader.rows * _BYTES_PER_SAMPLE
                if reader.is_rounded and not reader.is_plain:
                    found.append((not reader.is_resampled, reader.is_lossy, size, source))
        room = SCRATCH_BYTES_PER_S * seconds
        for *_, size, source in sorted(found, key=lambda each: each[:3]):
            if size <= room:
                room -= size
                self._kept.add(source)

    def read(self, source: Source, start: int, stop: int, factor: float = 1.0) -> Block:
        """Samples [start, stop) of a source, times a factor: (channels, stop - start), silence outside of it.

        One channel where left and right are the same all through the range.

        Raises:
            SourceError: it can't be decoded.
            CacheError: the disk is full.
        """
        length = self._ranged_length(source)
        if length is None:
            return self._scratch(source).read_narrow(start, stop, factor)
        piece = PIECE_SAMPLES
        first, last = max(start, 0), min(stop, length)
        found = []
        for number in range(first // piece, -(-last // piece)) if first < last else ():
            begins = number * piece
            found.append(
                self._stretch(source, number, max(first - begins, 0), min(last - begins, piece), factor)
            )
        if len(found) == 1 and (first, last) == (start, stop):
            return found[0]
        rows = max((len(block) for block in found), default=1)
        out = np.zeros((rows, max(stop - start, 0)), np.float32)
        at = first - start
        for block in found:
            out[:, at : at + block.shape[1]] = block
            at += block.shape[1]
        return out

    def close(self) -> None:
        """Removes the scratch files and closes the others."""
        for scratch in (*self._whole.values(), *self._parts.values()):
            scratch.close()
        for running in self._running.values():
            running.reader.close()
        for readers in self._readers.values():
            for reader in readers:
                reader.close()
        for kept in (self._whole, self._parts, self._readers, self._pieces, self._running):
            kept.clear()

    # Measuring

    def _measured_part(self, source: Source, first: int, stop: int) -> list[MeasuredPart]:
        with self._reader(source) as reader:
            if reader is None:
                raise AssertionError("asked for parts of what can only be read as a whole")
            lead = np.zeros((1, LEAD_SAMPLES), np.float32)
            if first:
                for before in reader.parts_of_pieces(first - 1, first):
                    lead = before[:, -LEAD_SAMPLES:]
            meter = PieceMeter(self._rate_hz, lead, with_true_peak=False)
            blocks = meter.passing(reader.parts_of_pieces(first, stop))
            if source in self._kept:
                made = write_scratch(blocks, self._work, rate_hz=self._rate_hz, rounded=True)
                with self._lock:
                    self._parts[source, first // PIECES_PER_PART] = made
            else:
                for _ in blocks:
                    pass
            return [meter.finish()]

    def _measured_whole(self, source: Source) -> Iterator[MeasuredPart]:
        scratch = self._scratch(source)
        piece = PIECE_SAMPLES
        for start in range(0, scratch.length, PIECES_PER_PART * piece):
            stop = min(start + PIECES_PER_PART * piece, scratch.length)
            before = scratch.read_narrow(start - LEAD_SAMPLES, start)
            meter = PieceMeter(self._rate_hz, before, with_true_peak=False)
            for at in range(start, stop, piece):
                meter.push(scratch.read_narrow(at, min(at + piece, stop)))
            yield meter.finish()

    # Reading

    def _stretch(self, source: Source, number: int, start: int, stop: int, factor: float) -> Block:
        """Samples [start, stop) of a piece, times a factor, from a scratch file where there is one."""
        part, within = divmod(number, PIECES_PER_PART)
        scratch = self._parts.get((source, part))
        if scratch is not None:
            begins = within * PIECE_SAMPLES
            return scratch.read_narrow(begins + start, begins + stop, factor)
        return np.asarray(self._piece(source, number)[:, start:stop] * np.float32(factor))

    def _piece(self, source: Source, number: int) -> Block:
        key = (source, number)
        with self._lock:
            gate = self._gates.setdefault(key, threading.Lock())
        with gate:  # two threads that want the same piece: one decodes, the other waits
            with self._lock:
                if key in self._pieces:
                    self._pieces.move_to_end(key)
                    return self._pieces[key]
            block = self._decoded_piece(source, number)
            with self._lock:
                self._pieces[key] = block
                while len(self._pieces) > _PIECES_AT_HAND * len(self._running):
                    gone, _ = self._pieces.popitem(last=False)
                    self._gates.pop(gone, None)
            return block

    def _decoded_piece(self, source: Source, number: int) -> Block:
        """A piece by this thread's decoder: it stands before it, most often, as it has just done the last."""
        key = (threading.get_ident(), source)
        with self._lock:
            running = self._running.pop(key, None)
        if running is None or running.next_piece != number:
            self._stop(source, running)
            reader = self.borrow(source)
            if reader is None:
                raise AssertionError("asked for a piece of what can only be read as a whole")
            pieces = reader.pieces(number, -(-reader.length // PIECE_SAMPLES))
            running = _Running(reader=reader, pieces=pieces, next_piece=number)
        try:
            block = next(running.pieces)
        except BaseException:
            self._stop(source, running)
            raise
        running.next_piece += 1
        with self._lock:
            self._running[key] = running
            (_, oldest), idle = next(iter(self._running.items()))
            if len(self._running) <= _MOST_RUNNING:
                return block
            self._running.popitem(last=False)
        self._stop(oldest, idle)
        return block

    def _stop(self, source: Source, running: _Running | None) -> None:
        if running is not None:
            running.pieces.close()
            self.give_back(source, running.reader)

    def _ranged_length(self, source: Source) -> int | None:
        """Samples of a source that can be read in ranges; None of one that has to be read as a whole."""
        if source not in self._lengths:
            with self._reader(source):
                pass
        return self._lengths[source]

    def _reader(self, source: Source) -> _Borrowed:
        return _Borrowed(self, source)

    def borrow(self, source: Source) -> PieceReader | None:
        """An open reader that nobody else uses; None where the source has to be read as a whole."""
        with self._lock:
            if self._lengths.get(source, 0) is None:
                return None
            if self._readers.get(source):
                return self._readers[source].pop()
        plain = source.treatment == Treatment()
        reader = open_pieces(self._root / source.file, self._rate_hz) if plain else None
        with self._lock:
            self._lengths[source] = reader.length if reader else None
        return reader

    def give_back(self, source: Source, reader: PieceReader | None) -> None:
        """Keeps a borrowed reader for the next who asks."""
        if reader is not None:
            with self._lock:
                self._readers.setdefault(source, []).append(reader)

    def _scratch(self, source: Source) -> Scratch:
        with self._lock:
            if source in self._whole:
                return self._whole[source]
            gate = self._gates.setdefault(source, threading.Lock())
        with gate:
            if source not in self._whole:
                path = self._root / source.file
                blocks = treated_blocks(
                    path, self._rate_hz, source.treatment, OwnEffects(show_root=self._root)
                )
                self._whole[source] = write_scratch(blocks, self._work, rate_hz=self._rate_hz, rounded=True)
            return self._whole[source]


@dataclass(kw_only=True)
class _Running:
    """A decoder that stands before a piece."""

    reader: PieceReader
    pieces: Generator[Block]
    next_piece: int


class _Borrowed:
    """A reader for the length of a `with` block."""

    def __init__(self, sources: DecodedSources, source: Source) -> None:
        self._sources = sources
        self._source = source
        self._reader: PieceReader | None = None

    def __enter__(self) -> PieceReader | None:
        self._reader = self._sources.borrow(self._source)
        return self._reader

    def __exit__(self, *_: object) -> None:
        self._sources.give_back(self._source, self._reader)
