"""Feeds with one defect each: a good feed, and what is done to it (corpus/feeds.yaml)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

CORPUS = Path(__file__).parent / "corpus"
GOOD = (CORPUS / "good-feed.xml").read_text(encoding="utf-8")
LONG = "La mer monte. " * 320
BY_HAND = {
    "FEED-001": (
        ("bytes that aren't UTF-8", "Une bonne émission", "Une bonne \udce9mission"),
        ("a control character", "Une bonne émission", "Une bonne\x9bémission"),
    ),
    "FEED-017": (
        ("an item's long description", "<p>La mer monte, ", f"<p>{LONG}"),
        ("the show's long description", "Une émission où rien ne cloche.", LONG),
    ),
}
"""What no YAML file can hold, or nobody would read there: by rule, names, texts and what becomes of them."""


@dataclass(frozen=True, kw_only=True)
class FeedDefect:
    """One defect: `new` in place of `old`, the first time it occurs; `rule` finds it."""

    name: str
    rule: str
    old: str
    new: str

    @property
    def content(self) -> bytes:
        """The feed."""
        assert self.old in GOOD, self.name
        return GOOD.replace(self.old, self.new, 1).encode("utf-8", "surrogateescape")


def _defects() -> Iterator[FeedDefect]:
    written = yaml.safe_load((CORPUS / "feeds.yaml").read_text(encoding="utf-8"))
    for rule, entries in written.items():
        yield from (FeedDefect(rule=rule, **entry) for entry in entries)
    for rule, changes in BY_HAND.items():
        yield from (FeedDefect(rule=rule, name=name, old=old, new=new) for name, old, new in changes)


FEED_DEFECTS = tuple(_defects())
