"""Collects what `check` looks at: everything about an episode that can be read, measured or rendered here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from podtool.audio.own_effects import FILE_NAME as OWN_EFFECTS
from podtool.build.known_digests import digester
from podtool.check.subject import RecordingFacts, Subject, TranscriptFacts
from podtool.errors import ManifestError, PodtoolError, Problem, SourceError
from podtool.ports import Progress
from podtool.publish.transcript_reading import read_transcript
from podtool.recipes import list_images, name_file
from podtool.show.facts import WorkFacts
from podtool.show.model import Clip, Episode, Place, Segment, Show
from podtool.show.recordings import RECORDINGS_FILE, RecordingEntry, read_recordings
from podtool.show.rights import collect_works
from podtool.workflow.assemble import outputs_of
from podtool.workflow.evidence import (
    Surroundings,
    find_media,
    find_pictures,
    find_public_files,
    shown_path,
    text_of,
    without_path,
)
from podtool.workflow.facts import sound_facts, work_facts
from podtool.workflow.ingest import RECORDINGS_FOLDER
from podtool.workflow.project import Project
from podtool.workflow.sources import effect_problem, find_effect_problems, find_missing

CHAPTERS_FILE = "chapters.json"


def collect_show(around: Surroundings) -> Subject:
    """What is known about the show alone."""
    return replace(
        _without_files(around),
        pictures=tuple(find_pictures(around, None)),
        public=find_public_files(around, None),
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
        transcripts=tuple(_transcripts(project, recordings)),
        told_by_files=_told_by_files(around, project, recordings),
        entries=entries,
        pictures=tuple(each for each in find_pictures(around, project.episode) if each.path not in told),
        media=tuple(find_media(around, project)),
        is_built=(project.build / outputs_of(project.show, project)[project.show.profiles[0].name]).is_file(),
        chapters_json=text_of(chapters_json),
        chapters_json_path=shown_path(project, chapters_json),
        public=find_public_files(around, project.episode),
        elsewhere=(*problems, *find_missing(project), *_effect_problems(project)),
    )


def target_name(show: Show) -> str:
    """The target as a prefix of shown paths: ``public/``."""
    return show.publish.target.rstrip("/") + "/"


# Recordings


@dataclass(kw_only=True)
class _Use:
    """How an episode uses a sound file, all its segments together."""

    place: Place
    is_music: bool
    begins_whole: bool = False
    ends_whole: bool = False
    is_treated: bool = True


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
            is_treated=use.is_treated,
        )
        yield _measured(around, path, facts)


def _told_by_files(
    around: Surroundings, project: Project, recordings: Sequence[RecordingFacts]
) -> Mapping[str, WorkFacts]:
    """What the files of the works say of themselves; one that can't be read says nothing (others tell)."""
    digests = {each.path: each.sha256 for each in recordings}
    found = {}
    for work in collect_works(project.show, project.episode):
        file = work.asset.file.as_posix()
        path = project.show.root / file
        with suppress(PodtoolError, OSError):
            found[file] = work_facts(around.store, path, digests.get(file) or digester()(path))
    return found


def _transcripts(project: Project, recordings: Sequence[RecordingFacts]) -> Iterator[TranscriptFacts]:
    """Those that are there; of others `find_missing` tells."""
    lengths = {each.path: each.sound.duration_s for each in recordings if each.sound}
    for segment in project.episode.segments:
        path = segment.transcript
        if path is None or not (project.show.root / path).is_file():
            continue
        facts = TranscriptFacts(
            name=name_file(path, project.episode),
            place=project.episode.places.find(f"segments.{segment.index}.transcript"),
            speaker=segment.speaker,
            recording_s=max((lengths.get(clip.file.as_posix(), 0.0) for clip in segment.clips), default=0.0)
            or None,
        )
        try:
            yield replace(facts, cues=read_transcript(project.show.root / path, facts.name))
        except SourceError as error:
            yield replace(facts, trouble=error.message)


def _measured(around: Surroundings, path: Path, facts: RecordingFacts) -> RecordingFacts:
    try:
        facts = replace(facts, sha256=digester()(path))
        return replace(facts, sound=sound_facts(around.store, path, facts.sha256))
    except OSError as error:
        return replace(facts, trouble=f"can't be read: {error.strerror or error}")
    except SourceError as error:
        return replace(facts, trouble=without_path(error.message, path))


def _uses(show: Show, episode: Episode) -> Mapping[PurePosixPath, _Use]:
    uses: dict[PurePosixPath, _Use] = {}
    for segment in episode.segments:
        for index, clip in enumerate(segment.clips):
            place = _place_of_clip(show, episode, segment, index)
            use = uses.setdefault(clip.file, _Use(place=place, is_music=clip.asset is not None))
            use.begins_whole |= _begins_whole(clip)
            use.ends_whole |= clip.end is None
            use.is_treated &= bool(segment.effects or segment.pan)
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
    try:
        yield from find_effect_problems(project)
    except PodtoolError as error:
        yield effect_problem(error.message, Place(file=OWN_EFFECTS, line=0, column=0))


def _missing_pictures(project: Project) -> frozenset[str]:
    """Images that `find_missing` tells of already."""
    images = list_images(project.show, project.episode)
    return frozenset(file.as_posix() for file in images if not (project.show.root / file).is_file())
