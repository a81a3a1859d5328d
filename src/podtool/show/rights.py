"""The works an episode uses, how each is credited, and whether the episode may carry its licence. Pure.

Sources: Creative Commons' «Recommended practices for attribution» (title, author, source, licence, changes)
for the wording; its compatibility chart and the licences' sections on adaptations for the verdicts. What
nobody stated is left out or said to be missing, never guessed.
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
from podtool.show.model import Asset, Episode, Licence, Segment, Show
from podtool.show.words import say

__all__ = [  # a licence's name and address are asked for together with its credit
    "LICENCES",
    "Finding",
    "LicenceFacts",
    "Work",
    "attribution_of",
    "collect_works",
    "describe_licence",
    "facts_of",
    "find_conflicts",
    "find_missing_facts",
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
        changed: whether it was cut, faded, mixed or laid under speech: an adaptation in the licences' sense.
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
                changed=is_changed(episode, identifier),
                key=f"assets.{identifier}",
                of_show=identifier not in episode.assets,
            )
        )
    works.sort(key=lambda work: work.ranges_ms[:1] or ((0, 0),))
    cover = episode.cover_within(show)
    if cover:
        works.append(Work(asset=cover, kind="image", key="cover", of_show=episode.cover is None))
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


Clause = Literal[
    "unknown-licence",
    "missing-creator",
    "missing-title",
    "unlisted-licence",
    "share-alike",
    "non-commercial",
    "no-derivatives",
    "all-rights-reserved",
]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something about a work's rights that an editor must look at.

    Attributes:
        work: the work it is about.
        clause: which fact is missing, or which clause of the work's licence stands against the episode's.
        certain: False where it depends on what only people know.
        key: dotted path in the YAML file where it would be mended.
        message: what is wrong, in one sentence (English, as all of the command line).
        way_out: what to do about it.
    """

    work: Work
    clause: Clause
    certain: bool
    key: str
    message: str
    way_out: str


def _call(work: Work) -> str:
    name = work.asset.title or work.asset.id
    return f"{'music' if work.kind == 'music' else 'cover'} «{name}»"


def find_missing_facts(works: Sequence[Work]) -> Iterator[Finding]:
    """What a credit would need and nobody stated: licence, creator, title."""
    for work in works:
        asset, words = work.asset, bool(work.asset.attribution)
        facts = facts_of(asset.licence)
        rows: tuple[tuple[bool, Clause, str, str, str], ...] = (
            (asset.licence is None, "unknown-licence", "licence", "its licence isn't stated",
             "ask its creator, or look where it came from; if nobody can tell, use another work"),
            (not asset.creator and not words, "missing-creator", "creator", "its creator isn't stated",
             "add `creator`: most licences ask that the author be named"),
            (not asset.title and not words and work.kind == "music", "missing-title", "title",
             "its title isn't stated", "add `title`, so that listeners can find it"),
            (asset.licence is not None and facts is None, "unlisted-licence", "licence",
             f"podtool doesn't know the terms of {asset.licence.id if asset.licence else ''}",
             "read them, and make sure that they allow this use under the episode's licence"),
        )  # fmt: skip
        for missing, clause, field, message, way_out in rows:
            if missing:
                yield Finding(
                    work=work,
                    clause=clause,
                    certain=clause != "unlisted-licence",
                    key=f"{work.key}.{field}",
                    message=f"{_call(work)}: {message}",
                    way_out=way_out,
                )


def find_conflicts(works: Sequence[Work], licence: Licence | None) -> Iterator[Finding]:
    """Works whose licence doesn't let the episode carry `licence`; nothing where either is unknown.

    A cover shown beside the sound stays a work of its own (a collection): its clauses are uncertain.
    """
    episode = facts_of(licence)
    if episode is None:
        return
    for work in works:
        facts = facts_of(work.asset.licence)
        if facts is None:
            continue
        for clause, message, way_out in _clashes(work, facts, episode):
            yield Finding(
                work=work,
                clause=clause,
                certain=work.kind == "music" and (work.changed or clause != "share-alike"),
                key=f"{work.key}.licence",
                message=f"{_call(work)} is {facts.name}: {message}",
                way_out=way_out,
            )


def _clashes(work: Work, facts: LicenceFacts, episode: LicenceFacts) -> Iterator[tuple[Clause, str, str]]:
    replace = f"replace {work.asset.id or 'it'}"
    if facts.family == "reserved":
        if episode.family != "reserved":
            yield (
                "all-rights-reserved",
                f"the episode can't pass it on under {episode.name}",
                (
                    f"get a permission that covers {episode.name} and state it (`LicenseRef-…` "
                    f"with `licence_url`), or {replace}"
                ),
            )
        return
    if facts.non_commercial and not episode.non_commercial and episode.family != "reserved":
        yield (
            "non-commercial",
            f"it may not go into an episode that allows commercial use ({episode.name})",
            (f"publish under {_with_non_commercial(facts)}, or {replace}"),
        )
    if facts.no_derivatives and work.changed:
        yield (
            "no-derivatives",
            "it may not be adapted, and cutting or mixing it is adapting",
            (f"play it whole and alone, ask its creator, or {replace}"),
        )
    if facts.share_alike and not _carries_on(facts, episode):
        yield (
            "share-alike",
            f"what is made from it must carry its licence, not {episode.name}",
            (f"publish under {facts.name} or a later version, or {replace}"),
        )


def _with_non_commercial(facts: LicenceFacts) -> str:
    return f"CC {'BY-NC-SA' if facts.share_alike else 'BY-NC'} 4.0"


_COMPATIBLE = {("CC-BY-SA-4.0", "LAL-1.3"), ("LAL-1.3", "CC-BY-SA-4.0")}
"""Share-alike across families, as Creative Commons' page «Compatible Licenses» lists it."""


def _carries_on(work: LicenceFacts, episode: LicenceFacts) -> bool:
    """Whether `episode` is `work`'s licence or a later version of it (CC from 2.0 on: section 4b)."""
    if (work.id, episode.id) in _COMPATIBLE:
        return True
    alike = (
        work.family == episode.family
        and work.share_alike == episode.share_alike
        and work.non_commercial == episode.non_commercial
        and work.no_derivatives == episode.no_derivatives
    )
    if not alike:
        return False
    no_later = work.family == "gfdl" and not work.id.endswith("-or-later")
    no_later = no_later or (work.family == "cc" and work.version == (1, 0))
    return episode.version == work.version if no_later else episode.version >= work.version
