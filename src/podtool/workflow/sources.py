"""The files an episode is made of: that they are there, and their digests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePath

from podtool.build.known_digests import digester
from podtool.errors import ManifestError, Problem, Severity, SourceError, UsageError
from podtool.recipes import list_images, list_transcripts, name_file
from podtool.show.ledger import read_ledger
from podtool.show.model import Episode, Place, Show
from podtool.timeline.layout import list_sources
from podtool.workflow.project import LEDGER_FILE, Project

OWN_EFFECTS = PurePath("effects.py")


def digest_sources(project: Project, meanwhile: Callable[[], object] | None = None) -> dict[PurePath, str]:
    """The sha256 of every sound file and image of an episode, by path relative to the show.

    Args:
        project: the episode.
        meanwhile: is called once, while other threads read the files.

    Raises:
        SourceError: some are missing or can't be read; all of them.
    """
    show, episode = project.show, project.episode
    sounds = [source.file for source in list_sources(episode)]
    own = [OWN_EFFECTS] if (show.root / OWN_EFFECTS).is_file() else []
    files = dict.fromkeys([*sounds, *list_images(show, episode), *list_transcripts(episode), *own])
    # Hashing lets other threads run, and is most of what an unchanged episode costs.
    digest = digester()
    with ThreadPoolExecutor() as pool:
        pending = {file: pool.submit(digest, show.root / file) for file in files}
        if meanwhile:
            meanwhile()
    failed = [(file, error) for file, future in pending.items() if (error := future.exception())]
    for _, error in failed:
        if not isinstance(error, OSError):
            raise error
    refuse_sources([_missing(project, file, error) for file, error in failed if isinstance(error, OSError)])
    return {file: future.result() for file, future in pending.items()}


def refuse_sources(problems: Sequence[Problem]) -> None:
    """Raises a `SourceError` with all the problems, if there are any."""
    if problems:
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise SourceError(f"{first.message}{more}", hint=first.hint, problems=tuple(problems))


def describe_damage(project: Project, file: PurePath, error: SourceError) -> Problem:
    """What was found when a file was decoded, with the place where the YAML names it."""
    place, name = _place_of(project.show, project.episode, file), name_file(file, project.episode)
    return Problem(
        rule="SOURCE-003",
        severity=Severity.ERROR,
        message=error.message.replace(str(project.show.root / file), name),
        hint=error.hint,
        file=place.file,
        line=place.line,
        column=place.column,
    )


def find_missing(project: Project) -> tuple[Problem, ...]:
    """The problems that `digest_sources` would raise, without reading whole files."""
    show, episode = project.show, project.episode
    files: Iterable[PurePath] = [source.file for source in list_sources(episode)]
    return tuple(
        _missing(project, file, FileNotFoundError(2, "No such file"))
        for file in dict.fromkeys([*files, *list_images(show, episode), *list_transcripts(episode)])
        if not (show.root / file).is_file()
    )


def find_effect_problems(project: Project) -> tuple[Problem, ...]:
    """What is wrong with the segments' `effects`, which only the sound engine knows; nothing is decoded.

    Raises:
        ToolError: the show's own effects.py can't be read, or isn't Python.
    """
    episode = project.episode
    segments = [segment for segment in episode.segments if segment.effects]
    if not segments:
        return ()
    from podtool.audio.effects import effect_problems
    from podtool.audio.own_effects import own_effect_names

    own = own_effect_names(project.show.root)
    return tuple(
        effect_problem(message, episode.places.find(f"segments.{segment.index}.effects"))
        for segment in segments
        for message in effect_problems(segment.effects, own)
    )


def refuse_effects(project: Project) -> None:
    """Raises a `ManifestError` with all of `find_effect_problems`, if there are any."""
    problems = find_effect_problems(project)
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise ManifestError(f"{problems[0].place}: {problems[0].message}{more}", problems=problems)


def refuse_published_elsewhere(project: Project) -> None:
    """Raises a `UsageError` for an episode that was imported: its sound was made, and lies, elsewhere."""
    if project.episode.segments:
        return
    entry = read_ledger(project.show.root / LEDGER_FILE).episodes.get(project.name)
    if entry and entry.is_elsewhere:
        raise UsageError(
            f"{project.name} was published elsewhere and has no segments: there is nothing to assemble",
            hint="to make it anew, bring its recordings in: podtool ingest FILE... --segments",
        )


def effect_problem(message: str, place: Place) -> Problem:
    """What is wrong with an effect, as a problem at its place in the YAML."""
    return Problem(
        rule="EPISODE-013",
        severity=Severity.ERROR,
        message=message,
        file=place.file,
        line=place.line,
        column=place.column,
    )


def _missing(project: Project, file: PurePath, error: OSError) -> Problem:
    place = _place_of(project.show, project.episode, file)
    absent = isinstance(error, FileNotFoundError)
    what = "is missing" if absent else f"can't be read: {error.strerror or error}"
    return Problem(
        rule="SOURCE-001",
        severity=Severity.ERROR,
        message=f"{name_file(file, project.episode)} {what}",
        hint="bring it in with `podtool ingest`, or correct the name" if absent else "",
        file=place.file,
        line=place.line,
        column=place.column,
    )


def _place_of(show: Show, episode: Episode, file: PurePath) -> Place:
    """Where the YAML names a file."""
    for segment in episode.segments:
        for index, clip in enumerate(segment.clips):
            if clip.file == file and clip.asset is None:
                key = f"tracks.{index}.clip" if segment.kind == "tracks" else "clip"
                return episode.places.find(f"segments.{segment.index}.{key}")
        if segment.transcript == file:
            return episode.places.find(f"segments.{segment.index}.transcript")
        if segment.image == file:
            return episode.places.find(f"segments.{segment.index}.image")
    for owner in (episode, show):
        if owner.cover and owner.cover.file == file:
            return owner.places.find("cover.file")
        for name, asset in owner.assets.items():
            if asset.file == file:
                return owner.places.find(f"assets.{name}.file")
    return Place(file=episode.places.file, line=0, column=0)
