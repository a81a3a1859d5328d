"""Rules about chapters: in order, inside the sound, and the same wherever they stand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from podtool.check.rule import CheckRule, Find, Found, at_key, found_elsewhere, whole_file
from podtool.check.subject import MediaFacts, Subject
from podtool.errors import Severity
from podtool.show.facts import ChapterFacts
from podtool.show.model import Place
from podtool.units import LONGEST_TIME_S, format_timestamp, time_at

JSON_VERSION = "1.2.0"
PSC_VERSION = "1.2"
FEWEST = 3
MOST = 255
SAME_MS = 1
"""Seconds with three decimals and milliseconds differ by their rounding."""
END_TOLERANCE_MS = 100
SHOWN = 3
_PSC_START = re.compile(r"\d{2,}:[0-5]\d:[0-5]\d\.\d{3}\Z")

Look = Callable[[MediaFacts], Iterator[str]]


def _out_of_order(media: MediaFacts) -> Iterator[str]:
    starts = [chapter.start_ms for chapter in media.tags.chapters] if media.tags else []
    if starts != sorted(starts):
        yield "the chapters in its tags don't stand in time order"


def _outside(media: MediaFacts) -> Iterator[str]:
    if media.sound is None or media.tags is None:
        return
    end_ms = media.sound.duration_s * 1000 + END_TOLERANCE_MS
    late = [chapter for chapter in media.tags.chapters if max(chapter.start_ms, chapter.end_ms) > end_ms]
    for chapter in late[:SHOWN]:
        yield f"the chapter «{chapter.title}» in its tags lies behind the end of its sound"


def _nameless(media: MediaFacts) -> Iterator[str]:
    nameless = [chapter for chapter in media.tags.chapters if not chapter.title.strip()] if media.tags else []
    for chapter in nameless[:SHOWN]:
        yield f"the chapter at {_stamp(chapter.start_ms)} in its tags has no title"


def _too_many(media: MediaFacts) -> Iterator[str]:
    if media.tags and len(media.tags.chapters) > MOST:
        yield f"{len(media.tags.chapters)} chapters in its tags; ID3 can list {MOST}"


LOOKS: dict[str, Look] = {
    "CHAPTERS-003": _out_of_order,
    "CHAPTERS-007": _outside,
    "CHAPTERS-009": _nameless,
    "CHAPTERS-010": _too_many,
}
"""The rules that need nothing but the file, by id."""


def _each_file(rule: str) -> Find:
    def find(subject: Subject) -> Iterator[Found]:
        for media in subject.media:
            for message in LOOKS[rule](media):
                yield Found(message=f"{media.path}: {message}", place=whole_file(media.path))

    return find


def _stamp(milliseconds: int) -> str:
    return format_timestamp(time_at(milliseconds, 1000), milliseconds=False)


def _find_bad_json(subject: Subject) -> Iterator[Found]:
    if subject.chapters_json is not None:
        place = whole_file(subject.chapters_json_path)
        for message in _complaints(subject.chapters_json):
            yield Found(message=f"{subject.chapters_json_path}: {message}", place=place)


def _complaints(text: str) -> Iterator[str]:
    content = _parsed(text)
    if content is None:
        yield "isn't a JSON object"
        return
    if content.get("version") != JSON_VERSION:
        yield f"its version is {content.get('version')!r}, not «{JSON_VERSION}»"
    entries = content.get("chapters")
    if not isinstance(entries, list):
        yield "has no list of `chapters`"
        return
    starts: list[Any] = [entry.get("startTime") if isinstance(entry, dict) else None for entry in entries]
    if not all(_is_time(start) for start in starts):
        yield "has a chapter whose `startTime` isn't a number of seconds"
    elif any(before >= after for before, after in pairwise(starts)):
        yield "its chapters aren't in ascending order"


def _parsed(text: str) -> Mapping[str, Any] | None:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST_TIME_S


def _json_starts(text: str) -> list[int] | None:
    content = _parsed(text)
    entries = content.get("chapters") if content else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return None
    starts: list[Any] = [entry.get("startTime") for entry in entries]
    return [round(float(start) * 1000) for start in starts] if all(map(_is_time, starts)) else None


def _psc_ms(start: str) -> int | None:
    if not _PSC_START.match(start):
        return None
    hours, minutes, seconds = start.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)


def _find_different_starts(subject: Subject) -> Iterator[Found]:
    if subject.stale or subject.chapters is None:
        return
    wanted = [chapter.start_ms for chapter in subject.chapters]
    for name, path, starts in _told_starts(subject):
        if not _are_same(starts, wanted):
            yield Found(
                message=f"{name} has chapters at {_list(starts)}; the timeline has {_list(wanted)}",
                place=whole_file(path),
            )


def _told_starts(subject: Subject) -> Iterator[tuple[str, str, list[int]]]:
    """What each place says: its name, the file for its place, its starts in ms."""
    for media in subject.media:
        if media.tags and media.tags.values:
            yield f"the tag of {media.path}", media.path, [each.start_ms for each in media.tags.chapters]
    starts = _json_starts(subject.chapters_json) if subject.chapters_json is not None else None
    if starts is not None:
        yield subject.chapters_json_path, subject.chapters_json_path, starts
    for item in subject.items if subject.episode and not subject.feed_path else ():
        told = [_psc_ms(chapter.start) for chapter in item.psc_chapters]
        known = [start for start in told if start is not None]
        if item.psc_chapters and len(known) == len(told):
            yield "the feed's psc:chapters", subject.episode.places.file if subject.episode else "", known


def _are_same(starts: Sequence[int], wanted: Sequence[int]) -> bool:
    return len(starts) == len(wanted) and all(
        abs(one - other) <= SAME_MS for one, other in zip(starts, wanted, strict=True)
    )


def _list(starts: Iterable[int]) -> str:
    stamps = [format_timestamp(time_at(start, 1000)) for start in starts]
    return ", ".join(stamps[:SHOWN]) + (" …" if len(stamps) > SHOWN else "") if stamps else "no time"


def _first_place(subject: Subject) -> Place | None:
    return at_key(subject.episode.places, "segments") if subject.episode else None


def _find_late_first(subject: Subject) -> Iterator[Found]:
    if subject.chapters and subject.chapters[0].start_ms > 0:
        start = _stamp(subject.chapters[0].start_ms)
        yield Found(message=f"the first chapter starts at {start}", place=_first_place(subject))


def _find_few(subject: Subject) -> Iterator[Found]:
    count = len(subject.chapters or ())
    if 0 < count < FEWEST:
        words = "one chapter" if count == 1 else f"{count} chapters"
        yield Found(
            message=f"there is only {words}" if count == 1 else f"there are only {words}",
            place=_first_place(subject),
        )


def _find_bad_simple_chapters(subject: Subject) -> Iterator[Found]:
    for item in subject.items:
        place = Place(file=subject.feed_path, line=item.line, column=0) if subject.feed_path else None
        if item.psc_chapters and item.psc_version != PSC_VERSION:
            yield Found(
                message=f"psc:chapters says version {item.psc_version!r}, not «{PSC_VERSION}»", place=place
            )
        starts = [start for each in item.psc_chapters if (start := _psc_ms(each.start)) is not None]
        if any(before >= after for before, after in pairwise(starts)):
            yield Found(message="psc:chapters aren't in ascending order", place=place)
        for chapter in item.psc_chapters:
            if _psc_ms(chapter.start) is None:
                yield Found(message=f"psc:chapter starts at «{chapter.start}»", place=place)
            elif not chapter.title.strip():
                yield Found(message=f"psc:chapter at {chapter.start} has no title", place=place)


def _find_short(subject: Subject) -> Iterator[Found]:
    chapters: Sequence[ChapterFacts] = subject.chapters or ()
    for chapter in chapters:
        if chapter.end_ms - chapter.start_ms < 1000:  # noqa: PLR2004 - a second
            yield Found(
                message=f"the chapter «{chapter.title}» at {_stamp(chapter.start_ms)} is under a second",
                place=_first_place(subject),
            )


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="CHAPTERS-001",
        severity=Severity.ERROR,
        title="chapters.json isn't as apps read it",
        why="Apps that load chapters from the feed show none.",
        spec="Podcasting 2.0: JSON Chapters 1.2",
        fix="Run `podtool assemble`: it writes the file anew.",
        example="a `startTime` in quotes, or chapters that aren't in time order",
        find=_find_bad_json,
    ),
    CheckRule(
        id="CHAPTERS-002",
        severity=Severity.WARNING,
        title="A chapter mark lies in sound that isn't heard",
        why="The chapter is missing: there is no place where it could start.",
        fix="`at` is in source time; move it to where the sound is kept.",
        example="`chapters: [{at: 1:00, title: …}]` inside `cuts: [[0:50, 1:10]]`",
        find=found_elsewhere("CHAPTERS-002"),
    ),
    CheckRule(
        id="CHAPTERS-003",
        severity=Severity.ERROR,
        title="The chapters in the file's tags aren't in time order",
        why="Players that read them as they come show them jumbled, or only the first.",
        spec="ID3v2 Chapter Frame Addendum 1.0, 3.1 and 3.2",
        fix="Run `podtool tag`: it puts them in order.",
        example="CHAP frames that a tag library sorted by their size",
        find=_each_file("CHAPTERS-003"),
    ),
    CheckRule(
        id="CHAPTERS-004",
        severity=Severity.WARNING,
        title="Chapters start elsewhere in one place than in another",
        why="The same chapter leads to two moments, depending on the app.",
        fix="Run `podtool assemble`: it writes them all from one timeline.",
        example="chapters.json was edited by hand",
        find=_find_different_starts,
    ),
    CheckRule(
        id="CHAPTERS-005",
        severity=Severity.WARNING,
        title="The first chapter doesn't start at 0",
        why="Apps that read chapters from the description take none; others show a nameless first part.",
        spec="Apple Podcasts (iOS 26.2): chapters from time stamps",
        fix="Give the first segment a `title`.",
        example="a first segment without a title",
        find=_find_late_first,
    ),
    CheckRule(
        id="CHAPTERS-006",
        severity=Severity.WARNING,
        title="There are fewer than three chapters",
        why="Apps that read chapters from the description take them for ordinary times.",
        spec="Apple Podcasts (iOS 26.2): chapters from time stamps",
        fix="Give more segments a `title`, or none.",
        example="only the interview has a title",
        find=_find_few,
    ),
    CheckRule(
        id="CHAPTERS-007",
        severity=Severity.ERROR,
        title="A chapter lies behind the end of the sound",
        why="Some players refuse all chapters, others jump to the end.",
        spec="ID3v2 Chapter Frame Addendum 1.0, 3.1",
        fix="Run `podtool assemble`.",
        example="tags that were copied from a longer version",
        find=_each_file("CHAPTERS-007"),
    ),
    CheckRule(
        id="CHAPTERS-008",
        severity=Severity.ERROR,
        title="The feed's Podlove chapters aren't as apps read them",
        why="Apps that read them show no chapters.",
        spec="Podlove Simple Chapters 1.2",
        fix="Run `podtool publish`: it writes them anew.",
        example='`<psc:chapter start="1:30" …>` instead of `00:01:30.000`',
        find=_find_bad_simple_chapters,
    ),
    CheckRule(
        id="CHAPTERS-009",
        severity=Severity.WARNING,
        title="A chapter has no title",
        why="The list of chapters has an empty line.",
        fix="Run `podtool tag`, or give the chapter a title in the program that wrote it.",
        example="a CHAP frame without TIT2",
        find=_each_file("CHAPTERS-009"),
    ),
    CheckRule(
        id="CHAPTERS-010",
        severity=Severity.WARNING,
        title="There are more than 255 chapters",
        why="The tag's table of contents counts in one byte: the rest is lost.",
        spec="ID3v2 Chapter Frame Addendum 1.0, 3.2",
        fix="Give fewer segments a title.",
        example="a chapter for every question of a quiz with 300",
        find=_each_file("CHAPTERS-010"),
    ),
    CheckRule(
        id="CHAPTERS-011",
        severity=Severity.WARNING,
        title="A chapter is shorter than a second",
        why="It flashes by in the player, and can't be tapped on.",
        fix="Take the title off the short segment, or move the mark.",
        example="a titled `silence: 500 ms`",
        find=_find_short,
    ),
)
