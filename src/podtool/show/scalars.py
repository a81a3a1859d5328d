"""Texts → values: one small parser per kind of value, each raising ValueError with what was expected."""

from __future__ import annotations

import math
import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction

from podtool.show.fields import LONGEST_MESSAGE, Kind, Unfit, scalar
from podtool.show.findings import near, shown
from podtool.show.licence_reading import read_licence
from podtool.show.meant import checked, meant_date, meant_moment, meant_time
from podtool.show.model import Category
from podtool.show.yaml_rules import Rule
from podtool.units import parse_level, parse_time

LONGEST_LINE = 500
LONGEST_TEXT = 5_000
LONGEST_MARKDOWN = 200_000
HIGHEST_NUMBER = 99_999
FIRST_YEAR, LAST_YEAR = 1850, 2199

_WHOLE = re.compile(r"\+?\d{1,12}\Z", re.ASCII)
_DECIMAL = re.compile(r"[+\-\u2212]?\d{1,6}(?:[.,]\d{1,9})?\Z", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z", re.ASCII)
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?) ?([Zz]|[+-]\d{2}:\d{2}|)\Z", re.ASCII
)
_ID = re.compile(r"[^\W\d][\w-]{0,63}\Z|\d[\w-]{0,63}\Z")
_HANDLE = re.compile(r"[a-z0-9][a-z0-9-]{0,79}\Z")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,6}\Z", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}\Z")
_MEDIA_TYPE = re.compile(
    r"[a-z]{1,20}/[a-z0-9][a-z0-9.+-]{0,80}(?:; ?[a-z]+=[\w.\"-]+)?\Z", re.IGNORECASE | re.ASCII
)
_LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,99}\Z", re.ASCII)
_LEVEL_NUMBER = re.compile(r"[+\-\u2212]?\d")
_BOOLEANS: Mapping[str, bool] = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_LIKE_BOOLEANS: Mapping[str, str] = {
    **dict.fromkeys(("yes", "y", "on", "oui", "o", "vrai", "1", "ja"), "true"),
    **dict.fromkeys(("no", "n", "off", "non", "faux", "0", "nein", "clean"), "false"),
    "explicit": "true",
}
_LANGUAGES: Mapping[str, str] = {
    "french": "fr", "français": "fr", "francais": "fr", "english": "en", "anglais": "en", "german": "de",
    "deutsch": "de", "allemand": "de", "spanish": "es", "español": "es", "espagnol": "es", "italian": "it",
    "italiano": "it", "italien": "it", "breton": "br", "brezhoneg": "br", "occitan": "oc", "dutch": "nl",
}  # fmt: skip
# Names of devices on Windows, whatever their extension (Microsoft, «Naming Files, Paths, and Namespaces»).
WINDOWS_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
_LETTERS_WITHOUT_PARTS = str.maketrans({
    "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d",
    "Đ": "d", "ð": "d", "þ": "th", "ı": "i",
})  # fmt: skip


def parse_line(text: str) -> str:
    """One line of text."""
    if "\n" in text:
        raise Unfit("must be one line", hint="Write it on one line, or fold it with `>-`.")
    return _no_longer_than(text, LONGEST_LINE)


def parse_text(text: str) -> str:
    """Text of a few lines at most."""
    return _no_longer_than(text, LONGEST_TEXT)


def _no_longer_than(text: str, most: int) -> str:
    if len(text) > most:
        raise Unfit(f"has {len(text)} characters; {most} is the most")
    return text


def parse_boolean(text: str) -> bool:
    """``true`` or ``false``; the many other words of YAML 1.1 and of people are named in the hint."""
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    meant = _LIKE_BOOLEANS.get(text.casefold())
    raise Unfit(f"{shown(text)} is not true or false", instead=meant or "")


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A parser of whole numbers from `low` to `high`; ``008`` is eight."""

    def parse(text: str) -> int:
        if not _WHOLE.match(text):
            raise Unfit(f"{shown(text)} is not a whole number")
        number = int(text)
        if not low <= number <= high:
            raise Unfit(f"{shown(text)} is not between {low} and {high}")
        return number

    return parse


def parse_pan(text: str) -> float:
    """-1 (left) to 1 (right)."""
    if not _DECIMAL.match(text):
        raise Unfit(f"{shown(text)} is not a number from -1 (left) to 1 (right)", hint="Write `pan: -0.5`.")
    value = float(text.replace("\u2212", "-").replace(",", "."))
    if abs(value) > 1:
        raise Unfit(f"{shown(text)} is not between -1 (left) and 1 (right)")
    return value + 0.0


def level(unit: str, low: float, high: float) -> Callable[[str], float]:
    """A parser of levels in `unit` from `low` to `high`."""

    def parse(text: str) -> float:
        if not _LEVEL_NUMBER.match(text):
            raise Unfit(f"{shown(text)} is not a level in {unit}", hint=f"Write it like `{high:g} {unit}`.")
        value = parse_level(text, unit) + 0.0
        if not low <= value <= high:
            raise Unfit(f"{shown(text)} is not between {low:g} and {high:g} {unit}")
        return value

    return parse


def parse_duck(text: str) -> float:
    """How far down: ``9 dB`` and ``-9 dB`` mean the same."""
    return abs(level("dB", -60, 60)(text))


def parse_date(text: str) -> date:
    """An ISO 8601 calendar date."""
    if not (match := _DATE.match(text)):
        instead = checked(meant_date(text), parse_date) if text else ""
        raise Unfit(
            f"{shown(text)} is not a date",
            hint="" if instead else "Write it like 2023-09-22.",
            instead=instead,
        )
    year, month, day = map(int, match.groups())
    _check_year(year, text)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Unfit(f"{shown(text)} is not in the calendar") from error


def parse_moment(text: str) -> datetime:
    """A date (from 00:00 UTC), or an ISO 8601 date-time; without a zone it is UTC, on every machine."""
    if _DATE.match(text):
        day = parse_date(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    if not (match := _MOMENT.match(text)):
        instead = checked(meant_moment(text), parse_moment) if text else ""
        raise Unfit(f"{shown(text)} is not a date or date-time", instead=instead)
    _check_year(int(text[:4]), text)
    try:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3].upper()}")
    except ValueError as error:
        raise Unfit(f"{shown(text)} is not in the calendar or on the clock") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _check_year(year: int, text: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unfit(f"{shown(text)} is not between the years {FIRST_YEAR} and {LAST_YEAR}")


def choice(*values: str) -> Kind:
    """One of a few words."""

    def parse(text: str) -> str:
        if text in values:
            return text
        same = [value for value in values if value.casefold() == text.casefold()]
        guess = near(text, values)
        told = ", ".join(f"`{value}`" for value in values)
        raise Unfit(
            f"{shown(text)} is not one of {told}",
            hint=f"Did you mean `{guess}`?" if guess else "",
            instead=same[0] if same else "",
        )

    return scalar(" or ".join(f"`{value}`" for value in values), Rule.CHOICE, parse)


def slugify(text: str, longest: int = 80) -> str:
    """`text` in a–z, 0–9 and hyphens, cut between words; empty when it has no such letter.

    Accents are dropped by compatibility decomposition (Unicode NFKD, UAX 15).
    """
    parts = unicodedata.normalize("NFKD", text.translate(_LETTERS_WITHOUT_PARTS)).lower()
    kept = "".join(sign for sign in parts if not unicodedata.combining(sign))
    slug = re.sub(r"[^a-z0-9]+", "-", kept).strip("-")
    if len(slug) > longest:
        slug = slug[: longest + 1].rpartition("-")[0] or slug[:longest]
    return f"{slug}-1" if slug in WINDOWS_RESERVED else slug


def parse_handle(text: str) -> str:
    """A name that files and addresses can begin with, on every system."""
    guess = slugify(text)
    instead = guess if guess != text else ""
    if not _HANDLE.match(text):
        raise Unfit(f"{shown(text)} has other signs than a–z, 0–9 and -, or more than 80", instead=instead)
    if text in WINDOWS_RESERVED:
        raise Unfit(f"{shown(text)} is the name of a device on Windows", instead=instead)
    return text


def parse_id(text: str) -> str:
    """An id under `people` or `assets`."""
    if not _ID.match(text):
        raise Unfit(f"the id {shown(text)} has other signs than letters, digits, - and _, or more than 64")
    return text


def parse_language(text: str) -> str:
    """The shape of a BCP 47 tag, in its usual case (RFC 5646, section 2.1.1): ``en-GB``, ``zh-Hant``."""
    if not _LANGUAGE.match(text):
        guess = _LANGUAGES.get(text.casefold()) or text.replace("_", "-")
        raise Unfit(f"{shown(text)} is not a language tag", instead=guess if _LANGUAGE.match(guess) else "")
    first, *rest = text.split("-")
    return "-".join([first.lower(), *(_SUBTAG_CASE.get(len(part), str.lower)(part) for part in rest)])


_SUBTAG_CASE: Mapping[int, Callable[[str], str]] = {2: str.upper, 4: str.title}


def parse_email(text: str) -> str:
    """The shape of an address (the usual part of RFC 5321, section 4.1.2)."""
    if not _EMAIL.match(text):
        bare = text.removeprefix("mailto:").removeprefix("<").removesuffix(">")
        instead = bare if bare != text and _EMAIL.match(bare) else ""
        raise Unfit(f"{shown(text)} is not an e-mail address", instead=instead)
    return text


def parse_uuid(text: str) -> str:
    """A UUID in its canonical form (RFC 9562, section 4)."""
    try:
        found = str(uuid.UUID(text))
    except ValueError as error:
        raise Unfit(f"{shown(text)} is not a UUID") from error
    if found != text.lower():
        raise Unfit(f"{shown(text)} is not a UUID in its usual form", instead=found)
    return found


def parse_token(text: str) -> str:
    """One line without white space."""
    if any(sign.isspace() for sign in text):
        raise Unfit(f"{shown(text)} must not contain spaces")
    return _no_longer_than(text, LONGEST_LINE)


def parse_licence(text: str) -> str:
    """The shape of an SPDX licence id (SPDX 2.3, annex D); whether it is a known one is `check`'s matter."""
    if _LICENCE.match(text):
        return text
    joined = re.sub(r"[\s_]+", "-", text.strip()).upper()
    known = read_licence(text)
    guess = known or joined
    hint = f"Write `{guess}`." if guess.startswith("CC") and _LICENCE.match(guess) else ""
    is_all = known and (known == joined or len(text.split()) == 1)  # nothing is said besides the licence
    instead = known if known and is_all else ""
    raise Unfit(f"{shown(text)} is not an SPDX licence id", hint=hint, instead=instead)


def parse_category(text: str) -> Category:
    """``Name`` or ``Name > Subcategory``."""
    parts = [" ".join(part.split()) for part in text.split(">")]
    if not 1 <= len(parts) <= 2 or not all(parts) or any(len(part) > 100 for part in parts):  # noqa: PLR2004 - name and subcategory; Apple's longest has 22 characters
        raise Unfit(f"{shown(text)} is not a category")
    return Category(name=parts[0], sub=parts[1] if len(parts) > 1 else None)


def parse_media_type(text: str) -> str:
    """``type/subtype`` (RFC 6838, section 4.2)."""
    if not _MEDIA_TYPE.match(text):
        raise Unfit(f"{shown(text)} is not a media type")
    return text


def typed(text: str, *, plain: bool) -> str | int | float | bool:
    """A scalar without a known type, by YAML 1.2's core schema (section 10.3.2): an effect's option."""
    if not plain:
        return parse_line(text)
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if re.fullmatch(r"[-+]?[0-9]{1,15}", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.[0-9]{1,17}|[0-9]{1,17}(\.[0-9]{0,17})?)([eE][-+]?[0-9]{1,3})?", text):
        number = float(text)
        if not math.isfinite(number):
            raise Unfit(f"{shown(text)} is too large")
        return number
    return parse_line(text)


def _parse_time(text: str) -> Fraction:
    """As `units.parse_time`, with what other notations meant."""
    try:
        return parse_time(text)
    except ValueError as error:
        raise Unfit(str(error)[:LONGEST_MESSAGE], instead=meant_time(text)) from error


LINE = scalar("line of text", Rule.TEXT, parse_line)
TEXT = scalar("text", Rule.TEXT, parse_text)
BOOLEAN = scalar("`true` or `false`", Rule.BOOLEAN, parse_boolean)
NUMBER = scalar("whole number", Rule.NUMBER, whole_number(0, HIGHEST_NUMBER))
PAN = scalar("number from -1 to 1", Rule.NUMBER, parse_pan)
TIME = scalar("time", Rule.TIME, _parse_time)
GAIN = scalar("level in dB", Rule.LEVEL, level("dB", -96, 40))
DUCK = scalar("level in dB", Rule.LEVEL, parse_duck)
DATE = scalar("date", Rule.DATE, parse_date)
MOMENT = scalar("date or date-time", Rule.DATE, parse_moment)
HANDLE = scalar("name in a–z, 0–9, -", Rule.HANDLE, parse_handle)
LANGUAGE = scalar("language tag", Rule.LANGUAGE, parse_language)
EMAIL = scalar("e-mail address", Rule.EMAIL, parse_email)
UUID = scalar("UUID", Rule.GUID, parse_uuid)
GUID = scalar("guid", Rule.GUID, parse_token)
LICENCE_ID = scalar("SPDX id", Rule.LICENCE, parse_licence)
CATEGORY = scalar("category", Rule.CATEGORY, parse_category)
MEDIA_TYPE = scalar("media type", Rule.MEDIA_TYPE, parse_media_type)
