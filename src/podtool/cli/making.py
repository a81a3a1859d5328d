"""`assemble`, `explain` and `clean`: what is made, why, and how to be rid of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from podtool.cli.arguments import EpisodeArgument, EpisodesArgument
from podtool.cli.registry import command
from podtool.cli.session import Answer, Session
from podtool.console.screen import Screen
from podtool.errors import PodtoolError, UsageError

if TYPE_CHECKING:
    from podtool.workflow.project import Project
    from podtool.workflow.results import AssembleResult


@command(
    "assemble",
    "podtool assemble episodes/08-titre",
    "podtool assemble 7 8 --profile podcast --profile opus",
    "podtool assemble --plan",
)
def assemble(
    session: Session,
    episodes: EpisodesArgument = None,
    *,
    profile: Annotated[
        list[str] | None,
        typer.Option("-p", "--profile", metavar="NAME", help="A profile to make. Default: the show's own."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="DIR", help="Where everything goes. Default: the episode's build/."
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("-j", "--jobs", metavar="N", min=1, help="How many threads. Default: all cores."),
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Tell what would be made and why; make nothing.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Use nothing from the cache.")] = False,
    relock: Annotated[
        bool, typer.Option("--relock", help="Choose the loudness gain anew and write it to episode.lock.")
    ] = False,
) -> Answer:
    """Make the finished episode: mix, loudness, encode, tags.

    From recordings and episode.yaml to a tagged file per profile, with chapters, waveform and report beside
    it in build/. What is there already and still right is used again.
    """
    from podtool.console.episodes import show_assembled, show_plan
    from podtool.workflow import assemble as use_case
    from podtool.workflow.project import find_projects

    options = use_case.AssembleOptions(
        profiles=tuple(profile or ()), out=out, jobs=jobs, fresh=fresh, relock=relock
    )
    projects = find_projects(episodes or (), session.here)
    if out is not None and len(projects) > 1:
        raise UsageError("--out takes one episode", hint="the files of several would mix in one folder")
    if plan:
        return _episode_by_episode(projects, lambda project: use_case.plan(project, options), show_plan)
    return _episode_by_episode(
        projects,
        lambda project: use_case.assemble(project, options, session.listen),
        show_assembled,
        chore=True,
    )


def _episode_by_episode(
    projects: tuple[Project, ...],
    run: Callable[[Project], AssembleResult],
    show: Callable[[Screen, AssembleResult], None],
    *,
    chore: bool = False,
) -> Answer:
    """Runs over the episodes up to the first that fails; what was done before is told all the same."""
    results: list[AssembleResult] = []
    error: PodtoolError | None = None
    for project in projects:
        try:
            results.append(run(project))
        except PodtoolError as failure:
            if not results:
                raise
            error = failure
            break
    several = {"episodes": [result.as_json() for result in results]}
    return Answer(
        content=several if len(projects) > 1 else results[0].as_json(),
        show=partial(_show_all, results, show, error, chore=chore),
        error=error,
        chore=chore,
    )


def _show_all(
    results: list[AssembleResult],
    show: Callable[[Screen, AssembleResult], None],
    error: PodtoolError | None,
    screen: Screen,
    *,
    chore: bool,
) -> None:
    from podtool.console.failures import tell_error

    for index, result in enumerate(results):
        if chore and screen.settings.quiet:
            break
        if index:
            screen.write("")
        show(screen, result)
    if error:
        tell_error(screen, error)


@command("explain", "podtool explain episodes/08-titre")
def explain(session: Session, episode: EpisodeArgument = None) -> Answer:
    """Tell what `assemble` would make again, and why."""
    from podtool.console.episodes import show_plan
    from podtool.workflow import explain as use_case
    from podtool.workflow.project import find_project

    result = use_case.explain(find_project(episode, session.here))
    return Answer(content=result.as_json(), show=lambda screen: show_plan(screen, result))


@command("clean", "podtool clean", "podtool clean episodes/08-titre")
def clean(session: Session, episode: EpisodeArgument = None) -> Answer:
    """Empty the cache and the build folder; all of it can be made again."""
    from podtool.console.lists import show_removed
    from podtool.workflow import cleaning

    result = cleaning.clean(episode, session.here)
    return Answer(content=result.as_json(), show=lambda screen: show_removed(screen, result), chore=True)
