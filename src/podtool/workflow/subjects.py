"""Collects what `check` looks at: everything about an episode that can be read, measured or rendered here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePath, PurePosixPath

from podtool.audio.effects import effect_problems
from podtool.audio.own_effects import FILE_NAME as OWN_EFFECTS
from podtool.audio.own_effects import own_effect_names
from podtool.build.files import sha256_of
from podtool.build.store import Store
from podtool.check.subject import (
    MediaFacts,
    Mp3Facts,
    Neighbour,
    PictureFacts,
    PublicFile,
    RecordingFacts,
    Subject,
)
from podtool.errors import ManifestError, PodtoolError, Problem, Severity, SourceError
from podtool.ports import Listener, Progress
from podtool.publish.cover import probe_image
from podtool.publish.tags import read_tags
from podtool.recipes import list_images, name_file
from podtool.show.facts import ImageFacts, TagFacts
from podtool.show.model import BUILT_IN_PROFILES, Clip, Episode, Place, Segment, Show
from podtool.show.publication import Ledger
from podtool.show.recordings import RECORDINGS_FILE, RecordingEntry, read_recordings
from podtool.workflow.assemble import outputs_of
from podtool.workflow.facts import mp3_facts, sound_facts
from podtool.workflow.ingest import RECORDINGS_FOLDER
from podtool.workflow.project import Project
from podtool.workflow.sources import find_missing

HASHED_BYTES = 4 << 20
"""Published files up to this size are compared by digest, larger ones by size: a show may have a terabyte."""
CHAPTERS_FILE = "chapters.json"


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What all episodes of a show share in one run of `check`.

    Attributes:
        images: what was found of an image, or why it can't be read; filled while episodes are looked at.
    """

    show: Show
    store: Store
    now: datetime
    listen: Listener
    ledger: Ledger | None = None
    gone: tuple[str, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    images: dict[PurePath, ImageFacts | str] = field(default_factory=dict)

    @property
    def target(self) -> Path | None:
        """The folder of the public tree; None when the target is none, or not there."""
        name = self.show.publish.target
        folder = self.show.root / name
        return folder if "://" not in name and folder.is_dir() else None


def collect_show(around: Surroundings) -> Subject:
    """What is known about the show alone."""
    return replace(
        _without_files(around),
        pictures=tuple(_pictures(around, None)),
        public=_public_files(around, None),
    )


def _without_files(around: Surroundings) -> Subject:
    return Subject(
        show=around.show,
        now=around.now,
        target=target_name(around.show),
        ledger=around.ledger,
        gone=around.gone,
        neighbours=around.neighbours,
    )


def collect_episode(around: Surroundings, project: Project) -> Subject:
    """What is known about an episode, but for what is rendered of it (see `rendering.add_rendered`)."""
    recordings = tuple(_recordings(around, project))
    entries, problems = _entries(project)
    chapters_json = project.build / CHAPTERS_FILE
    told = _missing_pictures(project)
    return replace(
        _without_files(around),
        episode=project.episode,
        recordings=recordings,
        entries=entries,
        pictures=tuple(each for each in _pictures(around, project.episode) if each.path not in told),
        media=tuple(_media(around, project)),
        is_built=(project.build / outputs_of(project.show, project)[project.show.profiles[0].name]).is_file(),
        chapters_json=_text_of(chapters_json),
        chapters_json_path=shown_path(project, chapters_json),
        public=_public_files(around, project.episode),
        elsewhere=(*problems, *find_missing(project), *_effect_problems(project)),
    )


def target_name(show: Show) -> str:
    """The target as a prefix of shown paths: ``public/``."""
    return show.publish.target.rstrip("/") + "/"


def shown_path(project: Project, path: Path) -> str:
    """A path as a person would type it in the show's folder."""
    return path.relative_to(project.show.root).as_posix()


# Recordings


@dataclass(kw_only=True)
class _Use:
    """How an episode uses a sound file, all its segments together."""

    place: Place
    is_music: bool
    begins_whole: bool = False
    ends_whole: bool = False


def _recordings(around: Surroundings, project: Project) -> Iterator[RecordingFacts]:
    uses = _uses(project.show, project.episode)
    for index, (file, use) in enumerate(uses.items()):
        path = project.show.root / file
        if not path.is_file():
            continue
        around.listen(Progress(stage=f"measure {file.name}", done=index, total=len(uses), unit="files"))
        facts = RecordingFacts(
            path=file.as_posix(),
            name=name_file(file, project.episode),
            place=use.place,
            is_music=use.is_music,
            begins_whole=use.begins_whole,
            ends_whole=use.ends_whole,
        )
        yield _measured(around, path, facts)


def _measured(around: Surroundings, path: Path, facts: RecordingFacts) -> RecordingFacts:
    try:
        digest = sha256_of(path)
        return replace(facts, sha256=digest, sound=sound_facts(around.store, path, digest))
    except OSError as error:
        return replace(facts, trouble=f"can't be read: {error.strerror or error}")
    except SourceError as error:
        return replace(facts, trouble=_without_path(error.message, path))


def _without_path(message: str, path: Path) -> str:
    """What went wrong, without this machine's path before it."""
    for name in (str(path), path.as_posix(), path.name):
        message = message.removeprefix(f"{name}: ")
    return message


def _uses(show: Show, episode: Episode) -> Mapping[PurePosixPath, _Use]:
    uses: dict[PurePosixPath, _Use] = {}
    for segment in episode.segments:
        for index, clip in enumerate(segment.clips):
            place = _place_of_clip(show, episode, segment, index)
            use = uses.setdefault(clip.file, _Use(place=place, is_music=clip.asset is not None))
            use.begins_whole |= _begins_whole(clip)
            use.ends_whole |= clip.end is None
        if segment.bed:
            place = _place_of_asset(show, episode, segment.bed.asset)
            uses.setdefault(segment.bed.file, _Use(place=place, is_music=True))
    return uses


def _begins_whole(clip: Clip) -> bool:
    return not clip.start and not any(first == 0 for first, _ in clip.cuts)


def _place_of_clip(show: Show, episode: Episode, segment: Segment, index: int) -> Place:
    clip = segment.clips[index]
    if clip.asset:
        return _place_of_asset(show, episode, clip.asset)
    key = f"tracks.{index}.clip" if segment.kind == "tracks" else "clip"
    return episode.places.find(f"segments.{segment.index}.{key}")


def _place_of_asset(show: Show, episode: Episode, asset: str) -> Place:
    owner = episode if asset in episode.assets else show
    return owner.places.find(f"assets.{asset}.file")


def _entries(project: Project) -> tuple[Mapping[str, RecordingEntry] | None, tuple[Problem, ...]]:
    folder = project.episode.folder / RECORDINGS_FOLDER
    path = project.show.root / folder / RECORDINGS_FILE
    if not path.is_file():
        return None, ()
    try:
        found = read_recordings(path, file=(folder / RECORDINGS_FILE).as_posix())
    except ManifestError as error:
        return None, error.problems
    return {(folder / name).as_posix(): entry for name, entry in found.items()}, ()


def _effect_problems(project: Project) -> Iterator[Problem]:
    """What `assemble` would say of the segments' effects, before it decodes anything."""
    segments = [segment for segment in project.episode.segments if segment.effects]
    if not segments:
        return
    try:
        own = own_effect_names(project.show.root)
    except PodtoolError as error:
        yield _effect_problem(error.message, Place(file=OWN_EFFECTS, line=0, column=0))
        return
    for segment in segments:
        place = project.episode.places.find(f"segments.{segment.index}.effects")
        for message in effect_problems(segment.effects, own):
            yield _effect_problem(message, place)


def _effect_problem(message: str, place: Place) -> Problem:
    return Problem(
        rule="EPISODE-013",
        severity=Severity.ERROR,
        message=message,
        file=place.file,
        line=place.line,
        column=place.column,
    )


# Pictures


def _pictures(around: Surroundings, episode: Episode | None) -> Iterator[PictureFacts]:
    show = around.show
    if show.cover:
        place = show.places.find("cover.file")
        yield _picture(around, show.cover.file, place, alt=show.cover.alt, cover=True, of_show=True)
    if episode and episode.cover:
        place = episode.places.find("cover.file")
        yield _picture(around, episode.cover.file, place, alt=episode.cover.alt, cover=True)
    for name, person in show.people.items():
        if person.image:
            yield _picture(around, person.image, show.places.find(f"people.{name}.image"))
    for segment in episode.segments if episode else ():
        key = f"segments.{segment.index}"
        if segment.image and episode:
            yield _picture(around, segment.image, episode.places.find(f"{key}.image"))
        for index, mark in enumerate(segment.chapters):
            if mark.image and episode:
                yield _picture(around, mark.image, episode.places.find(f"{key}.chapters.{index}.image"))


def _picture(
    around: Surroundings,
    file: PurePosixPath,
    place: Place,
    *,
    alt: str | None = None,
    cover: bool = False,
    of_show: bool = False,
) -> PictureFacts:
    if file not in around.images:
        around.images[file] = _probed(around.show.root / file)
    found = around.images[file]
    return PictureFacts(
        path=file.as_posix(),
        role="cover" if cover else "picture",
        place=place,
        of_show=of_show,
        alt=alt,
        image=found if isinstance(found, ImageFacts) else None,
        trouble=found if isinstance(found, str) else "",
    )


def _probed(path: Path) -> ImageFacts | str:
    try:
        return probe_image(path.read_bytes())
    except FileNotFoundError:
        return "there is no such file"
    except OSError as error:
        return f"can't be read: {error.strerror or error}"
    except SourceError as error:
        return error.message


def _missing_pictures(project: Project) -> frozenset[str]:
    """Images that `find_missing` tells of already."""
    images = list_images(project.show, project.episode)
    return frozenset(file.as_posix() for file in images if not (project.show.root / file).is_file())


# What was built and what is public


def _media(around: Surroundings, project: Project) -> Iterator[MediaFacts]:
    show = project.show
    profiles = {**BUILT_IN_PROFILES, **{profile.name: profile for profile in show.profiles}}
    for name, file in outputs_of(show, project).items():
        path = project.build / file
        if not path.is_file():
            continue
        around.listen(Progress(stage=f"measure {file}", done=0, total=0, unit="files"))
        media = MediaFacts(path=shown_path(project, path), profile=profiles[name])
        try:
            media = replace(media, bytes=path.stat().st_size, sha256=sha256_of(path))
        except OSError as error:
            yield replace(media, trouble=f"can't be read: {error.strerror or error}")
            continue
        yield _heard(around, path, _tagged(path, media))


def _tagged(path: Path, media: MediaFacts) -> MediaFacts:
    try:
        tags: TagFacts = read_tags(path)
    except PodtoolError as error:
        return replace(media, tags_trouble=_without_path(error.message, path))
    return replace(media, tags=tags)


def _heard(around: Surroundings, path: Path, media: MediaFacts) -> MediaFacts:
    mp3: Mp3Facts | None = None
    try:
        sound = sound_facts(around.store, path, media.sha256)
        if sound.container == "mp3":
            mp3 = mp3_facts(around.store, path, media.sha256)
    except SourceError as error:
        return replace(media, trouble=_without_path(error.message, path))
    return replace(media, sound=sound, mp3=mp3)


def _text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _public_files(around: Surroundings, episode: Episode | None) -> Mapping[str, PublicFile | None] | None:
    """What lies in the target of what the ledger names: of the show and one episode, or of all."""
    folder, ledger = around.target, around.ledger
    if folder is None or ledger is None:
        return None
    wanted = [None if episode is None else episode.folder.as_posix()]
    entries = [entry for name, entry in ledger.episodes.items() if wanted in ([None], [name])]
    paths = [file.path for file in ledger.files.values()]
    for entry in entries:
        paths += [media.path for media in entry.enclosures] + [file.path for file in entry.files.values()]
    return {path: _public_file(folder / path) for path in paths}


def _public_file(path: Path) -> PublicFile | None:
    try:
        size = path.stat().st_size
        return PublicFile(bytes=size, sha256=sha256_of(path) if size <= HASHED_BYTES else None)
    except OSError:
        return None
