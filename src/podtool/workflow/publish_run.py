"""One run of `publish`: everything is planned first, then done in the order that keeps the feed true.

Media, then the proof that they can be had, then what goes with them and the pages, then the ledger, and the
feed as the very last. So whatever ends the run, the public feed is the old one or the new one, and names only
what is there; the next run finds what was sent in place, and goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from podtool.build.files import sweep_aside, write_text
from podtool.errors import PublishError
from podtool.ports import Listener, Message, Progress, Target
from podtool.publish.feed_changes import compare_channels, compare_feeds, guids_of
from podtool.publish.targets import open_target
from podtool.show.facts import Enclosure
from podtool.show.ledger import read_ledger
from podtool.show.ledger_writing import format_ledger
from podtool.show.model import Show
from podtool.show.publication import Ledger, Publication
from podtool.workflow.addresses import feed_path
from podtool.workflow.dangers import find_dangers, find_strangers, refuse
from podtool.workflow.project import IMPORTED_FEED, LEDGER_FILE, Project
from podtool.workflow.proving import prove_media
from podtool.workflow.publish_plan import (
    PublishOptions,
    PublishPlan,
    mark_dangers,
    plan_removal,
    with_dangers,
)
from podtool.workflow.publish_result import PublishResult
from podtool.workflow.releases import Release, is_due, prepare_release, show_files
from podtool.workflow.telling import still_to_tell, tell
from podtool.workflow.uploads import Upload, collect_uploads, plan_change, put, refuse_gone


@dataclass(frozen=True)
class PublishRun:
    """One run."""

    here: Path
    options: PublishOptions
    listen: Listener
    now: datetime

    def publish(self, projects: Sequence[Project]) -> PublishResult:
        """Plans everything, then does it unless it is a dry run.

        Raises:
            ManifestError: the ledger, or a published episode's YAML, is wrong.
            PublishError: refused, or the target failed; the public feed is then the old one.
        """
        show = projects[0].show
        ledger = read_ledger(show.root / LEDGER_FILE)
        refuse_gone(show, ledger)
        due, waiting = self._choose(projects, ledger)
        result = PublishResult(
            target=self.options.to or show.publish.target,
            changes=(),
            waiting=waiting,
            dry_run=self.options.dry_run,
        )
        with self._target(show) as target:
            plan = self._plan(show, ledger, due, target, projects)
            if plan is None:
                return result
            if not self.options.dry_run:
                self._carry_out(show, plan, target)
        telling = self._to_tell(show, plan)
        return replace(result, changes=plan.changes, items=plan.items, show=plan.show, telling=telling)

    def _choose(self, projects: Sequence[Project], ledger: Ledger) -> tuple[list[Project], tuple[str, ...]]:
        """The episodes that go out, and the names of those that aren't due."""
        if self.options.withdraw:
            return [], ()
        due = [project for project in projects if is_due(project, self.now)]
        waiting = tuple(project.name for project in projects if not is_due(project, self.now))
        for name in waiting:
            self.listen(Message(text=f"{name}: not due yet, left out"))
        if self.options.all:
            gone = [each.name for each in due if each.name in ledger.episodes.keys() - ledger.in_feed.keys()]
            for name in gone:
                self.listen(Message(text=f"{name}: withdrawn, left out; name it to publish it again"))
            due = [each for each in due if each.name not in gone]
        return due, waiting

    def _target(self, show: Show) -> Target:
        to, dry_run = self.options.to, self.options.dry_run
        named, root = (show.publish.target, show.root) if to is None else (to, self.here)
        return open_target(named, root, read_only=dry_run)

    def _plan(
        self,
        show: Show,
        ledger: Ledger,
        due: Sequence[Project],
        target: Target,
        projects: Sequence[Project],
    ) -> PublishPlan | None:
        releases = [prepare_release(each, ledger.episodes.get(each.name), self.now) for each in due]
        feed_there = target.read(feed_path(show))
        before = feed_there if feed_there is not None else _imported_feed(show, ledger)
        dangers = (
            *find_dangers(show, ledger, releases),
            *find_strangers(ledger, guids_of(feed_there)),
        )
        if not self.options.force:
            refuse(dangers)
        after = ledger_after(show, ledger, [self._sent(show, each) for each in releases], projects[0])
        if self.options.withdraw:
            after = self._withdrawn(after, [project.name for project in projects])
        if not after.episodes:
            return None
        uploads = collect_uploads(show, after, releases, target)
        changes = with_dangers([plan_change(target, upload) for upload in uploads], dangers)
        removals = self._removals(after, target)
        steps = [each for each, change in zip(uploads, changes, strict=True) if change.action != "same"]
        replaced = [each.publication.guid for each in releases if _is_replaced(each)]
        return PublishPlan(
            steps=tuple(steps),
            feed=uploads[-1],
            after=after,
            media=frozenset(
                file.path for each in releases for file in each.publication.enclosures if file.path
            ),
            unproven=self._unproven(show, releases),
            removals=removals,
            changes=(*changes, *(plan_removal(path) for path in removals)),
            items=mark_dangers(compare_feeds(before, _bytes_of(uploads[-1]), replaced), dangers),
            show=compare_channels(before, _bytes_of(uploads[-1])),
        )

    def _sent(self, show: Show, release: Release) -> Release:
        """With the note that the target holds it: it is written when it does."""
        if self.options.to is not None:
            return release  # a try-out: only show.yaml's own target is remembered
        entry = release.publication
        sent = {**entry.sent, show.publish.target: entry.revision}
        return replace(release, publication=replace(entry, sent=sent))

    def _withdrawn(self, ledger: Ledger, folders: Sequence[str]) -> Ledger:
        strangers = [folder for folder in folders if folder not in ledger.episodes]
        if strangers:
            raise PublishError(
                f"{strangers[0]} was never published, so it can't be withdrawn",
                hint="to keep it from going out, give it a later `published` date",
            )
        marked = {
            folder: replace(entry, withdrawn=entry.withdrawn or self.now)
            for folder, entry in ledger.episodes.items()
            if folder in folders
        }
        return replace(ledger, episodes={**ledger.episodes, **marked})

    def _removals(self, after: Ledger, target: Target) -> tuple[str, ...]:
        if not self.options.remove_media:
            return ()
        gone = [entry for folder, entry in after.episodes.items() if folder not in after.in_feed]
        kept = {file.path for entry in after.in_feed.values() for file in entry.enclosures}
        there = set(target.paths())
        paths = sorted({file.path for entry in gone for file in entry.enclosures if file.path} - kept)
        return tuple(path for path in paths if path in there)

    def _unproven(self, show: Show, releases: Sequence[Release]) -> tuple[Enclosure, ...]:
        """The sound of each release that hasn't been found at its address since it was sent."""
        target, wanted = show.publish.target, show.publish.verify
        if self.options.to is not None or not ("://" in target if wanted is None else wanted):
            return ()
        return tuple(
            enclosure
            for release in releases
            for enclosure in release.publication.enclosures
            if not enclosure.is_elsewhere
            and (release.before is None or release.before.sent.get(target) != release.publication.revision)
        )

    def _carry_out(self, show: Show, plan: PublishPlan, target: Target) -> None:
        target.sweep()
        sweep_aside(show.root)
        steps = [step for step in plan.steps if step is not plan.feed]
        # Sound is first among them already; what isn't sound must not wait for a proof that can fail.
        media = [step for step in steps if step.path in plan.media]
        self._send(media, target, 0, len(plan.steps))
        prove_media(plan.unproven, self.listen)
        self._send(
            [step for step in steps if step.path not in plan.media], target, len(media), len(plan.steps)
        )
        _write_ledger(show, plan.after)
        if plan.feed in plan.steps:
            put(target, plan.feed)
        for path in plan.removals:
            target.remove(path)
        if self.options.to is None:
            told = tell(show, plan.after.told, plan.feed.sha256, self.listen)
            _write_ledger(show, replace(plan.after, told=told))

    def _send(self, uploads: Sequence[Upload], target: Target, done: int, total: int) -> None:
        for index, upload in enumerate(uploads, done):
            self.listen(Progress(stage=f"publish {upload.path}", done=index, total=total, unit="files"))
            put(target, upload)

    def _to_tell(self, show: Show, plan: PublishPlan) -> tuple[str, ...]:
        if self.options.to is not None:
            return ()
        return still_to_tell(show, plan.after.told, plan.feed.sha256)


def _imported_feed(show: Show, ledger: Ledger) -> bytes | None:
    """What subscribers see until the first feed of ours is out, where an import has kept it."""
    if not any(entry.is_elsewhere for entry in ledger.episodes.values()):
        return None
    try:
        return (show.root / IMPORTED_FEED).read_bytes()
    except OSError:
        return None


def _write_ledger(show: Show, ledger: Ledger) -> None:
    path = show.root / LEDGER_FILE
    try:
        write_text(path, format_ledger(ledger))
    except OSError as error:
        raise PublishError(
            f"can't write {path.name}: {error.strerror or error}",
            hint="make room and publish again: what is out stays out, and nothing is sent twice",
        ) from error


def _is_replaced(release: Release) -> bool:
    return release.before is not None and release.publication.revision != release.before.revision


def _bytes_of(upload: Upload) -> bytes:
    return upload.content.read_bytes() if isinstance(upload.content, Path) else upload.content


def ledger_after(show: Show, ledger: Ledger, releases: Sequence[Release], base: Project) -> Ledger:
    """The ledger once these releases are out; `base` is any episode of the show."""
    released: Mapping[str, Publication] = {
        release.publication.folder: release.publication for release in releases
    }
    cover = show.cover.file if show.cover else None
    kept = {
        kind: file
        for kind, file in ledger.files.items()
        if kind != "cover" or cover or file.is_elsewhere  # nobody has told yet of a better one
    }
    made = {kind: file for kind, (file, _) in show_files(show.root, cover, base).items()}
    return Ledger(
        feed=show.feed,
        guid=show.guid,
        files={**kept, **made},
        told=ledger.told,
        episodes={**ledger.episodes, **released},
    )
