"""Ranges of uncompressed files: WAV, RF64 and AIFF, read at computed places and converted by numpy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from podtool.audio.container import BROKEN, open_sound
from podtool.audio.kweighting import Block
from podtool.audio.pcm_layout import PcmLayout, find_pcm
from podtool.audio.range_frames import FirstFrame, check_range, damaged, first_frame
from podtool.audio.samples import PIECE, SAMPLE_FORMATS, SampleFormat, check_numbers, convert
from podtool.errors import SourceError


@dataclass(frozen=True, slots=True)
class _Coding:
    """How a codec stores a sample.

    Attributes:
        stored: numpy's word for it; None for three bytes.
        form: what it becomes, as FFmpeg's decoder has it.
        size_bytes: of one sample.
        exact_bits: see `podtool.audio.ranges.RangeReader`.
    """

    stored: str | None
    form: SampleFormat
    size_bytes: int
    exact_bits: int | None


_S8 = SampleFormat(np.int8, 0.0, 2.0**-7)
_S32 = SAMPLE_FORMATS["s32"]
_CODINGS = {
    "pcm_u8": _Coding("u1", SAMPLE_FORMATS["u8"], 1, 16),
    "pcm_s8": _Coding("i1", _S8, 1, 16),
    "pcm_s16le": _Coding("<i2", SAMPLE_FORMATS["s16"], 2, 16),
    "pcm_s16be": _Coding(">i2", SAMPLE_FORMATS["s16"], 2, 16),
    "pcm_s24le": _Coding(None, _S32, 3, 24),
    "pcm_s24be": _Coding(None, _S32, 3, 24),
    "pcm_s32le": _Coding("<i4", _S32, 4, 32),
    "pcm_s32be": _Coding(">i4", _S32, 4, 32),
    "pcm_f32le": _Coding("<f4", SAMPLE_FORMATS["flt"], 4, None),
    "pcm_f32be": _Coding(">f4", SAMPLE_FORMATS["flt"], 4, None),
    "pcm_f64le": _Coding("<f8", SAMPLE_FORMATS["dbl"], 8, None),
    "pcm_f64be": _Coding(">f8", SAMPLE_FORMATS["dbl"], 8, None),
}
"""By FFmpeg's name of the codec."""


class PcmRanges:
    """Reads any range of an uncompressed file; see `podtool.audio.ranges.RangeReader`."""

    index: bytes | None = None
    is_pcm = True

    def __init__(self, file: BinaryIO, name: str, first: FirstFrame, layout: PcmLayout, codec: str) -> None:
        self._file, self._name, self._layout = file, name, layout
        self._coding = _CODINGS[codec]
        self._big_endian = codec.endswith("be")
        self.rate_hz, self.names, self.channels = first.rate_hz, first.names, layout.channels
        self.samples = (layout.stop - layout.start) // layout.frame_bytes
        self.exact_bits = self._coding.exact_bits

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def blocks(self, start: int, stop: int, block_samples: int) -> Iterator[Block]:
        """Samples ``start`` to ``stop``; see `podtool.audio.ranges.RangeReader`."""
        check_range(start, stop, self.samples, block_samples)
        for begin in range(start, stop, block_samples):
            yield self._block(begin, min(begin + block_samples, stop))

    def _block(self, start: int, stop: int) -> Block:
        block = np.empty((self.channels, stop - start), np.float32)
        for offset in range(0, stop - start, PIECE):
            into = block[:, offset : offset + PIECE]
            values = self._values(start + offset, into.shape[1])
            convert(list(values.T), self._coding.form, into)
        if self._coding.form.factor == 1.0:
            check_numbers(block, self._name, start / self.rate_hz)
        return block

    def _values(self, start: int, count: int) -> npt.NDArray[np.generic]:
        """Values of shape (count, channels), as FFmpeg's decoder has them."""
        size_bytes = count * self._layout.frame_bytes
        try:
            self._file.seek(self._layout.start + start * self._layout.frame_bytes)
            data = self._file.read(size_bytes)
        except (OSError, ValueError) as error:
            raise SourceError(
                f"{self._name}: can't be read", hint="is it still there, and open to you?"
            ) from error
        if len(data) != size_bytes:
            raise damaged(self._name, (start + len(data) // self._layout.frame_bytes) / self.rate_hz)
        if self._coding.stored is not None:
            return np.frombuffer(data, self._coding.stored).reshape(count, self.channels)
        return _widened(data, (count, self.channels), ">i4" if self._big_endian else "<i4")


def _widened(data: bytes, shape: tuple[int, int], stored: str) -> npt.NDArray[np.int32]:
    """Values of three bytes as the upper ones of four: read as four, a byte of the next one's among them."""
    size = 3
    overlapping: npt.NDArray[np.int32] = np.ndarray(shape, stored, data + b"\0", 0, (size * shape[1], size))
    return overlapping << 8 if stored == "<i4" else overlapping & -256


def open_pcm(path: Path) -> PcmRanges | None:
    """A reader; None where FFmpeg doesn't see the samples where we do, or where we don't see all of them.

    Raises:
        SourceError: as `podtool.audio.container.probe_source`.
    """
    with open_sound(path) as sound:
        name, codec = sound.name, sound.probe.codec
        first = first_frame(sound) if codec in _CODINGS else None
    if first is None:
        return None
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        raise SourceError(f"{name}: can't be read", hint="is it still there, and open to you?") from error
    layout = None
    try:
        layout = find_pcm(file)
        if layout is None or not _agree(layout, first, codec):
            layout = None
            return None
        return PcmRanges(file, name, first, layout, codec)
    except BROKEN as error:
        raise SourceError(f"{name}: can't be read", hint="is it still there, and open to you?") from error
    finally:
        if layout is None:
            file.close()


def _agree(layout: PcmLayout, first: FirstFrame, codec: str) -> bool:
    return (
        layout.channels == len(first.names)
        and layout.frame_bytes == layout.channels * _CODINGS[codec].size_bytes
        and first.position == layout.start
        and first.start_samples == 0
    )
