"""Where the frames of an MP3 lie: a plain run of them, from the first to the end of the file.

Only files that leave no doubt are taken: tags before and behind, one frame after the other between them, all
of one kind. FFmpeg reads others too, and finds its way around junk by rules of its own.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from podtool.audio.mp3_frames import HEADER_BYTES, FrameHeader, parse_header
from podtool.audio.mp3_info import TAG_BYTES, InfoTag, parse_info_frame
from podtool.audio.mp3_tags import sound_end, sound_start
from podtool.units import LONGEST_TIME_S

DECODER_DELAY_SAMPLES = 529
"""Of a Layer III decoder (528 and one): FFmpeg takes it off together with the encoder's."""
MOST_TAIL_BYTES = 1 << 16
MOST_FRAMES = LONGEST_TIME_S * 48_000 // 1152
PIECE_BYTES = 1 << 20
_VBRI_PLACE = 36
_VBRI = b"VBRI"
_INFO_NAMES = (b"Xing", b"Info")
_CONCATENATED_SHIFT = 4
"""FFmpeg doesn't believe an Info frame if the file is longer by more than a sixteenth than that says."""
_STORED = struct.Struct("<4sQQ4sIIII")
_STORED_MARK = b"pmr1"


@dataclass(frozen=True, kw_only=True)
class Mp3Run:
    """The frames that a decoder is given.

    Attributes:
        file_bytes: the whole file's length.
        start: where the first frame begins (the Info frame is none of them).
        header: the first frame's.
        word: its four bytes.
        lengths: of each frame in bytes, uint16.
        skip_samples: decoded samples at the start that don't count.
        drop_samples: and at the end.
    """

    file_bytes: int
    start: int
    header: FrameHeader
    word: bytes
    lengths: npt.NDArray[np.uint16]
    skip_samples: int
    drop_samples: int

    @property
    def samples(self) -> int:
        """Per channel, as they count."""
        return len(self.lengths) * self.header.samples - self.skip_samples - self.drop_samples

    def offset(self, frame: int) -> int:
        """Where a frame begins in the file."""
        return self.start + int(self.lengths[:frame].sum(dtype=np.int64))

    def pack(self) -> bytes:
        """A compact form, for a cache: some kilobytes an hour at a constant bit rate."""
        lengths = self.lengths.astype("<u2").tobytes()
        head = _STORED.pack(
            _STORED_MARK,
            self.file_bytes,
            self.start,
            self.word,
            len(self.lengths),
            self.skip_samples,
            self.drop_samples,
            zlib.crc32(lengths),
        )
        return head + zlib.compress(lengths, 1)


def unpack_run(packed: bytes, file_bytes: int) -> Mp3Run | None:
    """What `Mp3Run.pack` made of a file of so many bytes; None when it isn't that."""
    if len(packed) < _STORED.size:
        return None
    mark, size, start, word, count, skip, drop, crc = _STORED.unpack(packed[: _STORED.size])
    header = parse_header(word)
    if mark != _STORED_MARK or size != file_bytes or header is None or not 0 < count <= MOST_FRAMES:
        return None
    try:
        raw = zlib.decompressobj().decompress(packed[_STORED.size :], 2 * count)
    except zlib.error:
        return None
    if len(raw) != 2 * count or zlib.crc32(raw) != crc:
        return None
    run = Mp3Run(
        file_bytes=size,
        start=start,
        header=header,
        word=word,
        lengths=np.frombuffer(raw, "<u2").astype(np.uint16),
        skip_samples=skip,
        drop_samples=drop,
    )
    return run if run.samples > 0 and run.offset(count) <= file_bytes else None


def find_run(file: BinaryIO) -> Mp3Run | None:
    """The frames of a file; None when they aren't a plain run.

    Raises:
        OSError: it can't be read.
    """
    end = sound_end(file)
    start = sound_start(file, end)
    file_bytes = file.seek(0, 2)
    if not _is_quiet_tail(file, end, file_bytes):
        return None
    file.seek(start)
    word = file.read(HEADER_BYTES)
    header = parse_header(word)
    if header is None:
        return None
    file.seek(start)
    frame = file.read(header.length_bytes)
    tag = parse_info_frame(frame)
    if tag is None and _may_be_tag(frame):
        return None
    if tag is not None:
        if not _is_believed(tag, frame, header, file_bytes - start):
            return None
        start += len(frame)
    lengths = _lengths(file, start, end, header)
    if not lengths or (tag is not None and tag.frames != len(lengths)):
        return None
    file.seek(start)
    run = Mp3Run(
        file_bytes=file_bytes,
        start=start,
        header=header,
        word=file.read(HEADER_BYTES),
        lengths=np.frombuffer(lengths, np.uint16),
        skip_samples=_skipped(tag),
        drop_samples=max(0, (tag.padding_samples or 0) - DECODER_DELAY_SAMPLES) if tag else 0,
    )
    return run if run.samples > 0 else None


def _skipped(tag: InfoTag | None) -> int:
    """Without a LAME tag nothing is taken off, not even the decoder's own delay."""
    if tag is None or tag.delay_samples is None:
        return 0
    return tag.delay_samples + DECODER_DELAY_SAMPLES


def _is_quiet_tail(file: BinaryIO, end: int, file_bytes: int) -> bool:
    """Whether nothing in the tags behind the sound could be taken for a frame."""
    if file_bytes - end > MOST_TAIL_BYTES:
        return False
    file.seek(end)
    tail = file.read(file_bytes - end)
    at = tail.find(b"\xff")
    while at >= 0:
        if tail[at + 1 : at + 2] >= b"\xe0":
            return False
        at = tail.find(b"\xff", at + 1)
    return True


def _may_be_tag(frame: bytes) -> bool:
    """Whether FFmpeg, or another version of it, might take a first frame for a header that we don't."""
    return frame[_VBRI_PLACE:].startswith(_VBRI) or any(name in frame[:64] for name in _INFO_NAMES)


def _is_believed(tag: InfoTag, frame: bytes, header: FrameHeader, rest_bytes: int) -> bool:
    """Whether FFmpeg does what an Info frame says, and reads it in the place where we do."""
    if header.protected or not tag.frames or len(frame) < header.main_data_start + TAG_BYTES:
        return False
    if frame[_VBRI_PLACE:].startswith(_VBRI):
        return False
    difference = abs(rest_bytes - (tag.bytes or rest_bytes))
    return difference <= min(rest_bytes, tag.bytes or rest_bytes) >> _CONCATENATED_SHIFT


def _lengths(file: BinaryIO, start: int, end: int, first: FrameHeader) -> array[int] | None:
    """Each frame's length from `start` to `end`; None when anything else lies between."""
    lengths: array[int] = array("H")
    known: dict[bytes, int] = {}
    file.seek(start)
    data, at, left = b"", 0, end - start
    while left or at < len(data):
        piece = file.read(min(PIECE_BYTES, left))
        left -= len(piece)
        data, at = data[at:] + piece, 0
        reach = len(data) if not left else len(data) - MOST_FRAME_BYTES
        while at < reach:
            word = data[at : at + HEADER_BYTES]
            length = known.get(word)
            if length is None:
                header = parse_header(word)
                if header is None or not header.continues(first) or header.protected != first.protected:
                    return None
                length = known[word] = header.length_bytes
            lengths.append(length)
            at += length
        if at > len(data) or (left and not piece) or len(lengths) > MOST_FRAMES:
            return None
    return lengths


MOST_FRAME_BYTES = 1441
"""Of Layer III: 320 kbit/s at 32 kHz, or 160 at 8, padded."""
