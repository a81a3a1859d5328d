"""A whole feed → show.yaml, an episode.yaml for each of its items, and the ledger. Pure.

What podcast apps know episodes by (guid, enclosure, date) is kept to the letter; what podtool has no place
for is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from podtool.errors import Severity
from podtool.publish.import_dates import read_date
from podtool.publish.import_entry import EntryKeys, derive_entry, elsewhere, image_type
from podtool.publish.import_episode import derive_episode, number_of, title_of
from podtool.publish.import_homes import CHANNEL_HOMES, ITEM_HOMES
from podtool.publish.import_names import Named, Unnamed, name_all
from podtool.publish.import_notes import ImportNote, Notebook, told_once
from podtool.publish.import_show import UNKNOWN_LANGUAGE, derive_show
from podtool.publish.import_tags import read_flag, tags_named
from podtool.publish.xml_tags import clean_exactly
from podtool.show.feed_facts import FeedFacts, FeedItemFacts
from podtool.show.publication import Ledger, Publication
from podtool.show.scalars import LONGEST_LINE

Values = dict[str, Any]

EPISODES_FOLDER = "episodes"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""For an item without a date, in a feed without one: it sorts last."""
_LONGEST_GUID = 5_000
_HIDDEN = "itunes:block hid it from Apple's directory; podtool can't hide an episode"
_NO_DATE = "its date is missing or can't be understood: it gets that of the item above"


@dataclass(frozen=True, kw_only=True)
class ImportedEpisode:
    """One item: its folder below the show's, episode.yaml's keys, and its entry in the ledger."""

    folder: str
    values: Values
    entry: Publication


@dataclass(frozen=True, kw_only=True)
class ImportedFeed:
    """A show as it was published elsewhere.

    Attributes:
        show: show.yaml's keys.
        ledger: everything that went out.
        episodes: the newest first, as in most feeds.
        notes: what was mended, and what there is no place for.
        left_out: items that aren't episodes.
    """

    show: Values
    ledger: Ledger
    episodes: tuple[ImportedEpisode, ...]
    notes: tuple[ImportNote, ...]
    left_out: int = 0


def derive_import(facts: FeedFacts, address: str | None = None) -> ImportedFeed:
    """Everything that an import writes.

    Args:
        facts: the feed, read leniently.
        address: where it was fetched from; None for a file.
    """
    channel = Notebook()
    for fault in facts.faults:
        if fault.kind in ("xml", "encoding", "doctype", "namespace"):
            line = fault.line
            channel.notes.append(ImportNote(message=f"mended: {fault.message}", line=line))
    show = derive_show(facts, address, channel)
    _tell_homeless(facts.names, CHANNEL_HOMES, channel)
    if facts.copyright and "licence" not in show:
        channel.add("copyright: podtool writes it from `licence`; name one in show.yaml")
    cover = elsewhere(facts.image, image_type(facts.image), "itunes:image", channel) if facts.image else None
    items, notes = _identify(facts)
    episodes = [each for item in items if (each := _import_item(item, show, notes))]
    return ImportedFeed(
        show=show,
        ledger=Ledger(
            feed=show.get("feed"),
            guid=show.get("guid"),
            files={"cover": cover} if cover else {},
            episodes={each.folder: each.entry for each in episodes},
        ),
        episodes=tuple(episodes),
        notes=told_once([*channel.notes, *notes]),
        left_out=len(facts.items) - len(episodes),
    )


@dataclass(frozen=True, kw_only=True)
class _Identified:
    """An item with what it goes by."""

    item: FeedItemFacts
    guid: str
    published: datetime
    title: str
    number: int | None
    season: int | None
    named: Named | None = None


def _identify(facts: FeedFacts) -> tuple[list[_Identified], list[ImportNote]]:
    """The items that are episodes, each once, with guid, date and names."""
    found: list[_Identified] = []
    notes: list[ImportNote] = []
    seen: set[str] = set()
    newer = next((date for item in facts.items if (date := read_date(item.published_text))), EPOCH)
    for item in facts.items:
        book = Notebook(item=item.title or item.itunes_title or "", line=item.line, notes=notes)
        guid = _guid_of(item, book)
        if guid is None:
            continue
        if guid.strip() in seen:
            book.add("its guid is that of an item above: left out, as apps do", Severity.WARNING)
            continue
        seen.add(guid.strip())
        published = read_date(item.published_text)
        if published is None:
            book.add(_NO_DATE, Severity.WARNING)
        published = newer = published or newer
        found.append(
            _Identified(
                item=item,
                guid=guid,
                published=published,
                title=title_of(item, published, book),
                number=number_of(item, "episode", book),
                season=number_of(item, "season", book),
            )
        )
    names = name_all(
        [
            Unnamed(title=each.title, published=each.published, number=each.number, season=each.season)
            for each in found
        ]
    )
    return [replace(each, named=named) for each, named in zip(found, names, strict=True)], notes


def _guid_of(item: FeedItemFacts, book: Notebook) -> str | None:
    """To the letter; without one what apps take instead; None for what is no episode."""
    sound = next((media.url for media in item.enclosures if media.url), None)
    if sound is None:
        book.add("it has no enclosure: not an episode, left out", Severity.WARNING)
        return None
    exactly = item.guid_exactly or ""
    if not exactly.strip():
        book.add("it has no guid: the address of its sound stands for it, as in most apps", Severity.WARNING)
        return sound
    if clean_exactly(exactly) != exactly or len(exactly) > _LONGEST_GUID:
        book.add("its guid has letters that no file can keep, which are dropped", Severity.ERROR)
    return clean_exactly(exactly)[:_LONGEST_GUID]


def _import_item(
    each: _Identified, show: Mapping[str, Any], notes: list[ImportNote]
) -> ImportedEpisode | None:
    item, named = each.item, each.named
    if named is None:
        return None
    book = Notebook(item=each.title, line=item.line, notes=notes)
    folder = f"{EPISODES_FOLDER}/{named.folder}"
    keys = EntryKeys(
        folder=folder, slug=named.slug, guid=each.guid, published=each.published, number=each.number
    )
    entry = derive_entry(item, keys, show.get("language", UNKNOWN_LANGUAGE), book)
    if entry is None:
        book.add("its enclosure has no address that could be: left out", Severity.WARNING)
        return None
    chosen = {
        "number": each.number,
        "season": each.season,
        "title": each.title,
        "slug": named.slug,
        "published": each.published,
        "guid": each.guid if _fits_yaml(each.guid) else None,
    }
    _tell_homeless(item.names, ITEM_HOMES, book)
    if any(read_flag(tag.text) for tag in tags_named(item.tags, "itunes:block")):
        book.add(_HIDDEN, Severity.WARNING)
    values = derive_episode(item, chosen, show, book)
    return ImportedEpisode(folder=folder, values=values, entry=entry)


def _fits_yaml(guid: str) -> bool:
    """Whether episode.yaml can say it, too; the ledger keeps it in any case."""
    return len(guid) <= LONGEST_LINE and not any(sign.isspace() for sign in guid)


def _tell_homeless(names: tuple[str, ...], homes: frozenset[str], book: Notebook) -> None:
    for name in _homeless(names, homes):
        book.add(f"{name}: podtool has no place for it, and its feed will be without")


def _homeless(names: tuple[str, ...], homes: frozenset[str]) -> Iterator[str]:
    return (name for name in names if name not in homes)
