"""When a work is heard: not merely placed, but above silence. Pure.

placed       |##########|   |####|####|
pushed down       |####|
heard        |####|    |#|  |#########|
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from podtool.timeline.model import Placement, Range
from podtool.units import Samples, amplitude_of

INAUDIBLE_DB = -60.0
"""A gain that nobody hears through: 60 dB below the sound's own level."""


def heard_ranges(placed: Placement) -> tuple[Range, ...]:
    """The parts of a placement that its gain and ducking leave audible, in episode samples."""
    if placed.gain_db <= INAUDIBLE_DB:
        return ()
    silence = amplitude_of(INAUDIBLE_DB - placed.gain_db)
    left = [placed.range_in_episode]
    for first, second in pairwise(placed.ducking):
        if max(first.gain, second.gain) <= silence and first.at < second.at:
            left = [piece for span in left for piece in _without(span, first.at, second.at)]
    return tuple(left)


def _without(span: Range, start: int, stop: int) -> Iterable[Range]:
    if span.start < min(start, span.stop):
        yield Range(start=span.start, stop=Samples(min(start, span.stop)))
    if max(stop, span.start) < span.stop:
        yield Range(start=Samples(max(stop, span.start)), stop=span.stop)


def join_ranges(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Sorted, and what touches or overlaps is one: a cut's two sides, a bed that carries a sting on."""
    joined: list[Range] = []
    for span in sorted((one for one in ranges if one.length), key=lambda one: (one.start, one.stop)):
        if joined and span.start <= joined[-1].stop:
            joined[-1] = Range(start=joined[-1].start, stop=Samples(max(joined[-1].stop, span.stop)))
        else:
            joined.append(span)
    return tuple(joined)
