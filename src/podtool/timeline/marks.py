"""Source time ↔ episode time: chapters and everything else that must follow the edit. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath

from podtool.errors import Problem, Severity
from podtool.show.facts import ChapterFacts, SoundbiteFacts
from podtool.show.model import ChapterMark, Episode
from podtool.show.podcasting import SoundbiteMark
from podtool.timeline.model import Placement, Range, Source, Timeline
from podtool.units import Samples, Seconds, format_time, samples_at, time_at


def derive_chapters(episode: Episode, timeline: Timeline) -> tuple[ChapterFacts, ...]:
    """The chapters of a laid-out episode in time order; each ends where the next starts.

    A titled segment starts one; `chapters` inside a segment add more, in source time. Two that would start
    at the same millisecond become one, the later named wins. A mark in sound that was cut out is left out:
    `find_lost_marks` tells of those.
    """
    starts: dict[int, tuple[str, str | None, PurePosixPath | None]] = {}
    for segment, span in zip(episode.segments, timeline.spans, strict=True):
        if segment.title:
            starts[_milliseconds(span.range_in_episode.start, timeline)] = (
                segment.title,
                segment.url,
                segment.image,
            )
        for mark in segment.chapters:
            position = episode_position(timeline, segment.index, mark.at)
            if position is not None:
                starts[_milliseconds(position, timeline)] = (mark.title, mark.url, mark.image)
    end = _milliseconds(timeline.length, timeline)
    return tuple(
        ChapterFacts(start_ms=start, end_ms=stop, title=title, url=url, image=image)
        for start, stop in pairwise([*sorted(starts), end])
        for title, url, image in [starts[start]]
    )


def derive_soundbites(episode: Episode, timeline: Timeline) -> tuple[SoundbiteFacts, ...]:
    """The soundbites of a laid-out episode in time order.

    What was cut out of one is missing from it, too. One of which nothing is heard is left out:
    `find_lost_marks` tells of those.
    """
    found = [
        SoundbiteFacts(
            start_ms=_milliseconds(span.start, timeline),
            end_ms=_milliseconds(span.stop, timeline),
            title=mark.title,
        )
        for segment in episode.segments
        for mark in segment.soundbites
        if (span := heard_part(timeline, segment.index, mark.at, mark.at + mark.duration))
    ]
    return tuple(sorted(found, key=lambda each: (each.start_ms, each.end_ms)))


def find_lost_marks(episode: Episode, timeline: Timeline) -> tuple[Problem, ...]:
    """Chapter marks and soundbites whose source time is not heard, as problems."""
    chapters = [
        _lost(episode, segment.index, index, mark)
        for segment in episode.segments
        for index, mark in enumerate(segment.chapters)
        if episode_position(timeline, segment.index, mark.at) is None
    ]
    soundbites = [
        _lost_soundbite(episode, segment.index, index, mark)
        for segment in episode.segments
        for index, mark in enumerate(segment.soundbites)
        if heard_part(timeline, segment.index, mark.at, mark.at + mark.duration) is None
    ]
    return (*chapters, *soundbites)


def heard_part(timeline: Timeline, segment: int, start: Seconds, end: Seconds) -> Range | None:
    """From the first to the last moment of a segment's source range that is heard; None for nothing."""
    first, last = samples_at(start, timeline.rate_hz), samples_at(end, timeline.rate_hz)
    starts, stops = [], []
    for placed, heard in heard_ranges(timeline, segment):
        shift = placed.range_in_episode.start - placed.source_range.start - placed.offset
        begin, stop = max(first + shift, heard.start), min(last + shift, heard.stop)
        if begin < stop:
            starts.append(begin)
            stops.append(stop)
    return Range(start=Samples(min(starts)), stop=Samples(max(stops))) if starts else None


def episode_position(timeline: Timeline, segment: int, source_time: Seconds) -> Samples | None:
    """Where in the episode a moment of a segment's source is heard; None when it isn't.

    The sound that a join borrows from beyond a cut doesn't count as heard. For several tracks the time is the
    one they share, as it is for the segment's `start`, `end` and `cuts`.
    """
    at = samples_at(source_time, timeline.rate_hz)
    for placed, heard in heard_ranges(timeline, segment):
        moment = at - placed.offset + placed.range_in_episode.start - placed.source_range.start
        if heard.start <= moment < heard.stop:
            return Samples(moment)
    return None


def source_position(timeline: Timeline, position: int) -> tuple[Placement, Samples] | None:
    """The speech or music placement heard at an episode sample, and its source sample; None in silence.

    Where two cross, the later one counts.
    """
    found = None
    for span in timeline.spans:
        for placed, heard in heard_ranges(timeline, span.segment):
            if heard.start <= position < heard.stop:
                by = placed.source_range.start - placed.range_in_episode.start
                found = (placed, Samples(position + by))
    return found


def heard_ranges(timeline: Timeline, segment: int) -> Iterator[tuple[Placement, Range]]:
    """A segment's placements (without its bed) with the range that is theirs: a join is the later's."""
    tracks: dict[tuple[Source, int], list[Placement]] = {}
    for placed in timeline.placements:
        if placed.segment == segment and placed.role != "bed":
            tracks.setdefault((placed.source, placed.offset), []).append(placed)
    for pieces in tracks.values():
        owned = [_without_borrowed(placed) for placed in pieces]
        for placed, own, after in zip(pieces, owned, [*owned[1:], None], strict=True):
            stop = min(own.stop, after.start) if after else own.stop
            yield placed, Range(start=own.start, stop=Samples(max(own.start, stop)))


def _without_borrowed(placed: Placement) -> Range:
    before, after = placed.borrowed
    span = placed.range_in_episode
    return Range(start=Samples(span.start + before), stop=Samples(span.stop - after))


def _milliseconds(position: int, timeline: Timeline) -> int:
    return round(time_at(position, timeline.rate_hz) * 1000)


def _lost(episode: Episode, segment: int, index: int, mark: ChapterMark) -> Problem:
    place = episode.places.find(f"segments.{segment}.chapters.{index}.at")
    return Problem(
        rule="CHAPTERS-002",
        severity=Severity.WARNING,
        message=f"chapter «{mark.title}» at {format_time(mark.at)} lies in sound that is not heard",
        hint="`at` is in source time; move it to where the sound is kept",
        file=place.file,
        line=place.line,
        column=place.column,
    )


def _lost_soundbite(episode: Episode, segment: int, index: int, mark: SoundbiteMark) -> Problem:
    place = episode.places.find(f"segments.{segment}.soundbites.{index}.at")
    return Problem(
        rule="FEED-033",
        severity=Severity.WARNING,
        message=f"the soundbite at {format_time(mark.at)} lies in sound that is not heard",
        hint="`at` is in source time; move it to where the sound is kept",
        file=place.file,
        line=place.line,
        column=place.column,
    )
