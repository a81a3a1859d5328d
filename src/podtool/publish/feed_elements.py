"""Single elements of a feed → plain values, trimmed; what is missing or blank is None."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from podtool.publish.xml_tags import expanded_name
from podtool.show.feed_facts import FeedChapter, FeedLink, FeedMedia, FeedPerson
from podtool.show.model import Category


def find_element(parent: Any, path: str) -> Any:
    """The first element at a path of prefixed names, below `parent`."""
    return parent.find("/".join(expanded_name(step) for step in path.split("/")))


def text_of(parent: Any, path: str) -> str | None:
    """The element's own text, trimmed; None when it is missing or blank."""
    element = find_element(parent, path)
    return whole_text(element) if element is not None else None


def whole_text(element: Any) -> str | None:
    """All text inside an element."""
    return "".join(element.itertext()).strip() or None


def attribute_of(parent: Any, path: str, name: str) -> str | None:
    """An attribute of the element at `path`."""
    element = find_element(parent, path)
    return None if element is None else (element.get(name) or "").strip() or None


def first_of(links: Iterator[FeedLink]) -> FeedLink | None:
    """The first link, where there is one."""
    return next(links, None)


def read_links(parent: Any, name: str, address: str) -> Iterator[FeedLink]:
    """Every element of a name whose attribute `address` leads somewhere."""
    for element in parent.iterfind(expanded_name(name)):
        yield FeedLink(
            url=(element.get(address) or "").strip(),
            media_type=element.get("type"),
            rel=element.get("rel"),
            language=element.get("language"),
            text=whole_text(element),
        )


def read_media(element: Any, source: Any) -> FeedMedia:
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


def read_alternates(item: Any) -> Iterator[FeedMedia]:
    """`podcast:alternateEnclosure`: the episode in other forms."""
    for element in item.iterfind(expanded_name("podcast:alternateEnclosure")):
        source = element.find(expanded_name("podcast:source"))
        yield read_media(element, element if source is None else source)


def read_people(parent: Any) -> Iterator[FeedPerson]:
    """`podcast:person`."""
    for element in parent.iterfind(expanded_name("podcast:person")):
        yield FeedPerson(
            name=whole_text(element) or "",
            role=element.get("role"),
            group=element.get("group"),
            url=element.get("href"),
            image=element.get("img"),
        )


def read_categories(channel: Any) -> Iterator[Category]:
    """Apple's categories, each subcategory with its own above it."""
    name = expanded_name("itunes:category")
    for element in channel.iterfind(name):
        subs = [sub.get("text") or "" for sub in element.iterfind(name)]
        for sub in subs or [None]:
            yield Category(name=element.get("text") or "", sub=sub)


def read_simple_chapters(chapters: Any) -> Iterator[FeedChapter]:
    """`psc:chapter`."""
    for element in chapters.iterfind(expanded_name("psc:chapter")):
        yield FeedChapter(
            start=element.get("start") or "",
            title=element.get("title") or "",
            url=element.get("href"),
            image=element.get("image"),
        )
