from __future__ import annotations

from datetime import UTC, datetime

import pytest
from feed_samples import CORRECTED, IMAGE_URLS, SHOW_FILES, make_item, make_show
from hypothesis import given, settings
from hypothesis import strategies as st

from podtool.publish.addresses import ascii_url
from podtool.publish.feed import render_feed
from podtool.publish.feed_reading import date_complaint, read_feed
from podtool.publish.xml_tags import clean_line, clean_text
from podtool.show.facts import SoundbiteFacts
from podtool.show.feed_facts import FeedMedia, FeedTag
from podtool.show.model import Category
from podtool.show.podcasting import Location, RemoteFeed

OURS = render_feed(
    make_show(), [make_item(7), make_item(8, updated=CORRECTED)], files=SHOW_FILES, image_urls=IMAGE_URLS
)


def feed_of(item="", channel="", head='<?xml version="1.0" encoding="UTF-8"?>'):
    inside = f"<title>t</title>{channel}<item>{item}</item>"
    return f'{head}<rss version="2.0"><channel>{inside}</channel></rss>'.encode()


def kinds(content):
    return [fault.kind for fault in read_feed(content).faults]


def test_our_own_feed_is_read_wholly():
    facts = read_feed(OURS)
    assert facts.faults == ()
    assert facts.title == "Questions d'asso"
    assert facts.categories == (
        Category(name="Society & Culture"),
        Category(name="Education", sub="Self-Improvement"),
        Category(name="Education", sub="How To"),
    )
    assert [(link.rel, link.media_type) for link in facts.links] == [
        ("self", "application/rss+xml"),
        ("hub", None),
    ]
    assert (facts.locked, facts.locked_owner, facts.medium) == ("yes", "redaction@example.org", "podcast")
    assert (facts.owner_name, facts.owner_email) == ("Rédaction", "redaction@example.org")
    assert facts.licence.text == "CC-BY-2.0"
    assert facts.image.endswith("/cover-3f.jpeg")
    assert facts.guid == make_show().guid
    assert [person.name for person in facts.people] == ["Karl"]
    item, _ = facts.items
    assert item.guid == "podtool-8"
    assert item.guid_is_permalink is False
    assert item.published == datetime(2023, 11, 17, 4, 5, 4, tzinfo=UTC)
    assert item.enclosures == (
        FeedMedia(
            url="https://example.org/questions-asso/media/questions-asso-8.mp3",
            bytes=1_234_567,
            media_type="audio/mpeg",
        ),
    )
    assert item.alternates[0].integrity.startswith("sha256-")
    assert [link.media_type for link in item.transcripts] == ["text/vtt", "application/x-subrip"]
    assert item.psc_version == "1.2"
    assert [chapter.start for chapter in item.psc_chapters] == [
        "00:00:00.000",
        "00:00:04.250",
        "01:01:01.007",
    ]
    assert item.line > 20


def test_not_well_formed_is_told_with_its_line_and_the_rest_is_read():
    facts = read_feed(OURS.replace(b"</podcast:medium>", b"</podcast:oops>"))
    assert facts.faults[0].kind == "xml"
    assert facts.faults[0].line > 10
    assert facts.title == "Questions d'asso"


@pytest.mark.parametrize(
    "content", [b"", b"   ", b"not xml", b"\x00\x01", b"<rss/>", b"<html><body/></html>"]
)
def test_what_is_no_feed_is_a_fault(content):
    facts = read_feed(content)
    assert facts.faults
    assert facts.items == ()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE rss>",
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>',
    ],
)
def test_a_doctype_ends_the_reading(doctype):
    for item in ("<title>&x;&l11;</title>", '<enclosure url="&l11;" length="1" type="x"/>'):
        facts = read_feed(feed_of(item, head='<?xml version="1.0"?>' + doctype))
        assert {"doctype", "xml"} & {fault.kind for fault in facts.faults}
        assert "root:" not in repr(facts)
        assert len(repr(facts)) < 2000


def test_other_encodings_and_namespaces_are_faults():
    assert kinds(feed_of(head='<?xml version="1.0" encoding="ISO-8859-1"?>')) == ["encoding"]
    assert kinds(feed_of(head='<?xml version="1.0" encoding="klingon"?>'))[0] in {"encoding", "xml"}
    wrong = OURS.replace(b"podcastindex.org/namespace/1.0", b"podcastindex.org/namespace/1.0/")
    (fault,) = read_feed(wrong).faults
    assert fault.kind == "namespace"
    assert "xmlns:podcast" in fault.message


def test_control_characters_are_faults():
    assert kinds(feed_of("<title>a&#x7f;b</title>")) == ["control"]
    assert kinds(feed_of("<title>a&#x1;b</title>"))[0] == "xml"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Fri, 17 Nov 2023 06:05:04 +0200", None),
        ("17 Nov 2023 06:05:04 -0000", None),
        ("Thu, 17 Nov 2023 06:05:04 +0200", "is a Fri, not a Thu"),
        ("Fri, 17 Nov 2023 06:05:04 GMT", "numeric zone"),
        ("ven., 17 nov. 2023 06:05:04 +0200", "RFC 2822"),
        ("2023-11-17T06:05:04+02:00", "RFC 2822"),
        ("Fri, 31 Feb 2023 06:05:04 +0200", "is not an RFC 2822 date"),
        ("Fri, 17 Nov 2023 06:05:04 +9999", "RFC 2822"),
        ("", "is not an RFC 2822 date"),
    ],
)
def test_dates(text, complaint):
    found = date_complaint(text)
    assert (found is None) == (complaint is None)
    assert complaint is None or complaint in found
    assert kinds(feed_of(f"<pubDate>{text}</pubDate>")) == ([] if complaint is None else ["date"])


def test_items_of_strangers():
    facts = read_feed(
        feed_of(
            "<guid>https://example.org/1</guid>"
            '<enclosure url=" https://example.org/1.mp3 " length="12 MB"/><enclosure url="b" length="٣"/>'
            "<pubDate>yesterday</pubDate><title>  a <b>nested</b> title </title>"
        )
    )
    (item,) = facts.items
    assert item.guid_is_permalink is True
    assert [(media.url, media.bytes) for media in item.enclosures] == [
        ("https://example.org/1.mp3", None),
        ("b", None),
    ]
    assert item.published is None
    assert item.published_text == "yesterday"
    assert item.title == "a nested title"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_raising(content):
    read_feed(content)


@given(st.integers(min_value=0, max_value=len(OURS) - 1), st.binary(min_size=0, max_size=3))
@settings(max_examples=60, deadline=None)
def test_any_damage_is_read_without_raising(place, damage):
    read_feed(OURS[:place] + damage + OURS[place + 1 :])
    read_feed(OURS[:place])


# Addresses and text


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a-b_c~d.mp3", "https://example.org/a-b_c~d.mp3"),
        (" https://example.org/é è?ü=1#ñ ", "https://example.org/%C3%A9%20%C3%A8?%C3%BC=1#%C3%B1"),
        ("https://example.org/a?b[]=1", "https://example.org/a?b[]=1"),
        ("https://example.org/100%/a%2Fb", "https://example.org/100%25/a%2Fb"),
        ("https://müsic.example:8443/", "https://xn--msic-0ra.example:8443/"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("https://user:secret@example.org/", "https://example.org/"),
        ("HTTPS://example.org", "https://example.org"),
        ("https://example.org/\ud800", "https://example.org/%3F"),
        ('https://example.org/<>"{}|\\^`', "https://example.org/%3C%3E%22%7B%7D%7C%5C%5E%60"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("/relative", None),
        ("//example.org/x", None),
        ("https://", None),
        ("https://exa mple.org/", None),
        ("https://example.org:99999/", None),
        ("https://example.org:x/", None),
        ("https://[::1/", None),
        (f"https://{'é' * 80}.example/", None),
        ("https://a..é/", None),
        ("", None),
        (None, None),
    ],
)
def test_ascii_url(url, expected):
    assert ascii_url(url) == expected


@given(st.text(max_size=40), st.sampled_from(["https://example.org/", "https://", "http://é.example/?", ""]))
def test_ascii_url_is_ascii_and_stable(text, before):
    url = ascii_url(before + text)
    if url is not None:
        assert url.isascii()
        assert not any(letter in url for letter in ' <>"\n\t\x00')
        assert ascii_url(url) == url


def test_clean_text():
    assert clean_text(" a\r\nb\rc\u2028d\x85e\x00\x1b\ufffe\ud800\U0001fffe\x9f ") == "a\nb\nc\nd\ne"
    assert clean_line("a\n\t b  c\u00a0: d") == "a b c\u00a0: d"


def test_rare_tags_are_read_as_they_stand():
    show = make_show(
        podroll=(RemoteFeed(guid="917393e3-1b1e-5cef-ace4-edaa54e1f810", title="Autre"),),
        location=(Location(name="Nantes", country="FR"),),
        block=True,
    )
    facts = read_feed(
        render_feed(show, [make_item(soundbites=(SoundbiteFacts(start_ms=1500, end_ms=9000),))])
    )
    assert facts.tags == (
        FeedTag(name="podcast:location", text="Nantes", attributes={"rel": "subject", "country": "FR"}),
        FeedTag(
            name="podcast:podroll",
            children=(
                FeedTag(
                    name="podcast:remoteItem",
                    attributes={"feedGuid": "917393e3-1b1e-5cef-ace4-edaa54e1f810", "title": "Autre"},
                ),
            ),
        ),
        FeedTag(name="itunes:block", text="Yes"),
        FeedTag(name="podcast:block", text="yes"),
    )
    assert [(tag.name, tag.text) for tag in facts.items[0].tags] == [
        ("podcast:season", "2"),
        ("podcast:episode", "8"),
        ("podcast:soundbite", None),
    ]
    assert facts.items[0].tags[2].attributes == {"startTime": "1.5", "duration": "7.5"}
