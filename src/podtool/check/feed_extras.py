"""Rules about the feed's rarer Podcasting 2.0 tags and its pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import get_args
from uuid import UUID

from podtool.check.feed_places import channel_place, complain_of_address, item_place, name_item
from podtool.check.rule import CheckRule, Found, found_elsewhere
from podtool.check.subject import Subject
from podtool.errors import Severity
from podtool.show.feed_facts import FeedTag
from podtool.show.model import Place
from podtool.show.podcasting import Medium

MOST_CHARACTERS = 128
_SECONDS = re.compile(r"\d{1,6}(?:\.\d+)?\Z")
_WHOLE = re.compile(r"[1-9]\d{0,8}\Z")
_GEO = re.compile(r"geo:-?\d+(?:\.\d+)?,-?\d+(?:\.\d+)?(?:[,;].*)?\Z")
_OSM = re.compile(r"[NWR]\d+(?:#\d+)?\Z")
_MEDIA = frozenset((*get_args(Medium), "publisher"))
PAGE_RELS = frozenset({"first", "last", "next", "previous", "prev-archive", "next-archive", "current"})

Complain = Callable[[FeedTag], Iterator[str]]


def _tags(subject: Subject, name: str, key: str) -> Iterator[tuple[str, FeedTag, Place]]:
    """Every tag of a name with what a message begins with, and where it comes from."""
    for tag in subject.feed.tags if subject.feed else ():
        if tag.name == name:
            yield "", tag, channel_place(subject, key)
    for item in subject.items:
        for tag in item.tags:
            if tag.name == name:
                yield f"{name_item(item)}: ", tag, item_place(subject, item, key)


def _find(name: str, key: str, complain: Complain) -> Callable[[Subject], Iterator[Found]]:
    def find(subject: Subject) -> Iterator[Found]:
        for before, tag, place in _tags(subject, name, key):
            for complaint in complain(tag):
                yield Found(message=f"{before}{name} {complaint}", place=place)

    return find


def _find_bad_soundbites(subject: Subject) -> Iterator[Found]:
    for before, tag, place in _tags(subject, "podcast:soundbite", "segments"):
        for name in ("startTime", "duration"):
            if not _SECONDS.match(tag.attributes.get(name, "")):
                yield Found(message=f"{before}podcast:soundbite has no {name} in seconds", place=place)
    for item in subject.items:
        if not _WHOLE.match(item.duration or ""):
            continue
        for tag in item.tags:
            start, length = (tag.attributes.get(name, "") for name in ("startTime", "duration"))
            if tag.name != "podcast:soundbite" or not (_SECONDS.match(start) and _SECONDS.match(length)):
                continue
            # itunes:duration is rounded to whole seconds.
            if float(length) == 0 or float(start) + float(length) > int(item.duration or 0) + 1:
                yield Found(
                    message=f"{name_item(item)}: the soundbite from {start} s, {length} s long, isn't inside "
                    f"the {item.duration} s of sound",
                    place=item_place(subject, item, "segments"),
                )


def _complain_of_location(tag: FeedTag) -> Iterator[str]:
    if not tag.text:
        yield "has no name"
    if len(tag.text or "") > MOST_CHARACTERS:
        yield f"has more than {MOST_CHARACTERS} characters"
    if tag.attributes.get("rel", "subject") not in ("subject", "creator"):
        yield f"has the rel «{tag.attributes['rel']}»"
    if "geo" in tag.attributes and not _GEO.match(tag.attributes["geo"]):
        yield f"has the geo «{tag.attributes['geo']}»"
    if "osm" in tag.attributes and not _OSM.match(tag.attributes["osm"]):
        yield f"has the osm «{tag.attributes['osm']}»"


def _find_bad_medium(subject: Subject) -> Iterator[Found]:
    medium = subject.feed.medium if subject.feed else None
    if medium and medium.removesuffix("L") not in _MEDIA and medium != "mixed":
        yield Found(message=f"podcast:medium is «{medium}»", place=channel_place(subject, "medium"))


def _complain_of_trailer(tag: FeedTag) -> Iterator[str]:
    if not tag.text:
        yield "has no title"
    for name in ("url", "pubdate"):
        if not tag.attributes.get(name):
            yield f"has no {name}"
    url = tag.attributes.get("url")
    if url and (complaint := complain_of_address(url)):
        yield f"{url} {complaint}"


def _complain_of_remote_items(tag: FeedTag) -> Iterator[str]:
    remote = [child for child in tag.children if child.name == "podcast:remoteItem"]
    if not remote:
        yield "names no show"
    for item in remote:
        try:
            UUID(item.attributes.get("feedGuid", ""))
        except ValueError:
            yield f"names a show by «{item.attributes.get('feedGuid', '')}», which is no podcast:guid"


def _find_bad_remote_items(subject: Subject) -> Iterator[Found]:
    for name, key in (("podcast:podroll", "podroll"), ("podcast:publisher", "publisher")):
        yield from _find(name, key, _complain_of_remote_items)(subject)


def _complain_of_txt(tag: FeedTag) -> Iterator[str]:
    if tag.attributes.get("purpose") == "ai-content" and tag.text not in ("true", "false"):
        yield f"with the purpose ai-content is «{tag.text or ''}»"
    if len(tag.attributes.get("purpose", "")) > MOST_CHARACTERS:
        yield f"has a purpose of more than {MOST_CHARACTERS} characters"


def _complain_of_frequency(tag: FeedTag) -> Iterator[str]:
    rule = tag.attributes.get("rrule", "")
    if rule and not rule.startswith("FREQ="):
        yield f"has the rrule «{rule}»"
    if "COUNT=" in rule and not tag.attributes.get("dtstart"):
        yield "counts episodes, but has no dtstart to count from"
    if len(tag.text or "") > MOST_CHARACTERS:
        yield f"has more than {MOST_CHARACTERS} characters"


def _complain_of_post(tag: FeedTag) -> Iterator[str]:
    protocol = tag.attributes.get("protocol")
    if not protocol:
        yield "has no protocol"
    if protocol != "disabled" and not tag.attributes.get("uri"):
        yield "has no uri"


def _complain_of_yes(tag: FeedTag) -> Iterator[str]:
    if tag.text != "Yes":
        yield f"is «{tag.text or ''}»"


def _find_not_yes(subject: Subject) -> Iterator[Found]:
    for name, key in (("itunes:block", "block"), ("itunes:complete", "update_frequency")):
        yield from _find(name, key, _complain_of_yes)(subject)


def _complain_of_value(tag: FeedTag) -> Iterator[str]:
    for name in ("type", "method"):
        if not tag.attributes.get(name):
            yield f"has no {name}"
    recipients = [child for child in tag.children if child.name == "podcast:valueRecipient"]
    if not recipients:
        yield "has no valueRecipient"
    for recipient in recipients:
        missing = [name for name in ("type", "address", "split") if not recipient.attributes.get(name)]
        if missing:
            yield f"has a valueRecipient without {' and '.join(missing)}"


def _find_bad_pages(subject: Subject) -> Iterator[Found]:
    place = channel_place(subject, "publish.feed_items")
    links = {link.rel: link.url for link in subject.feed.links if link.rel} if subject.feed else {}
    if "prev" in links:
        yield Found(
            message="the feed links to its page before by rel=prev; apps look for previous", place=place
        )
    for rel in sorted(PAGE_RELS.intersection(links)):
        if complaint := complain_of_address(links[rel]):
            yield Found(message=f"the feed's page {rel} {links[rel]} {complaint}", place=place)
    if ("next" in links or "previous" in links) and not {"first", "last"} <= set(links):
        yield Found(
            message="the feed is in pages, and doesn't say which is the first and the last", place=place
        )


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="FEED-033",
        severity=Severity.WARNING,
        title="A soundbite lies in sound that was cut out",
        why="The preview is missing from the feed.",
        spec="Podcasting 2.0: soundbite",
        fix="Move `at` to where the sound is kept; it is in source time.",
        example="`cuts: [[60, 120]]` and `soundbites: [{at: 70, duration: 30}]`",
        find=found_elsewhere("FEED-033"),
    ),
    CheckRule(
        id="FEED-034",
        severity=Severity.ERROR,
        title="A soundbite isn't inside the episode",
        why="Apps play something else as the preview, or nothing.",
        spec="Podcasting 2.0: soundbite (startTime, duration)",
        fix="Run `podtool assemble` and `podtool publish`.",
        example='`<podcast:soundbite startTime="3599.0" duration="60.0"/>` in an hour of sound',
        find=_find_bad_soundbites,
    ),
    CheckRule(
        id="FEED-035",
        severity=Severity.ERROR,
        title="A podcast:location can't be read",
        why="The show isn't found on maps and by its region.",
        spec="Podcasting 2.0: location (name, rel, geo by RFC 5870, osm)",
        fix="Write `location: {name: Nantes, geo: 47.2186,-1.5541, osm: R59874, country: FR}`.",
        example='`<podcast:location geo="47.2186 -1.5541">Nantes</podcast:location>`',
        find=_find("podcast:location", "location", _complain_of_location),
    ),
    CheckRule(
        id="FEED-036",
        severity=Severity.ERROR,
        title="podcast:medium is none of the namespace's",
        why="Apps may hide the show, or play it at the wrong speed.",
        spec="Podcasting 2.0: medium",
        fix="Write `medium: podcast`, or leave it out.",
        example="`<podcast:medium>radio</podcast:medium>`",
        find=_find_bad_medium,
    ),
    CheckRule(
        id="FEED-037",
        severity=Severity.ERROR,
        title="A podcast:trailer lacks its title, address or date",
        why="Apps play no trailer, or an old one.",
        spec="Podcasting 2.0: trailer (url, pubdate, a title)",
        fix="Run `podtool publish`: it is made from the episodes of `type: trailer`.",
        example='`<podcast:trailer url="…"/>`',
        find=_find("podcast:trailer", "publish", _complain_of_trailer),
    ),
    CheckRule(
        id="FEED-038",
        severity=Severity.ERROR,
        title="A recommended show, or the publisher, isn't named by its podcast:guid",
        why="Apps can't find it.",
        spec="Podcasting 2.0: podroll, publisher, remoteItem (feedGuid)",
        fix="Write the other show's podcast:guid: `podroll: [{guid: …, feed: https://…}]`.",
        example='`<podcast:remoteItem feedUrl="https://…"/>`',
        find=_find_bad_remote_items,
    ),
    CheckRule(
        id="FEED-039",
        severity=Severity.ERROR,
        title="A podcast:txt doesn't say what its purpose asks for",
        why="Whether AI was used stays unknown, or the service doesn't find its line.",
        spec="Podcasting 2.0: txt (ai-content is true or false)",
        fix="Write `ai_content: true` or `ai_content: false`.",
        example='`<podcast:txt purpose="ai-content">yes</podcast:txt>`',
        find=_find("podcast:txt", "txt", _complain_of_txt),
    ),
    CheckRule(
        id="FEED-040",
        severity=Severity.WARNING,
        title="podcast:updateFrequency can't be understood",
        why="Apps can't say when the next episode comes.",
        spec="Podcasting 2.0: updateFrequency; RFC 5545, 3.3.10",
        fix="Write `update_frequency: {text: …, rrule: FREQ=WEEKLY}`.",
        example='`<podcast:updateFrequency rrule="weekly">`',
        find=_find("podcast:updateFrequency", "update_frequency", _complain_of_frequency),
    ),
    CheckRule(
        id="FEED-041",
        severity=Severity.ERROR,
        title="A podcast:socialInteract has no protocol or no post",
        why="Nobody sees the comments.",
        spec="Podcasting 2.0: socialInteract (protocol, uri)",
        fix="Write `social: [{protocol: activitypub, uri: https://…}]`.",
        example='`<podcast:socialInteract protocol="activitypub"/>`',
        find=_find("podcast:socialInteract", "social", _complain_of_post),
    ),
    CheckRule(
        id="FEED-042",
        severity=Severity.ERROR,
        title="itunes:block or itunes:complete is there and isn't Yes",
        why="Nothing else means anything to Apple: leave it out, or the next reader takes it for yes.",
        spec="Apple Podcasts: itunes:block, itunes:complete",
        fix="Run `podtool publish`: it writes Yes or nothing.",
        example="`<itunes:block>no</itunes:block>`",
        find=_find_not_yes,
    ),
    CheckRule(
        id="FEED-043",
        severity=Severity.ERROR,
        title="A podcast:value lacks what a payment needs",
        why="Apps send no money, or to nobody.",
        spec="Podcasting 2.0: value, valueRecipient (type, method; type, address, split)",
        fix="Write `value: {recipients: [{name: …, address: …, split: 100}]}`.",
        example='`<podcast:value type="lightning" method="keysend"/>`',
        find=_find("podcast:value", "value", _complain_of_value),
    ),
    CheckRule(
        id="FEED-044",
        severity=Severity.WARNING,
        title="The feed's pages aren't linked as apps follow them",
        why="Apps show the newest episodes only.",
        spec="RFC 5005, 3 and 4: rel first, last, next, previous; absolute https addresses",
        fix="Run `podtool publish`: it writes the pages anew.",
        example='`<atom:link rel="prev" …/>`',
        find=_find_bad_pages,
    ),
)
