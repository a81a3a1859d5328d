"""Measures sound that comes in pieces, from the sound before the first: fine hops and the true peak."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from podtool.audio.fine import LEAD_SAMPLES, Fine, FineMeter, in_parts, joined
from podtool.audio.kweighting import Block
from podtool.audio.true_peak import TruePeakMeter

_STEREO = 2


@dataclass(frozen=True, kw_only=True)
class MeasuredPart:
    """What was found.

    Attributes:
        samples: per channel.
        rows: 1 where left and right were the same all the time.
        true_peak: linear.
    """

    samples: int
    rows: int
    fine: Fine
    true_peak: float


class PieceMeter:
    """Measures pieces that follow each other.

    Args:
        rate_hz: of the sound.
        lead: at least `LEAD_SAMPLES` of the sound before the first piece, which are not measured.
        loudspeakers: see `measure_fine`.
        with_true_peak: without it, `true_peak` is the highest sample.
    """

    def __init__(
        self, rate_hz: int, lead: Block, *, loudspeakers: int = _STEREO, with_true_peak: bool = True
    ) -> None:
        self._meter = FineMeter(rate_hz, lead[:, -LEAD_SAMPLES:], loudspeakers=loudspeakers)
        self._fine: list[Fine] = []
        self._true_peak = TruePeakMeter(rate_hz) if with_true_peak else None
        self._samples = 0
        self._rows = 1

    def push(self, block: Block) -> None:
        """The next piece: planar float32; all but the last are whole fine hops long."""
        for part in in_parts(block):
            self._fine.append(self._meter.push(part))
            if self._true_peak:
                self._true_peak.push(part)
        self._samples += block.shape[1]
        self._rows = max(self._rows, len(block))

    def passing(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """The blocks themselves, measured on their way."""
        for block in blocks:
            self.push(block)
            yield block

    def finish(self) -> MeasuredPart:
        """What was found in all of them."""
        fine = joined(self._fine)
        highest = float(fine.peaks.max(initial=0.0))
        return MeasuredPart(
            samples=self._samples,
            rows=self._rows,
            fine=fine,
            true_peak=self._true_peak.true_peak if self._true_peak else highest,
        )
