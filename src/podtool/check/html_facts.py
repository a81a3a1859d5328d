"""What a piece of HTML holds, as plain facts: start tags with their lines, and the title."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser


@dataclass(frozen=True, kw_only=True)
class Element:
    """A start tag: 1-based line, attributes (the first of a name counts)."""

    tag: str
    line: int
    attributes: dict[str, str]

    def get(self, name: str) -> str | None:
        """An attribute's value; None where it isn't there."""
        return self.attributes.get(name)


_KEPT_PAGES = 64


@dataclass(kw_only=True)
class HtmlFacts:
    """What was found, in the order of the text."""

    elements: list[Element] = field(default_factory=list)
    title: str = ""

    def of(self, *tags: str) -> Iterator[Element]:
        """The elements with one of these names."""
        return (element for element in self.elements if element.tag in tags)


@lru_cache(maxsize=_KEPT_PAGES)
def read_html(text: str) -> HtmlFacts:
    """The facts of a page or a piece of one, not to be changed; of broken HTML, those before the break.

    Nine rules look at each page, one after the other, and a page takes longer to read than to judge.
    """
    reader = _Reader()
    with suppress(AssertionError):  # how the standard library's parser gives up on odd declarations
        reader.feed(text)
        reader.close()
    return reader.facts


class _Reader(HTMLParser):
    """What stands in scripts and style sheets is no markup to it."""

    def __init__(self) -> None:
        super().__init__()
        self.facts = HtmlFacts()
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps the tag."""
        attributes: dict[str, str] = {}
        for name, value in attrs:
            attributes.setdefault(name, value or "")
        self.facts.elements.append(Element(tag=tag, line=self.getpos()[0], attributes=attributes))
        # An SVG has titles of its own; the page's comes first.
        self._in_title = tag == "title" and not self.facts.title

    def handle_endtag(self, tag: str) -> None:
        """Ends the title."""
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        """Keeps the title's words."""
        if self._in_title:
            self.facts.title += data
