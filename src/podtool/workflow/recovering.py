"""`podtool publish --recover`: a lost published.yaml, made again from the feed that is out.

What the feed names below the show's own address is looked for in the target, and weighed there. Nothing is
written where it isn't sure which episode an item is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from podtool.build.files import write_text
from podtool.errors import PublishError, Severity
from podtool.ports import Listener, Progress, Target, ignore_events
from podtool.publish.feed_matching import Known, Matching, match_items
from podtool.publish.import_dates import read_date
from podtool.publish.import_entry import EntryKeys, derive_entry, elsewhere, image_type
from podtool.publish.import_notes import ImportNote, Notebook
from podtool.publish.targets import open_target
from podtool.show.facts import ChapterFacts, Enclosure
from podtool.show.feed_facts import FeedFacts, FeedItemFacts
from podtool.show.identity import guid_of_episode
from podtool.show.ledger_writing import format_ledger
from podtool.show.manifest import read_episode
from podtool.show.model import Episode, Show
from podtool.show.publication import Ledger, Publication, PublishedFile
from podtool.show.scalars import parse_handle
from podtool.workflow.addresses import EPISODES_FOLDER, image_path, page_address
from podtool.workflow.feed_sources import fetch_feed
from podtool.workflow.options import outputs_of
from podtool.workflow.project import LEDGER_FILE, Project, find_show, list_episode_files
from podtool.workflow.recovered_files import Shelf, heard_in, shelf_of
from podtool.workflow.recovery_result import RecoveryResult
from podtool.workflow.releases import EPISODE_FILES

_NOT_IN_TARGET = "its sound isn't in the target: it is taken as published elsewhere"


@dataclass(frozen=True, kw_only=True)
class RecoverOptions:
    """What the command line asked for: see `publish`."""

    to: str | None = None
    force: bool = False
    dry_run: bool = False


def recover(
    source: str, here: Path, options: RecoverOptions, listen: Listener = ignore_events
) -> RecoveryResult:
    """Makes the ledger of the show that `here` is in.

    Args:
        source: the feed: a file, or an address, which is then fetched.
        here: in the show's folder.
        options: where the public tree is; whether a ledger that is there may be replaced.
        listen: hears how far it is.

    Raises:
        UsageError: no show, no such file.
        ManifestError: a YAML file is wrong.
        SourceError: it is no feed.
        PublishError: there is a ledger; it isn't sure which episode an item is; the target can't be read.
    """
    show = find_show(here)
    path = show.root / LEDGER_FILE
    if path.exists() and not options.force:
        raise PublishError(
            f"{LEDGER_FILE} is there: what it says would be lost",
            hint="take it back from version control if it is damaged; `--force` makes it anew all the same",
        )
    found = fetch_feed(source, here, listen)
    projects = [
        Project(show=show, episode=read_episode(file, show)) for file in list_episode_files(show.root)
    ]
    matching = match_items([_known(project) for project in projects], found.facts.items)
    _refuse_doubts(matching, found.facts)
    named, root = (show.publish.target, show.root) if options.to is None else (options.to, here)
    with open_target(named, root, read_only=True) as target:
        shelf = shelf_of(show, target)
        recovery = _Recovery(show=show, facts=found.facts, shelf=shelf, target=target, listen=listen)
        ledger = recovery.make(projects, matching, remembered=None if options.to else show.publish.target)
    if not options.dry_run:
        _write(path, ledger)
    items = found.facts.items
    return RecoveryResult(
        matched={folder: (items[index].guid or "", by) for folder, (index, by) in matching.found.items()},
        strangers=tuple(_name(items[index]) for index in matching.strangers),
        unpublished=tuple(each.name for each in projects if each.name not in ledger.episodes),
        notes=(*found.notes, *recovery.notes),
        dry_run=options.dry_run,
    )


def _known(project: Project) -> Known:
    show, episode = project.show, project.episode
    return Known(
        folder=project.name,
        guids=tuple(dict.fromkeys(filter(None, (episode.guid, guid_of_episode(show, episode))))),
        page_url=page_address(show, episode),
        stem=episode.file_stem(show),
        slug=episode.slug,
        title=episode.title,
        number=episode.number,
        season=episode.season,
    )


def _name(item: FeedItemFacts) -> str:
    return item.title or item.guid or f"line {item.line}"


def _refuse_doubts(matching: Matching, facts: FeedFacts) -> None:
    for index, folders in matching.doubts.items():
        item = facts.items[index]
        raise PublishError(
            f"the feed's item «{_name(item)}» (line {item.line}) could be {' or '.join(folders)}",
            hint=f"write `guid: {item.guid}` into the episode.yaml that it is, and try again; "
            "nothing was written",
        )


def _write(path: Path, ledger: Ledger) -> None:
    try:
        write_text(path, format_ledger(ledger))
    except OSError as error:
        raise PublishError(f"can't write {path.name}: {error.strerror or error}", hint="make room") from error


class _Recovery:
    """One ledger in the making."""

    def __init__(
        self, *, show: Show, facts: FeedFacts, shelf: Shelf, target: Target, listen: Listener
    ) -> None:
        self.show, self.facts, self.shelf, self.target, self.listen = show, facts, shelf, target, listen
        self.notes: list[ImportNote] = []

    def make(self, projects: list[Project], matching: Matching, remembered: str | None) -> Ledger:
        """The whole ledger; `remembered` is the target that holds it all."""
        by_name = {project.name: project for project in projects}
        episodes = {}
        for done, (folder, (index, _)) in enumerate(sorted(matching.found.items())):
            self.listen(
                Progress(stage=f"recover {folder}", done=done, total=len(matching.found), unit="files")
            )
            entry = self._entry(by_name[folder], self.facts.items[index])
            if entry:
                sent = {remembered: 1} if remembered and not entry.is_elsewhere else {}
                episodes[folder] = replace(entry, sent=sent)
        return Ledger(feed=self.show.feed, guid=self.show.guid, files=dict(self._covers()), episodes=episodes)

    def _covers(self) -> Iterator[tuple[str, PublishedFile]]:
        if not self.facts.image:
            return
        notes = Notebook(notes=self.notes)
        cover = elsewhere(self.facts.image, image_type(self.facts.image), "itunes:image", notes)
        if cover:
            yield "cover", self.shelf.file(cover)

    def _entry(self, project: Project, item: FeedItemFacts) -> Publication | None:
        notes = Notebook(item=_name(item), line=item.line, notes=self.notes)
        published = read_date(item.published_text)
        if published is None or not (item.guid_exactly or "").strip():
            notes.add("it has no date or no guid that could be read: left out", Severity.ERROR)
            return None
        episode = project.episode
        keys = EntryKeys(
            folder=project.name,
            slug=self._slug_of(episode, item),
            guid=item.guid_exactly or "",
            published=published,
            number=episode.number,
        )
        entry = derive_entry(item, keys, self.show.language, notes)
        if entry is None:
            notes.add("it has no enclosure that could be read: left out", Severity.ERROR)
            return None
        media = tuple(self._enclosure(project, each, notes) for each in entry.enclosures)
        files = {kind: self.shelf.file(file) for kind, file in entry.files.items()}
        files |= {kind: file for kind, file in self._documents(entry.slug) if kind not in files}
        return replace(
            entry,
            enclosures=media,
            files=files,
            chapters=tuple(self._with_images(project, item, entry)),
            heard=heard_in(self.target, files.get("rights")),
        )

    def _enclosure(self, project: Project, media: Enclosure, notes: Notebook) -> Enclosure:
        """As it lies in the target; by the profile that its name tells."""
        home = self.shelf.find(media.url)
        if home is None:
            if self.shelf.would_hold(media.url):
                notes.add(
                    "its sound isn't in the target: it is taken as published elsewhere", Severity.WARNING
                )
            return media
        path, sha256 = home
        names = {name: profile for profile, name in outputs_of(self.show, project).items()}
        profile = names.get(path.rpartition("/")[2], media.profile)
        known = {each.name: each.bitrate_kbps for each in self.show.profiles}
        return replace(media, path=path, sha256=sha256, profile=profile, bitrate_kbps=known.get(profile))

    def _slug_of(self, episode: Episode, item: FeedItemFacts) -> str:
        """That of the page that is out, whatever the title has become since."""
        link, pages = item.link or "", f"{self.shelf.base}{EPISODES_FOLDER}/"
        try:
            return parse_handle(link.removeprefix(pages).rstrip("/"))
        except ValueError:  # its page stood elsewhere
            return episode.slug

    def _documents(self, slug: str) -> Iterator[tuple[str, PublishedFile]]:
        """What went out beside the sound and the feed says nothing of."""
        folder = f"{EPISODES_FOLDER}/{slug}"
        for kind, (name, media_type) in EPISODE_FILES.items():
            path = f"{folder}/{name}"
            content = self.target.read(path) if path in self.shelf.paths else None
            if content is not None:
                yield (
                    kind,
                    PublishedFile(
                        path=path,
                        url=f"{self.shelf.base}{path}",
                        bytes=len(content),
                        media_type=media_type,
                        sha256=hashlib.sha256(content).hexdigest(),
                    ),
                )

    def _with_images(
        self, project: Project, item: FeedItemFacts, entry: Publication
    ) -> Iterator[ChapterFacts]:
        """Chapters with the pictures that the episode's YAML names, where the feed shows them."""
        segments = project.episode.segments
        images = [
            image for each in segments for image in (each.image, *(mark.image for mark in each.chapters))
        ]
        by_address = {f"{self.shelf.base}{image_path(image)}": image for image in images if image}
        shown = {chapter.title: chapter.image for chapter in item.psc_chapters if chapter.image}
        for chapter in entry.chapters:
            yield replace(chapter, image=by_address.get(shown.get(chapter.title) or ""))
