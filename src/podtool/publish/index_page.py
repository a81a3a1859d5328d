"""The view of the show's index: what the show is, how to follow it, every episode, the newest first. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from podtool.publish.linked_data import describe_series, render_json_ld
from podtool.publish.markdown import plain_text, render_markdown
from podtool.publish.page_parts import (
    Cover,
    Day,
    Head,
    NamedLink,
    Tree,
    derive_cover,
    derive_day,
    derive_links,
    derive_policy,
    shorten,
    tree_of,
)
from podtool.show.credits import LicenceLine, clean_line, credit_work, state_licence, web_address
from podtool.show.model import Episode, Show
from podtool.show.publication import Publication, PublishedFile
from podtool.show.rights import Work
from podtool.show.words import format_duration, say

SUMMARY_CHARACTERS = 240


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
class IndexPage:
    """All that the index shows; texts are plain unless they are `Markup`."""

    head: Head
    title: str
    author: str
    description: Markup
    cover: Cover | None
    feed: str | None
    link: str | None
    platforms: tuple[NamedLink, ...]
    funding: tuple[NamedLink, ...]
    licence: LicenceLine
    episodes: tuple[EpisodeLine, ...]


def derive_index_page(
    show: Show,
    published: Sequence[tuple[Episode, Publication]],
    *,
    show_files: Mapping[str, PublishedFile] | None = None,
) -> IndexPage:
    """The show's index at the root of the public tree.

    Args:
        show: the show.
        published: every episode that is out, in any order.
        show_files: the show's own public files by kind; ``cover`` is shown.
    """
    tree, language = tree_of(show, "index.html"), show.language
    works = [credit_work(Work(asset=show.cover, kind="image", key="cover"), language)] if show.cover else []
    cover = derive_cover(show.cover, (show_files or {}).get("cover"), works, tree)
    licence = state_licence(show.licence, language, of="show")
    newest_first = sorted(published, key=lambda pair: (pair[1].published, pair[1].guid), reverse=True)
    return IndexPage(
        head=_derive_head(show, tree, cover, licence),
        title=clean_line(show.title),
        author=clean_line(show.author or "") if show.author != show.title else "",
        description=Markup(render_markdown(show.description, first_heading=2)),  # noqa: S704 - sanitised there
        cover=cover,
        feed=web_address(show.feed),
        link=web_address(show.link),
        platforms=derive_links(show.platforms),
        funding=derive_links(show.funding),
        licence=licence,
        episodes=tuple(_derive_line(episode, out, tree, language) for episode, out in newest_first),
    )


def _derive_line(episode: Episode, publication: Publication, tree: Tree, language: str) -> EpisodeLine:
    duration_s = publication.enclosures[0].duration_s if publication.enclosures else 0.0
    number = "" if episode.number is None else say("episode_number", language, number=episode.number)
    return EpisodeLine(
        href=tree.path(f"episodes/{publication.slug}/index.html"),
        number=number,
        title=clean_line(episode.title),
        published=derive_day(publication.published, language),
        duration=format_duration(duration_s, language) if duration_s else "",
        summary=shorten(plain_text(episode.description), SUMMARY_CHARACTERS),
    )


def _derive_head(show: Show, tree: Tree, cover: Cover | None, licence: LicenceLine) -> Head:
    address = tree.address("index.html")
    json_ld = render_json_ld(describe_series(show, licence, cover=cover, address=address))
    return Head(
        language=show.language,
        title=clean_line(show.title),
        description=shorten(plain_text(show.description)),
        site=clean_line(show.title),
        root=tree.root,
        home=tree.path("index.html"),
        canonical=address,
        feed=web_address(show.feed),
        image=cover.url if cover else None,
        audio=None,
        kind="website",
        policy=derive_policy(json_ld, cover.href if cover else None),
        json_ld=json_ld,
    )
