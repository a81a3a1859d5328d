"""Reads a feed, ours or a stranger's, into plain facts. Nothing in it is trusted, fetched or expanded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import etree

from podtool.publish.feed_elements import (
    attribute_of,
    first_of,
    read_alternates,
    read_categories,
    read_links,
    read_media,
    read_people,
    read_simple_chapters,
    text_of,
)
from podtool.publish.feed_mending import mend, name_as_meant
from podtool.publish.feed_tags import lines_of, names_of, read_tags_of
from podtool.publish.xml_tags import NAMESPACES, expanded_name
from podtool.show.feed_facts import (
    FeedFacts,
    FeedFault,
    FeedItemFacts,
)

LARGEST_FEED_BYTES = 64 << 20
"""Ten thousand long items are a third of it; more is no feed."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DATE = re.compile(r"(?:(\w{3}), )?\d{1,2} \w{3} \d{4} \d{2}:\d{2}(?::\d{2})? ([+-]\d{4})\Z")
_CONTROL = re.compile("[\x7f-\x84\x86-\x9f]")


def read_feed(content: bytes, *, leniently: bool = False) -> FeedFacts:
    """The facts of a feed. Never raises for what the bytes are: that is what `faults` are for.

    Args:
        content: XML.
        leniently: understand what apps understand, too: see `feed_mending`.
    """
    if len(content) > LARGEST_FEED_BYTES:
        return FeedFacts(faults=(_fault("xml", 0, f"larger than {LARGEST_FEED_BYTES >> 20} MB"),))
    root, faults = _parse_leniently(content) if leniently else _parse(content)
    channel = None if root is None else root.find("channel")
    if root is None or channel is None:
        missing = () if faults else (_fault("xml", 0, "there is no RSS channel in it"),)
        return FeedFacts(faults=(*faults, *missing))
    more = (*faults, *_find_text_faults(root), *_find_date_faults(channel))
    name_as_meant(root)  # that they are named otherwise is told by then, and once is enough
    items = tuple(_read_item(item) for item in channel.iterfind("item"))
    return _read_channel(root, channel, items, tuple(sorted(more, key=lambda fault: fault.line)))


def parse_channel(content: bytes) -> Any:
    """The channel's element, as far as the feed can be read; None where there is none."""
    if len(content) > LARGEST_FEED_BYTES:
        return None
    root, _ = _parse(content)
    return None if root is None else root.find("channel")


def parse_leniently(content: bytes) -> Any:
    """The root, with what apps forgive mended; None for what is no XML at all."""
    if len(content) > LARGEST_FEED_BYTES:
        return None
    root = _parse_leniently(content)[0]
    if root is not None:
        name_as_meant(root)
    return root


def _fault(kind: Any, line: int, message: str) -> FeedFault:
    return FeedFault(kind=kind, line=line, message=message)


def _parser(*, recover: bool) -> Any:
    """No DTD, no entities, no network, libxml2's own limits on depth and size kept."""
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )


def _parse(content: bytes) -> tuple[Any, tuple[FeedFault, ...]]:
    """The root, as far as it can be read, and what is wrong with the XML itself."""
    faults: list[FeedFault] = []
    try:
        root = etree.fromstring(content, _parser(recover=False))
    except etree.XMLSyntaxError as error:
        faults.append(_fault("xml", error.lineno or 0, f"not well-formed: {error.msg}"))
        root = _recover(content)
    except ValueError as error:  # an encoding that libxml2 doesn't have
        return None, (_fault("encoding", 1, str(error)),)
    if root is None:
        return None, tuple(faults)
    info = root.getroottree().docinfo
    if info.internalDTD is not None:
        # Entities could stand for anything; a feed has no use for a DOCTYPE.
        return None, (*faults, _fault("doctype", 1, "it has a DOCTYPE; a feed must not"))
    if (info.encoding or "UTF-8").upper() != "UTF-8":
        faults.append(_fault("encoding", 1, f"its encoding is {info.encoding}, not UTF-8"))
    return root, tuple(faults)


def _parse_leniently(content: bytes) -> tuple[Any, tuple[FeedFault, ...]]:
    """As `_parse`, with what apps forgive mended first."""
    root, faults = _parse(content)
    if any(fault.kind in ("xml", "encoding", "doctype") for fault in faults):
        root, still = _parse(mend(content))
        faults = still if root is None else faults
    return root, faults


def _recover(content: bytes) -> Any:
    try:
        return etree.fromstring(content, _parser(recover=True))
    except (etree.XMLSyntaxError, ValueError):
        return None


def _find_text_faults(root: Any) -> Iterator[FeedFault]:
    """Prefixes bound to another address than their own, and control characters."""
    for element in root.iter(etree.Element):
        for prefix, uri in element.nsmap.items() if element is root else ():
            if prefix in NAMESPACES and uri != NAMESPACES[prefix]:
                yield _fault(
                    "namespace",
                    element.sourceline or 0,
                    f"xmlns:{prefix} is «{uri}», not «{NAMESPACES[prefix]}»",
                )
        if any(_CONTROL.search(text) for text in (element.text or "", *element.attrib.values())):
            yield _fault("control", element.sourceline or 0, f"control character in {element.tag}")


def _find_date_faults(channel: Any) -> Iterator[FeedFault]:
    for element in (*channel.iterfind("lastBuildDate"), *channel.iterfind("item/pubDate")):
        text = (element.text or "").strip()
        if complaint := date_complaint(text):
            yield _fault("date", element.sourceline or 0, f"{element.tag} «{text}» {complaint}")


def date_complaint(text: str) -> str | None:
    """What is wrong with an RFC 2822 date, in words that follow it; None when it is right."""
    moment = _parse_date(text)
    if moment is None:
        return "is not an RFC 2822 date"
    form = _DATE.match(text)
    if not form:
        return "is not written as in RFC 2822 with a numeric zone"
    if form[1] and form[1] != _DAYS[moment.weekday()]:
        return f"is a {_DAYS[moment.weekday()]}, not a {form[1]}"
    return None


def _parse_date(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError, IndexError, OverflowError):  # email.utils raises them all on odd input
        return None


# Channel and item


def _read_channel(
    root: Any, channel: Any, items: tuple[FeedItemFacts, ...], faults: tuple[FeedFault, ...]
) -> FeedFacts:
    locked = channel.find(expanded_name("podcast:locked"))
    return FeedFacts(
        faults=faults,
        namespaces={prefix: uri for prefix, uri in root.nsmap.items() if prefix},
        title=text_of(channel, "title"),
        link=text_of(channel, "link"),
        description=text_of(channel, "description"),
        language=text_of(channel, "language"),
        copyright=text_of(channel, "copyright"),
        generator=text_of(channel, "generator"),
        last_built=text_of(channel, "lastBuildDate"),
        author=text_of(channel, "itunes:author"),
        owner_name=text_of(channel, "itunes:owner/itunes:name"),
        owner_email=text_of(channel, "itunes:owner/itunes:email"),
        image=attribute_of(channel, "itunes:image", "href"),
        explicit=text_of(channel, "itunes:explicit"),
        type=text_of(channel, "itunes:type"),
        categories=tuple(read_categories(channel)),
        links=tuple(read_links(channel, "atom:link", "href")),
        guid=text_of(channel, "podcast:guid"),
        locked=text_of(channel, "podcast:locked"),
        locked_owner=None if locked is None else locked.get("owner"),
        medium=text_of(channel, "podcast:medium"),
        licence=first_of(read_links(channel, "podcast:license", "url")),
        funding=tuple(read_links(channel, "podcast:funding", "url")),
        people=tuple(read_people(channel)),
        tags=read_tags_of(channel),
        summary=text_of(channel, "itunes:summary"),
        new_feed=text_of(channel, "itunes:new-feed-url"),
        names=names_of(channel),
        lines=lines_of(channel),
        items=items,
    )


def _read_item(item: Any) -> FeedItemFacts:
    guid, chapters = item.find("guid"), item.find(expanded_name("psc:chapters"))
    published_text = text_of(item, "pubDate")
    return FeedItemFacts(
        line=item.sourceline or 0,
        guid=text_of(item, "guid"),
        guid_exactly=None if guid is None else "".join(guid.itertext()),
        # RSS 2.0: without the attribute it is one.
        guid_is_permalink=guid is not None and guid.get("isPermaLink", "true").strip().lower() != "false",
        title=text_of(item, "title"),
        itunes_title=text_of(item, "itunes:title"),
        link=text_of(item, "link"),
        description=text_of(item, "description"),
        content=text_of(item, "content:encoded"),
        published_text=published_text,
        published=_parse_date(published_text),
        enclosures=tuple(read_media(element, element) for element in item.iterfind("enclosure")),
        alternates=tuple(read_alternates(item)),
        duration=text_of(item, "itunes:duration"),
        episode=text_of(item, "itunes:episode"),
        season=text_of(item, "itunes:season"),
        episode_type=text_of(item, "itunes:episodeType"),
        explicit=text_of(item, "itunes:explicit"),
        image=attribute_of(item, "itunes:image", "href"),
        author=text_of(item, "itunes:author"),
        licence=first_of(read_links(item, "podcast:license", "url")),
        chapters=first_of(read_links(item, "podcast:chapters", "url")),
        transcripts=tuple(read_links(item, "podcast:transcript", "url")),
        content_links=tuple(read_links(item, "podcast:contentLink", "href")),
        people=tuple(read_people(item)),
        psc_version=None if chapters is None else chapters.get("version"),
        psc_chapters=() if chapters is None else tuple(read_simple_chapters(chapters)),
        tags=read_tags_of(item),
        summary=text_of(item, "itunes:summary"),
        subtitle=text_of(item, "itunes:subtitle"),
        names=names_of(item),
    )
