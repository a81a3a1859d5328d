"""Finding the show and the episode that a command is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from podtool.errors import ManifestError, UsageError
from podtool.show import manifest
from podtool.show.ledger import read_ledger
from podtool.show.manifest import EPISODE_FILE, SHOW_FILE, read_episode, read_show
from podtool.show.manifest import find_show as find_show_file
from podtool.show.model import Episode, Show
from podtool.show.publication import Publication

__all__ = [
    "BUILD_FOLDER",
    "CACHE_FOLDER",
    "EPISODE_FILE",
    "IMPORTED_FEED",
    "LEDGER_FILE",
    "SHOW_FILE",
    "TEMPLATES_FOLDER",
    "Project",
    "as_published",
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
LEDGER_FILE = "published.yaml"
IMPORTED_FEED = "imported-feed.xml"
"""The feed as it was when a show was imported: the first `publish` is told against it."""
TEMPLATES_FOLDER = "templates"
_LONGEST_NUMBER = 9


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
    try:
        if path.is_dir():
            return _in_folder(path, argument)
        if path.is_file() and path.name == EPISODE_FILE:
            return path
    except (OSError, ValueError):  # longer than names are, a NUL: no file, so perhaps a number
        pass
    if argument.isascii() and argument.isdecimal() and len(argument) <= _LONGEST_NUMBER:
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
        ManifestError: either is wrong, or the ledger that remembers the episode's slug.
    """
    show, episode = manifest.read_project(episode_file)
    ledger = show.root / LEDGER_FILE
    if not _says_slug(episode) and _may_tell_another_slug(ledger, episode):
        episode = as_published(episode, read_ledger(ledger).episodes.get(episode.folder.as_posix()))
    return Project(show=show, episode=episode)


def as_published(episode: Episode, entry: Publication | None) -> Episode:
    """The episode under the slug that it went out with: a better title doesn't move its page.

    What its YAML says of `slug` itself comes first.
    """
    if entry is None or not entry.slug or _says_slug(episode):
        return episode
    return replace(episode, slug=entry.slug)


def _says_slug(episode: Episode) -> bool:
    return "slug" in episode.places.by_key


def _may_tell_another_slug(ledger: Path, episode: Episode) -> bool:
    """False where a look at the text is enough: reading a big show's ledger takes a second."""
    try:
        text = ledger.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ledger.exists()
    folder = episode.folder.as_posix()
    entry = text.partition(f'\n  "{folder}":\n')[2].partition('\n  "')[0]
    if not entry:
        return folder in text
    return f'    slug: "{episode.slug}"\n' not in entry


def list_episode_files(show_root: Path) -> tuple[Path, ...]:
    """Every episode.yaml of a show, sorted by path: in its own folder and two folders below.

    Not among them: hidden folders, the show's templates, and other shows that lie inside this one.
    """
    found = [
        show_root / EPISODE_FILE,
        *show_root.glob(f"*/{EPISODE_FILE}"),
        *show_root.glob(f"*/*/{EPISODE_FILE}"),
    ]
    return tuple(sorted(path for path in found if path.is_file() and _belongs(path, show_root)))


def _belongs(path: Path, show_root: Path) -> bool:
    folders = path.relative_to(show_root).parts[:-1]
    if any(name.startswith(".") for name in folders) or folders[:1] == (TEMPLATES_FOLDER,):
        return False
    inner = [show_root.joinpath(*folders[:depth]) for depth in range(1, len(folders) + 1)]
    return not any((folder / SHOW_FILE).is_file() for folder in inner)


def _in_folder(folder: Path, named: str) -> Path:
    if (folder / EPISODE_FILE).is_file():
        return folder / EPISODE_FILE
    raise UsageError(
        f"no {EPISODE_FILE} in {named}",
        hint="name an episode's folder, or make one with `podtool new NUMBER TITLE`",
    )


def _begins_with(file: Path, number: int) -> bool:
    head = file.parent.name.partition("-")[0]
    return head.isascii() and head.isdecimal() and int(head) == number


def _by_number(number: int, here: Path) -> Path:
    show = find_show(here)
    broken: list[tuple[Path, ManifestError]] = []
    files = list_episode_files(show.root)
    # Its folder most often begins with it: then the others needn't be read.
    for path in sorted(files, key=lambda file: not _begins_with(file, number)):
        try:
            if read_episode(path, show).number == number:
                return path
        except ManifestError as error:  # a broken neighbour is no reason to refuse the one that was asked for
            broken.append((path, error))
    for path, its_error in broken:
        if _begins_with(path, number):
            raise its_error
    hint = "see the folders under episodes/"
    if broken:
        names = ", ".join(path.relative_to(show.root).as_posix() for path, _ in broken)
        hint = f"it may be one that can't be read: {names}"
    raise UsageError(f"«{show.title}» has no episode {number}", hint=hint)
