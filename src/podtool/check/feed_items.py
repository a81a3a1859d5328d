"""Rules about the feed's items: what apps read of an episode."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

from podtool.check.feed_places import item_place, name_item
from podtool.check.rule import CheckRule, Found
from podtool.check.subject import Subject
from podtool.errors import Severity
from podtool.show.feed_facts import FeedItemFacts

DESCRIPTION_TAGS = frozenset({"p", "ol", "ul", "li", "a", "b", "i", "strong", "em", "br"})
LENGTH_TOLERANCE_S = 1.0
CHAPTERS_TYPE = "application/json+chapters"
TRANSCRIPT_TYPES = frozenset(
    {"text/vtt", "application/x-subrip", "application/srt", "application/json", "text/html", "text/plain"}
)
EPISODE_TYPES = ("full", "trailer", "bonus")
_SECONDS = re.compile(r"[1-9]\d{0,8}\Z")
_SRI = re.compile(r"sha(?:256|384|512)-[A-Za-z0-9+/]+={0,2}\Z")


class _Html(HTMLParser):
    """The tags and addresses of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]


def _find_incomplete(subject: Subject) -> Iterator[Found]:
    for item in subject.items:
        for name, value in (("title", item.title), ("guid", item.guid), ("enclosure", item.enclosures)):
            if not value:
                yield Found(
                    message=f"{name_item(item)} has no {name}", place=item_place(subject, item, name)
                )


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
        if item.guid and item.guid_is_permalink and urlsplit(item.guid).scheme not in ("http", "https"):
            yield Found(
                message=f"{name_item(item)}: its guid is said to be an address (isPermaLink), and isn't",
                place=item_place(subject, item, "guid"),
            )


def _find_bad_enclosure(subject: Subject) -> Iterator[Found]:
    for item in subject.items:
        place = item_place(subject, item, "segments")
        if len(item.enclosures) > 1:
            yield Found(message=f"{name_item(item)} has {len(item.enclosures)} enclosures", place=place)
        for media in item.enclosures:
            missing = (("url", media.url), ("length", media.bytes), ("type", media.media_type))
            names = " and ".join(name for name, value in missing if not value)
            if names:
                yield Found(message=f"{name_item(item)}: its enclosure has no {names}", place=place)


def _find_wrong_length(subject: Subject) -> Iterator[Found]:
    sizes = _real_sizes(subject)
    for item in subject.items:
        for media in (*item.enclosures, *item.alternates):
            real = sizes.get(media.url)
            if real is not None and media.bytes is not None and media.bytes != real:
                yield Found(
                    message=f"{name_item(item)}: it says {media.bytes} bytes, {media.url} has {real}",
                    place=item_place(subject, item, "segments"),
                )


def _real_sizes(subject: Subject) -> dict[str, int]:
    """Bytes of the files that will be, or are, at an address."""
    entry = subject.publication or subject.before
    if entry is None:
        return {}
    built = {media.sha256: media.bytes for media in subject.media}
    sizes = {}
    for enclosure in entry.enclosures:
        there = (subject.public or {}).get(enclosure.path)
        real = built.get(enclosure.sha256, there.bytes if there else None)
        if real is not None:
            sizes[enclosure.url] = real
    return sizes


def _find_same_enclosure(subject: Subject) -> Iterator[Found]:
    if subject.feed is None:
        return
    counts = Counter(media.url for item in subject.feed.items for media in item.enclosures if media.url)
    for item in subject.items:
        for media in item.enclosures:
            if counts[media.url] > 1:
                yield Found(
                    message=f"{name_item(item)}: another item has its enclosure {media.url}, too",
                    place=item_place(subject, item, "segments"),
                )


def _find_bad_date(subject: Subject) -> Iterator[Found]:
    for fault in subject.feed.faults if subject.feed else ():
        if fault.kind == "date":
            yield Found(message=f"the feed: {fault.message}", place=None)
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
        others = sorted(set(_Html(item.description or "").tags) - DESCRIPTION_TAGS)
        if others:
            yield Found(
                message=f"{name_item(item)}: its description has <{'>, <'.join(others)}>",
                place=item_place(subject, item, "description"),
            )


def _find_bad_duration(subject: Subject) -> Iterator[Found]:
    entry = subject.publication or subject.before
    real = entry.enclosures[0].duration_s if entry and entry.enclosures else None
    for item in subject.items:
        place = item_place(subject, item, "segments")
        if not _SECONDS.match(item.duration or ""):
            yield Found(
                message=f"{name_item(item)}: itunes:duration is «{item.duration or ''}», not whole seconds",
                place=place,
            )
        elif subject.episode and real is not None and abs(int(item.duration or 0) - real) > LENGTH_TOLERANCE_S:
            yield Found(
                message=f"{name_item(item)}: itunes:duration is {item.duration} s, its sound {real:.0f} s",
                place=place,
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
        html = _Html(item.content or "")
        place = item_place(subject, item, "description")
        if "script" in html.tags:
            yield Found(message=f"{name_item(item)}: a script stands in content:encoded", place=place)
        for url in html.addresses:
            if not url.startswith(("https://", "http://", "mailto:", "tel:")):
                yield Found(message=f"{name_item(item)}: the address «{url}» isn't absolute", place=place)


def _find_bad_links(subject: Subject) -> Iterator[Found]:
    for item in subject.items:
        for complaint in _link_complaints(item):
            yield Found(
                message=f"{name_item(item)}: {complaint}", place=item_place(subject, item, "segments")
            )


def _link_complaints(item: FeedItemFacts) -> Iterator[str]:
    if item.chapters and not item.chapters.url:
        yield "podcast:chapters has no url"
    if item.chapters and item.chapters.media_type != CHAPTERS_TYPE:
        yield f"podcast:chapters has the type «{item.chapters.media_type or ''}»"
    for transcript in item.transcripts:
        if not transcript.url:
            yield "podcast:transcript has no url"
        if transcript.media_type not in TRANSCRIPT_TYPES:
            yield f"podcast:transcript has the type «{transcript.media_type or ''}»"


def _find_bad_alternates(subject: Subject) -> Iterator[Found]:
    for item in subject.items:
        place = item_place(subject, item, "segments")
        for media in item.alternates:
            if not media.url or not media.media_type:
                what = "source" if not media.url else "type"
                yield Found(message=f"{name_item(item)}: an alternateEnclosure has no {what}", place=place)
            if media.integrity and not _SRI.match(media.integrity):
                yield Found(
                    message=f"{name_item(item)}: «{media.integrity}» is no integrity value", place=place
                )


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
        example="`<guid>8f3a…</guid>` without `isPermaLink=\"false\"`",
        find=_find_permalink,
    ),
    CheckRule(
        id="FEED-011",
        severity=Severity.ERROR,
        title="An enclosure isn't complete",
        why="Apps don't play the episode, or can't say how long its download takes.",
        spec="RSS 2.0: enclosure (url, length, type)",
        fix="Run `podtool publish`: it writes the feed anew.",
        example='`length=""`',
        find=_find_bad_enclosure,
    ),
    CheckRule(
        id="FEED-012",
        severity=Severity.ERROR,
        title="The enclosure's length isn't the file's",
        why="Downloads stop early, or never seem to end.",
        spec="RSS 2.0: enclosure length, in bytes",
        fix="Run `podtool publish`; never change a file in the published tree.",
        example="the MP3 was re-tagged by hand after it was published",
        find=_find_wrong_length,
    ),
    CheckRule(
        id="FEED-013",
        severity=Severity.ERROR,
        title="Two items have the same enclosure",
        why="Listeners get one episode twice, and the other never.",
        spec="PSP-1: enclosure",
        fix="Give one of the episodes another `number` or `slug`.",
        example="two items that name media/show-08.mp3",
        find=_find_same_enclosure,
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
        fix="Run `podtool publish`: it leaves them out of the description, and keeps them in content:encoded.",
        example="`<h2>` or `<img>` in an item's description",
        find=_find_other_html,
    ),
    CheckRule(
        id="FEED-019",
        severity=Severity.WARNING,
        title="itunes:duration isn't the sound's length in whole seconds",
        why="Apps show another length than the episode has.",
        spec="Apple Podcasts: itunes:duration",
        fix="Run `podtool publish`: it writes the feed anew.",
        example="`<itunes:duration>2:42.5</itunes:duration>`",
        find=_find_bad_duration,
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
        fix="Write links in the description and the notes in full: https://…",
        example="`[the page](../other/)` in the notes",
        find=_find_bad_content,
    ),
    CheckRule(
        id="FEED-027",
        severity=Severity.ERROR,
        title="A link to chapters or a transcript lacks its address or its type",
        why="Apps don't load it.",
        spec="Podcasting 2.0: chapters, transcript (url and type)",
        fix="Run `podtool publish`: it writes the feed anew.",
        example="`<podcast:chapters url=\"…\" type=\"application/json\"/>`",
        find=_find_bad_links,
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
    CheckRule(
        id="FEED-030",
        severity=Severity.ERROR,
        title="An alternative file has no address, no type, or a broken integrity value",
        why="Apps that could save data by it load the large file, or refuse this one.",
        spec="Podcasting 2.0: alternateEnclosure, source, integrity (SRI)",
        fix="Run `podtool publish`: it writes the feed anew.",
        example='`<podcast:integrity type="sri" value="ab12"/>`',
        find=_find_bad_alternates,
    ),
)
