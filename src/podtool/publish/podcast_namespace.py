"""The Podcasting 2.0 namespace: which tags a show and an episode have, as values.

Source: Podcastindex-org/podcast-namespace, one document per tag. Each tag is one function in a table, so
that a new tag is a new row.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from podtool.publish import podcast_extras as extras
from podtool.publish.addresses import ascii_url
from podtool.publish.people import Appearance, collect_appearances, collect_hosts
from podtool.publish.xml_tags import Tag
from podtool.show.facts import Enclosure
from podtool.show.identity import podcast_guid
from podtool.show.licences import facts_of, licence_url
from podtool.show.model import Episode, Licence, Show
from podtool.show.publication import Publication, PublishedFile

LICENCE_SLUGS = frozenset({"arr", "cc-by-4.0", "cc-by-nc-4.0", "cc-by-nc-nd-4.0", "pod-v4v-1.0"})
"""The namespace's licenseslugs.txt; any other text needs the licence's address."""

CHAPTERS_TYPE = "application/json+chapters"

TRANSCRIPT_TYPES: Mapping[str, str | None] = {
    "text/vtt": "captions",
    "application/x-subrip": "captions",
    "application/json": None,
    "text/html": None,
    "text/plain": None,
}
"""Media type → `rel`, in the order in which apps should try them."""

CODECS: Mapping[str, str] = {"audio/ogg": "opus", "audio/mp4": "mp4a.40.2"}
"""Media type → what is inside (RFC 6381), where the type alone doesn't say it."""

MOST_FUNDING_CHARACTERS = 128
MOST_NAME_CHARACTERS = 128
MOST_TITLE_CHARACTERS = 32
_SHA256 = re.compile(r"[0-9a-fA-F]{64}\Z")


@dataclass(frozen=True, kw_only=True)
class ItemContext:
    """What the tags of one item are made from. `image_urls`: public address of each image named in YAML."""

    show: Show
    episode: Episode
    publication: Publication
    image_urls: Mapping[PurePosixPath, str] = field(default_factory=dict)


# The channel


def derive_channel_tags(
    show: Show,
    image_urls: Mapping[PurePosixPath, str],
    *,
    cover: PublishedFile | None = None,
    trailers: Iterable[tuple[Episode, Publication]] = (),
) -> tuple[Tag, ...]:
    """Every `podcast:` tag of the channel, with iTunes' twins of some.

    Args:
        show: the show.
        image_urls: public addresses of people's images, by their path.
        cover: the show's public cover.
        trailers: published episodes of type trailer, the newest first.
    """
    return (
        *_guid(show),
        *_locked(show),
        Tag(name="podcast:medium", text=show.medium),
        *_licence(show.licence),
        *_funding(show),
        *_people(collect_hosts(show), image_urls),
        *extras.derive_image(cover, show.cover),
        *extras.derive_locations(show.location),
        *extras.derive_trailers(trailers),
        *extras.derive_update_frequency(show),
        *extras.derive_social(show.social),
        *extras.derive_podroll(show.podroll),
        *extras.derive_publisher(show.publisher),
        *extras.derive_value(show.value),
        *extras.derive_txt(show.txt, ai_content=show.ai_content),
        *extras.derive_block(show),
    )


def _guid(show: Show) -> Iterator[Tag]:
    guid = show.guid or (podcast_guid(show.feed) if show.feed else None)
    if guid:
        yield Tag(name="podcast:guid", text=guid)


def _locked(show: Show) -> Iterator[Tag]:
    yield Tag(
        name="podcast:locked",
        text="yes" if show.locked else "no",
        attributes={"owner": show.owner.email if show.owner else None},
    )


def _funding(show: Show) -> Iterator[Tag]:
    for link in show.funding:
        if url := ascii_url(link.url):
            yield Tag(
                name="podcast:funding",
                text=link.name[:MOST_FUNDING_CHARACTERS],
                attributes={"url": url},
            )


# Channel and item


def _licence(licence: Licence | None) -> Iterator[Tag]:
    """The list's slug in lower case, else the SPDX id; with the address, without which the id says little."""
    if licence is None:
        return
    facts = facts_of(licence)
    identifier = facts.id if facts else licence.id
    slug = identifier.removeprefix("LicenseRef-").lower()
    url = ascii_url(licence_url(licence))
    if slug in LICENCE_SLUGS or url:
        yield Tag(
            name="podcast:license",
            text=slug if slug in LICENCE_SLUGS else identifier,
            attributes={"url": url},
        )


def _people(people: Iterable[Appearance], image_urls: Mapping[PurePosixPath, str]) -> Iterator[Tag]:
    for appearance in people:
        yield Tag(
            name="podcast:person",
            text=appearance.name[:MOST_NAME_CHARACTERS],
            attributes={
                "role": appearance.role.en,
                "group": appearance.role.group,
                "img": ascii_url(image_urls.get(appearance.image)) if appearance.image else None,
                "href": ascii_url(appearance.url),
            },
        )


# The item


def _item_season(context: ItemContext) -> Iterator[Tag]:
    if context.episode.season:
        name = context.episode.season_name
        yield Tag(
            name="podcast:season",
            text=str(context.episode.season),
            attributes={"name": extras.shorten(name) if name else None},
        )


def _item_episode(context: ItemContext) -> Iterator[Tag]:
    if context.episode.number is not None:
        display = context.episode.display
        yield Tag(
            name="podcast:episode",
            text=str(context.episode.number),
            attributes={"display": extras.shorten(display, MOST_TITLE_CHARACTERS) if display else None},
        )


def _item_people(context: ItemContext) -> Iterator[Tag]:
    return _people(collect_appearances(context.show, context.episode), context.image_urls)


def _item_licence(context: ItemContext) -> Iterator[Tag]:
    return _licence(context.episode.licence_within(context.show))


def _item_chapters(context: ItemContext) -> Iterator[Tag]:
    file = context.publication.files.get("chapters")
    if file and (url := ascii_url(file.url)):
        yield Tag(name="podcast:chapters", attributes={"url": url, "type": CHAPTERS_TYPE})


def _item_transcripts(context: ItemContext) -> Iterator[Tag]:
    order = list(TRANSCRIPT_TYPES)
    transcripts = [
        file
        for kind, file in context.publication.files.items()
        if kind.partition(".")[0] == "transcript" and file.media_type in TRANSCRIPT_TYPES
    ]
    for file in sorted(transcripts, key=lambda file: (order.index(file.media_type), file.url)):
        if url := ascii_url(file.url):
            yield Tag(
                name="podcast:transcript",
                attributes={
                    "url": url,
                    "type": file.media_type,
                    "language": file.language or context.show.language,
                    "rel": TRANSCRIPT_TYPES[file.media_type],
                },
            )


def _item_alternates(context: ItemContext) -> Iterator[Tag]:
    for enclosure in context.publication.enclosures[1:]:
        if url := ascii_url(enclosure.url):
            yield Tag(
                name="podcast:alternateEnclosure",
                attributes={
                    "type": enclosure.media_type,
                    "length": str(enclosure.bytes) if enclosure.bytes else None,
                    "bitrate": str(enclosure.bitrate_kbps * 1000) if enclosure.bitrate_kbps else None,
                    "lang": context.show.language,
                    "title": enclosure.profile[:MOST_TITLE_CHARACTERS],
                    "codecs": CODECS.get(enclosure.media_type),
                },
                children=(Tag(name="podcast:source", attributes={"uri": url}), *_integrity(enclosure)),
            )


def _integrity(enclosure: Enclosure) -> Iterator[Tag]:
    """W3C Subresource Integrity of the file: its sha256, in base64."""
    if not _SHA256.match(enclosure.sha256):
        return
    digest = base64.b64encode(bytes.fromhex(enclosure.sha256)).decode("ascii")
    yield Tag(name="podcast:integrity", attributes={"type": "sri", "value": f"sha256-{digest}"})


def _item_content_links(context: ItemContext) -> Iterator[Tag]:
    """The episode elsewhere. The show's platforms are left out: they are about the show, not this content."""
    formats = [(other.name, other.url) for other in context.episode.formats]
    platforms = [(platform.name, platform.url) for platform in context.episode.platforms]
    for name, address in (*formats, *platforms):
        if url := ascii_url(address):
            yield Tag(name="podcast:contentLink", text=name, attributes={"href": url})


def _item_extras(context: ItemContext) -> Iterator[Tag]:
    episode, publication = context.episode, context.publication
    yield from extras.derive_image(publication.files.get("cover"), episode.cover)
    yield from extras.derive_soundbites(publication.soundbites)
    yield from extras.derive_locations(episode.location)
    yield from extras.derive_social(episode.social)
    yield from extras.derive_value(episode.value)
    yield from extras.derive_txt(episode.txt, ai_content=episode.ai_content)


ITEM_TAGS: tuple[Callable[[ItemContext], Iterator[Tag]], ...] = (
    _item_season,
    _item_episode,
    _item_people,
    _item_licence,
    _item_chapters,
    _item_transcripts,
    _item_alternates,
    _item_content_links,
    _item_extras,
)


def derive_item_tags(context: ItemContext) -> tuple[Tag, ...]:
    """Every `podcast:` tag of one item."""
    return tuple(tag for derive in ITEM_TAGS for tag in derive(context))
