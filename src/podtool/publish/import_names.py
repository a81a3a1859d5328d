"""Folders and slugs for imported episodes: each its own, on every file system. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from podtool.show.scalars import slugify

LONGEST_SLUG = 60
"""So that a folder's name and what lies in it stay short of Windows' 260 characters."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """What an item goes by: `folder` below ``episodes/``, `slug` in addresses."""

    folder: str
    slug: str


@dataclass(frozen=True, kw_only=True)
class Unnamed:
    """What a name is made from."""

    title: str
    published: datetime
    number: int | None = None
    season: int | None = None


def name_all(items: Sequence[Unnamed]) -> tuple[Named, ...]:
    """Names in the items' order; which are given first, the earliest episode's, is told by their dates.

    ``08-titre``; ``s02e08-titre`` where seasons count anew; ``2023-09-22-titre`` without a number.
    """
    numbers = Counter(item.number for item in items if item.number is not None)
    by_date = sorted(range(len(items)), key=lambda index: (items[index].published, -index))
    slugs: dict[str, int] = {}
    folders: dict[str, int] = {}
    found: dict[int, Named] = {}
    for index in by_date:
        item = items[index]
        base = slugify(item.title, LONGEST_SLUG) or _bare(item)
        slug = _free(base, slugs)
        found[index] = Named(slug=slug, folder=_free(_folder(item, slug, numbers), folders))
    return tuple(found[index] for index in range(len(items)))


def _bare(item: Unnamed) -> str:
    """For a title without a letter that addresses could have."""
    return "episode" if item.number is None else f"episode-{item.number:02d}"


def _folder(item: Unnamed, slug: str, numbers: Mapping[int, int]) -> str:
    if item.number is None:
        return f"{item.published:%Y-%m-%d}-{slug}"
    if numbers[item.number] > 1 and item.season:
        return f"s{item.season:02d}e{item.number:02d}-{slug}"
    return f"{item.number:02d}-{slug}"


def _free(base: str, taken: dict[str, int]) -> str:
    """`base`, or with the next number behind it that is free; counted up, not searched from the start."""
    if base not in taken:
        taken[base] = 1
        return base
    while True:
        taken[base] += 1
        name = f"{base}-{taken[base]}"
        if name not in taken:
            taken[name] = 1
            return name
