"""The report as its page shows it: figures in words, and the loudness over time as an SVG drawing. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from podtool.show.credits import clean_line
from podtool.show.words import (
    format_clock,
    format_duration,
    format_figure,
    format_number,
    format_size,
    say,
)

WIDTH, HEIGHT = 960, 300
LEFT, TOP, RIGHT, BOTTOM = 52, 16, 946, 262
LOUDNESS_TOLERANCE_LU = 0.5
PEAK_TOLERANCE_DB = 0.05
"""A deliverable meets its target within these; the peak's is that of the figure shown, 0.1 dB."""
SHORT_S = 10
DEEPEST_LU = 36
GRID_LU = 6
MOST_COLUMNS = 900
_TICKS_S = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
MOST_TICKS = 10


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A line of the grid with its label, in the drawing's units."""

    at: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Band:
    """A segment's stretch of the drawing."""

    x: float
    width: float
    title: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Loudness over time: `path` and `area` are SVG path data."""

    words: str
    path: str
    area: str
    levels: tuple[Tick, ...]
    times: tuple[Tick, ...]
    bands: tuple[Band, ...]
    target: Tick | None


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A figure with what it was compared to; `verdict` is empty where nothing was asked."""

    text: str
    note: str = ""
    verdict: str = ""
    good: bool = True


@dataclass(frozen=True, kw_only=True)
class ShownProblem:
    """One thing to look at."""

    severity: str
    label: str
    rule: str
    message: str
    hint: str
    place: str


@dataclass(frozen=True, kw_only=True)
class ReportView:
    """All that report.html shows; a row is a tuple of cells in the order of the table's heads."""

    language: str
    title: str
    show: str
    eyebrow: str
    duration: str
    files: tuple[tuple[Cell, ...], ...]
    segments: tuple[tuple[str, ...], ...]
    recordings: tuple[tuple[str, ...], ...]
    problems: tuple[ShownProblem, ...]
    chart: Chart | None


def derive_report_view(report: Mapping[str, Any]) -> ReportView:
    """The view of a report as report.json holds it; KeyError where it isn't one."""
    language = str(report["language"])
    number = report.get("number")
    return ReportView(
        language=language,
        title=clean_line(report["title"]),
        show=clean_line(report["show"]),
        eyebrow="" if number is None else say("episode_number", language, number=number),
        duration=format_duration(report.get("duration_s") or 0.0, language),
        files=tuple(_file_row(file, language) for file in report.get("files", ())),
        segments=tuple(_segment_row(segment, language) for segment in report.get("segments", ())),
        recordings=tuple(_recording_row(one, language) for one in report.get("recordings", ())),
        problems=tuple(_show_problem(problem, language) for problem in report.get("problems", ())),
        chart=draw_loudness(report),
    )


def _file_row(file: Mapping[str, Any], language: str) -> tuple[Cell, ...]:
    loudness, target = file["integrated_loudness_lufs"], file["target_loudness_lufs"]
    peak, ceiling = file["true_peak_dbtp"], file["ceiling_dbtp"]
    near = None if None in (loudness, target) else abs(loudness - target) <= LOUDNESS_TOLERANCE_LU
    under = None if None in (peak, ceiling) else peak <= ceiling + PEAK_TOLERANCE_DB
    asked = (
        say("no_target", language)
        if target is None
        else say("target", language, level=format_figure(target, "LUFS", language))
    )
    below = (
        "" if ceiling is None else say("ceiling", language, level=format_figure(ceiling, "dBTP", language))
    )
    return (
        Cell(
            text=clean_line(file["path"]), note=f"{file['profile']}, {format_size(file['bytes'], language)}"
        ),
        Cell(text=format_duration(file["duration_s"], language)),
        _judged(format_figure(loudness, "LUFS", language), asked, near, language),
        Cell(text=format_figure(file["loudness_range_lu"], "LU", language)),
        _judged(format_figure(peak, "dBTP", language), below, under, language),
        Cell(text=format_figure(file["gain_db"], "dB", language)),
        Cell(text=_limiting(file, language)),
    )


def _judged(text: str, note: str, good: bool | None, language: str) -> Cell:  # noqa: FBT001 - three states
    if good is None:
        return Cell(text=text, note=note)
    return Cell(text=text, note=note, verdict=say("within" if good else "beyond", language), good=good)


def _limiting(file: Mapping[str, Any], language: str) -> str:
    if not file["limiting_db"]:
        return say("limiting_none", language)
    return say("limiting_some", language, deepest=format_figure(file["limiting_db"], "dB", language))


def _segment_row(segment: Mapping[str, Any], language: str) -> tuple[str, ...]:
    kind = say(f"kind_{segment['kind']}", language)
    title = clean_line(segment["title"] or "")
    return (
        format_clock(round(segment["start_s"] * 1000)),
        _length(segment["length_s"], language),
        f"{title} ({kind})" if title else kind,
        format_figure(segment["speech_before_lufs"], "LUFS", language),
        format_figure(segment["speech_after_lufs"], "LUFS", language),
        format_figure(segment["level_gain_db"], "dB", language),
    )


def _length(length_s: float, language: str) -> str:
    """Short ones to the tenth: a silence of 0.8 s isn't one of 1 s."""
    if length_s < SHORT_S:
        return format_figure(length_s, "s", language)
    return format_duration(length_s, language)


def _recording_row(recording: Mapping[str, Any], language: str) -> tuple[str, ...]:
    rate, depth = recording["sample_rate_hz"], recording["bit_depth"]
    codec = clean_line(recording["codec"])
    return (
        clean_line(recording["file"]),
        f"{codec}, {depth}\u00a0bit" if depth else codec,
        format_figure(rate / 1000, "kHz", language, 1 if rate % 1000 else 0),
        str(recording["channels"]),
        format_duration(recording["duration_s"], language),
        format_figure(recording["integrated_loudness_lufs"], "LUFS", language),
        format_figure(recording["loudness_range_lu"], "LU", language),
        format_figure(recording["true_peak_dbtp"], "dBTP", language),
    )


def _show_problem(problem: Mapping[str, Any], language: str) -> ShownProblem:
    place = ":".join(str(problem[key]) for key in ("file", "line", "column") if problem[key])
    return ShownProblem(
        severity=problem["severity"],
        label=say(f"severity_{problem['severity']}", language),
        rule=clean_line(problem["rule"]),
        message=clean_line(problem["message"]),
        hint=clean_line(problem["hint"]),
        place=clean_line(place),
    )


def draw_loudness(report: Mapping[str, Any]) -> Chart | None:
    """The curve of the short-term loudness; None when there is too little to draw."""
    curve, language = report.get("loudness"), str(report["language"])
    values = [] if curve is None else list(curve["short_term_lufs"])
    known = [value for value in values if value is not None]
    if curve is None or len(known) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    target = curve["target_lufs"]
    top = math.ceil((max([*known, *([] if target is None else [target])]) + 2) / GRID_LU) * GRID_LU
    bottom = max(top - DEEPEST_LU, math.floor(min(known) / GRID_LU) * GRID_LU)
    length_s = max(len(values) * curve["step_s"], report.get("duration_s") or 0)
    scale = _Scale(top=top, bottom=min(bottom, top - 2 * GRID_LU), length_s=length_s)
    points = list(_points(values, curve["step_s"]))
    return Chart(
        words=say(
            "over_time_text",
            language,
            lowest=format_figure(min(known), "LUFS", language),
            highest=format_figure(max(known), "LUFS", language),
            integrated=format_figure(curve["integrated_loudness_lufs"], "LUFS", language),
        ),
        path="".join(_path(points, scale)),
        area="".join(_area(points, scale)),
        levels=tuple(
            Tick(at=scale.y(level), label=format_number(level, language, 0))
            for level in range(scale.bottom, scale.top + 1, GRID_LU)
        ),
        times=tuple(_time_ticks(scale)),
        bands=tuple(_bands(report.get("segments", ()), scale)),
        target=None
        if target is None
        else Tick(
            at=scale.y(target),
            label=say("target", language, level=format_figure(target, "LUFS", language)),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _Scale:
    top: int
    bottom: int
    length_s: float

    def x(self, time_s: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * min(time_s / self.length_s, 1.0), 1)

    def y(self, level_lufs: float) -> float:
        share = (self.top - level_lufs) / (self.top - self.bottom)
        return round(TOP + (BOTTOM - TOP) * min(max(share, 0.0), 1.0), 1)


def _points(values: Sequence[float | None], step_s: float) -> Iterator[list[tuple[float, float]]]:
    """Unbroken runs of (time, level), at most `MOST_COLUMNS` points in all: the loudest of each column."""
    per_point = max(1, -(-len(values) // MOST_COLUMNS))
    run: list[tuple[float, float]] = []
    for start in range(0, len(values), per_point):
        known = [value for value in values[start : start + per_point] if value is not None]
        if known:
            run.append(((start + per_point / 2) * step_s, max(known)))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _path(runs: Sequence[Sequence[tuple[float, float]]], scale: _Scale) -> Iterator[str]:
    for run in runs:
        for index, (time_s, level) in enumerate(run):
            yield f"{'L' if index else 'M'}{scale.x(time_s):g} {scale.y(level):g}"


def _area(runs: Sequence[Sequence[tuple[float, float]]], scale: _Scale) -> Iterator[str]:
    for run in runs:
        yield f"M{scale.x(run[0][0]):g} {BOTTOM}"
        for time_s, level in run:
            yield f"L{scale.x(time_s):g} {scale.y(level):g}"
        yield f"L{scale.x(run[-1][0]):g} {BOTTOM}Z"


def _time_ticks(scale: _Scale) -> Iterator[Tick]:
    step_s = next((step for step in _TICKS_S if scale.length_s / step <= MOST_TICKS), _TICKS_S[-1])
    for time_s in range(0, int(scale.length_s) + 1, step_s):
        yield Tick(at=scale.x(time_s), label=format_clock(time_s * 1000))


def _bands(segments: Sequence[Mapping[str, Any]], scale: _Scale) -> Iterator[Band]:
    """Every second segment, so that neighbours can be told apart."""
    for segment in segments[::2]:
        start = scale.x(segment["start_s"])
        stop = scale.x(segment["start_s"] + segment["length_s"])
        yield Band(x=start, width=round(stop - start, 1), title=clean_line(segment["title"] or ""))
