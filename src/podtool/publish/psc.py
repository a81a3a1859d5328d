"""Podlove Simple Chapters 1.2: chapters inside the feed's item.

Source: podlove.org/simple-chapters. Starts are those of every other chapter list that podtool writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import PurePosixPath

from podtool.publish.addresses import ascii_url
from podtool.publish.xml_tags import Tag
from podtool.show.facts import ChapterFacts
from podtool.units import format_timestamp

VERSION = "1.2"


def derive_simple_chapters(
    chapters: Sequence[ChapterFacts], image_urls: Mapping[PurePosixPath, str]
) -> tuple[Tag, ...]:
    """``psc:chapters`` with its chapters in time order; nothing for an episode without chapters."""
    if not chapters:
        return ()
    children = tuple(
        Tag(
            name="psc:chapter",
            attributes={
                "start": format_timestamp(Fraction(chapter.start_ms, 1000)),
                "title": chapter.title,
                "href": ascii_url(chapter.url),
                "image": ascii_url(image_urls.get(chapter.image)) if chapter.image else None,
            },
        )
        for chapter in sorted(chapters, key=lambda chapter: chapter.start_ms)
    )
    return (Tag(name="psc:chapters", attributes={"version": VERSION}, children=children),)
