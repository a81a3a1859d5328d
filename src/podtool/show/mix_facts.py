"""What was found of the mix: at edits, where segments meet, under beds; as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class EdgeFacts:
    """A place where a clip begins or ends in the middle of somebody's speech.

    Attributes:
        segment: its index.
        file: the recording.
        key: what in the YAML put it there.
        at_s: in the time of the segment's keys.
        below_speech_db: how far the softest 10 ms around it lie below the recording's speech.
        pause_before_s: the middle of the nearest pause before it, in the same time; None when none is near.
        pause_after_s: and after it.
    """

    segment: int
    file: PurePosixPath
    key: Literal["start", "end", "cuts"]
    at_s: float
    below_speech_db: float
    pause_before_s: float | None = None
    pause_after_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class StepFacts:
    """Two segments of speech that follow each other: the loudness on either side, as mixed.

    Attributes:
        segment: index of the second.
        at_s: where it begins in the episode.
    """

    segment: int
    at_s: float
    before_lufs: float
    after_lufs: float


@dataclass(frozen=True, kw_only=True)
class BedFacts:
    """Music under speech, while somebody speaks.

    Attributes:
        segment: its index.
        speech_lufs: as mixed.
        bed_lufs: the same, of the ducked bed.
    """

    segment: int
    speech_lufs: float
    bed_lufs: float


@dataclass(frozen=True, kw_only=True)
class SilenceFacts:
    """Silence inside the episode that no `silence` or `gap` asks for; `asked_s` of it is asked for."""

    segment: int
    at_s: float
    length_s: float
    asked_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class EndFacts:
    """Music that stops in the middle: how far its last 50 ms lie below all that is heard of it."""

    segment: int
    is_bed: bool
    at_s: float
    below_music_db: float


@dataclass(frozen=True, kw_only=True)
class MixFacts:
    """What was found of an episode's mix before it is mastered.

    Attributes:
        edges: where clips begin or end within a recording, and no fade covers it.
        first_speech_s: when somebody speaks first; None when nobody does.
    """

    edges: tuple[EdgeFacts, ...] = ()
    steps: tuple[StepFacts, ...] = ()
    beds: tuple[BedFacts, ...] = ()
    silences: tuple[SilenceFacts, ...] = ()
    ends: tuple[EndFacts, ...] = ()
    first_speech_s: float | None = None
