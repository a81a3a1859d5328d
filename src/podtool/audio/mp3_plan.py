"""What is asked of an MP3, and how its encoding is cut into chunks that can be made side by side.

Pure: which frames a chunk gives and which samples it needs for that. Frame k of the finished file always
codes the same samples, whichever chunk it comes from, because each chunk's encoder is fed from a frame's
boundary on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from podtool.audio.mp3_frames import (
    BITRATES_KBPS,
    HEADER_BYTES,
    MPEG_2,
    MPEG_2_5,
    SIDE_INFO,
    VERSION_OF_RATE,
    frame_length,
    frame_samples,
)
from podtool.units import Decibels, level_of

ENCODER_DELAY_SAMPLES = 576
"""What LAME puts before the first sample, at every rate."""
SMALLEST_PADDING_SAMPLES = 576
"""LAME ends with at least so many samples after the last one, and fills the last frame."""

CHUNK_FRAMES = 980
"""A multiple of 49: the period of the padding bit at 44.1 and 22.05 kHz, so that every chunk pads alike;
and at 44.1 kHz 25.6 s, a whole number of the meter's 100 ms."""
SHORTEST_LEAD_FRAMES = 24
"""True sound before a chunk, until its encoder thinks as one would that had heard everything before."""
RESERVOIR_FILL_RATE = Fraction(1, 10)
"""LAME saves a tenth of each frame until its reservoir is full: a small frame needs a longer lead."""
TAIL_FRAMES = 20
"""True sound after a chunk, where the next chunk may take over."""
LATENCY_FRAMES = 3
"""What LAME keeps back while it looks ahead."""
SHORTEST_CHUNK_FRAMES = 96
"""So that two splices never meet: `TAIL_FRAMES`, the longest reservoir in the smallest frames, and some rest.
"""

FULL_SCALE = 1.0
_INPUT_SCALE = {192: 0.97, 224: 0.98, 256: FULL_SCALE, 320: FULL_SCALE}
_INPUT_SCALE_BELOW = 0.95

LEAST_KBPS_PER_CHANNEL = 8
QUALITIES = range(10)


@dataclass(frozen=True, kw_only=True)
class Mp3Settings:
    """What the encoder is to make.

    Attributes:
        bitrate_kbps: constant bit rate, one of the standard's; not looked at when `vbr` is set.
        channels: 1 or 2 (joint stereo).
        sample_rate_hz: 32000, 44100, 48000 (MPEG-1), 16000, 22050 or 24000 (MPEG-2).
        quality: LAME's ``-q``: 0 is the slowest, 9 the fastest; below 2 nothing is gained.
        vbr: LAME's ``-V``: 0 is the largest, 9 the smallest; None for a constant bit rate.

    Raises:
        ValueError: no such MP3.
    """

    bitrate_kbps: int
    channels: int
    sample_rate_hz: int
    quality: int = 2
    vbr: int | None = None

    def __post_init__(self) -> None:
        version = VERSION_OF_RATE.get(self.sample_rate_hz, MPEG_2_5)
        if version == MPEG_2_5:
            raise ValueError(
                f"MP3 at {self.sample_rate_hz} Hz: take 32000, 44100 or 48000 (or half of these)"
            )
        if self.channels not in (1, 2):
            raise ValueError(f"MP3 with {self.channels} channels: it has 1 or 2")
        if self.quality not in QUALITIES or (self.vbr is not None and self.vbr not in QUALITIES):
            raise ValueError("LAME's qualities go from 0 to 9")
        rates = [rate for rate in BITRATES_KBPS[version] if rate >= LEAST_KBPS_PER_CHANNEL * self.channels]
        if self.vbr is None and self.bitrate_kbps not in rates:
            allowed = ", ".join(map(str, rates))
            raise ValueError(
                f"MP3 at {self.sample_rate_hz} Hz has no {self.bitrate_kbps} kbit/s: take one of {allowed}"
            )

    @property
    def frame_samples(self) -> int:
        """Samples per channel in a frame: 1152, or 576 for MPEG-2."""
        return frame_samples(self.sample_rate_hz)

    @property
    def is_mpeg_2(self) -> bool:
        """Whether this is MPEG-2 (24 kHz and less)."""
        return VERSION_OF_RATE[self.sample_rate_hz] == MPEG_2


def input_gain_db(settings: Mp3Settings) -> Decibels:
    """What LAME 3.100 does to the level of what it is fed; take it off before the encoder to get it back.

    Its presets turn constant bit rates below 256 kbit/s down, whatever the rate and channels. Measured with
    tones (tests measure it again, so that another LAME shows).
    """
    if settings.vbr is not None:
        return level_of(FULL_SCALE)
    return level_of(_INPUT_SCALE.get(settings.bitrate_kbps, _INPUT_SCALE_BELOW))


def lead_frames(settings: Mp3Settings) -> int:
    """Frames of true sound before a chunk: enough for the encoder's state, and for its reservoir to fill.

    In variable bit rate the reservoir matters little: noise at splices is the same as elsewhere.
    """
    if settings.vbr is not None:
        return SHORTEST_LEAD_FRAMES
    layout = SIDE_INFO[settings.is_mpeg_2, settings.channels]
    frame_bytes = frame_length(settings.bitrate_kbps, settings.sample_rate_hz)
    main_data_bytes = frame_bytes - HEADER_BYTES - layout.size_bytes
    filled_after = layout.largest_main_data_begin / (RESERVOIR_FILL_RATE * main_data_bytes)
    return max(SHORTEST_LEAD_FRAMES, math.ceil(filled_after))


def frame_count(total_samples: int, settings: Mp3Settings) -> int:
    """Frames that LAME makes of so many samples (without the Info frame)."""
    size = settings.frame_samples
    return -(-(ENCODER_DELAY_SAMPLES + total_samples + SMALLEST_PADDING_SAMPLES) // size)


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """One piece of the encoding.

    Attributes:
        index: 0 for the first.
        first_frame: number of the first frame its encoder makes (`lead_frames` before it is wanted).
        feed_start_samples: first sample to feed; always ``first_frame`` frames into the file.
        feed_stop_samples: sample after the last one to feed.
        splice_from_frame: first frame at which it may take over from the chunk before; 0 in the first chunk.
        splice_to_frame: frame after the last at which it may; 0 in the first chunk.
        is_last: its encoder is flushed.
    """

    index: int
    first_frame: int
    feed_start_samples: int
    feed_stop_samples: int
    splice_from_frame: int
    splice_to_frame: int
    is_last: bool


def plan_chunks(total_samples: int, settings: Mp3Settings) -> tuple[Chunk, ...]:
    """The file in chunks of `CHUNK_FRAMES`; the last one is up to a quarter longer, or as short as a quarter.

    Raises:
        ValueError: there is nothing to encode.
    """
    if total_samples < 1:
        raise ValueError("there is no sound to encode")
    last_start = total_samples // settings.frame_samples - CHUNK_FRAMES // 4
    return chunks_between(range(0, max(1, last_start + 1), CHUNK_FRAMES), total_samples, settings)


def chunks_between(starts: Sequence[int], total_samples: int, settings: Mp3Settings) -> tuple[Chunk, ...]:
    """Chunks that begin at the given frames, the first of which is 0.

    Raises:
        ValueError: starts are closer to each other, or the last to the end, than `SHORTEST_CHUNK_FRAMES`.
    """
    size = settings.frame_samples
    ends = (*starts[1:], total_samples // size)
    far_enough = all(
        after - before >= SHORTEST_CHUNK_FRAMES for before, after in pairwise((*starts, ends[-1]))
    )
    if starts[0] != 0 or (len(starts) > 1 and not far_enough):
        raise ValueError(f"chunks begin at 0 and last {SHORTEST_CHUNK_FRAMES} frames or more")
    chunks = []
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        first_frame = max(0, start - lead_frames(settings))
        is_last = index == len(starts) - 1
        feed_stop = total_samples if is_last else (end + TAIL_FRAMES + LATENCY_FRAMES) * size
        chunks.append(
            Chunk(
                index=index,
                first_frame=first_frame,
                feed_start_samples=first_frame * size,
                feed_stop_samples=min(feed_stop, total_samples),
                splice_from_frame=start,
                splice_to_frame=start + TAIL_FRAMES if index else 0,
                is_last=is_last,
            )
        )
    return tuple(chunks)
