"""Where everything lies in the public tree, and the address of each."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from podtool.publish.tree import tree_of
from podtool.show.model import Episode, Show

MEDIA_FOLDER = "media"
EPISODES_FOLDER = "episodes"
IMAGES_FOLDER = "images"
INDEX = "index.html"
FEED_FILE = "feed.xml"
FEED_INDEX = "index.xml"


def episode_folder(episode: Episode) -> str:
    """``episodes/<slug>``."""
    return f"{EPISODES_FOLDER}/{episode.slug}"


def page_path(episode: Episode) -> str:
    """The episode's page."""
    return f"{episode_folder(episode)}/{INDEX}"


def feed_path(show: Show) -> str:
    """The feed's path in the tree: what its address has below the tree's, else ``feed.xml``.

    An address that ends in a slash is a folder's: what is served there is its index.
    """
    base = tree_of(show, INDEX).base
    if not (base and show.feed and show.feed.startswith(base)):
        return FEED_FILE
    path = unquote(urlsplit(show.feed).path[len(urlsplit(base).path) :]).lstrip("/")
    return f"{path}{FEED_INDEX}" if path.endswith("/") else path or FEED_FILE


def image_path(image: PurePosixPath) -> str:
    """A chapter's or person's image, by its path in the show."""
    return f"{IMAGES_FOLDER}/{image.as_posix().replace('/', '-')}"


def cover_path(digest: str, image: PurePosixPath) -> str:
    """The cover under a name that changes with its bytes: apps keep the old picture for an old name."""
    return f"{IMAGES_FOLDER}/{image.stem.lower()}-{digest[:8]}{image.suffix.lower()}"


def address_of(show: Show, path: str) -> str | None:
    """A path's public address; None when the show doesn't say where it is published."""
    base = tree_of(show, INDEX).base
    return base + quote(path) if base else None


def page_address(show: Show, episode: Episode) -> str | None:
    """The episode's page, with a slash at its end."""
    return address_of(show, episode_folder(episode) + "/")
