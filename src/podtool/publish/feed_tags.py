"""Reads the namespace's rarer tags as they stand, so that each needs no reader of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from podtool.publish.xml_tags import NAMESPACES
from podtool.show.feed_facts import FeedTag

_PREFIXES = {NAMESPACES["podcast"]: "podcast", NAMESPACES["itunes"]: "itunes"}
_USUAL = {uri: prefix for prefix, uri in NAMESPACES.items()}
_WITH_FACTS = frozenset(
    f"podcast:{name}"
    for name in (
        "guid",
        "locked",
        "medium",
        "license",
        "funding",
        "person",
        "chapters",
        "transcript",
        "alternateEnclosure",
        "contentLink",
    )
)
"""What `feed_reading` has facts for."""
_OF_ITUNES = frozenset({"itunes:block", "itunes:complete"})


def read_tags_of(parent: Any) -> tuple[FeedTag, ...]:
    """The tags of a channel or an item that no other fact holds, in document order."""
    return tuple(
        tag
        for tag in _children(parent)
        if tag.name in _OF_ITUNES or (tag.name.startswith("podcast:") and tag.name not in _WITH_FACTS)
    )


def names_of(parent: Any) -> tuple[str, ...]:
    """What the elements of a channel or an item are called, with the usual prefix where there is one."""
    said = (element for element in parent.iterchildren(etree.Element) if _says_something(element))
    return tuple(dict.fromkeys(_name_of(element) for element in said))


def lines_of(channel: Any) -> dict[str, int]:
    """Where the first element of each name stands, 1-based; ``channel`` is the channel itself."""
    found = {"channel": channel.sourceline or 0}
    for element in channel.iterchildren(etree.Element):
        found.setdefault(_name_of(element), element.sourceline or 0)
    return found


def _says_something(element: Any) -> bool:
    return bool((element.text or "").strip() or element.attrib or len(element))


def _name_of(element: Any) -> str:
    namespace, _, name = str(element.tag).removeprefix("{").rpartition("}")
    prefix = _USUAL.get(namespace) or (element.prefix if namespace else None)
    return f"{prefix}:{name}" if prefix else name


def _children(parent: Any) -> Iterator[FeedTag]:
    for element in parent.iterchildren(etree.Element):
        # A damaged feed has tags that lxml itself would not make.
        namespace, _, name = str(element.tag).removeprefix("{").rpartition("}")
        if namespace in _PREFIXES:
            yield FeedTag(
                name=f"{_PREFIXES[namespace]}:{name}",
                text=(element.text or "").strip() or None,
                attributes={str(key): str(value).strip() for key, value in element.attrib.items()},
                # What lies deeper than a recipient or a remote item is no feed's; it also bounds the depth.
                children=tuple(_children(element)) if parent.tag in ("channel", "item") else (),
            )
