"""The public tree as its own pages see it: what lies in it, and how they name it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from podtool.show.credits import web_address
from podtool.show.facts import Enclosure
from podtool.show.model import Show
from podtool.show.publication import PublishedFile

Published = PublishedFile | Enclosure


@dataclass(frozen=True, kw_only=True)
class Tree:
    """The public tree as seen from one page.

    Attributes:
        base: address of the tree's root, ending in ``/``; None when nobody said where it will stand.
        page_path: POSIX path of the page in the tree.
    """

    base: str | None
    page_path: str

    @property
    def root(self) -> str:
        """From the page to the tree's root: ``../../``, or ``./`` for a page at the root."""
        return "../" * self.page_path.count("/") or "./"

    def holds(self, file: Published) -> bool:
        """Whether a published file lies in this tree."""
        if not file.path:
            return False
        return self.base is None or not web_address(file.url) or file.url.startswith(self.base)

    def href(self, file: Published) -> str | None:
        """How the page names a published file: relative inside the tree, else its https address."""
        return self.path(file.path) if self.holds(file) else web_address(file.url)

    def path(self, path: str) -> str:
        """How the page names a path of the tree."""
        return self.root + quote(path)

    def address(self, path: str) -> str | None:
        """A path's absolute address, None without a base."""
        return self.base + quote(path.removesuffix("index.html")) if self.base else None

    def beside(self, name: str) -> str | None:
        """The absolute address of a file that lies beside the page; None without a base."""
        return self.address(self.page_path.rpartition("/")[0] + "/" + name)


def tree_of(show: Show, page_path: str) -> Tree:
    """The tree that `show` publishes to: `publish.base_url`, else the folder of the feed."""
    base = web_address(show.publish.base_url)
    if base is None and (feed := web_address(show.feed)):
        base = feed.rpartition("/")[0]
        base = base if base.count("/") > 1 else feed  # https://host has no folder to cut off
    return Tree(base=base.rstrip("/") + "/" if base else None, page_path=page_path)
