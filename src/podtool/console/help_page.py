"""`--help`, drawn from the description of a command that the reference in docs/ is made from too."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

_GUTTER = 2
_WIDEST_NAME = 30
_NARROWEST = 40
_WIDEST = 100
_BOLD, _CYAN, _DIM, _OFF = "\x1b[1m", "\x1b[36m", "\x1b[2m", "\x1b[0m"
Paint = Callable[[str, str], str]
_PARAGRAPH = re.compile(r"\n\s*\n")


@dataclass(frozen=True, kw_only=True)
class ParameterHelp:
    """An argument or option: ``-p, --profile NAME`` and what it means."""

    name: str
    help: str
    shared: bool = False


@dataclass(frozen=True, kw_only=True)
class CommandHelp:
    """What there is to know about a command.

    Attributes:
        name: ``assemble``; empty for podtool itself.
        usage: the line after «Usage:».
        summary: one sentence.
        help: all of it, `summary` included; paragraphs are parted by empty lines.
        examples: command lines to copy.
        arguments: in order.
        options: its own, then those that all commands share (`shared`).
    """

    name: str
    usage: str
    summary: str
    help: str
    examples: tuple[str, ...] = ()
    arguments: tuple[ParameterHelp, ...] = ()
    options: tuple[ParameterHelp, ...] = ()


def render_help(page: CommandHelp, commands: Sequence[CommandHelp], width: int, *, styled: bool) -> str:
    """The help page: usage, what it does, its parameters, `commands`, examples."""
    width = min(max(width, _NARROWEST), _WIDEST)
    paint = _paint if styled else _leave
    blocks = [f"{paint('Usage:', _BOLD)} {page.usage}"]
    blocks += [textwrap.fill(" ".join(part.split()), width) for part in _PARAGRAPH.split(page.help.strip())]
    rows = {
        "Commands": [(command.name, command.summary) for command in commands],
        "Arguments": [(argument.name, argument.help) for argument in page.arguments],
        "Options": [(option.name, option.help) for option in page.options if not option.shared],
        "Options of all commands": [(option.name, option.help) for option in page.options if option.shared],
    }
    if not rows["Options"]:
        rows["Options"] = rows.pop("Options of all commands")
    for title, pairs in rows.items():
        if pairs:
            blocks.append("\n".join([paint(f"{title}:", _BOLD), *_rows(pairs, width, paint)]))
    if page.examples:
        lines = [f"  {paint('$', _DIM)} {example}" for example in page.examples]
        blocks.append("\n".join([paint("Examples:" if len(lines) > 1 else "Example:", _BOLD), *lines]))
    return "\n\n".join(blocks)


def _rows(pairs: Iterable[tuple[str, str]], width: int, paint: Paint) -> Iterable[str]:
    pairs = list(pairs)
    column = min(max(len(name) for name, _ in pairs), _WIDEST_NAME) + 2 * _GUTTER
    for name, text in pairs:
        lines = textwrap.wrap(text, width - column) or [""]
        first = " " * _GUTTER + paint(name, _CYAN)
        if len(name) > _WIDEST_NAME:
            yield first
        else:
            yield (first + " " * (column - _GUTTER - len(name)) + lines.pop(0)).rstrip()
        yield from (" " * column + line for line in lines)


def _paint(text: str, style: str) -> str:
    return f"{style}{text}{_OFF}"


def _leave(text: str, style: str) -> str:
    del style
    return text
