"""A feed's channel → what show.yaml is to say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from podtool.publish.html_markdown import read_prose
from podtool.publish.import_notes import Notebook
from podtool.publish.import_people import derive_cast
from podtool.publish.import_tags import (
    derive_block,
    derive_both,
    derive_frequency,
    derive_licence,
    derive_remote,
    read_flag,
    tags_named,
)
from podtool.show.feed_facts import FeedFacts
from podtool.show.identity import podcast_guid
from podtool.show.podcasting import Medium
from podtool.show.scalars import parse_email, parse_language, parse_uuid, slugify

Values = dict[str, Any]

HANDLE_CHARACTERS = 40
UNKNOWN_LANGUAGE = "en"


def derive_show(facts: FeedFacts, address: str | None, notes: Notebook) -> Values:
    """show.yaml's keys, in the order in which they are written; what nobody said is left out.

    Args:
        facts: the feed.
        address: where it was fetched from, where that is known.
        notes: takes what is told.
    """
    title = notes.line_of(facts.title, "the title") or "Podcast"
    feed = feed_address(facts, address, notes)
    values: Values = {
        "title": title,
        "description": read_prose(facts.description or facts.summary or title, facts.link),
        "language": _language(facts, notes),
        "author": notes.line_of(facts.author, "itunes:author"),
        "link": notes.address_of(facts.link, "link"),
        "handle": slugify(title, HANDLE_CHARACTERS) or "podcast",
        "feed": feed,
        "guid": _guid(facts, feed, notes),
        "owner": _owner(facts, notes),
        "categories": list(dict.fromkeys(_categories(facts))),
        "explicit": read_flag(facts.explicit),
        "type": "serial" if (facts.type or "").strip().lower() == "serial" else None,
        "locked": read_flag(facts.locked),
        **derive_licence(facts.licence, facts.copyright, notes),
        "people": derive_cast(facts.people, notes),
        "funding": [
            {"url": link["url"], "label": link["name"]}
            for link in notes.links_of(facts.funding, "podcast:funding")
        ],
        **_namespace(facts, notes),
    }
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def feed_address(facts: FeedFacts, address: str | None, notes: Notebook) -> str | None:
    """The feed's own: as it says itself, else where it was fetched from."""
    said = [link.url for link in facts.links if link.rel == "self" and link.url]
    own = notes.address_of(said[0], "atom:link rel=self") if said else None
    own = own or notes.address_of(facts.new_feed, "itunes:new-feed-url")
    if address and own and address != own:
        notes.add(f"the feed says that its address is {own}: that is kept, not the one it was fetched from")
    return own or address


def _language(facts: FeedFacts, notes: Notebook) -> str:
    said = facts.language.replace("_", "-") if facts.language else None
    found = notes.read(said, "language", parse_language)
    if found is None:
        notes.add(f"it has no language: «{UNKNOWN_LANGUAGE}» stands in show.yaml; look whether that is right")
    return found or UNKNOWN_LANGUAGE


def _guid(facts: FeedFacts, feed: str | None, notes: Notebook) -> str | None:
    own = notes.read(facts.guid, "podcast:guid", lambda text: parse_uuid(text.lower()))
    return own or (podcast_guid(feed) if feed else None)


def _owner(facts: FeedFacts, notes: Notebook) -> Values | None:
    email = notes.read(facts.owner_email, "the owner's e-mail address", parse_email)
    name = notes.line_of(facts.owner_name or facts.author, "itunes:owner")
    return {"name": name, "email": email} if name and email else None


def _categories(facts: FeedFacts) -> list[str]:
    pairs = ((category.name.strip(), (category.sub or "").strip()) for category in facts.categories)
    return [f"{name} > {sub}" if sub else name for name, sub in pairs if name]


def _namespace(facts: FeedFacts, notes: Notebook) -> Mapping[str, Any]:
    """What only the Podcasting 2.0 namespace has."""
    medium = (facts.medium or "").strip()
    known = medium if medium in get_args(Medium) and medium != "podcast" else None
    if medium and known is None and medium != "podcast":
        notes.add("podcast:medium is none that podtool knows: it becomes `podcast`")
    podroll = [one for tag in tags_named(facts.tags, "podcast:podroll") for one in tag.children]
    publisher = [one for tag in tags_named(facts.tags, "podcast:publisher") for one in tag.children]
    return {
        "medium": known,
        "podroll": [derive_remote(one, notes) for one in podroll],
        "publisher": derive_remote(publisher[0], notes) if publisher else None,
        "update_frequency": derive_frequency(facts.tags, facts.language or ""),
        "block": derive_block(facts.tags),
        **derive_both(facts.tags, notes),
    }
