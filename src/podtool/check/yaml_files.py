"""The rules of reading YAML, as the listing shows them: applied by `show`, explained and listed here."""

from __future__ import annotations

from collections.abc import Mapping

from podtool.check.rule import CheckRule, found_elsewhere
from podtool.show.yaml_rules import RULES as READING_RULES

EXAMPLES: Mapping[str, str] = {
    "YAML-001": "episode.yaml is a folder, or may not be read",
    "YAML-002": "a transcript of 2 MB pasted into `notes`",
    "YAML-003": "an episode.yaml that was saved as Windows-1252",
    "YAML-004": "an invisible U+0008 that came along with pasted text",
    "YAML-005": "title: Le numérique: subir ou choisir",
    "YAML-006": "an episode.yaml with nothing but the text `hello`",
    "YAML-007": "a second `---` in the middle of the file",
    "YAML-008": "author: !!python/name:os.system",
    "YAML-009": "author: *me",
    "YAML-010": "ten aliases that each stand for ten others",
    "YAML-011": "owner: {name: Karl, name: Arnaud, email: a@example.org}",
    "YAML-012": "owner: {<<: {name: Karl}, email: karl@example.org}",
    "YAML-013": "[a, b]: c",
    "YAML-020": "licens: CC-BY-4.0",
    "YAML-021": "owner: {name: Karl}",
    "YAML-022": "segments: [{clip: a.wav, voice: [denoise]}]",
    "YAML-023": "categories: Education",
    "YAML-030": r'author: "Karl\nand others"',
    "YAML-031": "locked: yes",
    "YAML-032": "number: eight",
    "YAML-033": "segments: [{clip: a.wav, start: soon}]",
    "YAML-034": "segments: [{clip: a.wav, gain: loud}]",
    "YAML-035": "recorded: 22/09/2023",
    "YAML-036": "type: weekly",
    "YAML-037": "link: www.example.org",
    "YAML-038": "owner: {name: Karl, email: karl at example.org}",
    "YAML-039": "language: français",
    "YAML-040": "handle: Questions d'asso",
    "YAML-041": "guid: my-show",
    "YAML-042": "licence: LicenseRef-Studio",
    "YAML-043": "categories: [A > B > C]",
    "YAML-044": "formats: [{name: Video, url: https://example.org/v, media_type: video}]",
    "YAML-045": "publish: {target: ftp://example.org/}",
    "YAML-048": "location: {name: Nantes, geo: 470.2, osm: nantes}",
    "YAML-050": "cover: ../cover.png",
    "YAML-051": "cover: images\\cover.png",
    "YAML-052": "notes: missing.md",
    "YAML-053": "cover: Cover.PNG, and the file is cover.png",
    "YAML-060": "segments: [{sting: musik}]",
    "YAML-061": "guests: [arnaud]",
    "YAML-070": "segments: [{title: Interview}]",
    "YAML-071": "segments: [{clip: a.wav, cuts: [[2, 1]]}]",
    "YAML-072": "segments: [{clip: a.wav, start: 20, end: 10}]",
    "YAML-073": "segments: [{clip: a.wav, crossfade: 1s}]",
    "YAML-074": "segments: [{silence: 1s, gain: -3 dB}]",
    "YAML-080": "profiles: {mine: {bitrate: 64k}}",
    "YAML-081": "profiles: {podcast: {bitrate: 100k}}",
    "YAML-082": "profiles: {podcast: {loudness: off, true_peak: -1 dBTP}}",
    "YAML-090": "a `sha256` in published.yaml that lost its last digit",
    "YAML-091": "two episodes in published.yaml with one guid",
}
"""By id: lines that break the rule, or how it comes to be broken."""

_MENDS: Mapping[str, str] = {
    "YAML-020": "corrects a slip of the keyboard (`licens`), if the right key isn't there too",
    "YAML-031": "`yes`, `oui` and the like become `true`, `no`, `non` and the like `false`",
    "YAML-033": "`90 seconds` becomes `90 s`, `1'30` becomes `1:30`",
    "YAML-035": "a date that can mean one day only is written as `2023-09-22`, a feed's date likewise",
    "YAML-036": "upper case becomes lower case",
    "YAML-038": "takes off `mailto:`",
    "YAML-039": "`fr_FR` becomes `fr-FR`, a language's name its tag",
    "YAML-040": "accents, spaces and upper case go",
    "YAML-041": "takes off braces, adds hyphens",
    "YAML-042": "a Creative Commons name or address becomes its SPDX id",
    "YAML-051": "`\\` becomes `/`",
    "YAML-053": "spells a file's name as the file does",
}
"""By id: what `--fix` does, where it does anything."""
_SYNTAX = "YAML 1.2.2"
_SPECS: Mapping[str, str] = {
    **dict.fromkeys((f"YAML-{number:03d}" for number in range(3, 14)), _SYNTAX),
    "YAML-037": "RFC 3986",
    "YAML-039": "BCP 47",
    "YAML-041": "Podcasting 2.0: guid",
    "YAML-042": "SPDX 2.3, annex D",
    "YAML-043": "Apple Podcasts categories",
    "YAML-044": "RFC 6838",
    "YAML-048": "RFC 5870 (geo), ISO 3166-1 (country), RFC 5545 (rrule); OpenStreetMap",
}
_WHY = "A file that breaks it is not used: podtool would have to guess what was meant."
_WHY_KEPT = "podtool keeps it to know what is public and what came in; a guess could cost you subscribers."
_KEPT = ("YAML-090", "YAML-091")

RULES: tuple[CheckRule, ...] = tuple(
    CheckRule(
        id=name,
        severity=text.severity,
        title=text.title,
        why=_WHY_KEPT if name in _KEPT else _WHY,
        spec=_SPECS.get(name, ""),
        fix=text.hint,
        example=EXAMPLES.get(name, ""),
        mends=_MENDS.get(name, ""),
        find=found_elsewhere(name),
    )
    for name, text in READING_RULES.items()
)
