"""`podtool tag`: tags into an episode's built files, or into any MP3, M4A, Opus, FLAC; sound untouched."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from podtool.errors import SourceError, TagError, UsageError
from podtool.ports import Listener, Progress, ignore_events
from podtool.publish.cover import fit_cover
from podtool.publish.tags import EpisodeTags, Picture, write_tags
from podtool.workflow.assemble import AssembleOptions, assemble, outputs_of, plan
from podtool.workflow.inspecting import inspect_file
from podtool.workflow.last_build import read_last_build
from podtool.workflow.project import Project
from podtool.workflow.releases import NEVER_MADE, built_profiles
from podtool.workflow.results import FilesResult
from podtool.workflow.tagged import collect_tags
from podtool.workflow.transcripts import built_text

UNTAGGED = frozenset({"wav"})
NUMBERS = frozenset({"track", "disc"})
MOST_TRACKS = 65_535
"""MP4 keeps track and disc in two bytes."""
_NUMBER = re.compile(r"[1-9]\d{0,4}", re.ASCII)
DATES = frozenset({"recorded"})
OVERRIDABLE = tuple(
    field.name
    for field in fields(EpisodeTags)
    if field.name not in {"podcast", "people", "musicians", "chapters", "chapter_images", "released"}
)
"""What `--set NAME=VALUE` may name."""


def tag_episode(project: Project, listen: Listener = ignore_events) -> FilesResult:
    """Tags an episode's built files anew; those of formats that carry no tags (WAV) stay as they are.

    Raises:
        TagError: nothing is built, or the sound itself has changed since.
        SourceError: a recording or image is missing.
    """
    carrying = {profile.name for profile in project.show.profiles if profile.format not in UNTAGGED}
    names = tuple(name for name in built_profiles(project) if name in carrying)
    if not names:
        raise TagError(f"{project.name}: nothing that carries tags is built", hint="run `podtool assemble`")
    files = outputs_of(project.show, project)
    built = [project.build / files[name] for name in names]
    stale = _stale_sound(project, names)
    if stale is None:
        return _write(built, _tags_of(project), listen, clear=True)
    if stale:
        raise TagError(
            f"{project.name}: the sound itself has changed: {', '.join(stale)}", hint="run `podtool assemble`"
        )
    assemble(project, AssembleOptions(profiles=names), listen)
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
    tags = _tags_of(project) if project else EpisodeTags()
    return _write(files, _overridden(tags, overrides), listen, clear=False)


def _tags_of(project: Project) -> EpisodeTags:
    """What the YAML says now, with chapters and times as the last build left them."""
    last = read_last_build(project)
    said = built_text(project.build)
    return collect_tags(project, last.heard if last else None, last.chapters if last else (), said)


def _stale_sound(project: Project, profiles: tuple[str, ...]) -> tuple[str, ...] | None:
    """Why the encoded sound is stale: empty when it isn't, None when nobody can know."""
    try:
        steps = plan(project, AssembleOptions(profiles=profiles)).steps
    except SourceError:
        return None  # the recordings aren't on this machine; the built file is
    reasons = [reason for step in steps if step.name.startswith("encode ") for reason in step.reasons]
    if not reasons:
        return ()
    return None if NEVER_MADE.issuperset(reasons) else tuple(dict.fromkeys(reasons))


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
    if name in NUMBERS:
        if not _NUMBER.fullmatch(text) or int(text) > MOST_TRACKS:
            raise UsageError(f"{name}: {text!r} is not a whole number from 1 to {MOST_TRACKS}")
        return int(text)
    try:
        return date.fromisoformat(text) if name in DATES else text
    except ValueError as error:
        raise UsageError(f"{name}: {text!r} is not a date like 2023-09-22") from error


def _image(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}", hint="name a JPEG or PNG file") from error
