"""waveform.svg: the episode's outline, chapter by chapter, as a picture that a page can show and print."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from itertools import pairwise

from podtool.show.facts import ChapterFacts

COLUMNS = 400
WIDTH, HEIGHT = 1200, 160
LOWEST_DB = -48.0
"""What is quieter is drawn as a line."""
GAP = 1.0


def render_waveform(
    peaks: Sequence[float], length_ms: int, chapters: Sequence[ChapterFacts], label: str
) -> str:
    """An SVG of 400 bars, one group per chapter, drawn in ``currentColor``; deterministic.

    Args:
        peaks: highest absolute sample per 100 ms.
        length_ms: the episode's length.
        chapters: where the shade changes; their titles become tooltips.
        label: what the picture shows, for those who can't see it.
    """
    heights = [_height(level) for level in _columns(peaks)]
    spans = _spans(chapters, length_ms, len(heights))
    groups = [
        _group(heights, first, last, title, 0.55 if index % 2 else 0.9)
        for index, (first, last, title) in enumerate(spans)
    ]
    named = html.escape(label, quote=False).replace('"', "&quot;")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{named}" preserveAspectRatio="none" fill="currentColor">\n'
        + "\n".join(groups)
        + "\n</svg>\n"
    )


def _columns(peaks: Sequence[float]) -> list[float]:
    """The mean of the peaks that fall into each column: peaks alone would be a solid block."""
    if not len(peaks):
        return [0.0] * COLUMNS
    edges = [index * len(peaks) // COLUMNS for index in range(COLUMNS + 1)]
    columns = []
    for first, last in pairwise(edges):
        part = peaks[first : max(last, first + 1)]
        columns.append(sum(float(peak) for peak in part) / len(part))
    return columns


def _height(level: float) -> float:
    decibels = 20 * math.log10(level) if level > 0 else LOWEST_DB
    return round(max(0.0, min(1.0, 1 - decibels / LOWEST_DB)) * HEIGHT, 1)


def _spans(chapters: Sequence[ChapterFacts], length_ms: int, columns: int) -> list[tuple[int, int, str]]:
    """Half-open column ranges with the chapter's title; the part before the first chapter has none."""
    starts = [(round(chapter.start_ms * columns / max(1, length_ms)), chapter.title) for chapter in chapters]
    if not starts or starts[0][0] > 0:
        starts.insert(0, (0, ""))
    ends = [start for start, _ in starts[1:]] + [columns]
    return [(start, end, title) for (start, title), end in zip(starts, ends, strict=True) if end > start]


def _group(heights: Sequence[float], first: int, last: int, title: str, opacity: float) -> str:
    step = WIDTH / len(heights)
    path = "".join(
        f"M{index * step:g} {(HEIGHT - height) / 2:g}h{step - GAP:g}v{max(height, 1.0):g}h{GAP - step:g}z"
        for index, height in enumerate(heights[first:last], start=first)
    )
    named = f"<title>{html.escape(title, quote=False)}</title>" if title else ""
    return f'<g opacity="{opacity:g}">{named}<path d="{path}"/></g>'
