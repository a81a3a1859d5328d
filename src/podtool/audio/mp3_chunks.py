"""One chunk of an MP3, from the mix to what a listener would hear of it: rendered, encoded, decoded, measured.

A chunk's work depends on its recipe alone, not on where or when it is done, so chunks are made by any number
of workers and kept in the cache. Their frames are joined afterwards (`podtool.audio.mp3_splice`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import av
import numpy as np

from podtool.audio.clipping import Unclipped
from podtool.audio.dither import quantise_int16
from podtool.audio.fine import FINE_SAMPLES, LEAD_SAMPLES, Fine
from podtool.audio.kweighting import Block
from podtool.audio.limiter import Dip
from podtool.audio.mastering import linear_gain
from podtool.audio.mixer import Programme
from podtool.audio.mp3 import ChunkEncoder
from podtool.audio.mp3_index import FrameIndex
from podtool.audio.mp3_plan import Chunk, Mp3Settings, input_gain_db
from podtool.audio.piece_meter import PieceMeter
from podtool.audio.true_peak import REACH, WINDOW, window_peaks
from podtool.errors import CacheError, ToolError

DECODER_DELAY_SAMPLES = 576 + 528 + 1
"""From a sample fed to LAME to the same sample out of a decoder: the encoder's delay and the filter bank's."""
_FRAMES_AT_ONCE = 64
_HEAD = struct.Struct("<4sIId")
_MAGIC = b"pmc1"
_DIP_REACH = 20
"""Windows of 32 samples on either side of an overshoot whose ceiling is lowered."""
_DIP_MARGIN = 0.985


@dataclass(frozen=True, kw_only=True)
class ChunkWork:
    """What a chunk is made of.

    Attributes:
        programme: mastered, at the file's rate.
        settings: of the encoder.
        chunk: which part.
        dither_from: place in the dither's sequence of the first sample fed.
        true_peak_dbtp: where it may be at most in the decoded chunk; None doesn't look.
    """

    programme: Programme
    settings: Mp3Settings
    chunk: Chunk
    dither_from: int
    true_peak_dbtp: float | None


@dataclass(frozen=True, kw_only=True)
class EncodedChunk:
    """A chunk's frames and what was measured of them.

    Attributes:
        data: Layer III frames from the chunk's `first_frame` on.
        fine: decoded again, from its `splice_from_frame` on (from 0 in the first chunk) to its end.
        true_peak: of that, linear.
        overshoots: (windows, 2) float64: where (in samples from the first one fed) the true peak is beyond the
            one allowed, and how high it is (linear).
    """

    data: bytes
    fine: Fine
    true_peak: float
    overshoots: np.ndarray[tuple[int, int], np.dtype[np.float64]]

    def to_bytes(self) -> bytes:
        """For the cache."""
        fine, places = self.fine.to_bytes(), self.overshoots.astype("<f8").tobytes()
        return (
            _HEAD.pack(_MAGIC, len(self.fine), len(self.overshoots), self.true_peak)
            + fine
            + places
            + self.data
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> EncodedChunk:
        """Reads `to_bytes`.

        Raises:
            CacheError: these are not its bytes.
        """
        try:
            magic, hops, places, true_peak = _HEAD.unpack_from(content)
        except struct.error:
            magic, hops, places, true_peak = b"", 0, 0, 0.0
        fine_end = _HEAD.size + hops * 8
        if magic != _MAGIC or len(content) < fine_end + places * 16:
            raise CacheError("a chunk in the cache can't be read", hint="run `podtool clean`, then again")
        found = np.frombuffer(content, "<f8", places * 2, fine_end).reshape(places, 2)
        return cls(
            data=content[fine_end + places * 16 :],
            fine=Fine.from_bytes(content[_HEAD.size : fine_end]),
            true_peak=true_peak,
            overshoots=found,
        )


def make_chunk(work: ChunkWork) -> EncodedChunk:
    """Renders, encodes, decodes and measures a chunk; holds a second or two of sound at a time.

    Raises:
        SourceError: a recording can't be decoded.
        LoudnessError: the sound would clip.
        ToolError: the encoder failed.
    """
    data = _encoded(work)
    fine, true_peak = _measured(data, work)
    overshoots = np.empty((0, 2))
    if work.true_peak_dbtp is not None and true_peak > linear_gain(work.true_peak_dbtp):
        overshoots = _overshoots(data, work, linear_gain(work.true_peak_dbtp))
    return EncodedChunk(data=data, fine=fine, true_peak=true_peak, overshoots=overshoots)


def _encoded(work: ChunkWork) -> bytes:
    chunk, settings = work.chunk, work.settings
    # LAME turns its input down; this puts it back.
    restored = Unclipped(source=work.programme, factor=linear_gain(-input_gain_db(settings)))
    encoder = ChunkEncoder(chunk, settings)
    size = _FRAMES_AT_ONCE * settings.frame_samples
    for start in range(chunk.feed_start_samples, chunk.feed_stop_samples, size):
        stop = min(start + size, chunk.feed_stop_samples)
        position = work.dither_from + start - chunk.feed_start_samples
        encoder.feed(quantise_int16(restored.read(start, stop), position, settings.channels))
    return encoder.finish()


def _measured(data: bytes, work: ChunkWork) -> tuple[Fine, float]:
    meter: PieceMeter | None = None
    channels = work.settings.channels
    for block in _decoded(data, work):
        if meter is None:
            lead = work.chunk.splice_from_frame - work.chunk.first_frame
            skip = lead * work.settings.frame_samples
            before = np.pad(block[:, :skip], ((0, 0), (LEAD_SAMPLES, 0)))
            meter = PieceMeter(work.programme.rate_hz, before, loudspeakers=channels)
            block = block[:, skip:]  # noqa: PLW2901 - the rest of it
        if block.shape[1]:
            meter.push(block)
    if meter is None:
        raise ToolError(f"the MP3 encoder gave nothing in chunk {work.chunk.index}")
    found = meter.finish()
    return found.fine, found.true_peak


def _decoded(data: bytes, work: ChunkWork) -> Iterator[Block]:
    """The chunk's frames decoded, in blocks; the first has all of the lead."""
    settings = work.settings
    index = FrameIndex(data)
    decoder = av.CodecContext.create("mp3float", "r")
    frames = index.stop_frame
    size = max(_FRAMES_AT_ONCE, work.chunk.splice_from_frame - work.chunk.first_frame + 1)
    for first in range(0, frames, size):
        last = min(first + size, frames)
        block = np.zeros((settings.channels, (last - first) * settings.frame_samples), np.float32)
        at = 0
        for number in range(first, last):
            packet = av.Packet(data[index.offset(number) : index.offset(number + 1)])
            for frame in decoder.decode(packet):
                for row, plane in zip(block, frame.planes, strict=False):
                    row[at : at + frame.samples] = np.frombuffer(plane, np.float32, frame.samples)
            at += settings.frame_samples
        yield block[:1] if len(block) > 1 and bool((block[0] == block[1]).all()) else block


def _overshoots(
    data: bytes, work: ChunkWork, allowed: float
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Where the decoded chunk's true peak is beyond `allowed`."""
    skip = (work.chunk.splice_from_frame - work.chunk.first_frame) * work.settings.frame_samples
    found, begins = [], -REACH
    rest: Block = np.zeros((1, REACH), np.float32)
    for block in [*_decoded(data, work), np.zeros((1, WINDOW + REACH), np.float32)]:
        rows = max(len(rest), len(block))
        sound = np.concatenate(
            [np.broadcast_to(part, (rows, part.shape[1])) for part in (rest, block)], axis=1
        )
        windows = (sound.shape[1] - 2 * REACH) // WINDOW
        used = windows * WINDOW
        peaks = window_peaks(
            np.ascontiguousarray(sound[:, : used + 2 * REACH]), work.programme.rate_hz, allowed
        )
        over = np.flatnonzero(peaks > allowed)
        places = begins + REACH + over * WINDOW
        heard = places + WINDOW > skip
        found.append(np.stack([places[heard] - DECODER_DELAY_SAMPLES, peaks[over][heard]], axis=1))
        rest, begins = sound[:, used:].copy(), begins + used
    return np.concatenate(found)


def find_dips(chunk: Chunk, made: EncodedChunk, true_peak_dbtp: float) -> tuple[Dip, ...]:
    """Where the limiter's ceiling must be lower, so that the next coding of the chunk stays below its true peak.

    A few milliseconds around each overshoot, by as much as it is too high; in samples of the file.
    """
    allowed = linear_gain(true_peak_dbtp)
    dips: list[Dip] = []
    for place, peak in made.overshoots:
        middle = (chunk.feed_start_samples + int(place)) // WINDOW
        start, stop = (middle - _DIP_REACH) * WINDOW, (middle + 1 + _DIP_REACH) * WINDOW
        factor = round(allowed / float(peak) * _DIP_MARGIN, 4)
        if dips and start <= dips[-1].stop:
            last = dips.pop()
            start, factor = last.start, min(factor, last.factor)
        dips.append(Dip(start=start, stop=stop, factor=factor))
    return tuple(dips)


def region_hops(chunk: Chunk, next_start_frame: int | None, settings: Mp3Settings) -> int | None:
    """How many fine hops of a chunk's measurement are its own; None for all, in the last chunk."""
    if next_start_frame is None:
        return None
    return (next_start_frame - chunk.splice_from_frame) * settings.frame_samples // FINE_SAMPLES
