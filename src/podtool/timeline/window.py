"""What is heard in a stretch of the episode, told from the stretch's start: the recipe of its sound. Pure.

Two stretches with the same description sound the same to the bit, wherever they lie. So sound that was made
for one place is found again after everything before it has grown or shrunk.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from podtool.timeline.model import DuckPoint, Placement, Ramp, Source, Timeline

Plain = list[object]


def describe_window(
    timeline: Timeline,
    start: int,
    stop: int,
    gain_of: Callable[[Placement], float],
    digest_of: Callable[[Source], str],
) -> list[Plain]:
    """Everything that a sample of the mix in [start, stop) depends on, in JSON values.

    Args:
        timeline: with its ducking.
        start: an episode sample; may lie before the episode.
        stop: the sample after the last; may lie behind the episode.
        gain_of: a placement's constant gain, as a factor.
        digest_of: changes with a source's samples.
    """
    described: list[Plain] = []
    for placed in timeline.placements:
        first = max(start, placed.range_in_episode.start)
        last = min(stop, placed.range_in_episode.stop)
        if first < last:
            described.append(
                [
                    digest_of(placed.source),
                    first - placed.later_by,
                    first - start,
                    last - start,
                    gain_of(placed),
                    [told for ramp in placed.ramps if (told := _ramp(ramp, start, first, last))],
                    _ducking(placed.ducking, start, first, last),
                ]
            )
    return described


def _ramp(ramp: Ramp, start: int, first: int, last: int) -> Plain | None:
    """A ramp as it acts on [first, last); None where it changes nothing."""
    if last <= ramp.over.start:
        return None if ramp.before == 1 else [ramp.before]
    if first >= ramp.over.stop:
        return None if ramp.after == 1 else [ramp.after]
    return [ramp.over.start - start, ramp.over.stop - start, ramp.before, ramp.after, ramp.curve]


def _ducking(points: tuple[DuckPoint, ...], start: int, first: int, last: int) -> list[Plain]:
    """The corners that act on [first, last): those inside, and one on either side."""
    low = max(0, bisect_right(points, first, key=lambda point: point.at) - 1)
    high = bisect_left(points, last, key=lambda point: point.at) + 1
    near = points[low:high]
    if all(point.gain == 1 for point in near):
        return []
    return [[point.at - start, point.gain] for point in near]
