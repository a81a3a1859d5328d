"""What files on this machine tell `check`: pictures, built media, what lies in the target; each as facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePath, PurePosixPath

from podtool.build.known_digests import digester
from podtool.build.store import Store
from podtool.check.subject import MediaFacts, Neighbour, PictureFacts, PublicFile
from podtool.errors import PodtoolError, SourceError, TagError
from podtool.ports import Listener, Progress
from podtool.publish.cover import probe_image
from podtool.publish.sound_bytes import index_is_last
from podtool.publish.tags import read_tags
from podtool.recipes import Engine
from podtool.show.facts import ImageFacts, TagFacts
from podtool.show.model import BUILT_IN_PROFILES, Episode, Place, Show
from podtool.show.publication import Ledger
from podtool.workflow.assemble import outputs_of
from podtool.workflow.engine import read_engine
from podtool.workflow.facts import mp3_facts, sound_facts
from podtool.workflow.project import Project

MP4_SUFFIXES = frozenset({".m4a", ".mp4"})
HASHED_BYTES = 4 << 20
"""Published files up to this size are compared by digest, larger ones by size: a show may have a terabyte."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What all episodes of a show share in one run of `check`.

    Attributes:
        engine: what makes the sound, for the keys under which `assemble` keeps what it measured.
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
    engine: Engine = field(default_factory=read_engine)

    @property
    def target(self) -> Path | None:
        """The folder of the public tree; None when the target is none, or not there."""
        name = self.show.publish.target
        folder = self.show.root / name
        return folder if "://" not in name and folder.is_dir() else None


def shown_path(project: Project, path: Path) -> str:
    """A path as a person would type it in the show's folder."""
    return path.relative_to(project.show.root).as_posix()


def without_path(message: str, path: Path) -> str:
    """What went wrong, without this machine's path before it."""
    for name in (str(path), path.as_posix(), path.name):
        message = message.removeprefix(f"{name}: ")
    return message


# Pictures


def find_pictures(around: Surroundings, episode: Episode | None) -> Iterator[PictureFacts]:
    """Every image that the show's YAML names, and the episode's."""
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


# What was built and what is public


def find_media(around: Surroundings, project: Project) -> Iterator[MediaFacts]:
    """The encoded files that lie in the build folder, of whatever profile."""
    show = project.show
    profiles = {**BUILT_IN_PROFILES, **{profile.name: profile for profile in show.profiles}}
    for name, file in outputs_of(show, project).items():
        path = project.build / file
        if not path.is_file():
            continue
        around.listen(Progress(stage=f"measure {file}", done=0, total=0, unit="files"))
        media = MediaFacts(path=shown_path(project, path), profile=profiles[name])
        try:
            media = replace(media, bytes=path.stat().st_size, sha256=digester()(path))
        except OSError as error:
            yield replace(media, trouble=f"can't be read: {error.strerror or error}")
            continue
        yield _heard(around, path, _tagged(path, media))


def _tagged(path: Path, media: MediaFacts) -> MediaFacts:
    try:
        tags: TagFacts = read_tags(path)
    except PodtoolError as error:
        return replace(media, tags_trouble=without_path(error.message, path))
    return replace(media, tags=tags)


def _heard(around: Surroundings, path: Path, media: MediaFacts) -> MediaFacts:
    """With its sound and, of an MP3, its frames: a file that can't be decoded may have some all the same."""
    if path.suffix == ".mp3":
        with suppress(SourceError):  # decoding says it better
            media = replace(media, mp3=mp3_facts(around.store, path, media.sha256))
    if path.suffix in MP4_SUFFIXES:
        with suppress(TagError, OSError):
            media = replace(media, index_is_last=index_is_last(path))
    try:
        return replace(media, sound=sound_facts(around.store, path, media.sha256))
    except SourceError as error:
        return replace(media, trouble=without_path(error.message, path))


def text_of(path: Path) -> str | None:
    """A small text file; None where there is none that can be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def find_public_files(
    around: Surroundings, episode: Episode | None
) -> Mapping[str, PublicFile | None] | None:
    """What lies in the target of what the ledger names: of the show and one episode, or of all."""
    folder, ledger = around.target, around.ledger
    if folder is None or ledger is None:
        return None
    wanted = [None if episode is None else episode.folder.as_posix()]
    entries = [entry for name, entry in ledger.in_feed.items() if wanted in ([None], [name])]
    paths = [file.path for file in ledger.files.values()]
    for entry in entries:
        paths += [media.path for media in entry.enclosures] + [file.path for file in entry.files.values()]
    return {path: _public_file(folder / path) for path in paths if path}


def _public_file(path: Path) -> PublicFile | None:
    try:
        size = path.stat().st_size
        return PublicFile(bytes=size, sha256=digester()(path) if size <= HASHED_BYTES else None)
    except OSError:
        return None
