"""`podtool check`: every rule that an episode or a whole show breaks, with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from podtool.build.known_digests import digester, trusting
from podtool.check.judging import Choice, Judged, Occurrence, Owner, families_told, judge
from podtool.check.recordings import check_recording
from podtool.check.rules import families, find_problems
from podtool.check.subject import Neighbour, Subject
from podtool.errors import ManifestError, PodtoolError, Problem
from podtool.ports import Clock, Listener, Progress, ignore_events
from podtool.show import manifest
from podtool.show.ledger import read_ledger
from podtool.show.model import CheckSettings, Show
from podtool.show.publication import Ledger
from podtool.show.recordings import RECORDINGS_FILE, read_recordings
from podtool.workflow.check_result import as_result
from podtool.workflow.checking_feed import check_feed, is_feed_file
from podtool.workflow.clock import read_clock
from podtool.workflow.evidence import Surroundings
from podtool.workflow.facts import open_store, sound_facts
from podtool.workflow.ingest import RECORDINGS_FOLDER
from podtool.workflow.live import Live
from podtool.workflow.project import (
    CACHE_FOLDER,
    EPISODE_FILE,
    SHOW_FILE,
    Project,
    as_published,
    find_episode_file,
    find_show_file,
    list_episode_files,
)
from podtool.workflow.publishing import LEDGER_FILE
from podtool.workflow.rendering import add_rendered
from podtool.workflow.results import CheckResult
from podtool.workflow.subjects import collect_episode, collect_show


@dataclass(frozen=True, kw_only=True)
class _Scope:
    """What is to be checked: a show's file and the episodes; `name` is what the result calls it."""

    show_file: Path
    episode_files: tuple[Path, ...]
    name: str

    @property
    def root(self) -> Path:
        return self.show_file.parent

    @property
    def folders(self) -> tuple[str, ...]:
        """Of the episodes, relative to the show's."""
        return tuple(file.parent.relative_to(self.root).as_posix() for file in self.episode_files)


def check(
    argument: str | None,
    here: Path,
    listen: Listener = ignore_events,
    choice: Choice | None = None,
    clock: Clock = read_clock,
) -> CheckResult:
    """Every rule that is broken; nothing that can be a finding is raised.

    Args:
        argument: an episode as for all commands, a show's folder, or a feed's file; None is the episode
            of the current folder or, in a show's folder without one, the show with all its episodes.
        here: the current folder.
        listen: is told of files that are measured.
        choice: rules that are told, and those that don't count, besides what the YAML says.
        clock: for dates that have passed.

    Raises:
        UsageError: there is no such episode or show.
    """
    choice = choice or Choice()
    if argument is not None and is_feed_file(argument, here):
        return check_feed(argument, here, choice)
    try:
        scope = _find_scope(argument, here)
    except ManifestError as error:  # looking for a number means reading show.yaml
        found = [Occurrence(problem=problem) for problem in error.problems]
        return as_result(".", judge(found, (), choice), find_show_file(here).parent)
    with trusting(scope.root / CACHE_FOLDER):
        judged = _judged(scope, choice, listen, clock)
    return as_result(scope.name, judged, scope.root, scope.folders)


def _judged(scope: _Scope, choice: Choice, listen: Listener, clock: Clock) -> Judged:
    try:
        show = manifest.read_show(scope.show_file)
    except ManifestError:
        found = [Occurrence(problem=problem) for problem in _problems_without_show(scope)]
        return judge(found, (), choice)
    return _Check(show, scope, listen, clock).judged(choice)


def _find_scope(argument: str | None, here: Path) -> _Scope:
    folder = here if argument is None else here / argument
    if folder.is_file() and folder.name == SHOW_FILE:
        folder = folder.parent
    if (folder / SHOW_FILE).is_file() and not (folder / EPISODE_FILE).is_file():
        root = folder.resolve()
        return _Scope(show_file=root / SHOW_FILE, episode_files=list_episode_files(root), name=".")
    file = find_episode_file(argument if folder != here / SHOW_FILE else None, here).resolve()
    show_file = find_show_file(file.parent)
    name = file.parent.relative_to(show_file.parent).as_posix()
    return _Scope(show_file=show_file, episode_files=(file,), name=name)


# Without a show that can be read


def _problems_without_show(scope: _Scope) -> Iterator[Problem]:
    """What is wrong with the YAML, and what recordings by themselves tell."""
    for file in scope.episode_files:
        try:
            manifest.read_project(file)
        except PodtoolError as error:
            yield from error.problems
        yield from _recordings_alone(file.parent, scope.root)
    if not scope.episode_files:
        try:
            manifest.read_show(scope.show_file)
        except ManifestError as error:
            yield from error.problems
    yield from _read_ledger(scope.root)[1]


def _recordings_alone(folder: Path, root: Path) -> Iterator[Problem]:
    """The recordings that recordings.yaml lists, when no episode says how they are used."""
    below = (folder / RECORDINGS_FOLDER).relative_to(root).as_posix()
    try:
        entries = read_recordings(
            folder / RECORDINGS_FOLDER / RECORDINGS_FILE, file=f"{below}/{RECORDINGS_FILE}"
        )
    except ManifestError as error:
        yield from error.problems
        return
    store = open_store(root)
    for name in entries:
        path = folder / RECORDINGS_FOLDER / name
        with suppress(PodtoolError, OSError):
            sound = sound_facts(store, path, digester()(path))
            yield from check_recording(f"{below}/{name}", sound)


def _read_ledger(root: Path) -> tuple[Ledger | None, tuple[Problem, ...]]:
    try:
        return read_ledger(root / LEDGER_FILE), ()
    except ManifestError as error:
        return None, error.problems


# With one


class _Check:
    """One run over a show that can be read."""

    def __init__(self, show: Show, scope: _Scope, listen: Listener, clock: Clock) -> None:
        self.show = show
        self.scope = scope
        self.listen = listen
        self.clock = clock

    def judged(self, choice: Choice) -> Judged:
        """What was found, and what of it counts."""
        ledger, broken = _read_ledger(self.scope.root)
        found = [Occurrence(problem=problem) for problem in broken]
        projects: list[Project] = []
        for file in self.scope.episode_files:
            try:
                projects.append(self._read(file, ledger))
            except ManifestError as error:
                folder = file.parent.relative_to(self.scope.root).as_posix()
                alone = _recordings_alone(file.parent, self.scope.root)
                found += [Occurrence(problem=each, episode=folder) for each in (*error.problems, *alone)]
        around = self._surroundings(ledger, projects)
        owners = []
        live = Live(self.show, ledger, around.target, self.listen) if choice.live else None
        for project, subject in self._subjects(around, projects):
            name = project.name if project else None
            known = live.add_to(subject, name) if live else subject
            found += [Occurrence(problem=problem, episode=name) for problem in find_problems(known)]
            told = families_told(known, families())
            owners.append(
                Owner(
                    settings=project.episode.check if project else CheckSettings(),
                    places=project.episode.places if project else self.show.places,
                    episode=name,
                    told=told,
                )
            )
        return judge(found, (self._own(owners, len(projects)), *owners), choice)

    def _subjects(
        self, around: Surroundings, projects: Sequence[Project]
    ) -> Iterator[tuple[Project | None, Subject]]:
        """Each episode with all that is known of it; the show alone where there is none."""
        for index, project in enumerate(projects):
            self.listen(
                Progress(stage=f"check {project.name}", done=index, total=len(projects), unit="files")
            )
            yield project, add_rendered(around, collect_episode(around, project), project)
        if not projects:
            yield None, add_rendered(around, collect_show(around), None)

    def _own(self, owners: Sequence[Owner], readable: int) -> Owner:
        """The show as an owner of settings: an ignored rule of it may be broken by any of its episodes."""
        whole = readable == len(list_episode_files(self.scope.root))
        told = [owner.told for owner in owners if owner.told is not None]
        return Owner(
            settings=self.show.check,
            places=self.show.places,
            told=frozenset.intersection(*told) if whole and told else None,
        )

    def _read(self, file: Path, ledger: Ledger | None) -> Project:
        project = Project(show=self.show, episode=manifest.read_episode(file, self.show))
        entry = ledger.episodes.get(project.name) if ledger else None
        return Project(show=self.show, episode=as_published(project.episode, entry))

    def _surroundings(self, ledger: Ledger | None, projects: Sequence[Project]) -> Surroundings:
        published = ledger.in_feed if ledger else {}
        root = self.scope.root
        return Surroundings(
            show=self.show,
            store=open_store(root),
            now=self.clock(),
            listen=self.listen,
            ledger=ledger,
            gone=tuple(folder for folder in published if not (root / folder / EPISODE_FILE).is_file()),
            neighbours=tuple(_neighbours(self.show, ledger, projects)),
        )


def _neighbours(show: Show, ledger: Ledger | None, projects: Sequence[Project]) -> Iterator[Neighbour]:
    """The episodes at hand, and those that only the ledger tells of."""
    published = ledger.episodes if ledger else {}
    for project in projects:
        episode, entry = project.episode, published.get(project.name)
        yield Neighbour(
            folder=project.name,
            stem=episode.file_stem(show),
            slug=episode.slug,
            guid=entry.guid if entry else episode.guid,
        )
    at_hand = {project.name for project in projects}
    for folder, entry in published.items():
        if folder not in at_hand:
            number = entry.slug if entry.number is None else f"{entry.number:02d}"
            yield Neighbour(folder=folder, stem=f"{show.handle}-{number}", slug=entry.slug, guid=entry.guid)
