"""How long a file's own header says it is: what was cut off is known by that.

FFmpeg's figure serves for most containers. Not for WAV, where it is cut to what the file has, nor for MP3,
where it may be a guess from the bit rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

LENGTH_IN_HEADER = frozenset({"w64", "aiff", "caf", "flac", "wv", "tta", "ape", "mp4", "matroska"})
"""Containers with a length that FFmpeg tells as it is; elsewhere it guesses, or looks at the end."""

_ID3_HEADER_BYTES = 10
_XING_REACH_BYTES = 4096
_XING_HAS_FRAMES = 1
_XING_FIELD_BYTES = (4, 4, 100, 4)
_MPEG_1_FROM_HZ = 32_000
_RIFF_HEADER_BYTES = 12
_MOST_CHUNKS = 64
_CHUNK_START_BYTES = 24
_WAVE_PCM_TAGS = frozenset({1, 3, 6, 7, 0xFFFE})
_NOT_WRITTEN_FROM = 0x7FFF_0000
"""Programmes that write to a pipe put 0 for the size, or about 2^31 or 2^32: it isn't known yet."""


def claimed_seconds(
    path: Path, container: str, rate_hz: int, stated_s: float | None, streams: int
) -> float | None:
    """Length of the sound by the header's word; None when the header has none.

    Args:
        path: the file.
        container: FFmpeg's name of its container.
        rate_hz: of its sound.
        stated_s: FFmpeg's figure.
        streams: how many the file has.

    Raises:
        OSError: it can't be read.
    """
    if container in _READERS:
        with path.open("rb") as file:
            return _READERS[container](file, rate_hz)
    # Matroska says how long the whole is: that is the sound's length when nothing else is in it.
    trusted = container in LENGTH_IN_HEADER and (container != "matroska" or streams == 1)
    return stated_s if trusted else None


def _xing_seconds(file: BinaryIO, rate_hz: int) -> float | None:
    """By an MP3's Xing or Info frame."""
    head = file.read(_ID3_HEADER_BYTES)
    if head[:3] == b"ID3" and len(head) == _ID3_HEADER_BYTES:
        # ID3v2 §3.1: four bytes of seven bits.
        file.seek(_ID3_HEADER_BYTES + sum((head[6 + i] & 0x7F) << (21 - 7 * i) for i in range(4)))
    else:
        file.seek(0)
    start = file.read(_XING_REACH_BYTES)
    place = min((at for at in (start.find(b"Xing"), start.find(b"Info")) if at >= 0), default=-1)
    if place < 0 or len(start) < place + 12:
        return None
    flags, frames = (int.from_bytes(start[place + at : place + at + 4], "big") for at in (4, 8))
    if not flags & _XING_HAS_FRAMES:
        return None
    # What LAME added at both ends stands behind the fields that the flags announce: 12 bits each.
    extension = place + 8 + sum(size for bit, size in enumerate(_XING_FIELD_BYTES) if flags >> bit & 1)
    added = int.from_bytes(start[extension + 21 : extension + 24], "big")
    frame_samples = 1152 if rate_hz >= _MPEG_1_FROM_HZ else 576
    return max(0, frames * frame_samples - (added >> 12) - (added & 0xFFF)) / rate_hz


def _wave_seconds(file: BinaryIO, rate_hz: int) -> float | None:
    """By the data chunk's size (RF64: the one in ds64, EBU Tech 3306) and what a frame of PCM takes."""
    bytes_per_second, large_bytes = 0, None
    for name, size, content in _chunks(file):
        if name == b"fmt " and len(content) >= 14:  # noqa: PLR2004 - its fifth field is the last we need
            tag, frame_bytes = (int.from_bytes(content[at : at + 2], "little") for at in (0, 12))
            # Other codecs only tell an average of bytes per second, often a wrong one.
            bytes_per_second = frame_bytes * rate_hz if tag in _WAVE_PCM_TAGS else 0
        elif name == b"ds64" and len(content) >= 16:  # noqa: PLR2004 - the data's size is its second field
            large_bytes = int.from_bytes(content[8:16], "little")
        elif name == b"data":
            known = size if large_bytes is None else large_bytes
            unwritten = not known or (large_bytes is None and size >= _NOT_WRITTEN_FROM)
            return None if unwritten or not bytes_per_second else known / bytes_per_second
    return None


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int, bytes]]:
    """Name, size and first bytes of a RIFF file's chunks."""
    file.seek(_RIFF_HEADER_BYTES)
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        size = int.from_bytes(head[4:], "little")
        content = file.read(min(size, _CHUNK_START_BYTES))
        yield head[:4], size, content
        file.seek(size - len(content) + size % 2, 1)


_READERS: Mapping[str, Callable[[BinaryIO, int], float | None]] = {"mp3": _xing_seconds, "wav": _wave_seconds}
