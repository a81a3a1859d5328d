"""Where the frames of an encoded chunk lie, and their main data."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from copy import copy

from podtool.audio.mp3_frames import HEADER_BYTES, PADDING_BIT, SideInfoReader, parse_header


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
        self.offsets = array("Q", self._scan())
        """Of each frame, and of the end of the last: one more than there are frames."""

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

    def until(self, frame: int, data: bytes) -> FrameIndex:
        """The frames before `frame`, whose bytes are now `data`, as many as before."""
        index = copy(self)
        index.data, index.offsets = data, self.offsets[: frame - self.first_frame + 1]
        return index

    @property
    def stop_frame(self) -> int:
        """The number after the last whole frame's, in the finished file."""
        return self.first_frame + len(self.offsets) - 1

    def offset(self, frame: int) -> int:
        """Byte offset in `data` of a frame, by its number in the finished file."""
        return self.offsets[frame - self.first_frame]

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
