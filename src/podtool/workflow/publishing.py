"""`podtool publish`: page, feed and media to the target, media first and feed last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from podtool.build.files import sha256_of, write_text
from podtool.build.store import cache_error
from podtool.errors import PublishError, UsageError
from podtool.ports import Change, Clock, Listener, Message, Progress, Target, ignore_events
from podtool.publish.feed import render_feed
from podtool.publish.targets import open_target
from podtool.show.ledger import format_ledger, read_ledger
from podtool.show.model import Show
from podtool.show.publication import Ledger, Publication
from podtool.workflow.addresses import feed_path
from podtool.workflow.clock import read_clock
from podtool.workflow.project import (
    CACHE_FOLDER,
    EPISODE_FILE,
    Project,
    find_episode_file,
    find_show_file,
    list_episode_files,
    read_project,
)
from podtool.workflow.releases import Release, is_due, prepare_release, show_files
from podtool.workflow.results import PublishResult
from podtool.workflow.site import feed_items, image_addresses, people_images, render_pages

LEDGER_FILE = "published.yaml"
LOCK_WAIT_S = 10


@dataclass(frozen=True, kw_only=True)
class PublishOptions:
    """What the command line asked for.

    Attributes:
        all: every episode of the show, not only those named.
        to: another target than show.yaml's.
        dry_run: tell, don't do.
        force: do what is dangerous for subscribers, too.
    """

    all: bool = False
    to: str | None = None
    dry_run: bool = False
    force: bool = False


@dataclass(frozen=True, kw_only=True)
class _Upload:
    """One public file: its bytes, here or in memory."""

    path: str
    content: bytes | Path
    why: str
    effect: str = "safe"

    def digest(self) -> str:
        if isinstance(self.content, Path):
            return sha256_of(self.content)
        return sha256(self.content).hexdigest()


def publish(
    arguments: Sequence[str],
    here: Path,
    options: PublishOptions,
    listen: Listener = ignore_events,
    clock: Clock = read_clock,
) -> PublishResult:
    """Sends out the episodes that are due, and everything that follows from them.

    Raises:
        UsageError: no such episode or show.
        ManifestError: a YAML file, or the ledger, is wrong.
        PublishError: refused, or the target failed; the public feed is then the old one.
    """
    files = _episode_files(arguments, here, everything=options.all)
    show_file = find_show_file(files[0].parent)
    cache = show_file.parent / CACHE_FOLDER
    try:
        cache.mkdir(exist_ok=True)
        with FileLock(cache / "publish.lock", timeout=LOCK_WAIT_S):
            return _publish([read_project(file) for file in files], options, listen, clock())
    except Timeout as error:
        raise PublishError(
            "another `podtool publish` is at work on this show", hint="wait until it is done, then try again"
        ) from error
    except OSError as error:
        raise cache_error(cache, error) from error


def publish_preview(
    project: Project, options: PublishOptions, listen: Listener = ignore_events, clock: Clock = read_clock
) -> PublishResult:
    """The public tree of one episode as it would be, due or not, in `options.to`; no ledger is kept.

    Raises:
        PublishError: it isn't assembled, or the folder can't be written.
    """
    show = project.show
    ledger = read_ledger(show.root / LEDGER_FILE)
    release = prepare_release(project, ledger.episodes.get(project.name), clock())
    after = _ledger_after(show, Ledger(), [release], project)
    target = open_target(options.to or show.publish.target, show.root)
    changes: list[Change] = []
    for upload in _Uploads(show, ledger, after, [release], project).in_order():
        listen(Progress(stage=f"preview {upload.path}", done=len(changes), total=0, unit="files"))
        changes.append(_change(target, upload))
        _put(target, upload)
    return PublishResult(target=options.to or show.publish.target, changes=tuple(changes))


def _episode_files(arguments: Sequence[str], here: Path, *, everything: bool) -> list[Path]:
    if everything:
        root = find_show_file(here).parent
        files = list(list_episode_files(root))
        if not files:
            raise UsageError(f"{root.name} has no episodes", hint="make one with `podtool new NUMBER TITLE`")
        return files
    return [find_episode_file(argument, here) for argument in arguments] or [find_episode_file(None, here)]


def _publish(
    projects: Sequence[Project], options: PublishOptions, listen: Listener, now: datetime
) -> PublishResult:
    show = projects[0].show
    ledger = read_ledger(show.root / LEDGER_FILE)
    target = open_target(options.to or show.publish.target, show.root)
    due = [project for project in projects if is_due(project, now)]
    waiting = tuple(project.name for project in projects if not is_due(project, now))
    for name in waiting:
        listen(Message(text=f"{name}: not due yet, left out"))
    releases = [prepare_release(project, ledger.episodes.get(project.name), now) for project in due]
    if not options.force:
        _refuse_dangers(show, ledger, releases)
    after = _ledger_after(show, ledger, releases, projects[0])
    if not after.episodes:
        return PublishResult(
            target=options.to or show.publish.target, changes=(), waiting=waiting, dry_run=options.dry_run
        )
    uploads = _Uploads(show, ledger, after, releases, projects[0])
    planned = [(upload, _change(target, upload)) for upload in uploads.in_order()]
    text = format_ledger(after)
    if not options.dry_run:
        _carry_out(planned, target, show.root / LEDGER_FILE, text, listen)
    return PublishResult(
        target=options.to or show.publish.target,
        changes=tuple(change for _, change in planned),
        waiting=waiting,
        dry_run=options.dry_run,
    )


def _carry_out(
    planned: Sequence[tuple[_Upload, Change]], target: Target, ledger: Path, text: str, listen: Listener
) -> None:
    """Everything but the feed, then the ledger, then the feed: it never names what isn't there."""
    feed = planned[-1][0]
    steps = [upload for upload, change in planned if change.action != "same"]
    for index, upload in enumerate(steps):
        listen(Progress(stage=f"publish {upload.path}", done=index, total=len(steps), unit="files"))
        if upload is not feed:
            _put(target, upload)
    try:
        write_text(ledger, text)
    except OSError as error:
        raise PublishError(
            f"can't write {ledger.name}: {error.strerror or error}",
            hint="the feed was not changed; make room and publish again",
        ) from error
    if feed in steps:
        _put(target, feed)


def _put(target: Target, upload: _Upload) -> None:
    """Sends one file and looks whether it arrived."""
    if isinstance(upload.content, Path):
        target.put_file(upload.path, upload.content)
    else:
        target.put_bytes(upload.path, upload.content)
    if target.digest(upload.path) != upload.digest():
        raise PublishError(
            f"{upload.path} is not what was sent", hint="look at the target's disk, then publish again"
        )


def _change(target: Target, upload: _Upload) -> Change:
    there = target.digest(upload.path)
    if there is None:
        return Change(path=upload.path, action="add", effect="safe", why=upload.why)
    if there == upload.digest():
        return Change(path=upload.path, action="same", effect="safe", why="nothing changed")
    return Change(path=upload.path, action="replace", effect=upload.effect, why=upload.why)


def _refuse_dangers(show: Show, ledger: Ledger, releases: Sequence[Release]) -> None:
    """What would make apps take an old episode for a new one, or lose it."""
    if ledger.guid and show.guid and ledger.guid != show.guid:
        raise PublishError(
            f"the show's guid would change from {ledger.guid} to {show.guid}: directories and apps would "
            "take it for another show",
            hint="put the old guid back into show.yaml; `--force` publishes the new one all the same",
        )
    for release in releases:
        if release.before is not None:
            _refuse_danger(release, release.before)


def _refuse_danger(release: Release, before: Publication) -> None:
    wanted = release.project.episode.guid
    if wanted and wanted != before.guid:
        raise PublishError(
            f"{before.folder}: the guid would change from {before.guid} to {wanted}: every subscriber's app "
            "would download the episode again as a new one",
            hint="remove `guid` from episode.yaml: published.yaml keeps the right one",
        )
    old, new = before.enclosures, release.publication.enclosures
    if old and new and old[0].url != new[0].url:
        raise PublishError(
            f"{before.folder}: the media would move from {old[0].url} to {new[0].url}: players that remember "
            "the old address would find nothing there",
            hint="keep `handle`, the episode's number and `base_url` as they were; `--force` moves it",
        )


def _ledger_after(show: Show, ledger: Ledger, releases: Sequence[Release], base: Project) -> Ledger:
    episodes = {
        **ledger.episodes,
        **{release.publication.folder: release.publication for release in releases},
    }
    files = {
        kind: file
        for kind, (file, _) in show_files(show.root, show.cover.file if show.cover else None, base).items()
    }
    return Ledger(feed=show.feed, guid=show.guid, files={**ledger.files, **files}, episodes=episodes)


class _Uploads:
    """Every file of the public tree that this machine can make, in the order of sending."""

    def __init__(
        self, show: Show, before: Ledger, after: Ledger, releases: Sequence[Release], base: Project
    ) -> None:
        self.show = show
        self.before = before
        self.after = after
        self.releases = releases
        self.base = base

    def in_order(self) -> Iterator[_Upload]:
        """Media, then what goes with it, pages, and the feed as the very last."""
        pairs = [(project.episode, entry) for project, entry in self._published()]
        yield from self._media()
        yield from self._images()
        for path, content in render_pages(self.show, pairs, self.after).items():
            yield _Upload(path=path, content=content, why="page or style changed")
        feed = render_feed(
            self.show,
            feed_items(self.show, pairs),
            files=self.after.files,
            image_urls=image_addresses(self.show, pairs),
        )
        yield _Upload(path=feed_path(self.show), content=feed, why="seen by apps at their next refresh")

    def _published(self) -> list[tuple[Project, Publication]]:
        """Every episode of the ledger with its YAML."""
        at_hand = {release.publication.folder: release.project for release in self.releases}
        return [
            (at_hand.get(folder) or self._read(folder), entry)
            for folder, entry in sorted(self.after.episodes.items())
        ]

    def _read(self, folder: str) -> Project:
        path = self.show.root / folder / EPISODE_FILE
        if not path.is_file():
            raise PublishError(
                f"{folder}/{EPISODE_FILE} is gone, but the episode is published",
                hint="bring the folder back (or rename it back): the feed is made from it",
            )
        return read_project(path)

    def _media(self) -> Iterator[_Upload]:
        for release in self.releases:
            media = {enclosure.path for enclosure in release.publication.enclosures}
            for path, source in sorted(release.sources.items(), key=lambda item: item[0] not in media):
                if path in media:
                    why = (
                        "new audio under the same guid and address: apps that have it keep the old one until "
                        "it is downloaded again"
                    )
                    yield _Upload(path=path, content=source, why=why, effect="re-download")
                else:
                    yield _Upload(path=path, content=source, why="goes with the episode")

    def _images(self) -> Iterator[_Upload]:
        cover = self.show.cover
        for file, source in show_files(self.show.root, cover.file if cover else None, self.base).values():
            yield _Upload(path=file.path, content=source, why="cover")
        for path, source in people_images(self.show).items():
            yield _Upload(path=path, content=source, why="picture of somebody")
