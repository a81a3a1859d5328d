"""Sound beyond full scale is refused: clipping must not pass silently."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from podtool.audio.mixer import Block, Programme
from podtool.errors import LoudnessError
from podtool.units import format_level, format_time, level_of

_FULL_SCALE = 1.0 + 2.0**-16
"""Half a step of 16 bits over full scale is lost by rounding too; that isn't clipping."""


@dataclass(frozen=True, kw_only=True)
class Unclipped:
    """A programme that refuses to go beyond full scale."""

    source: Programme

    @property
    def rate_hz(self) -> int:
        """The source's."""
        return self.source.rate_hz

    @property
    def length(self) -> int:
        """The source's."""
        return self.source.length

    @property
    def channels(self) -> int:
        """The source's."""
        return self.source.channels

    def read(self, start: int, stop: int, factor: float = 1.0) -> Block:
        """As the source's `read`.

        Raises:
            LoudnessError: the sound is beyond full scale, or no number.
        """
        block = self.source.read(start, stop, factor)
        highest = max(float(block.max(initial=0.0)), -float(block.min(initial=0.0)))
        refuse_clipping(highest, start, self.rate_hz)
        return block


def refuse_clipping(highest: float, start: int, rate_hz: int) -> None:
    """Refuses a block whose highest absolute sample is beyond full scale.

    Args:
        highest: linear, 1.0 is full scale.
        start: where the block begins, in samples.
        rate_hz: its rate.

    Raises:
        LoudnessError: it is, or is no number.
    """
    if highest <= _FULL_SCALE:  # False for NaN too
        return
    at = format_time(Fraction(max(start, 0), rate_hz))
    raise LoudnessError(
        f"after {at} the sound reaches {format_level(level_of(highest), 'dBFS')}: it would clip",
        hint="give the profile a `loudness` and a `true_peak`, or lower the loudest clip's `gain`",
    )
