"""Errors and problems in words, on stderr."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from podtool.console.layout import Indented
from podtool.console.screen import Screen
from podtool.console.wording import many_lines, one_line
from podtool.errors import Cancelled, PodtoolError, Problem, Severity

SEVERITY_STYLES = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "key"}


def tell_error(screen: Screen, error: PodtoolError) -> None:
    """What went wrong, each problem with its place, and what to do next."""
    if isinstance(error, Cancelled):
        screen.tell(Text(one_line(error.message), style="warn"))
        return
    screen.tell(Text.assemble(("error: ", "bad"), many_lines(error.message).strip()))
    screen.tell(*problem_lines(error.problems))
    if error.hint:
        screen.tell(Text.assemble(("hint: ", "key"), many_lines(error.hint).strip()))


def _message(problem: Problem) -> str:
    """The message, without the file that stands before it already."""
    return problem.message.removeprefix(f"{problem.file}: ") if problem.file else problem.message


def problem_lines(problems: Iterable[Problem]) -> Iterable[RenderableType]:
    """``file:line:column: message`` for each problem, its hint dimmed below."""
    for problem in problems:
        place = Text(f"{one_line(problem.place)}: " if problem.place else "", style="head")
        mark = "" if problem.severity is Severity.ERROR else f"{problem.severity.value}: "
        line = Text.assemble(place, (mark, SEVERITY_STYLES[problem.severity]), one_line(_message(problem)))
        yield Indented(line, 2)
        if problem.hint:
            yield Indented(Text(one_line(problem.hint), style="quiet"), 6)
