"""Licences for works: what each is called, where its text stands, what it asks for. Pure.

Sources: the SPDX licence list for ids and ports; creativecommons.org («Retired legal tools» too),
artlibre.org and gnu.org for addresses. What an episode may contain under its licence says `compatibility`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from podtool.show.model import Licence
from podtool.show.words import say, tongue_of

CREATIVE_COMMONS = "https://creativecommons.org/"

Family = Literal["cc", "public-domain", "lal", "gfdl", "gpl", "sampling", "reserved"]


@dataclass(frozen=True, kw_only=True)
class LicenceFacts:
    """What a licence is and asks for.

    Attributes:
        id: SPDX id.
        name: the short name in English, as a credit writes it («CC BY 2.0»).
        name_fr: the same in French.
        url: the deed's or text's canonical address, which feeds and tags carry too.
        version: as a number pair, so that later ones compare greater; (0, 0) where there are none.
        by: asks for attribution.
        share_alike: adaptations go under the same licence.
        non_commercial: no commercial use.
        no_derivatives: no adaptations.
        port: the jurisdiction of a ported Creative Commons licence («FR»), else empty.
    """

    id: str
    name: str
    name_fr: str
    url: str
    family: Family = "cc"
    version: tuple[int, int] = (0, 0)
    by: bool = False
    share_alike: bool = False
    non_commercial: bool = False
    no_derivatives: bool = False
    port: str = ""


_CC_ELEMENTS = ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
_CC_VERSIONS = ("1.0", "2.0", "2.5", "3.0", "4.0")
_CC_PORTS: Mapping[str, str] = {
    # version and port: the elements that the SPDX list names for it
    "2.0-DE": "by-nc-sa",
    "2.0-FR": "by-nc-sa",
    "2.0-UK": "by-sa by-nc-sa",
    "2.1-JP": "by-sa",
    "2.5-AU": "by",
    "3.0-AT": "by by-sa",
    "3.0-AU": "by",
    "3.0-DE": "by by-sa by-nd by-nc by-nc-sa by-nc-nd",
    "3.0-IGO": "by by-sa by-nc by-nc-sa by-nc-nd",
    "3.0-NL": "by",
    "3.0-US": "by",
}
_URL_ELEMENTS = {("by-nc-nd", "1.0"): "by-nd-nc"}
"""Version 1.0 names its elements in another order, in the address only."""


def _creative_commons(elements: str, version: str, port: str = "") -> LicenceFacts:
    parts = elements.split("-")
    path = f"licenses/{_URL_ELEMENTS.get((elements, version), elements)}/{version}/"
    name = f"CC {elements.upper()} {version}{f' {port}' if port else ''}"
    major, minor = version.split(".")
    return LicenceFacts(
        id=f"CC-{elements.upper()}-{version}{f'-{port}' if port else ''}",
        name=name,
        name_fr=name,
        url=f"{CREATIVE_COMMONS}{path}{f'{port.lower()}/' if port else ''}",
        version=(int(major), int(minor)),
        by=True,
        share_alike="sa" in parts,
        non_commercial="nc" in parts,
        no_derivatives="nd" in parts,
        port=port,
    )


_RETIRED: tuple[tuple[str, str, str], ...] = (
    # id, name, path: licences that Creative Commons no longer offers; they hold for what was put under them
    ("CC-SA-1.0", "CC SA 1.0", "licenses/sa/1.0/"),
    ("LicenseRef-CC-ND-1.0", "CC ND 1.0", "licenses/nd/1.0/"),
    ("LicenseRef-CC-NC-1.0", "CC NC 1.0", "licenses/nc/1.0/"),
    ("LicenseRef-CC-NC-SA-1.0", "CC NC-SA 1.0", "licenses/nc-sa/1.0/"),
    ("LicenseRef-CC-ND-NC-1.0", "CC ND-NC 1.0", "licenses/nd-nc/1.0/"),
)
_SAMPLING: tuple[tuple[str, str, str], ...] = (
    ("LicenseRef-CC-Sampling-1.0", "CC Sampling 1.0", "licenses/sampling/1.0/"),
    ("LicenseRef-CC-Sampling-Plus-1.0", "CC Sampling Plus 1.0", "licenses/sampling+/1.0/"),
    (
        "LicenseRef-CC-NC-Sampling-Plus-1.0",
        "CC NC Sampling Plus 1.0",
        "licenses/nc-sampling+/1.0/",
    ),
)


def _retired() -> Iterator[LicenceFacts]:
    for spdx, name, path in (*_RETIRED, *_SAMPLING):
        parts = path.split("/")[1].split("-")
        sampling = "Sampling" in name
        yield LicenceFacts(
            id=spdx,
            name=name,
            name_fr=name,
            url=CREATIVE_COMMONS + path,
            family="sampling" if sampling else "cc",
            version=(1, 0),
            by=sampling,
            share_alike="sa" in parts,
            non_commercial="nc" in parts,
            no_derivatives="nd" in parts,
        )


def _documents(number: str, url: str) -> Iterator[LicenceFacts]:
    major, minor = (int(part) for part in number.split("."))
    for suffix in ("-only", "-or-later", ""):
        yield LicenceFacts(
            id=f"GFDL-{number}{suffix}",
            name=f"GNU FDL {number}{' or later' if suffix == '-or-later' else ''}",
            name_fr=f"GNU FDL {number}{' ou ultérieure' if suffix == '-or-later' else ''}",
            url=url,
            family="gfdl",
            version=(major, minor),
            by=True,
            share_alike=True,
        )


def _all_licences() -> Iterator[LicenceFacts]:
    for version in _CC_VERSIONS:
        yield from (_creative_commons(elements, version) for elements in _CC_ELEMENTS)
    for version_port, elements in _CC_PORTS.items():
        version, port = version_port.split("-")
        yield from (_creative_commons(element, version, port) for element in elements.split())
    free: tuple[tuple[str, str, str, str], ...] = (
        ("CC0-1.0", "CC0 1.0", "CC0 1.0", f"{CREATIVE_COMMONS}publicdomain/zero/1.0/"),
        ("CC-PDM-1.0", "Public Domain Mark 1.0", "Marque du domaine public 1.0",
         f"{CREATIVE_COMMONS}publicdomain/mark/1.0/"),
        ("CC-PDDC", "Public Domain Dedication and Certification",
         "Public Domain Dedication and Certification", f"{CREATIVE_COMMONS}licenses/publicdomain/"),
    )  # fmt: skip
    for spdx, name, name_fr, url in free:
        yield LicenceFacts(id=spdx, name=name, name_fr=name_fr, url=url, family="public-domain")
    art: tuple[tuple[str, tuple[int, int], str], ...] = (
        ("1.2", (1, 2), "https://artlibre.org/licence/lal/licence-art-libre-12/"),
        ("1.3", (1, 3), "https://artlibre.org/licence/lal/"),
    )
    for number, pair, url in art:
        yield LicenceFacts(
            id=f"LAL-{number}",
            name=f"Free Art License {number}",
            name_fr=f"Licence Art Libre {number}",
            url=url,
            family="lal",
            version=pair,
            by=True,
            share_alike=True,
        )
    for spdx, later in (("GPL-3.0-only", ""), ("GPL-3.0-or-later", " or later")):
        yield LicenceFacts(
            id=spdx,
            name=f"GNU GPL 3.0{later}",
            name_fr=f"GNU GPL 3.0{later.replace('or later', 'ou ultérieure')}",
            url="https://www.gnu.org/licenses/gpl-3.0.html",
            family="gpl",
            version=(3, 0),
            by=True,
            share_alike=True,
        )
    yield from _retired()
    yield from _documents("1.1", "https://www.gnu.org/licenses/old-licenses/fdl-1.1.html")
    yield from _documents("1.2", "https://www.gnu.org/licenses/old-licenses/fdl-1.2.html")
    yield from _documents("1.3", "https://www.gnu.org/licenses/fdl-1.3.html")


LICENCES: Mapping[str, LicenceFacts] = {facts.id: facts for facts in _all_licences()}
"""By SPDX id, in the list's own spelling; `LicenseRef-CC-…` where the list has none. Programs' licences are
left out, but for the one that Creative Commons calls compatible."""

_PORTED = re.compile(
    r"CC-(?P<elements>BY(?:-NC)?(?:-SA|-ND)?)-(?P<version>1\.0|2\.0|2\.1|2\.5|3\.0)-(?P<port>[A-Z]{2}|SCOTLAND)\Z",
    re.IGNORECASE,
)
"""Ports are many more than the SPDX list names; this is how it would name them. 4.0 has none."""

_BY_LOWER_ID = {spdx.lower(): facts for spdx, facts in LICENCES.items()}
_RESERVED = re.compile(r"LicenseRef-(ARR|all-?rights-?reserved)\Z", re.IGNORECASE)
_RESERVED_FACTS = LicenceFacts(
    id="LicenseRef-ARR",
    name="all rights reserved",
    name_fr="tous droits réservés",
    url="",
    family="reserved",
    by=True,
    no_derivatives=True,
)


def facts_of(licence: Licence | None) -> LicenceFacts | None:
    """What is known about a licence; None for one not stated or not in the table (a ``LicenseRef-``).

    SPDX ids compare without case (SPDX 2.3, annex D). ``LicenseRef-ARR`` is «all rights reserved».
    """
    if licence is None:
        return None
    if _RESERVED.match(licence.id):
        return _RESERVED_FACTS
    if facts := _BY_LOWER_ID.get(licence.id.lower()):
        return facts
    ported = _PORTED.match(licence.id)
    return (
        _creative_commons(ported["elements"].lower(), ported["version"], ported["port"].upper())
        if ported
        else None
    )


def licence_url(licence: Licence | None) -> str | None:
    """The deed's canonical address, else the one that was given with the licence, else None."""
    facts = facts_of(licence)
    return (facts.url if facts else None) or (licence.url if licence else None) or None


def describe_licence(licence: Licence | None, language: str) -> str:
    """The short name a credit uses: «CC BY 2.0», «Licence Art Libre 1.3»; «licence non indiquée» without one.

    A ``LicenseRef-`` goes by its own words: ``LicenseRef-Studio-Libre`` is «Studio Libre».
    """
    if licence is None:
        return say("not_stated", language)
    if facts := facts_of(licence):
        return facts.name_fr if tongue_of(language) == "fr" else facts.name
    own = re.sub(r"^LicenseRef-", "", licence.id, flags=re.IGNORECASE)
    return re.sub(r"[-_]+", " ", own).strip() or licence.id


_CLAUSES: Mapping[str, str] = {
    "CC0-1.0": "dedicated",
    "CC-PDDC": "dedicated",
    "CC-PDM-1.0": "public_domain",
    "LicenseRef-ARR": "reserved",
}
"""The words that name a licence in a credit, where it is not simply «licensed under»."""


def licence_clause(licence: Licence | None, language: str, *, with_url: bool = True) -> str:
    """The part of a credit that names the licence, with its address: «sous licence CC BY 2.0 (https://…)»."""
    if licence is None:
        return say("not_stated", language)
    facts = facts_of(licence)
    key = _CLAUSES.get(facts.id, "under") if facts else "under"
    name, url = describe_licence(licence, language), licence_url(licence)
    if with_url and url:
        name += f" ({url})" if key == "under" else f", {url}"
    return say(key, language, licence=name)
