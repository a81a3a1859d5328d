"""`publish`, `check`, `credits` and `preview`: what goes out, and whether it may."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

import typer

from podtool.cli.arguments import EpisodeArgument, EpisodesArgument
from podtool.cli.registry import command
from podtool.cli.session import Answer, Session
from podtool.console.screen import Screen
from podtool.console.wording import counted
from podtool.errors import CheckError, PodtoolError, Severity, UsageError

if TYPE_CHECKING:
    from podtool.workflow.results import CheckResult

_PREVIEW_PORT = 8000
_LAST_PORT = 65535


@command(
    "publish",
    "podtool publish 8 --dry-run",
    "podtool publish --all --to public/",
    "podtool publish --withdraw 8",
)
def publish(
    session: Session,
    episodes: EpisodesArgument = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every episode of the show that is due.")] = False,
    target: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="TARGET", help="A folder, sftp://… or s3://…. Default: the target in show.yaml."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change; change nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Do what listeners' apps may take badly, too.")
    ] = False,
    withdraw: Annotated[
        list[str] | None,
        typer.Option(
            "--withdraw", metavar="EPISODE", help="Take an episode out of the feed; its page says so."
        ),
    ] = None,
    remove_media: Annotated[
        bool, typer.Option("--remove-media", help="With --withdraw: remove its sound, too.")
    ] = False,
) -> Answer:
    """Put page, feed and media in place: media first, the feed last.

    Nothing changes where nothing is new. An episode whose `published` lies in the future waits.
    """
    if everything and episodes:
        raise UsageError("--all goes without episodes", hint="leave the episodes or --all out")
    if withdraw and (everything or episodes):
        raise UsageError("--withdraw goes alone", hint="withdraw first, then publish the others")
    if remove_media and not withdraw:
        raise UsageError("--remove-media goes with --withdraw", hint="name the episode: --withdraw 8")
    from podtool.console.lists import show_published
    from podtool.workflow import publishing

    options = publishing.PublishOptions(
        all=everything,
        to=target,
        dry_run=dry_run,
        force=force,
        withdraw=tuple(withdraw or ()),
        remove_media=remove_media,
    )
    result = publishing.publish(tuple(episodes or ()), session.here, options, session.listen)
    return Answer(
        content=result.as_json(), show=lambda screen: show_published(screen, result), chore=not dry_run
    )


class CheckFormat(StrEnum):
    """How findings are written down."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


@command(
    "check",
    "podtool check episodes/08-titre --strict",
    "podtool check --format github",
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
            metavar="text|json|github",
            help="How to write it down: for people (default), like --json, or for a GitHub workflow.",
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail it, too.")] = False,
    rule: Annotated[
        str | None, typer.Option("--explain", metavar="RULE", help="Tell what a rule asks for, and why.")
    ] = None,
) -> Answer:
    """Name every rule that is broken, with its file and line.

    Looks at YAML, sound, tags, chapters, feed and page. Ends with 1 when it finds errors.
    """
    if form is CheckFormat.JSON:
        session.take(quiet=False, verbose=False, json=True)
    elif form is not None and session.settings.json:
        raise UsageError(f"--json and --format {form} contradict each other", hint="give one of them")
    from podtool.workflow import checking

    if rule is not None:
        explained = checking.explain_rule(rule)
        return Answer(
            content={"rule": dict(explained)}, show=lambda screen: _show_rule(screen, dict(explained))
        )
    result = checking.check(episode, session.here, session.listen)
    folder = _folder_in_repository(episode, session.here)

    def show(screen: Screen) -> None:
        if form is CheckFormat.GITHUB:
            _show_annotations(screen, result, folder)
        else:
            from podtool.console.findings import show_findings

            show_findings(screen, result)

    return Answer(content=result.as_json(), show=show, error=_verdict(result, strict=strict))


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
    """The way from the repository (on a GitHub runner), else from here, to the show."""
    from podtool.workflow.project import find_show_file

    start = here / (episode or ".")
    with suppress(PodtoolError, OSError, ValueError):
        show = find_show_file(start if start.exists() else here).parent
        repository = Path(os.environ.get("GITHUB_WORKSPACE") or here).resolve()
        return PurePosixPath(Path(os.path.relpath(show, repository)).as_posix())
    return PurePosixPath()


def _show_annotations(screen: Screen, result: CheckResult, folder: PurePosixPath) -> None:
    from podtool.console.annotations import annotation

    for problem in result.problems:
        screen.write(annotation(problem, folder))


def _show_rule(screen: Screen, rule: dict[str, str]) -> None:
    from podtool.console.lists import show_pairs

    show_pairs(screen, rule)


class CreditsForm(StrEnum):
    """How credits are written down."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


@command("credits", "podtool credits 8", "podtool credits --format html > credits.html")
def credit(
    session: Session,
    episode: EpisodeArgument = None,
    *,
    form: Annotated[
        CreditsForm,
        typer.Option(
            "--format", metavar="text|markdown|html|json", help="How to write it down. Default: text."
        ),
    ] = CreditsForm.TEXT,
) -> Answer:
    """Print the attribution text: who made what is heard, under which licence."""
    from podtool.workflow import crediting

    result = crediting.credit(episode, session.here, form.value)
    return Answer(content=result.as_json(), show=lambda screen: screen.write(result.text))


@command("preview", "podtool preview", "podtool preview 8 --port 9000 --no-open")
def preview(
    session: Session,
    episode: EpisodeArgument = None,
    *,
    port: Annotated[
        int,
        typer.Option(
            "--port", metavar="N", min=0, max=_LAST_PORT, help="Where to listen. Default: 8000; 0: any."
        ),
    ] = _PREVIEW_PORT,
    browse: Annotated[bool, typer.Option("--open/--no-open", help="Whether to open a browser.")] = True,
) -> Answer:
    """Serve the public tree to this machine and open it; Ctrl-C ends it."""
    from podtool.workflow import previewing

    open_browser = browse and sys.stderr.isatty()
    previewing.serve(episode, session.here, port=port, open_browser=open_browser, listen=session.listen)
    return Answer(content={}, show=lambda _: None, chore=True)
