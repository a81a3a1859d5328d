"""The feed read by feedparser and podcastparser, which aren't ours, and fed with any text."""

from __future__ import annotations

import dataclasses
import io
from datetime import timedelta

import feedparser
import podcastparser
from feed_samples import (
    BASE,
    CORRECTED,
    IMAGE_URLS,
    SHOW_FILES,
    make_enclosure,
    make_episode,
    make_item,
    make_publication,
    make_show,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from podtool.publish.feed import FeedItem, render_feed
from podtool.publish.feed_reading import read_feed
from podtool.publish.xml_tags import clean_line
from podtool.show.model import Owner


def render(*items, show=None):
    return render_feed(show or make_show(), items, files=SHOW_FILES, image_urls=IMAGE_URLS)


# Whatever text comes

ODD = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from(
            "\x00\x0b\x1f\x7f\x85\u2028\ud800\udfff\ufffe\uffff\U0001ffff]]>&<\"'\r\n\t \u00a0\u202f🎙"
        ),
    ),
    max_size=60,
)


@given(title=ODD, description=ODD, name=ODD, chapter=ODD)
@settings(max_examples=80, deadline=None)
def test_any_text_survives_or_is_cleaned(title, description, name, chapter):
    chapters = tuple(dataclasses.replace(mark, title=chapter) for mark in make_publication().chapters)
    item = FeedItem(
        episode=make_episode(title=title, description=description, subtitle=name),
        publication=make_publication(chapters=chapters),
        content_html=description,
        footer_html=name,
    )
    show = make_show(title=title, description=description, owner=Owner(name=name, email="a@example.org"))
    content = render(item, show=show)
    facts = read_feed(content)
    assert facts.faults == ()
    assert facts.title == (clean_line(title) or "questions-asso")
    assert facts.items[0].title == (clean_line(title) or "comment-faire-8")
    assert facts.items[0].description
    assert all(mark.title == clean_line(chapter) for mark in facts.items[0].psc_chapters)
    feedparser_title = feedparser.parse(content).entries[0].title
    assert feedparser_title or not title.strip()


def test_addresses_are_ascii():
    enclosure = make_enclosure("é", url="https://exämple.org/médias/a b%20c.mp3?q=ü")
    content = render(make_item(enclosures=(enclosure,)))
    assert etree.fromstring(content).find("channel/item/enclosure").get("url") == (
        "https://xn--exmple-cua.org/m%C3%A9dias/a%20b%20c.mp3?q=%C3%BC"
    )


# Strangers read it


def test_feedparser_reads_every_value():
    feed = feedparser.parse(render(make_item(7), make_item(8, updated=CORRECTED)))
    assert not feed.bozo
    assert feed.encoding.lower() == "utf-8"
    assert feed.feed.title == "Questions d'asso"
    assert feed.feed.language == "fr"
    assert feed.feed.image.href == f"{BASE}/cover-3f.jpeg"
    assert feed.feed.itunes_explicit is False or feed.feed.itunes_explicit is None
    assert {"Society & Culture", "Education", "Self-Improvement", "How To"} == {
        tag.term for tag in feed.feed.tags
    }
    assert feed.feed.publisher_detail == {"name": "Rédaction", "email": "redaction@example.org"}
    assert [entry.id for entry in feed.entries] == ["podtool-8", "podtool-7"]
    entry = feed.entries[0]
    assert entry.guidislink is False
    assert entry.link == f"{BASE}/episodes/comment-faire-8/"
    assert [(media.href, media.length, media.type) for media in entry.enclosures] == [
        (f"{BASE}/media/questions-asso-8.mp3", "1234567", "audio/mpeg")
    ]
    assert entry.published_parsed[:6] == (2023, 11, 17, 4, 5, 4)
    assert entry.itunes_duration == "3701"
    assert entry.content[0].value.startswith("<h3>Notes</h3>")
    assert [mark.start_parsed for mark in entry.psc_chapters.chapters] == [
        timedelta(0),
        timedelta(seconds=4.25),
        timedelta(seconds=3661.007),
    ]


def test_podcastparser_reads_every_value():
    address = f"{BASE}/feed.xml"
    feed = podcastparser.parse(address, io.BytesIO(render(make_item(7), make_item(8))))
    assert feed["title"] == "Questions d'asso"
    assert feed["link"] == f"{BASE}/"
    assert feed["cover_url"] == f"{BASE}/cover-3f.jpeg"
    assert feed["language"] == "fr"
    assert feed["type"] == "episodic"
    assert feed["explicit"] is False
    assert feed["generator"] == "podtool"
    assert [episode["guid"] for episode in feed["episodes"]] == ["podtool-8", "podtool-7"]
    episode = feed["episodes"][0]
    assert episode["total_time"] == 3701
    assert episode["number"] == 8
    assert episode["season"] == 2
    assert episode["type"] == "full"
    assert episode["published"] == 1_700_193_904
    assert episode["itunes_author"] == "Questions d'asso"
    assert episode["description_html"] == "<h3>Notes</h3><p>Tout, avec ]]&gt; dedans.</p>"
    # It keeps whole seconds of a chapter's start.
    assert [(mark["start"], mark["title"]) for mark in episode["chapters"]] == [
        (0, "Édito"),
        (4, "« Quels enjeux ? » & réponses"),
        (3661, "Fin"),
    ]
    assert feed["itunes_owner"] == {"email": "redaction@example.org", "name": "Rédaction"}
    assert feed["itunes_categories"] == [
        ["Society & Culture"],
        ["Education", "Self-Improvement", "How To"],
    ]
    media = episode["enclosures"][0]
    assert (media["url"], media["file_size"], media["mime_type"]) == (
        f"{BASE}/media/questions-asso-8.mp3",
        1_234_567,
        "audio/mpeg",
    )
