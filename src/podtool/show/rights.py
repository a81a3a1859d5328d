"""The works an episode uses, and how each is credited. Pure.

Source: Creative Commons' «Recommended practices for attribution» (title, author, source, licence, changes).
What nobody stated is left out or said to be missing, never guessed. What may go together says
`compatibility`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from podtool.show.licences import (
    LICENCES,
    LicenceFacts,
    describe_licence,
    facts_of,
    licence_clause,
    licence_url,
)
from podtool.show.model import Asset, Episode, Segment, Show
from podtool.show.words import say

__all__ = [  # a licence's name and address are asked for together with its credit
    "LICENCES",
    "LicenceFacts",
    "Work",
    "attribution_of",
    "collect_works",
    "describe_licence",
    "facts_of",
    "is_changed",
    "licence_clause",
    "licence_url",
    "name_work",
    "names_licence",
]


def name_work(asset: Asset, language: str) -> str:
    """Title and author in the credit's words: «« It Goes On... » par Sounds of Nowhere»."""
    if asset.attribution:
        return " ".join(asset.attribution.split()).rstrip(".")
    title = say("quoted", language, title=asset.title) if asset.title else None
    if title and asset.creator:
        return say("work_by", language, title=title, creator=asset.creator)
    if asset.creator:
        return say("untitled_by", language, creator=asset.creator)
    return title or say("untitled", language)


def attribution_of(asset: Asset, language: str, *, changed: bool = False) -> str:
    """One line that credits a work: title, author, source, licence with its address, and that it was changed.

    The creator's own `attribution`, where given, stands for title, author and source. What is missing is left
    out; a missing licence is said to be.
    """
    parts = [name_work(asset, language)]
    if asset.source and not asset.attribution:
        parts.append(say("from_source", language, source=asset.source))
    if not names_licence(asset):
        parts.append(licence_clause(asset.licence, language))
    if changed:
        parts.append(say("changed", language))
    return say("between_parts", language).join(parts)


def names_licence(asset: Asset) -> bool:
    """Whether the creator's own attribution has the licence's address in it."""
    url = licence_url(asset.licence)
    return bool(asset.attribution and url and url.rstrip("/") in asset.attribution)


@dataclass(frozen=True, kw_only=True)
class Work:
    """A work that an episode uses.

    Attributes:
        ranges_ms: when it is heard in the episode, half-open; empty for images and before a timeline exists.
        changed: whether it was cut, faded, mixed or laid under speech: an adaptation in the licences' sense;
            an image that is shown as it came, in a collection with the sound, is not.
        key: dotted path of the work in its YAML file (``assets.musique``, ``cover``).
        of_show: whether that file is show.yaml (else episode.yaml).
    """

    asset: Asset
    kind: Literal["music", "image"]
    ranges_ms: tuple[tuple[int, int], ...] = ()
    changed: bool = False
    key: str = ""
    of_show: bool = False


def collect_works(
    show: Show, episode: Episode, heard: Mapping[str, Sequence[tuple[int, int]]] | None = None
) -> tuple[Work, ...]:
    """The works heard or shown, music first, in the order of their first use; an asset not placed is none.

    Args:
        show: where assets of all episodes stand.
        episode: whose segments say what is placed; its own assets win over the show's.
        heard: by asset id, when it is heard in ms; None where no timeline was laid out: then all that the
            segments name count, without ranges.
    """
    placed = tuple(dict.fromkeys(asset for segment in episode.segments for asset in _assets_of(segment)))
    works = []
    for identifier in placed if heard is None else (name for name in heard if heard[name]):
        asset = episode.assets.get(identifier) or show.assets.get(identifier)
        if asset is None:
            continue
        works.append(
            Work(
                asset=asset,
                kind="music",
                ranges_ms=tuple(sorted(heard[identifier])) if heard else (),
                changed=asset.modified or is_changed(episode, identifier),
                key=f"assets.{identifier}",
                of_show=identifier not in episode.assets,
            )
        )
    works.sort(key=lambda work: work.ranges_ms[:1] or ((0, 0),))
    cover = episode.cover_within(show)
    if cover:
        of_show = episode.cover is None
        works.append(Work(asset=cover, kind="image", changed=cover.modified, key="cover", of_show=of_show))
    return tuple(works)


def _assets_of(segment: Segment) -> Iterator[str]:
    yield from (clip.asset for clip in segment.clips if clip.asset)
    if segment.bed:
        yield segment.bed.asset


def is_changed(episode: Episode, asset: str) -> bool:
    """Whether an asset is heard otherwise than whole and alone: cutting and mixing are adapting."""
    for segment in episode.segments:
        if segment.bed and segment.bed.asset == asset:
            return True
        clips = [clip for clip in segment.clips if clip.asset == asset]
        if not clips:
            continue
        after = next((other for other in episode.segments if other.index == segment.index + 1), None)
        mixed = (
            len(segment.clips) > 1,
            segment.bed,
            segment.effects,
            segment.fade_in,
            segment.fade_out,
            segment.crossfade,
            after and after.crossfade,
            *(clip.start or clip.end or clip.cuts for clip in clips),
        )
        if any(mixed):
            return True
    return False
