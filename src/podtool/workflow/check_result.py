"""What `check` gives back: findings in order, each with the line that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from podtool.check.judging import Judged
from podtool.errors import Problem
from podtool.workflow.fixing import find_edits
from podtool.workflow.results import CheckResult, IgnoredProblem

LARGEST_EXCERPT_FILE = 1 << 20
QUOTED_SUFFIXES = frozenset({".yaml", ".yml", ".xml", ".rss"})


def as_result(name: str, judged: Judged, root: Path, folders: Sequence[str] = ()) -> CheckResult:
    """Sorted by place.

    Args:
        name: what was looked at, as the result calls it.
        judged: what was found.
        root: the show's folder.
        folders: of the episodes that were looked at.
    """
    problems = sorted(judged.problems, key=_by_place)
    ignored = sorted(judged.ignored, key=lambda each: _by_place(each.problem))
    return CheckResult(
        episode=name,
        problems=tuple(problems),
        ignored=tuple(
            IgnoredProblem(problem=each.problem, reason=each.reason, by=each.by) for each in ignored
        ),
        excerpts=_excerpts([*problems, *(each.problem for each in ignored)], root),
        looked_at=tuple(folders),
        edits=find_edits(problems, root),
        root=root,
    )


def _by_place(problem: Problem) -> tuple[object, ...]:
    return (problem.file, problem.line, problem.rule, problem.column, problem.message)


def _excerpts(problems: Iterable[Problem], root: Path) -> dict[tuple[str, int], str]:
    """The line of YAML, or of a feed, of every place that has one."""
    wanted: dict[str, set[int]] = {}
    for problem in problems:
        if problem.line and Path(problem.file).suffix.lower() in QUOTED_SUFFIXES:
            wanted.setdefault(problem.file, set()).add(problem.line)
    excerpts: dict[tuple[str, int], str] = {}
    for file, numbers in wanted.items():
        with suppress(OSError, ValueError):
            with (root / file).open("rb") as stream:
                content = stream.read(LARGEST_EXCERPT_FILE)
            lines = (
                content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
            )
            excerpts |= {(file, number): lines[number - 1] for number in numbers if number <= len(lines)}
    return excerpts
