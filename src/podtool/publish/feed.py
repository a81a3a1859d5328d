"""The feed: RSS 2.0 with iTunes, Podcasting 2.0 and Podlove chapters; a pure function of show and ledger.

feedgen writes; `podcast` has what it can't. No clock, locale or version of ours reaches the feed: same input,
same bytes.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from podtool.errors import PublishError
from podtool.publish import itunes
from podtool.publish.addresses import ascii_url
from podtool.publish.feed_html import (
    MOST_DESCRIPTION_BYTES,
    compose_description,
    render_time_stamps,
    trim_html,
)
from podtool.publish.markdown import render_feed_html
from podtool.publish.podcast import extend_generator
from podtool.publish.podcast_namespace import ItemContext, derive_channel_tags, derive_item_tags
from podtool.publish.psc import derive_simple_chapters
from podtool.publish.xml_tags import Tag, clean_html, clean_line, clean_text
from podtool.show.licences import licence_clause
from podtool.show.model import Episode, Show
from podtool.show.publication import Publication, PublishedFile

FEED_TYPE = "application/rss+xml"
GENERATOR = "podtool"
"""Without a version, which would change every feed at an upgrade."""


@dataclass(frozen=True, kw_only=True)
class FeedItem:
    """One episode for the feed.

    Attributes:
        content_html: all of it for content:encoded: description, notes, chapters, credits; sanitised, with
            absolute addresses. Empty: the description stands for it.
        footer_html: credits and licences in the description's few tags; kept when the description is cut.
    """

    episode: Episode
    publication: Publication
    content_html: str = ""
    footer_html: str = ""


@dataclass(frozen=True, kw_only=True)
class _Channel:
    """What every item needs of the channel."""

    show: Show
    image_urls: Mapping[PurePosixPath, str] = field(default_factory=dict)


class _NeverWritten(datetime):
    """A date that feedgen takes and doesn't write.

    feedgen writes lastBuildDate (the clock's, by default) where it is true, by a function that flips the
    process's locale.
    """

    def __bool__(self) -> bool:
        return False


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
    channel = _Channel(show=show, image_urls=image_urls or {})
    newest_first = sorted(items, key=_order, reverse=True)
    _refuse_twins(newest_first)
    generator = FeedGenerator()
    extend_generator(generator)
    _describe_channel(generator, channel, files or {}, newest_first)
    for item in newest_first:
        # feedgen's own order would put the last first.
        _describe_item(generator.add_entry(order="append"), channel, item)
    document: bytes = generator.rss_str(pretty=True)
    return document


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
    media = Counter(enclosure.url for item in items for enclosure in item.publication.enclosures)
    for what, counts in (("guid", guids), ("media address", media)):
        twins = sorted(value for value, count in counts.items() if count > 1)
        if twins:
            raise PublishError(
                f"more than one item would have the {what} {twins[0]}",
                hint="published.yaml has an entry twice, or two episodes share a number or slug",
            )


def _describe_channel(
    generator: FeedGenerator,
    channel: _Channel,
    files: Mapping[str, PublishedFile],
    items: Sequence[FeedItem],
) -> None:
    show = channel.show
    feed = ascii_url(show.feed)
    if feed is None:
        raise PublishError(
            "the feed has no public address", hint="write `feed: https://…/feed.xml` in show.yaml"
        )
    generator.link(href=feed, rel="self", type=FEED_TYPE)
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
        generator.copyright(_copyright_of(show))
    _describe_owner(generator.podcast, show)
    generator.repaired.tags = _repair_channel(show, files, items)
    generator.podcasting.tags = derive_channel_tags(show, channel.image_urls)


def _copyright_of(show: Show) -> str:
    """The licence in words: neither «copyright» nor © nor a year (PSP-1, «copyright»)."""
    clause = licence_clause(show.licence, show.language)
    return clean_line(clause[:1].upper() + clause[1:])


def _describe_owner(itunes_extension: Any, show: Show) -> None:
    """What feedgen's iTunes extension writes well."""
    itunes_extension.itunes_type(show.type)
    if author := clean_line(show.author or ""):
        itunes_extension.itunes_author(author)
    if show.owner and (name := clean_line(show.owner.name)) and (email := clean_line(show.owner.email)):
        itunes_extension.itunes_owner(name=name, email=email)


def _repair_channel(
    show: Show, files: Mapping[str, PublishedFile], items: Sequence[FeedItem]
) -> tuple[Tag, ...]:
    cover = files.get("cover")
    return (
        *_last_built(items),
        *itunes.derive_hub(ascii_url(show.publish.websub)),
        itunes.derive_explicit(explicit=show.explicit),
        *itunes.derive_categories(show.categories),
        *itunes.derive_image(ascii_url(cover.url) if cover else None),
    )


def _last_built(items: Sequence[FeedItem]) -> tuple[Tag, ...]:
    """When the newest content came, not when the feed was written."""
    dates = [
        date for item in items for date in (item.publication.published, item.publication.updated) if date
    ]
    for date in dates:
        _require_zone(date)
    return (Tag(name="lastBuildDate", text=itunes.format_feed_date(max(dates))),) if dates else ()


def _describe_item(entry: FeedEntry, channel: _Channel, item: FeedItem) -> None:
    show, episode, publication = channel.show, item.episode, item.publication
    description = _description_of(item)
    entry.title(_title_of(item))
    entry.guid(_guid_of(item), permalink=False)
    if page := ascii_url(publication.page_url):
        entry.link(href=page, rel="alternate")
    _describe_enclosure(entry, item)
    # Given both, feedgen leaves the description a description; `repaired` makes it CDATA.
    entry.description(description)
    entry.content(clean_html(item.content_html or description), type="CDATA")
    _describe_for_itunes(entry.podcast, show, item)
    cover = publication.files.get("cover")
    entry.repaired.tags = (
        Tag(name="pubDate", text=itunes.format_feed_date(publication.published)),
        itunes.derive_explicit(explicit=episode.explicit_within(show)),
        *itunes.derive_image(ascii_url(cover.url) if cover else None),
    )
    context = ItemContext(show=show, episode=episode, publication=publication, image_urls=channel.image_urls)
    entry.podcasting.tags = derive_item_tags(context)
    entry.simple_chapters.tags = derive_simple_chapters(publication.chapters, channel.image_urls)


def _title_of(item: FeedItem) -> str:
    """The title; the slug, should nothing of it be writable in XML (feedgen asks for one)."""
    return clean_line(item.episode.title) or item.episode.slug


def _guid_of(item: FeedItem) -> str:
    guid = clean_line(item.publication.guid)
    if not guid:
        raise PublishError(
            f"{item.publication.folder} has no guid in published.yaml",
            hint="take published.yaml back from version control; to apps, a new guid is a new episode",
        )
    return guid


def _describe_enclosure(entry: FeedEntry, item: FeedItem) -> None:
    enclosures = item.publication.enclosures
    url = ascii_url(enclosures[0].url) if enclosures else None
    if url is None:
        raise PublishError(
            f"{item.publication.folder} has no media with a public address",
            hint="build it with `podtool assemble`, and give show.yaml a `publish: {base_url: https://…}`",
        )
    entry.enclosure(url=url, length=str(enclosures[0].bytes), type=clean_line(enclosures[0].media_type))


def _description_of(item: FeedItem) -> str:
    episode = item.episode
    body = render_feed_html(episode.description) if episode.description.strip() else ""
    return compose_description(
        body or f"<p>{html.escape(clean_line(episode.subtitle or '') or _title_of(item), quote=False)}</p>",
        stamps=render_time_stamps(item.publication.chapters),
        footer=item.footer_html,
    )


def _describe_for_itunes(itunes_extension: Any, show: Show, item: FeedItem) -> None:
    """What feedgen's iTunes extension writes well; it leaves out zeros by itself."""
    episode = item.episode
    itunes_extension.itunes_title(_title_of(item))
    itunes_extension.itunes_duration(_whole_seconds(item.publication.enclosures[0].duration_s))
    itunes_extension.itunes_season(episode.season)
    itunes_extension.itunes_episode(episode.number)
    itunes_extension.itunes_episode_type(episode.type)
    if author := clean_line(show.author or ""):
        itunes_extension.itunes_author(author)


def _whole_seconds(duration_s: float) -> int:
    """To the nearest second, never 0: apps take that for unknown."""
    return max(1, int(duration_s + 0.5))
