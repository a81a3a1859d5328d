"""Where a finding about the feed is placed: at the YAML that it is made from, else in the feed itself."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from podtool.check.rule import at_key
from podtool.check.subject import Subject
from podtool.show.feed_facts import FeedItemFacts
from podtool.show.model import Place

MOST_DESCRIPTION_BYTES = 4000
_ELEMENTS = {
    "cover": "itunes:image",
    "categories": "itunes:category",
    "explicit": "itunes:explicit",
    "type": "itunes:type",
    "feed": "atom:link",
    "guid": "podcast:guid",
    "licence": "copyright",
    "author": "itunes:author",
    "owner": "itunes:owner",
    "funding": "podcast:funding",
    "locked": "podcast:locked",
    "medium": "podcast:medium",
    "people": "podcast:person",
}
"""show.yaml's keys by the element that says the same."""
_WHITE = re.compile(r"\s")


def channel_place(subject: Subject, key: str) -> Place:
    """The place of something about the channel."""
    if subject.feed_path:
        return Place(file=subject.feed_path, line=_line_of(subject, key), column=0)
    return at_key(subject.show.places, key)


def _line_of(subject: Subject, key: str) -> int:
    """Where the feed says what show.yaml would say under `key`; where its channel begins if it doesn't."""
    lines = subject.feed.lines if subject.feed else {}
    name = key.partition(".")[0]
    return lines.get(_ELEMENTS.get(name, name), lines.get("channel", 0))


def item_place(subject: Subject, item: FeedItemFacts, key: str) -> Place:
    """The place of something about an item."""
    if subject.feed_path:
        return Place(file=subject.feed_path, line=item.line, column=0)
    return at_key((subject.episode or subject.show).places, key)


def name_item(item: FeedItemFacts) -> str:
    """What a message calls an item."""
    return f"the feed's item «{item.title}»" if item.title else f"the feed's item at line {item.line}"


def complain_of_address(url: str) -> str | None:
    """Why apps may not follow an address, in words that come after it; None when they may."""
    if not url.isascii() or _WHITE.search(url):
        return "has signs that aren't ASCII"
    try:
        parts = urlsplit(url)
    except ValueError:
        return "is no web address"
    if parts.scheme.lower() != "https":
        return "doesn't begin with https://"
    return None if parts.netloc else "has no host"
