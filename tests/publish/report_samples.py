"""A report as `assemble` would fill it, with figures that show every case."""

from __future__ import annotations

import math

from podtool.errors import Problem, Severity
from podtool.publish.report import (
    LoudnessCurve,
    Report,
    ReportedFile,
    ReportedRecording,
    ReportedSegment,
)

PHONE = ReportedRecording(
    file="recordings/reponse.mp3",
    codec="mp3",
    sample_rate_hz=44100,
    channels=2,
    bit_depth=None,
    duration_s=38.115,
    integrated_loudness_lufs=-31.456,
    loudness_range_lu=4.2,
    true_peak_dbtp=-9.6,
)

PODCAST = ReportedFile(
    path="build/questions-asso-08.mp3",
    profile="podcast",
    media_type="audio/mpeg",
    bytes=3_141_592,
    sha256="ab" * 32,
    duration_s=192.41234567,
    integrated_loudness_lufs=-16.0123456,
    loudness_range_lu=6.1,
    true_peak_dbtp=-1.2,
    target_loudness_lufs=-16.0,
    ceiling_dbtp=-1.0,
    gain_db=3.4,
    limiting_db=2.1,
)

REPORT = Report(
    language="fr",
    show="Questions d'asso",
    title="Comment ne pas subir sa transformation numérique\u202f?",
    number=8,
    duration_s=192.41234567,
    files=(
        PODCAST,
        ReportedFile(
            path="build/questions-asso-08.archive.flac",
            profile="archive",
            media_type="audio/flac",
            bytes=40_000_000,
            sha256="cd" * 32,
            duration_s=192.4,
            integrated_loudness_lufs=-19.4,
            loudness_range_lu=6.1,
            true_peak_dbtp=-4.2,
        ),
    ),
    loudness=LoudnessCurve(
        short_term_lufs=(
            None,
            None,
            *(-16 + 5 * math.sin(second / 9) * math.sin(second / 3.1) for second in range(2, 100)),
            None,
            None,
            *(-17 + 4 * math.cos(second / 5) for second in range(102, 193)),
        ),
        integrated_loudness_lufs=-16.0123456,
        target_lufs=-16.0,
    ),
    segments=(
        ReportedSegment(index=0, kind="sting", start_s=0, length_s=15, title="Introduction"),
        ReportedSegment(
            index=1,
            kind="clip",
            start_s=13.5,
            length_s=68.2,
            title="Édito",
            speech_before_lufs=-20.4,
            speech_after_lufs=-18.0,
            level_gain_db=2.4,
        ),
        ReportedSegment(index=2, kind="silence", start_s=81.7, length_s=0.8),
        ReportedSegment(
            index=3,
            kind="tracks",
            start_s=82.5,
            length_s=109.9,
            title="Entretien <b>",
            speech_before_lufs=-31.5,
            speech_after_lufs=-18.0,
            level_gain_db=13.5,
        ),
    ),
    recordings=(PHONE,),
    problems=(
        Problem(
            rule="RIGHTS-001",
            severity=Severity.WARNING,
            message="music «It Goes On...»: its licence isn't stated",
            hint="ask its creator",
            file="show.yaml",
            line=51,
            column=5,
        ),
        Problem(rule="REC-002", severity=Severity.NOTE, message="<script>alert(1)</script>"),
    ),
)
