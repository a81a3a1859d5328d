"""What a new feed changes for listeners, item by item, against the feed that is out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from podtool.publish.feed_reading import parse_channel
from podtool.publish.import_dates import read_date, read_duration_s
from podtool.publish.import_tags import read_flag
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
_NOT_THE_SHOW = frozenset({"item", "generator", "lastBuildDate", "pubDate", "docs", "ttl"})
"""What a channel has that says nothing of the show to listeners."""
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
        adds: of `what`, that which the item didn't say before.
        drops: of `what`, that which it no longer says.
    """

    guid: str
    title: str
    action: str
    effect: str
    what: tuple[str, ...]
    why: str
    adds: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ShowChange:
    """What becomes of the show itself in apps; as in `ItemChange`."""

    what: tuple[str, ...]
    adds: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()


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


def compare_channels(before: bytes | None, after: bytes) -> ShowChange | None:
    """What the feed says differently of the show; None where it says the same, or nothing was out."""
    old = None if before is None else parse_channel(before)
    new = parse_channel(after)
    if old is None or new is None:
        return None
    compared = _compare(old, new, _NOT_THE_SHOW)
    return ShowChange(what=compared.what, adds=compared.adds, drops=compared.drops) if compared.what else None


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
    compared = _compare(old, new)
    what = tuple(dict.fromkeys([*(["sound"] if sound else []), *compared.what]))
    if not what:
        return None
    effect, why = "safe", SEEN
    if "sound" in what:
        effect, why = "re-download", NEW_SOUND
    if "address of the sound" in what:
        effect, why = "dangerous", MOVED
    return ItemChange(
        guid=guid,
        title=title,
        action="replace",
        effect=effect,
        what=what,
        why=why,
        adds=compared.adds,
        drops=compared.drops,
    )


def _compare(old: Any, new: Any, without: Collection[str] = ()) -> ShowChange:
    """Everything in which two elements differ, in people's words."""
    was, now = _by_name(old), _by_name(new)
    words: dict[str, list[str]] = {}
    for name in sorted({*was, *now}.difference(without)):
        words.setdefault(_WORDS.get(name, name), []).append(name)
    what: list[str] = []
    adds: list[str] = []
    drops: list[str] = []
    for word, names in words.items():
        before, after = ([name for name in names if name in each] for each in (was, now))
        if word == "enclosure":
            what += _of_the_sound(old.find(word), new.find(word))
        elif any(was[name] != now.get(name) for name in before) or not before:
            what.append(word)  # one more element for what another says already is no news
            adds += [] if before else [word]
            drops += [] if after else [word]
    return ShowChange(what=tuple(what), adds=tuple(adds), drops=tuple(drops))


def _of_the_sound(old: Any, new: Any) -> Iterator[str]:
    was, now = ({} if each is None else dict(each.attrib) for each in (old, new))
    if was.get("url") != now.get("url"):
        yield "address of the sound"
    # What the old feed left open is no news.
    known = [(was.get(name), now.get(name)) for name in ("length", "type")]
    if any(before != after for before, after in known if before not in (None, "", "0")):
        yield "sound"


def _by_name(item: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for element in item.iterchildren(etree.Element):
        # A damaged feed has names that lxml itself would not take apart.
        namespace, _, name = str(element.tag).removeprefix("{").rpartition("}")
        prefix = _PREFIXES.get(namespace) or (element.prefix if namespace else None)
        key = f"{prefix}:{name}" if prefix else name
        found.setdefault(key, []).append(_said_by(element))
    return found


def _said_by(element: Any) -> tuple[Any, ...]:
    """All that an element says, whatever prefixes and line breaks it is written with."""
    children = [_said_by(child) for child in element.iterchildren(etree.Element)]
    name = element.tag if isinstance(element.tag, str) else ""
    mean = _MEANINGS.get(name.rpartition("}")[2], _words_in)
    attributes = {} if name == "guid" else element.attrib  # its text says it all
    return (name, sorted(attributes.items()), mean(element.text), children)


def _words_in(text: str | None) -> str:
    return " ".join((text or "").split())


_MEANINGS: Mapping[str, Callable[[str | None], Any]] = {
    "pubDate": lambda text: read_date(text) or _words_in(text),
    "duration": lambda text: round(read_duration_s(text)),
    "explicit": lambda text: flag if (flag := read_flag(text)) is not None else _words_in(text),
}
"""Where two ways to write say the same."""
