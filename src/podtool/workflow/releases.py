"""From a build folder (or the ledger, where nothing was built here) to what a release of an episode is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from podtool.build.known_digests import digester
from podtool.errors import PublishError, SourceError
from podtool.recipes import TRANSCRIPT_FILES
from podtool.show.facts import Enclosure, HeardFacts
from podtool.show.formats import media_type_of
from podtool.show.identity import guid_of_episode
from podtool.show.publication import Publication, PublishedFile
from podtool.show.rights_record import RIGHTS_FILE, RIGHTS_TYPE
from podtool.workflow.addresses import (
    MEDIA_FOLDER,
    address_of,
    cover_path,
    episode_folder,
    image_path,
    page_address,
)
from podtool.workflow.assemble import AssembleOptions, outputs_of, plan
from podtool.workflow.last_build import LastBuild, read_last_build
from podtool.workflow.project import Project

NEVER_MADE = frozenset({"never made before", "it is no longer in the cache"})
"""What a step says that the cache knows nothing of."""
EPISODE_FILES = {
    "chapters": ("chapters.json", "application/json+chapters"),
    "waveform": ("waveform.svg", "image/svg+xml"),
    "rights": (RIGHTS_FILE, RIGHTS_TYPE),
    **{name: (name, media_type) for name, media_type in TRANSCRIPT_FILES.items()},
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


def prepare_release(
    project: Project, before: Publication | None, now: datetime, *, stale: bool = False
) -> Release:
    """The release of an episode that is due.

    Args:
        project: the episode.
        before: its ledger entry.
        now: for what is published for the first time, or corrected.
        stale: whether what is built may be older than the YAML: for a preview, nothing else.

    Raises:
        PublishError: it was never assembled, or not since the YAML or a recording changed.
    """
    if not is_built(project):
        if before is None:
            raise PublishError(
                f"{project.name}: nothing is built", hint="run `podtool assemble` first, then publish"
            )
        return Release(project=project, publication=_described_anew(project, before), before=before)
    if not stale and (reasons := find_stale(project)):
        raise PublishError(
            f"{project.name}: what is built is stale: {', '.join(reasons)}",
            hint="run `podtool assemble`, then publish again",
        )
    _refuse_incomplete(project, before)
    last = _last_build(project)
    sources: dict[str, Path] = {}
    made = replace(
        _described_anew(project, before or _first(project, now)),
        enclosures=tuple(_enclosures(project, last, sources)),
        chapters=last.chapters,
        soundbites=last.soundbites,
        heard=tuple(
            HeardFacts(asset=asset, start_ms=start, end_ms=stop)
            for asset, spans in last.heard.items()
            for start, stop in spans
        ),
        files=_files(project, last, sources),
    )
    if before and _media_of(before) != _media_of(made):
        made = replace(made, revision=before.revision + 1, updated=now)
    return Release(project=project, publication=made, before=before, sources=sources)


def find_sources(project: Project) -> dict[str, Path]:
    """Public path → file, for everything of an episode that was built here; empty where nothing was."""
    sources: dict[str, Path] = {}
    last = read_last_build(project)
    if last is not None:
        _enclosures(project, last, sources)
        _files(project, last, sources)
    return sources


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
    """The entry as the YAML has it now; another guid there has been refused, or was forced."""
    return replace(
        before,
        number=project.episode.number,
        slug=project.episode.slug,
        guid=project.episode.guid or before.guid,
        page_url=_page_of(project, before),
        withdrawn=None,
    )


def _page_of(project: Project, before: Publication) -> str:
    """An imported episode's page stays where it was until the show says where its own pages will stand."""
    if before.is_elsewhere and project.show.publish.base_url is None:
        return before.page_url
    return page_address(project.show, project.episode) or before.page_url


def built_profiles(project: Project) -> tuple[str, ...]:
    """The show's profiles whose file lies in the build folder."""
    names = outputs_of(project.show, project)
    return tuple(each.name for each in project.show.profiles if (project.build / names[each.name]).is_file())


def find_stale(project: Project) -> tuple[str, ...]:
    """Why what is built may not go out: a page that says one thing and tags that say another.

    Empty when all is well, and where the recordings aren't on this machine: the build folder is then all
    there is to go by.

    Raises:
        CacheError: the lock is damaged.
    """
    try:
        steps = plan(project, AssembleOptions(profiles=built_profiles(project))).steps
    except SourceError:
        return ()
    wanted = [step for step in steps if step.name.startswith(("tag ", "chapters", "timeline", "rights"))]
    stale = next((step.reasons for step in wanted if step.reasons), ())
    if stale and NEVER_MADE.issuperset(stale):
        return ("the cache was emptied, and nothing else tells what it was made from",)
    return stale


def _refuse_incomplete(project: Project, before: Publication | None) -> None:
    """Another format that subscribers have would silently go out of the feed."""
    wanted = {enclosure.profile for enclosure in before.enclosures} if before else set()
    wanted &= {profile.name for profile in project.show.profiles}
    missing = sorted(wanted.difference(built_profiles(project)))
    if missing:
        raise PublishError(
            f"{project.name}: {', '.join(missing)} was published before, but is not built now",
            hint="run `podtool assemble`, or take the profile out of show.yaml",
        )


def _enclosures(project: Project, last: LastBuild, sources: dict[str, Path]) -> list[Enclosure]:
    show = project.show
    found = []
    for profile in show.profiles:
        path = project.build / outputs_of(show, project)[profile.name]
        if not path.is_file():
            continue
        public = f"{MEDIA_FOLDER}/{path.name}"
        sources[public] = path
        size, digest = _weigh(path)
        found.append(
            Enclosure(
                url=_address(project, public),
                path=public,
                bytes=size,
                media_type=media_type_of(profile),
                sha256=digest,
                duration_s=last.duration_s,
                profile=profile.name,
                bitrate_kbps=profile.bitrate_kbps,
            )
        )
    return found


def _files(project: Project, last: LastBuild, sources: dict[str, Path]) -> dict[str, PublishedFile]:
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
    for chapter in last.chapters:
        if chapter.image and (project.show.root / chapter.image).is_file():
            sources[image_path(chapter.image)] = project.show.root / chapter.image
    return files


def _image(project: Project, image: PurePosixPath) -> PublishedFile:
    path = project.show.root / image
    media_type = IMAGE_TYPES.get(image.suffix.lower(), "application/octet-stream")
    return _file(project, cover_path(_weigh(path)[1], image), path, media_type)


def _file(project: Project, public: str, path: Path, media_type: str) -> PublishedFile:
    size, digest = _weigh(path)
    return PublishedFile(
        path=public, url=_address(project, public), bytes=size, media_type=media_type, sha256=digest
    )


def _weigh(path: Path) -> tuple[int, str]:
    """Size and sha256 of a file that is to be published."""
    try:
        return path.stat().st_size, digester()(path)
    except OSError as error:
        raise PublishError(
            f"{path.name} can't be read: {error.strerror or error}", hint="look at its permissions"
        ) from error


def _address(project: Project, public: str) -> str:
    address = address_of(project.show, public)
    if address is None:
        raise PublishError(
            "show.yaml doesn't say under which address the show is published",
            hint="add `publish: {base_url: https://…}` (and `feed: https://…/feed.xml`)",
        )
    return address


def _last_build(project: Project) -> LastBuild:
    last = read_last_build(project)
    if last is None:
        raise PublishError(
            f"{project.name}: build/timeline.json is missing or damaged", hint="run `podtool assemble` again"
        )
    return last
