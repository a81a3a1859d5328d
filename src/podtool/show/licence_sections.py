"""Where a licence's text says what. Pure.

Sources: the legal codes of Creative Commons 1.0 to 4.0 (unported, ports are numbered alike), of the Free Art
License 1.2 and 1.3, of the GFDL and the GPL.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from podtool.show.licences import Family, LicenceFacts

Question = Literal["adapt", "share", "commercial", "credit"]
"""May it be adapted; under which licence; may others sell it; how is it credited?"""

_VERSION_4: Mapping[Question, str] = {
    "adapt": "2(a)(1)",
    "share": "3(b)(1)",
    "commercial": "2(a)(1)",
    "credit": "3(a)(1)",
}
_OTHERS: Mapping[Family, Mapping[Question, str]] = {
    "lal": {"share": "2.3", "credit": "2.2"},
    "gfdl": {"share": "4", "credit": "4"},
    "gpl": {"share": "5(c)", "credit": "4"},
    "sampling": {"adapt": "3", "credit": "3"},
}
_UNNUMBERED = (2, 1)
"""Version 2.1 exists in ports alone, each numbered in its own way."""


def cite(facts: LicenceFacts, question: Question) -> str:
    """«CC BY-SA 3.0, section 4(b)»; empty where a text has no clause for it, or its numbers aren't known."""
    section = _section(facts, question)
    return f"{facts.name}, section {section}" if section else ""


def _section(facts: LicenceFacts, question: Question) -> str:
    if facts.family != "cc":
        return _OTHERS.get(facts.family, {}).get(question, "")
    if facts.version == _UNNUMBERED:
        return ""
    if facts.version >= (4, 0):
        return _VERSION_4[question]
    # Until 3.0, section 4 has (a) for all, then share-alike, non-commercial and credit, where asked for.
    asked: tuple[tuple[Question, bool], ...] = (
        ("share", facts.share_alike),
        ("commercial", facts.non_commercial),
        ("credit", facts.by),
    )
    letters = dict(zip((name for name, wanted in asked if wanted), "bcd", strict=False))
    return "3" if question == "adapt" else f"4({letters[question]})" if question in letters else ""
