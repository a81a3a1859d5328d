"""Pages from their views, and the files that all pages share."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from podtool.errors import PublishError
from podtool.publish.embedding import EMBED_FILE, OEMBED_FILE, render_oembed
from podtool.publish.episode_page import EpisodePage, derive_episode_page
from podtool.publish.index_page import IndexPage, derive_index_page, derive_index_pages
from podtool.publish.templating import render_template
from podtool.publish.withdrawn_page import WithdrawnPage, derive_withdrawn_page

__all__ = [
    "PAGE_ASSETS",
    "EpisodePage",
    "IndexPage",
    "WithdrawnPage",
    "derive_episode_page",
    "derive_index_page",
    "derive_index_pages",
    "derive_withdrawn_page",
    "read_page_assets",
    "render_embed_files",
    "render_episode_page",
    "render_index_page",
    "render_withdrawn_page",
]

STYLE, CUSTOM_STYLE = "style.css", "custom.css"
PAGE_ASSETS = (STYLE, "player.js", "transcript.js", "search.js")
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


def render_embed_files(page: EpisodePage, overrides: Path | None = None) -> dict[str, str]:
    """What lies beside an episode's page for other people's: the player alone, and its oEmbed document.

    By file name; empty without sound. The player is made from ``embed.html.j2``; errors as for an episode.
    """
    if page.player is None:
        return {}
    head = page.head
    found = {EMBED_FILE: render_template("embed.html.j2", head.language, overrides, page=page, head=head)}
    if page.embed_code:
        found[OEMBED_FILE] = render_oembed(
            title=page.title, show=page.show, home=page.home, code=page.embed_code
        )
    return found


def render_index_page(page: IndexPage, overrides: Path | None = None) -> str:
    """The HTML of the show's index, from ``index.html.j2``; arguments and errors as for an episode."""
    return render_template("index.html.j2", page.head.language, overrides, page=page, head=page.head)


def render_withdrawn_page(page: WithdrawnPage, overrides: Path | None = None) -> str:
    """The HTML that stays of a withdrawn episode, from ``withdrawn.html.j2``; errors as for an episode."""
    return render_template("withdrawn.html.j2", page.head.language, overrides, page=page, head=page.head)


def read_page_assets(overrides: Path | None = None) -> dict[str, bytes]:
    """Style sheet and scripts by file name; a file of the same name among the show's templates wins.

    What the show's ``custom.css`` says comes last in the style sheet.

    Raises:
        PublishError: the show's own file can't be read.
    """
    found = {
        name: _read_own(overrides, name) or (files("podtool.publish") / "assets" / name).read_bytes()
        for name in PAGE_ASSETS
    }
    if custom := _read_own(overrides, CUSTOM_STYLE):
        found[STYLE] += b"\n" + custom
    return found


def _read_own(overrides: Path | None, name: str) -> bytes | None:
    own = overrides / name if overrides else None
    try:
        return own.read_bytes() if own and own.is_file() else None
    except OSError as error:
        raise PublishError(
            f"templates/{name} can't be read: {error.strerror or error}", hint="look at its permissions"
        ) from error
