"""One item of the feed: what feedgen writes well is set here, the rest are tags for our extensions of it."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from feedgen.entry import FeedEntry

from podtool.errors import PublishError
from podtool.publish import itunes
from podtool.publish.addresses import ascii_url
from podtool.publish.dublin_core import derive_rights_tags
from podtool.publish.feed_html import compose_description, render_time_stamps
from podtool.publish.markdown import render_feed_html
from podtool.publish.podcast_namespace import ItemContext, derive_item_tags
from podtool.publish.psc import derive_simple_chapters
from podtool.publish.xml_tags import Tag, clean_exactly, clean_html, clean_line
from podtool.show.facts import Enclosure
from podtool.show.model import Episode, Show
from podtool.show.publication import Publication, PublishedFile


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
class Channel:
    """What channel and items are made from beside the items' own facts.

    Attributes:
        files: the show's own public files by kind, as in the ledger: ``cover``.
        image_urls: public addresses of images that the YAML names (people's, chapters'), by their path.
        trailers: those that the channel names, the newest first.
    """

    show: Show
    files: Mapping[str, PublishedFile] = field(default_factory=dict)
    image_urls: Mapping[PurePosixPath, str] = field(default_factory=dict)
    trailers: tuple[tuple[Episode, Publication], ...] = ()


def describe_item(entry: FeedEntry, channel: Channel, item: FeedItem) -> None:
    """Fills in feedgen's entry.

    Raises:
        PublishError: no guid, date zone or media.
    """
    show, episode, publication = channel.show, item.episode, item.publication
    description = _description_of(item)
    entry.title(_title_of(item))
    entry.guid(_guid_of(item), permalink=bool(publication.guid_is_permalink))
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
        *derive_rights_tags(show, episode.licence_within(show)),
    )
    context = ItemContext(show=show, episode=episode, publication=publication, image_urls=channel.image_urls)
    entry.podcasting.tags = derive_item_tags(context)
    entry.simple_chapters.tags = derive_simple_chapters(publication.chapters, channel.image_urls)


def _title_of(item: FeedItem) -> str:
    """The title; the slug, should nothing of it be writable in XML (feedgen asks for one)."""
    return clean_line(item.episode.title) or item.episode.slug


def _guid_of(item: FeedItem) -> str:
    """To the letter, white space included: apps compare it as it stands."""
    guid = clean_exactly(item.publication.guid)
    if not guid.strip():
        raise PublishError(
            f"{item.publication.folder} has no guid in published.yaml",
            hint="take published.yaml back from version control; to apps, a new guid is a new episode",
        )
    return guid


def _describe_enclosure(entry: FeedEntry, item: FeedItem) -> None:
    enclosures = item.publication.enclosures
    url = _address_of(enclosures[0]) if enclosures else None
    if url is None:
        raise PublishError(
            f"{item.publication.folder} has no media with a public address",
            hint="build it with `podtool assemble`, and give show.yaml a `publish: {base_url: https://…}`",
        )
    entry.enclosure(url=url, length=str(enclosures[0].bytes), type=clean_line(enclosures[0].media_type))


def _address_of(enclosure: Enclosure) -> str | None:
    """As others published it where they did: even an address that could be written better is kept."""
    if enclosure.is_elsewhere and enclosure.url.isascii():
        return enclosure.url
    return ascii_url(enclosure.url)


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
    if duration_s := item.publication.enclosures[0].duration_s:
        itunes_extension.itunes_duration(_whole_seconds(duration_s))
    itunes_extension.itunes_season(episode.season)
    itunes_extension.itunes_episode(episode.number)
    itunes_extension.itunes_episode_type(episode.type)
    if author := clean_line(show.author or ""):
        itunes_extension.itunes_author(author)


def _whole_seconds(duration_s: float) -> int:
    """To the nearest second, never 0: apps take that for unknown."""
    return max(1, int(duration_s + 0.5))
