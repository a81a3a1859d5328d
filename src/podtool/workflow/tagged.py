"""An encoded file from the cache with its tags, put into the build folder whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import TYPE_CHECKING, BinaryIO

from podtool.audio.encode import wrap_deliverable
from podtool.audio.mp3_tags import sound_start
from podtool.build.files import ASIDE, BLOCK_BYTES, put_in_place, remove_files, replacing
from podtool.build.graph import digest_of
from podtool.build.store import ROOM_HINT, Store
from podtool.errors import CacheError, SourceError, TagError
from podtool.show.facts import ChapterFacts
from podtool.show.identity import guid_of_episode
from podtool.timeline.model import Timeline
from podtool.workflow.delivering import Deliverable
from podtool.workflow.documents import collect_heard
from podtool.workflow.last_build import Heard
from podtool.workflow.mp3_delivery import ChunkedSound
from podtool.workflow.project import Project
from podtool.workflow.transcripts import transcript_text

if TYPE_CHECKING:
    from podtool.publish.tags import EpisodeTags

# mutagen, Pillow and the Markdown reader are imported where they are used: an unchanged episode, the most
# frequent case, has nothing to tag and shouldn't pay for them in time or memory.


def write_tagged(
    project: Project,
    made: Deliverable,
    timeline: Timeline,
    chapters: tuple[ChapterFacts, ...],
    store: Store,
    target: Path,
    same_sound: str | None,
    make_again: Callable[[], None],
) -> None:
    """Copies the encoded file out of the cache, tags the copy, and renames it to `target`.

    Args:
        project: the episode.
        made: what was encoded.
        timeline: where everything lies.
        chapters: as heard.
        store: the cache.
        target: in the build folder.
        same_sound: sha256 of the file as it was last made, if its sound was the same.
        make_again: encodes the file once more, for a cache that has lost it, or holds it damaged.

    Raises:
        CacheError: the build folder can't be written.
        TagError: the tags can't be written.
    """
    from podtool.publish.tags import write_tags

    heard = collect_heard(project.episode, timeline)
    said = transcript_text(project, timeline, chapters)
    sound, aside = (target.with_name(f"{ASIDE}{token_hex(6)}{target.suffix}") for _ in range(2))
    try:
        if made.chunks is not None:
            tags = collect_tags(project, heard, chapters, said, store=store)
            _write_joined(target, made.chunks, tags, same_sound)
            return
        if not store.read_file(made.step.key, sound):
            make_again()
            if not store.read_file(made.step.key, sound):
                raise CacheError(
                    f"the cache loses the encoded {made.profile.name} as soon as it is there",
                    hint="see what else works in `.podtool`, or whether its disk is failing",
                )
        wrap_deliverable(
            sound,
            made.profile,
            aside,
            chapters=chapters,
            cover=_cover_of(project),
            title=project.episode.title,
            measured=made.measurement,
        )
        if made.profile.format != "wav":
            write_tags(aside, collect_tags(project, heard, chapters, said, store=store), clear=True)
        put_in_place(aside, target)
    except (OSError, TagError) as error:
        failure = _disk_failure(error)
        if failure is None:
            raise
        words = f"can't write {target.name}: {failure.strerror or failure}"
        raise CacheError(words, hint=ROOM_HINT) from error
    finally:
        remove_files(sound, aside)


def _disk_failure(error: BaseException | None) -> OSError | None:
    """The disk's own error, also where it comes as one of tags: a full disk isn't theirs."""
    while error is not None and not isinstance(error, OSError):
        error = error.__cause__
    return error


def _write_joined(target: Path, sound: ChunkedSound, tags: EpisodeTags, same_sound: str | None) -> None:
    """An MP3 goes to the disk once: its tag, and behind it its chunks as they are joined.

    Where only the tag is another, the sound is copied from behind the old one.
    """
    from podtool.publish.id3 import render_id3

    with replacing(target) as file:
        file.write(render_id3(tags, clear=True))
        start = file.tell()
        if same_sound is None or not _copied(target, same_sound, file):
            file.seek(start)
            file.truncate()
            sound.write(file)


def _copied(old: Path, sha256: str, file: BinaryIO) -> bool:
    """Copies an MP3's sound; False when the file isn't what it was, so that nothing copied may stay."""
    digest = hashlib.sha256()
    try:
        with old.open("rb") as original:
            start = sound_start(original, original.seek(0, os.SEEK_END))
            original.seek(0)
            digest.update(original.read(start))
            while block := original.read(BLOCK_BYTES):
                digest.update(block)
                file.write(block)
    except FileNotFoundError:
        return False
    return digest.hexdigest() == sha256


def collect_tags(
    project: Project,
    heard: Heard | None,
    chapters: tuple[ChapterFacts, ...],
    said: str | None = None,
    *,
    store: Store | None = None,
) -> EpisodeTags:
    """The episode's tags: from the YAML, the works that are heard, and the images.

    Args:
        project: the episode.
        heard: when each asset is heard; None when nobody knows.
        chapters: as heard.
        said: the transcript's text.
        store: keeps images as they fit into tags.

    Raises:
        SourceError: an image can't be read.
    """
    from podtool.publish.tags import derive_tags, fit_tags
    from podtool.show.credit_formats import format_credits
    from podtool.show.credits import derive_credits
    from podtool.show.licences import describe_licence
    from podtool.show.rights import collect_works
    from podtool.workflow.addresses import page_address

    show, episode = project.show, project.episode
    works = collect_works(show, episode, heard)
    listed = derive_credits(show, episode, works, show.language)
    licence = episode.licence_within(show)
    cover = _cover_of(project)
    tags = derive_tags(
        show,
        episode,
        chapters,
        attribution=format_credits(listed, "text"),
        licence_name=describe_licence(licence, show.language) if licence else None,
        published=episode.published,
        guid=guid_of_episode(show, episode),
        page_url=page_address(show, episode),
        cover=_fitted(cover, store) if cover else None,
        transcript_text=said,
        musicians=[
            work.asset.creator for work in works if work.kind == "music" and work.asset.creator is not None
        ],
        chapter_images={
            chapter.image: _fitted(_read_image(project, chapter.image), store)
            for chapter in chapters
            if chapter.image
        },
    )
    return fit_tags(tags)


def _cover_of(project: Project) -> bytes | None:
    cover = project.episode.cover_within(project.show)
    return _read_image(project, cover.file) if cover else None


def _fitted(image: bytes, store: Store | None) -> bytes:
    """As it fits into a tag; scaling it takes longer than all the rest of a tag."""
    from podtool.publish.cover import fit_cover

    if store is None:
        return fit_cover(image)[0]
    key = digest_of({"image in a tag": hashlib.sha256(image).hexdigest(), "pillow": version("pillow")})
    kept = store.read(key)
    if kept is None:
        kept = fit_cover(image)[0]
        store.write(key, kept)
    return kept


def _read_image(project: Project, file: PurePosixPath) -> bytes:
    try:
        return (project.show.root / file).read_bytes()
    except OSError as error:
        raise SourceError(
            f"{file} can't be read: {error.strerror or error}", hint="bring it back, or correct its name"
        ) from error
