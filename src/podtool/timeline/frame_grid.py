"""The encoder's frame grid, and where the encoding is cut into chunks, so that an edit costs what it changes.

An MP3 frame codes 1152 samples. If something before it grows by 1000 samples, every later frame codes other
samples than before, and all of it has to be encoded again. So clips *slip*: a clip is heard a multiple of
1152 samples later than in its source, which moves it by 26 ms at most, and what it sounds like from frame to
frame stays the same wherever it comes to lie::

    source    |....1152....|....1152....|....1152....|
    episode        later by 3 frames: |....1152....|....1152....|....1152....|

The chunks that are encoded apart are anchored in the same way: each begins at a multiple of a chunk's length
in the time of the clip that is heard there, or with that clip, where the chunk before would be too long. A
cut moves what follows it, frames and chunks and all. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from podtool.timeline.model import Placement, Timeline

FRAME_SAMPLES = 1152
"""Of MPEG-1 Layer III (ISO/IEC 11172-3, 2.4.2.1): the project is mixed at 44.1 or 48 kHz."""


def later_on_grid(position: int, source_position: int, grid: int) -> int:
    """The first place from `position` on where `source_position` is heard by whole grid steps later."""
    return position + (source_position - position) % grid


def earlier_on_grid(position: int, source_position: int, grid: int) -> int:
    """The last place up to `position` where `source_position` is heard by whole grid steps later."""
    return position - (position - source_position) % grid


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """From `start` on, time is told by the clip that is heard there.

    Attributes:
        start: an episode sample.
        later_by: how much later than in its own time that clip is heard, in samples.
    """

    start: int
    later_by: int


def find_anchors(timeline: Timeline) -> tuple[Anchor, ...]:
    """Who tells the time, in time order: of several clips the one that began last; beds never do.

    Several microphones of one conversation begin together, and the first of them speaks for all.
    """
    heard = sorted(
        (placed for placed in timeline.placements if placed.role != "bed"),
        key=lambda placed: (placed.range_in_episode.start, placed.segment),
    )
    anchors: list[Anchor] = []
    for placed in heard:
        start = placed.range_in_episode.start
        if not anchors or start > anchors[-1].start:
            anchors.append(Anchor(start=start, later_by=_later_by(placed)))
    if not anchors or anchors[0].start > 0:
        anchors.insert(0, Anchor(start=0, later_by=anchors[0].later_by if anchors else 0))
    return tuple(anchors)


def _later_by(placed: Placement) -> int:
    return placed.later_by - placed.offset


def chunk_starts(
    anchors: Sequence[Anchor], length: int, *, chunk_frames: int, shortest_frames: int
) -> tuple[int, ...]:
    """The frames at which chunks begin: 0 first, then multiples of `chunk_frames` in each clip's own time.

    Where more than a quarter over `chunk_frames` lies between two of those, as at a cut, chunks begin with
    clips too: two that are made side by side are sooner done than a long one.

    Args:
        anchors: from `find_anchors`.
        length: of the episode, in samples.
        chunk_frames: a chunk's usual length.
        shortest_frames: no chunk is shorter, the last one included, unless it is the only one.
    """
    starts = [0]
    frames = length // FRAME_SAMPLES
    for frame in _wished(anchors, length, chunk_frames):
        if starts[-1] + shortest_frames <= frame <= frames - shortest_frames:
            starts.append(frame)
    clips = [-(-anchor.start // FRAME_SAMPLES) for anchor in anchors]
    return tuple(
        start
        for before, after in pairwise((*starts, frames))
        for start in _shortened(before, after, clips, chunk_frames, shortest_frames)
    )


def _shortened(before: int, after: int, clips: list[int], chunk_frames: int, shortest: int) -> Iterator[int]:
    """Where chunks from `before` to `after` begin; each place depends on what lies before it alone."""
    yield before
    longest = chunk_frames + max(chunk_frames // 4, shortest)
    while after - before > longest:
        inside = [clip for clip in clips if before + shortest <= clip <= after - shortest]
        near = [clip for clip in inside if clip <= before + chunk_frames]
        if not inside:
            return
        before = max(near) if near else min(inside)
        yield before


def _wished(anchors: Sequence[Anchor], length: int, chunk_frames: int) -> Iterator[int]:
    ends = [anchor.start for anchor in anchors[1:]] + [length]
    for anchor, end in zip(anchors, ends, strict=True):
        first = -(-anchor.start // FRAME_SAMPLES)
        shift = anchor.later_by // FRAME_SAMPLES
        yield from range(later_on_grid(first, shift, chunk_frames), -(-end // FRAME_SAMPLES), chunk_frames)


def chunk_lengths(starts: Sequence[int], frames: int) -> list[int]:
    """How many frames each chunk has, of `frames` in all."""
    return [after - before for before, after in pairwise((*starts, frames))]
