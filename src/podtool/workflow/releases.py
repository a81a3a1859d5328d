"""From a build folder (or the ledger, where nothing was built here) to what a release of an episode is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from podtool.audio.encode import media_type_of
from podtool.build.files import sha256_of
from podtool.errors import PublishError, SourceError
from podtool.show.facts import ChapterFacts, Enclosure
from podtool.show.identity import guid_of_episode
from podtool.show.publication import Publication, PublishedFile
from podtool.workflow.addresses import (
    MEDIA_FOLDER,
    address_of,
    cover_path,
    episode_folder,
    image_path,
    page_address,
)
from podtool.workflow.assemble import AssembleOptions, outputs_of, plan
from podtool.workflow.project import Project

EPISODE_FILES = {
    "chapters": ("chapters.json", "application/json+chapters"),
    "waveform": ("waveform.svg", "image/svg+xml"),
}
"""What goes out beside the media, by the ledger's kind: file in build/, media type."""
IMAGE_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}


@dataclass(frozen=True, kw_only=True)
class Release:
    """One episode as it will be public.

    Attributes:
        publication: its ledger entry after this run.
        before: its entry before it; None for a first publication.
        sources: public path → file on this machine; what only the ledger knows is not among them.
    """

    project: Project
    publication: Publication
    before: Publication | None
    sources: Mapping[str, Path] = field(default_factory=dict)


def is_built(project: Project) -> bool:
    """Whether the first profile's file lies in the build folder."""
    name = outputs_of(project.show, project)[project.show.profiles[0].name]
    return (project.build / name).is_file()


def prepare_release(project: Project, before: Publication | None, now: datetime) -> Release:
    """The release of an episode that is due.

    Args:
        project: the episode.
        before: its ledger entry.
        now: for what is published for the first time, or corrected.

    Raises:
        PublishError: it was never assembled, or not since the YAML or a recording changed.
    """
    if not is_built(project):
        if before is None:
            raise PublishError(
                f"{project.name}: nothing is built", hint="run `podtool assemble` first, then publish"
            )
        return Release(project=project, publication=_described_anew(project, before), before=before)
    _refuse_stale(project)
    sources: dict[str, Path] = {}
    first = before or _first(project, now)
    made = replace(
        first,
        number=project.episode.number,
        slug=project.episode.slug,
        page_url=page_address(project.show, project.episode) or "",
        enclosures=tuple(_enclosures(project, sources)),
        chapters=_chapters(project),
        files=_files(project, sources),
    )
    if before and _media_of(before) != _media_of(made):
        made = replace(made, revision=before.revision + 1, updated=now)
    return Release(project=project, publication=made, before=before, sources=sources)


def is_due(project: Project, now: datetime) -> bool:
    """Whether its `published` date, if it has one, has come."""
    published = project.episode.published
    return published is None or published <= now


def show_files(
    project_root: Path, cover: PurePosixPath | None, base: Project
) -> dict[str, tuple[PublishedFile, Path]]:
    """The show's own public files by kind, with where each lies here."""
    if cover is None or not (project_root / cover).is_file():
        return {}
    file = _image(base, cover)
    return {"cover": (file, project_root / cover)}


def _media_of(publication: Publication) -> tuple[tuple[str, str], ...]:
    return tuple((enclosure.path, enclosure.sha256) for enclosure in publication.enclosures)


def _first(project: Project, now: datetime) -> Publication:
    episode = project.episode
    return Publication(
        folder=project.name,
        number=episode.number,
        slug=episode.slug,
        guid=guid_of_episode(project.show, episode),
        page_url="",
        published=episode.published or now,
    )


def _described_anew(project: Project, before: Publication) -> Publication:
    return replace(
        before,
        number=project.episode.number,
        slug=project.episode.slug,
        page_url=page_address(project.show, project.episode) or before.page_url,
    )


def _refuse_stale(project: Project) -> None:
    """A page that says one thing and a file whose tags say another would both be public."""
    try:
        steps = plan(project, AssembleOptions()).steps
    except SourceError:
        return  # the recordings aren't on this machine; the build folder is all there is to go by
    stale = [step for step in steps if step.status == "built" and step.name.startswith(("tag ", "chapters"))]
    if stale:
        raise PublishError(
            f"{project.name}: what is built is older than its sources: {', '.join(stale[0].reasons)}",
            hint="run `podtool assemble`, then publish again",
        )


def _enclosures(project: Project, sources: dict[str, Path]) -> list[Enclosure]:
    show = project.show
    duration_s = _duration_s(project)
    found = []
    for profile in show.profiles:
        path = project.build / outputs_of(show, project)[profile.name]
        if not path.is_file():
            continue
        public = f"{MEDIA_FOLDER}/{path.name}"
        sources[public] = path
        found.append(
            Enclosure(
                url=_address(project, public),
                path=public,
                bytes=path.stat().st_size,
                media_type=media_type_of(profile),
                sha256=sha256_of(path),
                duration_s=duration_s,
                profile=profile.name,
                bitrate_kbps=profile.bitrate_kbps,
            )
        )
    return found


def _files(project: Project, sources: dict[str, Path]) -> dict[str, PublishedFile]:
    files = {}
    for kind, (name, media_type) in EPISODE_FILES.items():
        path = project.build / name
        if path.is_file():
            public = f"{episode_folder(project.episode)}/{name}"
            sources[public] = path
            files[kind] = _file(project, public, path, media_type)
    cover = project.episode.cover
    if cover and (project.show.root / cover.file).is_file():
        files["cover"] = _image(project, cover.file)
        sources[files["cover"].path] = project.show.root / cover.file
    for chapter in _chapters(project):
        if chapter.image and (project.show.root / chapter.image).is_file():
            sources[image_path(chapter.image)] = project.show.root / chapter.image
    return files


def _image(project: Project, image: PurePosixPath) -> PublishedFile:
    path = project.show.root / image
    media_type = IMAGE_TYPES.get(image.suffix.lower(), "application/octet-stream")
    return _file(project, cover_path(sha256_of(path), image), path, media_type)


def _file(project: Project, public: str, path: Path, media_type: str) -> PublishedFile:
    return PublishedFile(
        path=public,
        url=_address(project, public),
        bytes=path.stat().st_size,
        media_type=media_type,
        sha256=sha256_of(path),
    )


def _address(project: Project, public: str) -> str:
    address = address_of(project.show, public)
    if address is None:
        raise PublishError(
            "show.yaml doesn't say under which address the show is published",
            hint="add `publish: {base_url: https://…}` (and `feed: https://…/feed.xml`)",
        )
    return address


def _timeline(project: Project) -> Mapping[str, object]:
    path = project.build / "timeline.json"
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise PublishError(
            f"{project.name}: build/timeline.json can't be read", hint="run `podtool assemble` again"
        ) from error
    if not isinstance(content, dict):
        raise PublishError(f"{project.name}: build/timeline.json is damaged", hint="run `podtool assemble`")
    return content


def _duration_s(project: Project) -> float:
    content = _timeline(project)
    return round(int(str(content["length_samples"])) / int(str(content["sample_rate_hz"])), 3)


def _chapters(project: Project) -> tuple[ChapterFacts, ...]:
    chapters = _timeline(project).get("chapters")
    if not isinstance(chapters, list):
        return ()
    return tuple(
        ChapterFacts(
            start_ms=chapter["start_ms"],
            end_ms=chapter["end_ms"],
            title=chapter["title"],
            url=chapter["url"],
            image=PurePosixPath(chapter["image"]) if chapter["image"] else None,
        )
        for chapter in chapters
    )
