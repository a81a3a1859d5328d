"""Writes the parts of docs/ that the code's own tables say; with --check only looks for stale ones.

Run it from the repository's root: python docs/generate.py
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from podtool.audio.effects import EFFECTS, Option
from podtool.check.rules import all_rules
from podtool.check.thresholds import ALL as THRESHOLDS
from podtool.cli import describe_commands
from podtool.errors import KINDS
from podtool.publish.tag_fields import TAG_FIELDS
from podtool.publish.template_guide import TEMPLATES, VIEWS, summary_of, variables_of
from podtool.show.compatibility import Clash, clashes
from podtool.show.licences import LICENCES
from podtool.show.manifest import MANIFEST_TABLES
from podtool.show.model import BUILT_IN_PROFILES, Asset, Licence, Profile
from podtool.show.rights import Work

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
RIGHTS_INTRODUCTION = """\
podtool tells whether an episode may have its licence with the works in it, and credits each where it is
heard. It reads licences; it is no lawyer. What it can't know it says, and never guesses.

## The ledger of works

Every work that somebody made stands under `assets` (or `cover`) in show.yaml or episode.yaml: `file`,
`title`, `creator`, `source`, `licence` (an SPDX id, or `LicenseRef-…` with a `licence_url`), and where
it matters `attribution` (the credit in the creator's own words), `modified` (changed before it came into
the show) and `allows`. Only what is placed in the timeline counts: an asset that no segment uses is
neither credited nor looked at.

`allows` says what you were allowed beyond the licence, by a letter or by a music library's terms:
`adapt` (cut, mix, lay under speech), `commercial` (go into what others may sell), `relicense` (be passed
on under the episode's licence). A `LicenseRef-` without `allows` is one whose terms podtool doesn't know
(RIGHTS-005); `LicenseRef-ARR` is «all rights reserved».

## What an episode may contain

The episode is taken as one adaptation of all works that are cut, faded, mixed or laid under speech. A
work played whole and alone, or shown beside the sound, stays a work of its own: there podtool warns and
leaves the judgement to you.

- **Attribution** (BY): anything may be made of it; the credit is owed. An episode under CC0 that holds
  such a work asks for no credit where one is owed (RIGHTS-012).
- **Share-alike** (SA): what is made of it carries its licence. Creative Commons 1.0: that licence only
  (section 4(b)). 2.0 to 3.0: a later version or a port, with the same elements (4(b)). 4.0: this version
  or a later one, or a compatible licence (3(b)(1)): the Free Art License 1.3 both ways, the GPL 3 one
  way. GFDL: the same version, or a later one where the work says so (10).
- **Non-commercial** (NC): not in an episode that others may sell.
- **No derivatives** (ND): whole and alone, or not at all (RIGHTS-009).
- **Sampling licences** and others that Creative Commons has given up still hold for what was put under
  them.

A verdict names the work, the clause and the way out; a licence is offered only where it fits all works
at once.

## What files say of themselves

ID3 (TIT2, TPE1, WOAF, WCOP, TCOP), Vorbis comments, MP4 atoms, the `INFO` list and the `bext` chunk of
WAV, XMP and EXIF of images are read. A licence is recognised by its address (with port and the deed's
language), its id, its short or its full name. `check` tells where file and YAML disagree (RIGHTS-013,
RIGHTS-014; case, accents and punctuation aside), and offers what only the file knows; `ingest` tells
what a recording says.

`podtool assets` lists every work with the episodes that use it. `podtool assets add FILE` copies a file
into the show (verified, never over another), takes what it says of itself, asks on a terminal for what a
credit still needs, and writes the asset into show.yaml, or with `--episode` into the episode's YAML;
comments and order stay.

## Who is credited, when

A work counts while it is heard: where a segment or a bed plays it above -60 dB, ducking included. What
touches is one range: the two sides of a cut, a bed that carries a sting on. Credits in the tags, the
feed, the page (with times that lead to the player) and `podtool credits` follow the published audio: the
ledger keeps the times.

Images are shown, not heard: the cover, and photos of chapters and people that are assets, are credited
as long as the episode has them, as works of their own unless `modified` says that they were changed.

Who made the music that is heard stands among the tags' musicians (TMCL), too.

## rights.json

`assemble` leaves `rights.json` in build/, `publish` puts it beside the episode's page, which links to
it. The same works give the same bytes.

| key | what |
| --- | --- |
| `version` | 1; other numbers for what readers of 1 couldn't read |
| `language` `show` `title` `number` | the episode; `number` may be `null` |
| `licence` | of the whole: `id` (SPDX, or `LicenseRef-…`), `name`, `url`; `null` where none is stated |
| `works` | music in the order in which it is heard, then images |
| `works[].id` `kind` | the asset's id; `music` or `image` |
| `works[].title` `creator` `source` | as the YAML says; `null` where nobody stated it |
| `works[].licence` `allows` | its own licence, as above, and what was allowed beyond it (`null`: unsaid) |
| `works[].modified` | whether it is an adaptation: cut, faded, mixed, laid under speech, or changed before |
| `works[].changes` | how: `before`, `excerpt`, `faded`, `effects`, `bed` (under speech), `mixed` |
| `works[].attribution` | the credit in one line, in the show's language |
| `works[].file` `sha256` | the file that was used: its name and digest |
| `works[].ranges_ms` | when it is heard: `[start, end]` in milliseconds of the episode; empty for images |

## Which work into which episode

Rows: the work's licence. Columns: the episode's. `yes`; `whole`: only whole and alone, or shown; `no`:
not even so; `credit`: yes, but a credit is owed; `part`: parts of it, made into something else. Sources:
the licences' texts; Creative Commons' adapter's license chart and list of compatible licences.
"""
LICENCE_COLUMNS = (
    "CC0-1.0",
    "CC-BY-4.0",
    "CC-BY-SA-3.0",
    "CC-BY-SA-4.0",
    "LAL-1.3",
    "CC-BY-ND-4.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-SA-4.0",
    "CC-BY-NC-ND-4.0",
)


TEMPLATES_INTRODUCTION = """\
Pages are made from [Jinja](https://jinja.palletsprojects.com/) templates. A file of the same name in the
show's `templates/` folder takes a template's place; `podtool/…` names ours, so that yours can extend it and
change one block only. This is `templates/episode.html.j2` with a footer of its own:

```jinja
{% extends "podtool/episode.html.j2" %}
{% block footer %}
{{ super() }}
<p>{{ page.title }} – {{ say("licence") }}{{ say("separator") }}{{ page.credits.licence.name }}</p>
{% endblock %}
```

`podtool preview` shows what comes of it while you write; a mistake is told with file and line, there and by
`publish`.

- **Escaped**: every value is text, and `<` in it comes out as `&lt;`. What is typed `Markup` is HTML that
  was cleaned already. There is no need for `|safe`.
- **In a sandbox**: a template reads what it is given. It opens no file but templates, and reaches nothing
  of Python.
- **Words** come from `say("key")`, in the show's language (French or English); `clock(milliseconds)` gives
  `1:23`.
- **Colours and more**: `templates/custom.css` is added to the end of our style sheet. Set `--accent`,
  `--accent-ground`, `--on-accent`, `--ground`, `--raised`, `--ink`, `--soft`, `--line`, `--serif` or
  `--sans` there on `:root`, and the dark ones inside `@media (prefers-color-scheme: dark)`. Keep a contrast
  of 4.5 between text and ground.
- **Replaced as a whole**: `style.css`, `player.js`, `transcript.js` and `search.js` in `templates/` are
  published in place of ours.
- **The policy**: each page carries a Content-Security-Policy that lets in files of the same site only: no
  inline script, no inline style, no other host. Write scripts and styles into files.

## Headers for the web server

The policy of the page can't say who may show it in a frame; a header can. Where you set headers:

| path | header |
| --- | --- |
| `*/embed.html` | none: everybody may embed it (or a policy with `frame-ancestors https://…`) |
| every other page | `Content-Security-Policy: frame-ancestors 'self'` |
| everything | `X-Content-Type-Options: nosniff` |
| `*.json`, `*.vtt`, `*.srt` | `Access-Control-Allow-Origin: *`, for podcast apps that run in a browser |

`podtool preview` sends the first three.
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
            ("Who wants what", rule.disagreement),
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


def verdict(work_id: str, episode_id: str) -> str:
    """What becomes of a work in an episode: `yes`, `part`, `credit`, `whole` or `no`."""

    def against(*, changed: bool) -> list[Clash]:
        asset = Asset(id="x", file=PurePosixPath("x"), licence=Licence(id=work_id))
        return list(clashes(Work(asset=asset, kind="music", changed=changed), LICENCES[episode_id]))

    if not any(clash.certain for clash in against(changed=True)):
        clauses = {clash.clause for clash in against(changed=True)}
        return "part" if "sampling" in clauses else "credit" if "attribution" in clauses else "yes"
    return "no" if any(clash.certain for clash in against(changed=False)) else "whole"


def rights_page() -> str:
    """docs/rights.md."""
    rows = (
        (f"`{spdx}`", facts.name, *(verdict(spdx, column) for column in LICENCE_COLUMNS))
        for spdx, facts in LICENCES.items()
        if not facts.port
    )
    heads = ("SPDX id", "work", *(LICENCES[column].name for column in LICENCE_COLUMNS))
    return "\n".join(["# Rights\n", RIGHTS_INTRODUCTION, table(heads, rows)])


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


def templates_page() -> str:
    """docs/templates.md."""
    parts = ["# Templates\n", TEMPLATES_INTRODUCTION, "## Templates and their blocks\n"]
    for each in TEMPLATES:
        given = f" `page`: `{each.view.__name__}`." if each.view else ""
        parts.append(f"### {each.name}\n")
        parts.append(f"{each.what[0].upper()}{each.what[1:]}.{given}\n")
        if each.blocks:
            rows = ((f"`{name}`", what) for name, what in each.blocks.items())
            parts.append(table(("block", "what it holds"), rows))
    parts.append("## Variables\n")
    parts.append(
        "Every template has `page`, `head`, `say` and `clock`; what lies in the first two is below.\n"
    )
    for view in VIEWS:
        parts.append(f"### {view.__name__}\n")
        parts.append(summary_of(view) + "\n")
        rows = ((f"`{name}`", code(kind), what) for name, kind, what in variables_of(view))
        parts.append(table(("name", "type", "what"), rows))
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "manifest.md": manifest_page,
    "rules.md": rules_page,
    "exit-codes.md": exit_codes_page,
    "tags.md": tags_page,
    "cli.md": cli_page,
    "rights.md": rights_page,
    "templates.md": templates_page,
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
