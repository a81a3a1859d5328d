"""Long feeds: written in batches, the same bytes as in one go, in flat memory."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from feed_samples import IMAGE_URLS, SHOW_FILES, make_item, make_show
from lxml import etree

from podtool.publish import feed as feed_module
from podtool.publish.feed import order_items, render_feed, stream_feed
from podtool.publish.feed_item import Channel
from podtool.show.facts import ChapterFacts

START = datetime(2000, 1, 1, tzinfo=UTC)
TWENTY = tuple(
    ChapterFacts(start_ms=start, end_ms=start + 60_000, title=f"Chapitre {start}")
    for start in range(0, 1_200_000, 60_000)
)


def make_items(count, **publication):
    return [
        make_item(number, published=START + timedelta(days=number), **publication)
        for number in range(1, count + 1)
    ]


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 120])
def test_batches_give_the_bytes_of_one_document(count, monkeypatch):
    items = make_items(count)
    streamed = render_feed(make_show(), items, files=SHOW_FILES, image_urls=IMAGE_URLS)
    monkeypatch.setattr(feed_module, "BATCH", 1000)
    whole = render_feed(make_show(), items, files=SHOW_FILES, image_urls=IMAGE_URLS)
    assert streamed == whole


def test_a_thousand_items_in_order():
    content = render_feed(make_show(), make_items(1000), files=SHOW_FILES)
    numbers = [element.text for element in etree.fromstring(content).iterfind("channel/item/guid")]
    assert numbers == [f"podtool-{number}" for number in range(1000, 0, -1)]


def test_memory_is_flat():
    """What is held at a time doesn't grow with the number of items; the bytes are the caller's."""
    peaks = []
    for count in (100, 1000):
        items = order_items(make_items(count, chapters=TWENTY))
        channel = Channel(show=make_show(), files=SHOW_FILES)
        tracemalloc.start()
        sizes = [len(piece) for piece in stream_feed(channel, items)]
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert max(sizes) < 60 * sum(sizes) / count
    assert peaks[1] < peaks[0] * 1.5
