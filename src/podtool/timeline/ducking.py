r"""Beds that make room for speech: from where somebody speaks to a gain curve. Pure.

    speech        ____|#######|__|####|________
    bed gain 0 dB ‾‾\                    /‾‾‾‾‾
            -duck     \________________/
                  attack              hold, then release

The curve begins to fall before the first word, so that no word is half covered, and comes back slowly; a
pause shorter than attack + hold + release doesn't let it up, or the music would pump between sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from podtool.timeline.model import DuckPoint, Placement, Range, Source, Timeline
from podtool.units import Samples, amplitude_of, samples_at

ATTACK_S = Fraction(3, 10)
HOLD_S = Fraction(5, 10)
RELEASE_S = Fraction(12, 10)


def duck_beds(timeline: Timeline, activity: Mapping[Source, Iterable[Range]]) -> Timeline:
    """The timeline with every bed's `ducking` filled in.

    Args:
        timeline: as laid out.
        activity: where somebody speaks, in source samples at the timeline's rate.
    """
    speech = find_speech(timeline, activity)
    placements = tuple(
        replace(placed, ducking=derive_ducking(placed, speech, timeline.rate_hz))
        if placed.duck_db
        else placed
        for placed in timeline.placements
    )
    return replace(timeline, placements=placements)


def find_speech(timeline: Timeline, activity: Mapping[Source, Iterable[Range]]) -> tuple[Range, ...]:
    """Where somebody speaks, in episode samples: sorted, disjoint."""
    heard = (
        common.moved(placed.range_in_episode.start - placed.source_range.start)
        for placed in timeline.placements
        if placed.role == "speech"
        for active in activity.get(placed.source, ())
        if (common := active.overlap(placed.source_range))
    )
    return _merged(heard, 0)


def derive_ducking(bed: Placement, speech: Iterable[Range], rate_hz: int) -> tuple[DuckPoint, ...]:
    """The corners of a bed's ducking curve; empty where nobody speaks over it."""
    attack, hold, release = (samples_at(time, rate_hz) for time in (ATTACK_S, HOLD_S, RELEASE_S))
    over_it = [common for spoken in speech if (common := spoken.overlap(bed.range_in_episode))]
    low = amplitude_of(-bed.duck_db)
    return tuple(
        DuckPoint(at=Samples(at), gain=gain)
        for spoken in _merged(over_it, attack + hold + release)
        for at, gain in (
            (spoken.start - attack, 1.0),
            (spoken.start, low),
            (spoken.stop + hold, low),
            (spoken.stop + hold + release, 1.0),
        )
    )


def _merged(ranges: Iterable[Range], nearer_than: int) -> tuple[Range, ...]:
    merged: list[Range] = []
    for item in sorted(ranges, key=lambda r: (r.start, r.stop)):
        if merged and item.start <= merged[-1].stop + nearer_than:
            stop = max(merged[-1].stop, item.stop)
            merged[-1] = Range(start=merged[-1].start, stop=Samples(stop))
        else:
            merged.append(item)
    return tuple(merged)
