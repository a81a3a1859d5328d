"""What is wrong with the rights in an episode, with the ways out. Pure.

A licence is suggested only where it fits all works of the episode together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from podtool.show.compatibility import Clash, Clause, call_work, clashes, terms_of
from podtool.show.licences import LICENCES, LicenceFacts, describe_licence, facts_of
from podtool.show.model import Licence
from podtool.show.rights import Work


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


def find_missing_facts(works: Sequence[Work]) -> Iterator[Finding]:
    """What a credit would need and nobody stated: licence, creator, title."""
    for work in works:
        asset, words = work.asset, bool(work.asset.attribution)
        licence = asset.licence
        rows: tuple[tuple[bool, Clause, str, str, str], ...] = (
            (licence is None, "unknown-licence", "licence", "its licence isn't stated",
             "ask its creator, or look where it came from; if nobody can tell, use another work"),
            (not asset.creator and not words, "missing-creator", "creator", "its creator isn't stated",
             "add `creator`: most licences ask that the author be named"),
            (not asset.title and not words and work.kind == "music", "missing-title", "title",
             "its title isn't stated", "add `title`, so that listeners can find it"),
            (licence is not None and terms_of(asset) is None, "unlisted-licence", "licence",
             f"podtool doesn't know the terms of {licence.id if licence else ''}",
             "read them, and write what they allow: `allows: [adapt, commercial, relicense]`, or less"),
        )  # fmt: skip
        for missing, clause, field, message, way_out in rows:
            if missing:
                yield Finding(
                    work=work,
                    clause=clause,
                    certain=clause != "unlisted-licence",
                    key=f"{work.key}.{field}",
                    message=f"{call_work(work)}: {message}",
                    way_out=way_out,
                )


# Ways out

OFFERED: tuple[LicenceFacts, ...] = tuple(
    LICENCES[spdx]
    for spdx in (
        "CC-BY-4.0",
        "CC-BY-SA-4.0",
        "LAL-1.3",
        "CC-BY-NC-4.0",
        "CC-BY-NC-SA-4.0",
        "CC-BY-NC-ND-4.0",
    )
)
"""What may be suggested, from the freest on; the works' own licences are tried, too."""
_MOST_OFFERED = 2


_LICENCE_MATTERS = frozenset({"share-alike", "non-commercial", "attribution"})
"""Clauses that another licence of the episode gets around; the others stay whatever it is."""


def licences_that_fit(works: Sequence[Work]) -> tuple[LicenceFacts, ...]:
    """Every licence offered, or carried by a work, that an episode with all these works may have.

    Where none is beyond doubt, those that only doubts stand against. Whether works may be cut is no matter.
    """
    own = (facts_of(work.asset.licence) for work in works)
    carried = {facts.id: facts for facts in own if facts and facts.family in {"cc", "lal", "gfdl"}}
    candidates = dict.fromkeys((*OFFERED, *(carried[spdx] for spdx in sorted(carried))))
    beyond_doubt = tuple(facts for facts in candidates if not _against(works, facts, doubts=True))
    return beyond_doubt or tuple(facts for facts in candidates if not _against(works, facts, doubts=False))


def _against(works: Sequence[Work], licence: LicenceFacts, *, doubts: bool) -> bool:
    found = (clash for work in works for clash in clashes(work, licence))
    return any(clash.clause in _LICENCE_MATTERS and (doubts or clash.certain) for clash in found)


def find_conflicts(works: Sequence[Work], licence: Licence | None) -> Iterator[Finding]:
    """Works whose licence doesn't let the episode carry `licence`.

    Of a licence that is not stated, or whose terms nobody knows, only what doesn't depend on it is said: that
    a work may not be adapted.
    """
    episode = facts_of(licence)
    found = [(work, clash) for work in works for clash in clashes(work, episode)]
    fitting = [facts for facts in licences_that_fit(works) if facts != episode] if found else []
    for work, clash in found:
        yield Finding(
            work=work,
            clause=clash.clause,
            certain=clash.certain,
            key=f"{work.key}.licence",
            message=f"{call_work(work)} is {describe_licence(work.asset.licence, 'en')}: {clash.message}",
            way_out=_way_out(work, clash, fitting[:_MOST_OFFERED]),
        )


def _way_out(work: Work, clash: Clash, fitting: Sequence[LicenceFacts]) -> str:
    replace = f"replace the {call_work(work)}"
    if clash.clause not in _LICENCE_MATTERS:
        return f"{clash.remedy}, or {replace}" if clash.remedy else replace
    if not fitting:
        return f"{replace}: no licence fits all works together"
    return f"publish under {' or '.join(facts.name for facts in fitting)}, or {replace}"
