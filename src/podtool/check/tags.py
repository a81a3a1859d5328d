"""Rules about a file's tags: what players show before, and beside, the sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from podtool.check.rule import CheckRule, Find, Found, whole_file
from podtool.check.subject import MediaFacts, Subject
from podtool.errors import Severity
from podtool.show.licences import licence_url
from podtool.show.model import Episode, Show

TAG_LIMIT_BYTES = 300_000
"""Some players read no further before they begin to play."""
COVER_LIMIT_BYTES = 500_000
UNTAGGED = frozenset({"wav", "aiff", "w64", "caf"})
"""Containers that podtool writes no tags into."""
_TOLD_ELSEWHERE = ("the tag takes ", "the cover takes ", "time order")
"""What the reader of tags says that rules of their own say better."""

Look = Callable[[MediaFacts], Iterator[str]]


def _has_tags(media: MediaFacts) -> bool:
    return media.tags is not None and not (media.sound and media.sound.container in UNTAGGED)


def _lacks(field: str, words: str) -> Look:
    def look(media: MediaFacts) -> Iterator[str]:
        if media.tags and _has_tags(media) and not media.tags.values.get(field, "").strip():
            yield f"its tags have no {words}"

    return look


def _stumbles(media: MediaFacts) -> Iterator[str]:
    for problem in media.tags.problems if media.tags else ():
        if not any(words in problem for words in _TOLD_ELSEWHERE):
            yield problem
    if media.tags_trouble:
        yield media.tags_trouble


def _large_tag(media: MediaFacts) -> Iterator[str]:
    if media.tags and media.tags.tag_bytes > TAG_LIMIT_BYTES:
        yield f"its tags take {media.tags.tag_bytes // 1000} kB; {TAG_LIMIT_BYTES // 1000} kB is the limit"


def _large_cover(media: MediaFacts) -> Iterator[str]:
    if media.tags and media.tags.picture_bytes > COVER_LIMIT_BYTES:
        size = media.tags.picture_bytes // 1000
        yield f"the cover in its tags takes {size} kB; {COVER_LIMIT_BYTES // 1000} kB is the limit"


def _no_cover(media: MediaFacts) -> Iterator[str]:
    if media.tags and _has_tags(media) and media.tags.picture_type is None:
        yield "its tags have no cover"


LOOKS: dict[str, Look] = {
    "TAGS-001": _lacks("title", "title"),
    "TAGS-002": _lacks("album", "album (the show's title)"),
    "TAGS-003": _lacks("artist", "artist (the show's author)"),
    "TAGS-004": _stumbles,
    "TAGS-005": _large_tag,
    "TAGS-006": _large_cover,
    "TAGS-007": _no_cover,
}
"""The rules that need nothing but the file, by id."""


def _each_file(rule: str) -> Find:
    def find(subject: Subject) -> Iterator[Found]:
        for media in subject.media:
            for message in LOOKS[rule](media):
                yield Found(message=f"{media.path}: {message}", place=whole_file(media.path))

    return find


def _find_no_cover(subject: Subject) -> Iterator[Found]:
    """As for any file, but a show that has no cover yet is told so once, by its own rule."""
    if subject.episode and subject.episode.cover_within(subject.show):
        yield from _each_file("TAGS-007")(subject)


def _find_other_words(subject: Subject) -> Iterator[Found]:
    if subject.episode is None or subject.stale:
        return
    wanted = _wanted(subject.show, subject.episode)
    for media in subject.media:
        for field, value in wanted.items():
            said = media.tags.values.get(field) if media.tags else None
            if said and said.strip() and value and " ".join(said.split()) != " ".join(value.split()):
                yield Found(
                    message=f"{media.path}: its tags say {field} «{said}», the YAML «{value}»",
                    place=whole_file(media.path),
                )


def _wanted(show: Show, episode: Episode) -> dict[str, str | None]:
    return {
        "title": episode.title,
        "album": show.title,
        "licence_url": licence_url(episode.licence_within(show)),
    }


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="TAGS-001",
        severity=Severity.ERROR,
        title="The file's tags have no title",
        why="A downloaded file shows its file name, or «Track 1», on the car radio.",
        spec="ID3v2.4.0 frames, 4.2.1 (TIT2)",
        fix="Run `podtool tag`.",
        example="an MP3 straight from an encoder",
        find=_each_file("TAGS-001"),
    ),
    CheckRule(
        id="TAGS-002",
        severity=Severity.WARNING,
        title="The file's tags have no album",
        why="Players sort it under «unknown album», away from the show's other episodes.",
        spec="ID3v2.4.0 frames, 4.2.1 (TALB)",
        fix="Run `podtool tag`.",
        example="an MP3 whose TALB is missing",
        find=_each_file("TAGS-002"),
    ),
    CheckRule(
        id="TAGS-003",
        severity=Severity.WARNING,
        title="The file's tags have no artist",
        why="Players sort it under «unknown artist».",
        spec="ID3v2.4.0 frames, 4.2.2 (TPE1)",
        fix="Write `author` in show.yaml, then run `podtool tag`.",
        example="an MP3 whose TPE1 is missing, because the show names no author",
        find=_each_file("TAGS-003"),
    ),
    CheckRule(
        id="TAGS-004",
        severity=Severity.WARNING,
        title="A strict reader stumbles over the file's tags",
        why="Some players show no chapters, old words, or nothing at all.",
        spec="ID3v2.4.0; ID3v2 Chapter Frame Addendum 1.0",
        fix="Run `podtool tag`: it writes one ID3v2 tag in order.",
        example="an ID3v1 tag at the file's end, or a CTOC frame that doesn't list every chapter",
        find=_each_file("TAGS-004"),
    ),
    CheckRule(
        id="TAGS-005",
        severity=Severity.ERROR,
        title="The file's tags are too large",
        why="The episode starts late on a slow connection: all tags are loaded before the first sound.",
        spec="Apple Podcasts: ID3 tags of at most 300 kB",
        fix="Use smaller pictures for the chapters, or a shorter description; then run `podtool tag`.",
        example="ten chapters with a photo of 100 kB each",
        find=_each_file("TAGS-005"),
    ),
    CheckRule(
        id="TAGS-006",
        severity=Severity.ERROR,
        title="The cover in the file is too large",
        why="Some players show no cover, and all start late.",
        spec="Apple Podcasts: embedded artwork of at most 500 kB",
        fix="Run `podtool tag`: it makes the cover fit.",
        example="a PNG of 2 MB in the APIC frame",
        find=_each_file("TAGS-006"),
    ),
    CheckRule(
        id="TAGS-007",
        severity=Severity.WARNING,
        title="There is no cover in the file",
        why="A downloaded file shows a grey note where the cover should be.",
        spec="ID3v2.4.0 frames, 4.14 (APIC, type 3)",
        fix="Run `podtool tag`.",
        example="an MP3 without an APIC frame, of a show that has a cover",
        find=_find_no_cover,
    ),
    CheckRule(
        id="TAGS-008",
        severity=Severity.WARNING,
        title="The file's tags say something else than the YAML",
        why="The downloaded file has another title or licence than the page.",
        fix="Run `podtool tag`, or correct the YAML.",
        example="another program changed the title in the built file",
        find=_find_other_words,
    ),
)
