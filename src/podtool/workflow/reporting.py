"""report.json and report.html: what was measured and decided, for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from podtool.audio.levelling import limiting_db, loudness_within
from podtool.audio.measuring import Measurement
from podtool.build.files import sha256_of
from podtool.publish.report import (
    LoudnessCurve,
    Report,
    ReportedFile,
    ReportedRecording,
    ReportedSegment,
    render_report_html,
    render_report_json,
)
from podtool.recipes import name_file
from podtool.show.formats import media_type_of
from podtool.timeline.marks import find_lost_marks
from podtool.timeline.model import SegmentSpan, Source, Timeline
from podtool.units import time_at
from podtool.workflow.delivering import Deliverable
from podtool.workflow.project import BUILD_FOLDER, Project

Levels = Mapping[tuple[int, Source], float]


def make_report(
    project: Project,
    timeline: Timeline,
    measurements: Mapping[Source, Measurement],
    levels_db: Levels,
    made: Sequence[tuple[Deliverable, Path]],
) -> dict[str, bytes]:
    """report.json, and report.html drawn from it.

    Args:
        project: the episode.
        timeline: as mixed.
        measurements: of every source.
        levels_db: the speech levelling.
        made: the deliverables and their files.
    """
    show, episode = project.show, project.episode
    first = made[0][0]
    report = Report(
        language=show.language,
        show=show.title,
        title=episode.title,
        number=episode.number,
        duration_s=float(time_at(timeline.length, timeline.rate_hz)),
        files=tuple(_file(deliverable, path) for deliverable, path in made),
        loudness=LoudnessCurve(
            short_term_lufs=tuple(first.measurement.short_term_each_second()),
            integrated_loudness_lufs=first.measurement.integrated_loudness_lufs,
            target_lufs=first.profile.loudness_lufs,
        ),
        segments=tuple(_segment(project, span, timeline, measurements, levels_db) for span in timeline.spans),
        recordings=tuple(_recording(project, source, heard) for source, heard in measurements.items()),
        problems=find_lost_marks(episode, timeline),
    )
    text = render_report_json(report)
    return {"report.json": text.encode(), "report.html": render_report_html(json.loads(text)).encode()}


def _file(made: Deliverable, path: Path) -> ReportedFile:
    profile, measured, mastering = made.profile, made.measurement, made.mastering
    return ReportedFile(
        path=f"{BUILD_FOLDER}/{path.name}",
        profile=profile.name,
        media_type=media_type_of(profile),
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
        duration_s=measured.duration_s,
        integrated_loudness_lufs=measured.integrated_loudness_lufs,
        loudness_range_lu=measured.loudness_range_lu,
        true_peak_dbtp=measured.true_peak_dbtp,
        target_loudness_lufs=profile.loudness_lufs,
        ceiling_dbtp=profile.true_peak_dbtp,
        gain_db=mastering.gain_db if mastering else 0.0,
        limiting_db=limiting_db(made.mix, mastering) if mastering else 0.0,
    )


def _segment(
    project: Project,
    span: SegmentSpan,
    timeline: Timeline,
    measurements: Mapping[Source, Measurement],
    levels_db: Levels,
) -> ReportedSegment:
    """A segment with its speech's loudness before and after levelling; the first speaker's for several."""
    segment = project.episode.segments[span.segment]
    placed = [each for each in timeline.placements if each.segment == span.segment and each.levelled]
    source = placed[0].source if placed else None
    level = levels_db.get((span.segment, source)) if source else None
    ranges = [each.source_range for each in placed if each.source == source]
    before = loudness_within(measurements[source], ranges) if source else None
    return ReportedSegment(
        index=span.segment + 1,
        kind=segment.kind,
        title=span.title,
        start_s=float(time_at(span.range_in_episode.start, timeline.rate_hz)),
        length_s=float(time_at(span.range_in_episode.length, timeline.rate_hz)),
        speech_before_lufs=before,
        speech_after_lufs=None if before is None else before + (level or 0.0),
        level_gain_db=level,
    )


def _recording(project: Project, source: Source, heard: Measurement) -> ReportedRecording:
    from podtool.audio.source import probe_source  # it loads the decoders, which only a stale report needs

    probe = probe_source(project.show.root / source.file)
    return ReportedRecording(
        file=name_file(source.file, project.episode),
        codec=probe.codec,
        sample_rate_hz=probe.sample_rate_hz,
        channels=probe.channels,
        bit_depth=probe.bit_depth,
        duration_s=heard.duration_s,
        integrated_loudness_lufs=heard.integrated_loudness_lufs,
        loudness_range_lu=heard.loudness_range_lu,
        true_peak_dbtp=heard.true_peak_dbtp,
    )
