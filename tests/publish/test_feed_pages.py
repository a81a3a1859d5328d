"""The feed in pages: every item once, archives that stay, links that lead everywhere (RFC 5005)."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from feed_samples import BASE, IMAGE_URLS, SHOW_FILES, make_item, make_show
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from podtool.errors import PublishError
from podtool.publish.feed import render_feed
from podtool.publish.feed_pages import archive_path, render_feed_pages
from podtool.publish.xml_tags import NAMESPACES

NS = dict(NAMESPACES)
START = datetime(2010, 1, 1, tzinfo=UTC)


def make_items(count):
    return [
        make_item(number, published=START + timedelta(days=number), enclosures=make_media(number))
        for number in range(1, count + 1)
    ]


def make_media(number):
    return make_item(number).publication.enclosures[:1]


def show_of(most):
    show = make_show()
    return dataclasses.replace(show, publish=dataclasses.replace(show.publish, feed_items=most))


def render_pages(items, most, **changes):
    options = {
        "path": "feed.xml",
        "address": lambda path: f"{BASE}/{path}",
        "files": SHOW_FILES,
        "image_urls": IMAGE_URLS,
    } | changes
    return render_feed_pages(show_of(most), items, **options)


def links_of(content):
    links = etree.fromstring(content).iterfind("channel/atom:link", NS)
    return {link.get("rel"): link.get("href").rpartition("/")[2] for link in links}


def guids_of(content):
    return [guid.text for guid in etree.fromstring(content).iterfind("channel/item/guid")]


@pytest.mark.parametrize("most", [0, 5, 99])
def test_a_short_feed_is_one_document_as_ever(most):
    items = make_items(5)
    pages = render_pages(items, most)
    assert pages == {"feed.xml": render_feed(show_of(most), items, files=SHOW_FILES, image_urls=IMAGE_URLS)}
    assert set(links_of(pages["feed.xml"])) == {"self", "hub"}


def test_three_pages_and_how_they_are_linked():
    pages = render_pages(make_items(9), 4)
    assert list(pages) == [
        "feed-archive-1.xml",
        "feed-archive-2.xml",
        "feed-archive-3.xml",
        "feed.xml",
    ]
    assert {name: len(guids_of(content)) for name, content in pages.items()} == {
        "feed-archive-1.xml": 2,
        "feed-archive-2.xml": 2,
        "feed-archive-3.xml": 2,
        "feed.xml": 3,
    }
    assert links_of(pages["feed.xml"]) == {
        "self": "feed.xml",
        "hub": "",
        "first": "feed.xml",
        "next": "feed-archive-3.xml",
        "last": "feed-archive-1.xml",
        "prev-archive": "feed-archive-3.xml",
    }
    assert links_of(pages["feed-archive-3.xml"]) == {
        "self": "feed-archive-3.xml",
        "current": "feed.xml",
        "first": "feed.xml",
        "previous": "feed.xml",
        "next": "feed-archive-2.xml",
        "last": "feed-archive-1.xml",
        "prev-archive": "feed-archive-2.xml",
    }
    assert links_of(pages["feed-archive-1.xml"]) == {
        "self": "feed-archive-1.xml",
        "current": "feed.xml",
        "first": "feed.xml",
        "previous": "feed-archive-2.xml",
        "last": "feed-archive-1.xml",
        "next-archive": "feed-archive-2.xml",
    }


def test_archives_say_that_they_are():
    pages = render_pages(make_items(9), 4)
    marks = {
        name: len(etree.fromstring(content).findall("channel/fh:archive", NS))
        for name, content in pages.items()
    }
    assert marks == {name: int(name != "feed.xml") for name in pages}


@given(count=st.integers(0, 40), most=st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_every_item_once_newest_first_and_no_page_too_long(count, most):
    items = make_items(count)
    pages = list(render_pages(items, most).values())
    followed = [guid for page in reversed(pages) for guid in guids_of(page)]
    assert followed == [f"podtool-{number}" for number in range(count, 0, -1)]
    assert all(len(guids_of(page)) <= most for page in pages)
    if count >= most:
        assert len(guids_of(pages[-1])) > most // 2 - 1


@given(count=st.integers(6, 40), most=st.integers(2, 6))
@settings(max_examples=15, deadline=None)
def test_a_new_episode_changes_no_archive_but_the_one_that_gets_a_neighbour(count, most):
    before = render_pages(make_items(count), most)
    after = render_pages(make_items(count + 1), most)
    changed = [name for name, content in before.items() if after[name] != content]
    newest = list(before)[-2:-1] if len(after) > len(before) else []
    assert changed in ([*newest, "feed.xml"], ["feed.xml"])


def test_pages_lie_beside_the_feed():
    assert archive_path("podcast/rss", 2) == "podcast/rss-archive-2"
    assert archive_path("feed.xml", 12) == "feed-archive-12.xml"


def test_without_an_address_there_are_no_pages():
    with pytest.raises(PublishError, match="no public address") as caught:
        render_pages(make_items(9), 4, address={}.get)
    assert "base_url" in caught.value.hint
