"""How fast a stage gets on and how long it will still take, from its events. Pure: the time is given.

What came out of the cache says nothing about speed: it counts neither as sound that was made nor as time
that was spent. The remaining work is taken as work to be done, so that time left errs on the long side where
more will be reused; a stage that tells at once what it can reuse errs on neither.
"""

from __future__ import annotations

import math

from podtool.ports import Progress

MEMORY_S = 10.0
"""The rate is that of about this long: a pause is soon forgotten, a slow chunk doesn't frighten."""
EASE_S = 3.0
"""What is shown follows what is estimated within about this long, counting down meanwhile: it never jumps."""
PATIENCE = 2.0
"""How many usual pauses between events the countdown goes on without one."""
ENOUGH_S = 1.5
ENOUGH_STEPS = 3


class Pace:
    """The pace of one stage.

    Args:
        first: the stage's first event; how long it took until then, nobody knows.
        now: seconds of a clock that never goes back.
    """

    def __init__(self, first: Progress, now: float) -> None:
        self.last = first
        self._began = self._at = now
        self._untimed_units = max(0, first.done - first.reused)
        self._timed_units = 0
        self._cache_s = 0.0
        self._steps = 0
        self._rate_units = self._rate_s = 0.0
        self._shown_s: float | None = None
        self._target_s = 0.0

    def take(self, event: Progress, now: float) -> None:
        """Notes the stage's next event, which has done no less than the last."""
        reused = max(0, event.reused - self.last.reused)
        made = max(0, event.done - self.last.done - reused)
        shown_s = self.left_s(now)
        if made or not reused:
            self._note(made, now - self._at)
        else:
            self._cache_s += now - self._at
        self.last, self._at = event, now
        if event.total and self._is_enough():
            self._target_s = max(0, event.total - event.done) * self._rate_s / self._rate_units
            self._shown_s = self._target_s if shown_s is None else shown_s

    def _note(self, made: int, seconds: float) -> None:
        """Adds work to the rate; older work weighs less."""
        kept = math.exp(-seconds / MEMORY_S)
        self._rate_units = self._rate_units * kept + made
        self._rate_s = self._rate_s * kept + seconds
        self._timed_units += made
        self._steps += made > 0

    def _is_enough(self) -> bool:
        return self._steps >= ENOUGH_STEPS and self._rate_s >= ENOUGH_S and self._rate_units > 0

    def left_s(self, now: float) -> float | None:
        """Seconds still to go, as a person may be told; None while there isn't enough to say.

        Between events it counts down, for as long as the next one may be expected, and eases towards the
        estimate.
        """
        if self._shown_s is None:
            return None
        since = min(now - self._at, PATIENCE * (self._at - self._began - self._cache_s) / self._steps)
        astray = (self._shown_s - self._target_s) * math.exp(-since / EASE_S)
        return max(0.0, self._target_s - since + astray)

    @property
    def is_sound(self) -> bool:
        """Whether the stage works on sound, of which it knows how much."""
        return bool(self.last.audio_s and self.last.total)

    @property
    def speed(self) -> float | None:
        """How many times faster than listening sound is made just now; None where nobody knows."""
        if not (self.is_sound and self._rate_s and self._rate_units):
            return None
        return self._sound_s(self._rate_units) / self._rate_s

    @property
    def made_s(self) -> float:
        """Seconds of sound that were made, not reused; 0 for what is not sound."""
        return self._sound_s(self._untimed_units + self._timed_units)

    @property
    def mean_speed(self) -> float | None:
        """How many times faster than listening sound was made since the first event; None for no sound."""
        seconds = self._at - self._began - self._cache_s
        made_s = self._sound_s(self._timed_units)
        return made_s / seconds if made_s and seconds > 0 else None

    def _sound_s(self, units: float) -> float:
        return units * self.last.audio_s / self.last.total if self.last.total else 0.0
