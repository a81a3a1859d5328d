"""What readers of ranges share: a file's first frame, and cutting frames into blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from podtool.audio.container import BROKEN, OpenSound
from podtool.audio.downmix import channel_names
from podtool.audio.kweighting import Block
from podtool.audio.samples import EXPORT_HINT, SampleQueue, clock
from podtool.errors import SourceError

if TYPE_CHECKING:
    from av import AudioFrame


@dataclass(frozen=True, kw_only=True)
class FirstFrame:
    """The first frame that a decode of the whole file gives.

    Attributes:
        names: the channels', as `podtool.audio.source.Decoded` has them.
        layout: FFmpeg's name of the channel layout.
        format: FFmpeg's name of the sample format.
        start_samples: the frame's time, as FFmpeg counts it, in samples; None when it has none.
        samples: per channel.
        position: the byte at which its packet begins; None when FFmpeg doesn't say.
    """

    rate_hz: int
    names: tuple[str, ...]
    layout: str
    format: str
    start_samples: Fraction | None
    samples: int
    position: int | None

    def is_like(self, frame: AudioFrame) -> bool:
        """Whether another frame is of the same rate, layout and format."""
        return (frame.sample_rate, frame.layout.name, frame.format.name) == (
            self.rate_hz,
            self.layout,
            self.format,
        )


def first_frame(sound: OpenSound) -> FirstFrame | None:
    """Decodes a file as far as its first frame; None when the first packet gives none."""
    try:
        packet = next(sound.container.demux(sound.stream))
        position = packet.pos
        frame = next((frame for frame in packet.decode() if frame.samples), None)
        if frame is None:  # an MP3's first frame may belong to the encoder, all of it
            packet = next(sound.container.demux(sound.stream))
            frame = next((frame for frame in packet.decode() if frame.samples), None)
    except (*BROKEN, StopIteration):
        return None
    if frame is None:
        return None
    start = None
    if frame.pts is not None and frame.time_base:
        start = Fraction(frame.pts) * frame.time_base * frame.sample_rate
    return FirstFrame(
        rate_hz=frame.sample_rate,
        names=channel_names([channel.name for channel in frame.layout.channels]),
        layout=frame.layout.name,
        format=frame.format.name,
        start_samples=start,
        samples=frame.samples,
        position=position,
    )


def check_range(start: int, stop: int, samples: int, block_samples: int) -> None:
    """Whether ``start`` to ``stop`` lie in a file of so many samples.

    Raises:
        ValueError: they don't, or blocks would be empty.
    """
    if not 0 <= start <= stop <= samples or block_samples < 1:
        raise ValueError(f"samples {start} to {stop} of {samples}, in blocks of {block_samples}")


def damaged(name: str, at_s: float) -> SourceError:
    """The error for what can't be decoded `at_s` seconds into a file, or isn't there any more."""
    return SourceError(f"{name}: is damaged at {clock(at_s)}", hint=EXPORT_HINT)


def cut_blocks(
    frames: Iterator[AudioFrame],
    name: str,
    first: FirstFrame,
    bounds: tuple[int, int, int],
    block_samples: int,
) -> Iterator[Block]:
    """A range of samples out of frames that follow each other without a gap.

    Args:
        frames: from the one at ``bounds[0]`` on; no more are taken than are needed.
        name: the file's, as printed.
        first: what the frames must be like.
        bounds: the first frame's first sample, the range's first, and the one after its last.
        block_samples: samples per block; the last has what is left.

    Raises:
        SourceError: the frames end too early or change on the way; samples that are none.
    """
    begin, position, stop = bounds
    unwanted = position - begin
    queue = SampleQueue(name)
    count = min(block_samples, stop - position)
    for frame in frames if stop > position else ():
        if not first.is_like(frame):
            raise damaged(name, position / first.rate_hz)
        queue.put(frame)
        if unwanted:
            passed = min(unwanted, queue.waiting)
            queue.drop(passed)
            unwanted -= passed
        while queue.waiting >= count:
            yield queue.take(count, position / first.rate_hz)
            position += count
            count = min(block_samples, stop - position)
            if not count:
                return
    if position < stop:
        raise damaged(name, (position + queue.waiting) / first.rate_hz)
