"""What would be heard of a mix at its edits and joins, told from what was measured of its sources alone.

Nothing is decoded: loudness per 100 ms and levels per 10 ms of each source, moved to where the timeline puts
them and multiplied by the gains they have there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np

from podtool.audio.dead_air import find_silences, gains_at
from podtool.audio.edit_points import SpeechLevels, below_speech_db, nearest_pauses, speech_levels
from podtool.audio.flaws import FRAMES_PER_SECOND, LEVEL_STEP_DB, Steps
from podtool.audio.kweighting import Floats
from podtool.audio.levelling import find_activity
from podtool.audio.loudness import integrated_loudness, loudness_of
from podtool.audio.measuring import HOPS_PER_SECOND, Measurement
from podtool.show.mix_facts import BedFacts, EdgeFacts, EndFacts, MixFacts, StepFacts
from podtool.timeline.ducking import find_speech
from podtool.timeline.model import Placement, Range, Source, Timeline

COVERED_S = Fraction(6, 100)
"""A fade or crossfade so long covers an edit."""
AT_END_S = Fraction(5, 100)
"""So near to its end, a recording is played to its end."""
NEAR_HOPS = 10 * HOPS_PER_SECOND
"""Loudness on either side of a join is that of ten seconds."""
FEWEST_HOPS = 2 * HOPS_PER_SECOND
_LAST_FRAMES = 5


@dataclass(frozen=True)
class Hearing:
    """A timeline with its ducking, and what was measured of its sources.

    Attributes:
        timeline: with its ducking.
        measured: every source, treated as it is used, at the timeline's rate.
        steps: the levels per 10 ms of the sources whose time is that of their file.
        levels_db: the speech levelling by segment and source.
    """

    timeline: Timeline
    measured: Mapping[Source, Measurement]
    steps: Mapping[Source, Steps]
    levels_db: Mapping[tuple[int, Source], float]

    def facts(self) -> MixFacts:
        """Everything that is found."""
        return MixFacts(
            edges=tuple(self._edges()),
            steps=tuple(self._steps()),
            beds=tuple(self._beds()),
            silences=tuple(find_silences(self.timeline, self.steps, self._gain_db)),
            ends=tuple(self._ends()),
            first_speech_s=self._seconds(self._speech[0].start) if self._speech else None,
        )

    @cached_property
    def _speech(self) -> tuple[Range, ...]:
        return find_speech(
            self.timeline, {source: find_activity(heard) for source, heard in self.measured.items()}
        )

    def _seconds(self, samples: int) -> float:
        return round(samples / self.timeline.rate_hz, 3)

    def _gain_db(self, placed: Placement) -> float:
        levelled = self.levels_db.get((placed.segment, placed.source), 0.0) if placed.levelled else 0.0
        return placed.gain_db + levelled

    # Edits

    @cached_property
    def _levels(self) -> dict[Source, SpeechLevels | None]:
        spoken = {placed.source for placed in self.timeline.placements if placed.role == "speech"}
        return {source: speech_levels(steps) for source, steps in self.steps.items() if source in spoken}

    def _edges(self) -> Iterator[EdgeFacts]:
        kept: dict[tuple[int, Source], list[Placement]] = {}
        for placed in self.timeline.placements:
            if placed.role == "speech":
                kept.setdefault((placed.segment, placed.source), []).append(placed)
        for (_, source), pieces in kept.items():
            levels = self._levels.get(source)
            if levels is None or not levels.is_clear:
                continue
            for number, placed in enumerate(pieces):
                yield from self._edge(placed, levels, "cuts" if number else "start", begins=True)
                is_last = number == len(pieces) - 1
                yield from self._edge(placed, levels, "end" if is_last else "cuts", begins=False)

    def _edge(
        self,
        placed: Placement,
        levels: SpeechLevels,
        key: Literal["start", "end", "cuts"],
        *,
        begins: bool,
    ) -> Iterator[EdgeFacts]:
        part, heard, (before, after) = placed.source_range, placed.range_in_episode, placed.borrowed
        at, in_episode = (
            (part.start + before, heard.start + before) if begins else (part.stop - after, heard.stop - after)
        )
        near = AT_END_S * self.timeline.rate_hz
        inside = near < at < self.measured[placed.source].samples - near
        if not inside or self._is_covered(placed, in_episode) or self._goes_on(placed, at, in_episode):
            return
        at_s = at / self.timeline.rate_hz
        pauses = nearest_pauses(levels, at_s)
        offset_s = placed.offset / self.timeline.rate_hz
        told = [None if pause is None else round(pause + offset_s, 2) for pause in pauses]
        yield EdgeFacts(
            segment=placed.segment,
            file=placed.source.file,
            key=key,
            at_s=round(at_s + offset_s, 3),
            below_speech_db=round(below_speech_db(levels, at_s), 1),
            pause_before_s=told[0],
            pause_after_s=told[1],
        )

    def _goes_on(self, placed: Placement, at: int, in_episode: int) -> bool:
        """Whether another segment goes on where this one ends: one recording under two titles."""
        near = AT_END_S * self.timeline.rate_hz
        return any(
            other.source.file == placed.source.file
            and other is not placed
            and any(
                abs(theirs - at) <= near and abs(heard - in_episode) <= near
                for theirs, heard in (
                    (other.source_range.start, other.range_in_episode.start),
                    (other.source_range.stop, other.range_in_episode.stop),
                )
            )
            for other in self.timeline.placements
        )

    def _is_covered(self, placed: Placement, at: int) -> bool:
        """Whether a fade or a crossfade lies over a place in the episode."""
        shortest = COVERED_S * self.timeline.rate_hz
        return any(
            ramp.over.start <= at <= ramp.over.stop and ramp.over.length >= shortest for ramp in placed.ramps
        )

    # Loudness

    def _energies(self, placements: list[Placement], span: Range) -> Floats:
        """K-weighted energy per 100 ms of what is heard of some placements together in a span."""
        hop = self.timeline.rate_hz // HOPS_PER_SECOND
        first = span.start // hop
        total = np.zeros(math.ceil(span.stop / hop) - first)
        for placed in placements:
            common = placed.range_in_episode.overlap(span)
            if common is None:
                continue
            part = common.moved(-placed.later_by)
            begin = part.start // hop
            energies = self.measured[placed.source].energies[begin : math.ceil(part.stop / hop)]
            centres = np.asarray((begin + np.arange(len(energies)) + 0.5) * hop + placed.later_by, np.float64)
            gains = 10 ** (self._gain_db(placed) / 20) * gains_at(placed, centres)
            at = max(0, round(begin + placed.later_by / hop) - first)
            heard = energies.astype(np.float64) * gains * gains
            total[at : at + len(heard)] += heard[: max(0, len(total) - at)]
        return total

    def _heard(self, segment: int, spans: list[Range]) -> Floats:
        """All that is said in a segment in some spans, at all its microphones together."""
        speech = [
            placed
            for placed in self.timeline.placements
            if placed.segment == segment and placed.role == "speech"
        ]
        return np.concatenate([np.empty(0), *(self._energies(speech, span) for span in spans)])

    def _spoken(self, segment: int) -> list[Range]:
        """Where somebody speaks in a segment."""
        span = next(each.range_in_episode for each in self.timeline.spans if each.segment == segment)
        return [common for spoken in self._speech if (common := spoken.overlap(span))]

    def _steps(self) -> Iterator[StepFacts]:
        talking = [each for each in self.timeline.spans if self._is_speech(each.segment)]
        for before, after in pairwise(talking):
            sides = (
                self._heard(before.segment, self._spoken(before.segment))[-NEAR_HOPS:],
                self._heard(after.segment, self._spoken(after.segment))[:NEAR_HOPS],
            )
            levels = [float(integrated_loudness(side)) for side in sides]
            if min(map(len, sides)) >= FEWEST_HOPS and all(map(math.isfinite, levels)):
                yield StepFacts(
                    segment=after.segment,
                    at_s=self._seconds(after.range_in_episode.start),
                    before_lufs=round(levels[0], 1),
                    after_lufs=round(levels[1], 1),
                )

    def _is_speech(self, segment: int) -> bool:
        return any(
            placed.segment == segment and placed.role == "speech" for placed in self.timeline.placements
        )

    def _beds(self) -> Iterator[BedFacts]:
        for bed in self.timeline.placements:
            if bed.role != "bed":
                continue
            spans = [each for spoken in self._speech if (each := spoken.overlap(bed.range_in_episode))]
            speech = self._heard(bed.segment, spans)
            music = np.concatenate([np.empty(0), *(self._energies([bed], span) for span in spans)])
            levels = (float(loudness_of(speech)), float(loudness_of(music)))
            if min(len(speech), len(music)) >= FEWEST_HOPS and all(map(math.isfinite, levels)):
                yield BedFacts(
                    segment=bed.segment, speech_lufs=round(levels[0], 1), bed_lufs=round(levels[1], 1)
                )

    # Music

    def _ends(self) -> Iterator[EndFacts]:
        for placed in self.timeline.placements:
            if placed.role == "speech" or placed.source not in self.steps:
                continue
            stop = placed.range_in_episode.stop
            near = AT_END_S * self.timeline.rate_hz
            whole = self.measured[placed.source].samples - placed.source_range.stop <= near
            if whole or self._is_covered(placed, stop):
                continue
            first, last = (
                round(at * FRAMES_PER_SECOND / self.timeline.rate_hz)
                for at in (placed.source_range.start, placed.source_range.stop)
            )
            powers = 10 ** (self.steps[placed.source][first:last] * -LEVEL_STEP_DB / 10)
            if len(powers) > _LAST_FRAMES:
                below = 10 * math.log10(float(powers.mean()) / float(powers[-_LAST_FRAMES:].mean()))
                yield EndFacts(
                    segment=placed.segment,
                    is_bed=placed.role == "bed",
                    at_s=self._seconds(stop),
                    below_music_db=round(below, 1),
                )
