"""What a new feed changes for listeners, item by item, against the feed that is out. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from podtool.publish.feed_reading import parse_channel
from podtool.publish.xml_tags import NAMESPACES

SEEN = "seen by apps at their next refresh"
NEW_ITEM = "a new episode: apps that download by themselves fetch it"
GONE = "goes from apps' lists; whoever has downloaded it keeps it"
NEW_SOUND = (
    "new sound under the same guid and address: whoever streams it, or downloads it from now on, gets it; "
    "apps that have downloaded it keep the old one until it is deleted and fetched again; services that keep "
    "copies of their own take it over when they next read the feed, or never"
)
MOVED = "players that remember the old address find nothing new there, and some download the episode again"

_WORDS: Mapping[str, str] = {
    "title": "title",
    "itunes:title": "title",
    "description": "description",
    "content:encoded": "description",
    "itunes:summary": "description",
    "itunes:subtitle": "description",
    "link": "page",
    "pubDate": "date",
    "itunes:duration": "duration",
    "itunes:image": "cover",
    "podcast:images": "cover",
    "podcast:image": "cover",
    "podcast:chapters": "chapters",
    "psc:chapters": "chapters",
    "podcast:transcript": "transcript",
    "podcast:person": "people",
    "podcast:license": "licence",
    "podcast:alternateEnclosure": "other formats",
    "podcast:contentLink": "links",
    "itunes:explicit": "explicit",
    "itunes:season": "season",
    "itunes:episode": "number",
    "podcast:season": "season",
    "podcast:episode": "number",
    "itunes:episodeType": "type",
}
"""What people call what an element says."""
_PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items()}


@dataclass(frozen=True, kw_only=True)
class ItemChange:
    """What becomes of an episode in apps.

    Attributes:
        guid: the item's.
        title: the new one, else the old.
        action: ``add``, ``replace``, ``remove``.
        effect: ``safe``, ``re-download`` or ``dangerous``.
        what: what is another: ``title``, ``description``, ``sound``, …
        why: what that means for listeners.
    """

    guid: str
    title: str
    action: str
    effect: str
    what: tuple[str, ...]
    why: str


def guids_of(feed: bytes | None) -> tuple[str, ...]:
    """The guids of a feed's items, in its order; none where there is no feed, or none that can be read."""
    return tuple(_items(feed))


def compare_feeds(
    before: bytes | None, after: bytes, replaced: Collection[str] = ()
) -> tuple[ItemChange, ...]:
    """Every item that is another, in the new feed's order; then those that go.

    Args:
        before: the feed that is out; None before the first.
        after: the new one.
        replaced: guids whose sound is new even if nothing in the item tells.
    """
    old, new = _items(before), _items(after)
    changes = [
        change
        for guid, item in new.items()
        if (change := _compared(guid, old.get(guid), item, sound=guid in replaced))
    ]
    gone = [
        ItemChange(guid=guid, title=_text(item, "title"), action="remove", effect="safe", what=(), why=GONE)
        for guid, item in old.items()
        if guid not in new
    ]
    return (*changes, *gone)


def _items(feed: bytes | None) -> dict[str, Any]:
    channel = None if feed is None else parse_channel(feed)
    if channel is None:
        return {}
    return {_text(item, "guid"): item for item in channel.iterfind("item")}


def _text(item: Any, tag: str) -> str:
    return (item.findtext(tag) or "").strip()


def _compared(guid: str, old: Any, new: Any, *, sound: bool) -> ItemChange | None:
    title = _text(new, "title")
    if old is None:
        return ItemChange(guid=guid, title=title, action="add", effect="safe", what=(), why=NEW_ITEM)
    what = tuple(dict.fromkeys([*(["sound"] if sound else []), *_differences(old, new)]))
    if not what:
        return None
    effect, why = "safe", SEEN
    if "sound" in what:
        effect, why = "re-download", NEW_SOUND
    if "address of the sound" in what:
        effect, why = "dangerous", MOVED
    return ItemChange(guid=guid, title=title, action="replace", effect=effect, what=what, why=why)


def _differences(old: Any, new: Any) -> Iterator[str]:
    was, now = _by_name(old), _by_name(new)
    for name in sorted({*was, *now}):
        if name == "enclosure":
            yield from _of_the_sound(old.find(name), new.find(name))
        elif was.get(name) != now.get(name):
            yield _WORDS.get(name, name)


def _of_the_sound(old: Any, new: Any) -> Iterator[str]:
    was, now = ({} if each is None else dict(each.attrib) for each in (old, new))
    if was.get("url") != now.get("url"):
        yield "address of the sound"
    if was.get("length") != now.get("length") or was.get("type") != now.get("type"):
        yield "sound"


def _by_name(item: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for element in item.iterchildren(etree.Element):
        name = etree.QName(element)
        prefix = _PREFIXES.get(name.namespace or "", name.namespace)
        key = f"{prefix}:{name.localname}" if prefix else name.localname
        found.setdefault(key, []).append(_said_by(element))
    return found


def _said_by(element: Any) -> tuple[Any, ...]:
    """All that an element says, whatever prefixes and line breaks it is written with."""
    children = [_said_by(child) for child in element.iterchildren(etree.Element)]
    return (element.tag, sorted(element.attrib.items()), (element.text or "").strip(), children)
