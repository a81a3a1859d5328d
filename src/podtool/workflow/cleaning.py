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
        episode = find_episode_file(argument, here)
        root = find_show_file(episode.parent).parent
        folders = [episode.parent.resolve() / BUILD_FOLDER]
    else:
        root = find_show_file(here).parent
        folders = [path.parent / BUILD_FOLDER for path in list_episode_files(root)] + [root / CACHE_FOLDER]
    removed, freed = [], 0
    for folder in folders:
        if folder.is_dir() and not folder.is_symlink():
            freed += sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            try:
                shutil.rmtree(folder)
            except OSError as error:
                raise cache_error(folder, error) from error
            removed.append(PurePosixPath(folder.relative_to(root).as_posix()))
    return MadeResult(paths=tuple(removed), freed_bytes=freed)
