"""The views of the show's index: what the show is, how to follow it, every episode, the newest first. Pure.

A show with many episodes has several pages of fifty, and one that lists them all for whoever searches: its
search needs no server, and without a script the browser's own search does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from podtool.publish.linked_data import describe_series, render_json_ld
from podtool.publish.markdown import plain_text
from podtool.publish.page_parts import (
    Cover,
    Day,
    Head,
    NamedLink,
    derive_cover,
    derive_day,
    derive_line,
    derive_links,
    derive_policy,
    derive_prose,
    shorten,
)
from podtool.publish.tree import Tree, tree_of
from podtool.show.credits import LicenceLine, clean_line, credit_work, state_licence, web_address
from podtool.show.model import Episode, Show
from podtool.show.publication import Publication, PublishedFile
from podtool.show.rights import Work
from podtool.show.words import format_duration, say, typeset

SUMMARY_CHARACTERS = 240
EPISODES_A_PAGE = 50
SEARCHED_FROM = 8
"""Fewer episodes than that are seen at a glance."""

Listed = tuple[Episode, Publication, str]
"""An episode, what went out of it, and its summary."""


@dataclass(frozen=True, kw_only=True)
class EpisodeLine:
    """One episode in the list."""

    href: str
    number: str
    title: str
    published: Day
    duration: str
    summary: str


@dataclass(frozen=True, kw_only=True)
class SeasonGroup:
    """Episodes that follow each other in one season; no title where the show has none, or one."""

    title: str
    episodes: tuple[EpisodeLine, ...]


@dataclass(frozen=True, kw_only=True)
class IndexPage:
    """All that one page of the index shows; texts are plain unless they are `Markup`.

    Attributes:
        path: where it lies in the public tree.
        number: of the page, from 1; 0 for the one that lists every episode.
        position: «Page 2 of 11»; empty for the first page.
        search: where to search all episodes: the page that lists them; None where there are few.
        searches: whether this is that page.
    """

    head: Head
    path: str
    number: int
    position: str
    title: str
    author: str
    description: Markup
    cover: Cover | None
    feed: str | None
    link: str | None
    platforms: tuple[NamedLink, ...]
    funding: tuple[NamedLink, ...]
    licence: LicenceLine
    seasons: tuple[SeasonGroup, ...]
    newer: str | None
    older: str | None
    search: str | None
    searches: bool

    @property
    def episodes(self) -> tuple[EpisodeLine, ...]:
        """Every line of this page."""
        return tuple(line for season in self.seasons for line in season.episodes)


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """Which episodes a page lists, and what its neighbours are."""

    path: str
    number: int
    of: int
    listed: Sequence[Listed]
    newer: str | None = None
    older: str | None = None
    search: str | None = None


def index_path(number: int) -> str:
    """Where a page of the index lies; 0 is the one with every episode."""
    return "index.html" if number == 1 else f"pages/{number or 'all'}/index.html"


def derive_index_pages(
    show: Show,
    published: Sequence[tuple[Episode, Publication]],
    *,
    show_files: Mapping[str, PublishedFile] | None = None,
) -> tuple[IndexPage, ...]:
    """The pages of the show's index, the first at the root of the public tree.

    Args:
        show: the show.
        published: every episode that is out, in any order.
        show_files: the show's own public files by kind; ``cover`` is shown.
    """
    newest_first = sorted(published, key=lambda pair: (pair[1].published, pair[1].guid), reverse=True)
    listed = [
        (episode, out, shorten(plain_text(episode.description), SUMMARY_CHARACTERS))
        for episode, out in newest_first
    ]
    seasons = {episode.season for episode, _ in published if episode.season is not None}
    frame = _Frame(show=show, show_files=show_files or {}, has_seasons=len(seasons) > 1)
    return tuple(frame.derive_page(sheet) for sheet in _sheets(listed))


def derive_index_page(
    show: Show,
    published: Sequence[tuple[Episode, Publication]],
    *,
    show_files: Mapping[str, PublishedFile] | None = None,
) -> IndexPage:
    """The first page alone; arguments as for `derive_index_pages`."""
    return derive_index_pages(show, published, show_files=show_files)[0]


def _sheets(listed: Sequence[Listed]) -> list[_Sheet]:
    count = max(1, -(-len(listed) // EPISODES_A_PAGE))
    everything = index_path(0) if count > 1 else index_path(1)
    search = everything if len(listed) >= SEARCHED_FROM else None
    sheets = [
        _Sheet(
            path=index_path(number),
            number=number,
            of=count,
            listed=listed[(number - 1) * EPISODES_A_PAGE : number * EPISODES_A_PAGE],
            newer=index_path(number - 1) if number > 1 else None,
            older=index_path(number + 1) if number < count else None,
            search=search,
        )
        for number in range(1, count + 1)
    ]
    if count > 1:
        sheets.append(_Sheet(path=everything, number=0, of=count, listed=listed, search=search))
    return sheets


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """What all pages of the index have in common."""

    show: Show
    show_files: Mapping[str, PublishedFile]
    has_seasons: bool

    def derive_page(self, sheet: _Sheet) -> IndexPage:
        show, tree = self.show, tree_of(self.show, sheet.path)
        works = (
            [credit_work(Work(asset=show.cover, kind="image", key="cover"), show.language)]
            if show.cover
            else []
        )
        cover = derive_cover(show.cover, self.show_files.get("cover"), works, tree)
        licence = state_licence(show.licence, show.language, of="show")
        first = sheet.number == 1
        position = self._position(sheet)
        return IndexPage(
            head=self._head(sheet, tree, cover, licence, position),
            path=sheet.path,
            number=sheet.number,
            position=position,
            title=clean_line(show.title),
            author=clean_line(show.author or "") if first and show.author != show.title else "",
            description=derive_prose(show.description if first else "", show.language, 2),
            cover=cover,
            feed=web_address(show.feed),
            link=web_address(show.link),
            platforms=derive_links(show.platforms),
            funding=derive_links(show.funding) if first else (),
            licence=licence,
            seasons=tuple(self._seasons(sheet.listed, tree)),
            newer=tree.path(sheet.newer) if sheet.newer else None,
            older=tree.path(sheet.older) if sheet.older else None,
            search=tree.path(sheet.search) if sheet.search else None,
            searches=sheet.search == sheet.path,
        )

    def _position(self, sheet: _Sheet) -> str:
        language = self.show.language
        if sheet.number == 1:
            return ""
        if sheet.number == 0:
            return say("all_episodes", language)
        return say("page_of", language, number=sheet.number, count=sheet.of)

    def _seasons(self, listed: Sequence[Listed], tree: Tree) -> list[SeasonGroup]:
        """Newest first; a bonus between two seasons stands with the newer one."""
        groups: list[tuple[int | None, list[EpisodeLine]]] = []
        for episode, out, summary in listed:
            line = _derive_line(episode, out, summary, tree, self.show.language)
            if groups and (not self.has_seasons or episode.season in {None, groups[-1][0]}):
                groups[-1][1].append(line)
            else:
                groups.append((episode.season, [line]))
        return [
            SeasonGroup(
                title=say("season_number", self.show.language, number=season)
                if self.has_seasons and season is not None
                else "",
                episodes=tuple(lines),
            )
            for season, lines in groups
        ]

    def _head(
        self, sheet: _Sheet, tree: Tree, cover: Cover | None, licence: LicenceLine, position: str
    ) -> Head:
        show, title = self.show, clean_line(self.show.title)
        address = tree.address(sheet.path)
        series = describe_series(show, licence, cover=cover, address=tree.address("index.html"))
        json_ld = render_json_ld(series)
        whole = say("page_title", show.language, episode=position, show=title) if position else title
        return Head(
            language=show.language,
            title=whole,
            description=shorten(plain_text(show.description)),
            site=title,
            root=tree.root,
            home=tree.path("index.html"),
            canonical=address,
            feed=web_address(show.feed),
            image=cover.url if cover else None,
            audio=None,
            kind="website",
            policy=derive_policy(json_ld, cover.href if cover else None, forms=bool(sheet.search)),
            json_ld=json_ld,
            newer=tree.path(sheet.newer) if sheet.newer else None,
            older=tree.path(sheet.older) if sheet.older else None,
        )


def _derive_line(
    episode: Episode, publication: Publication, summary: str, tree: Tree, language: str
) -> EpisodeLine:
    duration_s = publication.enclosures[0].duration_s if publication.enclosures else 0.0
    number = "" if episode.number is None else say("episode_number", language, number=episode.number)
    return EpisodeLine(
        href=tree.path(f"episodes/{publication.slug}/index.html"),
        number=number,
        title=derive_line(episode.title, language),
        published=derive_day(publication.published, language),
        duration=format_duration(duration_s, language) if duration_s else "",
        summary=typeset(summary, language),
    )
