"""One segment's room in the episode: its length, its placements, and the errors that name its keys. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from podtool.errors import ManifestError, PodtoolError, Problem, Severity, SourceError
from podtool.show.model import Clip, Episode, Segment
from podtool.timeline.frame_grid import earlier_on_grid, later_on_grid
from podtool.timeline.model import Placement, Ramp, Range, Role, SegmentSpan, Source, Treatment
from podtool.units import Samples, format_time, samples_at, time_at

JOIN_S = Fraction(1, 100)
"""Length of the crossfade at a cut inside a clip."""
EDGE_S = Fraction(3, 1000)
"""Length of the fade where a clip begins or ends in the middle of its source: a step would click."""


def source_of(segment: Segment, clip: Clip) -> Source:
    """What a clip plays: its file, treated as its segment says."""
    return Source(file=clip.file, treatment=Treatment(effects=segment.effects, pan=segment.pan))


class Room:
    """One segment, its sources' lengths, and the errors that name its keys."""

    def __init__(
        self, episode: Episode, segment: Segment, available: Mapping[Source, Samples], rate_hz: int, grid: int
    ) -> None:
        self.episode = episode
        self.segment = segment
        self.available = available
        self.rate_hz = rate_hz
        self.grid = grid
        self.kept = [self._kept_ranges(clip) for clip in segment.clips]
        self.slips = [self._slips_of(kept) for kept in self.kept]

    def length(self) -> int:
        """The segment's length in samples: its silence, or what its cuts leave of its clip or tracks."""
        lengths = [
            sum(piece.length for piece in kept) - sum(slips)
            for kept, slips in zip(self.kept, self.slips, strict=True)
        ]
        return max(lengths, default=samples_at(self.segment.silence, self.rate_hz))

    def slipped(self, start: int, length: int, spans: list[SegmentSpan]) -> int:
        """`start` moved by less than a frame, so that the clip's frames are those of its source.

        A little later, which is a little silence; into a crossfade a little earlier, which makes it longer,
        if the segment before allows that.
        """
        if not self.kept:
            return start
        first = self.kept[0][0].start
        if not self.segment.crossfade or not spans:
            return later_on_grid(start, first, self.grid)
        earlier = earlier_on_grid(start, first, self.grid)
        before = spans[-1].range_in_episode
        lowest = max(before.start, spans[-2].range_in_episode.stop if len(spans) > 1 else 0)
        fits = earlier >= lowest and earlier + length >= before.stop
        return earlier if fits else start

    def _slips_of(self, kept: list[Range]) -> list[int]:
        """By how much each piece but the first begins before the one before it ends, beyond the join's reach.

        All that is kept is heard: a slip makes two pieces cross for longer. Very short pieces stay where they
        are.
        """
        slips, at = [0], kept[0].start + kept[0].length
        longest_reach = samples_at(JOIN_S, self.rate_hz)
        for before, piece in pairwise(kept):
            slip = at - earlier_on_grid(at, piece.start, self.grid)
            if slip and slip + longest_reach > min(before.length, piece.length) // 2:
                slip = 0
            slips.append(slip)
            at += piece.length - slip
        return slips

    def placements(self, span: Range) -> Iterator[Placement]:
        """The segment's placements when it plays in `span`, fades applied, crossfades not yet."""
        for clip, kept, slips in zip(self.segment.clips, self.kept, self.slips, strict=True):
            pieces = self._pieces(clip, kept, slips, span.start)
            yield from (replace(piece, ramps=piece.ramps + self._fades(span)) for piece in pieces)
        if self.segment.bed:
            yield self._bed(span)

    def error(self, kind: type[PodtoolError], key: str, message: str, hint: str) -> PodtoolError:
        """An error that points at a key of this segment."""
        place = self.episode.places.find(f"segments.{self.segment.index}.{key}")
        rule = "SOURCE-002" if kind is SourceError else "TIMELINE-001"
        problem = Problem(
            rule=rule,
            severity=Severity.ERROR,
            message=message,
            hint=hint,
            file=place.file,
            line=place.line,
            column=place.column,
        )
        return kind(f"{problem.place}: {message}", hint=hint, problems=(problem,))

    def _extent(self, clip: Clip) -> Range:
        """Where a recording lies in the time of `start`, `end` and `cuts`: a track's may begin later."""
        first = samples_at(clip.offset, self.rate_hz)
        has = self.available[source_of(self.segment, clip)]
        return Range(start=Samples(first), stop=Samples(first + has))

    def _kept_ranges(self, clip: Clip) -> list[Range]:
        """What remains between a clip's start and end when its cuts are out, in samples of that same time.

        Tracks lose the same moments, whenever each recording began and ended, or they would drift apart.
        """
        has = max(self._extent(other).stop for other in self.segment.clips)
        start = samples_at(clip.start, self.rate_hz)
        stop = has if clip.end is None else samples_at(clip.end, self.rate_hz)
        # An end that a person read off a player may lie a hair behind the last sample.
        stop = has if 0 < stop - has <= self.rate_hz // 20 else stop
        self._check_inside(clip, start, stop, has)
        kept = []
        for cut_from, cut_to in clip.cuts:
            first, last = samples_at(cut_from, self.rate_hz), samples_at(cut_to, self.rate_hz)
            self._check_cut(clip, first, last, Range(start=Samples(start), stop=Samples(stop)))
            if first > start:
                kept.append(Range(start=Samples(start), stop=Samples(first)))
            start = max(start, min(last, stop))
        if start < stop:
            kept.append(Range(start=Samples(start), stop=Samples(stop)))
        if not kept:
            raise self.error(ManifestError, "cuts", f"the cuts leave nothing of {clip.file}", "cut less")
        return kept

    def _check_inside(self, clip: Clip, start: int, stop: int, has: int) -> None:
        long = format_time(time_at(has, self.rate_hz))
        named = f"{clip.file} is" if len(self.segment.clips) == 1 else "the tracks together are"
        if start >= has:
            message = f"{named} {long} long; it can't start at {format_time(clip.start)}"
            raise self.error(
                SourceError, "start", message, "correct `start`, or bring in the right recording"
            )
        if stop > has:
            message = f"{named} {long} long; it can't play up to {format_time(clip.end or clip.start)}"
            raise self.error(SourceError, "end", message, "correct `end`, or bring in the right recording")

    def _check_cut(self, clip: Clip, first: int, last: int, within: Range) -> None:
        if first >= within.stop or last <= within.start:
            times = " to ".join(format_time(time_at(at, self.rate_hz)) for at in (first, last))
            message = f"the cut from {times} lies outside what plays of {clip.file}"
            raise self.error(ManifestError, "cuts", message, "cuts are in source time; remove or correct it")

    def _pieces(self, clip: Clip, kept: list[Range], slips: list[int], at: int) -> Iterator[Placement]:
        """One placement per kept range; neighbours reach into the cut and cross there."""
        source, extent = source_of(self.segment, clip), self._extent(clip)
        half = self._join_half(kept)
        for index, (piece, slip, next_slip) in enumerate(zip(kept, slips, [*slips[1:], 0], strict=True)):
            at -= slip
            own = piece.overlap(extent)
            if own:
                # A track may begin or end within a cut, or leave less than half a join beside it.
                joined = (
                    index > 0 and own.start == piece.start,
                    piece is not kept[-1] and own.stop == piece.stop,
                )
                before = min(half, own.start - extent.start) if joined[0] else 0
                after = min(half, extent.stop - own.stop) if joined[1] else 0
                heard, taken = own.moved(at - piece.start), own.moved(-extent.start)
                yield Placement(
                    segment=self.segment.index,
                    role=self._role(),
                    source=source,
                    source_range=_widened(taken, before, after),
                    range_in_episode=_widened(heard, before, after),
                    offset=extent.start,
                    gain_db=self.segment.gain_db + clip.gain_db,
                    levelled=self.segment.kind != "sting" and self.segment.level == "auto",
                    ramps=self._joins(heard, ((before, slip), (after, next_slip)), taken, source),
                    speaker=clip.speaker or self.segment.speaker,
                    borrowed=(before, after),
                )
            at += piece.length

    def _join_half(self, kept: list[Range]) -> int:
        shortest = min(piece.length for piece in kept)
        return min(samples_at(JOIN_S, self.rate_hz) // 2, shortest // 2)

    def _joins(
        self, heard: Range, reach: tuple[tuple[int, int], tuple[int, int]], piece: Range, source: Source
    ) -> tuple[Ramp, ...]:
        """The ramps at a piece's own ends: a join where it reaches into a cut, else a short edge.

        `reach` has for both ends how far the piece reaches beyond it, and how far the neighbour slipped into
        the piece.
        """
        (before, slip), (after, next_slip) = reach
        edge = min(samples_at(EDGE_S, self.rate_hz), heard.length // 2)
        ramps = []
        if before:
            ramps.append(rise(heard.start - before, heard.start + slip + before, "power"))
        elif piece.start > 0 and not (self.segment.fade_in or self.segment.crossfade):
            ramps.append(rise(heard.start, heard.start + edge, "smooth"))
        if after:
            ramps.append(fall(heard.stop - next_slip - after, heard.stop + after, "power"))
        elif piece.stop < self.available[source] and not self.segment.fade_out:
            ramps.append(fall(heard.stop - edge, heard.stop, "smooth"))
        return tuple(ramps)

    def _fades(self, span: Range) -> tuple[Ramp, ...]:
        fade_in = samples_at(self.segment.fade_in, self.rate_hz)
        fade_out = samples_at(self.segment.fade_out, self.rate_hz)
        for key, fade in (("fade_in", fade_in), ("fade_out", fade_out)):
            if fade > span.length:
                long = format_time(time_at(span.length, self.rate_hz))
                message = f"`{key}` is longer than its segment, which plays {long}"
                raise self.error(ManifestError, key, message, "shorten the fade")
        ramps = [rise(span.start, span.start + fade_in, "smooth")] if fade_in else []
        return (*ramps, *([fall(span.stop - fade_out, span.stop, "smooth")] if fade_out else []))

    def _role(self) -> Role:
        return "music" if self.segment.kind == "sting" else "speech"

    def _bed(self, span: Range) -> Placement:
        """Music from the segment's start to its end, or to the music's own end where that comes first."""
        bed = self.segment.bed
        if bed is None:
            raise ValueError("this segment has no bed")
        source = Source(file=bed.file)
        first = samples_at(bed.start, self.rate_hz)
        length = min(span.length, self.available[source] - first)
        if length <= 0:
            long = format_time(time_at(self.available[source], self.rate_hz))
            message = f"{bed.file} is {long} long; the bed can't start at {format_time(bed.start)}"
            raise self.error(SourceError, "bed.start", message, "correct the bed's `start`")
        stop = span.start + length
        fade_in = min(samples_at(bed.fade_in, self.rate_hz), length)
        fade_out = min(samples_at(bed.fade_out, self.rate_hz), length)
        edge = samples_at(EDGE_S, self.rate_hz)
        return Placement(
            segment=self.segment.index,
            role="bed",
            source=source,
            source_range=Range(start=Samples(first), stop=Samples(first + length)),
            range_in_episode=Range(start=span.start, stop=Samples(stop)),
            gain_db=bed.gain_db,
            ramps=(
                rise(span.start, span.start + (fade_in or edge), "smooth"),
                fall(stop - (fade_out or edge), stop, "smooth"),
            ),
            duck_db=bed.duck_db,
        )


def _widened(span: Range, before: int, after: int) -> Range:
    return Range(start=Samples(span.start - before), stop=Samples(span.stop + after))


def rise(start: int, stop: int, curve: str) -> Ramp:
    """From silence to full over [start, stop); `curve` as `Ramp` has it."""
    return _ramp(start, stop, curve, 0.0, 1.0)


def fall(start: int, stop: int, curve: str) -> Ramp:
    """From full to silence over [start, stop)."""
    return _ramp(start, stop, curve, 1.0, 0.0)


def _ramp(start: int, stop: int, curve: str, before: float, after: float) -> Ramp:
    over = Range(start=Samples(start), stop=Samples(stop))
    return Ramp(over=over, before=before, after=after, curve="power" if curve == "power" else "smooth")
