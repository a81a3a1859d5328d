"""Rules about the feed's items: what apps read of an episode."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from podtool.check.feed_places import item_place, name_item
from podtool.check.html_facts import read_html
from podtool.check.rule import CheckRule, Found
from podtool.check.subject import Subject
from podtool.errors import Severity
from podtool.show.model import Place

DESCRIPTION_TAGS = frozenset({"p", "ol", "ul", "li", "a", "b", "i", "strong", "em", "br"})
EPISODE_TYPES = ("full", "trailer", "bonus")
_SECONDS = re.compile(r"[1-9]\d{0,8}\Z")


def _find_incomplete(subject: Subject) -> Iterator[Found]:
    for item in subject.items:
        for name, value in (("title", item.title), ("guid", item.guid), ("enclosure", item.enclosures)):
            if not value:
                yield Found(message=f"{name_item(item)} has no {name}", place=item_place(subject, item, name))


def _find_same_guid(subject: Subject) -> Iterator[Found]:
    counts = Counter(item.guid for item in (subject.feed.items if subject.feed else ()) if item.guid)
    folder = subject.episode.folder.as_posix() if subject.episode else ""
    others = {other.guid for other in subject.neighbours if other.guid and other.folder != folder}
    for item in subject.items:
        if item.guid and (counts[item.guid] > 1 or item.guid in others):
            yield Found(
                message=f"{name_item(item)} has the guid {item.guid}, as another has",
                place=item_place(subject, item, "guid"),
            )


def _find_permalink(subject: Subject) -> Iterator[Found]:
    for item in subject.items:
        if item.guid and item.guid_is_permalink and not item.guid.startswith(("https://", "http://")):
            yield Found(
                message=f"{name_item(item)}: its guid is said to be an address (isPermaLink), and isn't",
                place=item_place(subject, item, "guid"),
            )


def _find_bad_date(subject: Subject) -> Iterator[Found]:
    for fault in subject.feed.faults if subject.feed else ():
        if fault.kind == "date":
            place = Place(file=subject.feed_path, line=fault.line, column=0) if subject.feed_path else None
            yield Found(message=f"the feed: {fault.message}", place=place)
    for item in subject.items:
        if not item.published_text:
            yield Found(
                message=f"{name_item(item)} has no pubDate", place=item_place(subject, item, "published")
            )


def _find_no_number(subject: Subject) -> Iterator[Found]:
    if subject.feed is None or subject.feed.type != "serial":
        return
    for item in subject.items:
        if item.episode_type in (None, "full") and not _SECONDS.match(item.episode or ""):
            yield Found(
                message=f"{name_item(item)} of a serial show has no itunes:episode",
                place=item_place(subject, item, "number"),
            )


def _find_other_html(subject: Subject) -> Iterator[Found]:
    for item in subject.items:
        others = sorted(
            {element.tag for element in read_html(item.description or "").elements} - DESCRIPTION_TAGS
        )
        if others:
            yield Found(
                message=f"{name_item(item)}: its description has <{'>, <'.join(others)}>",
                place=item_place(subject, item, "description"),
            )


def _find_unrecommended(subject: Subject) -> Iterator[Found]:
    for item in subject.items:
        names = (
            ("link", item.link, "slug"),
            ("description", item.description, "description"),
            ("itunes:explicit", item.explicit, "explicit"),
            ("itunes:episodeType", item.episode_type, "type"),
            ("content:encoded", item.content, "description"),
        )
        for name, value, key in names:
            if not value:
                yield Found(message=f"{name_item(item)} has no {name}", place=item_place(subject, item, key))


def _find_bad_content(subject: Subject) -> Iterator[Found]:
    for item in subject.items:
        elements = read_html(item.content or "").elements
        place = item_place(subject, item, "description")
        if any(element.tag == "script" for element in elements):
            yield Found(message=f"{name_item(item)}: a script stands in content:encoded", place=place)
        for url in (element.get(name) for element in elements for name in ("href", "src")):
            if url is not None and not url.startswith(("https://", "http://", "mailto:", "tel:")):
                yield Found(message=f"{name_item(item)}: the address «{url}» isn't absolute", place=place)


def _find_bad_episode_type(subject: Subject) -> Iterator[Found]:
    for item in subject.items:
        if item.episode_type and item.episode_type not in EPISODE_TYPES:
            yield Found(
                message=f"{name_item(item)}: itunes:episodeType is «{item.episode_type}»",
                place=item_place(subject, item, "type"),
            )


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="FEED-008",
        severity=Severity.ERROR,
        title="An item has no title, guid or enclosure",
        why="Apps don't show the episode, or show it again and again as new.",
        spec="PSP-1: item (title, enclosure, guid)",
        fix="Run `podtool assemble` and `podtool publish`.",
        example="an item without `enclosure`",
        find=_find_incomplete,
    ),
    CheckRule(
        id="FEED-009",
        severity=Severity.ERROR,
        title="Two items have the same guid",
        why="Apps take them for one episode: one of them is never seen.",
        spec="RSS 2.0: guid; PSP-1: unique",
        fix="Remove `guid` from the newer episode: podtool makes one.",
        example="an episode.yaml that was copied with its `guid`",
        find=_find_same_guid,
    ),
    CheckRule(
        id="FEED-010",
        severity=Severity.ERROR,
        title="A guid that is no address is said to be one",
        why="Apps open it as the episode's page, and find nothing.",
        spec="RSS 2.0: guid isPermaLink (true unless it says false)",
        fix="Run `podtool publish`: it writes the feed anew.",
        example='`<guid>8f3a…</guid>` without `isPermaLink="false"`',
        find=_find_permalink,
    ),
    CheckRule(
        id="FEED-015",
        severity=Severity.ERROR,
        title="A date in the feed isn't written as apps read it",
        why="The episode stands in the wrong place, or in 1970.",
        spec="RFC 2822, 3.3; RSS 2.0: pubDate (the right weekday, a numeric zone)",
        fix="Run `podtool publish`: it writes the feed anew.",
        example="`Thu, 22 Sep 2023 18:00:00 CEST` (it was a Friday)",
        find=_find_bad_date,
    ),
    CheckRule(
        id="FEED-016",
        severity=Severity.ERROR,
        title="An item of a serial show has no number",
        why="Apps can't play the episodes in their order.",
        spec="Apple Podcasts: itunes:episode (serial shows; non-zero)",
        fix="Write `number` in episode.yaml.",
        example="`<itunes:type>serial</itunes:type>`, and an item without `itunes:episode`",
        find=_find_no_number,
    ),
    CheckRule(
        id="FEED-018",
        severity=Severity.WARNING,
        title="A description has HTML that apps don't show",
        why="Tables, headings and pictures vanish, and leave odd gaps.",
        spec="Apple Podcasts: p, ol, ul, li, a; most apps also b, i, strong, em",
        fix="Run `podtool publish`: the description loses them, content:encoded keeps them.",
        example="`<h2>` or `<img>` in an item's description",
        find=_find_other_html,
    ),
    CheckRule(
        id="FEED-020",
        severity=Severity.WARNING,
        title="An item lacks what apps would show",
        why="No link to the page, no text, or no mark for strong language.",
        spec="PSP-1: recommended item elements",
        fix="Write the description in episode.yaml; podtool writes the rest.",
        example="an item without `link`",
        find=_find_unrecommended,
    ),
    CheckRule(
        id="FEED-021",
        severity=Severity.WARNING,
        title="content:encoded has a script or an address that isn't whole",
        why="In the app, links lead nowhere; scripts are refused, sometimes with the whole text.",
        spec="RSS Content module; PSP-1",
        fix="Write links in the description and the notes in full, with https://.",
        example="`[the page](../other/)` in the notes",
        find=_find_bad_content,
    ),
    CheckRule(
        id="FEED-029",
        severity=Severity.ERROR,
        title="itunes:episodeType is none of full, trailer, bonus",
        why="Apps hide the episode, or show the trailer as an episode.",
        spec="Apple Podcasts: itunes:episodeType",
        fix="Write `type: full`, `trailer` or `bonus`.",
        example="`<itunes:episodeType>extra</itunes:episodeType>`",
        find=_find_bad_episode_type,
    ),
)
