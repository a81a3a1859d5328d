"""`podtool check --fix`: what may be written without asking, shown as a diff before it is."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from podtool.build.files import write_bytes
from podtool.build.store import cache_error
from podtool.errors import Problem, UsageError
from podtool.show.yaml_fixing import Edit, apply_fixes
from podtool.show.yaml_source import LARGEST_TEXT_BYTES
from podtool.workflow.results import CheckResult, FileFix

MOST_ROUNDS = 5
"""A file that could not be read may have more to mend once it can."""


@dataclass(frozen=True, kw_only=True)
class Mended:
    """What came of it: the last look, and what was written (or, only shown, would be)."""

    result: CheckResult
    fixes: tuple[FileFix, ...] = ()
    written: bool = False


def mend(
    look: Callable[[], CheckResult],
    agree: Callable[[tuple[FileFix, ...]], bool],
) -> Mended:
    """Looks, mends what `agree` lets pass, and looks again, until there is nothing more to mend.

    Args:
        look: `check` on what lies there now.
        agree: is shown what would be written; nothing is when it says no.

    Raises:
        UsageError: a file was changed by somebody else meanwhile.
        CacheError: a file can't be written.
    """
    fixes: list[FileFix] = []
    result = look()
    for _ in range(MOST_ROUNDS):
        found = plan_fixes(result)
        if not found:
            break
        if not agree(found):
            return Mended(result=result, fixes=(*fixes, *found), written=bool(fixes))
        for fix in found:
            write_fix(fix)
        fixes += found
        result = look()
    return Mended(result=result, fixes=tuple(fixes), written=bool(fixes))


def plan_fixes(result: CheckResult) -> tuple[FileFix, ...]:
    """What can be mended of what was found, by file."""
    fixes = []
    for file, problems in _by_file(result.problems).items():
        path = result.root / file
        before = _read(path, result.root)
        if before is None:
            continue
        fixed = apply_fixes(before.decode("utf-8"), problems)
        if fixed.edits:
            fixes.append(
                FileFix(
                    file=file,
                    path=path.resolve(),
                    before=before,
                    after=fixed.text.encode("utf-8"),
                    count=len(fixed.edits),
                    diff=_diff(file, before.decode("utf-8"), fixed.text),
                )
            )
    return tuple(fixes)


def find_edits(problems: Iterable[Problem], root: Path) -> Mapping[Problem, Edit]:
    """The edit by which each problem is mended, for those that can be."""
    edits: dict[Problem, Edit] = {}
    for file, fixable in _by_file(problems).items():
        before = _read(root / file, root)
        if before is not None:
            edits |= dict(apply_fixes(before.decode("utf-8"), fixable).edits)
    return edits


def _by_file(problems: Iterable[Problem]) -> dict[str, list[Problem]]:
    grouped: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.fix is not None and problem.file:
            grouped.setdefault(problem.file, []).append(problem)
    return grouped


def _read(path: Path, root: Path) -> bytes | None:
    """A file of the show; None where it isn't UTF-8 text inside the show's folder."""
    with suppress(OSError, ValueError):
        if path.resolve().is_relative_to(root.resolve()) and path.stat().st_size <= LARGEST_TEXT_BYTES:
            content = path.read_bytes()
            content.decode("utf-8")
            return content
    return None


def write_fix(fix: FileFix) -> None:
    """Puts a mended file in the old one's place.

    Raises:
        UsageError: it isn't any more what was looked at.
        CacheError: it can't be written.
    """
    try:
        now: bytes | None = fix.path.read_bytes()
    except OSError:
        now = None
    if now != fix.before:
        raise UsageError(
            f"{fix.file} was changed while it was looked at; nothing was written to it",
            hint="save it, and run `podtool check --fix` again",
        )
    try:
        write_bytes(fix.path, fix.after)
    except OSError as error:
        raise cache_error(Path(fix.file), error) from error


def _diff(file: str, before: str, after: str) -> str:
    """A unified diff that `git apply` and `patch -p1` take."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    lines = difflib.unified_diff(old, new, f"a/{file}", f"b/{file}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
