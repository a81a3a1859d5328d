"""What `check` found, for people: by file, with the YAML line, a caret under the place, and what to do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from podtool.console.failures import SEVERITY_STYLES
from podtool.console.layout import Indented
from podtool.console.screen import Screen
from podtool.console.wording import counted, many_lines, one_line
from podtool.errors import Problem, Severity
from podtool.workflow.results import CheckResult

_WORD = re.compile(r"\"[^\"]*\"?|'[^']*'?|[^\s:,\[\]{}#]+|.")
_LEADING = 24
_LONGEST_EXCERPT = 160


def show_findings(screen: Screen, result: CheckResult) -> None:
    """Every problem under its file, and a last line that counts."""
    for file, problems in groupby(result.problems, key=lambda problem: problem.file):
        screen.show(Text(one_line(file or result.episode), style="head"))
        for problem in problems:
            _show_problem(screen, problem, result)
        screen.show(Text(""))
    screen.show(summary(result.problems))


def _show_problem(screen: Screen, problem: Problem, result: CheckResult) -> None:
    place = ":".join(str(part) for part in (problem.line, problem.column) if part)
    screen.show(
        Indented(
            Text.assemble(
                (f"{place}  " if place else "", "quiet"),
                (f"{problem.severity.value} ", SEVERITY_STYLES[problem.severity]),
                (f"{problem.rule}  ", "quiet"),
                one_line(problem.message),
            ),
            2,
        )
    )
    excerpt = result.excerpts.get((problem.file, problem.line))
    if excerpt is not None:
        screen.show(*_pointed(excerpt, problem, "│" if screen.unicode else "|"))
    for words in (problem.hint, problem.spec):
        if words:
            screen.show(Indented(Text(one_line(words), style="quiet"), 6))


def _pointed(excerpt: str, problem: Problem, bar: str) -> Iterable[Indented]:
    """The line and, where the column is known, a caret line under it; a long line is cut around the place."""
    line = many_lines(excerpt).replace("\t", " ").rstrip()
    at = max(problem.column - 1, 0)
    begin = max(0, at - _LEADING) if len(line) > _LONGEST_EXCERPT else 0
    shown = line[begin : begin + _LONGEST_EXCERPT]
    yield Indented(Text.assemble((f"{bar} ", "quiet"), shown), 6)
    if not problem.column or at >= max(len(line), 1):
        return
    word = _WORD.match(line, at)
    length = cell_len(word[0]) if word else 1
    space = " " * cell_len(line[begin:at])
    carets = "^" * min(length, max(1, cell_len(shown) - len(space)))
    yield Indented(Text.assemble((f"{bar} ", "quiet"), space, (carets, SEVERITY_STYLES[problem.severity])), 6)


def summary(problems: Iterable[Problem]) -> Text:
    """``2 errors, 1 warning``, or that all is well."""
    counts = Counter(problem.severity for problem in problems)
    if not counts:
        return Text("no problem found", style="good")
    parts = [
        (counted(counts[severity], severity.value), SEVERITY_STYLES[severity])
        for severity in Severity
        if counts[severity] or severity is not Severity.NOTE
    ]
    joined: list[str | tuple[str, str]] = []
    for part, style in parts:
        joined += [", " if joined else "", (part, style if not part.startswith("0 ") else "quiet")]
    return Text.assemble(*joined)
