"""What feedgen 1.0.0 does wrong, so that an upgrade which mends it tells us; the way round is test_feed's.

Numbers are those of lkiesow/python-feedgen's issues and pull requests, where there is one.
"""

from __future__ import annotations

import locale
from datetime import UTC, datetime, timedelta

import pytest
from feed_samples import make_item, make_show, public_file
from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from podtool.publish.feed import render_feed
from podtool.publish.podcast import EXTENSIONS, extend_generator
from podtool.publish.xml_tags import NAMESPACES, Tag

ITUNES = f"{{{NAMESPACES['itunes']}}}"
ATOM = f"{{{NAMESPACES['atom']}}}"


@pytest.fixture
def bare():
    generator = FeedGenerator()
    generator.load_extension("podcast")
    generator.title("t")
    generator.description("d")
    generator.link(href="https://example.org/")
    return generator


def channel_of(generator):
    return etree.fromstring(generator.rss_str()).find("channel")


@pytest.mark.parametrize("value", ["true", "false"])
def test_explicit_refuses_what_apple_asks_for(bare, value):
    with pytest.raises(ValueError, match="explicit"):
        bare.podcast.itunes_explicit(value)
    with pytest.raises(ValueError, match="explicit"):
        bare.add_entry().podcast.itunes_explicit(value)


@pytest.mark.parametrize("url", ["https://example.org/a.jpeg", "https://example.org/a.png?v=2"])
def test_a_jpeg_cover_is_dropped_silently(bare, url):
    """#140."""
    bare.podcast.itunes_image(url)
    assert channel_of(bare).find(f"{ITUNES}image") is None
    with pytest.raises(ValueError, match="png or jpg"):
        bare.add_entry().podcast.itunes_image(url)
    files = {"cover": public_file("cover.jpeg", "image/jpeg")}
    ours = etree.fromstring(render_feed(make_show(), [], files=files)).find(f"channel/{ITUNES}image")
    assert ours.get("href").endswith("/cover.jpeg")


def test_categories_are_of_before_2019_and_unchecked(bare):
    assert "Fiction" not in bare.podcast._itunes_categories
    bare.podcast.itunes_category({"cat": "No such thing"})
    assert channel_of(bare).find(f"{ITUNES}category").get("text") == "No such thing"


def test_the_last_link_wins_and_hub_is_never_written(bare):
    """#122."""
    bare.link(href="https://example.org/feed.xml", rel="self")
    bare.link(href="https://hub.example.org/", rel="hub")
    bare.link(href="https://example.org/feed2.xml", rel="next")
    channel = channel_of(bare)
    assert channel.find("link").text == "https://example.org/feed2.xml"
    assert [link.get("rel") for link in channel.iterfind(f"{ATOM}link")] == ["self"]


def test_entries_are_prepended(bare):
    """Since #55; `order` came with #70."""
    for title in ("first", "second"):
        bare.add_entry().title(title)
    assert [title.text for title in channel_of(bare).iterfind("item/title")] == ["second", "first"]


def test_last_build_date_is_the_clocks(bare):
    written = datetime.strptime(channel_of(bare).findtext("lastBuildDate"), "%a, %d %b %Y %H:%M:%S %z")
    assert abs(datetime.now(UTC) - written) < timedelta(days=1)


def test_dates_flip_the_locale(bare, monkeypatch):
    """#26 was months in French; dates are English now, by the locale of the whole process."""
    asked = []
    monkeypatch.setattr(locale, "setlocale", lambda *arguments: asked.append(arguments) or "C")
    bare.rss_str()
    assert (locale.LC_ALL, "C") in asked


def test_a_description_is_escaped_beside_content(bare):
    entry = bare.add_entry()
    entry.description("<p>d</p>")
    entry.content("<p>c</p>", type="CDATA")
    assert b"<description>&lt;p&gt;d&lt;/p&gt;</description>" in bare.rss_str()


def test_content_alone_becomes_the_description(bare):
    bare.add_entry().content("<p>c</p>", type="CDATA")
    item = channel_of(bare).find("item")
    assert item.findtext("description") == "<p>c</p>"
    assert item.find(f"{{{NAMESPACES['content']}}}encoded") is None


def test_no_namespace_but_its_own(bare):
    assert set(etree.fromstring(bare.rss_str()).nsmap) == {"itunes", "atom", "content"}


# Our extensions do what feedgen asks of one


def test_extensions_are_registered_at_feed_and_entries(bare):
    generator = FeedGenerator()
    extend_generator(generator)
    entry = generator.add_entry(order="append")
    for name in ("podcast", *EXTENSIONS):
        assert hasattr(generator, name)
        assert hasattr(entry, name)
    generator.title("t")
    generator.description("<p>d</p>")
    generator.link(href="https://example.org/")
    generator.podcasting.tags = (Tag(name="podcast:medium", text="podcast"),)
    entry.title("e")
    entry.simple_chapters.tags = (Tag(name="psc:chapters", attributes={"version": "1.2", "none": None}),)
    written = generator.rss_str().decode()
    assert "<podcast:medium>podcast</podcast:medium>" in written
    assert '<psc:chapters version="1.2"/>' in written
    assert "<description><![CDATA[<p>d</p>]]></description>" in written


def test_entries_can_be_replaced_so_a_feed_is_written_in_batches(bare):
    """`stream_feed` rests on it: what stands before and after the items is the same each time."""
    written = []
    for title in ("first", "second"):
        bare.entry([], replace=True)
        bare.add_entry(order="append").title(title)
        written.append(bare.rss_str(pretty=True))
    first, second = written
    assert first.replace(b"<title>first</title>", b"<title>second</title>") == second
    assert first.endswith(b"  </channel>\n</rss>\n")


def test_an_entry_without_extensions_is_untouched():
    entry = FeedEntry()
    entry.title("plain")
    assert entry.rss_entry().findtext("title") == "plain"


def test_explicit_true_reaches_the_feed():
    content = render_feed(make_show(explicit=True), [make_item()])
    assert content.count(b"<itunes:explicit>true</itunes:explicit>") == 2
