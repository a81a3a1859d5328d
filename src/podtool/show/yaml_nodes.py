"""What YAML text is made of: scalars that stay the text that was written, lists, mappings, with places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from podtool.show.model import Place

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, kw_only=True)
class ScalarNode:
    """A piece of text; `plain` when it stood without quotes and without a tag."""

    text: str
    plain: bool
    place: Place
    size: int = 1
    height: int = 0

    @property
    def is_empty(self) -> bool:
        """Nothing, a bare ``~`` or ``null``, or quotes around nothing: as if the key were not there."""
        return not self.text.strip() or (self.plain and self.text in _NULLS)


@dataclass(frozen=True, kw_only=True)
class ListNode:
    """A sequence. `size` counts all nodes below, aliases expanded; `height` the levels."""

    items: tuple[Node, ...]
    place: Place
    size: int
    height: int
    is_empty: bool = False


@dataclass(frozen=True, kw_only=True)
class MappingNode:
    """A mapping in the order written; keys are unique."""

    entries: tuple[tuple[ScalarNode, Node], ...]
    place: Place
    size: int
    height: int
    is_empty: bool = False
    _index: dict[str, int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Indexes the keys."""
        object.__setattr__(self, "_index", {key.text: n for n, (key, _) in enumerate(self.entries)})

    def value(self, key: str) -> Node | None:
        """The value of `key`; None when it isn't written or has no value."""
        index = self._index.get(key)
        if index is None or self.entries[index][1].is_empty:
            return None
        return self.entries[index][1]

    def writes(self, key: str) -> bool:
        """Whether `key` stands there, with a value or without."""
        return key in self._index

    def place_of(self, key: str) -> Place:
        """Where `key` stands; the mapping's place when it isn't written."""
        index = self._index.get(key)
        return self.place if index is None else self.entries[index][0].place


Node = ScalarNode | ListNode | MappingNode


Outline = tuple[Any, ...] | str
"""What a node says, without where it says it."""


def outline_of(node: Node) -> Outline:
    """The same for two texts exactly where they say the same."""
    match node:
        case MappingNode():
            return ("mapping", *((key.text, outline_of(value)) for key, value in node.entries))
        case ListNode():
            return ("list", *(outline_of(item) for item in node.items))
        case _:
            return "" if node.is_empty else node.text


def walk(node: Node, path: str = "") -> Iterator[tuple[str, Place]]:
    """Every key's dotted path and place, list items by their index from 0."""
    match node:
        case MappingNode():
            for key, value in node.entries:
                below = f"{path}.{key.text}" if path else key.text
                yield below, key.place
                yield from walk(value, below)
        case ListNode():
            for index, item in enumerate(node.items):
                below = f"{path}.{index}" if path else str(index)
                yield below, item.place
                yield from walk(item, below)
