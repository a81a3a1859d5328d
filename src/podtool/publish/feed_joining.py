"""The pages of a feed (RFC 5005) → one document, with names in the namespaces that were meant. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree

from podtool.publish.feed_reading import parse_leniently


def join_feeds(pages: Sequence[bytes]) -> bytes:
    """The first page's channel with the items of all pages, as UTF-8; links to other pages are taken out."""
    roots = [root for page in pages if (root := parse_leniently(page)) is not None]
    if not roots:
        return b""
    first = roots[0]
    channel = first.find("channel")
    for other in roots[1:]:
        more = other.find("channel")
        for item in () if more is None else list(more.iterfind("item")):
            channel.append(item)
    for link in list(channel.iterfind("{http://www.w3.org/2005/Atom}link")):
        if len(roots) > 1 and link.get("rel") in ("next", "prev-archive", "first", "last"):
            channel.remove(link)
    document: Any = etree.tostring(first, xml_declaration=True, encoding="UTF-8")
    return bytes(document)
