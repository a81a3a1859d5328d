"""An episode laid out: segments become placements in samples. Pure.

    segment 1   |##########|
    segment 2          |xxx########|          crossfade: starts before the end of 1, both ramp
    segment 3                      . . |####| gap: starts after the end of 2

The length of an episode is the sum of its clips less the crossfades plus the gaps. A cut takes its length
out; the join is smoothed with sound from beyond the cut, so that it costs no time. On a frame grid (see
`podtool.timeline.frame_grid`) every clip may slip by less than a frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from podtool.errors import ManifestError
from podtool.show.model import Episode
from podtool.timeline.model import (
    Placement,
    Ramp,
    Range,
    SegmentSpan,
    Source,
    Timeline,
)
from podtool.timeline.room import Room, fall, rise, source_of
from podtool.units import Samples, format_time, samples_at


def list_sources(episode: Episode) -> tuple[Source, ...]:
    """Every sound file an episode uses with its treatment, each once, in order of appearance."""
    found: dict[Source, None] = {}
    for segment in episode.segments:
        for clip in segment.clips:
            found[source_of(segment, clip)] = None
        if segment.bed:
            found[Source(file=segment.bed.file)] = None
    return tuple(found)


def lay_out(
    episode: Episode, available: Mapping[Source, Samples], rate_hz: int, *, grid_samples: int = 1
) -> Timeline:
    """Puts every segment at its time.

    Args:
        episode: as read from its YAML.
        available: how many samples each of `list_sources` has at `rate_hz`.
        rate_hz: the project's sample rate.
        grid_samples: a frame of the encoder; clips slip by less than that. 1 leaves them where they are.

    Raises:
        SourceError: a range lies outside its source.
        ManifestError: a fade or crossfade is longer than what it works on.
    """
    placements: list[Placement] = []
    spans: list[SegmentSpan] = []
    end = 0
    for segment in episode.segments:
        room = Room(episode, segment, available, rate_hz, grid_samples)
        length = room.length()
        start = end + samples_at(segment.gap, rate_hz) - samples_at(segment.crossfade, rate_hz)
        _check_overlaps(room, Range(start=Samples(start), stop=Samples(start + length)), spans)
        start = room.slipped(start, length, spans)
        span = Range(start=Samples(start), stop=Samples(start + length))
        spans.append(SegmentSpan(segment=segment.index, range_in_episode=span, title=segment.title))
        placements.extend(room.placements(span))
        end = start + length
    placements = _with_crossfades(placements, spans, episode)
    placements.sort(key=lambda placed: (placed.range_in_episode.start, placed.segment))
    return Timeline(rate_hz=rate_hz, length=Samples(end), placements=tuple(placements), spans=tuple(spans))


def _check_overlaps(room: Room, span: Range, spans: list[SegmentSpan]) -> None:
    """A crossfade needs both neighbours to be longer than it, and no third segment beneath it."""
    segment = room.segment
    if not segment.crossfade or not spans:
        return
    before = spans[-1].range_in_episode
    earlier = spans[-2].range_in_episode.stop if len(spans) > 1 else 0
    if span.start < before.start or span.stop < before.stop:
        fault = "is longer than one of the two segments"
    elif span.start < earlier:
        fault = "reaches back into the crossfade before it"
    else:
        return
    message = f"`crossfade` of {format_time(segment.crossfade)} {fault}"
    raise room.error(ManifestError, "crossfade", message, "shorten the crossfade")


def _with_crossfades(
    placements: list[Placement], spans: list[SegmentSpan], episode: Episode
) -> list[Placement]:
    """Adds the ramps of each crossfade to both segments that take part in it."""
    ramps: dict[int, list[Ramp]] = {}
    for before, span, segment in zip(spans, spans[1:], episode.segments[1:], strict=False):
        if not segment.crossfade:
            continue
        start, stop = span.range_in_episode.start, before.range_in_episode.stop
        ramps.setdefault(before.segment, []).append(fall(start, stop, "power"))
        ramps.setdefault(span.segment, []).append(rise(start, stop, "power"))
    return [
        replace(placed, ramps=placed.ramps + tuple(ramps.get(placed.segment, ()))) for placed in placements
    ]
