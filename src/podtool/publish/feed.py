"""The feed: RSS 2.0 with iTunes, Podcasting 2.0 and Podlove chapters; a pure function of show and ledger.

feedgen writes; `podcast` has what it can't. No clock, locale or version of ours reaches the feed: same input,
same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from feedgen.feed import FeedGenerator

from podtool.errors import PublishError
from podtool.publish import itunes
from podtool.publish.addresses import ascii_url
from podtool.publish.dublin_core import copyright_of, derive_rights_tags
from podtool.publish.feed_html import MOST_DESCRIPTION_BYTES, trim_html
from podtool.publish.feed_item import Channel, FeedItem, describe_item
from podtool.publish.markdown import render_feed_html
from podtool.publish.podcast import extend_generator
from podtool.publish.podcast_namespace import derive_channel_tags
from podtool.publish.xml_tags import Tag, clean_line, clean_text
from podtool.show.model import Episode, Show
from podtool.show.publication import Publication, PublishedFile

__all__ = ["FEED_TYPE", "FeedItem", "FeedPage", "find_trailers", "order_items", "render_feed", "stream_feed"]

FEED_TYPE = "application/rss+xml"
GENERATOR = "podtool"
"""Without a version, which would change every feed at an upgrade."""
BATCH = 50
"""Items that feedgen holds at a time: enough that the channel, written with each batch, costs nothing."""
_TAIL = b"  </channel>\n</rss>\n"


class _NeverWritten(datetime):
    """A date that feedgen takes and doesn't write.

    feedgen writes lastBuildDate (the clock's, by default) where it is true, by a function that flips the
    process's locale.
    """

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True, kw_only=True)
class FeedPage:
    """One document of a feed in pages.

    Attributes:
        address: its own.
        links: `rel` → address, in the order in which they are written.
        is_archive: it holds older items and stays as it is (RFC 5005, section 4).
    """

    address: str
    links: Mapping[str, str]
    is_archive: bool = False


def render_feed(
    show: Show,
    items: Sequence[FeedItem],
    *,
    files: Mapping[str, PublishedFile] | None = None,
    image_urls: Mapping[PurePosixPath, str] | None = None,
) -> bytes:
    """The feed's bytes: UTF-8, newest item first whatever the order of `items`.

    Args:
        show: the show.
        items: what is in the feed, each with its ledger entry.
        files: the show's own public files by kind, as in the ledger: ``cover``.
        image_urls: public addresses of images that the YAML names (people's, chapters'), by their path.

    Raises:
        PublishError: no feed address; an item without guid, date or media; two with the same guid or media.
    """
    newest_first = order_items(items)
    channel = Channel(
        show=show, files=files or {}, image_urls=image_urls or {}, trailers=find_trailers(newest_first)
    )
    return b"".join(stream_feed(channel, newest_first))


def order_items(items: Sequence[FeedItem]) -> list[FeedItem]:
    """Newest first; on one date the higher number, then the guid.

    Raises:
        PublishError: a date without zone, or two items with the same guid or media.
    """
    newest_first = sorted(items, key=_order, reverse=True)
    _refuse_twins(newest_first)
    return newest_first


def find_trailers(items: Sequence[FeedItem]) -> tuple[tuple[Episode, Publication], ...]:
    """Episodes of type trailer, in the items' order."""
    return tuple((item.episode, item.publication) for item in items if item.episode.type == "trailer")


def stream_feed(channel: Channel, items: Sequence[FeedItem], page: FeedPage | None = None) -> Iterator[bytes]:
    """A feed's bytes in pieces, so that ten thousand items take no more memory than fifty.

    feedgen writes whole documents only. It is given a batch of items at a time; what comes out between the
    channel's beginning and its end, which are the same each time, is that batch.

    Args:
        channel: the show with what belongs to it.
        items: in the order in which they are written (see `order_items`).
        page: links and nature of the document where the feed has several.

    Raises:
        PublishError: as `render_feed`.
    """
    generator = FeedGenerator()
    extend_generator(generator)
    _describe_channel(generator, channel, items, page)
    frame: bytes = generator.rss_str(pretty=True)
    head, tail = frame[: -len(_TAIL)], frame[-len(_TAIL) :]
    yield head
    for start in range(0, len(items), BATCH):
        generator.entry([], replace=True)
        for item in items[start : start + BATCH]:
            # feedgen's own order would put the last first.
            describe_item(generator.add_entry(order="append"), channel, item)
        document: bytes = generator.rss_str(pretty=True)
        yield document[len(head) : -len(tail)]
    yield tail


def _order(item: FeedItem) -> tuple[datetime, int, str]:
    publication = item.publication
    _require_zone(publication.published)
    number = item.episode.number
    return (publication.published, -1 if number is None else number, publication.guid)


def _require_zone(moment: datetime) -> None:
    itunes.format_feed_date(moment)


def _refuse_twins(items: Sequence[FeedItem]) -> None:
    """Apps take two items with one guid, or one file, for one episode (RSS 2.0; PSP-1)."""
    guids = Counter(item.publication.guid for item in items)
    media = Counter(
        enclosure.url
        for item in items
        for enclosure in item.publication.enclosures
        if not enclosure.is_elsewhere  # a repeat, which its first publisher gave a guid of its own
    )
    for what, counts in (("guid", guids), ("media address", media)):
        twins = sorted(value for value, count in counts.items() if count > 1)
        if twins:
            raise PublishError(
                f"more than one item would have the {what} {twins[0]}",
                hint="published.yaml has an entry twice, or two episodes share a number or slug",
            )


def _describe_channel(
    generator: FeedGenerator, channel: Channel, items: Sequence[FeedItem], page: FeedPage | None
) -> None:
    show = channel.show
    feed = ascii_url(show.feed)
    if feed is None:
        raise PublishError(
            "the feed has no public address", hint="write `feed: https://…/feed.xml` in show.yaml"
        )
    generator.link(href=page.address if page else feed, rel="self", type=FEED_TYPE)
    # The last link given is the one that feedgen makes the channel's.
    generator.link(href=ascii_url(show.link) or ascii_url(show.publish.base_url) or feed, rel="alternate")
    title = clean_line(show.title) or show.handle
    generator.title(title)
    generator.description(
        clean_text(trim_html(render_feed_html(show.description), MOST_DESCRIPTION_BYTES)) or title
    )
    generator.language(clean_line(show.language))
    generator.generator(GENERATOR)
    generator.updated(_NeverWritten(1, 1, 1, tzinfo=UTC))
    if show.licence:
        generator.copyright(copyright_of(show.licence, show.language))
    _describe_owner(generator.podcast, show)
    generator.repaired.tags = _repair_channel(channel, items, page)
    generator.podcasting.tags = derive_channel_tags(
        show, channel.image_urls, cover=channel.files.get("cover"), trailers=channel.trailers
    )


def _describe_owner(itunes_extension: Any, show: Show) -> None:
    """What feedgen's iTunes extension writes well."""
    itunes_extension.itunes_type(show.type)
    if author := clean_line(show.author or ""):
        itunes_extension.itunes_author(author)
    if show.owner and (name := clean_line(show.owner.name)) and (email := clean_line(show.owner.email)):
        itunes_extension.itunes_owner(name=name, email=email)


def _repair_channel(channel: Channel, items: Sequence[FeedItem], page: FeedPage | None) -> tuple[Tag, ...]:
    show, cover = channel.show, channel.files.get("cover")
    is_archive = page is not None and page.is_archive
    return (
        *_last_built(items),
        *itunes.derive_hub(None if is_archive else ascii_url(show.publish.websub)),
        *itunes.derive_page_links(page.links if page else {}, is_archive=is_archive),
        itunes.derive_explicit(explicit=show.explicit),
        *itunes.derive_categories(show.categories),
        *itunes.derive_image(ascii_url(cover.url) if cover else None),
        *derive_rights_tags(show, show.licence),
    )


def _last_built(items: Sequence[FeedItem]) -> tuple[Tag, ...]:
    """When the newest content came, not when the feed was written."""
    dates = [
        date for item in items for date in (item.publication.published, item.publication.updated) if date
    ]
    for date in dates:
        _require_zone(date)
    return (Tag(name="lastBuildDate", text=itunes.format_feed_date(max(dates))),) if dates else ()
