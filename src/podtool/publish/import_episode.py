"""A feed's item → what episode.yaml is to say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from podtool.publish.html_markdown import read_prose, words_of
from podtool.publish.import_notes import Notebook
from podtool.publish.import_people import derive_appearances
from podtool.publish.import_tags import derive_both, derive_licence, read_flag, tags_named
from podtool.show.feed_facts import FeedItemFacts
from podtool.show.scalars import HIGHEST_NUMBER

Values = dict[str, Any]
_TITLE_WORDS = 8
_TYPES = ("trailer", "bonus")


def title_of(item: FeedItemFacts, published: datetime, notes: Notebook) -> str:
    """The title; for an item without one what its text begins with, or its date."""
    title = notes.line_of(item.title, "a title")
    if title:
        return title
    words = words_of(item.description or item.summary or "").split()[:_TITLE_WORDS]
    found = notes.line_of(item.itunes_title, "a title") or " ".join(words) or f"{published:%Y-%m-%d}"
    notes.add("it had no title: itunes:title, the text's first words or the date stand for it")
    return notes.line_of(found, "a title") or f"{published:%Y-%m-%d}"


def number_of(item: FeedItemFacts, what: str, notes: Notebook) -> int | None:
    """`what` is ``episode`` or ``season``: by iTunes' tag, else by Podcasting 2.0's."""
    tag = next(tags_named(item.tags, f"podcast:{what}"), None)
    text = (item.episode if what == "episode" else item.season) or (tag.text if tag else None)
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= len(str(HIGHEST_NUMBER)):
        return int(text)
    notes.add(f"itunes:{what} is no whole number, and is left out")
    return None


def derive_episode(item: FeedItemFacts, keys: Values, show: Mapping[str, Any], notes: Notebook) -> Values:
    """episode.yaml's keys, in the order in which they are written; what nobody said is left out.

    Args:
        item: the feed's.
        keys: `number`, `season`, `title`, `slug`, `published` and `guid`, which the caller has chosen.
        show: show.yaml's keys: what it says already is not said again.
        notes: takes what is told.
    """
    description, more = _prose_of(item)
    kind = (item.episode_type or "").strip().lower()
    explicit = read_flag(item.explicit)
    licence = derive_licence(item.licence, None, notes)
    values: Values = {
        "number": keys["number"],
        "season": keys["season"],
        "season_name": _attribute(item, "podcast:season", "name"),
        "display": _attribute(item, "podcast:episode", "display"),
        "title": keys["title"],
        "subtitle": _subtitle(item, notes),
        "slug": keys["slug"],
        "type": kind if kind in _TYPES else None,
        "explicit": None if explicit is None or explicit == show.get("explicit", False) else explicit,
        "published": keys["published"],
        "description": description,
        "notes": more,
        **derive_appearances(item.people, show.get("people", {}), notes),
        **({} if licence.get("licence") == show.get("licence") else licence),
        "formats": _formats(item, notes),
        **derive_both(item.tags, notes),
        "guid": keys["guid"],
    }
    if item.itunes_title and item.title and item.itunes_title != item.title:
        notes.add("itunes:title says something else than title, which is kept")
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def _prose_of(item: FeedItemFacts) -> tuple[str, str]:
    """`description` and `notes`: what the feed says short and long, each thing once."""
    short, long = item.description or item.summary or "", item.content or ""
    if not long:
        return read_prose(short, item.link), ""
    said, said_at_length = words_of(short), words_of(long)
    beginning = said.rstrip("….[] ")
    if not said or said_at_length.startswith(beginning):
        return read_prose(long, item.link), ""
    if said.startswith(said_at_length):
        return read_prose(short, item.link), ""
    return read_prose(short, item.link), read_prose(long, item.link)


def _subtitle(item: FeedItemFacts, notes: Notebook) -> str | None:
    """Where it is more than the beginning of the text, which many feeds repeat there."""
    if not item.subtitle:
        return None
    said = words_of(item.subtitle).rstrip("….[] ")
    texts = (item.description, item.summary, item.content, item.title)
    if any(words_of(text).startswith(said) for text in texts if text):
        return None
    return notes.line_of(words_of(item.subtitle), "itunes:subtitle")


def _attribute(item: FeedItemFacts, tag: str, name: str) -> str | None:
    return next((one.attributes.get(name) for one in tags_named(item.tags, tag)), None)


def _formats(item: FeedItemFacts, notes: Notebook) -> list[Values]:
    return notes.links_of(item.content_links, "podcast:contentLink")
