"""Where the frames of an encoded chunk lie, and their main data."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from copy import copy
from itertools import islice

import numpy as np
import numpy.typing as npt

from podtool.audio.mp3_frames import HEADER_BYTES, PADDING_BIT, SideInfoReader, parse_header

_PERIOD_FRAMES = 49
"""After so many frames the padding bit repeats at 44.1 and 22.05 kHz; at other rates there is none."""
_SAME_IN_ALL = np.array([0xFF, 0xFF, 0xFF, 0xC0], np.uint8)
"""The bits of a header that must be those of the frame a period before: all but the mode extension and what
follows it (ISO 11172-3, 2.4.1.3)."""


class FrameIndex:
    """Where the frames of a stream lie that an encoder made: no gaps, no CRCs, no change of format.

    Args:
        data: whole frames; what is left of a cut last one is not counted.
        first_frame: the number of the first frame in the finished file.

    Raises:
        ValueError: not such a stream.
    """

    def __init__(self, data: bytes, first_frame: int = 0) -> None:
        first = parse_header(data[:HEADER_BYTES])
        if first is None or first.protected:
            raise ValueError("the stream does not begin with an unprotected Layer III frame")
        self.data = data
        self.header = first
        self.first_frame = first_frame
        self.offsets = self._guess() or array("Q", self._scan())
        """Of each frame, and of the end of the last: one more than there are frames."""

    def _guess(self) -> array[int] | None:
        """Offsets if the first frames' lengths go on repeating, as they do at a constant bit rate.

        Every header is looked at, all at once; None when one of them isn't where it was guessed.
        """
        some = array("Q", islice(self._scan(), _PERIOD_FRAMES + 1))
        if len(some) <= _PERIOD_FRAMES:
            return None
        one = np.frombuffer(some, np.uint64).astype(np.int64)
        periods = len(self.data) // int(one[-1]) + 1
        offsets = (np.arange(periods)[:, None] * one[-1] + one[:-1]).reshape(-1)
        offsets = offsets[: int(np.searchsorted(offsets, len(self.data), side="right"))]
        octets = np.frombuffer(self.data, np.uint8)
        starts = offsets[offsets + HEADER_BYTES <= len(octets)]
        words = octets[starts[:, None] + np.arange(HEADER_BYTES)] & _SAME_IN_ALL
        expected = words[:_PERIOD_FRAMES][np.arange(len(starts)) % _PERIOD_FRAMES]
        if not np.array_equal(words, expected):
            return None
        return array("Q", offsets.astype(np.uint64).tobytes())

    def _scan(self) -> Iterator[int]:
        lengths: dict[bytes, int] = {}
        offset, size = 0, len(self.data)
        yield offset
        while offset + HEADER_BYTES <= size:
            word = self.data[offset : offset + HEADER_BYTES]
            if word not in lengths:
                lengths[word] = self._length(word, offset)
            offset += lengths[word]
            if offset > size:
                return
            yield offset

    def _length(self, word: bytes, offset: int) -> int:
        header = parse_header(word)
        if header is None or not header.continues(self.header) or header.protected:
            raise ValueError(f"the stream loses its frames at byte {offset}")
        return header.length_bytes

    def part(self, frame: int, stop: int) -> FrameIndex:
        """The frames [frame, stop) by themselves, numbered as before."""
        index = copy(self)
        offsets = self.offsets[frame - self.first_frame : stop - self.first_frame + 1]
        index.data, index.first_frame = self.data[offsets[0] : offsets[-1]], frame
        index.offsets = array("Q", (offset - offsets[0] for offset in offsets))
        return index

    @property
    def stop_frame(self) -> int:
        """The number after the last whole frame's, in the finished file."""
        return self.first_frame + len(self.offsets) - 1

    def offset(self, frame: int) -> int:
        """Byte offset in `data` of a frame, by its number in the finished file."""
        return self.offsets[frame - self.first_frame]

    def lengths(self, frame: int, stop: int) -> npt.NDArray[np.uint16]:
        """Bytes of the frames [frame, stop), numbered as in the finished file."""
        offsets = np.frombuffer(self.offsets, np.uint64)
        within = offsets[frame - self.first_frame : stop - self.first_frame + 1]
        return np.diff(within).astype(np.uint16)

    def is_padded(self, frame: int) -> bool:
        """Whether the frame has its padding byte."""
        return bool(self.data[self.offset(frame) + 2] & PADDING_BIT)

    def side_info(self, frame: int) -> SideInfoReader:
        """The frame's side information."""
        start = self.offset(frame) + self.header.side_info_start
        layout = self.header.side_info
        return SideInfoReader(layout, self.data[start : start + layout.size_bytes])

    def main_data_region(self, frame: int) -> range:
        """Byte offsets in `data` of the frame's own region of main data."""
        return range(self.offset(frame) + self.header.main_data_start, self.offset(frame + 1))

    def main_data_before(self, frame: int, size_bytes: int) -> bytes:
        """The last `size_bytes` of main data before the frame's own region.

        Raises:
            ValueError: the stream holds less.
        """
        found = b""
        while len(found) < size_bytes:
            frame -= 1
            if frame < self.first_frame:
                raise ValueError("main data would begin before the stream")
            region = self.main_data_region(frame)
            found = self.data[region.start : region.stop] + found
        return found[len(found) - size_bytes :]
