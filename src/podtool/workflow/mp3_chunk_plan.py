"""An MP3's chunks and their recipes: where they begin, what is done for each, and its key in the cache."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from podtool.audio.encode import mp3_settings
from podtool.audio.levelling import Mastering
from podtool.audio.limiter import LEAD, TAIL, Dip
from podtool.audio.mixer import Mixer, Programme
from podtool.audio.mp3_chunks import ChunkWork
from podtool.audio.mp3_plan import (
    CHUNK_FRAMES,
    SHORTEST_CHUNK_FRAMES,
    Chunk,
    Mp3Settings,
    chunks_between,
    plan_chunks,
)
from podtool.audio.programme import Mastered
from podtool.audio.true_peak import WINDOW
from podtool.recipes import ChunkRecipe, plain
from podtool.show.model import Profile
from podtool.timeline.frame_grid import FRAME_SAMPLES, Anchor, chunk_starts, find_anchors
from podtool.workflow.sound import Studio


@dataclass(frozen=True, kw_only=True)
class ChunkPlan:
    """An MP3's chunks and their recipes.

    Attributes:
        mix: what is mastered, at the file's rate.
        mixer: the same as a timeline; None where it was resampled, so that every sample depends on all.
    """

    studio: Studio
    profile: Profile
    mix: Programme
    mixer: Mixer | None
    gain_db: float
    ceiling_dbtp: float | None
    true_peak_dbtp: float | None

    @cached_property
    def settings(self) -> Mp3Settings:
        """Of the encoder."""
        return mp3_settings(self.profile)

    @cached_property
    def _anchors(self) -> tuple[Anchor, ...]:
        return find_anchors(self.mixer.timeline) if self.mixer else (Anchor(start=0, later_by=0),)

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """All chunks of the file, in order."""
        if self.mixer is None or self.settings.frame_samples != FRAME_SAMPLES:
            return plan_chunks(self.mix.length, self.settings)
        starts = chunk_starts(
            self._anchors,
            self.mix.length,
            chunk_frames=CHUNK_FRAMES,
            shortest_frames=SHORTEST_CHUNK_FRAMES,
        )
        return chunks_between(starts, self.mix.length, self.settings)

    def work(self, chunk: Chunk, dips: Sequence[Dip]) -> ChunkWork:
        """What is to be done for a chunk."""
        mastered = Mastered(
            source=self.mix,
            gain_db=self.gain_db,
            ceiling_dbtp=self.ceiling_dbtp,
            dips=self._near(chunk, dips),
        )
        return ChunkWork(
            programme=mastered,
            settings=self.settings,
            chunk=chunk,
            true_peak_dbtp=self.true_peak_dbtp,
        )

    def keys(self, dips: Sequence[Dip]) -> tuple[str, ...]:
        """Where all chunks lie in the cache, in order."""
        return tuple(self.key(chunk, dips) for chunk in self.chunks)

    def key(self, chunk: Chunk, dips: Sequence[Dip]) -> str:
        """Where the chunk lies in the cache."""
        near = [dip.moved(-chunk.feed_start_samples) for dip in self._near(chunk, dips)]
        own_frames = chunk.splice_from_frame - chunk.first_frame
        recipe = ChunkRecipe(
            window=self._window(chunk),
            coding=plain(self.settings),
            gain_db=self.gain_db,
            ceiling_dbtp=self.ceiling_dbtp,
            dips=tuple((dip.start, dip.stop, dip.factor) for dip in near),
            true_peak_dbtp=self.true_peak_dbtp,
            feed_samples=chunk.feed_stop_samples - chunk.feed_start_samples,
            lead_samples=own_frames * self.settings.frame_samples if chunk.index else None,
            is_last=chunk.is_last,
        )
        return recipe.key(self.studio.engine)

    def _window(self, chunk: Chunk) -> object:
        start, stop = chunk.feed_start_samples - LEAD - WINDOW, chunk.feed_stop_samples + TAIL + WINDOW
        if self.mixer is not None:
            return [self.mix.channels, plain(self.studio.window(self.mixer, start, stop))]
        levels = sorted((key[0], str(key[1].file), level) for key, level in self._levels.items())
        return [self.studio.mix_ingredients, levels, self.mix.channels, self.mix.length, start]

    @cached_property
    def _levels(self) -> dict[Any, float]:
        return self.studio.levels(self.studio.lay_out())

    @staticmethod
    def _near(chunk: Chunk, dips: Sequence[Dip]) -> tuple[Dip, ...]:
        first, last = chunk.feed_start_samples - LEAD, chunk.feed_stop_samples + TAIL
        return tuple(dip for dip in dips if dip.start < last and dip.stop > first)


def plan_mp3(
    studio: Studio,
    profile: Profile,
    mix: Programme,
    mixer: Mixer | None,
    mastering: Mastering | None,
    gain_db: float,
) -> ChunkPlan:
    """The chunks of a profile's MP3.

    Args:
        studio: the episode's.
        profile: an MP3.
        mix: at the profile's rate.
        mixer: `mix` itself, where it wasn't resampled.
        mastering: None leaves the loudness alone.
        gain_db: without mastering.
    """
    return ChunkPlan(
        studio=studio,
        profile=profile,
        mix=mix,
        mixer=mixer,
        gain_db=mastering.gain_db if mastering else gain_db,
        ceiling_dbtp=mastering.ceiling_dbtp if mastering else None,
        true_peak_dbtp=profile.true_peak_dbtp if mastering else None,
    )
