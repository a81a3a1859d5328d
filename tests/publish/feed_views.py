"""What readers should find in a feed, told from show and items alone: nothing of `podtool.publish` tells it.

Also feeds to read: a full one, the least one, and any (Hypothesis).
"""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from feed_samples import (
    IMAGE_URLS,
    SHOW_FILES,
    make_enclosure,
    make_episode,
    make_full_item,
    make_full_show,
    make_item,
    make_publication,
    make_show,
    make_trailer,
)
from hypothesis import strategies as st

from podtool.publish.feed import FeedItem, render_feed
from podtool.show.facts import ChapterFacts, SoundbiteFacts
from podtool.show.model import Credit, Link, Person, Show
from podtool.show.podcasting import Location, SocialPost, Txt

START = datetime(2001, 2, 3, tzinfo=UTC)
ROLES = {
    "host": ("Host", "Cast"),
    "Animation": ("Host", "Cast"),
    "guest": ("Guest", "Cast"),
    "réalisation": ("Director", "Creative Direction"),
    "music": ("Music Contributor", "Audio Post-Production"),
    "montage": ("Audio Editor", "Audio Post-Production"),
}
LICENCES = {
    "CC-BY-2.0": "https://creativecommons.org/licenses/by/2.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
}


class Read:
    """A show, its items newest first, and their feed."""

    def __init__(self, show: Show, items: list[FeedItem], files: dict[str, Any] | None = None) -> None:
        self.show = show
        self.items = sorted(items, key=lambda item: item.publication.published, reverse=True)
        self.files = SHOW_FILES if files is None else files
        self.content = render_feed(show, items, files=self.files, image_urls=IMAGE_URLS)


def full() -> Read:
    return Read(make_full_show(), [make_full_item(7), make_full_item(8), make_trailer()])


def least() -> Read:
    """What a show must say, and one episode of which nobody knows more than it must have."""
    show = make_show(
        author=None,
        owner=None,
        licence=None,
        people={},
        funding=(),
        categories=(),
        publish=replace(make_show().publish, websub=None),
    )
    episode = make_episode(1, season=None, guests=(), people=(), credits=(), formats=())
    publication = make_publication(1, enclosures=(make_enclosure("un"),), chapters=(), files={})
    item = FeedItem(episode=replace(episode, number=None), publication=publication)
    return Read(show, [item], files={})


# Readers have their own ideas of entities, numbers and blank edges: their tests are test_feed_readers'.
LETTERS = st.characters(categories=["L"], max_codepoint=0x2FFF)
WORD = st.text(LETTERS | st.sampled_from("0123456789-’«»?!,"), min_size=1, max_size=9)
TEXT = st.builds(
    lambda first, words: " ".join(["A" + first, *words]).strip(), WORD, st.lists(WORD, max_size=4)
)
PEOPLE = st.builds(Person, name=TEXT, role=st.sampled_from(["host", "Animation", "guest"]))
CREDITS = st.builds(Credit, name=TEXT, role=st.sampled_from(["réalisation", "music", "montage"]))
PAGES = st.integers(1, 999).map("https://example.org/{}".format)
ZONES = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))


@st.composite
def _chapters(draw: st.DrawFn) -> tuple[ChapterFacts, ...]:
    starts = sorted(draw(st.sets(st.integers(0, 3_000_000), max_size=5)))
    return tuple(ChapterFacts(start_ms=start, end_ms=start + 1, title=draw(TEXT)) for start in starts)


@st.composite
def _items(draw: st.DrawFn, number: int, season_name: str | None) -> FeedItem:
    episode = make_episode(
        number,
        title=draw(TEXT),
        season=draw(st.none() | st.integers(1, 9)),
        season_name=season_name,
        display=draw(st.none() | WORD.map(lambda word: f"Ch. {word}")),
        type=draw(st.sampled_from(["full", "bonus"])),
        explicit=draw(st.none() | st.booleans()),
        guests=(),
        people=tuple(draw(st.lists(PEOPLE, max_size=2, unique_by=lambda person: person.name.casefold()))),
        credits=tuple(draw(st.lists(CREDITS, max_size=2, unique_by=lambda one: one.name.casefold()))),
        platforms=tuple(draw(st.lists(st.builds(Link, name=TEXT, url=PAGES), max_size=2))),
        location=tuple(draw(st.lists(st.builds(Location, name=TEXT), max_size=1))),
        social=tuple(
            draw(st.lists(st.builds(SocialPost, protocol=st.just("activitypub"), uri=PAGES), max_size=2))
        ),
        txt=tuple(draw(st.lists(st.builds(Txt, text=TEXT, purpose=st.none() | TEXT), max_size=2))),
    )
    publication = make_publication(
        number,
        published=(START + timedelta(days=number, seconds=draw(st.integers(0, 86_399)))).astimezone(
            draw(ZONES)
        ),
        chapters=draw(_chapters()),
        soundbites=tuple(
            SoundbiteFacts(start_ms=start, end_ms=start + draw(st.integers(1, 90_000)), title=draw(TEXT))
            # partytime takes a start at 0 for none.
            for start in draw(st.lists(st.integers(1, 3_000_000), max_size=2))
        ),
    )
    enclosures = (
        replace(publication.enclosures[0], bytes=draw(st.integers(1, 10**9))),
        *publication.enclosures[1 : draw(st.integers(1, 2))],
    )
    return replace(
        make_item(number), episode=episode, publication=replace(publication, enclosures=enclosures)
    )


@st.composite
def any_feed(draw: st.DrawFn) -> Read:
    """A show and up to three episodes, each with any of what it may have."""
    show = make_full_show(
        title=draw(TEXT),
        author=draw(TEXT),
        explicit=draw(st.booleans()),
        locked=draw(st.booleans()),
        people=draw(st.dictionaries(st.sampled_from("ab"), PEOPLE, max_size=1)),
        funding=tuple(draw(st.lists(st.builds(Link, name=TEXT, url=PAGES), max_size=2))),
    )
    count = draw(st.integers(1, 3))
    # One for all: partytime knows a season's name from any of its episodes.
    season_name = draw(st.none() | TEXT)
    return Read(show, [draw(_items(number, season_name)) for number in range(1, count + 1)])


# What is in a feed, in plain words


def people_of(show: Show, item: FeedItem | None) -> list[tuple[str, str, str]]:
    """Name, role and group of everybody who should be listed; hosts again where an item has a list."""
    hosts = [
        (person.name, *ROLES[person.role])
        for person in show.people.values()
        if person.role and ROLES[person.role][0] == "Host"
    ]
    if item is None:
        return hosts
    episode = item.episode
    found = [(person.name, *ROLES[person.role or "guest"]) for person in episode.people]
    found += [(person.name, *ROLES["guest"]) for person in episode.guests]
    found += [(one.name, *ROLES[one.role]) for one in episode.credits if one.role in ROLES]
    if found and not any(role == "Host" for _, role, _ in found):
        found = [*hosts, *found]
    return list(dict.fromkeys(found))


def integrity_of(sha256: str) -> str:
    return "sha256-" + base64.b64encode(bytes.fromhex(sha256)).decode()


def seconds_of(item: FeedItem) -> int:
    return int(item.publication.enclosures[0].duration_s + 0.5)


def licence_of(show: Show, item: FeedItem) -> str | None:
    licence = item.episode.licence or show.licence
    return licence.id if licence else None
