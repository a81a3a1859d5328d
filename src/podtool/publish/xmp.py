"""XMP packets (ISO 16684-1): what an image says of its title, creator, source and licence.

The packet is somebody else's XML: no entity is resolved, no address fetched, and a large one is not read.
"""

from __future__ import annotations

from lxml import etree

LARGEST_PACKET_BYTES = 1 << 20
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CC = "{http://creativecommons.org/ns#}"
_RIGHTS = "{http://ns.adobe.com/xap/1.0/rights/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_FIELDS: tuple[tuple[str, str], ...] = (
    # In the order in which they are believed.
    ("title", f"{_DC}title"),
    ("creator", f"{_CC}attributionName"),
    ("creator", f"{_DC}creator"),
    ("source", f"{_CC}attributionURL"),
    ("source", f"{_DC}source"),
    ("licence_url", f"{_CC}license"),
    ("licence_url", f"{_RIGHTS}WebStatement"),
    ("terms", f"{_RIGHTS}UsageTerms"),
    ("copyright", f"{_DC}rights"),
    ("credit", f"{_PHOTOSHOP}Credit"),
)


def read_xmp(packet: bytes) -> dict[str, str]:
    """Texts by field; empty for no packet, a broken or a huge one."""
    if not packet or len(packet) > LARGEST_PACKET_BYTES:
        return {}
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(packet.strip(b" \t\r\n\0"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return {}
    if root.getroottree().docinfo.doctype:
        return {}
    found: dict[str, str] = {}
    for description in root.iter(f"{_RDF}Description"):
        for name, tag in _FIELDS:
            if name not in found and (text := _value(description, tag)):
                found[name] = text
    return found


def _value(description: etree._Element, tag: str) -> str:
    """A property as an attribute, a text, a resource, or a list's items (of an Alt the default language)."""
    attribute = description.get(tag)
    if attribute:
        return str(attribute)
    child = description.find(tag)
    if child is None:
        return ""
    if resource := child.get(f"{_RDF}resource"):
        return str(resource)
    items = [
        (item.get("{http://www.w3.org/XML/1998/namespace}lang"), item.text or "")
        for item in child.iter(f"{_RDF}li")
    ]
    default = [text for language, text in items if language == "x-default"]
    return (
        ", ".join(text.strip() for text in default or [text for _, text in items])
        or (child.text or "").strip()
    )
