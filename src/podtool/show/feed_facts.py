"""What a feed says, as plain values: for rules that judge it and for the import of a show; pure.

`publish.feed_reading` reads them. Values stand as in the feed, trimmed; what is not there is None or empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from podtool.show.model import Category

FaultKind = Literal["xml", "doctype", "encoding", "namespace", "control", "date"]


@dataclass(frozen=True, kw_only=True)
class FeedFault:
    """Something in the feed's very text: `line` is 1-based, 0 when it concerns the whole."""

    kind: FaultKind
    line: int
    message: str


@dataclass(frozen=True, kw_only=True)
class FeedLink:
    """An address with what its tag says about it."""

    url: str
    media_type: str | None = None
    rel: str | None = None
    language: str | None = None
    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class FeedMedia:
    """`enclosure` or `podcast:alternateEnclosure`. `bytes` is None where the length is no number."""

    url: str
    bytes: int | None
    media_type: str | None
    title: str | None = None
    integrity: str | None = None


@dataclass(frozen=True, kw_only=True)
class FeedPerson:
    """`podcast:person`."""

    name: str
    role: str | None = None
    group: str | None = None
    url: str | None = None
    image: str | None = None


@dataclass(frozen=True, kw_only=True)
class FeedChapter:
    """`psc:chapter`; `start` as written (``HH:MM:SS.mmm``)."""

    start: str
    title: str
    url: str | None = None
    image: str | None = None


@dataclass(frozen=True, kw_only=True)
class FeedTag:
    """An element without a fact of its own: a rarer `podcast:` tag, or iTunes' `block` and `complete`.

    `name` has the usual prefix, whatever the feed's; children that are no elements of ours are left out.
    """

    name: str
    text: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[FeedTag, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FeedItemFacts:
    """One item.

    Attributes:
        guid_exactly: with the white space around it.
        published: `published_text` understood, None when that is no RFC 2822 date.
        names: of its elements, in their order; for what no other fact holds.
    """

    line: int
    guid: str | None = None
    guid_exactly: str | None = None
    guid_is_permalink: bool = True
    title: str | None = None
    itunes_title: str | None = None
    link: str | None = None
    description: str | None = None
    content: str | None = None
    published_text: str | None = None
    published: datetime | None = None
    enclosures: tuple[FeedMedia, ...] = ()
    alternates: tuple[FeedMedia, ...] = ()
    duration: str | None = None
    episode: str | None = None
    season: str | None = None
    episode_type: str | None = None
    explicit: str | None = None
    image: str | None = None
    author: str | None = None
    licence: FeedLink | None = None
    chapters: FeedLink | None = None
    transcripts: tuple[FeedLink, ...] = ()
    content_links: tuple[FeedLink, ...] = ()
    people: tuple[FeedPerson, ...] = ()
    psc_version: str | None = None
    psc_chapters: tuple[FeedChapter, ...] = ()
    tags: tuple[FeedTag, ...] = ()
    summary: str | None = None
    subtitle: str | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FeedFacts:
    """One feed. `faults` first: with an ``xml`` or ``doctype`` fault the rest may be partial or empty.

    `lines`: where the first of the channel's elements of a name stands; ``channel`` is the channel itself.
    """

    faults: tuple[FeedFault, ...] = ()
    namespaces: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None
    link: str | None = None
    description: str | None = None
    language: str | None = None
    copyright: str | None = None
    generator: str | None = None
    last_built: str | None = None
    author: str | None = None
    owner_name: str | None = None
    owner_email: str | None = None
    image: str | None = None
    explicit: str | None = None
    type: str | None = None
    categories: tuple[Category, ...] = ()
    links: tuple[FeedLink, ...] = ()
    guid: str | None = None
    locked: str | None = None
    locked_owner: str | None = None
    medium: str | None = None
    licence: FeedLink | None = None
    funding: tuple[FeedLink, ...] = ()
    people: tuple[FeedPerson, ...] = ()
    tags: tuple[FeedTag, ...] = ()
    summary: str | None = None
    new_feed: str | None = None
    names: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    items: tuple[FeedItemFacts, ...] = ()
