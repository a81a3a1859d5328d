"""Where sound becomes a finding: every limit of the rules over recordings and the mix, with its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A limit.

    Attributes:
        rule: whose.
        value: in `unit`.
        what: is compared with it.
        source: who asks for it, or why it is so.
    """

    rule: str
    value: float
    unit: str
    what: str
    source: str


HUM = Threshold(
    rule="RECORDING-014",
    value=45.0,
    unit="dB",
    what="hum so far (or less) below the speech is told",
    source="ACX asks for noise below -60 dBFS under speech at -23 … -18 dB RMS: 37 to 42 dB, and tones stand "
    "out of noise",
)
OUT_OF_PHASE = Threshold(
    rule="RECORDING-018",
    value=-0.3,
    unit="",
    what="correlation of left and right, at the most",
    source="the red half of a phase meter begins at 0, and wide stereo music dips a little below it",
)
UNBALANCED = Threshold(
    rule="RECORDING-019",
    value=6.0,
    unit="dB",
    what="one channel louder than the other",
    source="at 6 dB a voice is heard halfway to one side",
)
ALL: tuple[Threshold, ...] = (HUM, OUT_OF_PHASE, UNBALANCED)
