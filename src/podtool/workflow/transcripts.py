"""Transcripts of segments → the episode's: read, carried through the edit, written in four forms.

And back again for the page of an episode that went out: what the ledger's sha256 names, from here or the
target.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from podtool.errors import SourceError
from podtool.ports import Target
from podtool.publish.transcript import render_transcript
from podtool.publish.transcript_reading import parse_transcript, read_transcript
from podtool.recipes import name_file
from podtool.show.facts import ChapterFacts
from podtool.show.model import Segment, Show
from podtool.show.publication import Publication, PublishedFile
from podtool.timeline.cues import Cue, carry_cues, heard_windows
from podtool.timeline.model import Timeline
from podtool.workflow.project import Project


def has_transcripts(project: Project) -> bool:
    """Whether any segment names one."""
    return any(segment.transcript for segment in project.episode.segments)


def collect_cues(project: Project, timeline: Timeline) -> tuple[Cue, ...]:
    """All that is said, in episode time.

    Raises:
        SourceError: a transcript can't be read, or is none.
    """
    cues = [cue for segment in project.episode.segments for cue in _cues_of(project, segment, timeline)]
    return tuple(sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms)))


def _cues_of(project: Project, segment: Segment, timeline: Timeline) -> Iterator[Cue]:
    if segment.transcript is None:
        return
    name = name_file(segment.transcript, project.episode)
    cues = read_transcript(project.show.root / segment.transcript, name)
    end_ms = round(timeline.length * 1000 / timeline.rate_hz)
    for cue in carry_cues(cues, heard_windows(timeline, segment.index)):
        if cue.start_ms < end_ms:
            speaker = _name_of(project, cue.speaker or segment.speaker)
            yield replace(cue, end_ms=min(cue.end_ms, max(end_ms, cue.start_ms + 1)), speaker=speaker)


def _name_of(project: Project, speaker: str | None) -> str | None:
    """A person's name for an id of show.yaml; what else a transcript calls somebody stays."""
    person = project.show.people.get(speaker or "")
    return person.name if person else speaker


def make_transcript(
    project: Project, timeline: Timeline, chapters: Sequence[ChapterFacts]
) -> dict[str, bytes]:
    """The files by name.

    Raises:
        SourceError: a transcript can't be read, or is none.
    """
    return render_transcript(collect_cues(project, timeline), chapters, project.show.language)


def transcript_text(project: Project, timeline: Timeline, chapters: Sequence[ChapterFacts]) -> str | None:
    """What is said, for the tags; None without transcripts."""
    if not has_transcripts(project):
        return None
    return make_transcript(project, timeline, chapters)["transcript.txt"].decode()


def built_text(build: Path) -> str | None:
    """The text that the last build left; None when it left none."""
    try:
        return (build / "transcript.txt").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


PAGE_TRANSCRIPT = "transcript.json"
"""The form that the page is made from: one entry a cue, as nothing was split."""


def published_cues(
    show: Show, entry: Publication, *, sources: Mapping[str, Path], target: Target
) -> tuple[Cue, ...]:
    """What is said in an episode that is out, in episode time; empty without a transcript.

    Args:
        show: the show it belongs to.
        entry: as published; its transcript counts only with the sha256 that stands there.
        sources: what goes out now: public path → file.
        target: where what went out before lies.
    """
    file = entry.files.get(PAGE_TRANSCRIPT)
    if file is None or file.is_elsewhere:
        return ()
    built = show.root / entry.folder / "build" / PAGE_TRANSCRIPT
    content = _as_published(file, (sources.get(file.path), built), target)
    try:
        return parse_transcript(content, file.path) if content else ()
    except SourceError:  # it was made of no cue: everything that is said was cut
        return ()


def _as_published(file: PublishedFile, places: Sequence[Path | None], target: Target) -> bytes | None:
    for place in places:
        if place is not None and place.is_file() and place.stat().st_size == file.bytes:
            content = place.read_bytes()
            if sha256(content).hexdigest() == file.sha256:
                return content
    there = target.read(file.path)
    return there if there is not None and sha256(there).hexdigest() == file.sha256 else None
