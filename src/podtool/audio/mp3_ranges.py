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
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import av
from av.audio.codeccontext import AudioCodecContext

from podtool.audio.container import BROKEN, open_sound
from podtool.audio.kweighting import Block
from podtool.audio.mp3_runs import Mp3Run, find_run, unpack_run
from podtool.audio.range_frames import FirstFrame, check_range, cut_blocks, damaged, first_frame
from podtool.errors import SourceError

if TYPE_CHECKING:
    from av import AudioFrame

DECODER = "mp3float"
"""FFmpeg's. `mp3` by name is another, with whole numbers and dither."""
GRANULES_BEFORE = 2
MARGIN_FRAMES = 1
FRAMES_PER_PACKET = 64
"""Decoded in one call: the decoder takes a packet's frames one by one."""


class Mp3Ranges:
    """Reads any range of an MP3; see `podtool.audio.ranges.RangeReader`."""

    exact_bits: int | None = None
    is_pcm = False

    def __init__(self, file: BinaryIO, name: str, first: FirstFrame, run: Mp3Run) -> None:
        self._file, self._name, self._first, self._run = file, name, first, run
        self.rate_hz, self.names, self.channels = first.rate_hz, first.names, len(first.names)
        self.samples = run.samples

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

    def _frames(self, first: int, end: int) -> Generator[AudioFrame]:
        """The frames `first` to `end`, decoded as if all before had been."""
        decoder = av.CodecContext.create(DECODER, "r")
        if not isinstance(decoder, AudioCodecContext):
            raise TypeError(f"{DECODER} decodes sound")
        begin = first_needed(self._run, first)
        place = self._run.offset(begin)
        for frame in range(begin, first):
            place, data = self._read(frame, frame + 1, place)
            _warm_up(decoder, data)
        for frame in range(first, end, FRAMES_PER_PACKET):
            after = min(frame + FRAMES_PER_PACKET, end)
            place, data = self._read(frame, after, place)
            try:
                decoded = decoder.decode(av.Packet(data))
            except BROKEN as error:
                raise self._damaged(frame) from error
            if [each.samples for each in decoded] != [self._run.header.samples] * (after - frame):
                raise self._damaged(frame)
            yield from decoded

    def _read(self, frame: int, end: int, place: int) -> tuple[int, bytes]:
        """The bytes of frames `frame` to `end`, which begin at `place`, and where they stop."""
        size_bytes = int(self._run.lengths[frame:end].sum(dtype="int64"))
        try:
            self._file.seek(place)
            data = self._file.read(size_bytes)
        except (OSError, ValueError) as error:
            raise SourceError(
                f"{self._name}: can't be read", hint="is it still there, and open to you?"
            ) from error
        if len(data) != size_bytes:
            raise self._damaged(frame)
        return place + size_bytes, data

    def _damaged(self, frame: int) -> SourceError:
        samples = frame * self._run.header.samples - self._run.skip_samples
        return damaged(self._name, max(0, samples) / self.rate_hz)


def _warm_up(decoder: AudioCodecContext, data: bytes) -> None:
    """Gives the decoder a frame whose sound nobody hears: its main data may have begun before what it got."""
    try:
        decoder.decode(av.Packet(data))
    except BROKEN:
        return


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


def open_mp3(path: Path, index: bytes | None) -> Mp3Ranges | None:
    """A reader; None when the file isn't a plain run of frames that FFmpeg reads the same way.

    Args:
        path: the file.
        index: `Mp3Ranges.index` of the same bytes, if it is at hand; one that doesn't fit is passed over.

    Raises:
        SourceError: as `podtool.audio.container.probe_source`; it can't be read.
    """
    with open_sound(path) as sound:
        name = sound.name
        context = sound.stream.codec_context
        first = first_frame(sound) if context.name == DECODER else None
    if first is None:
        return None
    run = None
    file = None
    try:
        file = path.open("rb", buffering=0)
        run = unpack_run(index, file.seek(0, 2)) if index is not None else None
        run = run or find_run(file)
        if run is not None and _agree(run, first):
            return Mp3Ranges(file, name, first, run)
        run = None
    except OSError as error:
        raise SourceError(f"{name}: can't be read", hint="is it still there, and open to you?") from error
    finally:
        if run is None and file is not None:
            file.close()
    return None


def _agree(run: Mp3Run, first: FirstFrame) -> bool:
    """Whether the decode of the whole file begins where we think that it does."""
    header = run.header
    return (
        (first.rate_hz, len(first.names)) == (header.sample_rate_hz, header.channels)
        and first.position == run.start
        and first.start_samples == run.skip_samples
        and first.samples == header.samples - run.skip_samples % header.samples
    )
