"""What a listener would hear of an encoded chunk: its frames decoded, and where their peaks are too high.

Frames can be decoded from anywhere: after a few frames a decoder is where it would be had it heard all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import av
import numpy as np
import numpy.typing as npt

from podtool.audio.kweighting import Block
from podtool.audio.mp3_frames import (
    BITRATES_KBPS,
    HEADER_BYTES,
    SIDE_INFO,
    VERSION_OF_RATE,
    frame_length,
)
from podtool.audio.mp3_index import FrameIndex
from podtool.audio.mp3_plan import Mp3Settings
from podtool.audio.true_peak import REACH, WINDOW, TruePeakMeter, window_peaks

DECODER_DELAY_SAMPLES = 576 + 528 + 1
"""From a sample fed to LAME to the same out of a decoder: the encoder's delay, and the filter bank's."""
Places = npt.NDArray[np.float64]
"""(windows, 2): where, in samples from the first one fed to the chunk, and how high a peak is, linear."""
NO_PLACES: Places = np.empty((0, 2))
_FRAMES_AT_ONCE = 32


def decode_frames(
    data: bytes, settings: Mp3Settings, frames: range, first_at_least: int = 1
) -> Iterator[Block]:
    """Frames of an encoder's stream decoded, in blocks of (1 or channels, n); one row where both are alike.

    Args:
        data: the stream.
        settings: it was encoded with.
        frames: which, by their number in the stream; the first of them need frames before to be right.
        first_at_least: so many frames are in the first block, if there are.
    """
    index = FrameIndex(data)
    decoder = cast("av.AudioCodecContext", av.CodecContext.create("mp3float", "r"))
    at_once = max(_FRAMES_AT_ONCE, first_at_least)
    size = settings.frame_samples
    for first in range(frames.start, frames.stop, at_once):
        last = min(first + at_once, frames.stop)
        block = np.zeros((settings.channels, (last - first) * size), np.float32)
        for at, number in enumerate(range(first, last)):
            for frame in decoder.decode(av.Packet(data[index.offset(number) : index.offset(number + 1)])):
                block[:, at * size : (at + 1) * size] = frame.to_ndarray()[:, :size]
        yield block[:1] if len(block) > 1 and bool((block[0] == block[1]).all()) else block


class Overshoots:
    """Finds where decoded sound is beyond the true peak allowed (linear; None allows all)."""

    def __init__(self, settings: Mp3Settings, allowed: float | None) -> None:
        self._allowed = allowed
        self._rate_hz = settings.sample_rate_hz
        self._frame_samples = settings.frame_samples
        self._rest: Block = np.zeros((1, REACH), np.float32)
        self._begins = 0
        self._found: list[Places] = []

    def skip_to(self, frame: int, before: Block) -> None:
        """What comes next is this frame of the chunk's stream; `before` ends with the sound before it."""
        self._flush()
        self._begins = frame * self._frame_samples
        self._rest = np.pad(before, ((0, 0), (REACH, 0)))[:, -REACH:]

    def push(self, block: Block) -> None:
        """The next samples, (1 or 2, n)."""
        if self._allowed is None:
            return
        rows = max(len(self._rest), len(block))
        parts = [np.broadcast_to(part, (rows, part.shape[1])) for part in (self._rest, block)]
        sound = np.concatenate(parts, axis=1)
        windows = max(0, (sound.shape[1] - 2 * REACH) // WINDOW)
        if windows:
            peaks = window_peaks(
                np.ascontiguousarray(sound[:, : windows * WINDOW + 2 * REACH]), self._rate_hz, self._allowed
            )
            over = np.flatnonzero(peaks > self._allowed)
            places = self._begins + over * WINDOW - DECODER_DELAY_SAMPLES
            self._found.append(np.stack([places, peaks[over]], axis=1))
        self._begins += windows * WINDOW
        self._rest = sound[:, windows * WINDOW :].copy()

    def _flush(self) -> None:
        if self._rest.shape[1] > REACH:
            self.push(np.zeros((1, WINDOW + REACH), np.float32))

    def places(self) -> Places:
        """All that were found."""
        self._flush()
        return np.concatenate([NO_PLACES, *self._found])


def peaks_of_frames(
    data: bytes, settings: Mp3Settings, wanted: npt.NDArray[np.bool_], allowed: float | None
) -> tuple[float, Places]:
    """The true peak (linear) of some of a chunk's frames, and where it is beyond the one allowed.

    Args:
        data: the chunk's stream.
        settings: it was encoded with.
        wanted: by frame.
        allowed: linear; None allows all.
    """
    overs, highest = Overshoots(settings, allowed), 0.0
    for run in _runs(wanted):
        start = max(0, run.start - warm_up_frames(settings))
        skip = (run.start - start) * settings.frame_samples
        meter = TruePeakMeter(settings.sample_rate_hz)
        for block in decode_frames(data, settings, range(start, run.stop), run.start - start + 1):
            if skip or not start:
                overs.skip_to(run.start, block[:, :skip])
            meter.push(block[:, skip:])
            overs.push(block[:, skip:])
            start, skip = 1, 0
        highest = max(highest, meter.true_peak)
    return highest, overs.places()


def _runs(wanted: npt.NDArray[np.bool_]) -> Iterator[range]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], wanted, [False])).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2).tolist():
        yield range(start, stop)


def warm_up_frames(settings: Mp3Settings) -> int:
    """Frames to decode before one that must be right: those that its main data may lie in, and the overlap.

    `main_data_begin` reaches 511 bytes back at most (255 in LSF; ISO 11172-3, 2.4.2.7), the synthesis filter
    bank and the overlap of the hybrid one frame each.
    """
    layout = SIDE_INFO[settings.is_mpeg_2, settings.channels]
    kbps = (
        BITRATES_KBPS[VERSION_OF_RATE[settings.sample_rate_hz]][0]
        if settings.vbr is not None
        else settings.bitrate_kbps
    )
    main_data = frame_length(kbps, settings.sample_rate_hz) - HEADER_BYTES - layout.size_bytes
    return -(-layout.largest_main_data_begin // max(1, main_data)) + 3
