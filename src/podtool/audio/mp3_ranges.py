"""Ranges of an MP3: a decoder is given the frames from a little before the range on.

What a Layer III decoder remembers from one frame to the next, by ISO/IEC 11172-3:

- the bit reservoir: a frame's main data begins up to 511 bytes (LSF: 255) of main data before its own region
  (2.4.2.7, `main_data_begin`);
- the overlap: each granule's second half is added to the next granule's first (2.4.3.4, IMDCT);
- the synthesis filterbank's V vector: 15 earlier slots of 32 subband samples (2.4.3.2), 480 samples, which is
  less than a granule.

So a granule's samples are right if its own spectrum, that of the one before (whose slots are in V, and which
it overlaps) and that of the one before that (which overlaps those slots) are. These are decoded from whole
main data if as many bytes of main data as the reservoir holds lie in the frames that were given before them.
Nothing else is remembered: FFmpeg's float decoder has no dither. A frame more than needed is given, as the
decoder's own bookkeeping begins with a reservoir that it hasn't got.

In a damaged frame the decoder reads on beyond the end, so what lies there must be the same too. FFmpeg reads
an MP3 in pieces of 1024 bytes. Its parser copies a frame, with zeros behind it, unless the frame begins where
a piece does: then the next frame lies behind it. Such a frame is given to the decoder together with the next,
and zeros lie between all others.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from podtool.audio.container import BROKEN, OpenSound, open_sound
from podtool.audio.kweighting import Block
from podtool.audio.mp3_frames import HEADER_BYTES
from podtool.audio.mp3_runs import Mp3Run, find_run, unpack_run
from podtool.audio.range_frames import FirstFrame, check_range, cut_blocks, damaged, first_frame
from podtool.errors import SourceError

if TYPE_CHECKING:
    from av import AudioFrame

DECODER = "mp3float"
"""FFmpeg's. `mp3` by name is another, with whole numbers and dither."""
FRAMES_AT_ONCE = 32
"""In one packet: where several threads run Python, a call to the decoder costs more than a frame."""
_BEHIND = bytes(64)
"""What lies behind a packet in memory (FFmpeg's padding); the decoder passes over it to the next frame."""
GRANULES_BEFORE = 2
MARGIN_FRAMES = 1
BYTES_PER_READ = 1024
"""FFmpeg's, from the first frame on (`MP3_PACKET_SIZE` in libavformat/mp3dec.c)."""
FRAMES_COMPARED = 4
"""At the beginning: whether the first frame, which begins where a piece does, comes out the same."""


class Mp3Ranges:
    """Reads any range of an MP3; see `podtool.audio.ranges.RangeReader`."""

    exact_bits: int | None = None
    is_pcm = False

    def __init__(self, file: BinaryIO, name: str, first: FirstFrame, run: Mp3Run) -> None:
        self._file, self._name, self._first, self._run = file, name, first, run
        self.rate_hz, self.names, self.channels = first.rate_hz, first.names, len(first.names)
        self.samples = run.samples
        self.frame_samples = run.header.samples

    @property
    def index(self) -> bytes | None:
        """Where the frames lie; `podtool.audio.ranges.open_ranges` takes it back."""
        return self._run.pack()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def blocks(self, start: int, stop: int, block_samples: int) -> Iterator[Block]:
        """Samples ``start`` to ``stop``; see `podtool.audio.ranges.RangeReader`."""
        check_range(start, stop, self.samples, block_samples)
        if start == stop:
            return
        skip, per_frame = self._run.skip_samples, self._run.header.samples
        first, end = (start + skip) // per_frame, -(-(stop + skip) // per_frame)
        bounds = (first * per_frame - skip, start, stop)
        with closing(self._frames(first, end)) as frames:
            yield from cut_blocks(frames, self._name, self._first, bounds, block_samples)

    def _frames(self, first: int, end: int, at_once: int = FRAMES_AT_ONCE) -> Generator[AudioFrame]:
        """The frames `first` to `end`, decoded as if all before had been."""
        decoder = av.CodecContext.create(DECODER, "r")
        if not isinstance(decoder, AudioCodecContext):
            raise TypeError(f"{DECODER} decodes sound")
        begin = first_needed(self._run, first)
        for frame, count, data in self._packets(begin, first, end, at_once):
            decoded, cause = list["AudioFrame"](), None
            try:
                decoded = decoder.decode(av.Packet(data))
            except BROKEN as error:
                cause = error
            if frame + count <= first:
                continue  # nobody hears it: its main data may have begun before what was given
            if [each.samples for each in decoded] != [self.frame_samples] * count:
                if at_once == 1:
                    raise self._damaged(frame) from cause
                yield from self._frames(max(frame, first), end, 1)  # what is whole, and where it isn't
                return
            yield from decoded[max(0, first - frame) :]

    def _packets(self, begin: int, first: int, end: int, at_once: int) -> Iterator[tuple[int, int, bytes]]:
        """Frames `begin` to `end`, perhaps one more: a packet's first frame, how many it has, its bytes.

        Up to `first` they come alone, from there on `at_once` or one more together.
        """
        place, last = self._run.offset(begin), len(self._run.lengths) - 1
        frame, waiting, parts = begin, 0, list[bytes]()
        frames = self._read(begin, place)
        while frame < end:
            data, count = next(frames), 1
            if (place - self._run.start) % BYTES_PER_READ == 0 and frame < last:
                data, count = data + next(frames), 2
            parts += [data, _BEHIND]
            frame, place, waiting = frame + count, place + len(data), waiting + count
            if waiting >= at_once or frame >= end or frame <= first:
                yield frame - waiting, waiting, b"".join(parts)
                waiting, parts = 0, []

    def ends_where_it_says(self) -> bool:
        """Whether the last frame can be decoded: a decode of the whole file passes over it if not."""
        count = len(self._run.lengths)
        try:
            for _ in self._frames(count - 1, count):
                pass
        except SourceError:
            return False
        return True

    def _read(self, first: int, place: int) -> Iterator[bytes]:
        """The frames from `first` on, which begins at `place`; they must still be there."""
        for start in range(first, len(self._run.lengths), FRAMES_AT_ONCE):
            lengths = self._run.lengths[start : start + FRAMES_AT_ONCE].tolist()
            try:
                self._file.seek(place)
                content = self._file.read(sum(lengths))
            except (OSError, ValueError) as error:
                raise SourceError(
                    f"{self._name}: can't be read", hint="is it still there, and open to you?"
                ) from error
            at = 0
            for frame, length in enumerate(lengths, start):
                data = content[at : at + length]
                if len(data) != length or self._run.length_of(data[:HEADER_BYTES]) != length:
                    raise self._damaged(frame)
                yield data
                at += length
            place += at

    def _damaged(self, frame: int) -> SourceError:
        samples = frame * self._run.header.samples - self._run.skip_samples
        return damaged(self._name, max(0, samples) / self.rate_hz)


def first_needed(run: Mp3Run, frame: int) -> int:
    """The frame from which a decoder must be fed so that `frame` comes out as in a decode of all.

    See this module's beginning.
    """
    layout = run.header.side_info
    needed = frame - -(-GRANULES_BEFORE // layout.granules)
    bytes_before = 0
    while needed > 0 and bytes_before < layout.largest_main_data_begin:
        needed -= 1
        bytes_before += int(run.lengths[needed]) - run.header.main_data_start
    return max(0, needed - MARGIN_FRAMES)


def open_mp3(path: Path, sound: OpenSound, index: bytes | None) -> Mp3Ranges | None:
    """A reader; None when the file isn't a plain run of frames that FFmpeg reads the same way.

    Args:
        path: the file.
        sound: the same, just opened; it isn't used afterwards.
        index: `Mp3Ranges.index` of the same bytes, if it is at hand; one that doesn't fit is passed over.

    Raises:
        SourceError: it can't be read.
    """
    first = first_frame(sound) if sound.stream.codec_context.name == DECODER else None
    if first is None:
        return None
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            run = unpack_run(index, file) if index is not None else None
            run = run or find_run(file)
        except OSError as error:
            raise SourceError(
                f"{sound.name}: can't be read", hint="is it still there, and open to you?"
            ) from error
        if run is None or not _agree(run, first):
            return None
        reader = Mp3Ranges(file, sound.name, first, run)
        if not (_begins_alike(reader, path, first) and reader.ends_where_it_says()):
            return None
        stack.pop_all()
        return reader


def _begins_alike(reader: Mp3Ranges, path: Path, first: FirstFrame) -> bool:
    """Whether a decode of the whole file has the same samples in its first frames."""
    count = min(reader.samples, FRAMES_COMPARED * reader.frame_samples)
    try:
        with open_sound(path) as sound:
            packets = sound.container.demux(sound.stream)
            frames = (frame for packet in packets for frame in packet.decode() if frame.samples)
            expected = next(cut_blocks(frames, sound.name, first, (0, 0, count), count))
        given = next(reader.blocks(0, count, count))
    except (*BROKEN, SourceError):
        return False
    return np.array_equal(given, expected)


def _agree(run: Mp3Run, first: FirstFrame) -> bool:
    """Whether the decode of the whole file begins where we think that it does."""
    header = run.header
    return (
        (first.rate_hz, len(first.names)) == (header.sample_rate_hz, header.channels)
        and first.position == run.start
        and first.start_samples == run.skip_samples
        and first.samples == header.samples - run.skip_samples % header.samples
    )
