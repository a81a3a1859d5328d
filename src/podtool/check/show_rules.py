"""Rules about show.yaml: what directories, apps and listeners need to know of a show."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from podtool.check.rule import CheckRule, Found, at_key
from podtool.check.subject import Subject
from podtool.errors import Fix, Severity
from podtool.show.identity import podcast_guid
from podtool.show.model import Place

PLAYED_BY_ALL = frozenset({"mp3", "m4a"})
"""Formats that every podcast app plays; Apple takes no Opus, FLAC or WAV."""


def _place(subject: Subject, key: str) -> Place:
    return at_key(subject.show.places, key)


def _find_no_cover(subject: Subject) -> Iterator[Found]:
    if subject.show.cover is None and not subject.is_published:
        yield Found(message="the show has no cover yet", place=_place(subject, "cover"))


def _find_no_address(subject: Subject) -> Iterator[Found]:
    show = subject.show
    if show.feed is None:
        yield Found(
            message="show.yaml doesn't say under which address the feed is", place=_place(subject, "feed")
        )


def _find_no_author(subject: Subject) -> Iterator[Found]:
    if not subject.show.author:
        yield Found(message="show.yaml names no `author`", place=_place(subject, "author"))


def _find_no_link(subject: Subject) -> Iterator[Found]:
    if not subject.show.link:
        yield Found(message="show.yaml has no `link` to the show's site", place=_place(subject, "link"))


def _find_no_owner(subject: Subject) -> Iterator[Found]:
    if subject.show.owner is None:
        yield Found(message="show.yaml has no `owner`", place=_place(subject, "owner"))


def _find_no_guid(subject: Subject) -> Iterator[Found]:
    show = subject.show
    if show.guid is None and show.feed is not None:
        yield Found(
            message="show.yaml has no `guid`: a new one would be made if the feed moved",
            place=_place(subject, "guid"),
            hint=f"Write `guid: {_own_guid(subject)}`, and never change it.",
            fix=Fix(text=_own_guid(subject), add="guid", after="feed"),
        )


def _own_guid(subject: Subject) -> str:
    """The one under which the show is out; of a new show, that of its feed's address."""
    kept = subject.ledger.guid if subject.ledger else None
    return kept or podcast_guid(subject.show.feed or "")


def _find_other_guid(subject: Subject) -> Iterator[Found]:
    show = subject.show
    if show.guid and show.feed and show.guid.lower() != podcast_guid(show.feed):
        yield Found(
            message=f"`guid` isn't the one that {show.feed} gives ({podcast_guid(show.feed)})",
            place=_place(subject, "guid"),
        )


def _find_long_description(subject: Subject) -> Iterator[Found]:
    size = len(subject.show.description.encode("utf-8", "replace"))
    if size > MOST_DESCRIPTION_BYTES:
        yield Found(
            message=f"the description takes {size} bytes; apps show {MOST_DESCRIPTION_BYTES}",
            place=_place(subject, "description"),
        )


MOST_DESCRIPTION_BYTES = 4000


def _find_plain_http(subject: Subject) -> Iterator[Found]:
    show = subject.show
    for key, url in (("feed", show.feed), ("publish.base_url", show.publish.base_url)):
        if url and urlsplit(url).scheme.lower() != "https":
            yield Found(message=f"`{key}` begins with http://, not https://", place=_place(subject, key))


def _find_feed_elsewhere(subject: Subject) -> Iterator[Found]:
    feed, base = subject.show.feed, subject.show.publish.base_url
    if feed and base and not feed.startswith(base.rstrip("/") + "/"):
        yield Found(
            message=f"the feed's address doesn't lie below `base_url`, {base}, where `publish` writes it",
            place=_place(subject, "feed"),
        )


def _find_odd_format(subject: Subject) -> Iterator[Found]:
    first = subject.show.profiles[0] if subject.show.profiles else None
    if first and first.format not in PLAYED_BY_ALL:
        yield Found(
            message=f"the first profile, «{first.name}», makes {first.format}: it is what the feed gives out",
            place=_place(subject, "profiles"),
        )


def _find_empty_description(subject: Subject) -> Iterator[Found]:
    if not subject.show.description.strip():
        yield Found(message="the show's description is empty", place=_place(subject, "description"))


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="SHOW-001",
        severity=Severity.WARNING,
        title="The show has no cover yet",
        why="Apple and Spotify refuse a show without one, and listeners know it by its cover.",
        spec="Apple Podcasts: show cover; PSP-1: itunes:image",
        fix="Put a square picture (1400 to 3000 pixels) beside show.yaml; write `cover: {file: …, alt: …}`.",
        example="a show.yaml without `cover`; once something is published, FEED-004 makes it an error",
        find=_find_no_cover,
    ),
    CheckRule(
        id="SHOW-002",
        severity=Severity.WARNING,
        title="The feed has no address",
        why="Nothing can be published: a feed says where it and its media are.",
        spec="PSP-1: atom:link rel=self",
        fix="Write `feed: https://…/feed.xml` and `publish: {base_url: https://…}`.",
        example="a show.yaml without `feed`",
        find=_find_no_address,
    ),
    CheckRule(
        id="SHOW-003",
        severity=Severity.WARNING,
        title="The show has no author",
        why="Apps show nobody's name under its title, and the file's tags name no artist.",
        spec="Apple Podcasts: itunes:author",
        fix="Write `author`: a person, a team, a station.",
        example="a show.yaml without `author`",
        find=_find_no_author,
    ),
    CheckRule(
        id="SHOW-004",
        severity=Severity.NOTE,
        title="The show has no link",
        why="The feed must lead somewhere: podtool takes the published tree's first page.",
        spec="RSS 2.0: channel/link",
        fix="Write `link: https://…` if the show has a site of its own.",
        example="a show.yaml without `link`",
        find=_find_no_link,
    ),
    CheckRule(
        id="SHOW-005",
        severity=Severity.NOTE,
        title="The show names no owner",
        why="Apple stopped reading the owner's address in 2023; other directories still write to it to find "
        "out whether a show is yours.",
        spec="itunes:owner",
        fix="Write `owner: {name: …, email: …}`; everybody will be able to read it.",
        example="a show.yaml without `owner`",
        find=_find_no_owner,
    ),
    CheckRule(
        id="SHOW-006",
        severity=Severity.WARNING,
        title="The show has no guid",
        why="If its feed moves, apps and directories take it for another show.",
        spec="Podcasting 2.0: guid",
        fix="Write the `guid` that `podtool init` would have made, and never change it.",
        mends="adds it below `feed`",
        example="a show.yaml without `guid`",
        find=_find_no_guid,
    ),
    CheckRule(
        id="SHOW-007",
        severity=Severity.NOTE,
        title="The show's guid isn't made of its feed's address",
        why="That is right for a feed that moved, and wrong for a new one: then two shows may share a guid.",
        spec="Podcasting 2.0: guid (UUIDv5 of the address, once for life)",
        fix="Nothing, if the feed had another address once; else take the one that its address gives.",
        example="a `guid` that was copied from another show",
        find=_find_other_guid,
    ),
    CheckRule(
        id="SHOW-008",
        severity=Severity.WARNING,
        title="The show's description is long",
        why="Apps cut it off in the middle.",
        spec="Apple Podcasts: description of at most 4000 bytes",
        fix="Shorten it, and put the rest on the show's site.",
        example="a description of 6000 bytes",
        find=_find_long_description,
    ),
    CheckRule(
        id="SHOW-009",
        severity=Severity.ERROR,
        title="The show goes out over http",
        why="Apps and browsers refuse unencrypted media, or warn of it.",
        spec="Apple Podcasts: hosting requirements; Podcasting 2.0: https",
        fix="Write https://; most hosts have it.",
        example="`feed: http://example.org/feed.xml`",
        find=_find_plain_http,
    ),
    CheckRule(
        id="SHOW-010",
        severity=Severity.WARNING,
        title="The feed's address isn't where `publish` writes the feed",
        why="Subscribers keep the old feed for ever, while the new one lies where nobody looks.",
        spec="PSP-1: atom:link rel=self",
        fix="Make `feed` begin with `base_url`, or see to it that the file gets to its address.",
        example="`feed: https://feeds.example.org/show` with `base_url: https://example.org/`",
        find=_find_feed_elsewhere,
    ),
    CheckRule(
        id="SHOW-011",
        severity=Severity.WARNING,
        title="The feed gives out a format that not all apps play",
        why="On some devices the episode doesn't start.",
        spec="Apple Podcasts: M4A, MP3",
        fix="Make `podcast` (MP3) the first profile; the others become alternatives.",
        example="`profiles: [opus, podcast]`",
        find=_find_odd_format,
    ),
    CheckRule(
        id="SHOW-012",
        severity=Severity.WARNING,
        title="The show's description is empty",
        why="Nobody learns what it is about before they listen.",
        spec="RSS 2.0: channel/description",
        fix="Write two or three sentences.",
        example='`description: ""`',
        find=_find_empty_description,
    ),
)
