from __future__ import annotations

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.publish.feed_html import (
    MOST_DESCRIPTION_BYTES,
    compose_description,
    render_time_stamps,
    size_of,
    trim_html,
)
from podtool.publish.markdown import render_feed_html
from podtool.show.facts import ChapterFacts


@pytest.mark.parametrize(
    ("source", "most", "trimmed"),
    [
        ("<p>court</p>", 12, "<p>court</p>"),
        ("<p>un deux trois</p>", 19, "<p>un deux…</p>"),
        ("<p>un</p><p>deux</p>", 19, "<p>un…</p>"),
        ("<p>a <b>bc d e</b></p>", 19, "<p>a…</p>"),
        ("<p>a &amp; b c d e f</p>", 17, "<p>a &amp;…</p>"),
        ('<p><a href="https://example.org/a>b">mot mot</a></p>', 51, ""),
        ("<p>x</p>", 3, ""),
        ("<ul><li>un</li><li>deux trois</li></ul>", 38, "<ul><li>un</li><li>deux…</li></ul>"),
    ],
)
def test_trimmed_between_words_tags_closed(source, most, trimmed):
    found = trim_html(source, most)
    assert size_of(found) <= most
    if trimmed:
        assert found == trimmed


MARKDOWN = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "**gras**",
                "*penché*",
                "\n\n",
                "- un\n- deux\n",
                "1. a\n",
                "[lien](https://example.org/é?a=1&b=2)",
                "&",
                "<",
                "é🎙",
            ]
        ),
        st.text(max_size=12),
    ),
    max_size=40,
).map(" ".join)


@given(MARKDOWN, st.integers(min_value=0, max_value=400))
def test_whatever_is_trimmed_is_short_and_well_formed(markdown, most):
    source = render_feed_html(markdown)
    trimmed = trim_html(source, most)
    assert size_of(trimmed) <= most
    if size_of(source) <= most:
        assert trimmed == source
    html5lib.HTMLParser(strict=True).parseFragment(trimmed)
    stem = trimmed.partition("…</")[0].removesuffix("…")
    assert source.startswith(stem) or "…" in source


def marks(*starts):
    return [ChapterFacts(start_ms=start, end_ms=start + 1, title=f"T <{start}> & co") for start in starts]


def test_time_stamps_are_what_apple_reads():
    assert render_time_stamps(marks(3_723_999, 0, 61_000)) == (
        "<p>00:00:00 T &lt;0&gt; &amp; co</p>"
        "<p>00:01:01 T &lt;61000&gt; &amp; co</p>"
        "<p>01:02:03 T &lt;3723999&gt; &amp; co</p>"
    )


@pytest.mark.parametrize("starts", [(), (0, 1000), (1000, 2000, 3000)])
def test_no_time_stamps_where_apps_would_make_no_chapters(starts):
    assert render_time_stamps(marks(*starts)) == ""


def test_the_body_gives_way_to_stamps_and_credits():
    body = "<p>" + "mot " * 2000 + "</p>"
    stamps, footer = render_time_stamps(marks(0, 1000, 2000)), "<p>Musique : X</p>"
    description = compose_description(body, stamps=stamps, footer=footer)
    assert size_of(description) <= MOST_DESCRIPTION_BYTES
    assert size_of(description) > MOST_DESCRIPTION_BYTES - 20
    assert description.endswith("…</p>" + stamps + footer)


def test_stamps_go_before_the_body_is_lost():
    stamps = render_time_stamps(marks(*range(0, 400_000, 1000)))
    description = compose_description("<p>corps</p>", stamps=stamps, footer="<p>fin</p>")
    assert description == "<p>corps</p><p>fin</p>"


def test_a_huge_footer_is_cut_too():
    description = compose_description("<p>corps</p>", footer="<p>" + "crédit " * 2000 + "</p>")
    assert size_of(description) <= MOST_DESCRIPTION_BYTES
    assert description.startswith("<p>corps</p><p>crédit")
    assert description.endswith("…</p>")
