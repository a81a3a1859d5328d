"""What an episode under its licence may contain: verdicts with the work, the clause and the way out. Pure.

Sources: the licences' own texts, by section; Creative Commons' «Adapter's license chart» and «License
compatibility chart» (FAQ, «Combining and adapting CC material»); its list of compatible licences
(creativecommons.org/compatiblelicenses). The episode is taken as one adaptation of all works that are cut,
mixed or laid under speech; a work played whole and alone, or shown, stays a work of its own (a collection).
Where the texts leave it to the case, a finding is uncertain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from podtool.show.licence_sections import Question, cite
from podtool.show.licences import LicenceFacts, describe_licence, facts_of
from podtool.show.model import Asset
from podtool.show.rights import Work

Clause = Literal[
    "unknown-licence",
    "missing-creator",
    "missing-title",
    "unlisted-licence",
    "attribution",
    "share-alike",
    "non-commercial",
    "no-derivatives",
    "sampling",
    "excepted",
    "all-rights-reserved",
]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a work's licence, and what its creator allowed beyond it, ask of an episode.

    Attributes:
        name: of the licence, in English.
        facts: None for a ``LicenseRef-`` that the table hasn't got.
        reserved: it may not be passed on under the episode's licence.
        sampled: only parts of it may be used (Creative Commons' retired sampling licences).
        told: whether the YAML says what is allowed.
    """

    name: str
    facts: LicenceFacts | None
    share_alike: bool
    non_commercial: bool
    no_derivatives: bool
    reserved: bool
    sampled: bool
    told: bool


def terms_of(asset: Asset) -> Terms | None:
    """The terms; None where no licence is stated, or one whose terms nobody stated."""
    facts, allows = facts_of(asset.licence), asset.allows or ()
    if asset.licence is None or (facts is None and asset.allows is None):
        return None
    return Terms(
        name=describe_licence(asset.licence, "en"),
        facts=facts,
        share_alike=bool(facts and facts.share_alike) and "relicense" not in allows,
        non_commercial=(facts is None or facts.non_commercial) and "commercial" not in allows,
        no_derivatives=(facts is None or facts.no_derivatives) and "adapt" not in allows,
        reserved=(facts is None or facts.family == "reserved") and "relicense" not in allows,
        sampled=bool(facts and facts.family == "sampling") and "adapt" not in allows,
        told=asset.allows is not None,
    )


def call_work(work: Work) -> str:
    """«music «It Goes On...»», in English."""
    name = work.asset.title or work.asset.id
    return f"{'music' if work.kind == 'music' else 'cover' if work.is_cover else 'image'} «{name}»"


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A clause of a work's licence that an episode's licence, or the use, breaks.

    Attributes:
        certain: False where it depends on the case: a collection, an exception that people must be told of.
        remedy: what helps besides another licence or another work; empty for nothing.
    """

    clause: Clause
    message: str
    certain: bool
    remedy: str = ""


def clashes(work: Work, episode: LicenceFacts | None) -> tuple[Clash, ...]:
    """Where a work's terms stand against the episode's licence; None for a licence without known terms."""
    terms = terms_of(work.asset)
    if terms is None:
        return ()
    if terms.reserved and not terms.told:
        return (_reserved(work, episode),) if episode and episode.family != "reserved" else ()
    asked = [_no_derivatives(work, terms), _sampling(work, terms, episode)]
    if episode:
        asked.append(_share_alike(work, terms, episode))
    if episode and episode.family != "reserved":
        asked += [
            _non_commercial(work, terms, episode),
            _excepted(terms, episode),
            _attribution(terms, episode),
        ]
    return tuple(clash for clash in asked if clash)


def _said(terms: Terms, question: Question) -> str:
    where = cite(terms.facts, question) if terms.facts else ""
    return f" ({where})" if where else ""


def _reserved(work: Work, episode: LicenceFacts) -> Clash:
    return Clash(
        clause="all-rights-reserved",
        message=f"the episode can't pass it on under {episode.name}",
        certain=work.kind == "music",
        remedy="get a permission, and state what it covers (`allows: [adapt, commercial, relicense]`)",
    )


def _no_derivatives(work: Work, terms: Terms) -> Clash | None:
    if not (terms.no_derivatives and work.changed):
        return None
    return Clash(
        clause="no-derivatives",
        message=f"it may not be adapted, and cutting or mixing it is adapting{_said(terms, 'adapt')}",
        certain=True,
        remedy="play it whole and alone" if work.kind == "music" else "show it as it came",
    )


def _sampling(work: Work, terms: Terms, episode: LicenceFacts | None) -> Clash | None:
    """Creative Commons' retired sampling licences: parts may become something else, but no advertising.

    The two called «Plus» let the whole be passed on for non-commercial purposes.
    """
    if not (terms.sampled and terms.facts):
        return None
    said = _said(terms, "adapt")
    if work.changed:
        return Clash(
            clause="sampling",
            message=f"only parts of it may be used, made into something else, and never to advertise{said}",
            certain=False,
        )
    if "Plus" not in terms.facts.id:
        message = f"it may not be passed on whole{said}"
    elif episode and episode.non_commercial:
        return None
    else:
        message = f"whole, it may be passed on for non-commercial purposes only{said}"
    return Clash(clause="sampling", message=message, certain=work.kind == "music")


def _share_alike(work: Work, terms: Terms, episode: LicenceFacts) -> Clash | None:
    if not terms.share_alike or terms.facts is None or carries_on(terms.facts, episode):
        return None
    return Clash(
        clause="share-alike",
        message=f"what is made from it must carry its licence, not {episode.name}{_said(terms, 'share')}",
        certain=work.changed,
    )


def _non_commercial(work: Work, terms: Terms, episode: LicenceFacts) -> Clash | None:
    if not terms.non_commercial or episode.non_commercial:
        return None
    return Clash(
        clause="non-commercial",
        message=f"it may not go into an episode that allows commercial use ({episode.name})"
        + _said(terms, "commercial"),
        certain=work.kind == "music" or work.changed,
    )


def _excepted(terms: Terms, episode: LicenceFacts) -> Clash | None:
    if not terms.reserved:
        return None
    return Clash(
        clause="excepted",
        message=f"{episode.name} doesn't hold for it, as it may not be passed on under another licence",
        certain=False,
        remedy=f"say in the notes that {episode.name} holds for all but this",
    )


def _attribution(terms: Terms, episode: LicenceFacts) -> Clash | None:
    if episode.family != "public-domain" or not (terms.facts and terms.facts.by):
        return None
    return Clash(
        clause="attribution",
        message=f"whoever copies the episode must still credit it, though {episode.name} asks for nothing"
        + _said(terms, "credit"),
        certain=False,
    )


_ACROSS = frozenset(
    {
        ("CC-BY-SA-4.0", "LAL-1.3"),
        ("LAL-1.3", "CC-BY-SA-4.0"),
        ("LAL-1.2", "CC-BY-SA-4.0"),
        ("CC-BY-SA-4.0", "GPL-3.0-only"),
        ("CC-BY-SA-4.0", "GPL-3.0-or-later"),
    }
)
"""Share-alike across families, as Creative Commons' list of compatible licences has it, of version 4.0 only:
the Free Art License 1.3 both ways (21 October 2014), the GPL 3 one way (8 October 2015). A work under the
Free Art License 1.2 may be used by a later version's terms (its section on versions), so by 1.3's."""


def carries_on(work: LicenceFacts, episode: LicenceFacts) -> bool:
    """Whether what is made from a share-alike `work` may be under `episode`.

    Creative Commons 1.0, 4(b): this licence only. 2.0 to 3.0, 4(b), and 4.0, 3(b)(1): a later version, or a
    port of the same or a later one, with the same elements. GFDL, 4 and 10: the same version, or a later one
    where the work says «or later». Free Art License: the same, or a later version.
    """
    if work.id == episode.id or (work.id, episode.id) in _ACROSS:
        return True
    if work.family != episode.family or _elements(work) != _elements(episode):
        return False
    rules = {
        "cc": work.version > (1, 0) and episode.version >= work.version,
        "lal": episode.version >= work.version,
        "gfdl": _carries_on_documents(work, episode),
        "gpl": work.id.endswith("-or-later"),
    }
    return rules.get(work.family, False)


def _elements(facts: LicenceFacts) -> tuple[bool, ...]:
    return (facts.by, facts.share_alike, facts.non_commercial, facts.no_derivatives)


def _carries_on_documents(work: LicenceFacts, episode: LicenceFacts) -> bool:
    """`GFDL-1.2` is the list's deprecated name, which doesn't tell «only» from «or later»: «only», then."""
    if work.id.endswith("-or-later"):
        return episode.version >= work.version
    return episode.version == work.version and not episode.id.endswith("-or-later")


def may_carry(works: Sequence[Work], licence: LicenceFacts | None) -> bool:
    """Whether nothing certain stands against an episode with these works under a licence."""
    return not any(clash.certain for work in works for clash in clashes(work, licence))
