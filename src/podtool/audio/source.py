"""Sound files → planar float32 blocks: decoded, mixed down and resampled, a few seconds at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from podtool.audio.container import BROKEN, OpenSound, Probe, check_figures, open_sound, probe_source
from podtool.audio.downmix import channel_names, mix_down
from podtool.audio.kweighting import Block
from podtool.audio.resample import resampled
from podtool.audio.samples import EXPORT_HINT, SampleQueue, clock
from podtool.errors import SourceError
from podtool.units import LONGEST_TIME_S

if TYPE_CHECKING:
    from av import AudioFrame, AudioStream, Packet

__all__ = ["Decoded", "Probe", "decode_blocks", "probe_source", "read_blocks"]

BLOCK_S = 10
MOST_BLOCK_VALUES = 4_000_000
"""Samples of all channels in a block: ten seconds of 64 channels at 192 kHz would be half a gigabyte."""
MISSING_SHARE, MISSING_S = 0.01, 1.0
"""A file shorter by more than its header says (the smaller counts) is taken for cut off."""
NEVER_MISSED_S = 0.1
"""Containers that count in milliseconds or whole packets are this inexact about short files."""


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """Some seconds of a file as they stand in it.

    Attributes:
        rate_hz: the file's own, the same in all blocks (it may differ from the header's: HE-AAC).
        names: the channels' positions, by FFmpeg's names.
        block: planar float32 of shape (channels, n), full scale ±1.0; float files may go beyond.
    """

    rate_hz: int
    names: tuple[str, ...]
    block: Block


def read_blocks(path: Path, *, rate_hz: int, channels: Literal[2] | None = None) -> Iterator[Block]:
    """A file's sound at a rate, in planar float32 blocks of about 10 s.

    What an encoder added at either end (MP3's and Opus's delay, AAC's priming and padding) is taken off where
    the file says how much it is. n samples become exactly ``round(n * rate_hz / rate)``. More than two
    channels are mixed down unscaled (see `podtool.audio.downmix`), so samples may exceed ±1.0.

    Args:
        path: any file of which FFmpeg decodes the sound: see `podtool.audio.container.FORMATS`.
        rate_hz: the rate wanted.
        channels: 2 doubles mono; None leaves mono files their one channel, which stands for two.

    Raises:
        SourceError: what `probe_source` raises; besides, when decoding fails midway, when more than 1 % or
            1 s of what the header promises isn't there, when samples aren't numbers, when rate or channels
            change on the way, and past 48 hours. Nothing is known to be whole before the last block came.
    """
    decoded = decode_blocks(path)
    first = next(decoded)
    blocks = _narrowed(first, decoded)
    for block in resampled(blocks, first.rate_hz, rate_hz):
        yield np.repeat(block, 2, axis=0) if channels and len(block) == 1 else block


def _narrowed(first: Decoded, rest: Iterator[Decoded]) -> Iterator[Block]:
    yield mix_down(first.block, first.names)
    for decoded in rest:
        yield mix_down(decoded.block, decoded.names)


def decode_blocks(path: Path) -> Iterator[Decoded]:
    """A file's sound as it is, at its own rate with all of its channels; never empty.

    Raises:
        SourceError: as `read_blocks`.
    """
    with open_sound(path) as sound:
        gathered: _Gathered | None = None
        samples = 0
        for frame, length in _whole_frames(sound):
            if gathered is None:
                gathered = _Gathered(sound.name, frame)
            elif not gathered.fits(frame):
                yield gathered.take()
            gathered.put(frame, length)
            samples += length
            if samples > LONGEST_TIME_S * gathered.rate_hz:
                raise SourceError(
                    f"{sound.name}: lasts more than {LONGEST_TIME_S // 3600} hours", hint="cut it up"
                )
            if gathered.full:
                yield gathered.take()
        if gathered is None or not samples:
            raise SourceError(f"{sound.name}: holds no sound, only a header", hint=EXPORT_HINT)
        _check_length(sound, samples / gathered.rate_hz)
        if gathered.waiting:
            yield gathered.take()


def _check_length(sound: OpenSound, seconds: float) -> None:
    claimed = sound.claimed_s
    if claimed is None:
        return
    if claimed - seconds > max(NEVER_MISSED_S, min(MISSING_S, claimed * MISSING_SHARE)):
        raise SourceError(
            f"{sound.name}: ends after {clock(seconds)}, though its header says {clock(claimed)}: "
            "it was cut off, or its end can't be decoded",
            hint="copy it again from where it was recorded; or export what there is as a new file",
        )


def _whole_frames(sound: OpenSound) -> Iterator[tuple[AudioFrame, int]]:
    """Frames and how many of their samples count: the last one's padding doesn't.

    A packet that can't be decoded is damage if sound follows it; before and after all sound (a stream cut
    out of another, an unknown tag at the end) it is passed over, and the length tells if anything is missing.
    """
    waiting: AudioFrame | None = None
    failure: BaseException | None = None
    samples, end = 0, None
    kind = sound.probe.container
    for packet, frames, error in _decoded_packets(sound):
        if error is not None and waiting is not None:
            failure = failure or error
        for frame in frames:
            if waiting is not None:
                if failure is not None or (kind == "flac" and _follows_a_gap(frame, waiting)):
                    at = clock((samples + waiting.samples) / waiting.sample_rate)
                    raise SourceError(f"{sound.name}: is damaged at {at}", hint=EXPORT_HINT) from failure
                samples += waiting.samples
                yield waiting, waiting.samples
            waiting = frame
        if kind == "mp4" and packet.size and packet.pts is not None and packet.duration:
            end = packet.pts + packet.duration
    if waiting is not None:
        yield waiting, _length_of_last(sound, waiting, end)


def _follows_a_gap(frame: AudioFrame, before: AudioFrame) -> bool:
    """FFmpeg leaves out damaged FLAC frames without a word; but then it doesn't know the time any more."""
    return frame.pts is None and before.pts is not None


def _decoded_packets(
    sound: OpenSound,
) -> Iterator[tuple[Packet[AudioStream], list[AudioFrame], BaseException | None]]:
    """Each packet, its frames, and why there are none."""
    packets = sound.container.demux(sound.stream)
    while True:
        try:
            packet = next(packets, None)
        except BROKEN as error:
            if sound.claimed_s is None:
                raise SourceError(f"{sound.name}: can't be read to its end", hint=EXPORT_HINT) from error
            return  # what the header promised and nobody gave is missed at the end
        if packet is None:
            return
        try:
            yield packet, [frame for frame in packet.decode() if frame.samples], None
        except BROKEN as error:
            yield packet, [], error


def _length_of_last(sound: OpenSound, frame: AudioFrame, end: int | None) -> int:
    """MP4 says how much of the last AAC frame is sound: by the last packet's duration, or the edit list.

    An edit list counts in the movie's time scale, often milliseconds; then the packet is the exact one.
    """
    base = sound.stream.time_base
    if sound.probe.container != "mp4" or frame.pts is None or end is None or not base or not frame.time_base:
        return frame.samples
    stop = end * base
    if sound.stream.duration:
        edited = (sound.stream.duration + (sound.stream.start_time or 0)) * base
        in_milliseconds = abs(edited - Fraction(round(edited * 1000), 1000)) < base
        if edited < stop - (Fraction(1, 1000) if in_milliseconds else 0):
            stop = edited
    length = round((stop - frame.pts * frame.time_base) * frame.sample_rate)
    return min(max(length, 0), frame.samples)


class _Gathered:
    """Frames put one after the other until they make a block."""

    def __init__(self, name: str, frame: AudioFrame) -> None:
        self._name = name
        self.rate_hz = frame.sample_rate
        channels = frame.layout.nb_channels
        check_figures(name, self.rate_hz, channels)
        self._layout = frame.layout.name
        self._names = channel_names([channel.name for channel in frame.layout.channels])
        self._target = min(BLOCK_S * self.rate_hz, MOST_BLOCK_VALUES // channels)
        self._queue = SampleQueue(name)
        self._before = 0
        self.waiting = 0

    @property
    def full(self) -> bool:
        return self.waiting >= self._target

    def fits(self, frame: AudioFrame) -> bool:
        """Whether its samples are of the same format as those that wait; other changes are refused."""
        if (frame.sample_rate, frame.layout.name) != (self.rate_hz, self._layout):
            at = clock((self._before + self.waiting) / self.rate_hz)
            raise SourceError(
                f"{self._name}: changes at {at} from {self.rate_hz} Hz, {self._layout} "
                f"to {frame.sample_rate} Hz, {frame.layout.name}",
                hint="it was joined from unlike parts: export it anew as one file, or cut it there",
            )
        return self._queue.fits(frame)

    def put(self, frame: AudioFrame, length: int) -> None:
        """Append the first `length` samples of a frame: all of them, but for the last one's."""
        self._queue.put(frame)
        self.waiting += length

    def take(self) -> Decoded:
        """What waits, as one block of full scale ±1.0."""
        block = self._queue.take(self.waiting, self._before / self.rate_hz)
        self._before += self.waiting
        self.waiting = 0
        return Decoded(rate_hz=self.rate_hz, names=self._names, block=block)
