"""report.json and report.html: what an episode was made of and how it sounds, in figures and in a curve.

The JSON is the source: the HTML is drawn from it alone, so that both say the same. No clock, no machine: the
same episode gives the same bytes. Figures are rounded where they are written, since their last bits depend on
the processor.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from podtool.errors import Problem

LEVEL_DIGITS, TIME_DIGITS = 2, 3


@dataclass(frozen=True, kw_only=True)
class ReportedFile:
    """A deliverable as measured after encoding, what it should be, and what was done to get there.

    Attributes:
        path: relative to the episode's folder.
        target_loudness_lufs: None where the profile leaves the loudness alone.
        gain_db: the one loudness gain.
        limiting_db: the limiter's reduction that only a hundredth of the sounding time exceeds, ≥ 0.
    """

    path: str
    profile: str
    media_type: str
    bytes: int
    sha256: str
    duration_s: float
    integrated_loudness_lufs: float | None
    loudness_range_lu: float | None
    true_peak_dbtp: float | None
    target_loudness_lufs: float | None = None
    ceiling_dbtp: float | None = None
    gain_db: float = 0.0
    limiting_db: float = 0.0


@dataclass(frozen=True, kw_only=True)
class LoudnessCurve:
    """Short-term loudness (EBU Tech 3341: 3 s window), one value per `step_s`; None in silence."""

    short_term_lufs: tuple[float | None, ...]
    integrated_loudness_lufs: float | None = None
    target_lufs: float | None = None
    step_s: float = 1.0


@dataclass(frozen=True, kw_only=True)
class ReportedSegment:
    """A segment as placed; the loudness of its speech before and after levelling; None without any."""

    index: int
    kind: str
    start_s: float
    length_s: float
    title: str | None = None
    speech_before_lufs: float | None = None
    speech_after_lufs: float | None = None
    level_gain_db: float | None = None


@dataclass(frozen=True, kw_only=True)
class ReportedRecording:
    """A sound file the episode uses: what its header says, and how it measures with effects and pan."""

    file: str
    codec: str
    sample_rate_hz: int
    channels: int
    bit_depth: int | None
    duration_s: float
    integrated_loudness_lufs: float | None
    loudness_range_lu: float | None
    true_peak_dbtp: float | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that report.json says about one episode."""

    language: str
    show: str
    title: str
    number: int | None = None
    duration_s: float = 0.0
    files: tuple[ReportedFile, ...] = ()
    loudness: LoudnessCurve | None = None
    segments: tuple[ReportedSegment, ...] = ()
    recordings: tuple[ReportedRecording, ...] = ()
    problems: tuple[Problem, ...] = ()


def report_as_json(report: Report) -> dict[str, Any]:
    """The report as plain values: times to the millisecond, levels to 0.01 dB, what has no meaning None."""
    plain = _plain(report, "")
    assert isinstance(plain, dict)  # noqa: S101 - a dataclass gives one; tells mypy
    return plain


def render_report_json(report: Report) -> str:
    """report.json: keys sorted, figures rounded, one byte string for one report."""
    return (
        json.dumps(report_as_json(report), ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
        + "\n"
    )


def render_report_html(report: Mapping[str, Any]) -> str:
    """report.html, in the show's language, from what report.json holds: one file, no script, fit for paper.

    Args:
        report: the object of report.json (`report_as_json`).
    """
    # Imported here because Jinja is big, and an unchanged episode has no page to draw.
    from podtool.publish.report_view import derive_report_view
    from podtool.publish.templating import render_template

    view = derive_report_view(report)
    return render_template("report.html.j2", view.language, report=view)


def load_report_template() -> None:
    """Imports what `render_report_html` needs, so that it can be done beside other work."""
    from podtool.publish import report_view  # noqa: F401 - only to have it
    from podtool.publish.templating import make_environment

    make_environment().get_template("report.html.j2")


def _plain(value: Any, name: str) -> Any:
    if isinstance(value, Problem):
        return value.as_json()
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), field.name) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part, name) for part in value]
    return _rounded(value, name) if isinstance(value, float) else value


def _rounded(number: float, name: str) -> float | None:
    if not math.isfinite(number):
        return None
    digits = TIME_DIGITS if name.endswith("_s") else LEVEL_DIGITS
    return round(number, digits) + 0.0
