"""Measures sound that comes in pieces, from the sound before the first: fine hops and the true peak."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from podtool.audio.fine import LEAD_SAMPLES, Fine, joined, measure_fine
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
    """

    def __init__(self, rate_hz: int, lead: Block, *, loudspeakers: int = _STEREO) -> None:
        self._rate_hz = rate_hz
        self._loudspeakers = loudspeakers
        self._lead = lead[:, -LEAD_SAMPLES:]
        self._fine: list[Fine] = []
        self._true_peak = TruePeakMeter(rate_hz)
        self._samples = 0
        self._rows = 1

    def push(self, block: Block) -> None:
        """The next piece: planar float32; all but the last are whole fine hops long."""
        if len(self._lead) > len(block) and bool((self._lead[:1] == self._lead).all()):
            self._lead = self._lead[:1]
        rows = max(len(block), len(self._lead))
        parts = [np.broadcast_to(each, (rows, each.shape[1])) for each in (self._lead, block)]
        sound = np.concatenate(parts, axis=1)
        self._fine.append(measure_fine(sound, self._rate_hz, loudspeakers=self._loudspeakers))
        self._true_peak.push(block)
        self._samples += block.shape[1]
        self._rows = max(self._rows, len(block))
        self._lead = sound[:, -LEAD_SAMPLES:].copy()

    def passing(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """The blocks themselves, measured on their way."""
        for block in blocks:
            self.push(block)
            yield block

    def finish(self) -> MeasuredPart:
        """What was found in all of them."""
        return MeasuredPart(
            samples=self._samples,
            rows=self._rows,
            fine=joined(self._fine),
            true_peak=self._true_peak.true_peak,
        )
