from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from typing import Any

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import PODCAST, REPORT

from podtool.publish.report import (
    LoudnessCurve,
    Report,
    render_report_html,
    render_report_json,
    report_as_json,
)
from podtool.publish.report_view import BOTTOM, LEFT, RIGHT, TOP, derive_report_view, draw_loudness


def parse(html: str) -> Any:
    return html5lib.HTMLParser(
        tree=html5lib.getTreeBuilder("lxml"), strict=True, namespaceHTMLElements=False
    ).parse(html)


def words_of(element: Any) -> str:
    """Cells and paragraphs apart by one plain space."""
    return " ".join(" ".join(element.itertext()).split())


def html_of(report: Report = REPORT) -> str:
    return render_report_html(json.loads(render_report_json(report)))


def curve(*values: float | None, target: float | None = -16.0) -> Report:
    return replace(REPORT, loudness=LoudnessCurve(short_term_lufs=values, target_lufs=target), duration_s=0.0)


# --- report.json ---


def test_figures_are_rounded_and_keys_sorted() -> None:
    text = render_report_json(REPORT)
    said = json.loads(text)
    assert text == json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    assert said["files"][0]["integrated_loudness_lufs"] == -16.01
    assert said["files"][0]["duration_s"] == 192.412
    assert said["recordings"][0]["integrated_loudness_lufs"] == -31.46
    assert said["problems"][0] == REPORT.problems[0].as_json()


@pytest.mark.parametrize("meaningless", [math.nan, math.inf, -math.inf, None])
def test_what_has_no_meaning_is_null(meaningless: float | None) -> None:
    report = replace(REPORT, files=(replace(PODCAST, integrated_loudness_lufs=meaningless),))
    assert json.loads(render_report_json(report))["files"][0]["integrated_loudness_lufs"] is None
    assert "–" in words_of(parse(html_of(report)).find(".//tbody/tr"))


def test_the_last_bits_of_a_figure_change_nothing() -> None:
    other = replace(
        REPORT, files=(replace(PODCAST, integrated_loudness_lufs=-16.01234561), *REPORT.files[1:])
    )
    assert render_report_json(other) == render_report_json(REPORT)


def test_minus_zero_is_zero() -> None:
    report = replace(REPORT, files=(replace(PODCAST, gain_db=-0.0001),))
    assert '"gain_db": 0.0,' in render_report_json(report)


# --- report.html ---


FACTS = (
    "Questions d'asso · Épisode 8 · Rapport de fabrication",
    "build/questions-asso-08.mp3 podcast, 3,1 Mo 3 min 12 s −16,0 LUFS cible −16,0 LUFS conforme 6,1 LU",
    "−1,2 dBTP plafond −1,0 dBTP conforme 3,4 dB 2,1 dB au plus, 99 % du temps",
    "niveau laissé tel quel",
    "0:13 1 min 8 s Édito (extrait) −20,4 LUFS −18,0 LUFS 2,4 dB",
    "1:21 0,8 s silence – – –",
    "recordings/reponse.mp3 mp3 44,1 kHz 2 38 s −31,5 LUFS 4,2 LU −9,6 dBTP",
    "avertissement RIGHTS-001 show.yaml:51:5 music «It Goes On...»: its licence isn't stated",
    "ask its creator",
    "<script>alert(1)</script>",
)


@pytest.mark.parametrize("fact", FACTS)
def test_the_report_says(fact: str) -> None:
    assert fact in words_of(parse(html_of()).find(".//body"))


def test_it_is_one_file_without_script() -> None:
    tree = parse(html_of())
    assert not tree.findall(".//script")
    assert not tree.findall(".//link")
    assert not [element for element in tree.iter() if element.get("src") or element.get("href")]
    assert "@media print" in tree.find(".//style").text
    policy = tree.find(".//meta[@http-equiv='Content-Security-Policy']").get("content")
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline';")


def test_a_missed_target_is_said() -> None:
    bad = replace(PODCAST, integrated_loudness_lufs=-16.6, true_peak_dbtp=-0.9)
    row = derive_report_view(report_as_json(replace(REPORT, files=(bad,)))).files[0]
    assert [(cell.verdict, cell.good) for cell in row if cell.verdict] == [("hors cible", False)] * 2
    near = replace(PODCAST, integrated_loudness_lufs=-16.5, true_peak_dbtp=-0.96)
    row = derive_report_view(report_as_json(replace(REPORT, files=(near,)))).files[0]
    assert [cell.good for cell in row if cell.verdict] == [True, True]


def test_english() -> None:
    tree = parse(html_of(replace(REPORT, language="en", problems=())))
    words = words_of(tree.find(".//body"))
    assert tree.getroot().get("lang") == "en"
    assert "Nothing to report." in words
    assert "target −16.0 LUFS" in words


def test_an_empty_report_is_still_a_page() -> None:
    words = words_of(parse(html_of(Report(language="fr", show="S", title="E"))).find(".//body"))
    assert "Trop court, ou trop silencieux, pour une courbe." in words


# --- The curve ---


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](\S+) ([\d.]+)", path)]


def test_louder_is_higher_and_later_is_further_right() -> None:
    chart = draw_loudness(report_as_json(curve(-20.0, -16.0, -12.0)))
    assert chart is not None
    assert chart.target is not None
    (x0, y0), (x1, y1), (x2, y2) = points(chart.path)
    assert x0 < x1 < x2
    assert y0 > y1 > y2
    assert y1 == chart.target.at


def test_silence_breaks_the_line() -> None:
    chart = draw_loudness(report_as_json(curve(-20.0, -20.0, None, -18.0, -18.0)))
    assert chart is not None
    assert chart.path.count("M") == 2
    assert chart.area.count("Z") == 2


@given(st.lists(st.one_of(st.none(), st.floats(-200, 20)), min_size=0, max_size=50))
def test_the_curve_stays_inside_its_frame(values: list[float | None]) -> None:
    chart = draw_loudness(report_as_json(curve(*values)))
    if sum(value is not None for value in values) < 2:
        assert chart is None
        return
    assert chart is not None
    for x, y in points(chart.path):
        assert LEFT <= x <= RIGHT
        assert TOP <= y <= BOTTOM
    assert all(TOP <= tick.at <= BOTTOM for tick in chart.levels)


def test_a_long_episode_has_a_small_drawing_and_few_ticks() -> None:
    chart = draw_loudness(report_as_json(curve(*([-20.0, -14.0] * 20_000))))
    assert chart is not None
    drawn = points(chart.path)
    assert len(drawn) <= 900
    assert {y for _, y in drawn} == {min(y for _, y in drawn)}, "the loudest of each column"
    assert 3 <= len(chart.times) <= 11


def test_without_a_target_there_is_no_line_for_it() -> None:
    assert 'class="target"' not in html_of(curve(-20.0, -18.0, target=None))
