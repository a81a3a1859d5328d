"""Blocks ↔ pydub's `AudioSegment`, in 32 bits with 12 dB of headroom.

An `AudioSegment` holds integers and clips at their limits. A factor of 4 is left above full scale, so that
what is pushed over it by one effect can be pulled back by the next. The grid is 2^-29 of full scale: whatever
came from 16 or 24 bits makes the round trip without a bit changed.

pydub knows nothing of the headroom: what it calls full scale (`max_possible_amplitude`, 0 dBFS) lies
`HEADROOM_DB` above ours, and every threshold given to it has to be moved by as much.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import numpy as np

from podtool.audio.kweighting import Block

with warnings.catch_warnings():
    # pydub warns when it is imported and finds no ffmpeg, and about `audioop`, which Python 3.13 took out
    # (audioop-lts brings it back). podtool decodes with PyAV: a user need not hear of either.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

__all__ = ["HEADROOM_DB", "AudioSegment", "block_from", "segment_from", "whole_segment_from"]

SAMPLE_BYTES = 4
FULL_SCALE = 2**29
"""The integer that full scale 1.0 becomes: 2^31 less the headroom."""
HEADROOM_DB = 20.0 * math.log10(2**31 / FULL_SCALE)
"""12.04 dB."""

_HIGHEST = np.float32(2**31 - 128)  # float32's last step below 2^31
_LOWEST = np.float32(-(2**31))


def segment_from(block: Block, rate_hz: int) -> AudioSegment:
    """A block as an `AudioSegment` of 32 bits; what exceeds +12 dBFS is clipped.

    Args:
        block: planar float32 of shape (channels, n), full scale 1.0, finite.
        rate_hz: its rate.
    """
    return _segment_of(_bytes_of(block), rate_hz, len(block))


def whole_segment_from(blocks: Sequence[Block], rate_hz: int) -> AudioSegment:
    """Blocks of a clip, at least one, as one `AudioSegment`; only one of them is in memory twice."""
    return _segment_of(b"".join(_bytes_of(block) for block in blocks), rate_hz, len(blocks[0]))


def _segment_of(content: bytes, rate_hz: int, channels: int) -> AudioSegment:
    return AudioSegment(data=content, sample_width=SAMPLE_BYTES, frame_rate=rate_hz, channels=channels)


def _bytes_of(block: Block) -> bytes:
    scaled = block.T * np.float32(FULL_SCALE)
    np.rint(scaled, out=scaled)
    np.clip(scaled, _LOWEST, _HIGHEST, out=scaled)
    return scaled.astype(np.int32, order="C").tobytes()


def block_from(segment: AudioSegment) -> Block:
    """A 32-bit segment's samples as planar float32 (channels, n); full scale is 12 dB below pydub's."""
    samples = np.frombuffer(segment.raw_data, np.int32).reshape(-1, segment.channels).T
    block = np.empty(samples.shape, np.float32)
    np.multiply(samples, 1.0 / FULL_SCALE, out=block, casting="same_kind")
    return block
