"""Adds to a subject of `check` what podtool would make of it now: timeline, feed, pages; all in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from podtool.check.subject import Subject
from podtool.errors import PodtoolError, PublishError
from podtool.publish.feed import render_feed
from podtool.publish.feed_reading import read_feed
from podtool.show.model import Episode
from podtool.show.publication import Ledger, Publication, PublishedFile
from podtool.workflow.addresses import INDEX, address_of, feed_path, image_path
from podtool.workflow.evidence import Surroundings
from podtool.workflow.mix_evidence import add_mix
from podtool.workflow.project import Project
from podtool.workflow.releases import find_stale, is_built, prepare_release, show_files
from podtool.workflow.site import feed_items, image_addresses, people_images, render_pages


def add_rendered(around: Surroundings, subject: Subject, project: Project | None) -> Subject:
    """The same subject with what would be made of it; what can't be made becomes a failure in words."""
    if project is None:
        return _with_feed(around, subject, (), {})
    subject = add_mix(around, subject, project)
    subject = _with_publication(around, subject, project)
    files = _show_files(around, project)
    if subject.publication is None:
        return _with_feed(around, subject, (), files)
    pair = (project.episode, subject.publication)
    return _with_pages(_with_feed(around, subject, (pair,), files), pair, files)


# What would be published


def _with_publication(around: Surroundings, subject: Subject, project: Project) -> Subject:
    """The ledger's entry after the next `publish`; the one that is there where what is built is stale."""
    before = subject.before
    try:
        stale = ", ".join(find_stale(project)) if is_built(project) else ""
    except PodtoolError as error:  # a damaged lock, or a recording that isn't here
        known = tuple(problem for problem in error.problems if problem.rule != "SOURCE-001")
        return replace(subject, publication=before, elsewhere=(*subject.elsewhere, *known))
    if stale or address_of(project.show, INDEX) is None:
        return replace(subject, stale=stale, publication=before)
    if before is None and not is_built(project):
        return subject
    try:
        release = prepare_release(project, before, around.now, stale=True)  # that it isn't is known
    except PodtoolError as error:
        return replace(subject, stale=error.message, publication=before)
    return replace(subject, publication=release.publication, tree=frozenset(release.sources))


def _show_files(around: Surroundings, project: Project) -> Mapping[str, PublishedFile]:
    """The show's own public files, as they would be after the next `publish`."""
    kept = around.ledger.files if around.ledger else {}
    cover = project.show.cover
    try:
        made = show_files(project.show.root, cover.file if cover else None, project)
    except (PodtoolError, OSError):
        return kept
    return {**kept, **{kind: file for kind, (file, _) in made.items()}}


def _with_feed(
    around: Surroundings,
    subject: Subject,
    pairs: tuple[tuple[Episode, Publication], ...],
    files: Mapping[str, PublishedFile],
) -> Subject:
    """The feed with this one episode: rules that compare episodes look at the neighbours."""
    show = subject.show
    if show.feed is None:
        return _with_public_feed(around, subject)
    kept = around.ledger.files if around.ledger else {}
    try:
        content = render_feed(
            show,
            feed_items(show, pairs),
            files=files or kept,
            image_urls=image_addresses(show, pairs),
        )
    except PublishError as error:
        return _with_public_feed(around, replace(subject, feed_failure=error.message))
    return replace(subject, feed=read_feed(content))


def _with_public_feed(around: Surroundings, subject: Subject) -> Subject:
    """The feed as it lies in the target, where none can be made."""
    folder, name = around.target, feed_path(subject.show)
    try:
        content = (folder / name).read_bytes() if folder else None
    except OSError:
        content = None
    if content is None:
        return subject
    return replace(subject, feed=read_feed(content), feed_path=f"{subject.target}{name}")


def _with_pages(
    subject: Subject, pair: tuple[Episode, Publication], files: Mapping[str, PublishedFile]
) -> Subject:
    show, publication = subject.show, pair[1]
    ledger = Ledger(feed=show.feed, guid=show.guid, files=files, episodes={publication.folder: publication})
    try:
        made = render_pages(show, (pair,), ledger)
    except PublishError as error:
        return replace(subject, page_failure=error.message)
    tree = {
        *made,
        *subject.tree,
        *people_images(show),
        *_paths(publication, files),
        feed_path(show),
    }
    tree |= {image_path(chapter.image) for chapter in publication.chapters if chapter.image}
    pages = {
        path: content.decode("utf-8", "replace") for path, content in made.items() if path.endswith(".html")
    }
    return replace(subject, pages=pages, tree=frozenset(tree))


def _paths(publication: Publication, files: Mapping[str, PublishedFile]) -> list[str]:
    paths = [media.path for media in publication.enclosures]
    paths += [file.path for file in (*publication.files.values(), *files.values())]
    return [path for path in paths if path]
