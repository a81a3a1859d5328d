"""Joins Layer III streams that were encoded apart into one that no decoder can tell from a single encoding.

Why that needs thought: the *bit reservoir* (ISO 11172-3, 2.4.2.7 and annex C.1.5.4.2.2). A frame has a fixed
size, but its sound may need fewer bits, and the next one's more. So the *main data* (scale factors and
Huffman codes) of frame k need not begin in frame k: ``main_data_begin`` in its *side information* says how
many bytes of main data before frame k's own region it begins, headers and side information not counted::

    frame      k-2               k-1               k                 k+1
    bytes      [H|S|  region   ] [H|S|  region   ] [H|S|  region   ] [H|S| ...
    main data        k-2....k-1   k-1...k k k k k    k k k k+1 ...
                                        `--------'
                                        main_data_begin of frame k: the reservoir's fill

Two encoders that heard the same sound for a while agree on nearly everything, but not on the last byte of the
fill. Let the left stream be used before frame k and the right one from k on. Then

- the left's last ``fill_left`` bytes before k's region held the left's own frame k, and are free now;
- the right's frame k needs ``fill_right`` bytes there.

With ``fill_left >= fill_right`` those bytes are put there, as near to k as they were, after ``fill_left -
fill_right`` bytes of stuffing, which decoders skip because frame k says where it begins. Headers, side
information and everything else stay as the encoders wrote them. Where the left's fill is a byte or two too
small at every frame that could be taken, as many of the left's last frames first get the *padding* byte that
the standard lets a frame have: their main data then lies that much closer together, and ``main_data_begin``
says so. So a constant bit rate stays one.

Also the *windows* must fit: a granule's long, start, short or stop window (``block_type`` 0, 1, 2, 3)
overlaps the one before it, and aliasing cancels only between windows made for each other (annex C.1.5.3.3).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from podtool.audio.mp3_frames import with_main_data_begin, with_padding
from podtool.audio.mp3_index import FrameIndex
from podtool.audio.mp3_plan import Chunk, Mp3Settings
from podtool.errors import ToolError

LONG, START, SHORT, STOP = range(4)
WINDOWS_THAT_FIT = frozenset(
    {(LONG, LONG), (LONG, START), (START, SHORT), (SHORT, SHORT), (SHORT, STOP), (STOP, LONG), (STOP, START)}
)

UNTOUCHED_FRAMES = 32
"""Frames after a splice that the next one leaves alone: the reservoir written there belongs to them."""


@dataclass(frozen=True, kw_only=True)
class SpliceStats:
    """What was written.

    Attributes:
        frames: whole frames.
        bytes: in those.
        splices: places where one stream took over from another.
        exact: splices without stuffing.
        stuffing_bytes: in all others.
        grown: frames that were given a padding byte to make room.
    """

    frames: int
    bytes: int
    splices: int
    exact: int
    stuffing_bytes: int
    grown: int


@dataclass(frozen=True, kw_only=True)
class Splice:
    """Where the right stream takes over.

    Attributes:
        frame: the first frame taken from the right.
        fill_right: bytes of main data that it needs before its own region.
        stuffing: bytes of the left's reservoir that are left over.
        padded: the left's frames that must be given a padding byte first.
    """

    frame: int
    fill_right: int
    stuffing: int
    padded: tuple[int, ...] = ()


def find_splice(
    left: FrameIndex, right: FrameIndex, frames: range, earliest: int, earliest_padded: int
) -> Splice:
    """The place in `frames` that wastes least; the first of those.

    Args:
        left: the stream before.
        right: the stream that takes over.
        frames: where it may.
        earliest: the left's first frame that isn't written yet.
        earliest_padded: the left's first frame that may still be changed.

    Raises:
        ToolError: the streams fit nowhere.
    """
    frames = range(
        max(frames.start, right.first_frame + 1), min(frames.stop, left.stop_frame, right.stop_frame)
    )
    fits, splices = [], []
    for frame in frames:
        if _windows_fit(left, right, frame):
            fits.append(frame)
            if splice := _stuffed(left, right, frame, earliest):
                if not splice.stuffing:
                    return splice  # nothing wastes less
                splices.append(splice)
    if not splices:
        splices = [
            splice
            for frame in fits
            if (splice := _made_room_for(left, right, frame, earliest, earliest_padded))
        ]
    if not splices:
        raise ToolError(
            f"two encoded chunks do not fit together at frames {frames.start} to {frames.stop}",
            hint="encode this file with another bit rate or quality",
        )
    return min(splices, key=lambda splice: (len(splice.padded), splice.stuffing, splice.frame))


def _windows_fit(left: FrameIndex, right: FrameIndex, frame: int) -> bool:
    channels = left.header.channels
    before = left.side_info(frame - 1).block_types()[-channels:]
    after = right.side_info(frame).block_types()[:channels]
    return all(pair in WINDOWS_THAT_FIT for pair in zip(before, after, strict=True))


def _free(left: FrameIndex, frame: int, earliest: int) -> int:
    """Bytes of the left's reservoir before a frame that may be written over.

    In tiny frames it reaches back by dozens of them, beyond the splice before: what is written there stays.
    """
    fill = left.side_info(frame).main_data_begin
    unwritten = 0
    for before in range(frame - 1, earliest - 1, -1):
        unwritten += len(left.main_data_region(before))
        if unwritten >= fill:
            return fill
    return unwritten


def _missing(left: FrameIndex, right: FrameIndex, frame: int, earliest: int) -> int:
    """Bytes by which the right needs more reservoir than the left leaves; less than 0 when it leaves more."""
    return right.side_info(frame).main_data_begin - _free(left, frame, earliest)


def _stuffed(left: FrameIndex, right: FrameIndex, frame: int, earliest: int) -> Splice | None:
    missing = _missing(left, right, frame, earliest)
    if missing > 0:
        return None
    return Splice(frame=frame, fill_right=right.side_info(frame).main_data_begin, stuffing=-missing)


def _made_room_for(
    left: FrameIndex, right: FrameIndex, frame: int, earliest: int, earliest_padded: int
) -> Splice | None:
    missing = _missing(left, right, frame, earliest)
    unpadded = (before for before in range(frame - 1, earliest_padded - 1, -1) if not left.is_padded(before))
    padded = tuple(islice(unpadded, missing))
    if len(padded) < missing:
        return None
    # Every frame after the first padded one now begins up to `missing` bytes further back.
    fills = (left.side_info(later).main_data_begin for later in range(padded[-1] + 1, frame))
    if max(fills, default=0) + missing > left.header.side_info.largest_main_data_begin:
        return None
    return Splice(frame=frame, fill_right=right.side_info(frame).main_data_begin, stuffing=0, padded=padded)


class Splicer:
    """Takes the encoded chunks of one file in order and writes one stream; holds one chunk at a time.

    Args:
        write: takes the next bytes of the file.
        settings: what the chunks were encoded with.

    Attributes:
        frame_lengths: bytes of each frame written so far, for the seek table.
    """

    def __init__(self, write: Callable[[memoryview], object], settings: Mp3Settings) -> None:
        self._write = write
        self._settings = settings
        self._left: FrameIndex | None = None
        self._next_frame = 0
        self._bytes = 0
        self._splices: list[Splice] = []
        self.frame_lengths = array("H")

    def feed(self, data: bytes, chunk: Chunk) -> None:
        """Joins `chunk`, encoded as `data`, to what came before.

        Raises:
            ToolError: the encoder gave something else than was asked for, or the chunks don't fit.
        """
        right = self._index(data, chunk)
        if self._left is not None:
            frames = range(chunk.splice_from_frame, chunk.splice_to_frame)
            splice = find_splice(
                self._left, right, frames, self._next_frame, self._next_frame + UNTOUCHED_FRAMES
            )
            changed = _joined(self._left, right, splice)
            self._write_until(self._left, changed.first_frame)
            self._write_until(changed, splice.frame)
            self._splices.append(splice)
        elif right.side_info(0).main_data_begin:
            raise ToolError("the encoder's first frame needs sound from before the file")
        self._left = right

    def _index(self, data: bytes, chunk: Chunk) -> FrameIndex:
        try:
            index = FrameIndex(data, chunk.first_frame)
        except ValueError as error:
            raise ToolError(
                f"the MP3 encoder gave a broken stream in chunk {chunk.index}: {error}"
            ) from error
        made = (index.header.sample_rate_hz, index.header.channels)
        if made != (self._settings.sample_rate_hz, self._settings.channels):
            raise ToolError(
                f"the MP3 encoder made {made[0]} Hz with {made[1]} channels, which nobody asked for"
            )
        return index

    def _write_until(self, left: FrameIndex, stop_frame: int) -> None:
        start, stop = left.offset(self._next_frame), left.offset(stop_frame)
        self.frame_lengths.frombytes(left.lengths(self._next_frame, stop_frame).tobytes())
        self._write(memoryview(left.data)[start:stop])
        self._bytes += stop - start
        self._next_frame = stop_frame

    def close(self) -> SpliceStats:
        """Writes what is left and says what was written."""
        if self._left is not None:
            self._write_until(self._left, self._left.stop_frame)
            self._left = None
        return SpliceStats(
            frames=len(self.frame_lengths),
            bytes=self._bytes,
            splices=len(self._splices),
            exact=sum(splice.stuffing == 0 for splice in self._splices),
            stuffing_bytes=sum(splice.stuffing for splice in self._splices),
            grown=sum(len(splice.padded) for splice in self._splices),
        )


def _joined(left: FrameIndex, right: FrameIndex, splice: Splice) -> FrameIndex:
    """The left's last frames before the splice, holding the main data that the right's frame needs there.

    All before them stay as they are.
    """
    reservoir = bytes(splice.stuffing) + right.main_data_before(splice.frame, splice.fill_right)
    changed = left.part(_first_changed(left, splice, len(reservoir)), splice.frame)
    if splice.padded:
        changed = _padded(changed, splice)
    data = bytearray(changed.data)
    frame = splice.frame
    while reservoir:
        frame -= 1
        region = changed.main_data_region(frame)
        size = min(len(reservoir), len(region))
        data[region.stop - size : region.stop] = reservoir[len(reservoir) - size :]
        reservoir = reservoir[: len(reservoir) - size]
    changed.data = bytes(data)
    return changed


def _first_changed(left: FrameIndex, splice: Splice, reservoir_bytes: int) -> int:
    """The first of the left's frames whose bytes the splice changes; the one before it when none would."""
    frame = splice.frame - 1
    room = len(left.main_data_region(frame))
    while room < reservoir_bytes:
        frame -= 1
        room += len(left.main_data_region(frame))
    return min(frame, *splice.padded) if splice.padded else frame


def _padded(left: FrameIndex, splice: Splice) -> FrameIndex:
    """The left's last frames before the splice, with a padding byte in each of `splice.padded`.

    Main data keeps its order and moves up into the bytes won, which come free at the end, before the splice.
    """
    first = min(splice.padded)
    regions = [left.main_data_region(frame) for frame in range(first, splice.frame)]
    main_data = b"".join(left.data[region.start : region.stop] for region in regions)
    main_data += bytes(len(splice.padded))
    frames = bytearray(left.data[: left.offset(first)])
    taken = won = 0
    for frame, region in zip(range(first, splice.frame), regions, strict=True):
        front = left.data[left.offset(frame) : region.start]
        front = with_main_data_begin(front, left.side_info(frame).main_data_begin + won)
        size = len(region)
        if frame in splice.padded:
            front, size, won = with_padding(front), size + 1, won + 1
        frames += front + main_data[taken : taken + size]
        taken += size
    return FrameIndex(bytes(frames), left.first_frame)
