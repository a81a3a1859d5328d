"""Who made it and what may be done with it, for readers that know no podcast: Dublin Core, Creative Commons.

Sources: Dublin Core elements 1.1 (`creator`, `rights`); the Creative Commons RSS module (`license`, an
address).
"""

from __future__ import annotations

from collections.abc import Iterator

from podtool.publish.addresses import ascii_url
from podtool.publish.xml_tags import Tag, clean_line
from podtool.show.licences import licence_clause, licence_url
from podtool.show.model import Licence, Show

_CREATIVE_COMMONS = ("https://creativecommons.org/", "http://creativecommons.org/")


def derive_rights_tags(show: Show, licence: Licence | None) -> Iterator[Tag]:
    """The same for the channel and an item: `licence` is that of the whole, or of the episode."""
    if author := clean_line(show.author or ""):
        yield Tag(name="dc:creator", text=author)
    if licence is None:
        return
    yield Tag(name="dc:rights", text=copyright_of(licence, show.language))
    url = ascii_url(licence_url(licence))
    if url and url.startswith(_CREATIVE_COMMONS):
        yield Tag(name="creativeCommons:license", text=url)


def copyright_of(licence: Licence, language: str) -> str:
    """The licence in words: neither «copyright» nor © nor a year (PSP-1, «copyright»)."""
    clause = licence_clause(licence, language)
    return clean_line(clause[:1].upper() + clause[1:])
