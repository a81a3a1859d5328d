"""Rules about the feed's channel: what directories read of a show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from podtool.check.feed_places import (
    MOST_DESCRIPTION_BYTES,
    channel_place,
    complain_of_address,
    item_place,
    name_item,
)
from podtool.check.rule import CheckRule, Found, at_key
from podtool.check.subject import Subject
from podtool.errors import Fix, Severity
from podtool.show.categories import is_apple_category, is_same_category, suggest_category
from podtool.show.model import Category, Place

NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "psc": "http://podlove.org/simple-chapters",
    "fh": "http://purl.org/syndication/history/1.0",
}
FEED_TYPE = "application/rss+xml"
_COPYRIGHT_WORDS = re.compile(r"copyright|©|\(c\)|\b(?:19|20)\d\d\b", re.IGNORECASE)
_TEXT_FAULTS = frozenset({"xml", "doctype", "encoding", "control"})


def _fault_place(subject: Subject, line: int) -> Place:
    if subject.feed_path:
        return Place(file=subject.feed_path, line=line, column=0)
    return at_key(subject.show.places, "feed")


def _find_bad_xml(subject: Subject) -> Iterator[Found]:
    for fault in subject.feed.faults if subject.feed else ():
        if fault.kind in _TEXT_FAULTS:
            yield Found(message=f"the feed: {fault.message}", place=_fault_place(subject, fault.line))


def _find_bad_namespaces(subject: Subject) -> Iterator[Found]:
    for prefix, uri in subject.feed.namespaces.items() if subject.feed else ():
        if prefix in NAMESPACES and uri != NAMESPACES[prefix]:
            yield Found(
                message=f"the feed's prefix {prefix} means «{uri}», not «{NAMESPACES[prefix]}»",
                place=channel_place(subject, "feed"),
            )


def _find_missing(subject: Subject) -> Iterator[Found]:
    if subject.feed is None:
        return
    values = {
        "title": subject.feed.title,
        "description": subject.feed.description,
        "language": subject.feed.language,
        "link": subject.feed.link,
    }
    for key, value in values.items():
        if not value:
            yield Found(message=f"the feed's channel has no {key}", place=channel_place(subject, key))


def _find_no_image(subject: Subject) -> Iterator[Found]:
    if subject.feed and subject.feed.image is None and (subject.is_published or subject.feed_path):
        yield Found(message="the feed has no cover (itunes:image)", place=channel_place(subject, "cover"))


def _find_bad_categories(subject: Subject) -> Iterator[Found]:
    categories = subject.feed.categories if subject.feed else subject.show.categories
    if not categories:
        yield Found(message="the show has no category", place=channel_place(subject, "categories"))
    for index, category in enumerate(categories):
        if not is_apple_category(category):
            meant = suggest_category(category)
            yield Found(
                message=f"«{_path(category)}» is none of Apple's categories",
                place=channel_place(subject, f"categories.{index}"),
                hint=f"Did you mean `{_path(meant)}`?" if meant else "",
                fix=Fix(text=_path(meant)) if meant and is_same_category(category, meant) else None,
            )


def _path(category: Category) -> str:
    return f"{category.name} > {category.sub}" if category.sub else category.name


def _find_bad_explicit(subject: Subject) -> Iterator[Found]:
    if subject.feed is None:
        return
    if subject.feed.explicit not in ("true", "false"):
        yield Found(
            message=f"the channel's itunes:explicit is «{subject.feed.explicit or ''}»",
            place=channel_place(subject, "explicit"),
        )
    for item in subject.items:
        if item.explicit is not None and item.explicit not in ("true", "false"):
            yield Found(
                message=f"{name_item(item)}: itunes:explicit is «{item.explicit}»",
                place=item_place(subject, item, "explicit"),
            )


def _find_no_self(subject: Subject) -> Iterator[Found]:
    if subject.feed is None:
        return
    own = [link for link in subject.feed.links if link.rel == "self"]
    place = channel_place(subject, "feed")
    if len(own) != 1:
        yield Found(message=f"the feed has {len(own)} atom:link with rel=self; it must have one", place=place)
    for link in own:
        if link.media_type != FEED_TYPE:
            yield Found(message=f"the feed's atom:link has the type «{link.media_type or ''}»", place=place)
        if (
            subject.show.feed
            and link.url.isascii()
            and subject.show.feed.isascii()
            and link.url != subject.show.feed
        ):
            yield Found(message=f"the feed says that it is at {link.url}", place=place)


def _find_bad_addresses(subject: Subject) -> Iterator[Found]:
    feed = subject.feed
    if feed is None:
        return
    channel = [("atom:link", link.url) for link in feed.links if link.rel == "self"]
    channel += [("itunes:image", feed.image or "")]
    for name, url in channel:
        if url and (complaint := complain_of_address(url)):
            yield Found(message=f"{name} {url} {complaint}", place=channel_place(subject, "publish.base_url"))
    for item in subject.items:
        urls = [("enclosure", media.url) for media in item.enclosures]
        urls += [("alternateEnclosure", media.url) for media in item.alternates]
        urls += [("itunes:image", item.image or ""), ("chapters", item.chapters.url if item.chapters else "")]
        urls += [("transcript", link.url) for link in item.transcripts]
        for name, url in urls:
            if url and (complaint := complain_of_address(url)):
                yield Found(
                    message=f"{name_item(item)}: {name} {url} {complaint}",
                    place=item_place(subject, item, "segments"),
                )


def _find_long_description(subject: Subject) -> Iterator[Found]:
    if subject.feed and _too_long(subject.feed.description):
        yield Found(
            message="the channel's description takes more than 4000 bytes",
            place=channel_place(subject, "description"),
        )
    for item in subject.items:
        if _too_long(item.description):
            yield Found(
                message=f"{name_item(item)}: its description takes more than 4000 bytes",
                place=item_place(subject, item, "description"),
            )


def _too_long(text: str | None) -> bool:
    return len((text or "").encode("utf-8", "replace")) > MOST_DESCRIPTION_BYTES


def _find_copyright_words(subject: Subject) -> Iterator[Found]:
    if subject.feed and (found := _COPYRIGHT_WORDS.search(subject.feed.copyright or "")):
        yield Found(
            message=f"the feed's copyright has «{found[0]}» in it", place=channel_place(subject, "licence")
        )


def _find_bad_type(subject: Subject) -> Iterator[Found]:
    if subject.feed and subject.feed.type not in (None, "episodic", "serial"):
        yield Found(message=f"itunes:type is «{subject.feed.type}»", place=channel_place(subject, "type"))


def _find_failure(subject: Subject) -> Iterator[Found]:
    if subject.feed_failure:
        yield Found(message=subject.feed_failure, place=at_key(subject.show.places, "feed"))


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="FEED-001",
        severity=Severity.ERROR,
        title="The feed isn't well-formed UTF-8 XML",
        why="Apps can't read it: the show stands still for everybody.",
        spec="XML 1.0; RSS 2.0; PSP-1",
        fix="Run `podtool publish`: it writes the feed anew.",
        example="an `&` that isn't escaped, a control character, a DOCTYPE",
        find=_find_bad_xml,
    ),
    CheckRule(
        id="FEED-002",
        severity=Severity.ERROR,
        title="A namespace in the feed has another address than its own",
        why="Apps compare it letter by letter, and skip every tag of it: no cover, no chapters.",
        spec="PSP-1: namespaces",
        fix="Run `podtool publish`: it writes the feed anew.",
        example='`xmlns:itunes="https://www.itunes.com/dtds/podcast-1.0.dtd"` (https)',
        find=_find_bad_namespaces,
    ),
    CheckRule(
        id="FEED-003",
        severity=Severity.ERROR,
        title="The feed's channel lacks what it must have",
        why="Directories refuse the show.",
        spec="RSS 2.0: channel; PSP-1: title, link, description, language",
        fix="Write the key in show.yaml.",
        example="a channel without `language`",
        find=_find_missing,
    ),
    CheckRule(
        id="FEED-004",
        severity=Severity.ERROR,
        title="The feed of a published show has no cover",
        why="Directories refuse the show, and apps show a grey square.",
        spec="PSP-1: itunes:image; Apple Podcasts: show cover",
        fix="Put a square picture beside show.yaml and write `cover: {file: …, alt: …}`.",
        example="episodes are out, and show.yaml has no `cover`",
        find=_find_no_image,
    ),
    CheckRule(
        id="FEED-005",
        severity=Severity.ERROR,
        title="The show has no category, or one that Apple doesn't have",
        why="Directories refuse the show, or nobody finds it by its subject.",
        spec="PSP-1: itunes:category; Apple Podcasts categories (19, with 91 subcategories, case-exact)",
        fix="Choose from Apple's list, in English and to the letter (docs/manifest.md).",
        mends="spells a name as Apple does, and puts a subcategory under its category",
        example="`categories: [society and culture]`",
        find=_find_bad_categories,
    ),
    CheckRule(
        id="FEED-006",
        severity=Severity.ERROR,
        title="itunes:explicit is neither `true` nor `false`",
        why="Apps hide the show from children, or show it to them, against your will.",
        spec="Apple Podcasts and PSP-1: true or false. Older validators (and feedgen) say yes or no; podtool "
        "does as Apple says",
        fix="Write `explicit: true` or `explicit: false`.",
        example="`<itunes:explicit>clean</itunes:explicit>`",
        find=_find_bad_explicit,
    ),
    CheckRule(
        id="FEED-007",
        severity=Severity.ERROR,
        title="The feed doesn't say where it is",
        why="Directories can't tell the feed from its copies, and hubs don't know whom to tell of news.",
        spec="PSP-1: atom:link rel=self type=application/rss+xml; WebSub, 4",
        fix="Write `feed: https://…` in show.yaml.",
        example="a feed without `atom:link`, or with two",
        find=_find_no_self,
    ),
    CheckRule(
        id="FEED-014",
        severity=Severity.ERROR,
        title="An address in the feed isn't ASCII https",
        why="Some apps can't load it, others refuse unencrypted media.",
        spec="RFC 3986; Apple Podcasts: hosting requirements; Podcasting 2.0: https",
        fix="Write https:// in `base_url`; podtool escapes letters that aren't ASCII.",
        example="`http://example.org/média.mp3`",
        find=_find_bad_addresses,
    ),
    CheckRule(
        id="FEED-017",
        severity=Severity.WARNING,
        title="A description in the feed is longer than 4000 bytes",
        why="Apps cut it off, sometimes in the middle of a link.",
        spec="Apple Podcasts: description of at most 4000 bytes",
        fix="Shorten it; an episode's long text belongs into `notes`.",
        example="a feed from another program that puts the transcript into the description",
        find=_find_long_description,
    ),
    CheckRule(
        id="FEED-022",
        severity=Severity.WARNING,
        title="The feed's copyright has «copyright», © or a year in it",
        why="Nothing breaks: apps that put © before it show it twice.",
        spec="PSP-1 wants neither the word nor the sign nor a year; Apple's examples have them. podtool "
        "writes the licence in words",
        fix="Run `podtool publish`; or leave it, if a directory asks for it.",
        example="`<copyright>© 2023 Questions d'asso</copyright>`",
        find=_find_copyright_words,
    ),
    CheckRule(
        id="FEED-031",
        severity=Severity.ERROR,
        title="itunes:type is neither episodic nor serial",
        why="Apps play the episodes in the wrong order.",
        spec="Apple Podcasts: itunes:type",
        fix="Write `type: episodic` or `type: serial`.",
        example="`<itunes:type>weekly</itunes:type>`",
        find=_find_bad_type,
    ),
    CheckRule(
        id="FEED-032",
        severity=Severity.ERROR,
        title="The feed can't be made",
        why="Nothing can be published.",
        fix="Correct what the message says.",
        example="an entry of published.yaml that lost its media",
        find=_find_failure,
    ),
)
