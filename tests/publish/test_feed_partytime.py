"""The feed read by podcast-partytime, a Podcasting 2.0 parser for Node: every item, every tag it knows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from feed_views import (
    LICENCES,
    any_feed,
    full,
    integrity_of,
    least,
    licence_of,
    people_of,
    seconds_of,
)
from hypothesis import HealthCheck, Phase, given, settings

pytestmark = pytest.mark.real

SCRIPT = Path(__file__).with_name("partytime.cjs")
SRT = {"application/x-subrip": "application/srt"}
"""Media types as it names them."""


def parse(content):
    folder = os.environ.get("PODTOOL_PARTYTIME")
    if not folder or not shutil.which("node"):
        pytest.skip("no podcast-partytime on this machine (PODTOOL_PARTYTIME, node)")
    done = subprocess.run(
        ["node", str(SCRIPT), folder], input=content, capture_output=True, check=True, timeout=60
    )
    return json.loads(done.stdout)


def moment(text):
    return datetime.fromisoformat(text)


def without_blanks(values):
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def spoken(lines, ai_content):
    """It takes `true` and `false` for booleans and then loses them; their purpose stays."""
    ai = [] if ai_content is None else [{"value": "", "purpose": "ai-content"}]
    return ai + [without_blanks({"value": line.text, "purpose": line.purpose}) for line in lines]


def compare_show(found, read):
    show = read.show
    cover = read.files.get("cover")
    assert found["title"] == show.title
    assert found["link"] == show.link
    assert found["language"] == show.language
    assert found["generator"] == "podtool"
    assert found["explicit"] is show.explicit
    assert found["itunesType"] == show.type
    assert found.get("author") == show.author
    assert found.get("owner") == (
        {"name": show.owner.name, "email": show.owner.email} if show.owner else None
    )
    assert found.get("itunesImage") == (cover.url if cover else None)
    assert found["guid"] == show.guid
    assert found["medium"] == show.medium
    # Without an owner it doesn't see the tag.
    assert found.get("locked") is (show.locked if show.owner else None)
    assert found["pubsub"] == without_blanks({"self": show.feed, "hub": show.publish.websub})
    names = [f"{one.name} > {one.sub}" if one.sub else one.name for one in show.categories]
    assert found.get("itunesCategory", []) == names
    assert [(one["message"], one["url"]) for one in found.get("podcastFunding", [])] == [
        (link.name, link.url) for link in show.funding
    ]
    assert [(one["name"], one["role"], one["group"]) for one in found.get("podcastPeople", [])] == people_of(
        show, None
    )
    assert found.get("license") == (
        {"identifier": show.licence.id, "url": LICENCES[show.licence.id]} if show.licence else None
    )
    newest = max(item.publication.published for item in read.items)
    assert moment(found["lastBuildDate"]) == newest.replace(microsecond=0).astimezone(UTC)


def compare_extras_of_show(found, read):
    show = read.show
    remote = [
        without_blanks({"feedGuid": one.guid, "feedUrl": one.feed, "title": one.title})
        for one in show.podroll
    ]
    assert found.get("podroll", []) == remote
    assert found.get("podcastPublisher") == (
        without_blanks({"feedGuid": show.publisher.guid, "feedUrl": show.publisher.feed})
        if show.publisher
        else None
    )
    assert found.get("podcastTxt", []) == spoken(show.txt, show.ai_content)
    assert found.get("podcastBlockedPlatforms", {}) == dict.fromkeys(show.block or (), True)
    compare_places_and_value(found, show, show.value)
    trailers = [item for item in read.items if item.episode.type == "trailer"]
    assert found.get("trailers", []) == [
        without_blanks(
            {
                "title": item.episode.title,
                "url": item.publication.enclosures[0].url,
                "pubdate": item.publication.published.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                "type": "audio/mpeg",
                "length": item.publication.enclosures[0].bytes,
                "season": item.episode.season,
            }
        )
        for item in trailers
    ]


def compare_places_and_value(found, said, expected):
    """It keeps the first place only, and hands the show's value down to the items."""
    place = said.location[0] if said.location else None
    assert found.get("podcastLocation") == (
        without_blanks({"name": place.name, "osm": place.osm, "geo": place.geo}) if place else None
    )
    value = found.get("value")
    assert (value is None) == (expected is None)
    if value:
        assert (value["type"], value["method"], value["suggested"]) == ("lightning", "keysend", 5e-08)
        assert [
            (one["name"], one["type"], one["address"], one["split"], one["fee"])
            for one in value["recipients"]
        ] == [(one.name, one.type, one.address, one.split, one.fee) for one in expected.recipients]


def compare_item(found, item, read):
    episode, publication, show = item.episode, item.publication, read.show
    media = publication.enclosures[0]
    assert found["guid"] == publication.guid
    assert found["title"] == episode.title
    assert found["link"] == publication.page_url
    assert found["enclosure"] == {"url": media.url, "length": media.bytes, "type": media.media_type}
    assert found["duration"] == seconds_of(item)
    assert found["explicit"] is episode.explicit_within(show)
    assert found["itunesEpisodeType"] == episode.type
    assert (found.get("itunesEpisode"), found.get("itunesSeason")) == (episode.number, episode.season)
    assert moment(found["pubDate"]) == publication.published.astimezone(UTC)
    assert found.get("author") == show.author
    assert found["description"]
    assert found["content"]
    cover = publication.files.get("cover")
    assert found.get("itunesImage") == (cover.url if cover else None)
    licence = licence_of(show, item)
    assert found.get("license") == ({"identifier": licence, "url": LICENCES[licence]} if licence else None)
    assert [(one["name"], one["role"], one["group"]) for one in found.get("podcastPeople", [])] == people_of(
        show, item
    )


def compare_files_of_item(found, item, read):
    publication = item.publication
    chapters = publication.files.get("chapters")
    assert found.get("podcastChapters") == (
        {"url": chapters.url, "type": "application/json+chapters"} if chapters else None
    )
    wanted = [publication.files.get(f"transcript.{kind}") for kind in ("vtt", "srt")]
    assert found.get("podcastTranscripts", []) == [
        {
            "url": file.url,
            "type": SRT.get(file.media_type, file.media_type),
            "language": read.show.language,
            "rel": "captions",
        }
        for file in wanted
        if file
    ]
    assert [
        (one["source"][0]["uri"], one["type"], one["length"], one["bitrate"], one["integrity"])
        for one in found.get("alternativeEnclosures", [])
    ] == [
        (
            other.url,
            other.media_type,
            other.bytes,
            other.bitrate_kbps * 1000,
            {"type": "sri", "value": integrity_of(other.sha256)},
        )
        for other in publication.enclosures[1:]
    ]


def compare_extras_of_item(found, item, read):
    episode = item.episode
    assert found.get("podcastSeason") == (
        without_blanks({"number": episode.season, "name": episode.season_name}) if episode.season else None
    )
    assert found.get("podcastEpisode") == (
        None
        if episode.number is None
        else without_blanks({"number": episode.number, "display": episode.display})
    )
    # It gives a soundbite without words the show's title.
    assert [
        (one["startTime"], one["duration"], one["title"]) for one in found.get("podcastSoundbites", [])
    ] == [
        (bite.start_ms / 1000, (bite.end_ms - bite.start_ms) / 1000, bite.title or read.show.title)
        for bite in item.publication.soundbites
    ]
    assert found.get("podcastTxt", []) == spoken(episode.txt, episode.ai_content)
    assert [
        without_blanks({key: one.get(key) for key in ("platform", "url", "id", "profileUrl")})
        for one in found.get("podcastSocialInteraction", [])
    ] == [
        without_blanks(
            {
                "platform": post.protocol,
                "url": post.uri,
                "id": post.account_id,
                "profileUrl": post.account_url,
            }
        )
        for post in episode.social
    ]
    compare_places_and_value(found, episode, episode.value or read.show.value)


def compare(read):
    found = parse(read.content)
    compare_show(found, read)
    compare_extras_of_show(found, read)
    assert len(found["items"]) == len(read.items)
    for one, item in zip(found["items"], read.items, strict=True):
        compare_item(one, item, read)
        compare_files_of_item(one, item, read)
        compare_extras_of_item(one, item, read)
    return found


def test_all_that_there_is():
    found = compare(full())
    assert found["pc20support"] == {
        "1": ["locked", "funding", "transcript", "chapters", "soundbite"],
        "2": ["person", "location", "season", "episode"],
        "3": ["trailer", "license", "guid", "alternateEnclosure"],
        "4": ["value", "medium"],
        "5": ["block", "socialInteract"],
        "6": ["txt", "podroll"],
        "7": ["publisher"],
    }


def test_the_least_that_must_be():
    compare(least())


@given(any_feed())
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink would start Node a thousand times
)
def test_any_show(read):
    compare(read)
