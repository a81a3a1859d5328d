"""Rules about what has been published: what must stay as it went out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from podtool.check.rule import CheckRule, Found, at_key, whole_file
from podtool.check.subject import Subject
from podtool.errors import Severity
from podtool.show.publication import Ledger

LEDGER_FILE = "published.yaml"


def _find_episode_guid(subject: Subject) -> Iterator[Found]:
    episode, before = subject.episode, subject.before
    if episode and before and episode.guid and episode.guid != before.guid:
        yield Found(
            message=f"`guid` is {episode.guid}; the episode went out under {before.guid}",
            place=at_key(episode.places, "guid"),
        )


def _find_show_guid(subject: Subject) -> Iterator[Found]:
    ledger, guid = subject.ledger, subject.show.guid
    if ledger and ledger.guid and guid and ledger.guid.lower() != guid.lower():
        yield Found(
            message=f"`guid` is {guid}; the show went out under {ledger.guid}",
            place=at_key(subject.show.places, "guid"),
        )


def _find_moved_media(subject: Subject) -> Iterator[Found]:
    before, after = subject.before, subject.publication
    if not (subject.episode and before and after and before.enclosures and after.enclosures):
        return
    old, new = before.enclosures[0].url, after.enclosures[0].url
    if old != new:
        yield Found(
            message=f"the sound would move from {old} to {new}", place=whole_file(subject.episode.places.file)
        )


def _find_gone(subject: Subject) -> Iterator[Found]:
    for folder in subject.gone:
        yield Found(
            message=f"{folder}/episode.yaml is gone, but the episode is published",
            place=whole_file(LEDGER_FILE),
        )


def _find_moved_feed(subject: Subject) -> Iterator[Found]:
    ledger, feed = subject.ledger, subject.show.feed
    if ledger and ledger.feed and feed and ledger.feed != feed:
        yield Found(
            message=f"the feed would move from {ledger.feed} to {feed}",
            place=at_key(subject.show.places, "feed"),
        )


def _find_not_there(subject: Subject) -> Iterator[Found]:
    if subject.public is None or subject.ledger is None:
        return
    for path, size, sha256 in _files_of(subject, subject.ledger):
        there = subject.public.get(path)
        if not path:  # it lies elsewhere, where others published it
            continue
        if there is None:
            yield Found(message=f"{subject.target}{path} is missing", place=whole_file(LEDGER_FILE))
        elif there.bytes != size or there.sha256 not in (None, sha256):
            yield Found(
                message=f"{subject.target}{path} isn't what was published", place=whole_file(LEDGER_FILE)
            )


def _files_of(subject: Subject, ledger: Ledger) -> Iterator[tuple[str, int, str]]:
    """Path, bytes and digest of what went out with the show and this episode (or all of them)."""
    yield from ((file.path, file.bytes, file.sha256) for file in ledger.files.values())
    entries = [subject.before] if subject.episode else list(ledger.in_feed.values())
    for entry in filter(None, entries):
        yield from ((media.path, media.bytes, media.sha256) for media in entry.enclosures)
        yield from ((file.path, file.bytes, file.sha256) for file in entry.files.values())


def _find_other_date(subject: Subject) -> Iterator[Found]:
    episode, before = subject.episode, subject.before
    if episode and before and episode.published and _moment(episode.published) != _moment(before.published):
        yield Found(
            message=f"`published` says {episode.published.isoformat()}; it went out on "
            f"{before.published.isoformat()}, and the feed keeps that",
            place=at_key(episode.places, "published"),
        )


def _moment(date: datetime) -> datetime:
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _find_new_sound(subject: Subject) -> Iterator[Found]:
    before, after = subject.before, subject.publication
    if not (subject.episode and before and after and before.enclosures and after.enclosures):
        return
    if before.enclosures[0].sha256 != after.enclosures[0].sha256:
        yield Found(
            message="what is built is another file than the one that is published",
            place=whole_file(subject.episode.places.file),
        )


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="LEDGER-001",
        severity=Severity.ERROR,
        title="A published episode's guid would change",
        why="Every subscriber's app would download it again and show it as new.",
        spec="RSS 2.0: guid; PSP-1: guid never changes",
        fix="Remove `guid` from episode.yaml: published.yaml keeps the right one.",
        example="`guid` was added to an episode that is out",
        find=_find_episode_guid,
    ),
    CheckRule(
        id="LEDGER-002",
        severity=Severity.ERROR,
        title="The show's guid would change",
        why="Directories and apps would take it for another show.",
        spec="Podcasting 2.0: guid (once for life)",
        fix="Put the old guid back into show.yaml.",
        example="a new `guid` after the feed moved",
        find=_find_show_guid,
    ),
    CheckRule(
        id="LEDGER-003",
        severity=Severity.ERROR,
        title="A published episode's sound would move",
        why="Players that remember the old address find nothing there.",
        spec="PSP-1: enclosure",
        fix="Keep `handle`, the episode's `number` and `base_url` as they were.",
        example="`number: 8` became `number: 9` after it was published",
        find=_find_moved_media,
    ),
    CheckRule(
        id="LEDGER-004",
        severity=Severity.ERROR,
        title="A published episode's folder is gone",
        why="The feed is made from it: the episode would vanish from everybody's app.",
        fix="Bring the folder back, or rename it back.",
        example="episodes/03-titre was deleted to make room",
        find=_find_gone,
    ),
    CheckRule(
        id="LEDGER-005",
        severity=Severity.WARNING,
        title="The feed would move",
        why="Subscribers stay at the old address unless it leads them to the new one.",
        spec="Apple Podcasts: changing the feed's address (HTTP 301)",
        fix="Have the old address answer with a permanent redirect (301) to the new one, for years.",
        example="`feed` has another host than when the show was first published",
        find=_find_moved_feed,
    ),
    CheckRule(
        id="LEDGER-006",
        severity=Severity.WARNING,
        title="A published file isn't in the target as it went out",
        why="Links in the feed lead nowhere, or to something else than the feed says.",
        fix="Run `podtool publish`, or bring the file back.",
        example="public/media/questions-asso-08.mp3 was deleted",
        find=_find_not_there,
    ),
    CheckRule(
        id="LEDGER-007",
        severity=Severity.NOTE,
        title="`published` isn't the date under which the episode went out",
        why="Nothing changes for listeners: the feed keeps the first date.",
        spec="RSS 2.0: pubDate",
        fix="Write the date that published.yaml has, or none.",
        example="`published` was moved after the episode was out",
        find=_find_other_date,
    ),
    CheckRule(
        id="LEDGER-008",
        severity=Severity.NOTE,
        title="The built sound is newer than the published one",
        why="It would go out as a new revision; apps that have the old one keep it.",
        fix="Run `podtool publish` if that is what you want.",
        example="the episode was assembled again after it was published",
        find=_find_new_sound,
    ),
)
