"""The feed, tag by tag, as lxml reads it back."""

from __future__ import annotations

import dataclasses
import itertools
import locale
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import pytest
from feed_samples import (
    BASE,
    CORRECTED,
    IMAGE_URLS,
    SHOW_FILES,
    make_enclosure,
    make_episode,
    make_item,
    make_publication,
    make_show,
    public_file,
)
from feedgen.feed import FeedGenerator
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from podtool.errors import PublishError
from podtool.publish.feed import FeedItem, render_feed
from podtool.publish.feed_reading import read_feed
from podtool.publish.xml_tags import NAMESPACES
from podtool.show.model import Licence

NS = dict(NAMESPACES)
ITUNES = f"{{{NS['itunes']}}}"


def render(*items, show=None, **options):
    options = {"files": SHOW_FILES, "image_urls": IMAGE_URLS} | options
    return render_feed(show or make_show(), items, **options)


def channel_of(content):
    return etree.fromstring(content).find("channel")


def text(parent, path):
    found = parent.findall(path, NS)
    assert len(found) == 1, f"{path}: {len(found)} times"
    return found[0].text


@pytest.fixture(scope="module")
def channel():
    return channel_of(render(make_item(7), make_item(8, updated=CORRECTED)))


# The channel


def test_namespaces_are_to_the_letter():
    root = etree.fromstring(render(make_item()))
    assert root.nsmap == {
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "podcast": "https://podcastindex.org/namespace/1.0",
        "psc": "http://podlove.org/simple-chapters",
        "atom": "http://www.w3.org/2005/Atom",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
        "dc": "http://purl.org/dc/elements/1.1/",
        "fh": "http://purl.org/syndication/history/1.0",
    }
    assert root.get("version") == "2.0"
    assert all(element.nsmap == root.nsmap for element in root.iter(etree.Element))


def test_channel_says_what_psp_1_asks_for(channel):
    assert {
        path: text(channel, path)
        for path in (
            *("title", "link", "language", "generator", "copyright", "lastBuildDate"),
            *("itunes:author", "itunes:type", "itunes:explicit"),
            *("itunes:owner/itunes:name", "itunes:owner/itunes:email"),
        )
    } == {
        "title": "Questions d'asso",
        "link": f"{BASE}/",
        "language": "fr",
        "generator": "podtool",
        "copyright": "Sous licence CC BY 2.0 (https://creativecommons.org/licenses/by/2.0/)",
        "lastBuildDate": "Mon, 15 Jan 2024 05:00:00 +0000",
        "itunes:author": "Questions d'asso",
        "itunes:type": "episodic",
        "itunes:explicit": "false",
        "itunes:owner/itunes:name": "Rédaction",
        "itunes:owner/itunes:email": "redaction@example.org",
    }
    assert text(channel, "description") == (
        "<p>Une émission <strong>pour</strong> les associations &amp; leurs questions.</p>"
    )
    assert channel.find("itunes:image", NS).get("href") == f"{BASE}/cover-3f.jpeg"


def test_self_and_hub_links(channel):
    links = [dict(link.attrib) for link in channel.iterfind("atom:link", NS)]
    assert links == [
        {"href": f"{BASE}/feed.xml", "rel": "self", "type": "application/rss+xml"},
        {"href": "https://hub.example.org/", "rel": "hub"},
    ]
    plain = channel_of(render(show=make_show(publish=dataclasses.replace(make_show().publish, websub=None))))
    assert [link.get("rel") for link in plain.iterfind("atom:link", NS)] == ["self"]


def test_categories_nest_and_gather(channel):
    categories = [
        (category.get("text"), [sub.get("text") for sub in category])
        for category in channel.iterfind("itunes:category", NS)
    ]
    assert categories == [("Society & Culture", []), ("Education", ["Self-Improvement", "How To"])]


def test_copyright_has_no_year_no_sign_and_not_the_word():
    for licence in ("CC-BY-SA-4.0", "CC0-1.0", "LicenseRef-ARR"):
        for language in ("fr", "en"):
            show = make_show(licence=Licence(id=licence), language=language)
            words = text(channel_of(render(show=show)), "copyright")
            assert words[0].isupper()
            assert "copyright" not in words.lower()
            assert "©" not in words
            assert not any(part.strip("().,/").isdigit() for part in words.split())


def test_what_the_show_does_not_say_is_left_out():
    show = make_show(owner=None, author=None, licence=None, categories=(), funding=(), people={})
    bare = channel_of(render(show=show, files={}))
    names = Counter(etree.QName(element).localname for element in bare)
    assert not {"owner", "author", "copyright", "category", "funding", "person", "image", "license"} & set(
        names
    )
    assert "lastBuildDate" not in names
    assert bare.find("podcast:locked", NS).attrib == {}


@pytest.mark.parametrize(
    ("changes", "link"),
    [
        ({}, f"{BASE}/"),
        ({"link": None}, f"{BASE}/"),
        ({"link": "javascript:alert(1)"}, f"{BASE}/"),
        ({"link": None, "publish": type(make_show().publish)()}, f"{BASE}/feed.xml"),
    ],
)
def test_channel_link_falls_back(changes, link):
    assert text(channel_of(render(show=make_show(**changes))), "link") == link


def test_without_a_feed_address_there_is_no_feed():
    with pytest.raises(PublishError, match="public address") as caught:
        render(show=make_show(feed=None))
    assert "feed:" in caught.value.hint


# Items


def test_item_says_all(channel):
    item = channel.find("item")
    assert {
        path: text(item, path)
        for path in (
            *("title", "link", "guid", "pubDate", "itunes:title", "itunes:author", "itunes:duration"),
            *("itunes:season", "itunes:episode", "itunes:episodeType", "itunes:explicit", "content:encoded"),
        )
    } == {
        "title": "Comment faire, épisode 8 ?",
        "link": f"{BASE}/episodes/comment-faire-8/",
        "guid": "podtool-8",
        "pubDate": "Fri, 17 Nov 2023 06:05:04 +0200",
        "itunes:title": "Comment faire, épisode 8 ?",
        "itunes:author": "Questions d'asso",
        "itunes:duration": "3701",
        "itunes:season": "2",
        "itunes:episode": "8",
        "itunes:episodeType": "full",
        "itunes:explicit": "false",
        "content:encoded": "<h3>Notes</h3><p>Tout, avec ]]&gt; dedans.</p>",
    }
    assert item.find("guid").get("isPermaLink") == "false"
    assert dict(item.find("enclosure").attrib) == {
        "url": f"{BASE}/media/questions-asso-8.mp3",
        "length": "1234567",
        "type": "audio/mpeg",
    }


def test_html_stands_in_cdata():
    content = render(make_item()).decode()
    assert content.count("<description><![CDATA[<p>") == 2
    assert content.count("<content:encoded><![CDATA[<h3>") == 1


def test_description_has_words_time_stamps_and_credits(channel):
    description = text(channel.find("item"), "description")
    order = [
        "Le numérique <em>change</em>",
        "&lt;script&gt;",
        "<p>00:00:00 Édito</p><p>00:00:04 « Quels enjeux ? » &amp; réponses</p><p>01:01:01 Fin</p>",
        "<p>Musique : « It Goes On... » par Sounds of Nowhere</p>",
    ]
    places = [description.index(part) for part in order]
    assert places == sorted(places)
    assert "<script" not in description


def test_episodes_override_the_show():
    episode = make_episode(
        explicit=True, type="bonus", number=None, season=None, licence=Licence(id="CC-BY-4.0")
    )
    files = {"cover": public_file("episodes/8/cover.jpeg", "image/jpeg")}
    item = FeedItem(episode=episode, publication=make_publication(files=files))
    found = channel_of(render(item)).find("item")
    assert text(found, "itunes:explicit") == "true"
    assert text(found, "itunes:episodeType") == "bonus"
    assert found.find("itunes:image", NS).get("href") == f"{BASE}/episodes/8/cover.jpeg"
    assert text(found, "podcast:license") == "cc-by-4.0"
    for absent in ("itunes:episode", "itunes:season", "podcast:episode", "podcast:season"):
        assert found.find(absent, NS) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"description": "", "subtitle": "1. Un *sous-titre* & plus"},
            "<p>1. Un *sous-titre* &amp; plus</p>",
        ),
        ({"description": " \n", "subtitle": None}, "<p>Comment faire, épisode 8 ?</p>"),
    ],
)
def test_an_item_is_never_without_description(changes, expected):
    item = FeedItem(episode=make_episode(**changes), publication=make_publication(chapters=()))
    found = channel_of(render(item)).find("item")
    assert text(found, "description") == expected
    assert text(found, "content:encoded") == expected


@pytest.mark.parametrize(("seconds", "shown"), [(0.2, "1"), (59.49, "59"), (59.5, "60"), (3700.5, "3701")])
def test_duration_in_whole_seconds(seconds, shown):
    item = make_item(enclosures=(make_enclosure("a", duration_s=seconds),))
    assert text(channel_of(render(item)).find("item"), "itunes:duration") == shown


def test_order_is_newest_first_whatever_the_input():
    same_day = datetime(2023, 1, 1, tzinfo=UTC)
    items = [
        make_item(1, published=same_day, guid="a"),
        make_item(2, published=same_day, guid="b"),
        make_item(None, published=same_day, guid="c"),
        make_item(3, published=same_day - timedelta(days=1), guid="d"),
        make_item(4, published=datetime(2023, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))), guid="e"),
    ]
    feeds = {render(*order) for order in list(itertools.permutations(items))[::13]}
    assert len(feeds) == 1
    guids = [guid.text for guid in channel_of(feeds.pop()).iterfind("item/guid")]
    assert guids == ["b", "a", "c", "e", "d"]


@pytest.mark.parametrize(
    ("publication", "said"),
    [
        ({"guid": "podtool-7"}, "guid podtool-7"),
        ({"enclosures": (make_enclosure("questions-asso-7"),)}, "media address"),
        ({"guid": "\x01"}, "no guid"),
        ({"enclosures": ()}, "no media"),
        ({"enclosures": (make_enclosure("x", url="/media/x.mp3"),)}, "no media"),
        ({"published": datetime(2023, 1, 1)}, "no time zone"),  # noqa: DTZ001 - its lack of a zone is the test
        ({"updated": datetime(2023, 1, 1)}, "no time zone"),  # noqa: DTZ001 - its lack of a zone is the test
    ],
)
def test_what_would_hurt_subscribers_is_refused(publication, said):
    with pytest.raises(PublishError, match=said) as caught:
        render(make_item(7), make_item(8, **publication))
    assert caught.value.hint


# Same input, same bytes


class _AnyDatetime(type):
    def __instancecheck__(cls, instance):
        return isinstance(instance, datetime)


class FarFuture(metaclass=_AnyDatetime):
    """Stands in for feedgen's clock."""

    @staticmethod
    def now(zone):
        return datetime(2038, 1, 19, tzinfo=zone)


def test_same_input_same_bytes_whenever(monkeypatch):
    first = render(make_item(7), make_item(8))

    monkeypatch.setattr("feedgen.feed.datetime", FarFuture)
    monkeypatch.setattr("feedgen.entry.datetime", FarFuture)
    assert FeedGenerator().updated().year == 2038
    assert render(make_item(7), make_item(8)) == first


def test_the_locale_is_not_touched(monkeypatch):
    def refuse(*args):
        raise AssertionError("the process's locale was asked or set")

    monkeypatch.setattr(locale, "setlocale", refuse)
    assert b"Fri, 17 Nov 2023 06:05:04 +0200" in render(make_item())


@given(
    st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2099, 12, 30)),  # noqa: DTZ001 - as Hypothesis asks
    st.timedeltas(min_value=timedelta(hours=-14), max_value=timedelta(hours=14)),
)
@settings(max_examples=40, deadline=None)
def test_dates_are_rfc_2822_in_any_zone(moment, offset):
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(seconds=int(offset.total_seconds()))))
    facts = read_feed(render(make_item(published=moment)))
    assert facts.faults == ()
    assert facts.items[0].published == moment
    assert parsedate_to_datetime(facts.last_built) == moment
