"""What `check` found, for people: by file, with the YAML line, its part underlined, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from podtool.console.failures import SEVERITY_STYLES
from podtool.console.layout import Indented
from podtool.console.screen import Screen
from podtool.console.spans import end_of
from podtool.console.wording import counted, many_lines, one_line
from podtool.errors import Problem, Severity
from podtool.workflow.results import CheckResult, FileFix

_INSET = 6
_LEADING = 24
"""Columns before the place that stay in sight when a line is too long."""
_DIFF_STYLES = {"+++": "head", "---": "head", "@@": "key", "+": "good", "-": "bad"}
_WIDEST = 160
_NARROWEST = 20


def show_findings(screen: Screen, result: CheckResult) -> None:
    """Every problem under its file, and a last line that counts; with -v also what is ignored, and why."""
    for file, problems in groupby(result.problems, key=lambda problem: problem.file):
        screen.show(Text(one_line(file or result.episode), style="head"))
        for problem in problems:
            _show_problem(screen, problem, result)
        screen.show(Text(""))
    if screen.settings.verbose:
        _show_ignored(screen, result)
    screen.show(summary(result))


def _show_problem(screen: Screen, problem: Problem, result: CheckResult) -> None:
    place = ":".join(str(part) for part in (problem.line, problem.column) if part)
    screen.show(
        Indented(
            Text.assemble(
                (f"{place}  " if place else "", "quiet"),
                (f"{problem.severity.value} ", SEVERITY_STYLES[problem.severity]),
                (f"{problem.rule}  ", "quiet"),
                one_line(problem.message),
                ("  [--fix]" if problem in result.edits else "", "good"),
            ),
            2,
        )
    )
    excerpt = result.excerpt(problem)
    if excerpt is not None:
        screen.show(*_underlined(screen, excerpt, problem))
    for words in (problem.hint, problem.spec):
        if words:
            screen.show(Indented(Text(one_line(words), style="quiet"), _INSET))


def _underlined(screen: Screen, excerpt: str, problem: Problem) -> Iterator[Indented]:
    """The line and, where the column is known, carets under the key or value that is meant.

    A line that has no room is cut around the place. Tabs are one column wide, so that columns count signs.
    """
    bar, dots = ("│", "…") if screen.unicode else ("|", "~")
    line = many_lines(excerpt).replace("\t", " ").rstrip()
    room = min(_WIDEST, screen.out.width - _INSET - 2) if screen.out.is_terminal else _WIDEST
    at = max(problem.column - 1, 0)
    begin, end = _in_sight(line, at, max(room, _NARROWEST))
    shown = (dots if begin else "") + line[begin:end] + (dots if end < len(line) else "")
    yield Indented(Text.assemble((f"{bar} ", "quiet"), shown), _INSET)
    if not problem.column or at >= max(len(line), 1):
        return
    space = " " * cell_len((dots if begin else "") + line[begin:at])
    marked = line[at : min(end_of(line, problem.column) - 1, end)]
    carets = "^" * max(1, cell_len(marked))
    style = SEVERITY_STYLES[problem.severity]
    yield Indented(Text.assemble((f"{bar} ", "quiet"), space, (carets, style)), _INSET)


def _in_sight(line: str, at: int, room: int) -> tuple[int, int]:
    """From where to where a line is shown in `room` columns, so that the sign `at` is among them."""
    if cell_len(line) <= room:
        return 0, len(line)
    lead = min(_LEADING, room // 3)
    begin = at = min(at, len(line))
    while begin and cell_len(line[begin - 1 : at]) < lead:
        begin -= 1
    used, end = 1 if begin else 0, begin
    while end < len(line) and used + cell_len(line[end]) < room:
        used += cell_len(line[end])
        end += 1
    return begin, end


def _show_ignored(screen: Screen, result: CheckResult) -> None:
    for each in result.ignored:
        problem = each.problem
        place = f"{one_line(problem.place)}: " if problem.place else ""
        screen.show(
            Text.assemble(("ignored ", "quiet"), f"{problem.rule}  {place}{one_line(problem.message)}")
        )
        screen.show(Indented(Text(f"{one_line(each.reason)} ({one_line(each.by)})", style="quiet"), _INSET))


def show_fixes(screen: Screen, fixes: Iterable[FileFix], *, aside: bool = False) -> None:
    """A diff per file, as `git diff` draws it; `aside`: on stderr."""
    show = screen.tell if aside else screen.show
    for fix in fixes:
        for line in fix.diff.splitlines():
            style = next((look for sign, look in _DIFF_STYLES.items() if line.startswith(sign)), "")
            show(Text(many_lines(line), style=style))


def summary(result: CheckResult) -> Text:
    """``2 errors, 1 warning``, or that all is well; and how many are ignored."""
    counts = Counter(problem.severity for problem in result.problems)
    ignored = (f", {len(result.ignored)} ignored" if result.ignored else "", "quiet")
    fixable = (f"; --fix mends {len(result.edits)}" if result.edits else "", "good")
    if not counts:
        return Text.assemble(("no problem found", "good"), ignored)
    parts = [
        (counted(counts[severity], severity.value), SEVERITY_STYLES[severity])
        for severity in Severity
        if counts[severity] or severity is not Severity.NOTE
    ]
    joined: list[str | tuple[str, str]] = []
    for part, style in parts:
        joined += [", " if joined else "", (part, style if not part.startswith("0 ") else "quiet")]
    return Text.assemble(*joined, ignored, fixable)
