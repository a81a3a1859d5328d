"""The public tree as it would be, due or not, with what is built now; nothing is copied, no ledger kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from podtool.errors import ManifestError, PublishError, UsageError
from podtool.ports import Clock
from podtool.show.ledger import read_ledger
from podtool.show.publication import Ledger
from podtool.workflow.addresses import INDEX, page_path
from podtool.workflow.project import (
    CACHE_FOLDER,
    LEDGER_FILE,
    Project,
    find_episode_file,
    find_show_file,
    list_episode_files,
    read_project,
)
from podtool.workflow.publish_run import ledger_after
from podtool.workflow.releases import Release, is_built, prepare_release
from podtool.workflow.uploads import Upload, collect_uploads

Signature = tuple[tuple[str, int, int], ...]
"""Path, time of change and size of every file that a page could depend on."""
_UNWATCHED = frozenset({CACHE_FOLDER, "recordings", "node_modules", "__pycache__"})


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What is served.

    Attributes:
        files: by public path.
        opens: the page to open first.
        notes: what a person should know of it: episodes that are left out.
    """

    files: Mapping[str, Upload]
    opens: str
    notes: tuple[str, ...] = ()


@dataclass
class PreviewMaker:
    """Makes the tree again and again; episodes whose files are as they were are not weighed anew.

    Attributes:
        argument: the episode that was asked for; None for the current folder's, or the whole show.
        here: the current folder.
        clock: for what was never published.
    """

    argument: str | None
    here: Path
    clock: Clock
    _known: dict[Path, tuple[Signature, Release]] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The show's folder.

        Raises:
            UsageError: no such episode, or no show.
        """
        asked = self._asked()
        return find_show_file(asked.parent if asked else self.here).parent

    def make(self) -> Preview:
        """The tree now.

        Raises:
            UsageError: no such episode.
            ManifestError: a YAML file is wrong; where one episode was asked for, it is its own or the show's.
            PublishError: nothing is built, or a template of the show's own is wrong.
        """
        asked = self._asked()
        notes: list[str] = []
        releases = self._releases(asked, notes)
        if not releases:
            raise PublishError("nothing is built", hint="run `podtool assemble` first")
        project = releases[0].project
        after = ledger_after(project.show, Ledger(), releases, project)
        uploads = collect_uploads(project.show, after, releases, _Nowhere())
        return Preview(
            files={upload.path: upload for upload in uploads},
            opens=page_path(project.episode) if asked else INDEX,
            notes=tuple(notes),
        )

    def _asked(self) -> Path | None:
        """The episode.yaml that was asked for; None for the whole show."""
        try:
            return find_episode_file(self.argument, self.here).resolve()
        except UsageError:
            if self.argument is None and _is_show(self.here):
                return None
            raise

    def _releases(self, asked: Path | None, notes: list[str]) -> list[Release]:
        """What is built, the episode that was asked for first: that one must be right, others needn't."""
        found = [self._release(asked, must=True)] if asked else []
        others = [each for each in list_episode_files(self.root) if each.resolve() != asked]
        for file in others:
            try:
                found.append(self._release(file.resolve(), must=False))
            except ManifestError as error:
                if asked is None:
                    raise
                notes.append(f"{file.parent.name}: left out: {error.message}")
        built = [release for release in found if release is not None]
        if missing := len(found) - len(built):
            notes.append(f"left out, not built or withdrawn: {missing} of {len(found)} episodes")
        return built

    def _release(self, file: Path, *, must: bool) -> Release | None:
        project = read_project(file)
        before = read_ledger(project.show.root / LEDGER_FILE).episodes.get(project.name)
        ready = is_built(project) or (before is not None and before.is_elsewhere)
        if not must and (not ready or (before and before.withdrawn)):
            return None
        if not ready:
            raise PublishError(f"{project.name}: nothing is built", hint="run `podtool assemble` first")
        signature = _signature_of(project)
        known = self._known.get(file)
        if known and known[0] == signature:
            return known[1]
        release = prepare_release(project, before, self.clock(), stale=True)
        self._known[file] = (signature, release)
        return release


def _is_show(folder: Path) -> bool:
    try:
        return find_show_file(folder).parent.resolve() == folder.resolve()
    except UsageError:
        return False


def _signature_of(project: Project) -> Signature:
    """Everything of the episode, and the show's own files, which it may name."""
    root, folder = project.show.root, project.folder
    shallow = [path for path in root.iterdir() if path.is_file()]
    return _look_at([*shallow, *(file for file in _walk(folder) if folder != root or file.parent != root)])


def signature_of_show(root: Path, target: Path | None) -> Signature:
    """All that the pages of a show could depend on.

    Args:
        root: the show's folder.
        target: the folder that the show is published to, which isn't watched.
    """
    skipped = target.resolve() if target else None
    return _look_at(_walk(root, lambda folder: folder.resolve() != skipped))


def _walk(folder: Path, enters: Callable[[Path], bool] = lambda _: True) -> Iterable[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in _UNWATCHED:
            continue
        if entry.is_dir() and not entry.is_symlink():
            if enters(entry):
                yield from _walk(entry, enters)
        else:
            yield entry


def _look_at(files: Iterable[Path]) -> Signature:
    found = []
    for file in files:
        try:
            status = file.stat()
        except OSError:  # gone between the listing and the look
            continue
        found.append((str(file), status.st_mtime_ns, status.st_size))
    return tuple(sorted(found))


class _Nowhere:
    """A target that holds nothing and is sent nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        del details

    def read(self, path: str) -> bytes | None:
        del path
        return None

    def digest(self, path: str) -> str | None:
        del path
        return None

    def put_file(self, path: str, source: Path) -> None:
        raise NotImplementedError

    def put_bytes(self, path: str, content: bytes) -> None:
        raise NotImplementedError

    def remove(self, path: str) -> None:
        raise NotImplementedError

    def sweep(self) -> None:
        raise NotImplementedError

    def paths(self) -> Sequence[str]:
        return ()
