"""Writes the parts of docs/ that the code's own tables say; with --check only looks for stale ones.

Run it from the repository's root: python docs/generate.py
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from podtool.audio.effects import EFFECTS, Option
from podtool.check.rules import all_rules
from podtool.check.thresholds import ALL as THRESHOLDS
from podtool.cli import describe_commands
from podtool.errors import KINDS
from podtool.publish.tag_fields import TAG_FIELDS
from podtool.show.manifest import MANIFEST_TABLES
from podtool.show.model import BUILT_IN_PROFILES, Profile

FOLDER = Path(__file__).resolve().parent
NOTE = "<!-- Made by docs/generate.py from the code's own tables; don't edit. -->\n"

MANIFEST_INTRODUCTION = """\
Paths are relative to the file that names them and stay in the show's folder. Times: `90`, `1.5`, `1:30`,
`1:02:03.5`, `500 ms`, `1h2m3s`. Levels: `-3 dB`, `-16 LUFS`, `-1 dBTP`. `true` and `false` are the only
booleans. Unknown keys and wrong values are errors with file, line and column, all of them at once.
"""
EFFECTS_INTRODUCTION = """\
`effects: [{name: …, option: value}]`, in order, by their pydub names. The public functions of an `effects.py`
beside `show.yaml` may be named, too: each takes a pydub `AudioSegment` and its options, and returns one.
"""
EXIT_CODES_INTRODUCTION = """\
Every command ends with one of these; with `--json` the object's `error` has the same `exit_code` and the
`kind`. A user's mistake never shows a traceback.
"""
TAGS_INTRODUCTION = """\
One table for all formats: ID3v2.3 in MP3, atoms in M4A and MP4, comments in Opus, Ogg Vorbis and FLAC, and
the element of the feed that says the same.
"""


def cell(text: object) -> str:
    """Text for a Markdown table."""
    return " ".join(str(text).split()).replace("|", "\\|") or " "


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    heads = list(heads)
    lines = [" | ".join(heads), " | ".join("---" for _ in heads)]
    lines += [" | ".join(cell(each) for each in row) for row in rows]
    return "".join(f"| {line} |\n" for line in lines)


def code(text: str) -> str:
    """Inline code; nothing for nothing."""
    return f"`{text}`" if text else ""


def manifest_page() -> str:
    """docs/manifest.md."""
    parts = [
        "# show.yaml and episode.yaml\n",
        MANIFEST_INTRODUCTION,
    ]
    for file, tables in MANIFEST_TABLES.items():
        parts.append(f"## {file}\n")
        for index, each in enumerate(tables):
            if index:
                parts.append(f"### {each.name}\n")
            parts.append(each.doc + "\n")
            parts.append(
                table(
                    ("key", "what", "type", "default"),
                    (
                        (
                            f"`{field.key}`" + (" **required**" if field.required else ""),
                            field.doc,
                            field.kind.name,
                            field.shown_default,
                        )
                        for field in each.fields
                    ),
                )
            )
    parts += [
        "## Built-in profiles\n",
        profiles_table(),
        "## Effects\n",
        EFFECTS_INTRODUCTION,
        effects_table(),
    ]
    return "\n".join(parts)


def profiles_table() -> str:
    """The built-in profiles."""

    def row(profile: Profile) -> tuple[object, ...]:
        loudness, peak = profile.loudness_lufs, profile.true_peak_dbtp
        return (
            f"`{profile.name}`",
            profile.format,
            f"{profile.bitrate_kbps} kbit/s" if profile.bitrate_kbps else "lossless",
            profile.channels,
            f"{profile.sample_rate_hz} Hz",
            "unchanged" if loudness is None else f"{loudness:g} LUFS",
            "" if peak is None else f"{peak:g} dBTP",
        )

    heads = ("profile", "format", "bit rate", "channels", "sample rate", "loudness", "true peak")
    return table(heads, map(row, BUILT_IN_PROFILES.values()))


def effects_table() -> str:
    """Pydub's effects with their options."""

    def told(name: str, option: Option) -> str:
        low, high = option.range
        values = ", ".join(option.choices) or f"{low:g} to {high:g}{f' {option.unit}' if option.unit else ''}"
        return f"`{name}` ({values}{'' if option.default is None else f'; {option.default}'})"

    rows = (
        (f"`{name}`", effect.what, ", ".join(told(*each) for each in effect.options.items()))
        for name, effect in sorted(EFFECTS.items())
    )
    return table(("effect", "what it does", "options (range; default)"), rows)


def rules_page() -> str:
    """docs/rules.md."""
    rules = sorted(all_rules(), key=lambda rule: rule.id)
    parts = [
        "# Rules\n",
        "What `podtool check` looks for. `podtool check --explain RULE` says the same in the terminal.\n",
        table(
            ("rule", "severity", "what", "`--fix`"),
            ((f"`{rule.id}`", rule.severity, rule.title, "mends" if rule.mends else "") for rule in rules),
        ),
    ]
    for rule in rules:
        parts.append(f"## {rule.id}: {rule.title}\n")
        lines = [
            ("Why", rule.why),
            ("Spec", rule.spec),
            ("Fix", rule.fix),
            ("`--fix`", rule.mends),
            ("Example", rule.example),
        ]
        parts.append("".join(f"- **{name}:** {cell(text)}\n" for name, text in lines if text))
    limits = [
        (f"`{each.rule}`", each.what, f"{each.value:g} {each.unit}".strip(), each.source)
        for each in sorted(THRESHOLDS, key=lambda each: each.rule)
    ]
    parts.append("## Limits of the measured rules\n")
    parts.append(table(("rule", "what is compared", "limit", "source"), limits))
    return "\n".join(parts)


def exit_codes_page() -> str:
    """docs/exit-codes.md."""
    rows = [(0, "done", ""), *((kind.exit_code, kind.meaning, kind.__name__) for kind in KINDS)]
    return "\n".join(
        [
            "# Exit codes\n",
            EXIT_CODES_INTRODUCTION,
            table(("code", "meaning", "`error.kind`"), ((a, b, code(c)) for a, b, c in sorted(rows))),
        ]
    )


def tags_page() -> str:
    """docs/tags.md."""
    rows = (
        (
            f"`{field.name}`",
            field.holds,
            code(field.id3),
            code(field.mp4),
            code(field.vorbis),
            code(field.feed),
        )
        for field in TAG_FIELDS
    )
    return "\n".join(
        [
            "# What is written where\n",
            TAGS_INTRODUCTION,
            table(("field", "holds", "ID3", "MP4", "Vorbis", "feed"), rows),
        ]
    )


def cli_page() -> str:
    """docs/cli.md."""
    _, *commands = describe_commands()
    parts = [
        "# Commands\n",
        "Every command also takes `-q`, `-v`, `--json` and `--help`.\n",
        table(("command", "what it does"), ((f"`podtool {each.name}`", each.summary) for each in commands)),
    ]
    for each in commands:
        parts.append(f"## podtool {each.name}\n")
        parts.append(f"```\n{each.usage}\n```\n")
        parts.append(each.help + "\n")
        rows = [row for row in (*each.arguments, *each.options) if not row.shared]
        if rows:
            parts.append(table(("", "what"), ((code(row.name), row.help) for row in rows)))
        if each.examples:
            parts.append("```console\n" + "".join(f"$ {line}\n" for line in each.examples) + "```\n")
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "manifest.md": manifest_page,
    "rules.md": rules_page,
    "exit-codes.md": exit_codes_page,
    "tags.md": tags_page,
    "cli.md": cli_page,
}


def render(name: str) -> str:
    """A page's whole text."""
    return NOTE + "\n" + PAGES[name]().rstrip() + "\n"


def main() -> int:
    """Writes every page; with --check compares, and says which are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = []
    for name in PAGES:
        path = FOLDER / name
        text = render(name)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text, encoding="utf-8", newline="\n")
    if check and stale:
        print(f"docs are stale: {', '.join(stale)}; run python docs/generate.py", file=sys.stderr)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
