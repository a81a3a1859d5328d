"""Every file of the public tree that a run of `publish` may send, in the order of sending."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from podtool.build.files import sha256_of
from podtool.errors import PublishError
from podtool.ports import Change, Target
from podtool.publish.feed_pages import render_feed_pages
from podtool.publish.tree import Published as PublicFile
from podtool.publish.tree import tree_of
from podtool.show.manifest import EPISODE_FILE, read_episode
from podtool.show.model import Episode, Show
from podtool.show.publication import Ledger, Publication
from podtool.workflow.addresses import INDEX, address_of, feed_path
from podtool.workflow.project import Project, as_published
from podtool.workflow.releases import Release, find_sources, show_files
from podtool.workflow.site import (
    credits_of,
    feed_items,
    image_addresses,
    people_images,
    render_pages,
    render_withdrawn,
)
from podtool.workflow.transcripts import published_cues

NEW_AUDIO = (
    "new audio under the same guid and address: apps that have it keep the old one until it is downloaded "
    "again"
)
NEW_MEDIA = "a new episode, or a new form of one"
WITH_EPISODE = "goes with the episode"
BACK_AGAIN = "it was no longer there"


@dataclass(frozen=True, kw_only=True)
class Upload:
    """One public file: its bytes, here or in memory.

    Attributes:
        why: what it is sent for where it replaces another; `why_new` where there is none yet.
        effect: for listeners, where it replaces another.
    """

    path: str
    content: bytes | Path
    sha256: str
    why: str
    why_new: str = ""
    effect: str = "safe"


def from_file(path: str, source: Path, why: str, *, why_new: str = "", effect: str = "safe") -> Upload:
    """An upload of a file's bytes as they are now.

    Raises:
        PublishError: it can't be read.
    """
    try:
        digest = sha256_of(source)
    except OSError as error:
        raise PublishError(
            f"{source.name}, to be published as {path}, can't be read: {error.strerror or error}",
            hint="look at its permissions, or make it again, then publish again",
        ) from error
    return Upload(path=path, content=source, sha256=digest, why=why, why_new=why_new or why, effect=effect)


def from_bytes(path: str, content: bytes, why: str) -> Upload:
    """An upload of what was made in memory."""
    return Upload(path=path, content=content, sha256=sha256(content).hexdigest(), why=why, why_new=why)


def plan_change(target: Target, upload: Upload) -> Change:
    """What sending it would do to the target."""
    there = target.digest(upload.path)
    if there is None:
        return Change(path=upload.path, action="add", effect="safe", why=upload.why_new)
    if there == upload.sha256:
        return Change(path=upload.path, action="same", effect="safe", why="nothing changed")
    return Change(path=upload.path, action="replace", effect=upload.effect, why=upload.why)


def put(target: Target, upload: Upload) -> None:
    """Sends one file and looks whether it arrived.

    Raises:
        PublishError: it didn't.
    """
    if isinstance(upload.content, Path):
        target.put_file(upload.path, upload.content)
    else:
        target.put_bytes(upload.path, upload.content)
    if target.digest(upload.path) != upload.sha256:
        raise PublishError(
            f"{upload.path} is not what was sent", hint="look at the target's disk, then publish again"
        )


def collect_uploads(
    show: Show, after: Ledger, releases: Sequence[Release], target: Target
) -> tuple[Upload, ...]:
    """Media, then what goes with it, images, pages, and the feed as the very last.

    Args:
        show: the show.
        after: the ledger as it will be.
        releases: the episodes that go out now; the others are taken from the ledger.
        target: what lies there need not be sent.

    Raises:
        PublishError: a file that the feed would name is gone, or two episodes would have one page.
        ManifestError: a published episode's YAML is wrong.
    """
    published = _published(show, after, releases)
    withdrawn = _withdrawn(show, after)
    there = frozenset(target.paths())
    sent = [*_media(releases), *_images(show, published)]
    sent += _lost(show, published, after, there, sent)
    pairs = [(project.episode, entry) for project, entry in published]
    credits_listed = [credits_of(show, episode, entry) for episode, entry in pairs]
    said = partial(published_cues, show, sources=_sources_of(releases), target=target)
    pages = render_pages(show, pairs, after, credits_listed, cues_of=said) | render_withdrawn(show, withdrawn)
    sent += [from_bytes(path, content, "page or style changed") for path, content in pages.items()]
    available = there.union(upload.path for upload in sent)
    feed = render_feed_pages(
        show,
        feed_items(show, pairs, credits_listed),
        path=feed_path(show),
        address=partial(address_of, show),
        files=after.files,
        image_urls=image_addresses(show, pairs, available),
    )
    sent += [
        from_bytes(path, content, "seen by apps at their next refresh") for path, content in feed.items()
    ]
    return tuple(_each_once(sent))


def _sources_of(releases: Sequence[Release]) -> dict[str, Path]:
    return {path: source for release in releases for path, source in release.sources.items()}


def _published(show: Show, after: Ledger, releases: Sequence[Release]) -> list[tuple[Project, Publication]]:
    """Every episode of the ledger with its YAML, each with a page of its own."""
    at_hand = {release.publication.folder: release.project for release in releases}
    found = [
        (at_hand.get(folder) or _read(show, folder, entry), entry)
        for folder, entry in sorted(after.in_feed.items())
    ]
    slugs: dict[str, str] = {}
    for project, entry in found:
        first = slugs.setdefault(project.episode.slug, entry.folder)
        if first != entry.folder:
            raise PublishError(
                f"{first} and {entry.folder} would have one page: both have the slug {project.episode.slug}",
                hint="give one of them a `slug` of its own in episode.yaml",
            )
    return found


def _withdrawn(show: Show, after: Ledger) -> list[tuple[Episode, Publication]]:
    """Those whose YAML is still there; the others' pages stay as they are."""
    return [
        (_read(show, folder, entry).episode, entry)
        for folder, entry in sorted(after.episodes.items())
        if entry.withdrawn and (show.root / folder / EPISODE_FILE).is_file()
    ]


def _read(show: Show, folder: str, entry: Publication) -> Project:
    path = show.root / folder / EPISODE_FILE
    return Project(show=show, episode=as_published(read_episode(path, show), entry))


def refuse_gone(show: Show, ledger: Ledger) -> None:
    """Raises a `PublishError` where a published episode's folder was renamed or removed."""
    for folder in ledger.in_feed:
        if not (show.root / folder / EPISODE_FILE).is_file():
            raise PublishError(
                f"{folder}/{EPISODE_FILE} is gone, but the episode is published",
                hint="bring the folder back (or rename it back): the feed is made from it",
            )


def _media(releases: Sequence[Release]) -> Iterator[Upload]:
    """The media of all releases, then what goes with them."""
    media = {enclosure.path for release in releases for enclosure in release.publication.enclosures}
    sources = [pair for release in releases for pair in sorted(release.sources.items())]
    for path, source in sources:
        if path in media:
            yield from_file(path, source, NEW_AUDIO, why_new=NEW_MEDIA, effect="re-download")
    for path, source in sources:
        if path not in media:
            yield from_file(path, source, WITH_EPISODE)


def _images(show: Show, published: Sequence[tuple[Project, Publication]]) -> Iterator[Upload]:
    cover = show.cover.file if show.cover else None
    for base, _ in published[:1]:
        for file, source in show_files(show.root, cover, base).values():
            yield from_file(file.path, source, "cover")
    for path, source in people_images(show).items():
        yield from_file(path, source, "picture of somebody")


def _lost(
    show: Show,
    published: Sequence[tuple[Project, Publication]],
    after: Ledger,
    there: Collection[str],
    sent: Sequence[Upload],
) -> Iterator[Upload]:
    """What feed and pages will name and nobody sends: it lies in the target, or is sent again now."""
    holds = tree_of(show, INDEX).holds
    coming = {upload.path for upload in sent}

    def is_lost(file: PublicFile) -> bool:
        return holds(file) and file.path not in there and file.path not in coming

    for project, entry in published:
        named: list[PublicFile] = [*entry.enclosures, *entry.files.values()]
        lost = [file for file in named if is_lost(file)]
        sources = find_sources(project) if lost else {}
        for file in lost:
            yield _again(file, sources.get(file.path), entry.folder)
    for file in after.files.values():
        if is_lost(file):
            yield _again(file, None, "show.yaml")


def _again(file: PublicFile, source: Path | None, owner: str) -> Upload:
    upload = from_file(file.path, source, BACK_AGAIN) if source else None
    if upload is None or upload.sha256 != file.sha256:
        raise PublishError(
            f"{file.path} ({owner}) is published, but lies neither in the target nor here as it was",
            hint=f"run `podtool assemble {owner}`, then `podtool publish {owner}`"
            if owner != "show.yaml"
            else "bring the file back",
        )
    return upload


def _each_once(uploads: Iterable[Upload]) -> Iterator[Upload]:
    seen: dict[str, Upload] = {}
    for upload in uploads:
        first = seen.setdefault(upload.path, upload)
        if first is upload:
            yield upload
        elif first.sha256 != upload.sha256:
            raise PublishError(
                f"two files would be published as {upload.path}", hint="give one of them another name"
            )
