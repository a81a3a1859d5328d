"""show.yaml and episode.yaml → Show and Episode; all problems of both at once, with file, line and column."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from podtool.errors import UsageError
from podtool.show.episode_keys import EPISODE, build_episode
from podtool.show.fields import Reading, Scope, Table, tables_below
from podtool.show.findings import Findings
from podtool.show.model import Episode, Show
from podtool.show.show_keys import SHOW, build_show
from podtool.show.yaml_compose import read_mapping

SHOW_FILE = "show.yaml"
EPISODE_FILE = "episode.yaml"

MANIFEST_TABLES: Mapping[str, tuple[Table, ...]] = {
    SHOW_FILE: tuple(tables_below(SHOW)),
    EPISODE_FILE: tuple(tables_below(EPISODE)),
}
"""Every key that may be written, for docs/manifest.md: a file's own table, then those its keys lead to."""


def find_show(path: Path) -> Path:
    """The nearest show.yaml: in the folder `path` (or that of the file `path`), or above.

    Raises:
        UsageError: there is none.
    """
    folder = _resolved(path)
    if not folder.is_dir():
        folder = folder.parent
    for candidate in (folder, *folder.parents):
        if (candidate / SHOW_FILE).is_file():
            return candidate / SHOW_FILE
    raise UsageError(
        f"{path} is not in a show: there is no {SHOW_FILE} there or above",
        hint="Make one with `podtool init`, or go to the show's folder.",
    )


def read_show(path: Path) -> Show:
    """The show that the file `path` describes.

    Raises:
        ManifestError: with all its problems.
    """
    findings = Findings()
    return findings.settle(_show(path, findings))


def read_episode(path: Path, show: Show) -> Episode:
    """The episode that the file `path` describes; it must lie in the show's folder.

    Raises:
        ManifestError: with all its problems.
        UsageError: it lies elsewhere.
    """
    findings = Findings()
    return findings.settle(_episode(path, show.root, show, findings))


def read_project(episode_yaml: Path) -> tuple[Show, Episode]:
    """An episode and its show: the nearest show.yaml in its own folder or above.

    Raises:
        ManifestError: with all problems of both files.
        UsageError: there is no show.
    """
    findings = Findings()
    show_yaml = find_show(episode_yaml.parent)
    show = _show(show_yaml, findings)
    episode = _episode(episode_yaml, show_yaml.parent, show, findings)
    return findings.settle(None if show is None or episode is None else (show, episode))


def _show(path: Path, findings: Findings) -> Show | None:
    node = read_mapping(path, file=path.name, findings=findings)
    if node is None:
        return None
    reading = Reading(findings=findings, file=path.name, root=_resolved(path.parent), folder=PurePosixPath())
    return build_show(node, Scope(reading=reading))


def _episode(path: Path, root: Path, show: Show | None, findings: Findings) -> Episode | None:
    folder = _resolved(path.parent)
    if not folder.is_relative_to(root):
        raise UsageError(f"{path} is not in the show's folder {root}")
    inside = PurePosixPath(folder.relative_to(root).as_posix())
    file = str(inside / path.name)
    node = read_mapping(path, file=file, findings=findings)
    if node is None:
        return None
    reading = Reading(
        findings=findings,
        file=file,
        root=root,
        folder=inside,
        assets=dict(show.assets) if show else {},
        people=dict(show.people) if show else {},
        names={person.name for person in show.people.values()} if show else set(),
        complete=show is not None,
    )
    return build_episode(node, Scope(reading=reading))


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links; a NUL in the name
        raise UsageError(f"{str(path)!r} can't be a folder of a show") from error
