"""What a feed names below the show's own address, found again in the target."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from urllib.parse import unquote

from podtool.errors import PublishError
from podtool.ports import Target
from podtool.publish.public_paths import split_public_path
from podtool.publish.tree import tree_of
from podtool.show.facts import HeardFacts
from podtool.show.model import Show
from podtool.show.publication import PublishedFile
from podtool.workflow.addresses import INDEX


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A public tree by its addresses.

    Attributes:
        base: the tree's address with a slash at its end; None when the show doesn't say where it is.
        paths: all that lies in it.
    """

    base: str | None
    paths: frozenset[str]
    target: Target

    def would_hold(self, url: str) -> bool:
        """Whether an address is one of the show's own."""
        return bool(self.base) and url.startswith(self.base or "")

    def find(self, url: str) -> tuple[str, str] | None:
        """Path and sha256 of what lies at an address of the show's own; None for anything else."""
        if not self.would_hold(url):
            return None
        path = unquote(url[len(self.base or "") :].partition("?")[0].partition("#")[0])
        try:
            split_public_path(path)
        except PublishError:
            return None
        digest = self.target.digest(path) if path in self.paths else None
        return (path, digest) if digest else None

    def file(self, file: PublishedFile) -> PublishedFile:
        """A file of the feed's with path, size and digest, where it lies here."""
        home = self.find(file.url)
        content = self.target.read(home[0]) if home else None
        if home is None or content is None:
            return file
        return replace(file, path=home[0], sha256=home[1], bytes=len(content))


def shelf_of(show: Show, target: Target) -> Shelf:
    """The show's public tree."""
    return Shelf(base=tree_of(show, INDEX).base, paths=frozenset(target.paths()), target=target)


def heard_in(target: Target, rights: PublishedFile | None) -> tuple[HeardFacts, ...]:
    """When works are heard, by the `rights.json` that went out; nothing where it can't be read."""
    content = target.read(rights.path) if rights and rights.path else None
    try:
        works = json.loads(content or b"{}").get("works", [])
        return tuple(
            HeardFacts(asset=str(work["id"]), start_ms=int(start), end_ms=int(end))
            for work in works
            for start, end in work["ranges_ms"]
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ()
