"""Feeds as they are found in the wild → feeds that an XML parser can read: what apps forgive is mended.

Nothing is guessed about what a feed says; only its letters, entities and namespaces are put right. A document
type that defines entities is left for the parser to refuse.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from html.entities import html5
from typing import Any

from lxml import etree

from podtool.publish.xml_tags import NAMESPACES

_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_DECLARED = re.compile(rb"<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[\]<>]{0,500}>", re.IGNORECASE)
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>|<!--.*?-->)", re.DOTALL)
_ENTITY = re.compile(r"&(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)?")
_OF_XML = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

_ALIASES: Mapping[str, str] = {
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": NAMESPACES["podcast"],
    "https://www.w3.org/2005/atom": NAMESPACES["atom"],
    "http://podcastindex.org/namespace/1.0": NAMESPACES["podcast"],
    "https://www.itunes.com/dtds/podcast-1.0.dtd": NAMESPACES["itunes"],
    "http://podlove.org/simple-chapters/": NAMESPACES["psc"],
    **{uri.lower(): uri for uri in NAMESPACES.values()},
}
"""Addresses under which a namespace is also met, in lower case → its own."""


def mend(content: bytes) -> bytes:
    """The feed as UTF-8 without what stops a parser: stray letters, HTML's entities, bare ampersands."""
    text = _NOT_XML.sub("", _decode(content)).lstrip("\ufeff \t\r\n")
    text = _DECLARATION.sub("", text, count=1)
    text = _DOCTYPE.sub("", text, count=1)
    start = text.find("<")
    parts = _CDATA.split(text[max(start, 0) :])
    mended = (part if index % 2 else _ENTITY.sub(_entity, part) for index, part in enumerate(parts))
    return "".join(mended).encode()


def _decode(content: bytes) -> str:
    """By mark, declaration and UTF-8, in this order; else as Windows' Latin."""
    declared = _DECLARED.search(content[:400])
    names = [name for mark, name in _MARKS if content.startswith(mark)]
    names += [declared[1].decode("ascii")] if declared else []
    for name in (*names, "utf-8"):
        try:
            return content.decode(name)
        except (UnicodeError, LookupError, ValueError):
            continue
    return content.decode("cp1252", errors="replace")


def _entity(found: re.Match[str]) -> str:
    name = found[1]
    if name is None:
        return "&amp;"
    if name in _OF_XML or name.startswith("#"):
        return found[0]
    return html5.get(name, f"&amp;{name}")


def name_as_meant(root: Any) -> None:
    """Puts elements whose prefix is undeclared, or bound to an alias, into the namespace that is meant."""
    for element in root.iter(etree.Element):
        namespace, _, name = str(element.tag).removeprefix("{").rpartition("}")
        if not namespace and ":" in name:
            prefix, _, name = name.partition(":")
            namespace = NAMESPACES.get(prefix, "")
        meant = _ALIASES.get(namespace.lower()) if namespace else None
        if meant and name and element.tag != f"{{{meant}}}{name}":
            element.tag = f"{{{meant}}}{name}"
