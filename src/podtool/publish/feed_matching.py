"""Which episode of a show is which item of its feed, where the ledger that knew it is lost. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from podtool.show.feed_facts import FeedItemFacts
from podtool.show.scalars import slugify


@dataclass(frozen=True, kw_only=True)
class Known:
    """What an episode would be known by.

    Attributes:
        folder: relative to the show's.
        guids: the one in its YAML, and the one that podtool would make.
        page_url: its page's address.
        stem: what its media's name begins with.
    """

    folder: str
    guids: tuple[str, ...]
    page_url: str | None
    stem: str
    slug: str
    title: str
    number: int | None = None
    season: int | None = None


@dataclass(frozen=True, kw_only=True)
class Matching:
    """What was found out.

    Attributes:
        found: item's index by folder, with by what they were matched.
        doubts: items, by index, that could be several episodes; with their folders.
        strangers: items that are no episode of the show.
    """

    found: Mapping[str, tuple[int, str]]
    doubts: Mapping[int, tuple[str, ...]]
    strangers: tuple[int, ...]


def match_items(episodes: Sequence[Known], items: Sequence[FeedItemFacts]) -> Matching:
    """By the surest sign first: guid, page, the sound's name, number with title, page's name, title alone.

    What one sign has settled no weaker one takes back; a sign that fits several settles nothing.
    """
    open_items = dict(enumerate(items))
    open_episodes = {each.folder: each for each in episodes}
    found: dict[str, tuple[int, str]] = {}
    doubts: dict[int, tuple[str, ...]] = {}
    for name, of_episode, of_item in _SIGNS:
        by_sign: dict[str, list[str]] = defaultdict(list)
        for episode in open_episodes.values():
            for sign in filter(None, of_episode(episode)):
                by_sign[sign].append(episode.folder)
        claims: dict[str, list[int]] = defaultdict(list)
        for index, item in open_items.items():
            fitting = by_sign.get(of_item(item), [])
            if len(fitting) > 1:
                doubts[index] = tuple(fitting)
            for folder in fitting if len(fitting) == 1 else ():
                claims[folder].append(index)
        for folder, indexes in claims.items():
            if len(indexes) == 1:
                found[folder] = (indexes[0], name)
                del open_items[indexes[0]], open_episodes[folder]
                doubts.pop(indexes[0], None)
            else:
                doubts.update({index: (*doubts.get(index, ()), folder) for index in indexes})
    left = {index: doubts[index] for index in open_items if index in doubts}
    return Matching(
        found=found, doubts=left, strangers=tuple(index for index in open_items if index not in left)
    )


def _last_name(address: str | None) -> str:
    """``titre`` of ``https://…/titre/`` or ``…/titre.mp3``."""
    path = unquote(urlsplit(address or "").path).rstrip("/")
    return path.rpartition("/")[2].partition(".")[0].lower()


def _sound(item: FeedItemFacts) -> str:
    return _last_name(item.enclosures[0].url) if item.enclosures else ""


def _numbered(number: object, season: object, title: str | None) -> str:
    return f"{season or ''}/{number}/{slugify(title or '')}" if number is not None else ""


Sign = tuple[str, Callable[[Known], Sequence[str | None]], Callable[[FeedItemFacts], str]]
_SIGNS: tuple[Sign, ...] = (
    ("guid", lambda one: one.guids, lambda item: item.guid or ""),
    ("page", lambda one: [one.page_url], lambda item: item.link or ""),
    ("sound", lambda one: [one.stem.lower()], _sound),
    (
        "number and title",
        lambda one: [_numbered(one.number, one.season, one.title)],
        lambda item: _numbered(item.episode, item.season, item.title),
    ),
    ("page's name", lambda one: [one.slug], lambda item: _last_name(item.link)),
    ("title", lambda one: [slugify(one.title)], lambda item: slugify(item.title or "")),
)
