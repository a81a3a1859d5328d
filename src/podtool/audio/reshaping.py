"""`speedup` and `strip_silence`: effects that need a clip as a whole, for they change its length.

What they give is what pydub's own functions give, sample for sample, in less time. pydub joins piece after
piece to an ever longer clip, and looks for silence by slicing the clip at each millisecond: on a quarter of
an hour that takes minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from podtool.audio.effects import speedup_chunk_ms
from podtool.audio.segment import AudioSegment, block_from
from podtool.units import amplitude_of


def speed_up(segment: AudioSegment, settings: Mapping[str, float]) -> AudioSegment:
    """What pydub's `speedup` makes; a clip shorter than two chunks stays as it is."""
    kept, removed = speedup_chunk_ms(settings)
    crossfade = min(int(settings["crossfade"]), removed - 1)
    step = kept + removed
    pieces = [segment[start : start + step] for start in range(0, len(segment), step)]
    if len(pieces) < 2:  # noqa: PLR2004 - nothing to leave out
        return segment
    shortened = [piece[: -(removed - crossfade)] for piece in pieces[:-1]]
    return _joined(shortened, crossfade).append(pieces[-1], crossfade=0)


def strip_silence(segment: AudioSegment, settings: Mapping[str, float]) -> AudioSegment:
    """What pydub's `strip_silence` makes; a silent clip becomes an empty one."""
    padding = int(settings["padding"])
    sounding = _sounding(segment, int(settings["silence_len"]), settings["silence_thresh"])
    ranges = [[start - padding, stop + padding] for start, stop in sounding]
    for one, other in pairwise(ranges):
        if other[0] < one[1]:
            one[1] = other[0] = (one[1] + other[0]) // 2
    pieces = [segment[max(start, 0) : min(stop, len(segment))] for start, stop in ranges]
    # A piece can't be blended over more than it lasts; pydub fails on those.
    crossfade = min([padding / 2, *(len(piece) / 2 for piece in pieces)])
    return _joined(pieces, crossfade) if pieces else segment[:0]


def _joined(pieces: list[AudioSegment], crossfade_ms: float) -> AudioSegment:
    """Pairs, then pairs of pairs: each sample is copied a dozen times, not thousands."""
    while len(pieces) > 1:
        pairs = [
            one.append(other, crossfade=crossfade_ms)
            for one, other in zip(pieces[::2], pieces[1::2], strict=False)
        ]
        pieces = pairs + pieces[len(pairs) * 2 :]
    return pieces[0]


def _sounding(segment: AudioSegment, shortest_ms: int, threshold_db: float) -> list[tuple[int, int]]:
    """What pydub's `detect_nonsilent` finds, in ms, by a running sum of squares instead of slices."""
    length = len(segment)
    if length < shortest_ms:
        return [(0, length)]
    squares = (block_from(segment).astype(np.float64) ** 2).mean(axis=0)
    sums = np.concatenate(([0.0], np.cumsum(squares)))
    starts = np.arange(length - shortest_ms + 1)
    first, last = (
        np.minimum((times * (segment.frame_rate / 1000.0)).astype(np.int64), len(squares))
        for times in (starts, starts + shortest_ms)
    )
    quiet = np.flatnonzero((sums[last] - sums[first]) <= amplitude_of(threshold_db) ** 2 * (last - first))
    if not len(quiet):
        return [(0, length)]
    breaks = np.flatnonzero(np.diff(quiet) > shortest_ms)
    silent_from = [int(quiet[0]), *(int(quiet[i + 1]) for i in breaks)]
    silent_to = [*(int(quiet[i]) + shortest_ms for i in breaks), int(quiet[-1]) + shortest_ms]
    around = zip([0, *silent_to], [*silent_from, length], strict=True)
    return [(start, stop) for start, stop in around if start < stop]
