"""Finding the show and the episode that a command is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from podtool.errors import ManifestError, UsageError
from podtool.show import manifest
from podtool.show.manifest import EPISODE_FILE, SHOW_FILE, read_episode, read_show
from podtool.show.manifest import find_show as find_show_file
from podtool.show.model import Episode, Show

__all__ = [
    "BUILD_FOLDER",
    "CACHE_FOLDER",
    "EPISODE_FILE",
    "SHOW_FILE",
    "Project",
    "find_episode_file",
    "find_project",
    "find_projects",
    "find_show",
    "find_show_file",
    "list_episode_files",
    "read_project",
]

CACHE_FOLDER = ".podtool"
BUILD_FOLDER = "build"


@dataclass(frozen=True, kw_only=True)
class Project:
    """An episode and its show, and where their files lie on this machine."""

    show: Show
    episode: Episode

    @property
    def folder(self) -> Path:
        """The episode's folder."""
        return self.show.root / self.episode.folder

    @property
    def build(self) -> Path:
        """Where everything made goes; can be deleted at any time."""
        return self.folder / BUILD_FOLDER

    @property
    def cache(self) -> Path:
        """The show's cache; can be deleted at any time."""
        return self.show.root / CACHE_FOLDER

    @property
    def name(self) -> str:
        """The episode's folder as `--json` gives it: relative to the show's, POSIX."""
        return self.episode.folder.as_posix()


def find_show(start: Path) -> Show:
    """The show that `start` belongs to.

    Raises:
        UsageError: no show.yaml there or above.
        ManifestError: it is wrong.
    """
    return read_show(find_show_file(start))


def find_episode_file(argument: str | None, here: Path) -> Path:
    """The episode.yaml that an EPISODE argument means: a folder, a file, a number inside a show, or `here`.

    Raises:
        UsageError: there is no such episode.
    """
    if argument is None:
        return _in_folder(here, "this folder")
    path = here / argument
    if path.is_dir():
        return _in_folder(path, argument)
    if path.is_file() and path.name == EPISODE_FILE:
        return path
    if argument.isdecimal():
        return _by_number(int(argument), here)
    raise UsageError(
        f"{argument}: no such episode",
        hint=f"name an episode's folder, its {EPISODE_FILE}, or (inside a show) its number",
    )


def find_project(argument: str | None, here: Path) -> Project:
    """The episode that an EPISODE argument means, read with its show.

    Raises:
        UsageError: no such episode, or no show above it.
        ManifestError: either YAML file is wrong; all problems of both.
    """
    return read_project(find_episode_file(argument, here))


def find_projects(arguments: Iterable[str], here: Path) -> tuple[Project, ...]:
    """`find_project` for each argument; for the current folder when there is none."""
    return tuple(find_project(argument, here) for argument in arguments) or (find_project(None, here),)


def read_project(episode_file: Path) -> Project:
    """Reads an episode and its show; the problems of both come together.

    Raises:
        UsageError: no show.yaml in its folder or above.
        ManifestError: either is wrong.
    """
    show, episode = manifest.read_project(episode_file)
    return Project(show=show, episode=episode)


def list_episode_files(show_root: Path) -> tuple[Path, ...]:
    """Every episode.yaml of a show, sorted by path: in its own folder and two folders below."""
    found = [
        show_root / EPISODE_FILE,
        *show_root.glob(f"*/{EPISODE_FILE}"),
        *show_root.glob(f"*/*/{EPISODE_FILE}"),
    ]
    return tuple(sorted(path for path in found if path.is_file()))


def _in_folder(folder: Path, named: str) -> Path:
    if (folder / EPISODE_FILE).is_file():
        return folder / EPISODE_FILE
    raise UsageError(
        f"no {EPISODE_FILE} in {named}",
        hint="name an episode's folder, or make one with `podtool new NUMBER TITLE`",
    )


def _by_number(number: int, here: Path) -> Path:
    show = find_show(here)
    for path in list_episode_files(show.root):
        try:
            episode = read_episode(path, show)
        except ManifestError:
            continue  # a broken neighbour is no reason to refuse the one that was asked for
        if episode.number == number:
            return path
    raise UsageError(f"«{show.title}» has no episode {number}", hint="see the folders under episodes/")
