"""Silence inside an episode, told from its sources' levels per 10 ms."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from podtool.audio.flaws import FRAMES_PER_SECOND, LEVEL_STEP_DB, Steps
from podtool.audio.kweighting import Floats
from podtool.show.mix_facts import SilenceFacts
from podtool.timeline.model import Placement, Range, Source, Timeline
from podtool.units import Samples

SILENT_DBFS = -50.0
"""In the mix, where speech is at -16 LUFS: what is softer isn't heard in a kitchen."""
SHORTEST_SILENCE_S = 1.0
_SILENT = -200.0


def find_silences(
    timeline: Timeline, steps: Mapping[Source, Steps], gain_db: Callable[[Placement], float]
) -> Iterator[SilenceFacts]:
    """Where nothing is heard between two sounds for a second or more; nothing where a source isn't known."""
    if any(placed.source not in steps for placed in timeline.placements):
        return
    mix = np.full(math.ceil(timeline.length * FRAMES_PER_SECOND / timeline.rate_hz) + 1, _SILENT)
    for placed in timeline.placements:
        first, levels = _levels(placed, steps[placed.source], timeline.rate_hz)
        part = mix[first : first + len(levels)]
        np.maximum(part, levels[: len(part)] + gain_db(placed), out=part)
    for span in _runs(mix < SILENT_DBFS, timeline.rate_hz / FRAMES_PER_SECOND):
        asked = sum(each.length for each in _asked(timeline, span))
        yield SilenceFacts(
            segment=_segment_at(timeline, span.start),
            at_s=round(span.start / timeline.rate_hz, 3),
            length_s=round(span.length / timeline.rate_hz, 3),
            asked_s=round(asked / timeline.rate_hz, 3),
        )


def _levels(placed: Placement, steps: Steps, rate_hz: int) -> tuple[int, Floats]:
    """A placement's first frame in the episode, and its levels with ramps and ducking, in dBFS."""
    span, part = placed.range_in_episode, placed.source_range
    first, last, begin = (
        round(at * FRAMES_PER_SECOND / rate_hz) for at in (span.start, span.stop, part.start)
    )
    levels = steps[begin : begin + last - first] * -LEVEL_STEP_DB
    centres = np.asarray((first + np.arange(len(levels)) + 0.5) * rate_hz / FRAMES_PER_SECOND, np.float64)
    return first, levels + 20 * np.log10(np.maximum(gains_at(placed, centres), 1e-9))


def _runs(silent: np.ndarray[tuple[int], np.dtype[np.bool_]], per_frame: float) -> Iterator[Range]:
    loud = np.flatnonzero(~silent)
    if not len(loud):
        return
    inner = silent[loud[0] : loud[-1] + 1]
    edges = np.flatnonzero(np.diff(inner.astype(np.int8))) + 1 + loud[0]
    for start, stop in edges.reshape(-1, 2).tolist():
        if stop - start >= SHORTEST_SILENCE_S * FRAMES_PER_SECOND:
            yield Range(start=Samples(round(start * per_frame)), stop=Samples(round(stop * per_frame)))


def _segment_at(timeline: Timeline, at: int) -> int:
    begun = [span.segment for span in timeline.spans if span.range_in_episode.start <= at]
    return begun[-1] if begun else 0


def _asked(timeline: Timeline, span: Range) -> Iterator[Range]:
    """What of a span lies in no clip: in a `silence`, or in a `gap`."""
    at = span.start
    for placed in timeline.placements:
        heard = placed.range_in_episode
        if heard.start > at:
            yield Range(start=at, stop=min(heard.start, span.stop))
        at = max(at, heard.stop)
        if at >= span.stop:
            return


def gains_at(placed: Placement, positions: Floats) -> Floats:
    """The ramps and the ducking of a placement at some places of the episode, as factors."""
    gains = np.ones(len(positions))
    for ramp in placed.ramps:
        length = max(1, ramp.over.length)
        part = np.clip((positions - ramp.over.start) / length, 0.0, 1.0)
        weight = part * part * (3 - 2 * part)
        if ramp.curve == "power":
            low, high = ramp.before**2, ramp.after**2
            gains *= np.sqrt(low + (high - low) * weight)
        else:
            gains *= ramp.before + (ramp.after - ramp.before) * weight
    if placed.ducking:
        gains *= np.interp(
            positions,
            [point.at for point in placed.ducking],
            [point.gain for point in placed.ducking],
        )
    return gains
