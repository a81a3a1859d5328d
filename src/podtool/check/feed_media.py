"""Rules about the files that the feed names: sound, chapters, transcripts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from podtool.check.feed_places import item_place, name_item
from podtool.check.rule import CheckRule, Found
from podtool.check.subject import Subject
from podtool.errors import Severity
from podtool.show.feed_facts import FeedItemFacts

_SECONDS = re.compile(r"[1-9]\d{0,8}\Z")
LENGTH_TOLERANCE_S = 1.0
CHAPTERS_TYPE = "application/json+chapters"
TRANSCRIPT_TYPES = frozenset(
    {"text/vtt", "application/x-subrip", "application/srt", "application/json", "text/html", "text/plain"}
)
_SRI = re.compile(r"sha(?:256|384|512)-[A-Za-z0-9+/]+={0,2}\Z")


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
        there = (subject.public or {}).get(enclosure.path) if enclosure.path else None
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
        elif (
            subject.episode and real is not None and abs(int(item.duration or 0) - real) > LENGTH_TOLERANCE_S
        ):
            yield Found(
                message=f"{name_item(item)}: itunes:duration is {item.duration} s, its sound {real:.0f} s",
                place=place,
            )


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


RULES: tuple[CheckRule, ...] = (
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
        id="FEED-027",
        severity=Severity.ERROR,
        title="A link to chapters or a transcript lacks its address or its type",
        why="Apps don't load it.",
        spec="Podcasting 2.0: chapters, transcript (url and type)",
        fix="Run `podtool publish`: it writes the feed anew.",
        example='`<podcast:chapters url="…" type="application/json"/>`',
        find=_find_bad_links,
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
