"""An encoded file from the cache with its tags, put into the build folder whole."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path, PurePosixPath
from secrets import token_hex

from podtool.build.files import ASIDE
from podtool.build.store import Store
from podtool.errors import CacheError
from podtool.publish.cover import fit_cover
from podtool.publish.tags import EpisodeTags, derive_tags, fit_tags, write_tags
from podtool.show.credit_formats import format_credits
from podtool.show.credits import derive_credits
from podtool.show.facts import ChapterFacts
from podtool.show.identity import guid_of_episode
from podtool.show.licences import describe_licence
from podtool.show.rights import collect_works
from podtool.timeline.model import Timeline
from podtool.workflow.addresses import page_address
from podtool.workflow.documents import collect_heard
from podtool.workflow.project import Project
from podtool.workflow.sound import Deliverable


def write_tagged(
    project: Project,
    made: Deliverable,
    timeline: Timeline,
    chapters: tuple[ChapterFacts, ...],
    store: Store,
    target: Path,
) -> None:
    """Copies the encoded file out of the cache, tags the copy, and renames it to `target`.

    Raises:
        CacheError: the cache has lost the file, or the build folder can't be written.
        TagError: the tags can't be written.
    """
    aside = target.with_name(f"{ASIDE}{token_hex(6)}{target.suffix}")
    try:
        if not store.read_file(made.step.key, aside):
            raise CacheError(
                f"the cache lost the encoded {made.profile.name}", hint="run the command again with --fresh"
            )
        if made.profile.format != "wav":
            write_tags(aside, collect_tags(project, timeline, chapters), clear=True)
        aside.replace(target)
    except OSError as error:
        raise CacheError(
            f"can't write {target.name}: {error.strerror or error}",
            hint="free some disk space or correct the folder's permissions, then run the command again",
        ) from error
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def collect_tags(
    project: Project, timeline: Timeline | None, chapters: tuple[ChapterFacts, ...]
) -> EpisodeTags:
    """The episode's tags: from the YAML, the works that are heard, and the images.

    Raises:
        SourceError: an image can't be read.
    """
    show, episode = project.show, project.episode
    heard = collect_heard(episode, timeline) if timeline else None
    listed = derive_credits(show, episode, collect_works(show, episode, heard), show.language)
    licence = episode.licence_within(show)
    cover = episode.cover_within(show)
    tags = derive_tags(
        show,
        episode,
        chapters,
        attribution=format_credits(listed, "text"),
        licence_name=describe_licence(licence, show.language) if licence else None,
        published=episode.published,
        guid=guid_of_episode(show, episode),
        page_url=page_address(show, episode),
        cover=_picture(project, cover.file) if cover else None,
        chapter_images={
            chapter.image: _picture(project, chapter.image) for chapter in chapters if chapter.image
        },
    )
    return fit_tags(tags)


def _picture(project: Project, file: PurePosixPath) -> bytes:
    data, _ = fit_cover((project.show.root / file).read_bytes())
    return data
