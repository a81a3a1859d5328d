"""The rules that reading YAML checks: one table for reader, `check` and docs/rules.md. Ids never change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from podtool.errors import Severity


class Rule(StrEnum):
    """Ids by name: 00x file, 2x keys, 3x–4x values, 5x paths, 6x ids, 7x segments, 8x profiles, 9x ledger."""

    UNREADABLE = "YAML-001"
    TOO_LARGE = "YAML-002"
    ENCODING = "YAML-003"
    CONTROL_CHARACTER = "YAML-004"
    SYNTAX = "YAML-005"
    NOT_A_MAPPING = "YAML-006"
    MANY_DOCUMENTS = "YAML-007"
    TAG = "YAML-008"
    ALIAS = "YAML-009"
    BOMB = "YAML-010"
    DUPLICATE_KEY = "YAML-011"
    MERGE_KEY = "YAML-012"
    KEY_SHAPE = "YAML-013"
    UNKNOWN_KEY = "YAML-020"
    MISSING_KEY = "YAML-021"
    NOT_YET = "YAML-022"
    KIND = "YAML-023"
    TEXT = "YAML-030"
    BOOLEAN = "YAML-031"
    NUMBER = "YAML-032"
    TIME = "YAML-033"
    LEVEL = "YAML-034"
    DATE = "YAML-035"
    CHOICE = "YAML-036"
    URL = "YAML-037"
    EMAIL = "YAML-038"
    LANGUAGE = "YAML-039"
    HANDLE = "YAML-040"
    GUID = "YAML-041"
    LICENCE = "YAML-042"
    CATEGORY = "YAML-043"
    MEDIA_TYPE = "YAML-044"
    TARGET = "YAML-045"
    FORM = "YAML-048"
    PATH_LEAVES = "YAML-050"
    PATH_SHAPE = "YAML-051"
    NOTES_FILE = "YAML-052"
    PATH_CASE = "YAML-053"
    UNKNOWN_ASSET = "YAML-060"
    UNKNOWN_PERSON = "YAML-061"
    SOURCE = "YAML-070"
    CUTS = "YAML-071"
    RANGE = "YAML-072"
    OVERLAP = "YAML-073"
    NO_SENSE = "YAML-074"
    PROFILE_FORMAT = "YAML-080"
    PROFILE_LIMIT = "YAML-081"
    PROFILE_LOUDNESS = "YAML-082"
    DIGEST = "YAML-090"
    LEDGER = "YAML-091"


@dataclass(frozen=True, kw_only=True)
class RuleText:
    """What a rule says of itself: severity, one line, and what to do where nothing more precise is known."""

    severity: Severity
    title: str
    hint: str


_TEXTS: Mapping[Rule, tuple[str, str]] = {
    Rule.UNREADABLE: ("The file can't be read", "Check its name and its permissions."),
    Rule.TOO_LARGE: ("The file is too large", "Move long texts to files of their own: `notes: notes.md`."),
    Rule.ENCODING: ("The file isn't UTF-8", "Save it again with the encoding UTF-8."),
    Rule.CONTROL_CHARACTER: (
        "A control character or invisible line break stands in the file or in a value",
        "Delete it; it often comes along when text is pasted.",
    ),
    Rule.SYNTAX: (
        "The file isn't YAML",
        "Look at the indentation, and put text that contains «: » or « #» in quotes.",
    ),
    Rule.NOT_A_MAPPING: ("The file isn't a list of keys with values", "Write lines like `title: My show`."),
    Rule.MANY_DOCUMENTS: ("The file holds more than one document", "Remove the second `---`."),
    Rule.TAG: ("A YAML tag is used", "Remove the `!…`: every value is read as its key expects."),
    Rule.ALIAS: (
        "An alias points to nothing, or into itself",
        "Text that begins with `*` (Markdown) needs quotes.",
    ),
    Rule.BOMB: ("The file is nested too deep or grows too large", "Write it flatter, with fewer aliases."),
    Rule.DUPLICATE_KEY: ("A key is written twice", "Keep one of the two."),
    Rule.MERGE_KEY: (
        "The merge key `<<` is used",
        "Write the keys out, or give them a name under `assets` or `people`.",
    ),
    Rule.KEY_SHAPE: ("A key isn't plain text", "Write `key: value`."),
    Rule.UNKNOWN_KEY: ("A key is unknown", "See the manifest reference for the keys that may stand here."),
    Rule.MISSING_KEY: ("A required key is missing or has no value", "Add it."),
    Rule.NOT_YET: ("A key isn't supported by this version", "Remove it, or comment it out."),
    Rule.KIND: (
        "A value is of the wrong kind (text, list, keys)",
        "See the manifest reference for its shape.",
    ),
    Rule.TEXT: ("A text is too long, or should be one line", "Shorten it."),
    Rule.BOOLEAN: ("A value isn't `true` or `false`", "Write `true` or `false`."),
    Rule.NUMBER: ("A value isn't a number, or out of range", "Write digits."),
    Rule.TIME: ("A value isn't a time", "Write 90, 1.5, 1:30, 1:02:03.5, 500 ms or 1h2m3s."),
    Rule.LEVEL: (
        "A value isn't a level, or out of range",
        "Write it with its unit: `-3 dB`, `-16 LUFS`, `-1 dBTP`.",
    ),
    Rule.DATE: (
        "A value isn't a date",
        "Write 2023-09-22, or 2023-09-22T18:00:00+02:00; without a zone it is UTC.",
    ),
    Rule.CHOICE: ("A value isn't one of those that are possible", "Choose one of them."),
    Rule.URL: ("A value isn't a web address", "Write it in full: `https://example.org/page`."),
    Rule.EMAIL: ("A value isn't an e-mail address", "Write it like `name@example.org`."),
    Rule.LANGUAGE: ("A value isn't a language tag", "Write a BCP 47 tag: `fr`, `en-GB`."),
    Rule.HANDLE: (
        "A name for files or addresses has other signs than a–z, 0–9 and -",
        "Use lower-case letters without accents, digits and hyphens.",
    ),
    Rule.GUID: ("A value isn't a guid", "`podtool init` writes it; it is never changed by hand."),
    Rule.LICENCE: (
        "A licence isn't an SPDX id, or a `LicenseRef-` has no `licence_url`",
        "Write it like `CC-BY-SA-4.0`, or `LicenseRef-name` with a `licence_url`.",
    ),
    Rule.CATEGORY: ("A value isn't a category", "Write `Name` or `Name > Subcategory`, as Apple spells it."),
    Rule.MEDIA_TYPE: ("A value isn't a media type", "Write it like `video/mp4`."),
    Rule.FORM: (
        "A value isn't written as its standard asks",
        "See the manifest reference for its form.",
    ),
    Rule.TARGET: (
        "A value isn't a publishing target",
        "Write a folder of the show (`public/`), `sftp://user@host/folder` or `s3://bucket/folder`.",
    ),
    Rule.PATH_LEAVES: ("A path leaves the show's folder", "Copy the file into the show's folder."),
    Rule.PATH_SHAPE: (
        "A path isn't written portably",
        "Write it relative to this file, with `/` between folders.",
    ),
    Rule.NOTES_FILE: (
        "A text file that is named can't be read",
        "Check its name; it must be UTF-8 and under 1 MiB.",
    ),
    Rule.PATH_CASE: (
        "A file's name is spelt differently from the file itself",
        "Spell it as the file is; other machines tell upper from lower case.",
    ),
    Rule.UNKNOWN_ASSET: (
        "An asset's id is unknown",
        "Name the work under `assets`, or use the id it has there.",
    ),
    Rule.UNKNOWN_PERSON: (
        "A person's id is unknown",
        "Name the person under `people`, or write `{name: …}` in place.",
    ),
    Rule.SOURCE: (
        "A segment has no source, or more than one",
        "Give it exactly one of `clip`, `sting`, `silence`, `tracks`.",
    ),
    Rule.CUTS: (
        "Cuts are reversed, out of order, overlapping or outside the range that plays",
        "Write `[[from, to], …]` in source time, in order.",
    ),
    Rule.RANGE: (
        "A range ends before it starts, or is shorter than its fades",
        "Check `start`, `end` and the fades.",
    ),
    Rule.OVERLAP: (
        "`crossfade` and `gap` contradict each other, or there is nothing before to fade from",
        "Keep one of the two.",
    ),
    Rule.NO_SENSE: ("A key makes no sense beside another", "Remove it."),
    Rule.PROFILE_FORMAT: (
        "A profile isn't built in and has no format",
        "Add `format: mp3` (or m4a, opus, flac, wav, mp4).",
    ),
    Rule.PROFILE_LIMIT: (
        "A profile asks for what its format can't do",
        "Choose one of the values that it can.",
    ),
    Rule.PROFILE_LOUDNESS: (
        "A profile's loudness and true peak contradict each other",
        "Give both, or switch both off.",
    ),
    Rule.DIGEST: (
        "A digest isn't a SHA-256",
        "Restore the file from git; it is written by podtool, not by hand.",
    ),
    Rule.LEDGER: (
        "What the ledger or recordings.yaml says can't be",
        "Restore the file from git; it is written by podtool, not by hand.",
    ),
}

RULES: Mapping[str, RuleText] = {
    rule.value: RuleText(severity=Severity.ERROR, title=title, hint=hint)
    for rule, (title, hint) in _TEXTS.items()
}
"""Id → text. All are errors: a file that breaks one is not used."""
