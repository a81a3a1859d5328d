"""What an import has to tell about a feed: what it mended, and what podtool has no place for. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from podtool.errors import Severity
from podtool.publish.xml_tags import clean_line
from podtool.show.addresses import parse_url
from podtool.show.feed_facts import FeedLink
from podtool.show.scalars import LONGEST_LINE


@dataclass(frozen=True, kw_only=True)
class ImportNote:
    """One thing about the feed.

    Attributes:
        message: the same words for every item that it is about, so that they can be counted.
        item: the title of the item; empty for the show.
        line: in the feed, 1-based; 0 for the whole.
    """

    message: str
    severity: Severity = Severity.NOTE
    item: str = ""
    line: int = 0


@dataclass
class Notebook:
    """Collects notes about the show, or about one item of its feed."""

    item: str = ""
    line: int = 0
    notes: list[ImportNote] = field(default_factory=list)

    def add(self, message: str, severity: Severity = Severity.NOTE) -> None:
        """One more."""
        self.notes.append(ImportNote(message=message, severity=severity, item=self.item, line=self.line))

    def line_of(self, text: str | None, name: str, longest: int = LONGEST_LINE) -> str | None:
        """A text on one line; what is longer than YAML's lines may be is cut, and told."""
        found = clean_line(text or "")
        if len(found) > longest:
            self.add(f"{name} was longer than {longest} characters and is cut", Severity.WARNING)
            found = found[: longest - 1].rstrip() + "…"
        return found or None

    def address_of(self, text: str | None, name: str) -> str | None:
        """A web address; one that can't be one is left out, and told."""
        found = (text or "").strip()
        if not found:
            return None
        try:
            return parse_url(found)
        except ValueError:
            self.add(f"{name} holds no web address that could be, and is left out", Severity.WARNING)
            return None

    def links_of(self, links: Iterable[FeedLink], name: str) -> list[dict[str, str]]:
        """Links with a name each, the address itself where the feed has none."""
        found = [(link, url) for link in links if (url := self.address_of(link.url, name))]
        return [{"name": self.line_of(link.text, name) or url, "url": url} for link, url in found]

    def read(self, text: str | None, name: str, parse: Callable[[str], Any]) -> Any:
        """What `parse` makes of a text; None, told, where it can't."""
        if text is None:
            return None
        try:
            return parse(text)
        except ValueError:
            self.add(f"{name} can't be understood and is left out", Severity.WARNING)
            return None


def told_once(notes: Iterable[ImportNote]) -> tuple[ImportNote, ...]:
    """Without repeats, in their order."""
    return tuple(dict.fromkeys(notes))


def count_notes(notes: Sequence[ImportNote]) -> Mapping[ImportNote, int]:
    """The first note of each kind, and how many items it is about."""
    counts = Counter((note.severity, note.message) for note in notes)
    first: dict[tuple[Severity, str], ImportNote] = {}
    for note in notes:
        first.setdefault((note.severity, note.message), note)
    return {note: counts[key] for key, note in first.items()}
