"""Problems are collected while reading, so that all of a file's come at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import TypeVar

from podtool.errors import Fix, ManifestError, Problem
from podtool.show.model import Place
from podtool.show.yaml_rules import RULES, Rule

T = TypeVar("T")

MOST_PROBLEMS = 200
"""Nobody reads more; and a hostile file must not make us describe 50,000."""
_LONGEST_NAME = 60
_SURELY = 0.75
"""How alike (difflib's ratio) a key must be to a known one to be mended unasked."""

FOREIGN_KEYS: Mapping[str, str] = {
    "license": "licence",
    "license_url": "licence_url",
    "titre": "title",
    "soustitre": "subtitle",
    "sous_titre": "subtitle",
    "numero": "number",
    "numéro": "number",
    "saison": "season",
    "langue": "language",
    "auteur": "author",
    "autrice": "author",
    "lien": "link",
    "flux": "feed",
    "crédits": "credits",
    "credit": "credits",
    "invités": "guests",
    "invites": "guests",
    "personnes": "people",
    "persons": "people",
    "nom": "name",
    "rôle": "role",
    "organization": "organisation",
    "company": "organisation",
    "fichier": "file",
    "path": "file",
    "artist": "creator",
    "artiste": "creator",
    "couverture": "cover",
    "image": "cover",
    "pochette": "cover",
    "catégories": "categories",
    "category": "categories",
    "enregistré": "recorded",
    "publié": "published",
    "date": "published",
    "pubdate": "published",
    "début": "start",
    "debut": "start",
    "from": "start",
    "in": "start",
    "fin": "end",
    "to": "end",
    "out": "end",
    "coupes": "cuts",
    "fondu": "crossfade",
    "fadein": "fade_in",
    "fadeout": "fade_out",
    "volume": "gain",
    "panorama": "pan",
    "jingle": "sting",
    "virgule": "sting",
    "pause": "silence",
    "audio": "clip",
    "tapis": "bed",
    "music": "bed",
    "locuteur": "speaker",
    "piste": "tracks",
    "pistes": "tracks",
    "chapitres": "chapters",
    "bit_rate": "bitrate",
    "samplerate": "sample_rate",
    "url": "link",
    "subtitles": "transcript",
    "mail": "email",
    "label": "name",
}
"""French, American and other programs' words for our keys."""


def shown(text: str) -> str:
    """`text` in one short line between guillemets, for a message."""
    line = " ".join(text.split())
    return f"«{line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + '…'}»"


def _visible(text: str) -> str:
    """`text` with the signs that nobody can see (a byte-order mark, a change of direction) spelt out."""
    return "".join(
        sign if sign.isprintable() or sign.isspace() else f"\\u{ord(sign):04x}" for sign in text
    ).replace("\n", " ")


def near(word: str, words: Iterable[str]) -> str | None:
    """The one of `words` that was probably meant; None when none is near."""
    if len(word) > _LONGEST_NAME:
        return None
    known = {each.casefold(): each for each in sorted(words)}
    matches = difflib.get_close_matches(word.strip().casefold(), known, n=1, cutoff=0.65)
    return known[matches[0]] if matches else None


def spelt_alike(word: str, other: str) -> bool:
    """Whether `word` can only be a slip of `other`: another case, a letter or two."""
    ratio = difflib.SequenceMatcher(None, word.strip().casefold(), other.casefold()).ratio()
    return len(word) <= _LONGEST_NAME and ratio >= _SURELY


def near_key(word: str, keys: Iterable[str]) -> str | None:
    """As `near`, and knows other languages' words for a key."""
    keys = tuple(keys)
    foreign = FOREIGN_KEYS.get(word.strip().casefold())
    return foreign if foreign in keys else near(word, keys)


class Findings:
    """The problems found so far, in one reading of one or more files."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}
        self._left_out = 0

    @property
    def full(self) -> bool:
        """Whether further problems are only counted: no need to look for a good hint."""
        return len(self._problems) >= MOST_PROBLEMS

    def add(self, rule: Rule, place: Place, message: str, hint: str = "", fix: Fix | None = None) -> None:
        """Notes that `rule` is broken at `place`; without a `hint` the rule's own is given."""
        text = RULES[rule.value]
        problem = Problem(
            rule=rule.value,
            severity=text.severity,
            message=_visible(message),
            hint=_visible(hint or text.hint),
            file=place.file,
            line=place.line,
            column=place.column,
            fix=fix,
        )
        if problem in self._problems:
            return
        if self.full:
            self._left_out += 1
        else:
            self._problems[problem] = None

    def problems(self) -> tuple[Problem, ...]:
        """All problems, by file, line and column."""
        return tuple(
            sorted(
                self._problems, key=lambda each: (each.file, each.line, each.column, each.rule, each.message)
            )
        )

    def settle(self, value: T | None) -> T:
        """`value`, when nothing was found.

        Raises:
            ManifestError: something was found; with all of it.
        """
        if not self._problems and value is not None:
            return value
        raise self.error()

    def error(self) -> ManifestError:
        """One error for all problems: its message names their count and the first."""
        problems = self.problems()
        if not problems:
            return ManifestError("the file could not be read")
        return _error_of(problems, self._left_out)


def _error_of(problems: tuple[Problem, ...], left_out: int) -> ManifestError:
    first = problems[0]
    count = len(problems) + left_out
    told = f"{first.place}: {first.message}"
    message = told if count == 1 else f"{count} problems, the first: {told}"
    return ManifestError(message, hint=first.hint, problems=problems)
