"""`podtool check`: what is wrong, for people and for programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

import typer

from podtool.cli.arguments import EpisodeArgument
from podtool.cli.registry import command
from podtool.cli.session import Answer, Session
from podtool.console.screen import Screen
from podtool.console.wording import counted
from podtool.errors import CheckError, PodtoolError, Severity, UsageError

if TYPE_CHECKING:
    from podtool.workflow.results import CheckResult, FileFix

REPOSITORY_MARK = ".git"


class CheckFormat(StrEnum):
    """How findings are written down."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"


@dataclass(frozen=True, kw_only=True)
class RuleOptions:
    """Which rules count."""

    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select", metavar="RULE", help="Tell of these only: FEED-012, or FEED for all about the feed."
        ),
    ] = None
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore", metavar="RULE", help="Leave these out; `check: ignore` in show.yaml keeps the reason."
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class FixOptions:
    """Whether to mend what can be mended without asking what was meant."""

    fix: Annotated[
        bool,
        typer.Option(
            "--fix", help="Mend what can mean one thing only; shows a diff, and asks on a terminal."
        ),
    ] = False
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would write; write nothing.")] = False
    yes: Annotated[bool, typer.Option("--yes", help="With --fix: don't ask.")] = False

    @property
    def wanted(self) -> bool:
        """Whether anything is to be mended, or to be shown."""
        return self.fix or self.diff


@command(
    "check",
    "podtool check episodes/08-titre --strict",
    "podtool check --diff",
    "podtool check --live --select LIVE",
    "podtool check --format sarif > podtool.sarif",
    "podtool check public/feed.xml",
    "podtool check --explain RIGHTS-003",
)
def check(
    session: Session,
    episode: EpisodeArgument = None,
    *,
    form: Annotated[
        CheckFormat | None,
        typer.Option(
            "--format",
            metavar="text|json|github|sarif|junit",
            help="How to write it down: for people (default), like --json, as a GitHub workflow's "
            "annotations, as SARIF 2.1.0 for code scanning, or as JUnit XML for a CI's list of tests.",
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail it, too.")] = False,
    live: Annotated[
        bool,
        typer.Option(
            "--live", help="Ask at the public addresses, too: the only check that uses the network."
        ),
    ] = False,
    rules: RuleOptions,
    mending: FixOptions,
    rule: Annotated[
        str | None, typer.Option("--explain", metavar="RULE", help="Tell what a rule asks for, and why.")
    ] = None,
) -> Answer:
    """Name every rule that is broken, with its file and line.

    Looks at YAML, sound, tags, chapters, feed and page; or at one feed's file, anybody's. Ends with 1 when it
    finds errors.
    """
    if form is CheckFormat.JSON:
        session.take(quiet=False, verbose=False, json=True)
    elif form is not None and session.settings.json:
        raise UsageError(f"--json and --format {form} contradict each other", hint="give one of them")
    if mending.fix and mending.diff:
        raise UsageError("--fix and --diff contradict each other", hint="--diff only shows what --fix writes")
    if mending.yes and not mending.fix:
        raise UsageError("--yes goes with --fix", hint="podtool check --fix --yes")
    from podtool.check.judging import choose
    from podtool.workflow import checking, explaining

    if rule is not None:
        explained = dict(explaining.explain_rule(rule))
        return Answer(content={"rule": explained}, show=lambda screen: _show_rule(screen, explained))
    chosen = choose(rules.select or (), rules.ignore or (), live=live)

    def look() -> CheckResult:
        return checking.check(episode, session.here, session.listen, chosen)

    fixes: tuple[FileFix, ...] = ()
    if mending.wanted:
        result, fixes = _mend(session, look, mending, aside=form in _WRITTEN or session.settings.json)
    else:
        result = look()
    folder = _folder_in_repository(episode, session.here)

    def show(screen: Screen) -> None:
        if form in _WRITTEN:
            screen.write(_WRITTEN[form](result, folder))
        else:
            from podtool.console.findings import show_findings

            show_findings(screen, result)

    content = result.as_json() | ({"fixes": [fix.as_json() for fix in fixes]} if mending.wanted else {})
    return Answer(content=content, show=show, error=_verdict(result, strict=strict))


def _mend(
    session: Session, look: Callable[[], CheckResult], options: FixOptions, *, aside: bool
) -> tuple[CheckResult, tuple[FileFix, ...]]:
    """Shows what would be written (`aside`: on stderr, as stdout is a program's), and writes it if it may."""
    from podtool.console.findings import show_fixes
    from podtool.workflow.fixing import mend

    def agree(fixes: tuple[FileFix, ...]) -> bool:
        show_fixes(session.screen, fixes, aside=aside)
        if not options.fix:
            return False
        if options.yes or not is_conversation():
            return True
        count = counted(sum(fix.count for fix in fixes), "finding")
        return typer.confirm(f"Write this, which mends {count}?", default=True, err=True)

    mended = mend(look, agree)
    return mended.result, mended.fixes


def is_conversation() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _verdict(result: CheckResult, *, strict: bool) -> PodtoolError | None:
    """The error that findings amount to; None when they may pass."""
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    problems = tuple(problem for problem in result.problems if problem.severity in failing)
    if not problems:
        return None
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = len(problems) - errors
    words = [counted(errors, "error")] if errors else []
    words += [counted(warnings, "warning")] if warnings else []
    return CheckError(" and ".join(words), problems=problems)


def _folder_in_repository(episode: str | None, here: Path) -> PurePosixPath:
    """The way from the repository (GitHub's workspace, else git's, else from here) to the show."""
    from podtool.workflow.checking_feed import is_feed_file
    from podtool.workflow.project import find_show_file

    if is_feed_file(episode, here):  # it is named from here, wherever its show is
        workspace, repository = os.environ.get("GITHUB_WORKSPACE"), _repository_of(here.resolve())
        base = Path(workspace).resolve() if workspace else repository or here.resolve()
        return PurePosixPath(Path(os.path.relpath(here.resolve(), base)).as_posix())
    start = here / (episode or ".")
    with suppress(PodtoolError, OSError, ValueError):
        show = find_show_file(start if start.exists() else here).parent
        workspace = os.environ.get("GITHUB_WORKSPACE")
        repository = Path(workspace).resolve() if workspace else _repository_of(show) or here.resolve()
        return PurePosixPath(Path(os.path.relpath(show, repository)).as_posix())
    return PurePosixPath()


def _repository_of(show: Path) -> Path | None:
    """The nearest folder that git looks after: a worktree's mark is a file, a clone's a folder."""
    return next((each for each in (show, *show.parents) if (each / REPOSITORY_MARK).exists()), None)


def _write_github(result: CheckResult, folder: PurePosixPath) -> str:
    from podtool.console.annotations import annotation

    lines = [annotation(problem, folder, result.excerpt(problem)) for problem in result.problems]
    return "".join(f"{line}\n" for line in lines)


def _write_sarif(result: CheckResult, folder: PurePosixPath) -> str:
    from podtool.console.sarif import format_sarif

    return format_sarif(result, folder)


def _write_junit(result: CheckResult, folder: PurePosixPath) -> str:
    from podtool.console.junit import format_junit

    return format_junit(result, folder)


_WRITTEN: Mapping[CheckFormat | None, Callable[[CheckResult, PurePosixPath], str]] = {
    CheckFormat.GITHUB: _write_github,
    CheckFormat.SARIF: _write_sarif,
    CheckFormat.JUNIT: _write_junit,
}


def _show_rule(screen: Screen, rule: dict[str, str]) -> None:
    from podtool.console.lists import show_pairs

    show_pairs(screen, rule)
