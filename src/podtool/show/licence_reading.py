"""Licences as people and files write them → SPDX ids; and whether two ways of writing say the same. Pure.

An address with its port and the deed's language (``…/by-sa/3.0/fr/deed.en``), an id, a short name («CC BY-SA
4.0»), the full name, or a sentence with an address in it, as Creative Commons once proposed for ID3's TCOP.
"""

from __future__ import annotations

import re
import unicodedata

from podtool.show.licences import LICENCES, facts_of
from podtool.show.model import Licence

_DEED = re.compile(
    r"creativecommons\.org/licenses/(?P<elements>[a-z+-]{2,15})/(?P<version>\d\.\d)"
    r"(?:/(?P<port>igo|scotland|[a-z]{2})(?![a-z]))?",
    re.IGNORECASE,
)
_DOMAIN = re.compile(
    r"creativecommons\.org/(?:publicdomain/(zero|mark)/1\.0|licenses/publicdomain)", re.IGNORECASE
)
_SHORT = re.compile(
    r"\bCC[ -](?P<elements>BY(?:[ -](?:NC|SA|ND)){0,2})[ -]v?(?P<version>[1-4]\.\d)"
    r"(?:[ -](?P<port>[A-Z]{2}|IGO)\b)?",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"\b(?P<elements>Attribution"
    r"(?:[ -]+(?:Share ?-?Alike|Non-?Commercial|No-? ?Deriv(?:ative)?s?(?: Works)?))*)"
    r"\D{0,20}?(?P<version>[1-4]\.\d)",
    re.IGNORECASE,
)
_ZERO = re.compile(r"\bCC[ -]?0(?:[ -]1\.0)?\b|\bCC Zero\b", re.IGNORECASE)
_RESERVED = re.compile(r"\ball rights reserved\b|\btous droits r[ée]serv[ée]s\b", re.IGNORECASE)
_ORDER = ("nc", "sa", "nd")
_WORDS = (("nc", "noncommercial"), ("sa", "sharealike"), ("nd", "noderiv"))
_LONGEST = 4000
_OTHERS = {
    facts.url.split("://")[1].rstrip("/"): spdx
    for spdx, facts in LICENCES.items()
    if not spdx.startswith(("CC-BY", "GFDL", "GPL"))
}


def read_licence(text: str) -> str | None:
    """The SPDX id (or ``LicenseRef-ARR``) that a text means; None where it names no licence of the table."""
    text = text[:_LONGEST].strip()
    return next((found for read in _READERS if (found := read(text))), None)


def _by_id(text: str) -> str | None:
    facts = facts_of(Licence(id=text))
    return facts.id if facts else None


def _by_dedication(text: str) -> str | None:
    domain = _DOMAIN.search(text)
    return (
        {"zero": "CC0-1.0", "mark": "CC-PDM-1.0"}.get((domain[1] or "").lower(), "CC-PDDC")
        if domain
        else None
    )


def _by_deed(text: str) -> str | None:
    deed = _DEED.search(text)
    return _known(deed["elements"].lower().split("-"), deed["version"], deed["port"]) if deed else None


def _by_short_name(text: str) -> str | None:
    short = _SHORT.search(text)
    return (
        _known(re.split("[ -]", short["elements"].lower()), short["version"], short["port"])
        if short
        else None
    )


def _by_address(text: str) -> str | None:
    lower = text.lower()
    return next((spdx for url, spdx in _OTHERS.items() if url.lower() in lower), None)


def _by_full_name(text: str) -> str | None:
    if not (full := _FULL.search(text)):
        return None
    plain = re.sub(r"[^a-z]", "", full["elements"].lower())
    return _known(["by", *(short for short, word in _WORDS if word in plain)], full["version"], None)


def _by_words(text: str) -> str | None:
    if _ZERO.search(text):
        return "CC0-1.0"
    return "LicenseRef-ARR" if _RESERVED.search(text) else None


_READERS = (_by_id, _by_dedication, _by_deed, _by_short_name, _by_address, _by_full_name, _by_words)


def _known(elements: list[str], version: str, port: str | None) -> str | None:
    if "by" not in elements:
        return None
    named = "-".join(["BY", *(each.upper() for each in _ORDER if each in elements)])
    facts = facts_of(Licence(id=f"CC-{named}-{version}{f'-{port.upper()}' if port else ''}"))
    return facts.id if facts else None


def same_licence(one: str, other: str) -> bool:
    """Whether two ids or addresses mean one licence."""
    first, second = read_licence(one), read_licence(other)
    if first and second:
        return first == second
    return _plain(one) == _plain(other)


def same_name(one: str, other: str) -> bool:
    """Whether two titles or names say the same: without case, accents and punctuation; one may say more."""
    first, second = _plain(one), _plain(other)
    within = f" {first} " in f" {second} " or f" {second} " in f" {first} "
    return first == second or (bool(first and second) and within)


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text[:_LONGEST].casefold())
    bare = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w]+|_", " ", bare).split())
