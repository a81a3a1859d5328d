"""WAV and Broadcast Wave (BWF) of 16 or 24 bits, written here so that every byte is known.

RIFF/WAVE with `fmt ` (extensible beyond 16 bits, as Microsoft asks for), `bext` version 2 (EBU Tech 3285)
and `data`. Past 4 GB it is an RF64 (EBU Tech 3306): the same, with 64-bit sizes in a `ds64` chunk.
"""

from __future__ import annotations

import math
import struct
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import numpy as np

from podtool.audio.dither import quantise_int16, quantise_int24
from podtool.audio.loudness import momentary_loudness, short_term_loudness
from podtool.audio.measuring import Measurement
from podtool.audio.mixer import Block, Programme, widened
from podtool.audio.programme import BLOCK_S
from podtool.errors import ToolError

ORIGINATOR = "podtool"
BEXT = struct.Struct("<256s32s32s10s8sIIH64s5h180x")
"""EBU Tech 3285 v2, §2.3: all of the chunk but the coding history."""
BEXT_VERSION = 2
NOT_MEASURED = 0x7FFF
"""A loudness field that isn't used (§2.3)."""

_LARGEST_RIFF = 0xFFFF_FFFF - 1
_IN_DS64 = 0xFFFF_FFFF
_CHUNK = struct.Struct("<4sI")
_DS64 = struct.Struct("<QQQI")
_PCM, _EXTENSIBLE = 1, 0xFFFE
_PCM_GUID = bytes.fromhex("0100000000001000800000aa00389b71")
_SPEAKERS = {1: 0x4, 2: 0x3}
"""dwChannelMask: front centre; front left and right."""
_MODES = {1: "mono", 2: "stereo"}
_MOST_CHUNKS = 100


@dataclass(frozen=True, kw_only=True)
class Pcm:
    """What the samples are: `bit_depth` 16 or 24, `channels` 1 or 2."""

    rate_hz: int
    channels: int
    bit_depth: int

    @property
    def frame_bytes(self) -> int:
        """Of one sample of every channel."""
        return self.channels * self.bit_depth // 8


@dataclass(frozen=True, kw_only=True)
class Broadcast:
    """What the `bext` chunk says.

    Attributes:
        description: of the sound; ASCII is what the chunk holds, so accents are taken off, and 256 of it.
        originated: when the sound was made; None leaves it open: the same input must give the same bytes.
        time_reference_samples: where the sound begins on the time line, since midnight.
        measured: of the finished file, for the loudness fields.
    """

    description: str = ""
    originated: datetime | None = None
    time_reference_samples: int = 0
    measured: Measurement | None = None


def write_wav(
    programme: Programme,
    path: Path,
    *,
    bit_depth: int,
    broadcast: Broadcast | None = None,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Writes a whole programme, dithered (see `podtool.audio.dither`).

    Args:
        programme: one or two channels, at the rate of the file.
        path: written in place.
        bit_depth: 16 or 24.
        broadcast: for `bext`; `put_broadcast` can say more later.
        progress: told the samples done, from this thread; what it raises ends the work.

    Raises:
        OSError: the file can't be written.
    """
    pcm = Pcm(rate_hz=programme.rate_hz, channels=programme.channels, bit_depth=bit_depth)
    render = _SAMPLES[bit_depth]
    with path.open("wb") as file:
        file.write(render_header(pcm, programme.length, broadcast or Broadcast()))
        for start in range(0, programme.length, BLOCK_S * pcm.rate_hz):
            stop = min(start + BLOCK_S * pcm.rate_hz, programme.length)
            file.write(render(widened(programme.read(start, stop), pcm.channels), start))
            if progress:
                progress(stop)
        if programme.length * pcm.frame_bytes % 2:
            file.write(b"\0")  # chunks begin at even places


def put_broadcast(path: Path, broadcast: Broadcast) -> None:
    """Puts another `bext` into a file that `write_wav` made; its sound, and every other byte, stay.

    Raises:
        OSError: the file can't be read or written.
        ToolError: it has no `bext` chunk.
    """
    with path.open("r+b") as file:
        file.seek(_find_bext(file, path.name))
        file.write(render_bext(broadcast))


def render_header(pcm: Pcm, samples: int, broadcast: Broadcast) -> bytes:
    """Everything before the first sample.

    Args:
        pcm: what the samples are.
        samples: per channel; from 4 GB on the file is an RF64.
        broadcast: for `bext`.
    """
    data_bytes = samples * pcm.frame_bytes
    rest = _chunk(b"fmt ", _fmt(pcm)) + _chunk(b"bext", render_bext(broadcast) + _history(pcm))
    riff_bytes = len(b"WAVE") + len(rest) + _CHUNK.size + data_bytes + data_bytes % 2
    if riff_bytes <= _LARGEST_RIFF:
        return _CHUNK.pack(b"RIFF", riff_bytes) + b"WAVE" + rest + _CHUNK.pack(b"data", data_bytes)
    riff_bytes += _CHUNK.size + _DS64.size
    ds64 = _chunk(b"ds64", _DS64.pack(riff_bytes, data_bytes, samples, 0))
    return _CHUNK.pack(b"RF64", _IN_DS64) + b"WAVE" + ds64 + rest + _CHUNK.pack(b"data", _IN_DS64)


def render_bext(broadcast: Broadcast) -> bytes:
    """The chunk's content without the coding history: 602 bytes."""
    when = broadcast.originated
    reference = broadcast.time_reference_samples
    return BEXT.pack(
        _ascii(broadcast.description),
        _ascii(ORIGINATOR),
        b"",  # OriginatorReference: an organisation's own number (EBU R 99)
        when.date().isoformat().encode() if when else b"",
        when.time().isoformat("seconds").encode() if when else b"",
        reference & 0xFFFF_FFFF,
        reference >> 32,
        BEXT_VERSION,
        b"",  # UMID
        *_loudness_fields(broadcast.measured),
    )


def _loudness_fields(measured: Measurement | None) -> tuple[int, ...]:
    """LoudnessValue, LoudnessRange, MaxTruePeakLevel, MaxMomentaryLoudness and MaxShortTermLoudness."""
    if measured is None:
        return (NOT_MEASURED,) * 5
    return tuple(
        map(
            _hundredths,
            (
                measured.integrated_loudness_lufs,
                measured.loudness_range_lu,
                measured.true_peak_dbtp,
                max(momentary_loudness(measured.energies), default=None),
                max(short_term_loudness(measured.energies), default=None),
            ),
        )
    )


def _hundredths(level: float | None) -> int:
    """§2.3: round(100 × level), half away from zero; only levels between -99.99 and 99.99 can be told."""
    if level is None or not math.isfinite(level):
        return NOT_MEASURED
    value = math.floor(abs(level) * 100 + 0.5)
    return NOT_MEASURED if value > 9999 else int(math.copysign(value, level))  # noqa: PLR2004 - §2.3


def _fmt(pcm: Pcm) -> bytes:
    bytes_per_second = pcm.rate_hz * pcm.frame_bytes
    extensible = pcm.bit_depth > 16  # noqa: PLR2004 - what WAVE_FORMAT_PCM was made for
    plain = struct.pack(
        "<HHIIHH",
        _EXTENSIBLE if extensible else _PCM,
        pcm.channels,
        pcm.rate_hz,
        bytes_per_second,
        pcm.frame_bytes,
        pcm.bit_depth,
    )
    if not extensible:
        return plain
    return plain + struct.pack("<HHI16s", 22, pcm.bit_depth, _SPEAKERS[pcm.channels], _PCM_GUID)


def _history(pcm: Pcm) -> bytes:
    """EBU R 98: one line per coding step."""
    line = f"A=PCM,F={pcm.rate_hz},W={pcm.bit_depth},M={_MODES[pcm.channels]},T={ORIGINATOR}\r\n"
    return line.encode("ascii")


def _chunk(name: bytes, content: bytes) -> bytes:
    return _CHUNK.pack(name, len(content)) + content + b"\0" * (len(content) % 2)


def _ascii(text: str) -> bytes:
    """Letters without their accents, «?» for what has no such letter; blanks for control characters."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    printed = "".join(c if c.isprintable() else " " for c in plain)
    return printed.encode("ascii", "replace")


def _find_bext(file: BinaryIO, name: str) -> int:
    place = _CHUNK.size + len(b"WAVE")
    for _ in range(_MOST_CHUNKS):
        file.seek(place)
        head = file.read(_CHUNK.size)
        if len(head) < _CHUNK.size:
            break
        kind, size = _CHUNK.unpack(head)
        place += _CHUNK.size
        if kind == b"bext" and size >= BEXT.size:
            return place
        place += size + size % 2
    raise ToolError(f"{name} has no `bext` chunk", hint="make it again with `podtool assemble --fresh`")


def _bytes16(block: Block, start: int) -> bytes:
    return quantise_int16(block, start).astype("<i2", copy=False).tobytes()


def _bytes24(block: Block, start: int) -> bytes:
    words = quantise_int24(block, start).astype("<i4", copy=False)
    return np.ascontiguousarray(words.view(np.uint8).reshape(-1, 4)[:, :3]).tobytes()


_SAMPLES: dict[int, Callable[[Block, int], bytes]] = {16: _bytes16, 24: _bytes24}
