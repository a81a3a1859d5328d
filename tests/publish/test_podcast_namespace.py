from __future__ import annotations

import base64
import dataclasses
import hashlib
from pathlib import PurePosixPath

import pytest
from feed_samples import (
    BASE,
    IMAGE_URLS,
    make_enclosure,
    make_episode,
    make_publication,
    make_show,
    public_file,
)

from podtool.publish.podcast_namespace import (
    LICENCE_SLUGS,
    ItemContext,
    derive_channel_tags,
    derive_item_tags,
)
from podtool.publish.psc import derive_simple_chapters
from podtool.show.facts import ChapterFacts
from podtool.show.identity import podcast_guid
from podtool.show.model import Credit, Licence, Link, Person, Segment


def channel_tags(name, **show):
    tags = derive_channel_tags(make_show(**show), IMAGE_URLS)
    return [tag for tag in tags if tag.name == f"podcast:{name}"]


def item_tags(name, *, episode=None, publication=None, show=None):
    context = ItemContext(
        show=show or make_show(),
        episode=episode or make_episode(),
        publication=publication or make_publication(),
        image_urls=IMAGE_URLS,
    )
    return [tag for tag in derive_item_tags(context) if tag.name == f"podcast:{name}"]


def attributes(tag):
    return {name: value for name, value in tag.attributes.items() if value is not None}


# The show


@pytest.mark.parametrize(
    ("feed", "guid"),
    [
        # The namespace's own vectors.
        ("https://podnews.net/rss", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("podnews.net/rss/", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("http://mp3s.nashownotes.com/pc20rss.xml//", "917393e3-1b1e-5cef-ace4-edaa54e1f810"),
    ],
)
def test_guid_vectors(feed, guid):
    assert podcast_guid(feed) == guid
    assert [tag.text for tag in channel_tags("guid", guid=None, feed=feed)] == [guid]


def test_the_shows_own_guid_stays_when_the_feed_moves():
    assert channel_tags("guid", feed="https://example.org/new.xml")[0].text == make_show().guid


def test_channel_tags():
    (locked,) = channel_tags("locked")
    assert (locked.text, attributes(locked)) == ("yes", {"owner": "redaction@example.org"})
    (open_,) = channel_tags("locked", locked=False, owner=None)
    assert (open_.text, attributes(open_)) == ("no", {})
    assert [tag.text for tag in channel_tags("medium")] == ["podcast"]
    (funding,) = channel_tags("funding")
    assert (funding.text, attributes(funding)) == ("Soutenir l'émission", {"url": "https://example.org/don"})
    (person,) = channel_tags("person")
    assert person.text == "Karl"
    assert attributes(person) == {
        "role": "Host",
        "group": "Cast",
        "img": f"{BASE}/karl.png",
        "href": "https://example.org/karl",
    }


def test_funding_is_short_and_followable():
    funding = (Link(name="x" * 200, url="https://example.org/"), Link(name="y", url="javascript:alert(1)"))
    (tag,) = channel_tags("funding", funding=funding)
    assert tag.text == "x" * 128


def test_only_hosts_stand_at_the_channel():
    people = {
        "a": Person(name="Ada", role="présentatrice"),
        "b": Person(name="Bob", role="guest"),
        "c": Person(name="Cleo"),
        "d": Person(name="Dan", role="chargé de mission"),
    }
    assert [tag.text for tag in channel_tags("person", people=people)] == ["Ada"]


# Licences


@pytest.mark.parametrize(
    ("licence", "text", "url"),
    [
        (Licence(id="CC-BY-4.0"), "cc-by-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        (Licence(id="CC-BY-2.0"), "CC-BY-2.0", "https://creativecommons.org/licenses/by/2.0/"),
        (Licence(id="CC-BY-SA-4.0"), "CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
        (Licence(id="cc0-1.0"), "CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        (Licence(id="LicenseRef-ARR"), "arr", None),
        (
            Licence(id="LicenseRef-Studio", url="https://example.org/licence"),
            "LicenseRef-Studio",
            "https://example.org/licence",
        ),
    ],
)
def test_licence_is_a_slug_or_has_an_address(licence, text, url):
    (tag,) = channel_tags("license", licence=licence)
    assert tag.text == text
    assert attributes(tag) == ({"url": url} if url else {})
    assert tag.text in LICENCE_SLUGS or "url" in attributes(tag)


def test_a_licence_without_slug_and_address_is_left_out():
    assert channel_tags("license", licence=Licence(id="LicenseRef-Studio")) == []
    assert item_tags("license", show=make_show(licence=None)) == []


# The item


def test_people_replace_the_channels_so_hosts_are_named_again():
    episode = make_episode(people=(), credits=())
    assert [(tag.text, tag.attributes["role"]) for tag in item_tags("person", episode=episode)] == [
        ("Karl", "Host"),
        ("Arnaud", "Guest"),
    ]
    led = make_episode(people=(Person(name="Zoé", role="guest host"),), credits=())
    assert [(tag.text, tag.attributes["role"]) for tag in item_tags("person", episode=led)] == [
        ("Zoé", "Guest Host"),
        ("Arnaud", "Guest"),
    ]


def test_an_episode_that_names_nobody_leaves_it_to_the_channel():
    episode = make_episode(people=(), credits=(), guests=())
    assert item_tags("person", episode=episode) == []


def test_people_of_segments_once_and_trades_are_guests():
    segment = Segment(
        index=0,
        kind="clip",
        people=(Person(name="Imadeddine Hassani", role="chargé de mission numérique"), Person(name="arnaud")),
    )
    episode = make_episode(segments=(segment, segment), people=(), credits=())
    assert [(tag.text, tag.attributes["role"]) for tag in item_tags("person", episode=episode)] == [
        ("Karl", "Host"),
        ("Imadeddine Hassani", "Guest"),
        ("Arnaud", "Guest"),
    ]


def test_credits_have_role_and_group_or_stay_out():
    credits_ = (
        Credit(role="montage", name="M"),
        Credit(role="Writing/Editor", name="E"),
        Credit(role="soutien moral", name="S"),
        Credit(role="music", name=" \x00 "),
    )
    episode = make_episode(people=(), guests=(), credits=credits_)
    found = [
        (tag.text, tag.attributes["group"], tag.attributes["role"])
        for tag in item_tags("person", episode=episode)
    ]
    assert found == [
        ("Karl", "Cast", "Host"),
        ("M", "Audio Post-Production", "Audio Editor"),
        ("E", "Writing", "Editor"),
    ]


def test_names_end_at_128_characters():
    episode = make_episode(people=(), credits=(), guests=(Person(name="n" * 300),))
    assert len(item_tags("person", episode=episode)[1].text) == 128


def test_transcripts_best_first():
    files = {
        "transcript.txt": public_file("t.txt", "text/plain"),
        "transcript.json": public_file("t.json", "application/json"),
        "transcript.vtt": public_file("t.vtt", "text/vtt"),
        "transcript.exe": public_file("t.exe", "application/x-msdownload"),
        "transcript": public_file("t.html", "text/html"),
        "cover": public_file("c.jpeg", "image/jpeg"),
    }
    found = item_tags("transcript", publication=make_publication(files=files))
    assert [(tag.attributes["type"], tag.attributes["rel"]) for tag in found] == [
        ("text/vtt", "captions"),
        ("application/json", None),
        ("text/html", None),
        ("text/plain", None),
    ]
    assert {tag.attributes["language"] for tag in found} == {"fr"}


def test_chapters_have_the_namespaces_type():
    (tag,) = item_tags("chapters")
    assert attributes(tag) == {
        "url": f"{BASE}/episodes/8/chapters.json",
        "type": "application/json+chapters",
    }


def test_other_profiles_are_alternates_with_integrity():
    media = b"the other file"
    other = make_enclosure(
        "o",
        profile="a profile with a rather long name, really",
        sha256=hashlib.sha256(media).hexdigest(),
        bitrate_kbps=None,
    )
    publication = make_publication(enclosures=(make_enclosure("a"), other))
    (tag,) = item_tags("alternateEnclosure", publication=publication)
    assert attributes(tag) == {
        "type": "audio/mpeg",
        "length": "1234567",
        "lang": "fr",
        "title": "a profile with a rather long nam",
    }
    source, integrity = tag.children
    assert attributes(source) == {"uri": f"{BASE}/media/o.mp3"}
    assert attributes(integrity) == {
        "type": "sri",
        "value": "sha256-" + base64.b64encode(hashlib.sha256(media).digest()).decode(),
    }
    assert item_tags("alternateEnclosure")[0].attributes["bitrate"] == "96000"


@pytest.mark.parametrize("damaged", ["", "zz" * 32, "ab" * 31, "ab" * 33])
def test_a_damaged_digest_promises_nothing(damaged):
    enclosures = (make_enclosure("a"), make_enclosure("b", sha256=damaged))
    (tag,) = item_tags("alternateEnclosure", publication=make_publication(enclosures=enclosures))
    assert [child.name for child in tag.children] == ["podcast:source"]


def test_content_links_are_the_episodes_own():
    show = make_show(platforms=(Link(name="The show elsewhere", url="https://example.org/elsewhere"),))
    episode = make_episode(
        platforms=(Link(name="Ici", url="https://example.org/ici"), Link(name="?", url="ici"))
    )
    found = [
        (tag.text, tag.attributes["href"]) for tag in item_tags("contentLink", episode=episode, show=show)
    ]
    assert found == [("Vidéo", "https://example.org/vid%C3%A9o"), ("Ici", "https://example.org/ici")]


def test_season_and_episode():
    assert [tag.text for tag in (*item_tags("season"), *item_tags("episode"))] == ["2", "8"]
    assert item_tags("season", episode=make_episode(season=0)) == []
    assert [tag.text for tag in item_tags("episode", episode=make_episode(0))] == ["0"]


# Podlove


def test_simple_chapters_in_time_order():
    chapters = (
        ChapterFacts(start_ms=359_999_999, end_ms=360_000_000, title="z"),
        ChapterFacts(
            start_ms=1, end_ms=2, title="a", url="ftp://example.org/", image=PurePosixPath("unknown.png")
        ),
    )
    (tag,) = derive_simple_chapters(chapters, IMAGE_URLS)
    assert (tag.name, dict(tag.attributes)) == ("psc:chapters", {"version": "1.2"})
    assert [attributes(child) for child in tag.children] == [
        {"start": "00:00:00.001", "title": "a"},
        {"start": "99:59:59.999", "title": "z"},
    ]
    assert derive_simple_chapters((), {}) == ()


def test_tags_depend_on_nothing_but_the_arguments():
    first = derive_channel_tags(make_show(), IMAGE_URLS)
    moved = dataclasses.replace(make_show(), root=make_show().root / "elsewhere")
    assert derive_channel_tags(moved, IMAGE_URLS) == first
