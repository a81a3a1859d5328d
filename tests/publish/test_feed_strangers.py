"""A full feed, the least one and any, read by feedparser and podcastparser: every item, every tag."""

from __future__ import annotations

import calendar
import io

import feedparser
import podcastparser
import pytest
from feed_views import LICENCES, any_feed, full, integrity_of, least, licence_of, people_of, seconds_of
from hypothesis import HealthCheck, given, settings


def by_rel(links):
    return {link["rel"]: link["href"] for link in links}


# feedparser: of tags that it has no name for it keeps the last of each, its text where it has no attributes


def compare_feedparser(read):
    feed = feedparser.parse(read.content)
    assert not feed.bozo
    show, cover = read.show, read.files.get("cover")
    assert feed.feed.title == show.title
    assert feed.feed.link == show.link
    assert feed.feed.language == show.language
    assert feed.feed.itunes_type == show.type
    assert by_rel(feed.feed.links) == {
        "alternate": show.link,
        "self": show.feed,
        **({"hub": show.publish.websub} if show.publish.websub else {}),
        **({"license": LICENCES[show.licence.id]} if show.licence else {}),
    }
    assert feed.feed.get("image", {}).get("href") == (cover.url if cover else None)
    names = dict.fromkeys(name for one in show.categories for name in (one.name, one.sub) if name)
    assert [tag.term for tag in feed.feed.get("tags", [])] == list(names)
    owner = {"name": show.owner.name, "email": show.owner.email} if show.owner else None
    assert feed.feed.get("publisher_detail") == owner
    assert feed.feed.podcast_guid == show.guid
    assert feed.feed.podcast_medium == show.medium
    if show.author:
        assert show.author in {author.name for author in feed.feed.authors}
    assert len(feed.entries) == len(read.items)
    for entry, item in zip(feed.entries, read.items, strict=True):
        compare_entry(entry, item, read)
        compare_tags_of_entry(entry, item, read)


def compare_entry(entry, item, read):
    episode, publication, show = item.episode, item.publication, read.show
    media, cover = publication.enclosures[0], publication.files.get("cover")
    assert entry.id == publication.guid
    assert entry.guidislink is False
    assert entry.title == episode.title
    assert entry.link == publication.page_url
    assert [(one.href, one.length, one.type) for one in entry.enclosures] == [
        (media.url, str(media.bytes), media.media_type)
    ]
    assert calendar.timegm(entry.published_parsed) == int(publication.published.timestamp())
    assert entry.itunes_duration == str(seconds_of(item))
    assert entry.itunes_episodetype == episode.type
    assert entry.get("itunes_season") == (str(episode.season) if episode.season else None)
    assert entry.get("itunes_episode") == (None if episode.number is None else str(episode.number))
    assert entry.get("image", {}).get("href") == (cover.url if cover else None)
    assert entry.get("author") == show.author
    assert entry.summary
    assert entry.content[0].value
    licence = licence_of(show, item)
    assert by_rel(entry.links).get("license") == (LICENCES[licence] if licence else None)
    assert (licence is None) == ("rights" not in entry)
    marks = entry.psc_chapters.chapters if publication.chapters else []
    assert [(mark.start_parsed.total_seconds(), mark.title) for mark in marks] == [
        (chapter.start_ms / 1000, chapter.title) for chapter in publication.chapters
    ]


def compare_tags_of_entry(entry, item, read):
    publication = item.publication
    people = people_of(read.show, item)
    if people:
        assert (entry.podcast_person["role"], entry.podcast_person["group"]) == people[-1][1:]
    else:
        assert "podcast_person" not in entry
    if others := publication.enclosures[1:]:
        assert entry.podcast_source == {"uri": others[-1].url}
        assert entry.podcast_integrity == {"type": "sri", "value": integrity_of(others[-1].sha256)}
    if bites := publication.soundbites:
        assert float(entry.podcast_soundbite["starttime"]) == bites[-1].start_ms / 1000
    if chapters := publication.files.get("chapters"):
        assert entry.podcast_chapters == {"url": chapters.url, "type": "application/json+chapters"}


# podcastparser: gPodder's


def compare_podcastparser(read):
    show, cover = read.show, read.files.get("cover")
    feed = podcastparser.parse(show.feed, io.BytesIO(read.content))
    assert feed["title"] == show.title
    assert feed["link"] == show.link
    assert feed["language"] == show.language
    assert feed["type"] == show.type
    assert feed["explicit"] is show.explicit
    assert feed["generator"] == "podtool"
    assert feed.get("itunes_author") == show.author
    assert feed.get("itunes_owner") == (
        {"name": show.owner.name, "email": show.owner.email} if show.owner else None
    )
    assert feed.get("cover_url") == (cover.url if cover else None)
    assert len(feed["episodes"]) == len(read.items)
    for found, item in zip(feed["episodes"], read.items, strict=True):
        compare_episode(found, item, show)


def compare_episode(found, item, show):
    episode, publication = item.episode, item.publication
    media, cover = publication.enclosures[0], publication.files.get("cover")
    assert found["guid"] == publication.guid
    assert found["title"] == episode.title
    assert found["link"] == publication.page_url
    assert found["published"] == int(publication.published.timestamp())
    assert found["total_time"] == seconds_of(item)
    assert found["type"] == episode.type
    assert found["explicit"] is episode.explicit_within(show)
    assert (found.get("number"), found.get("season")) == (episode.number, episode.season)
    assert found.get("itunes_author") == show.author
    assert found.get("episode_art_url") == (cover.url if cover else None)
    assert found["description"]
    (enclosure,) = found["enclosures"]
    assert enclosure == {"url": media.url, "file_size": media.bytes, "mime_type": media.media_type}
    # It keeps whole seconds.
    assert [(mark["start"], mark["title"]) for mark in found.get("chapters", [])] == [
        (chapter.start_ms // 1000, chapter.title) for chapter in publication.chapters
    ]


@pytest.mark.parametrize("compare", [compare_feedparser, compare_podcastparser])
@pytest.mark.parametrize("make", [full, least])
def test_all_and_least(make, compare):
    compare(make())


@given(any_feed())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_show(read):
    compare_feedparser(read)
    compare_podcastparser(read)
