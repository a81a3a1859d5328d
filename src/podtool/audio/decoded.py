"""The episode's sound files, decoded once each to scratch files at the project's rate, and read anywhere."""

from __future__ import annotations

import threading
from pathlib import Path

from podtool.audio.measuring import Measurement, measure_blocks
from podtool.audio.mixer import Block
from podtool.audio.own_effects import OwnEffects
from podtool.audio.scratch import Scratch, write_scratch
from podtool.audio.treatment import treated_blocks
from podtool.timeline.model import Source


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
        self._being_opened: dict[Source, threading.Lock] = {}
        self._open: dict[Source, Scratch] = {}

    def measure(self, source: Source) -> Measurement:
        """Decodes a source, keeps its samples for `read`, and measures them, in blocks.

        Raises:
            SourceError: it can't be decoded.
            CacheError: the disk is full.
        """
        scratch = self._scratch(source)
        size = 10 * self._rate_hz
        blocks = (
            scratch.read_narrow(start, min(start + size, scratch.length))
            for start in range(0, scratch.length, size)
        )
        return measure_blocks(blocks, self._rate_hz)

    def read(self, source: Source, start: int, stop: int) -> Block:
        """Samples [start, stop) of a source as (channels, stop - start), silence outside of it.

        One channel where left and right are the same all through the range.

        Raises:
            SourceError: it can't be decoded.
        """
        return self._scratch(source).read_narrow(start, stop)

    def close(self) -> None:
        """Removes the scratch files."""
        for scratch in self._open.values():
            scratch.close()
        self._open.clear()

    def _scratch(self, source: Source) -> Scratch:
        with self._lock:
            if source in self._open:
                return self._open[source]
            gate = self._being_opened.setdefault(source, threading.Lock())
        with gate:  # two threads that want the same source: one decodes, the other waits
            if source not in self._open:
                path = self._root / source.file
                blocks = treated_blocks(
                    path, self._rate_hz, source.treatment, OwnEffects(show_root=self._root)
                )
                self._open[source] = write_scratch(blocks, self._work, rate_hz=self._rate_hz)
            return self._open[source]
