"""`podtool publish`: page, feed and media to the target, media first and feed last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from podtool.build.files import write_text
from podtool.errors import PublishError, UsageError
from podtool.ports import Change, Clock, Listener, Message, Progress, Target, ignore_events
from podtool.publish.targets import open_target
from podtool.show.ledger import format_ledger, read_ledger
from podtool.show.model import Show
from podtool.show.publication import Ledger
from podtool.workflow.clock import read_clock
from podtool.workflow.dangers import Danger, find_dangers, refuse
from podtool.workflow.project import (
    CACHE_FOLDER,
    LEDGER_FILE,
    Project,
    find_episode_file,
    find_show_file,
    list_episode_files,
    read_project,
)
from podtool.workflow.releases import Release, is_built, is_due, prepare_release, show_files
from podtool.workflow.results import PublishResult
from podtool.workflow.uploads import Upload, collect_uploads, plan_change, put, refuse_gone
from podtool.workflow.workroom import only_one

__all__ = ["LEDGER_FILE", "PublishOptions", "publish", "publish_preview"]


@dataclass(frozen=True, kw_only=True)
class PublishOptions:
    """What the command line asked for.

    Attributes:
        all: every episode of the show, not only those named.
        to: another target than show.yaml's; a folder is relative to the current one.
        dry_run: tell, don't do.
        force: do what is dangerous for subscribers, too.
    """

    all: bool = False
    to: str | None = None
    dry_run: bool = False
    force: bool = False


def publish(
    arguments: Sequence[str],
    here: Path,
    options: PublishOptions,
    listen: Listener = ignore_events,
    clock: Clock = read_clock,
) -> PublishResult:
    """Sends out the episodes that are due, and everything that follows from them.

    Raises:
        UsageError: no such episode or show, or episodes of several shows.
        ManifestError: a YAML file, or the ledger, is wrong.
        PublishError: refused, or the target failed; the public feed is then the old one.
        CacheError: there can't be a lock.
    """
    files = _episode_files(arguments, here, everything=options.all)
    roots = dict.fromkeys(find_show_file(file.parent).parent for file in files)
    if len(roots) > 1:
        names = " and ".join(sorted(root.name for root in roots))
        raise UsageError(
            f"these episodes belong to several shows: {names}", hint="publish one after the other"
        )
    run = _Run(here, options, listen, clock())
    if options.dry_run:
        return run.publish([read_project(file) for file in files])
    busy = PublishError(
        "another `podtool publish` is at work on this show", hint="wait until it is done, then try again"
    )
    with only_one(next(iter(roots)) / CACHE_FOLDER, "publish", busy):
        return run.publish([read_project(file) for file in files])


def publish_preview(
    project: Project, options: PublishOptions, listen: Listener = ignore_events, clock: Clock = read_clock
) -> PublishResult:
    """The public tree of one episode as it would be, due or not, in `options.to`; no ledger is kept.

    Raises:
        PublishError: it isn't assembled, or the folder can't be written.
    """
    show = project.show
    if not is_built(project):
        raise PublishError(f"{project.name}: nothing is built", hint="run `podtool assemble` first")
    ledger = read_ledger(show.root / LEDGER_FILE)
    release = prepare_release(project, ledger.episodes.get(project.name), clock())
    after = _ledger_after(show, Ledger(), [release], project)
    changes: list[Change] = []
    with open_target(options.to or show.publish.target, show.root) as target:
        for upload in collect_uploads(show, after, [release], target):
            listen(Progress(stage=f"preview {upload.path}", done=len(changes), total=0, unit="files"))
            changes.append(plan_change(target, upload))
            put(target, upload)
    return PublishResult(target=options.to or show.publish.target, changes=tuple(changes))


def _episode_files(arguments: Sequence[str], here: Path, *, everything: bool) -> list[Path]:
    """The episode.yaml files that are meant, each once."""
    if everything:
        root = find_show_file(here).parent
        files = list(list_episode_files(root))
        if not files:
            raise UsageError(f"{root.name} has no episodes", hint="make one with `podtool new NUMBER TITLE`")
        return files
    named = [find_episode_file(argument, here) for argument in arguments] or [find_episode_file(None, here)]
    return list(dict.fromkeys(file.resolve() for file in named))


@dataclass(frozen=True)
class _Run:
    """One run of `publish`."""

    here: Path
    options: PublishOptions
    listen: Listener
    now: datetime

    def publish(self, projects: Sequence[Project]) -> PublishResult:
        """Plans everything, then does it unless it is a dry run."""
        show = projects[0].show
        ledger = read_ledger(show.root / LEDGER_FILE)
        refuse_gone(show, ledger)
        due = [project for project in projects if is_due(project, self.now)]
        waiting = tuple(project.name for project in projects if not is_due(project, self.now))
        for name in waiting:
            self.listen(Message(text=f"{name}: not due yet, left out"))
        releases = [prepare_release(each, ledger.episodes.get(each.name), self.now) for each in due]
        dangers = find_dangers(show, ledger, releases)
        if not self.options.force:
            refuse(dangers)
        result = PublishResult(
            target=self.options.to or show.publish.target,
            changes=(),
            waiting=waiting,
            dry_run=self.options.dry_run,
        )
        after = _ledger_after(show, ledger, releases, projects[0])
        if not after.episodes:
            return result
        with self._target(show) as target:
            uploads = collect_uploads(show, after, releases, target)
            changes = _with_dangers([plan_change(target, upload) for upload in uploads], dangers)
            text = format_ledger(after)
            if not self.options.dry_run:
                steps = [
                    each for each, change in zip(uploads, changes, strict=True) if change.action != "same"
                ]
                self._carry_out(steps, uploads[-1], target, show.root / LEDGER_FILE, text)
        return replace(result, changes=changes)

    def _target(self, show: Show) -> Target:
        to, dry_run = self.options.to, self.options.dry_run
        named, root = (show.publish.target, show.root) if to is None else (to, self.here)
        return open_target(named, root, read_only=dry_run)

    def _carry_out(
        self, steps: Sequence[Upload], feed: Upload, target: Target, ledger: Path, text: str
    ) -> None:
        """Everything but the feed, then the ledger, then the feed: it never names what isn't there."""
        for index, upload in enumerate(steps):
            stage = f"publish {upload.path}"
            self.listen(Progress(stage=stage, done=index, total=len(steps), unit="files"))
            if upload is not feed:
                put(target, upload)
        try:
            write_text(ledger, text)
        except OSError as error:
            raise PublishError(
                f"can't write {ledger.name}: {error.strerror or error}",
                hint="the feed was not changed; make room and publish again",
            ) from error
        if feed in steps:
            put(target, feed)


def _with_dangers(changes: Sequence[Change], dangers: Sequence[Danger]) -> tuple[Change, ...]:
    """What --force lets through comes to apps by the feed, the last of the changes."""
    if not dangers:
        return tuple(changes)
    why = "; ".join(danger.message for danger in dangers)
    return (*changes[:-1], replace(changes[-1], effect="dangerous", why=why))


def _ledger_after(show: Show, ledger: Ledger, releases: Sequence[Release], base: Project) -> Ledger:
    episodes = {
        **ledger.episodes,
        **{release.publication.folder: release.publication for release in releases},
    }
    cover = show.cover.file if show.cover else None
    kept = {kind: file for kind, file in ledger.files.items() if kind != "cover" or cover}
    made = {kind: file for kind, (file, _) in show_files(show.root, cover, base).items()}
    return Ledger(feed=show.feed, guid=show.guid, files={**kept, **made}, episodes=episodes)
