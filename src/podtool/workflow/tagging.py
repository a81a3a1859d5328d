"""`podtool tag`: tags into an episode's built files, or into any MP3, M4A, Opus, FLAC; sound untouched."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from podtool.errors import SourceError, TagError, UsageError
from podtool.ports import Listener, Progress, ignore_events
from podtool.publish.cover import fit_cover
from podtool.publish.tags import EpisodeTags, Picture, write_tags
from podtool.show.facts import ChapterFacts
from podtool.workflow.assemble import AssembleOptions, assemble, outputs_of, plan
from podtool.workflow.inspecting import inspect_file
from podtool.workflow.project import Project
from podtool.workflow.results import FilesResult
from podtool.workflow.tagged import collect_tags

NUMBERS = frozenset({"track", "disc"})
DATES = frozenset({"recorded"})
OVERRIDABLE = tuple(
    field.name
    for field in fields(EpisodeTags)
    if field.name not in {"podcast", "people", "musicians", "chapters", "chapter_images", "released"}
)
"""What `--set NAME=VALUE` may name."""
NEVER_MADE = frozenset({"never made before", "it is no longer in the cache"})


def tag_episode(project: Project, listen: Listener = ignore_events) -> FilesResult:
    """Tags an episode's built files anew.

    Raises:
        TagError: nothing is built, or the sound itself has changed since.
        SourceError: a recording or image is missing.
    """
    built = [project.build / outputs_of(project.show, project)[each.name] for each in project.show.profiles]
    built = [path for path in built if path.is_file()]
    if not built:
        raise TagError(f"{project.name}: nothing is built yet", hint="run `podtool assemble`")
    stale = _stale_sound(project)
    if stale is None:
        tags = collect_tags(project, None, read_chapters(project))
        return _write(built, tags, listen, clear=True)
    if stale:
        raise TagError(
            f"{project.name}: the sound itself has changed: {', '.join(stale)}", hint="run `podtool assemble`"
        )
    assemble(project, AssembleOptions(), listen)
    return FilesResult(files=tuple(inspect_file(path) for path in built))


def tag_files(
    files: Sequence[Path],
    project: Project | None,
    overrides: Mapping[str, str],
    listen: Listener = ignore_events,
) -> FilesResult:
    """Writes an episode's tags, or single values, into any files; what podtool doesn't set stays.

    Args:
        files: MP3, M4A, MP4, Opus, Ogg Vorbis, FLAC.
        project: whose tags; None for the overrides alone.
        overrides: by the names in `OVERRIDABLE`; ``cover`` is an image's path.
        listen: told about progress.

    Raises:
        UsageError: nothing to write, or an unknown name.
        SourceError: a file or image is missing.
        TagError: a file can't be tagged; it is as it was.
    """
    if project is None and not overrides:
        raise UsageError(
            "nothing to write into the files",
            hint="go to an episode's folder or name one with --episode, or give values: --set title=…",
        )
    tags = collect_tags(project, None, read_chapters(project)) if project else EpisodeTags()
    return _write(files, _overridden(tags, overrides), listen, clear=False)


def read_chapters(project: Project) -> tuple[ChapterFacts, ...]:
    """The chapters of the last build, from its timeline.json; none without one."""
    try:
        chapters = json.loads((project.build / "timeline.json").read_bytes())["chapters"]
        return tuple(_chapter(chapter) for chapter in chapters)
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _chapter(chapter: Mapping[str, object]) -> ChapterFacts:
    url, image = chapter["url"], chapter["image"]
    return ChapterFacts(
        start_ms=int(str(chapter["start_ms"])),
        end_ms=int(str(chapter["end_ms"])),
        title=str(chapter["title"]),
        url=str(url) if url else None,
        image=PurePosixPath(str(image)) if image else None,
    )


def _stale_sound(project: Project) -> tuple[str, ...] | None:
    """Why the encoded sound is stale: empty when it isn't, None when the cache doesn't know."""
    try:
        steps = plan(project, AssembleOptions()).steps
    except SourceError:
        return None  # the recordings aren't on this machine; the built file is
    reasons = [reason for step in steps if step.name.startswith("encode ") for reason in step.reasons]
    if not reasons:
        return ()
    return None if NEVER_MADE.issuperset(reasons) else tuple(reasons)


def _write(files: Sequence[Path], tags: EpisodeTags, listen: Listener, *, clear: bool) -> FilesResult:
    reports = []
    for index, file in enumerate(files):
        listen(Progress(stage=f"tag {file.name}", done=index, total=len(files), unit="files"))
        write_tags(file, tags, clear=clear)
        reports.append(inspect_file(file))
    return FilesResult(files=tuple(reports))


def _overridden(tags: EpisodeTags, overrides: Mapping[str, str]) -> EpisodeTags:
    unknown = [name for name in overrides if name not in OVERRIDABLE]
    if unknown:
        raise UsageError(f"no tag is called {unknown[0]}", hint=f"there are: {', '.join(OVERRIDABLE)}")
    values: dict[str, Any] = {name: _value(name, text) for name, text in overrides.items()}
    return replace(tags, **values)


def _value(name: str, text: str) -> str | int | date | Picture:
    if name == "cover":
        data, media_type = fit_cover(_image(Path(text)))
        return Picture(data=data, media_type=media_type)
    try:
        if name in NUMBERS:
            return int(text)
        return date.fromisoformat(text) if name in DATES else text
    except ValueError as error:
        wanted = "a whole number" if name in NUMBERS else "a date like 2023-09-22"
        raise UsageError(f"{name}: {text!r} is not {wanted}") from error


def _image(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}", hint="name a JPEG or PNG file") from error
