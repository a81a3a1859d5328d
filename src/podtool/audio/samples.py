"""Samples as FFmpeg's decoders give them → planar float32: one arithmetic, wherever sound comes in."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from podtool.audio.kweighting import Block
from podtool.errors import SourceError
from podtool.units import format_time

if TYPE_CHECKING:
    from av import AudioFrame

EXPORT_HINT = "export it anew from the programme it was recorded with, or bring in another copy"
LOUDEST_SAMPLE = 1024.0
"""+60 dBFS. Beyond it a file's samples are integers called floats, or damaged."""


@dataclass(frozen=True, slots=True)
class SampleFormat:
    """One of FFmpeg's sample formats.

    Attributes:
        type: of one sample.
        silence: its value for silence.
        factor: from its values to full scale ±1.0; 1 for floats.
    """

    type: type[np.generic]
    silence: float
    factor: float


SAMPLE_FORMATS = {
    "u8": SampleFormat(np.uint8, 128.0, 2.0**-7),
    "s16": SampleFormat(np.int16, 0.0, 2.0**-15),
    "s32": SampleFormat(np.int32, 0.0, 2.0**-31),
    "s64": SampleFormat(np.int64, 0.0, 2.0**-63),
    "flt": SampleFormat(np.float32, 0.0, 1.0),
    "dbl": SampleFormat(np.float64, 0.0, 1.0),
}
"""By FFmpeg's name, without the «p» of planar ones."""

PIECE = 32_768
"""Samples that are converted at once: they stay in the processor's cache."""


def clock(seconds: float) -> str:
    """A time for a message, to the millisecond."""
    return format_time(Fraction(round(seconds * 1000), 1000))


def convert(rows: Sequence[npt.NDArray[np.generic]], form: SampleFormat, into: Block) -> None:
    """Channels of equal length, of any strides, as planar float32 of full scale ±1.0.

    Integers become float32 first (rounded to nearest where they have more than 24 bits) and are scaled by a
    power of two then, which is exact.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # what float32 can't hold `check_numbers` refuses
        for row, place in zip(rows, into, strict=True):
            place[:] = row
    if form.silence:
        into -= np.float32(form.silence)
    if form.factor != 1.0:
        into *= np.float32(form.factor)


def check_numbers(block: Block, name: str, start_s: float) -> None:
    """Refuses samples that are no sound; only floats can be such.

    Args:
        block: planar, full scale ±1.0.
        name: the file's, as printed.
        start_s: where the block begins in it.

    Raises:
        SourceError: samples beyond +60 dBFS, or no numbers at all.
    """
    with np.errstate(invalid="ignore"):
        highest = max(float(block.max()), -float(block.min()))
    # Written so that NaN fails too.
    if not highest <= LOUDEST_SAMPLE:
        raise SourceError(
            f"{name}: after {clock(start_s)} come samples of {highest:g}, where 1 is full scale",
            hint=EXPORT_HINT,
        )


class SampleQueue:
    """Decoded frames go in, float blocks of any length come out.

    A frame's planes wait as they are and are joined as bytes: one call for many frames, and numpy sees long
    blocks only.

    Args:
        name: the file's, as printed.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._format = ""
        self._form: SampleFormat | None = None
        self._channels = 0
        self._step = 0
        self._planes: list[deque[memoryview]] = []
        self.waiting = 0

    def fits(self, frame: AudioFrame) -> bool:
        """Whether a frame's samples are stored like those that wait."""
        return not self.waiting or frame.format.name == self._format

    def put(self, frame: AudioFrame) -> None:
        """Append a frame's samples.

        Raises:
            SourceError: they are of a kind that nobody knows.
        """
        if frame.format.name != self._format:
            self._begin(frame)
        size = frame.samples * self._step
        for parts, plane in zip(self._planes, frame.planes, strict=True):
            parts.append(memoryview(plane)[:size])
        self.waiting += frame.samples

    def _begin(self, frame: AudioFrame) -> None:
        self._format = frame.format.name
        self._form = SAMPLE_FORMATS.get(self._format.removesuffix("p"))
        if self._form is None:
            raise SourceError(
                f"{self._name}: has samples of a kind («{self._format}») that podtool can't read",
                hint=EXPORT_HINT,
            )
        self._channels = frame.layout.nb_channels
        planes = self._channels if frame.format.is_planar else 1
        self._step = np.dtype(self._form.type).itemsize * self._channels // planes
        self._planes = [deque() for _ in range(planes)]

    def drop(self, count: int) -> None:
        """Forget the first `count` of those that wait."""
        for parts in self._planes:
            _first(parts, count * self._step)
        self.waiting -= count

    def take(self, count: int, start_s: float) -> Block:
        """The first `count` of those that wait, at least one, as a planar block of full scale ±1.0.

        Args:
            count: samples per channel.
            start_s: where they begin in the file, for messages.

        Raises:
            SourceError: as `check_numbers`.
        """
        if self._form is None or count > self.waiting:
            raise ValueError(f"{count} samples are wanted and {self.waiting} wait")
        self.waiting -= count
        block = np.empty((self._channels, count), np.float32)
        for start in range(0, count, PIECE):
            into = block[:, start : start + PIECE]
            planes = [b"".join(_first(parts, into.shape[1] * self._step)) for parts in self._planes]
            convert(_rows(planes, self._form.type, self._channels), self._form, into)
        if self._form.factor == 1.0:
            check_numbers(block, self._name, start_s)
        return block


def _first(parts: deque[memoryview], size: int) -> list[memoryview]:
    """Takes the first `size` bytes out of what waits."""
    taken = []
    while size:
        part = parts.popleft()
        if len(part) > size:
            parts.appendleft(part[size:])
            part = part[:size]
        taken.append(part)
        size -= len(part)
    return taken


def _rows(planes: list[bytes], kind: type[np.generic], channels: int) -> list[npt.NDArray[np.generic]]:
    if len(planes) == channels:
        return [np.frombuffer(plane, kind) for plane in planes]
    return list(np.frombuffer(planes[0], kind).reshape(-1, channels).T)
