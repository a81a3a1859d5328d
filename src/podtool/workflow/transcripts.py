"""Transcripts of segments → the episode's: read, carried through the edit, written in four forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from podtool.publish.transcript import render_transcript
from podtool.publish.transcript_reading import read_transcript
from podtool.recipes import name_file
from podtool.show.facts import ChapterFacts
from podtool.show.model import Segment
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
