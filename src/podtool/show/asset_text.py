"""A new asset put into the text of show.yaml or episode.yaml; all else stays to the letter. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from podtool.errors import ManifestError
from podtool.show.findings import Findings
from podtool.show.yaml_compose import mapping_in
from podtool.show.yaml_nodes import MappingNode, Outline, outline
from podtool.show.yaml_writing import plain_or_quoted

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def add_asset(text: str, identifier: str, values: Mapping[str, str], *, file: str) -> str:
    """The text with one asset more, as the last under `assets`; the outcome is read again before it is given.

    Args:
        text: of a show.yaml or episode.yaml.
        identifier: the new asset's id, which isn't there yet.
        values: its keys in the order in which they are written.
        file: the file's name in problems.

    Raises:
        ManifestError: `text` is not YAML, or its `assets` can't grow by lines (``assets: {…}``); with what to
            write by hand.
    """
    findings = Findings()
    bare = text.removeprefix("\ufeff")
    before = findings.settle(mapping_in(bare, file=file, findings=findings))
    wanted = _with_asset(before, identifier, values)
    for candidate in _candidates(bare, before, identifier, values):
        checked = Findings()
        after = mapping_in(candidate, file=file, findings=checked)
        if after is not None and not checked.problems() and outline(after) == wanted:
            return text[: len(text) - len(bare)] + candidate
    by_hand = "; ".join(f"`{key}: {plain_or_quoted(value)}`" for key, value in values.items())
    raise ManifestError(
        f"{file}: the asset can't be added without changing what stands there",
        hint=f"Add it by hand, under `assets`, `{identifier}`: {by_hand}",
    )


def _with_asset(before: MappingNode, identifier: str, values: Mapping[str, str]) -> Outline:
    """What the file must say afterwards."""
    added = (identifier, ("mapping", *values.items()))
    assets = before.value("assets")
    old = outline(assets) if assets is not None else ("mapping",)
    new = ("assets", (*old, added))
    pairs = [(key.text, outline(value)) for key, value in before.entries]
    if before.writes("assets"):
        return ("mapping", *(new if pair[0] == "assets" else pair for pair in pairs))
    return ("mapping", *pairs, new)


def _candidates(text: str, before: MappingNode, identifier: str, values: Mapping[str, str]) -> Iterator[str]:
    lines = _LINE.findall(text)
    line_end = "\r\n" if "\r\n" in text else "\n"
    assets = before.value("assets")
    margin = before.place.column - 1
    indent = margin + 2
    if isinstance(assets, MappingNode) and assets.entries:
        indent = assets.entries[0][0].place.column - 1
    head = [] if before.writes("assets") else [" " * margin + "assets:"]
    added = [*head, f"{' ' * indent}{identifier}:"]
    added += [f"{' ' * (indent + 2)}{key}: {plain_or_quoted(value)}" for key, value in values.items()]
    for line in _gaps(lines, before, margin):
        above = lines[:line]
        if above and not above[-1].endswith(("\n", "\r")):
            above[-1] += line_end
        yield "".join([*above, *(each + line_end for each in added), *lines[line:]])


def _gaps(lines: list[str], before: MappingNode, margin: int) -> Iterator[int]:
    """Where the asset may go in, likeliest first: as a line's number from 0."""
    if not before.writes("assets"):
        yield len(lines)
        return
    start = before.place_of("assets").line
    below = (key.place.line - 1 for key, _ in before.entries if key.place.line > start)
    end = min(below, default=len(lines))
    last = end
    while last > start and _is_between(lines[last - 1], margin):
        last -= 1
    yield last
    if last != end:
        yield end


def _is_between(line: str, margin: int) -> bool:
    """A blank line, or a comment about what follows: it stands no deeper than the file's own keys."""
    bare = line.strip()
    return not bare or (bare.startswith("#") and len(line) - len(line.lstrip(" ")) <= margin)
