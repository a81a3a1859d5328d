"""Rules about what would be heard of the mix: edits, joins, beds, silence. They need no finished file."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from podtool.check import thresholds
from podtool.check.rule import CheckRule, Found, at_key, whole_file
from podtool.check.subject import Subject
from podtool.errors import Severity
from podtool.show.mix_facts import EdgeFacts
from podtool.show.model import Place
from podtool.units import format_level, format_time


def _time(seconds: float) -> str:
    return format_time(Fraction(str(round(seconds, 2))))


def _place(subject: Subject, segment: int, key: str = "") -> Place:
    if subject.episode is None:
        return whole_file("")
    name = f"segments.{segment}.{key}" if key else f"segments.{segment}"
    return at_key(subject.episode.places, name)


def _find_cut_words(subject: Subject) -> Iterator[Found]:
    for edge in subject.mix.edges if subject.mix else ():
        if edge.below_speech_db <= thresholds.CUT_WORD.value:
            yield Found(
                message=f"the {_EDGES[edge.key]} at {_time(edge.at_s)} in {edge.file.name} "
                "goes through a word",
                place=_place(subject, edge.segment, edge.key),
                hint=_pauses(edge),
            )


_EDGES = {"start": "start", "end": "end", "cuts": "cut"}


def _pauses(edge: EdgeFacts) -> str:
    """The pauses near by, in words; empty where there are none."""
    pauses = (
        (edge.pause_before_s, "earlier"),
        (edge.pause_after_s, "later"),
    )
    told = [
        f"at {_time(pause)} ({abs(pause - edge.at_s) * 1000:.0f} ms {side})"
        for pause, side in pauses
        if pause is not None
    ]
    return f"There is a pause {' and one '.join(told)}." if told else ""


def _find_steps(subject: Subject) -> Iterator[Found]:
    for step in subject.mix.steps if subject.mix else ():
        by_lu = step.after_lufs - step.before_lufs
        if abs(by_lu) >= thresholds.LEVEL_STEP.value:
            yield Found(
                message=f"at {_time(step.at_s)} speech becomes {abs(by_lu):.0f} LU "
                f"{'louder' if by_lu > 0 else 'softer'}: from {format_level(step.before_lufs, 'LUFS')} "
                f"to {format_level(step.after_lufs, 'LUFS')} in the mix",
                place=_place(subject, step.segment),
            )


def _find_loud_beds(subject: Subject) -> Iterator[Found]:
    for bed in subject.mix.beds if subject.mix else ():
        ratio_lu = bed.speech_lufs - bed.bed_lufs
        if ratio_lu < thresholds.BED.value:
            yield Found(
                message=f"the bed lies only {ratio_lu:.0f} LU below the speech",
                place=_place(subject, bed.segment, "bed"),
            )


def _find_dead_air(subject: Subject) -> Iterator[Found]:
    for silence in subject.mix.silences if subject.mix else ():
        if silence.length_s - silence.asked_s >= thresholds.DEAD_AIR.value:
            yield Found(
                message=f"{silence.length_s:.1f} s of silence at {_time(silence.at_s)} in the episode",
                place=_place(subject, silence.segment),
            )


def _find_long_introduction(subject: Subject) -> Iterator[Found]:
    first_s = subject.mix.first_speech_s if subject.mix else None
    if first_s is not None and first_s > thresholds.LONG_INTRODUCTION.value:
        yield Found(message=f"nobody speaks before {_time(first_s)}", place=_place(subject, 0))


def _find_broken_off(subject: Subject) -> Iterator[Found]:
    for end in subject.mix.ends if subject.mix else ():
        if end.below_music_db < thresholds.BROKEN_OFF.value:
            what, key = ("the bed", "bed") if end.is_bed else ("the music", "end")
            yield Found(
                message=f"{what} breaks off at {_time(end.at_s)} in the episode",
                place=_place(subject, end.segment, key),
            )


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="MIX-001",
        severity=Severity.WARNING,
        title="An edit goes through a word",
        why="A syllable is cut off, and everybody hears that something was cut.",
        fix="Move the time into a pause, or give the segment a `fade_in`, `fade_out` or `crossfade`.",
        example="`end: 35.1` in the middle of a vowel",
        find=_find_cut_words,
    ),
    CheckRule(
        id="MIX-002",
        severity=Severity.WARNING,
        title="Speech becomes much louder or softer from one segment to the next",
        why="Listeners reach for the volume; in a car they miss what the softer one says.",
        spec="EBU Tech 3342 (loudness range)",
        fix="Write `level: auto`, or correct the segments' `gain`.",
        example="a guest with `level: off` at -26 LUFS after a host at -16",
        find=_find_steps,
    ),
    CheckRule(
        id="MIX-003",
        severity=Severity.WARNING,
        title="The bed is too loud under the speech",
        why="Words drown in music; for people who hear badly, or listen in another language, first of all.",
        spec="WCAG 2.2, 1.4.7 (20 dB; technique G56)",
        fix="Lower the bed's `gain`, or raise its `duck`; 20 LU suits everybody.",
        example="a bed 6 LU below the voice",
        find=_find_loud_beds,
    ),
    CheckRule(
        id="MIX-004",
        severity=Severity.WARNING,
        title="There is a long silence inside the episode",
        why="Listeners think that their player stopped.",
        fix="Cut it out with `cuts`, `start` or `end`; where it is meant, write it as `silence: 4s`.",
        example="five seconds in which somebody looked for a paper",
        find=_find_dead_air,
    ),
    CheckRule(
        id="MIX-005",
        severity=Severity.NOTE,
        title="It takes more than a minute until somebody speaks",
        why="Who tries a new show hears music only, and goes on to another one.",
        fix="Shorten the music with `end`, or let the voice begin over it with `bed`.",
        example="a theme of 75 seconds before the welcome",
        find=_find_long_introduction,
    ),
    CheckRule(
        id="MIX-006",
        severity=Severity.NOTE,
        title="Music breaks off",
        why="It sounds like a mistake when music stops in full flow.",
        fix="Give it a `fade_out`, or a `crossfade` to the next segment.",
        example="`sting: theme, end: 15s` without a fade",
        find=_find_broken_off,
    ),
)
