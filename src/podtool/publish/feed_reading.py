"""Reads a feed, ours or a stranger's, into plain facts. Nothing in it is trusted, fetched or expanded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import etree

from podtool.publish.feed_mending import mend, name_as_meant
from podtool.publish.feed_tags import names_of, read_tags_of
from podtool.publish.xml_tags import NAMESPACES, expanded_name
from podtool.show.feed_facts import (
    FeedChapter,
    FeedFacts,
    FeedFault,
    FeedItemFacts,
    FeedLink,
    FeedMedia,
    FeedPerson,
)
from podtool.show.model import Category

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
    items = tuple(_read_item(item) for item in channel.iterfind("item"))
    more = (*faults, *_find_text_faults(root), *_find_date_faults(channel))
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
    return _parse_leniently(content)[0]


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
    """As `_parse`; what apps forgive is mended first, names come into the namespaces that are meant."""
    root, faults = _parse(content)
    if any(fault.kind in ("xml", "encoding", "doctype") for fault in faults):
        root, still = _parse(mend(content))
        faults = still if root is None else faults
    if root is not None:
        name_as_meant(root)
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
        title=_text(channel, "title"),
        link=_text(channel, "link"),
        description=_text(channel, "description"),
        language=_text(channel, "language"),
        copyright=_text(channel, "copyright"),
        generator=_text(channel, "generator"),
        last_built=_text(channel, "lastBuildDate"),
        author=_text(channel, "itunes:author"),
        owner_name=_text(channel, "itunes:owner/itunes:name"),
        owner_email=_text(channel, "itunes:owner/itunes:email"),
        image=_attribute(channel, "itunes:image", "href"),
        explicit=_text(channel, "itunes:explicit"),
        type=_text(channel, "itunes:type"),
        categories=tuple(_read_categories(channel)),
        links=tuple(_read_links(channel, "atom:link", "href")),
        guid=_text(channel, "podcast:guid"),
        locked=_text(channel, "podcast:locked"),
        locked_owner=None if locked is None else locked.get("owner"),
        medium=_text(channel, "podcast:medium"),
        licence=_first(_read_links(channel, "podcast:license", "url")),
        funding=tuple(_read_links(channel, "podcast:funding", "url")),
        people=tuple(_read_people(channel)),
        tags=read_tags_of(channel),
        summary=_text(channel, "itunes:summary"),
        new_feed=_text(channel, "itunes:new-feed-url"),
        names=names_of(channel),
        items=items,
    )


def _read_item(item: Any) -> FeedItemFacts:
    guid, chapters = item.find("guid"), item.find(expanded_name("psc:chapters"))
    published_text = _text(item, "pubDate")
    return FeedItemFacts(
        line=item.sourceline or 0,
        guid=_text(item, "guid"),
        guid_exactly=None if guid is None else "".join(guid.itertext()),
        # RSS 2.0: without the attribute it is one.
        guid_is_permalink=guid is not None and guid.get("isPermaLink", "true").strip().lower() != "false",
        title=_text(item, "title"),
        itunes_title=_text(item, "itunes:title"),
        link=_text(item, "link"),
        description=_text(item, "description"),
        content=_text(item, "content:encoded"),
        published_text=published_text,
        published=_parse_date(published_text),
        enclosures=tuple(_read_media(element, element) for element in item.iterfind("enclosure")),
        alternates=tuple(_read_alternates(item)),
        duration=_text(item, "itunes:duration"),
        episode=_text(item, "itunes:episode"),
        season=_text(item, "itunes:season"),
        episode_type=_text(item, "itunes:episodeType"),
        explicit=_text(item, "itunes:explicit"),
        image=_attribute(item, "itunes:image", "href"),
        author=_text(item, "itunes:author"),
        licence=_first(_read_links(item, "podcast:license", "url")),
        chapters=_first(_read_links(item, "podcast:chapters", "url")),
        transcripts=tuple(_read_links(item, "podcast:transcript", "url")),
        content_links=tuple(_read_links(item, "podcast:contentLink", "href")),
        people=tuple(_read_people(item)),
        psc_version=None if chapters is None else chapters.get("version"),
        psc_chapters=() if chapters is None else tuple(_read_simple_chapters(chapters)),
        tags=read_tags_of(item),
        summary=_text(item, "itunes:summary"),
        subtitle=_text(item, "itunes:subtitle"),
        names=names_of(item),
    )


# Single tags


def _find(parent: Any, path: str) -> Any:
    return parent.find("/".join(expanded_name(step) for step in path.split("/")))


def _text(parent: Any, path: str) -> str | None:
    """The element's own text, trimmed; None when it is missing or blank."""
    element = _find(parent, path)
    return _whole_text(element) if element is not None else None


def _whole_text(element: Any) -> str | None:
    return "".join(element.itertext()).strip() or None


def _attribute(parent: Any, path: str, name: str) -> str | None:
    element = _find(parent, path)
    return None if element is None else (element.get(name) or "").strip() or None


def _first(links: Iterator[FeedLink]) -> FeedLink | None:
    return next(links, None)


def _read_links(parent: Any, name: str, address: str) -> Iterator[FeedLink]:
    for element in parent.iterfind(expanded_name(name)):
        yield FeedLink(
            url=(element.get(address) or "").strip(),
            media_type=element.get("type"),
            rel=element.get("rel"),
            language=element.get("language"),
            text=_whole_text(element),
        )


def _read_media(element: Any, source: Any) -> FeedMedia:
    """`source` has the address: the element itself, or its first `podcast:source`."""
    length = (element.get("length") or "").strip()
    integrity = element.find(expanded_name("podcast:integrity"))
    return FeedMedia(
        url=(source.get("url") or source.get("uri") or "").strip(),
        # isdecimal also takes other scripts' digits; more than 18 of them is no file on Earth.
        bytes=int(length) if length.isascii() and length.isdecimal() and len(length) <= 18 else None,  # noqa: PLR2004
        media_type=element.get("type"),
        title=element.get("title"),
        integrity=None if integrity is None else integrity.get("value"),
    )


def _read_alternates(item: Any) -> Iterator[FeedMedia]:
    for element in item.iterfind(expanded_name("podcast:alternateEnclosure")):
        source = element.find(expanded_name("podcast:source"))
        yield _read_media(element, element if source is None else source)


def _read_people(parent: Any) -> Iterator[FeedPerson]:
    for element in parent.iterfind(expanded_name("podcast:person")):
        yield FeedPerson(
            name=_whole_text(element) or "",
            role=element.get("role"),
            group=element.get("group"),
            url=element.get("href"),
            image=element.get("img"),
        )


def _read_categories(channel: Any) -> Iterator[Category]:
    name = expanded_name("itunes:category")
    for element in channel.iterfind(name):
        subs = [sub.get("text") or "" for sub in element.iterfind(name)]
        for sub in subs or [None]:
            yield Category(name=element.get("text") or "", sub=sub)


def _read_simple_chapters(chapters: Any) -> Iterator[FeedChapter]:
    for element in chapters.iterfind(expanded_name("psc:chapter")):
        yield FeedChapter(
            start=element.get("start") or "",
            title=element.get("title") or "",
            url=element.get("href"),
            image=element.get("image"),
        )
