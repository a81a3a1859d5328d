"""XML elements as plain values, the feed's namespaces, and the one place where values become XML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

NAMESPACES: Mapping[str, str] = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fh": "http://purl.org/syndication/history/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "psc": "http://podlove.org/simple-chapters",
}
"""Prefix → URI, to the letter: readers compare them as strings."""

# XML 1.0 section 2.2, less what it discourages: C0 and C1 controls, surrogates, non-characters.
_NOT_FOR_XML = re.compile(
    "[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd]|[\U0001fffe\U0001ffff]"
)
_LINE_END = re.compile(r"\r\n?|\x85|\u2028|\u2029")
_CDATA_END = "]]>"


@dataclass(frozen=True, kw_only=True)
class Tag:
    """One element.

    Attributes:
        name: ``prefix:local`` with a prefix of `NAMESPACES`, or a name of RSS itself.
        attributes: in the order in which they are written; those that are None are left out.
        html: whether the text is HTML, to be wrapped in CDATA.
    """

    name: str
    text: str | None = None
    attributes: Mapping[str, str | None] = field(default_factory=dict)
    children: tuple[Tag, ...] = ()
    html: bool = False


def clean_text(text: str) -> str:
    """`text` trimmed, without what XML forbids or discourages, its lines ended by a line feed."""
    return _NOT_FOR_XML.sub("", _LINE_END.sub("\n", text)).strip()


def clean_exactly(text: str) -> str:
    """`text` with its white space, without what XML forbids or discourages."""
    return _NOT_FOR_XML.sub("", text)


def clean_line(text: str) -> str:
    """`clean_text` on one line, single spaces (no-break spaces stay: French needs them)."""
    return re.sub(r"[ \t\n]+", " ", clean_text(text)).strip()


def expanded_name(name: str) -> str:
    """``{uri}local`` of ``prefix:local``."""
    prefix, colon, local = name.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if colon else name


def clean_html(html: str) -> str:
    """HTML that may stand in a CDATA section: ``]]>``, which would end it, is escaped as HTML allows."""
    return clean_text(html).replace(_CDATA_END, "]]&gt;")


def wrap_html(html: str) -> Any:
    """HTML as a CDATA section."""
    return etree.CDATA(clean_html(html))


def append_tags(parent: Any, tags: Iterable[Tag]) -> None:
    """Adds the elements at the end of `parent`, an lxml element."""
    for tag in tags:
        element = etree.SubElement(parent, expanded_name(tag.name))
        for name, value in tag.attributes.items():
            if value is not None:
                element.set(name, clean_line(value))
        if tag.text is not None:
            element.text = wrap_html(tag.text) if tag.html else clean_text(tag.text)
        append_tags(element, tag.children)
