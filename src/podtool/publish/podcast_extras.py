"""Tags of the Podcasting 2.0 namespace that show and episode write alike, and the rarer ones of each.

Source: Podcastindex-org/podcast-namespace, one document per tag. What stands at the channel and at the item
is one function for both; `podcast_namespace` calls them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from podtool.publish.addresses import ascii_url
from podtool.publish.itunes import format_feed_date
from podtool.publish.xml_tags import Tag, clean_line
from podtool.show.facts import SoundbiteFacts
from podtool.show.model import Asset, Episode, Show
from podtool.show.podcasting import Location, RemoteFeed, SocialPost, Txt, Value
from podtool.show.publication import Publication, PublishedFile

MOST_CHARACTERS = 128
"""Of every text; aggregators may cut longer ones."""
MOST_TXT_CHARACTERS = 4000


def shorten(text: str, most: int = MOST_CHARACTERS) -> str:
    """On one line, at most so many characters."""
    return clean_line(text)[:most].rstrip()


# Both levels


def derive_locations(locations: Iterable[Location]) -> Iterator[Tag]:
    """`rel` is always written: readers differ about what its absence means."""
    for place in locations:
        if name := shorten(place.name):
            yield Tag(
                name="podcast:location",
                text=name,
                attributes={
                    "rel": place.rel,
                    "geo": place.geo,
                    "osm": place.osm,
                    "country": place.country,
                },
            )


def derive_txt(lines: Iterable[Txt], *, ai_content: bool | None) -> Iterator[Tag]:
    """Lines for services; whether AI was used is one of them, with the namespace's purpose `ai-content`."""
    if ai_content is not None:
        yield Tag(
            name="podcast:txt", text="true" if ai_content else "false", attributes={"purpose": "ai-content"}
        )
    for line in lines:
        if line.text.strip():
            purpose = shorten(line.purpose) if line.purpose else None
            yield Tag(
                name="podcast:txt", text=line.text[:MOST_TXT_CHARACTERS], attributes={"purpose": purpose}
            )


def derive_social(posts: tuple[SocialPost, ...]) -> Iterator[Tag]:
    """Where people comment, the first with the highest priority; `disabled` stands alone."""
    if any(post.protocol == "disabled" for post in posts):
        yield Tag(name="podcast:socialInteract", attributes={"protocol": "disabled"})
        return
    for priority, post in enumerate(posts, start=1):
        if uri := ascii_url(post.uri):
            yield Tag(
                name="podcast:socialInteract",
                attributes={
                    "priority": str(priority) if len(posts) > 1 else None,
                    "protocol": post.protocol,
                    "uri": uri,
                    "accountId": post.account_id,
                    "accountUrl": ascii_url(post.account_url),
                },
            )


def derive_value(value: Value | None) -> Iterator[Tag]:
    """Payments while listening; nothing without recipients."""
    if value is None or not value.recipients:
        return
    recipients = tuple(
        Tag(
            name="podcast:valueRecipient",
            attributes={
                "name": one.name,
                "type": one.type,
                "address": one.address,
                "customKey": one.custom_key,
                "customValue": one.custom_value,
                "split": str(one.split),
                "fee": "true" if one.fee else None,
            },
        )
        for one in value.recipients
    )
    attributes = {"type": value.type, "method": value.method, "suggested": value.suggested}
    yield Tag(name="podcast:value", attributes=attributes, children=recipients)


def derive_image(file: PublishedFile | None, asset: Asset | None) -> Iterator[Tag]:
    """The cover with its words for those who don't see it; iTunes' tag has no place for them."""
    if file and (url := ascii_url(file.url)):
        yield Tag(
            name="podcast:image",
            attributes={
                "href": url,
                "alt": asset.alt if asset else None,
                "type": file.media_type,
                "purpose": "artwork",
            },
        )


# The channel


def derive_podroll(shows: Iterable[RemoteFeed]) -> Iterator[Tag]:
    """Shows that this one recommends."""
    remote = tuple(_remote_item(show) for show in shows)
    if remote:
        yield Tag(name="podcast:podroll", children=remote)


def derive_publisher(publisher: RemoteFeed | None) -> Iterator[Tag]:
    """The network's own feed."""
    if publisher:
        yield Tag(name="podcast:publisher", children=(_remote_item(publisher, medium="publisher"),))


def _remote_item(feed: RemoteFeed, medium: str | None = None) -> Tag:
    return Tag(
        name="podcast:remoteItem",
        attributes={
            "medium": medium,
            "feedGuid": feed.guid,
            "feedUrl": ascii_url(feed.feed),
            "title": feed.title,
        },
    )


def derive_update_frequency(show: Show) -> Iterator[Tag]:
    """When episodes come; iTunes has a tag for «none any more», whose only value is Yes."""
    frequency = show.update_frequency
    if frequency is None:
        return
    yield Tag(
        name="podcast:updateFrequency",
        text=shorten(frequency.text),
        attributes={
            "complete": "true" if frequency.complete else None,
            "dtstart": frequency.start,
            "rrule": frequency.rrule,
        },
    )
    if frequency.complete:
        yield Tag(name="itunes:complete", text="Yes")


def derive_block(show: Show) -> Iterator[Tag]:
    """Which directories may not show the feed. `itunes:block` is Apple's; its only value is Yes."""
    platforms = show.block if isinstance(show.block, tuple) else ()
    if show.block is True or "apple" in platforms:
        yield Tag(name="itunes:block", text="Yes")
    if show.block is True:
        yield Tag(name="podcast:block", text="yes")
    for platform in platforms:
        yield Tag(name="podcast:block", text="yes", attributes={"id": platform})


def derive_trailers(trailers: Iterable[tuple[Episode, Publication]]) -> Iterator[Tag]:
    """Episodes of type trailer, for apps to play before somebody subscribes."""
    for episode, publication in trailers:
        enclosure = publication.enclosures[0] if publication.enclosures else None
        if enclosure and (url := ascii_url(enclosure.url)):
            yield Tag(
                name="podcast:trailer",
                text=shorten(episode.title),
                attributes={
                    "pubdate": format_feed_date(publication.published),
                    "url": url,
                    "length": str(enclosure.bytes),
                    "type": enclosure.media_type,
                    "season": str(episode.season) if episode.season else None,
                },
            )


# The item


def derive_soundbites(soundbites: Iterable[SoundbiteFacts]) -> Iterator[Tag]:
    """Excerpts, in the published sound's time; without a title apps take the episode's."""
    for soundbite in soundbites:
        title = shorten(soundbite.title) if soundbite.title else ""
        yield Tag(
            name="podcast:soundbite",
            text=title or None,
            attributes={
                "startTime": _seconds(soundbite.start_ms),
                "duration": _seconds(soundbite.end_ms - soundbite.start_ms),
            },
        )


def _seconds(milliseconds: int) -> str:
    """``73.0``, ``1234.567``."""
    whole, rest = divmod(milliseconds, 1000)
    return f"{whole}.{f'{rest:03d}'.rstrip('0') or '0'}"
