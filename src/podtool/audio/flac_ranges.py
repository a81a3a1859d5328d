"""Ranges of a FLAC file: FFmpeg seeks to the frame that holds the first sample, with or without a seek table.

FLAC frames depend on nothing before them (RFC 9639, §9), so any frame decodes to the same samples however it
was reached. Each has its number or its first sample in its header and a CRC-16 behind it; FFmpeg searches by
halving, which costs a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from podtool.audio.container import BROKEN, OpenSound, open_sound
from podtool.audio.kweighting import Block
from podtool.audio.range_frames import FirstFrame, check_range, cut_blocks, damaged, first_frame
from podtool.errors import SourceError

if TYPE_CHECKING:
    from av import AudioFrame

LONGEST_FRAME = 65_536
"""Samples (RFC 9639, §9.1.1): a frame that begins so far before a sample ends before it."""
TRIES = 4
"""Seeks, each from further back: bytes within a frame may look like another's start; its CRC tells later."""


class FlacRanges:
    """Reads any range of a native FLAC file; see `podtool.audio.ranges.RangeReader`.

    Only the latest of the iterators that `blocks` gave may be used.
    """

    index: bytes | None = None
    is_pcm = False

    def __init__(
        self, sound: OpenSound, first: FirstFrame, samples: int, exact_bits: int, stack: ExitStack
    ) -> None:
        self._sound, self._first, self._stack = sound, first, stack
        self.rate_hz, self.names, self.channels = first.rate_hz, first.names, len(first.names)
        self.samples = samples
        self.exact_bits: int | None = exact_bits
        self._turn = 0

    def close(self) -> None:
        """Closes the file."""
        self._stack.close()

    def blocks(self, start: int, stop: int, block_samples: int) -> Iterator[Block]:
        """Samples ``start`` to ``stop``; see `podtool.audio.ranges.RangeReader`."""
        check_range(start, stop, self.samples, block_samples)
        self._turn += 1
        if start == stop:
            return
        begin, frames = self._frames_from(start)
        yield from cut_blocks(frames, self._sound.name, self._first, (begin, start, stop), block_samples)

    def ends_where_it_says(self) -> bool:
        """Whether the last sample is there and none follows it."""
        end = 0
        try:
            for frame in self._frames_from(self.samples - 1)[1]:
                end = (frame.pts or 0) + frame.samples
        except SourceError:
            return False
        return end == self.samples

    def _frames_from(self, start: int) -> tuple[int, Iterator[AudioFrame]]:
        """The first sample of the frame that holds sample `start`, or of one before; frames from it on."""
        failure: BaseException | None = None
        for tried in range(TRIES):
            target = max(0, start - tried * tried * LONGEST_FRAME)
            try:
                self._sound.container.seek(target, stream=self._sound.stream)
                frames = self._frames(self._turn)
                frame = next(frames, None)
                while frame is not None and frame.pts is not None and frame.pts <= start:
                    if frame.pts + frame.samples > start:
                        return frame.pts, _chain(frame, frames)
                    frame = next(frames, None)
            except (*BROKEN, SourceError) as error:
                failure = error
        raise damaged(self._sound.name, start / self.rate_hz) from failure

    def _frames(self, turn: int) -> Iterator[AudioFrame]:
        """Decoded frames from where the file stands; each begins where the one before ended."""
        expected: int | None = None
        packets = self._sound.container.demux(self._sound.stream)
        while True:
            if turn != self._turn:
                raise RuntimeError("another range of this file has been begun")
            try:
                packet = next(packets, None)
                found = packet.decode() if packet is not None else []
            except BROKEN as error:
                raise damaged(self._sound.name, (expected or 0) / self.rate_hz) from error
            if packet is None:
                return
            for frame in found:
                # FFmpeg leaves damaged frames out without a word.
                if frame.pts is None or (expected is not None and frame.pts != expected):
                    raise damaged(self._sound.name, (expected or 0) / self.rate_hz)
                expected = frame.pts + frame.samples
                yield frame


def _chain(frame: AudioFrame, frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    yield frame
    yield from frames


def open_flac(path: Path, exact_bits: int) -> FlacRanges | None:
    """A reader; None when the file doesn't say how many samples it has, or has another number.

    Raises:
        SourceError: as `podtool.audio.container.probe_source`.
    """
    with ExitStack() as stack:
        sound = stack.enter_context(open_sound(path))
        first, samples = first_frame(sound), sound.stream.duration
        if first is None or not samples or first.start_samples != 0:
            return None
        if sound.stream.time_base != Fraction(1, first.rate_hz) or sound.stream.start_time != 0:
            return None
        reader = FlacRanges(sound, first, samples, exact_bits, stack.pop_all())
        if reader.ends_where_it_says():
            return reader
        reader.close()
    return None
