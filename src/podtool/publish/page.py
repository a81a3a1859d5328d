"""Pages from their views, and the files that all pages share."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from podtool.errors import PublishError
from podtool.publish.episode_page import EpisodePage, derive_episode_page
from podtool.publish.index_page import IndexPage, derive_index_page
from podtool.publish.templating import render_template
from podtool.publish.withdrawn_page import WithdrawnPage, derive_withdrawn_page

__all__ = [
    "PAGE_ASSETS",
    "EpisodePage",
    "IndexPage",
    "WithdrawnPage",
    "derive_episode_page",
    "derive_index_page",
    "derive_withdrawn_page",
    "read_page_assets",
    "render_episode_page",
    "render_index_page",
    "render_withdrawn_page",
]

PAGE_ASSETS = ("style.css", "player.js")
"""What every page refers to, at the root of the public tree."""


def render_episode_page(page: EpisodePage, overrides: Path | None = None) -> str:
    """The HTML of an episode's page, from ``episode.html.j2``.

    Args:
        page: the view, by `derive_episode_page`.
        overrides: the show's ``templates`` folder; what isn't there comes from podtool.

    Raises:
        PublishError: a template of the show's own is wrong.
    """
    return render_template("episode.html.j2", page.head.language, overrides, page=page, head=page.head)


def render_index_page(page: IndexPage, overrides: Path | None = None) -> str:
    """The HTML of the show's index, from ``index.html.j2``; arguments and errors as for an episode."""
    return render_template("index.html.j2", page.head.language, overrides, page=page, head=page.head)


def render_withdrawn_page(page: WithdrawnPage, overrides: Path | None = None) -> str:
    """The HTML that stays of a withdrawn episode, from ``withdrawn.html.j2``; errors as for an episode."""
    return render_template("withdrawn.html.j2", page.head.language, overrides, page=page, head=page.head)


def read_page_assets(overrides: Path | None = None) -> dict[str, bytes]:
    """Style sheet and script by file name; a file of the same name among the show's templates wins.

    Raises:
        PublishError: the show's own file can't be read.
    """
    found = {}
    for name in PAGE_ASSETS:
        own = overrides / name if overrides else None
        try:
            found[name] = (
                own.read_bytes()
                if own and own.is_file()
                else (files("podtool.publish") / "assets" / name).read_bytes()
            )
        except OSError as error:
            raise PublishError(f"templates/{name} can't be read: {error.strerror or error}") from error
    return found
