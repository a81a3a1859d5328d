"""Problems as GitHub's runner reads them from a log: `workflow commands`_, one line each.

.. _workflow commands: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from pathlib import PurePosixPath

from podtool.console.spans import end_of
from podtool.console.wording import many_lines
from podtool.errors import Problem, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_IN_DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_IN_PROPERTIES = (*_IN_DATA, (":", "%3A"), (",", "%2C"))


def annotation(problem: Problem, folder: PurePosixPath, excerpt: str | None = None) -> str:
    """``::error file=…,line=…,col=…,title=RULE::message``.

    Args:
        problem: what was found.
        folder: the way from the repository to the show.
        excerpt: the line that it is about; then the last column is told, too (with `endLine`, as the runner
            takes columns only within one line).
    """
    spans = excerpt is not None and problem.line and problem.column
    properties = {
        "file": (folder / problem.file).as_posix() if problem.file else "",
        "line": str(problem.line or ""),
        "endLine": str(problem.line) if spans else "",
        "col": str(problem.column or ""),
        "endColumn": str(end_of(excerpt or "", problem.column) - 1) if spans else "",
        "title": problem.rule,
    }
    told = ",".join(
        f"{name}={_escaped(value, _IN_PROPERTIES)}" for name, value in properties.items() if value
    )
    words = "\n".join(part for part in (problem.message, problem.hint) if part)
    return f"::{_COMMANDS[problem.severity]} {told}::{_escaped(words, _IN_DATA)}"


def _escaped(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for character, code in table:
        text = text.replace(character, code)
    return many_lines(text)
