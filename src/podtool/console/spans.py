"""Which part of a YAML line a place means: from its column to the end of the key or value there; pure."""

from __future__ import annotations

import re

_KEY = re.compile(r"(?:\"[^\"]*\"|'[^']*'|[^\s:,\[\]{}#\"'][^:,\[\]{}#]*?)(?=\s*:(?:\s|$))")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"?|'(?:[^']|'')*'?")
_IN_BRACKETS = re.compile(r"[^,\[\]{}]+?(?=\s*(?:[,\[\]{}]|\s#|$))")
_TO_THE_END = re.compile(r".+?(?=\s+#|\s*$)")


def end_of(line: str, column: int) -> int:
    """The 1-based column behind the key or value that begins at `column`; at least one sign is in it."""
    at = column - 1
    if not 0 <= at < len(line):
        return column + 1
    before = line[:at]
    inside = sum(map(before.count, "[{")) > sum(map(before.count, "]}"))
    for pattern in (_KEY, _QUOTED, _IN_BRACKETS if inside else _TO_THE_END):
        if match := pattern.match(line, at):
            return max(match.end(), at + 1) + 1
    return column + 1
