"""Rules about episode.yaml: what listeners read before they press play."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from podtool.check.rule import CheckRule, Find, Found, at_key, found_elsewhere
from podtool.check.subject import Neighbour, Subject
from podtool.errors import Severity
from podtool.show.model import Episode
from podtool.show.roles import find_role

MOST_DESCRIPTION_BYTES = 4000
_NUMBER_WORDS = r"épisode|episode|épis\.|ep\.?|ép\.?|folge|no\.?|n°|nº"
_NUMBERED = re.compile(
    rf"\s*(?:#\s*\d|(?:{_NUMBER_WORDS})\s*#?\d|(?:s\d+\s*)?e\d+\b|\d{{1,3}}\s*[.:)–—-]\s)", re.IGNORECASE
)
_BETWEEN = "-–—:|·,#"
"""What stands between a title and the show's name."""


def _episode_rule(find: Callable[[Subject, Episode], Iterator[Found]]) -> Find:
    """The finder of a rule that is silent without an episode."""
    return lambda subject: find(subject, subject.episode) if subject.episode else ()


def _is_elsewhere(subject: Subject, folder: str) -> bool:
    """Whether the sound was published by others: no file of ours is named after the episode then."""
    entry = subject.ledger.episodes.get(folder) if subject.ledger else None
    return entry is not None and entry.is_elsewhere


def _find_no_segments(subject: Subject, episode: Episode) -> Iterator[Found]:
    if not episode.segments and not _is_elsewhere(subject, episode.folder.as_posix()):
        yield Found(message="the episode has no segments yet", place=at_key(episode.places, "segments"))


def _find_no_description(_: Subject, episode: Episode) -> Iterator[Found]:
    if not episode.description.strip():
        yield Found(message="the episode has no description", place=at_key(episode.places, "description"))


def _find_no_date(_: Subject, episode: Episode) -> Iterator[Found]:
    if episode.recorded is None and episode.segments:
        yield Found(message="nobody says when it was recorded", place=at_key(episode.places, "recorded"))


def _find_number_in_title(subject: Subject, episode: Episode) -> Iterator[Found]:
    place = at_key(episode.places, "title")
    if _NUMBERED.match(episode.title):
        yield Found(message=f"the title «{episode.title}» begins with a number", place=place)
    if _has_name(episode.title.casefold(), subject.show.title.casefold()):
        yield Found(message=f"the title has the show's name in it, «{subject.show.title}»", place=place)


def _has_name(title: str, name: str) -> bool:
    """Whether a show's name stands in a title; one of a single word may be a word like any other."""
    if " " in name.strip():
        return name in title
    before, after = title.removesuffix(name), title.removeprefix(name)
    return (before != title and before.rstrip().endswith(tuple(_BETWEEN))) or (
        after != title and after.lstrip().startswith(tuple(_BETWEEN))
    )


def _find_serial_without_number(subject: Subject, episode: Episode) -> Iterator[Found]:
    if subject.show.type == "serial" and episode.type == "full" and not episode.number:
        yield Found(
            message="a serial show's episode needs a `number` from 1 on",
            place=at_key(episode.places, "number"),
        )


def _find_number_0(subject: Subject, episode: Episode) -> Iterator[Found]:
    if episode.number == 0 and subject.show.type != "serial":
        yield Found(message="the episode's number is 0", place=at_key(episode.places, "number"))


def _find_twin(subject: Subject, episode: Episode) -> Iterator[Found]:
    stem = episode.file_stem(subject.show)
    if _is_elsewhere(subject, episode.folder.as_posix()):
        return
    for other in _others(subject, episode):
        if other.stem == stem and not _is_elsewhere(subject, other.folder):
            yield Found(
                message=f"{other.folder} has the number {episode.number}, too: both would be {stem}",
                place=at_key(episode.places, "number" if episode.number is not None else "slug"),
            )


def _find_same_slug(subject: Subject, episode: Episode) -> Iterator[Found]:
    for other in _others(subject, episode):
        if other.slug == episode.slug:
            yield Found(
                message=f"{other.folder} has the slug «{episode.slug}», too",
                place=at_key(episode.places, "slug" if "slug" in episode.places.by_key else "title"),
            )


def _others(subject: Subject, episode: Episode) -> Iterator[Neighbour]:
    own = episode.folder.as_posix()
    return (other for other in subject.neighbours if other.folder != own)


def _find_overdue(subject: Subject, episode: Episode) -> Iterator[Found]:
    known = subject.now is not None and subject.ledger is not None
    if (
        known
        and episode.published
        and subject.before is None
        and subject.now
        and episode.published <= subject.now
    ):
        yield Found(
            message=f"it was to go out on {episode.published.date().isoformat()}, and isn't published",
            place=at_key(episode.places, "published"),
        )


def _find_odd_dates(subject: Subject, episode: Episode) -> Iterator[Found]:
    if episode.recorded is None:
        return
    place = at_key(episode.places, "recorded")
    if episode.published and episode.recorded > episode.published.date():
        yield Found(message="it was recorded after it was published", place=place)
    elif subject.now and episode.recorded > subject.now.date():
        yield Found(message="it was recorded on a day that is to come", place=place)


def _find_long_description(_: Subject, episode: Episode) -> Iterator[Found]:
    size = len(episode.description.encode("utf-8", "replace"))
    if size > MOST_DESCRIPTION_BYTES:
        yield Found(
            message=f"the description takes {size} bytes; the feed takes {MOST_DESCRIPTION_BYTES}",
            place=at_key(episode.places, "description"),
        )


def _find_free_roles(_: Subject, episode: Episode) -> Iterator[Found]:
    for index, credit in enumerate(episode.credits):
        if find_role(credit.role) is None:
            yield Found(
                message=f"«{credit.role}» is no role of the taxonomy: the feed leaves {credit.name} out",
                place=at_key(episode.places, f"credits.{index}.role"),
            )


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="EPISODE-001",
        severity=Severity.WARNING,
        title="The episode has no segments",
        why="There is nothing to hear yet.",
        fix="Bring recordings in with `podtool ingest --segments`, or write `segments`.",
        example="an episode.yaml straight from `podtool new`",
        find=_episode_rule(_find_no_segments),
    ),
    CheckRule(
        id="EPISODE-002",
        severity=Severity.WARNING,
        title="The episode has no description",
        why="Listeners choose by it, and search finds the episode by it.",
        spec="PSP-1: item/description",
        fix="Write `description`: who is heard, and about what.",
        example="an episode.yaml without `description`",
        find=_episode_rule(_find_no_description),
    ),
    CheckRule(
        id="EPISODE-003",
        severity=Severity.NOTE,
        title="The day of recording isn't known",
        why="Who listens in five years can't tell what «this year» meant.",
        fix="Write `recorded: 2023-09-22`.",
        example="an episode.yaml without `recorded`",
        find=_episode_rule(_find_no_date),
    ),
    CheckRule(
        id="EPISODE-004",
        severity=Severity.WARNING,
        title="The title has a number or the show's name in it",
        why="Apps show both beside it anyway; on a small screen the real title is cut off.",
        spec="Apple Podcasts: item/title",
        fix="Leave them out: `number` and the show's `title` say it.",
        example='`title: "Épisode 8 : Le numérique"`',
        find=_episode_rule(_find_number_in_title),
    ),
    CheckRule(
        id="EPISODE-005",
        severity=Severity.ERROR,
        title="An episode of a serial show has no number",
        why="Apps play a serial from its first episode on, and can't tell where this one belongs.",
        spec="Apple Podcasts: itunes:episode (serial shows; non-zero)",
        fix="Write `number`, or make the show `type: episodic`.",
        example="`type: serial` in show.yaml, and an episode without `number`",
        find=_episode_rule(_find_serial_without_number),
    ),
    CheckRule(
        id="EPISODE-006",
        severity=Severity.NOTE,
        title="The episode's number is 0",
        why="Feeds can't say 0: apps show no number.",
        spec="Apple Podcasts: itunes:episode (non-zero)",
        fix="Make it a `type: trailer` without a number, or start with 1.",
        example="`number: 0`",
        find=_episode_rule(_find_number_0),
    ),
    CheckRule(
        id="EPISODE-007",
        severity=Severity.ERROR,
        title="Two episodes would have the same file name",
        why="One would overwrite the other's sound for everybody.",
        fix="Give one of them another `number`; numbers go on through the seasons.",
        example="two episodes with `number: 8`",
        find=_episode_rule(_find_twin),
    ),
    CheckRule(
        id="EPISODE-008",
        severity=Severity.ERROR,
        title="Two episodes would have the same page",
        why="One would overwrite the other's page, chapters and links.",
        fix="Give one of them another `slug`.",
        example="two episodes called «Interview», without `slug`",
        find=_episode_rule(_find_same_slug),
    ),
    CheckRule(
        id="EPISODE-009",
        severity=Severity.NOTE,
        title="The episode is due and not published",
        why="Listeners wait for it.",
        fix="Run `podtool publish`.",
        example="`published: 2023-09-29`, and the ledger doesn't know the episode",
        find=_episode_rule(_find_overdue),
    ),
    CheckRule(
        id="EPISODE-010",
        severity=Severity.WARNING,
        title="The dates contradict each other",
        why="The page says that it was recorded after it came out.",
        fix="Correct `recorded` or `published`.",
        example="`recorded: 2032-09-22` instead of 2023",
        find=_episode_rule(_find_odd_dates),
    ),
    CheckRule(
        id="EPISODE-011",
        severity=Severity.WARNING,
        title="The episode's description is long",
        why="Apps, and the feed, cut it off; all of it stays on the page.",
        spec="Apple Podcasts: description of at most 4000 bytes",
        fix="Put the long text into `notes`.",
        example="a description of 6000 bytes",
        find=_episode_rule(_find_long_description),
    ),
    CheckRule(
        id="EPISODE-012",
        severity=Severity.NOTE,
        title="A credit's role isn't in the taxonomy",
        why="Page and tags name them; apps that show people by role don't.",
        spec="Podcasting 2.0: person, taxonomy",
        fix="Nothing, if there is no such role; else use the taxonomy's word (docs/manifest.md).",
        example="`role: moral support`",
        find=_episode_rule(_find_free_roles),
    ),
    CheckRule(
        id="EPISODE-013",
        severity=Severity.ERROR,
        title="An effect is unknown, or its options are wrong",
        why="The clip can't be made as it is meant.",
        fix="See the list of effects in the manifest reference.",
        example="`effects: [{name: low_pass_filter, cutof: 3000}]`",
        find=found_elsewhere("EPISODE-013"),
    ),
    CheckRule(
        id="TIMELINE-001",
        severity=Severity.ERROR,
        title="Segments don't fit together",
        why="The episode can't be laid out.",
        fix="Shorten the fade or crossfade, or give the segment more of its recording.",
        example="`crossfade: 5s` into a segment of three seconds",
        find=found_elsewhere("TIMELINE-001"),
    ),
)
