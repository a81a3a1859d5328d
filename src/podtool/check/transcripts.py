"""Rules about transcripts: that each can be read, and is of its recording."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from podtool.check.rule import CheckRule, Found, at_key
from podtool.check.subject import Subject
from podtool.errors import Severity
from podtool.units import Seconds, format_time

SPARE_MS = 2000
"""Transcribers round, and let the last cue stand a little longer."""
_PAGE = "Podcasting 2.0, transcripts"


def _find_unreadable(subject: Subject) -> Iterator[Found]:
    for each in subject.transcripts:
        if each.trouble:
            yield Found(message=each.trouble, place=each.place)


def _find_disorder(subject: Subject) -> Iterator[Found]:
    for each in subject.transcripts:
        late = next((now for before, now in pairwise(each.cues) if now.start_ms < before.start_ms), None)
        if late:
            yield Found(
                message=f"{each.name}: «{_start(late.text)}» comes after a later cue", place=each.place
            )


def _find_another_recording(subject: Subject) -> Iterator[Found]:
    for each in subject.transcripts:
        end_ms = max((cue.end_ms for cue in each.cues), default=0)
        if each.recording_s is not None and end_ms > each.recording_s * 1000 + SPARE_MS:
            yield Found(
                message=f"{each.name} goes on until {_clock(end_ms)}; "
                f"its recording ends at {_clock(each.recording_s * 1000)}",
                place=each.place,
            )


def _find_nameless(subject: Subject) -> Iterator[Found]:
    for each in subject.transcripts:
        if not each.speaker and any(cue.speaker is None for cue in each.cues):
            yield Found(message=f"{each.name} doesn't say who speaks", place=each.place)


def _find_gaps(subject: Subject) -> Iterator[Found]:
    episode = subject.episode
    if episode is None or not any(segment.transcript for segment in episode.segments):
        return
    for segment in episode.segments:
        if segment.kind in {"clip", "tracks"} and segment.transcript is None:
            name = f"«{segment.title}»" if segment.title else f"segment {segment.index + 1}"
            yield Found(
                message=f"{name} has no transcript, others have",
                place=at_key(episode.places, f"segments.{segment.index}"),
            )


def _start(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004 - enough to find it by


def _clock(milliseconds: float) -> str:
    return format_time(Seconds(round(milliseconds / 1000)))


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="TRANSCRIPT-001",
        severity=Severity.ERROR,
        title="A transcript can't be read",
        why="`assemble` ends there: nobody could read along, nor find the episode by its words.",
        spec=_PAGE,
        fix="Export it anew as WebVTT or SRT.",
        example="an SRT file with a cue that ends before it starts",
        find=_find_unreadable,
    ),
    CheckRule(
        id="TRANSCRIPT-002",
        severity=Severity.WARNING,
        title="A transcript's cues aren't in time order",
        why="They are put in order; but two transcripts may have been pasted together.",
        spec="W3C WebVTT, 4.1",
        fix="Look at the place, and export it anew.",
        example="a cue at 2:00 after one at 5:00",
        find=_find_disorder,
    ),
    CheckRule(
        id="TRANSCRIPT-003",
        severity=Severity.WARNING,
        title="A transcript is longer than its recording",
        why="Words stand where something else is heard.",
        fix="Times are the recording's own, before any cut: transcribe the file that `clip` names.",
        example="the transcript of an hour under a recording of ten minutes",
        find=_find_another_recording,
    ),
    CheckRule(
        id="TRANSCRIPT-004",
        severity=Severity.NOTE,
        title="A transcript doesn't say who speaks",
        why="Who reads along, or can't hear the voices, doesn't know whose words they are.",
        spec="WCAG 2.2, 1.2.1",
        fix="Write `speaker` in the segment, or mark the voices in the transcript (`<v Name>`).",
        example="`transcript: recordings/edito.vtt` without `speaker`",
        find=_find_nameless,
    ),
    CheckRule(
        id="TRANSCRIPT-005",
        severity=Severity.NOTE,
        title="A segment has no transcript, others have",
        why="The episode's transcript has a hole there.",
        spec="WCAG 2.2, 1.2.1",
        fix="Transcribe that recording, too.",
        example="`transcript` under one of two clips",
        find=_find_gaps,
    ),
)
