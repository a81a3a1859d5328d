"""`podtool clean`: empties the cache and the build folders; nothing that can't be made again."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

from podtool.build.store import cache_error
from podtool.workflow.project import (
    BUILD_FOLDER,
    CACHE_FOLDER,
    find_episode_file,
    find_show_file,
    list_episode_files,
)
from podtool.workflow.results import MadeResult


def clean(argument: str | None, here: Path) -> MadeResult:
    """Removes the show's cache and its episodes' build folders; with an argument, that episode's alone.

    Raises:
        UsageError: no such show or episode.
        CacheError: something can't be removed.
    """
    if argument is not None:
        episode = find_episode_file(argument, here).resolve()
        root = find_show_file(episode.parent).parent
        folders = [episode.parent / BUILD_FOLDER]
    else:
        root = find_show_file(here).parent
        folders = [path.parent / BUILD_FOLDER for path in list_episode_files(root)] + [root / CACHE_FOLDER]
    removed, freed = [], 0
    for folder in folders:
        name = folder.relative_to(root)
        try:
            if folder.is_symlink() or not folder.is_dir():
                continue  # what a link leads to isn't podtool's to remove
            size = _size_of(folder)
            shutil.rmtree(folder)
        except OSError as error:
            raise cache_error(name, error) from error
        freed += size
        removed.append(PurePosixPath(name.as_posix()))
    return MadeResult(paths=tuple(removed), freed_bytes=freed)


def _size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
