"""Plain values → YAML text, the same for the same values; any YAML reader reads it back."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from podtool.show.yaml_source import FORBIDDEN_IN_VALUE

# Words that YAML 1.1 readers take for booleans or nothing.
_WORDS_WITH_MEANING = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*\Z")
_PLAIN_TEXT = re.compile(r"[^\W\d_][\w .,/()’'+-]*\Z")
_PLAIN_URL = re.compile(r"https?://[\w./~%=&?@+-]+(?::\d+[\w./~%=&?@+-]*)?\Z", re.ASCII)


def quoted(text: str) -> str:
    """`text` in double quotes, as JSON, which YAML 1.2 reads (section 1.3).

    Raises:
        ValueError: it holds a control character, which could not be read back.
    """
    if found := FORBIDDEN_IN_VALUE.search(text):
        raise ValueError(f"the control character U+{ord(found[0]):04X} can't be written to YAML")
    return json.dumps(text, ensure_ascii=False)


def plain_or_quoted(text: str) -> str:
    """`text` as a person would write it: without quotes where no YAML reader can misunderstand it."""
    plain = _PLAIN_URL.match(text) or (
        _PLAIN_TEXT.match(text) and text == text.strip() and text.lower() not in _WORDS_WITH_MEANING
    )
    return text if plain else quoted(text)


def plain_values(value: Any) -> Any:
    """Dataclasses as mappings in the order of their fields, without what is None or empty."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((each.name, plain_values(getattr(value, each.name))) for each in dataclasses.fields(value))
        return {name: found for name, found in pairs if found not in (None, [], {})}
    if isinstance(value, Mapping):
        return {key: plain_values(value[key]) for key in sorted(value)}
    if isinstance(value, tuple | list):
        return [plain_values(item) for item in value]
    return value


Inline = Callable[[Any, str], str]
"""How a value is written behind its key; with the indent of the lines below it."""


def format_yaml(value: Mapping[str, Any], comment: str = "", *, as_people_do: bool = False) -> str:
    """Block-style YAML, texts in double quotes, with `comment` above it.

    Args:
        value: strings, numbers, dates, None, and mappings and lists of them.
        comment: lines without their ``#``.
        as_people_do: quotes only where they are needed, and texts of several lines as lines.
    """
    head = [f"# {line}".rstrip() for line in comment.splitlines()]
    inline = _inline_as_people_do if as_people_do else _inline
    body = list(_lines(value, 0, inline)) if value else ["{}"]
    return "\n".join([*head, *body]) + "\n"


def _lines(value: Mapping[str, Any], depth: int, inline: Inline) -> Iterator[str]:
    indent = "  " * depth
    for key, item in value.items():
        name = key if _PLAIN_KEY.match(key) and key.lower() not in _WORDS_WITH_MEANING else quoted(key)
        if isinstance(item, Mapping) and item:
            yield f"{indent}{name}:"
            yield from _lines(item, depth + 1, inline)
        elif isinstance(item, list | tuple) and item:
            yield f"{indent}{name}:"
            yield from _item_lines(item, depth + 1, inline)
        else:
            yield f"{indent}{name}: {inline(item, indent)}"


def _item_lines(items: Sequence[Any], depth: int, inline: Inline) -> Iterator[str]:
    indent = "  " * depth
    for item in items:
        if isinstance(item, Mapping) and item:
            first, *rest = _lines(item, depth + 1, inline)
            yield f"{indent}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{indent}- {inline(item, indent)}"


def _inline_as_people_do(value: Any, indent: str) -> str:
    if not isinstance(value, str):
        return _inline(value)
    if "\n" not in value:
        return plain_or_quoted(value)
    lines = value.split("\n")
    # A block's first line sets its indent, and what stands at a line's end is hard to see.
    unseen = lines[0][:1].isspace() or any(line[-1:].isspace() for line in lines)
    if unseen or not (lines[0] and lines[-1]) or FORBIDDEN_IN_VALUE.search(value):
        return quoted(value)
    return "\n".join(["|-", *(f"{indent}  {line}" if line else "" for line in lines)])


def _inline(value: Any, _: str = "") -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case date():  # and datetime, which is one
            return value.isoformat()
        case str() | PurePosixPath():
            return quoted(str(value))
        case _:
            return "{}" if isinstance(value, Mapping) else "[]"
