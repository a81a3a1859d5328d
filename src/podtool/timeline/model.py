"""Placement and Timeline: integer samples at the project's rate, half-open ranges."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from podtool.show.model import Effect
from podtool.units import Samples


@dataclass(frozen=True, kw_only=True)
class Range:
    """Half-open ``[start, stop)`` in samples."""

    start: Samples
    stop: Samples

    def __post_init__(self) -> None:
        """Refuses a range that ends before it begins: a bug, never a user's slip."""
        if self.stop < self.start:
            raise ValueError(f"range ends at {self.stop}, before its start {self.start}")

    @property
    def length(self) -> Samples:
        """How many samples."""
        return Samples(self.stop - self.start)

    def moved(self, by: int) -> Range:
        """The same range `by` samples later."""
        return Range(start=Samples(self.start + by), stop=Samples(self.stop + by))

    def overlap(self, other: Range) -> Range | None:
        """What both have in common; None when nothing."""
        start, stop = max(self.start, other.start), min(self.stop, other.stop)
        return Range(start=Samples(start), stop=Samples(stop)) if start < stop else None


Curve = Literal["power", "smooth"]
"""With w = t²(3-2t): ``power`` moves the squared gain by w, so that a crossfade of unlike sounds keeps
its power; ``smooth`` moves the gain itself. Both need only +, × and √, which IEEE 754 defines to the bit."""


@dataclass(frozen=True, kw_only=True)
class Ramp:
    """A gain that moves from one value to another over a range of episode samples.

    Before the range the gain is `before`, after it `after` (amplitude factors ≥ 0); several ramps multiply.
    An empty range is a step.
    """

    over: Range
    before: float
    after: float
    curve: Curve


@dataclass(frozen=True, kw_only=True)
class DuckPoint:
    """A corner of a ducking curve: the gain (a factor) at an episode sample; ``smooth`` between two."""

    at: Samples
    gain: float


Role = Literal["speech", "music", "bed"]


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """What is done to a source before it is placed; part of its recipe.

    Attributes:
        effects: in order, by name.
        pan: -1 left … 1 right.
    """

    effects: tuple[Effect, ...] = ()
    pan: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Source:
    """A sound file as it is used: the file and what is done to it. Two equal ones are decoded once."""

    file: PurePosixPath
    treatment: Treatment = Treatment()

    def __hash__(self) -> int:
        """Of the file alone: sources are looked up for every block, and few files are treated in two ways."""
        return hash(self.file)


@dataclass(frozen=True, kw_only=True)
class Placement:
    """A range of a source put at a time.

    Attributes:
        segment: index of the segment it belongs to.
        source_range: in samples of the treated source at the project's rate.
        range_in_episode: as long as `source_range`.
        offset: how much later its recording began than the time that the segment's keys speak of; 0 but for
            tracks.
        gain_db: the user's gains (segment and track); the speech levelling comes on top, from measurement.
        levelled: whether the speech levelling applies.
        ramps: fades, crossfades and joins.
        duck_db: how far speech pushes it down; 0 but for beds.
        ducking: the curve that comes of it, once the speech has been found; empty means no change.
        borrowed: samples at either end that are taken from beyond a cut, to cross there.
    """

    segment: int
    role: Role
    source: Source
    source_range: Range
    range_in_episode: Range
    offset: Samples = field(default=Samples(0))
    gain_db: float = 0.0
    levelled: bool = False
    ramps: tuple[Ramp, ...] = ()
    duck_db: float = 0.0
    ducking: tuple[DuckPoint, ...] = ()
    speaker: str | None = None
    borrowed: tuple[int, int] = (0, 0)

    @property
    def later_by(self) -> int:
        """How much later in the episode than in its source a sample is heard; less than 0 for earlier."""
        return self.range_in_episode.start - self.source_range.start


@dataclass(frozen=True, kw_only=True)
class SegmentSpan:
    """Where a segment plays, its crossfades included."""

    segment: int
    range_in_episode: Range
    title: str | None = None


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """An episode in samples; `placements` in order of their start."""

    rate_hz: int
    length: Samples
    placements: tuple[Placement, ...]
    spans: tuple[SegmentSpan, ...]
