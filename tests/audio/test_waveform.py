import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podtool.audio.waveform import COLUMNS, HEIGHT, WIDTH, render_waveform
from podtool.show.facts import ChapterFacts

SVG = "{http://www.w3.org/2000/svg}"
BAR = re.compile(r"M(-?[\d.e+-]+) (-?[\d.]+)h(-?[\d.]+)v(-?[\d.]+)h(-?[\d.]+)z")


def chapters(*starts_and_titles, end_ms=100_000):
    starts = [start for start, _ in starts_and_titles]
    return [
        ChapterFacts(start_ms=start, end_ms=stop, title=title)
        for (start, title), stop in zip(starts_and_titles, [*starts[1:], end_ms], strict=False)
    ]


def drawn(text):
    """(opacity, title, bars as (x, top, width, height)) of each group."""
    root = ET.fromstring(text)  # noqa: S314 - our own text
    assert root.tag == f"{SVG}svg"
    groups = []
    for group in root:
        title, path = group.find(f"{SVG}title"), group.find(f"{SVG}path")
        bars = [tuple(map(float, match[:4])) for match in BAR.findall(path.get("d"))]
        assert BAR.sub("", path.get("d")) == ""
        groups.append((group.get("opacity"), None if title is None else title.text, bars))
    return groups


def bars(text):
    return [bar for _, _, found in drawn(text) for bar in found]


def test_four_hundred_bars_in_their_places():
    found = bars(render_waveform([0.5] * 1000, 100_000, [], "Forme d'onde"))
    assert len(found) == COLUMNS
    assert [bar[0] for bar in found] == pytest.approx(
        [index * WIDTH / COLUMNS for index in range(COLUMNS)], abs=1e-2
    )
    assert all(bar[2] < WIDTH / COLUMNS for bar in found)


@pytest.mark.parametrize(
    ("level", "height"),
    [(1.0, HEIGHT), (1.9, HEIGHT), (10 ** (-24 / 20), HEIGHT / 2), (0.0, 1.0), (0.001, 1.0)],
)
def test_a_bars_height_is_its_level_in_decibels(level, height):
    found = bars(render_waveform([level] * 800, 80_000, [], ""))
    assert [bar[3] for bar in found] == pytest.approx([height] * COLUMNS, abs=0.1)
    assert all(top == pytest.approx((HEIGHT - tall) / 2, abs=1) for _, top, _, tall in found)


def test_a_loud_place_stands_out_where_it_is():
    peaks = [0.01] * 2000
    peaks[1000:1005] = [1.0] * 5
    heights = [bar[3] for bar in bars(render_waveform(peaks, 200_000, [], ""))]
    assert heights.index(max(heights)) == 200
    assert sorted(heights)[-2] < max(heights)


@settings(max_examples=30)
@given(peaks=st.lists(st.floats(0, 2), max_size=900))
def test_any_length_of_sound(peaks):
    found = bars(render_waveform(peaks, len(peaks) * 100, [], "x"))
    assert len(found) == COLUMNS
    assert all(1 <= bar[3] <= HEIGHT for bar in found)


def test_chapters_are_groups_with_tooltips():
    found = drawn(
        render_waveform([0.5] * 1000, 100_000, chapters((0, "Un"), (25_000, "Deux"), (50_000, "Trois")), "")
    )
    assert [(title, len(columns)) for _, title, columns in found] == [
        ("Un", 100),
        ("Deux", 100),
        ("Trois", 200),
    ]
    shades = [shade for shade, _, _ in found]
    assert all(one != other for one, other in pairwise(shades))


def test_what_is_before_the_first_chapter_has_no_title():
    found = drawn(render_waveform([0.5] * 1000, 100_000, chapters((25_000, "Un")), ""))
    assert [(title, len(columns)) for _, title, columns in found] == [(None, 100), ("Un", 300)]


@settings(max_examples=30)
@given(
    starts=st.lists(st.integers(0, 100_000), max_size=12, unique=True).map(sorted),
    length_ms=st.integers(100_000, 110_000),
)
def test_every_bar_belongs_to_one_group(starts, length_ms):
    found = render_waveform([0.5] * 1000, length_ms, chapters(*((start, "é") for start in starts)), "")
    places = [bar[0] for bar in bars(found)]
    assert len(places) == COLUMNS
    assert places == sorted(places)


def test_words_are_escaped():
    title = '<script>alert("\'&")</script>'
    text = render_waveform([0.5], 100, chapters((0, title), end_ms=100), f'"{title}')
    assert drawn(text)[0][1] == title
    assert ET.fromstring(text).get("aria-label") == f'"{title}'  # noqa: S314 - our own text
    assert "<script" not in text


def test_it_takes_the_colour_of_its_surroundings():
    root = ET.fromstring(render_waveform([0.5], 100, [], "Forme"))  # noqa: S314 - our own text
    assert (root.get("fill"), root.get("role"), root.get("viewBox")) == (
        "currentColor",
        "img",
        "0 0 1200 160",
    )


def test_no_sound_at_all():
    assert len(bars(render_waveform([], 0, [], ""))) == COLUMNS
    assert len(bars(render_waveform([], 0, chapters((0, "Un"), end_ms=0), ""))) == COLUMNS


def test_last_bits_draw_the_same():
    peaks = [0.1 + index / 2000 for index in range(1000)]
    nudged = [peak * (1 + 1e-12) for peak in peaks]
    assert render_waveform(peaks, 1, [], "") == render_waveform(nudged, 1, [], "")
