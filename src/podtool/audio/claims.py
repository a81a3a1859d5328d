"""How long a file's own header says it is: what was cut off is known by that.

FFmpeg's figure serves for most containers. Not for WAV, where it is cut to what the file has, nor for MP3, where
it may be a guess from the bit rate.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

LENGTH_IN_HEADER = frozenset({"w64", "aiff", "caf", "flac", "wv", "tta", "ape", "mp4", "matroska"})
"""Containers with a length that FFmpeg tells as it is; elsewhere it guesses, or looks at the end."""

_ID3_HEADER_BYTES = 10
_XING_REACH_BYTES = 4096
_XING_HAS_FRAMES = 1
_XING_FIELD_BYTES = (4, 4, 100, 4)
_MPEG_1_FROM_HZ = 32_000
_MOST_CHUNKS = 64
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
    flags, frames = struct.unpack_from(">II", start, place + 4)
    if not flags & _XING_HAS_FRAMES:
        return None
    # What LAME added at both ends stands behind the fields that the flags announce: 12 bits each.
    extension = place + 8 + sum(size for bit, size in enumerate(_XING_FIELD_BYTES) if flags >> bit & 1)
    added = int.from_bytes(start[extension + 21 : extension + 24], "big")
    frame_samples = 1152 if rate_hz >= _MPEG_1_FROM_HZ else 576
    return max(0, frames * frame_samples - (added >> 12) - (added & 0xFFF)) / rate_hz


def _wave_seconds(file: BinaryIO, _rate_hz: int) -> float | None:
    """By the data chunk's size (RF64: the one in ds64, EBU Tech 3306) and the bytes per second in ``fmt``."""
    file.seek(12)
    bytes_per_second, large_size = 0, None
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8:  # noqa: PLR2004 - a chunk's name and size
            return None
        size = int.from_bytes(head[4:], "little")
        if head[:4] == b"data":
            known = size if large_size is None else large_size
            written = 0 < known and (large_size is not None or size < _NOT_WRITTEN_FROM)
            return known / bytes_per_second if written and bytes_per_second else None
        content = file.read(min(size, 24))
        if head[:4] == b"fmt " and len(content) >= 12:  # noqa: PLR2004 - its fourth field is the last we need
            bytes_per_second = int.from_bytes(content[8:12], "little")
        if head[:4] == b"ds64" and len(content) >= 16:  # noqa: PLR2004 - its second field
            large_size = int.from_bytes(content[8:16], "little")
        file.seek(size - len(content) + size % 2, 1)
    return None


_READERS: Mapping[str, Callable[[BinaryIO, int], float | None]] = {"mp3": _xing_seconds, "wav": _wave_seconds}
