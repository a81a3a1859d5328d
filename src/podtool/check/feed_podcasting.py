"""Rules about the feed's Podcasting 2.0 tags."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from podtool.check.feed_places import channel_place, item_place, name_item
from podtool.check.rule import CheckRule, Found
from podtool.check.subject import Subject
from podtool.errors import Severity
from podtool.show.feed_facts import FeedPerson
from podtool.show.roles import GROUPS, find_role

MOST_FUNDING_CHARACTERS = 128
LICENCE_SLUGS = frozenset({"arr", "cc-by-4.0", "cc-by-nc-4.0", "cc-by-nc-nd-4.0", "pod-v4v-1.0"})


def _find_bad_guid(subject: Subject) -> Iterator[Found]:
    if subject.feed is None:
        return
    guid, place = subject.feed.guid, channel_place(subject, "guid")
    if not guid:
        yield Found(message="the feed has no podcast:guid", place=place)
        return
    try:
        UUID(guid)
    except ValueError:
        yield Found(message=f"the feed's podcast:guid «{guid}» is no UUID", place=place)


def _find_bad_locked(subject: Subject) -> Iterator[Found]:
    if subject.feed and subject.feed.locked is not None and subject.feed.locked.lower() not in ("yes", "no"):
        yield Found(
            message=f"podcast:locked is «{subject.feed.locked}»", place=channel_place(subject, "locked")
        )


def _find_bad_people(subject: Subject) -> Iterator[Found]:
    if subject.feed:
        for person in subject.feed.people:
            for complaint in _complaints(person):
                yield Found(message=f"podcast:person {complaint}", place=channel_place(subject, "people"))
    for item in subject.items:
        for person in item.people:
            for complaint in _complaints(person):
                yield Found(
                    message=f"{name_item(item)}: podcast:person {complaint}",
                    place=item_place(subject, item, "people"),
                )


def _complaints(person: FeedPerson) -> Iterator[str]:
    if not person.name.strip():
        yield "is blank"
    if person.role and find_role(person.role) is None:
        yield f"has the role «{person.role}», which isn't in the taxonomy"
    if person.group and person.group.casefold() not in {group.casefold() for group in GROUPS}:
        yield f"has the group «{person.group}», which isn't in the taxonomy"


def _find_bad_licence(subject: Subject) -> Iterator[Found]:
    licences = [(subject.feed.licence, channel_place(subject, "licence"))] if subject.feed else []
    licences += [(item.licence, item_place(subject, item, "licence")) for item in subject.items]
    for licence, place in licences:
        if licence and not licence.url and (licence.text or "").lower() not in LICENCE_SLUGS:
            yield Found(message=f"podcast:license «{licence.text or ''}» has no url", place=place)


def _find_bad_funding(subject: Subject) -> Iterator[Found]:
    for index, link in enumerate(subject.feed.funding if subject.feed else ()):
        place = channel_place(subject, f"funding.{index}")
        if not link.url:
            yield Found(message="podcast:funding has no url", place=place)
        if len(link.text or "") > MOST_FUNDING_CHARACTERS:
            yield Found(
                message=f"podcast:funding has {len(link.text or '')} characters; "
                f"apps show {MOST_FUNDING_CHARACTERS}",
                place=place,
            )


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="FEED-023",
        severity=Severity.WARNING,
        title="The feed has no podcast:guid, or one that is no UUID",
        why="If the feed moves, apps can't tell that it is the same show.",
        spec="Podcasting 2.0: guid",
        fix="Write `guid` in show.yaml (SHOW-006 says which).",
        example="`<podcast:guid>my-show</podcast:guid>`",
        find=_find_bad_guid,
    ),
    CheckRule(
        id="FEED-024",
        severity=Severity.ERROR,
        title="podcast:locked is neither yes nor no",
        why="Other platforms may import the feed against your will.",
        spec="Podcasting 2.0: locked",
        fix="Write `locked: true` or `locked: false`.",
        example="`<podcast:locked>true</podcast:locked>`",
        find=_find_bad_locked,
    ),
    CheckRule(
        id="FEED-025",
        severity=Severity.WARNING,
        title="A podcast:person is blank, or has a role that no app knows",
        why="Somebody isn't shown, or shown as a host who isn't.",
        spec="Podcasting 2.0: person, taxonomy (case-insensitive)",
        fix="Use the taxonomy's words for `role` (docs/manifest.md).",
        example='`<podcast:person role="Boss">Karl</podcast:person>`',
        find=_find_bad_people,
    ),
    CheckRule(
        id="FEED-026",
        severity=Severity.ERROR,
        title="podcast:license is neither on the list nor has an address",
        why="Nobody can tell what the licence allows.",
        spec="Podcasting 2.0: license (the list has no CC BY 2.0, BY-SA or CC0: those need url)",
        fix="Write an SPDX id that podtool knows, or `licence_url` beside it.",
        example="`<podcast:license>CC-BY-SA-4.0</podcast:license>` without url",
        find=_find_bad_licence,
    ),
    CheckRule(
        id="FEED-028",
        severity=Severity.WARNING,
        title="podcast:funding has no address, or too many words",
        why="The button does nothing, or its words are cut off.",
        spec="Podcasting 2.0: funding (url; at most 128 characters)",
        fix="Write `funding: [{url: https://…, label: …}]` with few words.",
        example="a label of 200 characters",
        find=_find_bad_funding,
    ),
)
