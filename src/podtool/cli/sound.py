"""`ingest`, `tag` and `inspect`: sound files, on their way in and out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from podtool.cli.arguments import EpisodeOption, FilesArgument, complete_episodes
from podtool.cli.registry import command
from podtool.cli.session import Answer, Session
from podtool.console.screen import Screen
from podtool.errors import PodtoolError, Problem, Severity, SourceError, UsageError

if TYPE_CHECKING:
    from podtool.workflow.results import FilesResult

_EPISODE_FILE = "episode.yaml"


@command(
    "ingest",
    "podtool ingest ~/Downloads/interview.wav --episode 8",
    "podtool ingest take1.flac --as edito --segments",
)
def ingest(
    session: Session,
    files: FilesArgument,
    *,
    episode: EpisodeOption = None,
    name: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Call the copy NAME; for one file only.")
    ] = None,
    segments: Annotated[
        bool, typer.Option("--segments", help="Add the recordings to episode.yaml as segments.")
    ] = False,
) -> Answer:
    """Copy recordings into an episode, verified, and report on them.

    The originals stay as they are. Told of each: levels, loudness, noise floor, clipping, silence, channels.
    """
    if name is not None and len(files) > 1:
        raise UsageError("--as takes one file", hint="ingest the others without it")
    from podtool.workflow import ingest as use_case
    from podtool.workflow.project import find_project

    options = use_case.IngestOptions(name=name, segments=segments)
    result = use_case.ingest(files, find_project(episode, session.here), options, session.listen)
    error = _refusals(result)

    def show(screen: Screen) -> None:
        from podtool.console.failures import tell_error
        from podtool.console.files import show_ingested

        if not screen.settings.quiet:
            show_ingested(screen, result)
        if error:
            tell_error(screen, error)

    return Answer(content=result.as_json(), show=show, error=error, chore=True)


def _refusals(result: FilesResult) -> PodtoolError | None:
    """One error for all files that didn't go in; None when all did."""
    from podtool.console.files import REFUSED

    refused = [file for file in result.files if file.status == REFUSED]
    if not refused:
        return None
    named = tuple(
        Problem(
            rule="INGEST",
            severity=Severity.ERROR,
            file=file.path,
            message=file.why.removeprefix(f"{file.path}: ") or "refused",
        )
        for file in refused
    )
    how_many = f"{len(refused)} of {len(result.files)} files" if len(result.files) > 1 else "the file"
    return SourceError(f"{how_many} did not go in", problems=named)


@command(
    "tag",
    "podtool tag episodes/08-titre",
    "podtool tag build/questions-asso-08.opus --episode 8",
    'podtool tag jingle.mp3 --set title="Virgule" --set artist="Sounds of Nowhere"',
)
def tag(
    session: Session,
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TARGET",
            help="An episode, whose built files are tagged, or any MP3, M4A, Opus or FLAC files. "
            "Default: the episode in this folder.",
            autocompletion=complete_episodes,
            show_default=False,
        ),
    ] = None,
    *,
    episode: EpisodeOption = None,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=TEXT",
            help="Give FILEs this value; without --episode nothing else is changed.",
        ),
    ] = None,
) -> Answer:
    """Write title, people, licence, chapters and cover into sound files.

    The audio is not touched, and what other programs wrote and podtool doesn't set stays.
    """
    overrides = dict(_field(value) for value in values or ())
    here = session.here
    files = _files_among(targets or (), here)
    if overrides and not files:
        raise UsageError("--set goes with files", hint="an episode's tags come from its episode.yaml")
    if targets and episode and not files:
        raise UsageError("the episode is named twice", hint="leave --episode out, or name files to tag")
    from podtool.console.files import show_tagged
    from podtool.workflow import tagging
    from podtool.workflow.project import find_project

    if files:
        project = find_project(episode, here) if episode or not overrides else None
        result = tagging.tag_files(files, project, overrides, session.listen)
    else:
        named = targets[0] if targets else episode
        result = tagging.tag_episode(find_project(named, here), session.listen)
    return Answer(content=result.as_json(), show=lambda screen: show_tagged(screen, result), chore=True)


def _field(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name.strip() and equals):
        raise UsageError(f"--set {text}: not FIELD=TEXT", hint='write it like --set title="Virgule"')
    return name.strip(), value


def _files_among(targets: Sequence[str], here: Path) -> list[Path]:
    """The targets as files; none when they name an episode.

    Raises:
        UsageError: several episodes, or episodes and files.
    """
    files = [Path(target) for target in targets if not _is_episode(target, here)]
    if len(files) not in {0, len(targets)}:
        raise UsageError("an episode and files can't be tagged at once", hint="do one after the other")
    if len(targets) > 1 and not files:
        raise UsageError("tag takes one episode at a time", hint="`podtool assemble` tags what it makes")
    return files


def _is_episode(target: str, here: Path) -> bool:
    path = here / target
    return path.is_dir() or path.name == _EPISODE_FILE or (target.isdecimal() and not path.is_file())


@command("inspect", "podtool inspect build/questions-asso-08.mp3", "podtool inspect --json *.mp3")
def inspect(session: Session, files: FilesArgument) -> Answer:
    """Tell what finished files say and sound like: tags, chapters, loudness, peaks."""
    from podtool.console.files import show_inspected
    from podtool.workflow import inspecting

    result = inspecting.inspect_files(files, session.listen)
    return Answer(content=result.as_json(), show=lambda screen: show_inspected(screen, result))
