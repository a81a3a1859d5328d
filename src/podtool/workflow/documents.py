"""What `assemble` leaves beside the sound: chapters, timeline, waveform."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePath, PurePosixPath

from podtool.audio.measuring import Measurement
from podtool.show.facts import ChapterFacts, SoundbiteFacts
from podtool.show.model import Episode, Show
from podtool.timeline.heard import heard_ranges, join_ranges
from podtool.timeline.model import Placement, Range, Source, Timeline
from podtool.units import time_at

# What draws and words the documents is imported by the function that makes one: mostly none is made.


def collect_heard(episode: Episode, timeline: Timeline) -> dict[str, list[tuple[int, int]]]:
    """When each asset is heard, by its id: ranges in milliseconds, joined and in time order."""
    heard: dict[str, list[Range]] = {}
    for placed in timeline.placements:
        if asset := _asset_of(episode, placed):
            heard.setdefault(asset, []).extend(heard_ranges(placed))
    return {
        asset: [
            (_milliseconds(span.start, timeline), _milliseconds(span.stop, timeline))
            for span in join_ranges(ranges)
        ]
        for asset, ranges in heard.items()
    }


def make_rights(
    show: Show, episode: Episode, timeline: Timeline, digests: Mapping[PurePath, str]
) -> dict[str, bytes]:
    """rights.json."""
    from podtool.show.credits import derive_credits
    from podtool.show.rights import collect_works
    from podtool.show.rights_record import RIGHTS_FILE, render_rights

    works = collect_works(show, episode, collect_heard(episode, timeline))
    listed = derive_credits(show, episode, works, show.language)
    return {RIGHTS_FILE: render_rights(show, episode, works, listed, digests).encode()}


def make_chapters(show: Show, episode: Episode, chapters: tuple[ChapterFacts, ...]) -> dict[str, bytes]:
    """chapters.json and chapters.txt, by name."""
    from podtool.publish.chapter_files import render_chapters_json, render_chapters_txt
    from podtool.workflow.addresses import address_of, image_path

    def image_url(image: PurePosixPath) -> str | None:
        return address_of(show, image_path(image))

    return {
        "chapters.json": render_chapters_json(chapters, episode.title, image_url).encode(),
        "chapters.txt": render_chapters_txt(chapters).encode(),
    }


def make_waveform(show: Show, mix: Measurement, chapters: tuple[ChapterFacts, ...]) -> dict[str, bytes]:
    """waveform.svg."""
    from podtool.audio.waveform import render_waveform
    from podtool.show.words import say

    length_ms = round(mix.duration_s * 1000)
    label = say("waveform", show.language)
    return {"waveform.svg": render_waveform(mix.peaks.tolist(), length_ms, chapters, label).encode()}


def make_timeline(
    episode: Episode,
    timeline: Timeline,
    levels_db: dict[tuple[int, Source], float],
    chapters: tuple[ChapterFacts, ...],
    soundbites: tuple[SoundbiteFacts, ...] = (),
) -> dict[str, bytes]:
    """timeline.json: every placement in samples, as it was mixed."""
    content: dict[str, object] = {
        "version": 1,
        "sample_rate_hz": timeline.rate_hz,
        "length_samples": timeline.length,
        "segments": [
            {
                "segment": span.segment + 1,
                "kind": episode.segments[span.segment].kind,
                "title": span.title,
                "range_in_episode": [span.range_in_episode.start, span.range_in_episode.stop],
            }
            for span in timeline.spans
        ],
        "placements": [_placement(placed, levels_db) for placed in timeline.placements],
        "heard": collect_heard(episode, timeline),
        "chapters": [
            {
                "start_ms": chapter.start_ms,
                "end_ms": chapter.end_ms,
                "title": chapter.title,
                "url": chapter.url,
                "image": chapter.image.as_posix() if chapter.image else None,
            }
            for chapter in chapters
        ],
    }
    if soundbites:
        content["soundbites"] = [
            {"start_ms": each.start_ms, "end_ms": each.end_ms, "title": each.title} for each in soundbites
        ]
    return {"timeline.json": (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()}


def _asset_of(episode: Episode, placed: Placement) -> str | None:
    segment = episode.segments[placed.segment]
    if placed.role == "bed":
        return segment.bed.asset if segment.bed else None
    return next((clip.asset for clip in segment.clips if clip.file == placed.source.file), None)


def _placement(placed: Placement, levels_db: dict[tuple[int, Source], float]) -> dict[str, object]:
    treatment = placed.source.treatment
    return {
        "segment": placed.segment + 1,
        "role": placed.role,
        "file": placed.source.file.as_posix(),
        "effects": [effect.name for effect in treatment.effects],
        "pan": treatment.pan,
        "speaker": placed.speaker,
        "source_range": [placed.source_range.start, placed.source_range.stop],
        "range_in_episode": [placed.range_in_episode.start, placed.range_in_episode.stop],
        "gain_db": round(placed.gain_db, 3),
        "level_db": levels_db.get((placed.segment, placed.source), 0.0) if placed.levelled else 0.0,
        "ramps": [
            {
                "range_in_episode": [ramp.over.start, ramp.over.stop],
                "from": ramp.before,
                "to": ramp.after,
                "curve": ramp.curve,
            }
            for ramp in placed.ramps
        ],
        "ducking": [[point.at, round(point.gain, 6)] for point in placed.ducking],
    }


def _milliseconds(position: int, timeline: Timeline) -> int:
    return round(time_at(position, timeline.rate_hz) * 1000)
