"""The works an episode uses, and how each is credited. Pure.

Source: Creative Commons' «Recommended practices for attribution» (title, author, source, licence, changes).
What nobody stated is left out or said to be missing, never guessed. What may go together says
`compatibility`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
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
    "changes_of",
    "collect_works",
    "describe_changes",
    "describe_licence",
    "facts_of",
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


def attribution_of(
    asset: Asset, language: str, *, changed: bool = False, changes: Sequence[Change] = ()
) -> str:
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
        parts.append(describe_changes(changes, language))
    return say("between_parts", language).join(parts)


Change = Literal["before", "excerpt", "faded", "effects", "bed", "mixed"]
"""What was done to a work: before it came into the show, cut to a part, faded, treated, laid under speech,
put together with other sound."""


def describe_changes(changes: Sequence[Change], language: str) -> str:
    """«œuvre modifiée : extrait, fondu»: that a work was changed, and how where it is known.

    Creative Commons 4.0, 3(a)(1)(B), and 3.0, 4(b)/(c): an adaptation says that it is one.
    """
    if not changes:
        return say("changed", language)
    told = ", ".join(say(f"change_{each}", language) for each in changes)
    return say("changed_how", language, changes=told)


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
        changes: what was done to it, where that is known.
        key: dotted path of the work in its YAML file (``assets.musique``, ``cover``).
        of_show: whether that file is show.yaml (else episode.yaml).
    """

    asset: Asset
    kind: Literal["music", "image"]
    ranges_ms: tuple[tuple[int, int], ...] = ()
    changed: bool = False
    changes: tuple[Change, ...] = ()
    key: str = ""
    of_show: bool = False

    @property
    def is_cover(self) -> bool:
        """Whether it is the cover, of the episode or the show."""
        return self.key == "cover"


def collect_works(
    show: Show, episode: Episode, heard: Mapping[str, Sequence[tuple[int, int]]] | None = None
) -> tuple[Work, ...]:
    """The works heard or shown: music in the order of its first use, cover, images; what isn't used is none.

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
        changes = changes_of(episode, asset)
        works.append(
            Work(
                asset=asset,
                kind="music",
                ranges_ms=tuple(sorted(heard[identifier])) if heard else (),
                changed=bool(changes),
                changes=changes,
                key=f"assets.{identifier}",
                of_show=identifier not in episode.assets,
            )
        )
    works.sort(key=lambda work: work.ranges_ms[:1] or ((0, 0),))
    cover = episode.cover_within(show)
    if cover:
        works.append(_image(cover, "cover", of_show=episode.cover is None))
    known = {**show.assets, **episode.assets}
    by_file = {asset.file: identifier for identifier, asset in known.items()}
    shown = dict.fromkeys(file for file in _images_of(episode) if file in by_file)
    for identifier in (by_file[file] for file in shown if cover is None or file != cover.file):
        asset = known[identifier]
        of_show = identifier not in episode.assets
        works.append(_image(asset, f"assets.{identifier}", of_show=of_show))
    return tuple(works)


def _image(asset: Asset, key: str, *, of_show: bool) -> Work:
    return Work(
        asset=asset,
        kind="image",
        changed=asset.modified,
        changes=("before",) if asset.modified else (),
        key=key,
        of_show=of_show,
    )


def _images_of(episode: Episode) -> Iterator[PurePosixPath]:
    """Images that are shown with the episode, its cover aside: of chapters, of people."""
    people = [*episode.guests, *episode.people]
    for segment in episode.segments:
        yield from (segment.image,) if segment.image else ()
        yield from (mark.image for mark in segment.chapters if mark.image)
        people += segment.people
    yield from (person.image for person in people if person.image)


def _assets_of(segment: Segment) -> Iterator[str]:
    yield from (clip.asset for clip in segment.clips if clip.asset)
    if segment.bed:
        yield segment.bed.asset


def changes_of(episode: Episode, asset: Asset) -> tuple[Change, ...]:
    """What is done to an asset that isn't heard whole and alone: cutting and mixing are adapting."""
    done = {change for segment in episode.segments for change in _changes_in(episode, segment, asset.id)}
    done |= {"before"} if asset.modified else set()
    return tuple(change for change in _CHANGES if change in done)


_CHANGES: tuple[Change, ...] = ("before", "excerpt", "faded", "effects", "bed", "mixed")


def _changes_in(episode: Episode, segment: Segment, asset: str) -> Iterator[Change]:
    bed = segment.bed if segment.bed and segment.bed.asset == asset else None
    clips = [clip for clip in segment.clips if clip.asset == asset]
    after = next((other for other in episode.segments if other.index == segment.index + 1), None)
    faded = (segment.fade_in, segment.fade_out, segment.crossfade, after and after.crossfade)
    rows: tuple[tuple[Change, bool], ...] = (
        ("bed", bed is not None),
        ("excerpt", any(clip.start or clip.end or clip.cuts for clip in clips) or bool(bed and bed.start)),
        ("faded", bool(clips and any(faded)) or bool(bed and (bed.fade_in or bed.fade_out))),
        ("effects", bool(clips and segment.effects)),
        ("mixed", bool(clips) and (len(segment.clips) > 1 or segment.bed is not None)),
    )
    yield from (change for change, is_done in rows if is_done)
