"""Where the samples lie in a WAV, RF64 or AIFF file.

RIFF/WAVE ("Multimedia Programming Interface and Data Specifications 1.0"), RF64 and BW64 (EBU Tech 3306,
ITU-R BS.2088), AIFF and AIFF-C (Apple, 1989 and 1991). Only files that leave no doubt are taken: FFmpeg reads
many others, each in its own way, and a reader of ranges must read them the same way or not at all.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MOST_CHUNKS = 1_000
_HEADER_BYTES = 12
_CHUNK_HEAD_BYTES = 8
_FMT = struct.Struct("<HHIIHH")
_DS64 = struct.Struct("<QQQ")
_COMM = struct.Struct(">HIH")
_SSND = struct.Struct(">II")
_IN_DS64 = 0xFFFF_FFFF


@dataclass(frozen=True, kw_only=True)
class PcmLayout:
    """Bytes ``start`` to ``stop`` of a file are interleaved samples of so many channels."""

    start: int
    stop: int
    channels: int
    frame_bytes: int


@dataclass(frozen=True, kw_only=True)
class _Chunk:
    name: bytes
    start: int
    size: int


def find_pcm(file: BinaryIO) -> PcmLayout | None:
    """The layout of a WAV or AIFF file; None for all others, and for those that leave doubts.

    Raises:
        OSError: it can't be read.
    """
    end = file.seek(0, 2)
    file.seek(0)
    head = file.read(_HEADER_BYTES)
    form, kind = head[:4], head[8:]
    found = None
    if form in {b"RIFF", b"RF64", b"BW64"} and kind == b"WAVE":
        found = _find_in_wave(file, end, large=form != b"RIFF")
    elif form == b"FORM" and kind in {b"AIFF", b"AIFC"}:
        found = _find_in_aiff(file, end)
    if found is None or not found.start < found.stop <= end:
        return None
    whole = found.frame_bytes and (found.stop - found.start) % found.frame_bytes == 0
    return found if whole else None


def _find_in_wave(file: BinaryIO, end: int, *, large: bool) -> PcmLayout | None:
    chunks = _only(_chunks(file, _HEADER_BYTES, end, "<"), {b"fmt ", b"ds64", b"data"})
    if chunks is None or not {b"fmt ", b"data"} <= chunks.keys() or (b"ds64" in chunks) is not large:
        return None
    data = chunks[b"data"]
    if data.start < chunks[b"fmt "].start:
        return None
    size = data.size
    if large:
        ds64 = _read(file, chunks[b"ds64"], _DS64.size)
        if size != _IN_DS64 or len(ds64) < _DS64.size:
            return None
        size = _DS64.unpack(ds64)[1]
    fmt = _read(file, chunks[b"fmt "], _FMT.size)
    if not size or len(fmt) < _FMT.size or _goes_on(file, data.start + size, end):
        return None
    _, channels, _, _, frame_bytes, _ = _FMT.unpack(fmt)
    return PcmLayout(start=data.start, stop=data.start + size, channels=channels, frame_bytes=frame_bytes)


def _goes_on(file: BinaryIO, stop: int, end: int) -> bool:
    """Whether FFmpeg would find more data: it looks for it right behind the first, at odd places too."""
    starts = {stop, stop + stop % 2}
    return any(
        chunk is None or chunk.name == b"data" for start in starts for chunk in _chunks(file, start, end, "<")
    )


def _find_in_aiff(file: BinaryIO, end: int) -> PcmLayout | None:
    chunks = _only(_chunks(file, _HEADER_BYTES, end, ">"), {b"COMM", b"SSND"})
    if chunks is None or len(chunks) != len((b"COMM", b"SSND")):
        return None
    sound = chunks[b"SSND"]
    comm, ssnd = _read(file, chunks[b"COMM"], _COMM.size), _read(file, sound, _SSND.size)
    if len(comm) < _COMM.size or len(ssnd) < _SSND.size or sound.start < chunks[b"COMM"].start:
        return None
    channels, samples, bits = _COMM.unpack(comm)
    start = sound.start + _SSND.size + _SSND.unpack(ssnd)[0]
    frame_bytes = channels * ((bits + 7) // 8)
    stop = start + samples * frame_bytes
    if stop != sound.start + sound.size:
        return None
    return PcmLayout(start=start, stop=stop, channels=channels, frame_bytes=frame_bytes)


def _only(chunks: Iterator[_Chunk | None], names: set[bytes]) -> dict[bytes, _Chunk] | None:
    """The chunks of these names; None when one comes twice, or when the file can't be walked to its end."""
    found: dict[bytes, _Chunk] = {}
    for chunk in chunks:
        if chunk is None or chunk.name in found:
            return None
        if chunk.name in names:
            found[chunk.name] = chunk
        if chunk.name == b"data" and chunk.size == _IN_DS64:
            break  # its true end is in ds64; `_goes_on` walks from there
    return found


def _chunks(file: BinaryIO, start: int, end: int, order: str) -> Iterator[_Chunk | None]:
    """The chunks from `start` on; what is cut off by the file's end is one too. None ends too many."""
    for _ in range(MOST_CHUNKS):
        file.seek(start)
        head = file.read(_CHUNK_HEAD_BYTES)
        if len(head) < _CHUNK_HEAD_BYTES:
            return
        (size,) = struct.unpack(f"{order}I", head[4:])
        start += _CHUNK_HEAD_BYTES
        yield _Chunk(name=head[:4], start=start, size=size)
        start += size + size % 2
        if start >= end:
            return
    yield None


def _read(file: BinaryIO, chunk: _Chunk, count: int) -> bytes:
    file.seek(chunk.start)
    return file.read(min(chunk.size, count))
