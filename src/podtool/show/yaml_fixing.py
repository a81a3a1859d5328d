"""Fixes applied to YAML text: one key or value is written anew, all else stays to the letter.

Each outcome is read again: a fix that would change anything but what it means to is not applied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import yaml

from podtool.errors import Fix, Problem
from podtool.show.findings import Findings
from podtool.show.yaml_compose import LOADER, compose
from podtool.show.yaml_nodes import Node, Outline, outline
from podtool.show.yaml_writing import quoted

_LINE_END = re.compile("\r\n|\r|\n")
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, kw_only=True)
class Edit:
    """`text` in place of what stands from one place to the other (1-based, the end not included)."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, kw_only=True)
class FixedText:
    """A file's text with the fixes that could be applied, each problem with its edit of the old text."""

    text: str
    edits: tuple[tuple[Problem, Edit], ...] = ()


def apply_fixes(text: str, problems: Iterable[Problem]) -> FixedText:
    """The text with every fix that holds; without one it is as it was.

    Args:
        text: of a YAML file.
        problems: of this file; those without a fix are passed over.
    """
    bare = text.removeprefix(_BYTE_ORDER_MARK)
    wanted = {
        (problem.line, problem.column, problem.fix): problem
        for problem in problems
        if problem.fix is not None
    }
    done: list[tuple[Problem, Edit]] = []
    taken: set[tuple[int, int]] = set()
    current = bare
    # From the end to the beginning: what comes before an edit keeps its place.
    for problem in sorted(wanted.values(), key=lambda each: _position(each, bare), reverse=True):
        for edit in _edits(current, problem):
            place = (edit.line, edit.column)
            if place not in taken and (candidate := _applied(current, edit, problem)) is not None:
                current = candidate
                taken.add(place)
                done.append((problem, edit))
                break
    return FixedText(text=text[: len(text) - len(bare)] + current, edits=tuple(reversed(done)))


def _position(problem: Problem, text: str) -> tuple[int, int]:
    """Where it is written: a key that is added stands behind its neighbour."""
    if problem.fix and problem.fix.add:
        neighbour = _value_of(problem.fix.after, text)
        return (neighbour.end_line, neighbour.end_column) if neighbour else (0, 0)
    return (problem.line, problem.column)


def _edits(text: str, problem: Problem) -> Iterator[Edit]:
    """The ways to write the fix, the one nearest to what stands there first."""
    fix = problem.fix or Fix(text="")
    if fix.add:
        neighbour = _value_of(fix.after, text)
        if neighbour is not None:
            line = neighbour.end_line
            column = len(_LINE_END.split(text)[line - 1]) + 1
            for written in _written(fix.text, None):
                added = f"{_line_end(text)}{fix.add}: {written}"
                yield Edit(line=line, column=column, end_line=line, end_column=column, text=added)
        return
    for scalar in _scalars(text):
        if (scalar.line, scalar.column) == (problem.line, problem.column):
            for written in dict.fromkeys(_written(fix.text, scalar.style)):
                yield Edit(
                    line=scalar.line,
                    column=scalar.column,
                    end_line=scalar.end_line,
                    end_column=scalar.end_column,
                    text=written,
                )
            return


def _written(text: str, style: str | None) -> Iterator[str]:
    if style == "'":
        yield "'" + text.replace("'", "''") + "'"
    if not style:  # plain: libyaml says "", PyYAML None
        yield text
    yield quoted(text)


def _applied(text: str, edit: Edit, problem: Problem) -> str | None:
    """The text after the edit; None when anything else would mean something else then."""
    start, end = _offset(text, edit.line, edit.column), _offset(text, edit.end_line, edit.end_column)
    candidate = text[:start] + edit.text + text[end:]
    before, after = _read(text), _read(candidate)
    if before is None or after is None:
        return None
    fix = problem.fix or Fix(text="")
    expected = _with_key(outline(before), fix) if fix.add else _with_text(before, edit, fix)
    return candidate if outline(after) == expected != outline(before) else None


def _with_text(before: Node, edit: Edit, fix: Fix) -> Outline:
    return outline(before, {(edit.line, edit.column): fix.text})


def _with_key(before: Outline, fix: Fix) -> Outline:
    """With the key behind its neighbour; keys stand at the top of the file."""
    if isinstance(before, str):
        return before
    index = next((n for n, pair in enumerate(before) if isinstance(pair, tuple) and pair[0] == fix.after), 0)
    return (*before[: index + 1], (fix.add, fix.text), *before[index + 1 :])


# The text


def _read(text: str) -> Node | None:
    return compose(text, file="", findings=Findings())


@dataclass(frozen=True, kw_only=True)
class _Scalar:
    """A scalar as it is written, on one line, from its first sign or quote to the one behind its last."""

    text: str
    style: str | None
    line: int
    column: int
    end_line: int
    end_column: int


def _scalars(text: str) -> Iterator[_Scalar]:
    """Those of one line that are written as they are: without an anchor or a tag before them."""
    try:
        for event in yaml.parse(text, Loader=LOADER):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None or event.tag is not None:
                continue
            start, end = event.start_mark, event.end_mark
            if start is not None and end is not None and start.line == end.line:
                yield _Scalar(
                    text=event.value,
                    style=event.style,
                    line=start.line + 1,
                    column=start.column + 1,
                    end_line=end.line + 1,
                    end_column=end.column + 1,
                )
    except (yaml.YAMLError, ValueError, OverflowError):
        return


def _value_of(key: str, text: str) -> _Scalar | None:
    """The value of a key at the top of the file, where both are scalars on one line."""
    for name, value in pairwise(_scalars(text)):
        if name.text == key and name.column == 1 and value.line == name.line:
            return value
    return None


def _line_end(text: str) -> str:
    found = _LINE_END.search(text)
    return found[0] if found else "\n"


def _offset(text: str, line: int, column: int) -> int:
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    return starts[line - 1] + column - 1
