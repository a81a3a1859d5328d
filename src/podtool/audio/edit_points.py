"""Whether an edit goes through a word: told by the levels of each 10 ms of the recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from podtool.audio.flaws import FRAMES_PER_SECOND, LEVEL_STEP_DB, Steps
from podtool.audio.kweighting import Floats

AROUND_FRAMES = 4
"""40 ms on either side of an edit: in a pause between words, or at a consonant, one of them is soft."""
PAUSE_FRAMES = 8
PAUSE_BELOW_DB = 20.0
SEARCH_S = 2.0
CLEAREST_DB = 18.0
"""Speech nearer to its noise has no pauses that could be told from words."""
_ACTIVE_BELOW_DB = 15.0
_LOUD_PERCENTILE = 95
_FLOOR_PERCENTILE = 10
_SILENT = 255


@dataclass(frozen=True, kw_only=True)
class SpeechLevels:
    """A recording's levels per 10 ms in dBFS, with that of its speech and of its pauses."""

    frames: Floats
    speech_db: float
    floor_db: float

    @property
    def is_clear(self) -> bool:
        """Whether pauses can be told from words."""
        return self.speech_db - self.floor_db >= CLEAREST_DB


def speech_levels(steps: Steps) -> SpeechLevels | None:
    """The levels; None for silence."""
    frames = np.asarray(steps * -LEVEL_STEP_DB, np.float64)
    heard = frames[steps < _SILENT]
    if not len(heard):
        return None
    loud = float(np.percentile(heard, _LOUD_PERCENTILE))
    active = heard[heard >= loud - _ACTIVE_BELOW_DB]
    return SpeechLevels(
        frames=frames,
        speech_db=float(10 * np.log10(np.mean(10 ** (active / 10)))),
        floor_db=float(np.percentile(frames, _FLOOR_PERCENTILE)),
    )


def below_speech_db(levels: SpeechLevels, at_s: float) -> float:
    """How far the softest 10 ms around a place lie below the speech: much in a pause, little in a vowel."""
    frame = round(at_s * FRAMES_PER_SECOND)
    around = levels.frames[max(0, frame - AROUND_FRAMES) : frame + AROUND_FRAMES]
    return levels.speech_db - float(around.min()) if len(around) else float("inf")


def nearest_pauses(levels: SpeechLevels, at_s: float) -> tuple[float | None, float | None]:
    """The middles of the nearest pauses before and after a place, in seconds; None where none is near."""
    frame = round(at_s * FRAMES_PER_SECOND)
    reach = round(SEARCH_S * FRAMES_PER_SECOND)
    first = max(0, frame - reach)
    soft = levels.frames[first : frame + reach] < levels.speech_db - PAUSE_BELOW_DB
    edges = np.flatnonzero(np.diff(np.concatenate(([False], soft, [False])).astype(np.int8)))
    middles = [
        (first + (int(start) + int(stop)) / 2) / FRAMES_PER_SECOND
        for start, stop in edges.reshape(-1, 2)
        if stop - start >= PAUSE_FRAMES
    ]
    before = [middle for middle in middles if middle <= at_s]
    after = [middle for middle in middles if middle > at_s]
    return (before[-1] if before else None), (after[0] if after else None)
