"""The feed's plain RSS, Atom and iTunes tags that feedgen writes wrongly or not at all, as values.

Sources: RSS 2.0; Apple Podcasts' feed requirements; PSP-1; WebSub 4; RFC 5005. What feedgen
writes well is set in `feed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from podtool.errors import PublishError
from podtool.publish.xml_tags import Tag
from podtool.show.model import Category


def format_feed_date(moment: datetime) -> str:
    """RFC 2822 with the right weekday and a numeric zone, in English whatever the locale.

    Raises:
        PublishError: `moment` has no zone.
    """
    offset = moment.utcoffset()
    if offset is None:
        raise PublishError(
            f"the date {moment.isoformat()} has no time zone",
            hint="write published.yaml's dates like 2024-01-15T06:00:00+01:00",
        )
    if offset.total_seconds() % 60:  # local mean time; RFC 2822 has hours and minutes only
        moment = moment.astimezone(UTC)
    return format_datetime(moment)


def derive_explicit(*, explicit: bool) -> Tag:
    """Apple reads `true` and `false` (the older yes, no and clean are gone)."""
    return Tag(name="itunes:explicit", text="true" if explicit else "false")


def derive_categories(categories: Sequence[Category]) -> Iterator[Tag]:
    """Categories in the order written, each once, subcategories gathered under it."""
    names = dict.fromkeys(category.name for category in categories)
    for name in names:
        subs = dict.fromkeys(
            category.sub for category in categories if category.name == name and category.sub
        )
        yield Tag(
            name="itunes:category",
            attributes={"text": name},
            children=tuple(Tag(name="itunes:category", attributes={"text": sub}) for sub in subs),
        )


def derive_image(url: str | None) -> Iterator[Tag]:
    """The cover, whatever its name ends in."""
    if url:
        yield Tag(name="itunes:image", attributes={"href": url})


def derive_hub(url: str | None) -> Iterator[Tag]:
    """Where subscribers are told of news at once."""
    if url:
        yield Tag(name="atom:link", attributes={"rel": "hub", "href": url})


def derive_page_links(links: Mapping[str, str], *, is_archive: bool) -> Iterator[Tag]:
    """The other documents of a feed in pages, by `rel`; nothing for a feed in one piece."""
    for rel, url in links.items():
        yield Tag(name="atom:link", attributes={"rel": rel, "href": url})
    if is_archive:
        yield Tag(name="fh:archive")
