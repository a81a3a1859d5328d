"""The namespace's rarer tags, at the channel and at the item."""

from __future__ import annotations

import dataclasses
from pathlib import PurePosixPath

import pytest
from feed_samples import (
    BASE,
    IMAGE_URLS,
    SHOW_FILES,
    make_enclosure,
    make_episode,
    make_item,
    make_publication,
    make_show,
    public_file,
)
from lxml import etree

from podtool.publish.feed import FeedItem, render_feed
from podtool.publish.podcast_namespace import ItemContext, derive_channel_tags, derive_item_tags
from podtool.publish.xml_tags import NAMESPACES
from podtool.show.facts import SoundbiteFacts
from podtool.show.model import Asset
from podtool.show.podcasting import (
    Location,
    Recipient,
    RemoteFeed,
    SocialPost,
    Txt,
    UpdateFrequency,
    Value,
)

GUID = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
NS = dict(NAMESPACES)


def plain(tag):
    """A tag as (text, attributes, children)."""
    attributes = {name: value for name, value in tag.attributes.items() if value is not None}
    return (tag.text, attributes, [plain(child) for child in tag.children])


def of_show(name, **show):
    tags = derive_channel_tags(make_show(**show), IMAGE_URLS, cover=SHOW_FILES["cover"])
    return [plain(tag) for tag in tags if tag.name == name]


def of_episode(name, *, publication=None, **episode):
    context = ItemContext(
        show=make_show(), episode=make_episode(**episode), publication=publication or make_publication()
    )
    return [plain(tag) for tag in derive_item_tags(context) if tag.name == name]


@pytest.mark.parametrize("of", [of_show, of_episode])
def test_places_say_what_they_are(of):
    places = (
        Location(name="Nantes", geo="geo:47.2,-1.5", osm="R59874", country="FR"),
        Location(name=" Rennes\n", rel="creator"),
        Location(name="\x00"),
    )
    assert of("podcast:location", location=places) == [
        ("Nantes", {"rel": "subject", "geo": "geo:47.2,-1.5", "osm": "R59874", "country": "FR"}, []),
        ("Rennes", {"rel": "creator"}, []),
    ]


@pytest.mark.parametrize("of", [of_show, of_episode])
@pytest.mark.parametrize(("said", "text"), [(True, "true"), (False, "false")])
def test_ai_content_is_a_txt(of, said, text):
    lines = (Txt(text="abc", purpose="verify"), Txt(text=" "), Txt(text="x" * 5000))
    assert of("podcast:txt", ai_content=said, txt=lines) == [
        (text, {"purpose": "ai-content"}, []),
        ("abc", {"purpose": "verify"}, []),
        ("x" * 4000, {}, []),
    ]
    assert of("podcast:txt") == []


@pytest.mark.parametrize("of", [of_show, of_episode])
def test_posts_in_their_order(of):
    one = SocialPost(protocol="activitypub", uri="https://example.org/@a/1", account_id="@a")
    two = SocialPost(protocol="atproto", uri="https://example.org/b", account_url="https://example.org/@b")
    assert of("podcast:socialInteract", social=(one,)) == [
        (None, {"protocol": "activitypub", "uri": "https://example.org/@a/1", "accountId": "@a"}, [])
    ]
    assert [
        attributes.get("priority") for _, attributes, _ in of("podcast:socialInteract", social=(one, two))
    ] == [
        "1",
        "2",
    ]
    none = (one, SocialPost(protocol="disabled"))
    assert of("podcast:socialInteract", social=none) == [(None, {"protocol": "disabled"}, [])]


@pytest.mark.parametrize("of", [of_show, of_episode])
def test_value_with_its_recipients(of):
    value = Value(
        type="lightning",
        method="keysend",
        suggested="0.00000005",
        recipients=(
            Recipient(name="Asso", address="03ab", split=99, custom_key="818818", custom_value="x"),
            Recipient(name=None, address="03cd", split=1, fee=True),
        ),
    )
    assert of("podcast:value", value=value) == [
        (
            None,
            {"type": "lightning", "method": "keysend", "suggested": "0.00000005"},
            [
                (
                    None,
                    {
                        "name": "Asso",
                        "type": "node",
                        "address": "03ab",
                        "customKey": "818818",
                        "customValue": "x",
                        "split": "99",
                    },
                    [],
                ),
                (None, {"type": "node", "address": "03cd", "split": "1", "fee": "true"}, []),
            ],
        )
    ]
    assert of("podcast:value", value=dataclasses.replace(value, recipients=())) == []


def test_covers_have_words():
    cover = Asset(id="cover", file=PurePosixPath("cover.jpeg"), alt="Deux bulles.")
    assert of_show("podcast:image", cover=cover) == [
        (
            None,
            {
                "href": f"{BASE}/cover-3f.jpeg",
                "alt": "Deux bulles.",
                "type": "image/jpeg",
                "purpose": "artwork",
            },
            [],
        )
    ]
    assert of_episode("podcast:image", cover=cover) == []
    own = make_publication(files={"cover": public_file("8.png", "image/png")})
    assert of_episode("podcast:image", publication=own) == [
        (None, {"href": f"{BASE}/8.png", "type": "image/png", "purpose": "artwork"}, [])
    ]


def test_other_feeds_by_guid():
    shows = (RemoteFeed(guid=GUID, feed="https://example.org/é.xml", title="Autre"), RemoteFeed(guid=GUID))
    assert of_show("podcast:podroll", podroll=shows) == [
        (
            None,
            {},
            [
                (None, {"feedGuid": GUID, "feedUrl": "https://example.org/%C3%A9.xml", "title": "Autre"}, []),
                (None, {"feedGuid": GUID}, []),
            ],
        )
    ]
    assert of_show("podcast:podroll") == []
    assert of_show("podcast:publisher", publisher=RemoteFeed(guid=GUID)) == [
        (None, {}, [(None, {"medium": "publisher", "feedGuid": GUID}, [])])
    ]


def test_when_episodes_come():
    often = UpdateFrequency(
        text="Le vendredi", rrule="FREQ=WEEKLY;BYDAY=FR", start="2024-01-05T00:00:00+00:00"
    )
    assert of_show("podcast:updateFrequency", update_frequency=often) == [
        ("Le vendredi", {"dtstart": "2024-01-05T00:00:00+00:00", "rrule": "FREQ=WEEKLY;BYDAY=FR"}, [])
    ]
    assert of_show("itunes:complete", update_frequency=often) == []
    over = UpdateFrequency(text="Fini", complete=True)
    assert of_show("podcast:updateFrequency", update_frequency=over) == [("Fini", {"complete": "true"}, [])]
    assert of_show("itunes:complete", update_frequency=over) == [("Yes", {}, [])]


@pytest.mark.parametrize(
    ("block", "podcast", "itunes"),
    [
        (False, [], []),
        (True, [("yes", {}, [])], [("Yes", {}, [])]),
        (("google",), [("yes", {"id": "google"}, [])], []),
        (("apple",), [("yes", {"id": "apple"}, [])], [("Yes", {}, [])]),
    ],
)
def test_block_says_yes_or_nothing(block, podcast, itunes):
    assert of_show("podcast:block", block=block) == podcast
    assert of_show("itunes:block", block=block) == itunes


def test_medium():
    assert of_show("podcast:medium", medium="audiobook") == [("audiobook", {}, [])]


def test_names_for_numbers():
    assert of_episode("podcast:season", season_name="Les débuts") == [("2", {"name": "Les débuts"}, [])]
    assert of_episode("podcast:episode", display="c" * 40) == [("8", {"display": "c" * 32}, [])]


def test_soundbites_in_seconds():
    bites = (
        SoundbiteFacts(start_ms=73_000, end_ms=133_000, title="Pourquoi ?"),
        SoundbiteFacts(start_ms=1_234_500, end_ms=1_276_751),
    )
    assert of_episode("podcast:soundbite", publication=make_publication(soundbites=bites)) == [
        ("Pourquoi ?", {"startTime": "73.0", "duration": "60.0"}, []),
        (None, {"startTime": "1234.5", "duration": "42.251"}, []),
    ]


def test_codecs_where_the_type_does_not_say_them():
    (found,) = of_episode("podcast:alternateEnclosure")
    assert found[1]["codecs"] == "opus"
    enclosures = (make_enclosure("a"), make_enclosure("b", media_type="audio/mpeg"))
    (found,) = of_episode("podcast:alternateEnclosure", publication=make_publication(enclosures=enclosures))
    assert "codecs" not in found[1]


def test_trailers_stand_at_the_channel_newest_first():
    trailers = [
        FeedItem(
            episode=make_episode(number, type="trailer", season=season),
            publication=make_publication(number, enclosures=(make_enclosure(f"bande-{number}"),)),
        )
        for number, season in ((1, None), (2, 3))
    ]
    channel = etree.fromstring(render_feed(make_show(), [*trailers, make_item(5)])).find("channel")
    found = [(tag.text, dict(tag.attrib)) for tag in channel.iterfind("podcast:trailer", NS)]
    assert found == [
        (
            "Comment faire, épisode 2 ?",
            {
                "pubdate": "Fri, 06 Oct 2023 06:05:04 +0200",
                "url": f"{BASE}/media/bande-2.mp3",
                "length": "1234567",
                "type": "audio/mpeg",
                "season": "3",
            },
        ),
        (
            "Comment faire, épisode 1 ?",
            {
                "pubdate": "Fri, 29 Sep 2023 06:05:04 +0200",
                "url": f"{BASE}/media/bande-1.mp3",
                "length": "1234567",
                "type": "audio/mpeg",
            },
        ),
    ]
    assert len(channel.findall("item")) == 3
