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
NARROW = Threshold(
    rule="RECORDING-021",
    value=9_000,
    unit="Hz",
    what="the sound ends there or below, by 25 dB within 500 Hz",
    source="telephones end at 3.4 kHz, wide-band ones and Bluetooth headsets at 7 to 8 (ITU-T G.722)",
)
CODED = Threshold(
    rule="RECORDING-022",
    value=15_000,
    unit="Hz",
    what="the sound of a lossless file ends there or above, up to 17.5 kHz, by 25 dB within 500 Hz",
    source="encoders leave out what is above 15 to 17 kHz at 96 to 128 kbit/s; converters end above 20 kHz",
)
CUT_WORD = Threshold(
    rule="MIX-001",
    value=8.0,
    unit="dB",
    what="the softest 10 ms within 40 ms of an edit, below the recording's speech",
    source="between two words, and at most consonants, a voice falls by more than 15 dB; only in a vowel it "
    "doesn't",
)
LEVEL_STEP = Threshold(
    rule="MIX-002",
    value=5.0,
    unit="LU",
    what="loudness of ten seconds of speech on either side of a join",
    source="one voice by itself moves by about as much (its loudness range, EBU Tech 3342); more, and people "
    "reach for the volume",
)
BED = Threshold(
    rule="MIX-003",
    value=10.0,
    unit="LU",
    what="speech above the ducked bed, at least",
    source="WCAG 2.2, 1.4.7 (AAA) asks for 20 dB (technique G56); 10 is where music begins to hide words for "
    "everybody",
)
DEAD_AIR = Threshold(
    rule="MIX-004",
    value=3.0,
    unit="s",
    what="below -50 dBFS in the mix (34 dB under speech), less what `silence` and `gap` ask for",
    source="as for the ends of a file (MEDIA-011)",
)
LONG_INTRODUCTION = Threshold(
    rule="MIX-005",
    value=60.0,
    unit="s",
    what="before somebody speaks",
    source="sense: within a minute a stranger should know what the show is",
)
BROKEN_OFF = Threshold(
    rule="MIX-006",
    value=15.0,
    unit="dB",
    what="the last 50 ms of music below all of it that is heard",
    source="a sound that decays is 20 dB softer before it isn't missed",
)
ALL: tuple[Threshold, ...] = (
    HUM,
    OUT_OF_PHASE,
    UNBALANCED,
    NARROW,
    CODED,
    CUT_WORD,
    LEVEL_STEP,
    BED,
    DEAD_AIR,
    LONG_INTRODUCTION,
    BROKEN_OFF,
)
