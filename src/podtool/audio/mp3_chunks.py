"""One chunk of an MP3, from the mix to what a listener hears of it: rendered, encoded, decoded, measured.

A chunk's work depends on its recipe alone, not on where or when it is done, so chunks are made by any number
of workers and kept in the cache. Their frames are joined afterwards (`podtool.audio.mp3_splice`).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from podtool.audio.fine import FINE_SAMPLES, LEAD_SAMPLES, Fine, silence
from podtool.audio.lame_input import LameInput
from podtool.audio.limiter import Dip
from podtool.audio.mastering import linear_gain
from podtool.audio.mixer import Programme
from podtool.audio.mp3 import ChunkEncoder
from podtool.audio.mp3_hearing import NO_PLACES, Overshoots, Places, decode_frames, peaks_of_frames
from podtool.audio.mp3_index import FrameIndex
from podtool.audio.mp3_plan import Chunk, Mp3Settings
from podtool.audio.piece_meter import PieceMeter
from podtool.audio.true_peak import WINDOW
from podtool.errors import CacheError, ToolError

_FRAMES_AT_ONCE = 32
_HEAD = struct.Struct("<4sIIIdd")
_MAGIC = b"pmc2"
_FULL_16 = 2**15
_RISK_DB = 3.0
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
        true_peak_dbtp: where it may be at most in the decoded chunk; None doesn't look.
    """

    programme: Programme
    settings: Mp3Settings
    chunk: Chunk
    true_peak_dbtp: float | None


@dataclass(frozen=True, kw_only=True)
class Peaks:
    """What the chunk's decoded peaks reach.

    Attributes:
        true_peak: linear.
        overshoots: where it is beyond the one allowed.
    """

    true_peak: float
    overshoots: Places


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A chunk decoded and measured as a whole.

    Attributes:
        fine: from its `splice_from_frame` on (from 0 in the first chunk) to its end.
    """

    fine: Fine
    peaks: Peaks


@dataclass(frozen=True, kw_only=True)
class EncodedChunk:
    """A chunk's frames and what was measured of them.

    Attributes:
        data: Layer III frames from the chunk's `first_frame` on.
        risky: the peaks of those frames alone that were fed peaks near the ceiling.
        heard: the measurement of all of it; None where nobody has asked for it yet.
    """

    data: bytes
    risky: Peaks
    heard: Heard | None

    def to_bytes(self) -> bytes:
        """For the cache."""
        heard = self.heard
        risky, whole = self.risky.overshoots, heard.peaks.overshoots if heard else NO_PLACES
        fine = heard.fine if heard else silence(0)
        head = _HEAD.pack(
            _MAGIC,
            len(fine),
            len(risky),
            len(whole),
            self.risky.true_peak,
            heard.peaks.true_peak if heard else math.nan,
        )
        places = risky.astype("<f8").tobytes() + whole.astype("<f8").tobytes()
        return head + fine.to_bytes() + places + self.data

    @classmethod
    def from_bytes(cls, content: bytes) -> EncodedChunk:
        """Reads `to_bytes`.

        Raises:
            CacheError: these are not its bytes.
        """
        try:
            magic, hops, risky, whole, risky_peak, peak = _HEAD.unpack_from(content)
            fine_end = _HEAD.size + 8 * hops
            data_start = fine_end + 16 * (risky + whole)
            places = np.frombuffer(content, "<f8", 2 * (risky + whole), fine_end).reshape(-1, 2)
        except (struct.error, ValueError):
            magic = b""
        if magic != _MAGIC:
            raise CacheError("a chunk in the cache can't be read", hint="run `podtool clean`, then again")
        heard = Heard(
            fine=Fine.from_bytes(content[_HEAD.size : fine_end]),
            peaks=Peaks(true_peak=peak, overshoots=places[risky:]),
        )
        return cls(
            data=content[data_start:],
            risky=Peaks(true_peak=risky_peak, overshoots=places[:risky]),
            heard=None if math.isnan(peak) else heard,
        )


def make_chunk(work: ChunkWork, *, listen: bool) -> EncodedChunk:
    """Renders and encodes a chunk, and decodes what its true peak can lie in; a second or two at a time.

    Args:
        work: what is to be done.
        listen: whether all of it is decoded and measured.

    Raises:
        SourceError: a recording can't be decoded.
        LoudnessError: the sound would clip.
        ToolError: the encoder failed.
    """
    data, fed = _encoded(work)
    made = EncodedChunk(data=data, risky=_risky_peaks(data, fed, work), heard=None)
    return hear_chunk(made, work) if listen else made


def hear_chunk(made: EncodedChunk, work: ChunkWork) -> EncodedChunk:
    """The chunk with the measurement of all of it."""
    meter: PieceMeter | None = None
    own = work.chunk.splice_from_frame - work.chunk.first_frame
    skip = own * work.settings.frame_samples
    overs = Overshoots(work.settings, _allowed(work))
    index = FrameIndex(made.data)
    for block in decode_frames(index, work.settings, range(index.stop_frame), own + 1):
        if meter is None:
            before = np.pad(block[:, :skip], ((0, 0), (LEAD_SAMPLES, 0)))
            meter = PieceMeter(
                work.programme.rate_hz,
                before,
                loudspeakers=work.settings.channels,
                with_true_peak=False,
            )
            block = block[:, skip:]  # noqa: PLW2901 - the rest of it
            overs.skip_to(own, before)
        if block.shape[1]:
            meter.push(block)
            overs.push(block)
    if meter is None:
        raise ToolError(f"the MP3 encoder gave nothing in chunk {work.chunk.index}")
    found = meter.finish()
    places = overs.places()
    peaks = Peaks(true_peak=overs.true_peak, overshoots=places)
    return replace(made, heard=Heard(fine=found.fine, peaks=peaks))


def _encoded(work: ChunkWork) -> tuple[bytes, npt.NDArray[np.float32]]:
    """The frames, and the highest absolute sample that was fed of each, in steps of 16 bits."""
    chunk, settings = work.chunk, work.settings
    fed = LameInput(programme=work.programme, settings=settings)
    encoder = ChunkEncoder(chunk, settings)
    size = _FRAMES_AT_ONCE * settings.frame_samples
    peaks = []
    for start in range(chunk.feed_start_samples, chunk.feed_stop_samples, size):
        stop = min(start + size, chunk.feed_stop_samples)
        pcm, highest = fed.read_with_peaks(start, stop)
        encoder.feed(pcm)
        peaks.append(highest)
    return encoder.finish(), np.concatenate(peaks)


def _allowed(work: ChunkWork) -> float | None:
    return None if work.true_peak_dbtp is None else linear_gain(work.true_peak_dbtp)


def _risky_peaks(data: bytes, fed: npt.NDArray[np.float32], work: ChunkWork) -> Peaks:
    """The decoded peaks of the frames that were fed high samples.

    Coding lifts a peak by a decibel or two; what was fed more than `_RISK_DB` below the true peak allowed
    (and 1 dB below the chunk's highest) isn't looked at.
    """
    own = work.chunk.splice_from_frame - work.chunk.first_frame
    allowed = _allowed(work)
    least = (allowed or 1.0) * linear_gain(-_RISK_DB) * _FULL_16
    least = max(1.0, min(least, float(fed.max(initial=0)) * linear_gain(-1.0)))
    index = FrameIndex(data)
    wanted = np.zeros(len(fed) + 3, bool)
    for later in range(3):  # a frame's sound comes out in it and in the next two
        wanted[later : later + len(fed)] |= fed >= least
    wanted[:own] = False
    wanted = np.pad(wanted, (0, max(0, index.stop_frame - len(wanted))))[: index.stop_frame]
    true_peak, overshoots = peaks_of_frames(index, work.settings, wanted, allowed)
    return Peaks(true_peak=true_peak, overshoots=overshoots)


def find_dips(chunk: Chunk, places: Places, true_peak_dbtp: float) -> tuple[Dip, ...]:
    """Where the limiter's ceiling must be lower, so that the chunk's next coding stays below its true peak.

    A few milliseconds around each overshoot, by as much as it is too high; in samples of the file.
    """
    allowed = linear_gain(true_peak_dbtp)
    dips: list[Dip] = []
    for place, peak in places:
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
