"""Rules about what broke on the way from the microphone: hum, dropouts, phase, balance, hidden clipping."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from podtool.check import thresholds
from podtool.check.heard import Test, heard
from podtool.check.rule import CheckRule
from podtool.check.subject import RecordingFacts
from podtool.errors import Severity
from podtool.show.facts import SoundFacts
from podtool.units import format_level, format_time

_PLACES_TOLD = 3
_NEARLY_SILENT_DB = 30.0
"""Then it is no imbalance: one microphone, and crosstalk."""


def _hum(sound: SoundFacts) -> str | None:
    flaws, loudness = sound.flaws, sound.integrated_loudness_lufs
    if flaws.hum_hz is None or flaws.hum_dbfs is None or loudness is None:
        return None
    below_db = loudness - flaws.hum_dbfs
    if below_db > thresholds.HUM.value:
        return None
    return f"the mains hum at {flaws.hum_hz} Hz, {below_db:.0f} dB below the speech"


def _holes(sound: SoundFacts) -> str | None:
    return _at(sound.flaws.holes_s, "dropout", "dropouts", "some milliseconds are missing")


def _clicks(sound: SoundFacts) -> str | None:
    return _at(sound.flaws.clicks_s, "click", "clicks", "the wave jumps")


def _repeats(sound: SoundFacts) -> str | None:
    return _at(sound.flaws.repeats_s, "stutter", "stutters", "a buffer was written twice")


def _at(places: tuple[float, ...], one: str, many: str, what: str) -> str | None:
    if not places:
        return None
    told = ", ".join(format_time(Fraction(str(at))) for at in places[:_PLACES_TOLD])
    more = " …" if len(places) > _PLACES_TOLD else ""
    return f"{len(places)} {one if len(places) == 1 else many} ({what}) at {told}{more}"


def _out_of_phase(sound: SoundFacts) -> str | None:
    correlation = sound.flaws.correlation
    if correlation is None or sound.silent_channels or correlation > thresholds.OUT_OF_PHASE.value:
        return None
    return f"left and right are out of phase (correlation {correlation:+.2f}): played in mono it vanishes"


def _unbalanced(sound: SoundFacts) -> str | None:
    balance = sound.flaws.balance_db
    if balance is None or sound.silent_channels:
        return None
    if not thresholds.UNBALANCED.value <= abs(balance) < _NEARLY_SILENT_DB:
        return None
    louder, softer = ("right", "left") if balance > 0 else ("left", "right")
    return f"the {louder} channel is {abs(balance):.0f} dB louder than the {softer}"


def _flat_tops(sound: SoundFacts) -> str | None:
    flaws = sound.flaws
    if not flaws.flat_tops or flaws.flat_top_dbfs is None or sound.clipped_samples:
        return None
    return (
        f"{flaws.flat_tops} peaks are cut off flat at {format_level(flaws.flat_top_dbfs, 'dBFS')}: "
        "it was clipped, then turned down"
    )


def _narrow(sound: SoundFacts) -> str | None:
    ends_at_hz = sound.flaws.ends_at_hz
    if ends_at_hz is None or ends_at_hz > thresholds.NARROW.value:
        return None
    return f"nothing is heard above {ends_at_hz / 1000:.1f} kHz, as on a telephone"


def _was_coded(sound: SoundFacts) -> str | None:
    ends_at_hz = sound.flaws.ends_at_hz
    if sound.bit_depth is None or ends_at_hz is None or ends_at_hz < thresholds.CODED.value:
        return None
    return f"its sound ends at {ends_at_hz / 1000:.1f} kHz, as that of an MP3 does"


TESTS: Mapping[str, Test] = {
    "RECORDING-014": _hum,
    "RECORDING-015": _holes,
    "RECORDING-016": _clicks,
    "RECORDING-017": _repeats,
    "RECORDING-018": _out_of_phase,
    "RECORDING-019": _unbalanced,
    "RECORDING-020": _flat_tops,
    "RECORDING-021": _narrow,
    "RECORDING-022": _was_coded,
}


def _is_put_right(recording: RecordingFacts) -> bool:
    return recording.is_treated


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="RECORDING-014",
        severity=Severity.WARNING,
        title="The mains hum in the recording",
        why="A low drone lies under every pause, and comes and goes where clips are joined.",
        spec="Audible ACX: audio submission requirements (noise floor)",
        fix="Ask for a take with another cable or power supply; or write "
        "`effects: [{name: high_pass_filter, cutoff: 120}]`, which softens the lowest tones.",
        example="tones at 50, 100 and 150 Hz between the words, 36 dB below them",
        find=heard(_hum),
    ),
    CheckRule(
        id="RECORDING-015",
        severity=Severity.WARNING,
        title="The recording has dropouts",
        why="Syllables break off for an instant, as on a bad telephone line.",
        fix="Ask for the guest's own recording; else listen at these times and cut what can't be understood.",
        example="20 ms of digital silence in the middle of a vowel",
        find=heard(_holes),
    ),
    CheckRule(
        id="RECORDING-016",
        severity=Severity.NOTE,
        title="The recording clicks",
        why="A tick is heard where the wave jumps from one sample to the next.",
        fix="Listen at these times; a cut of some milliseconds takes a click away.",
        example="an edit in another program that joined two waves without a fade",
        find=heard(_clicks),
    ),
    CheckRule(
        id="RECORDING-017",
        severity=Severity.WARNING,
        title="The recording stutters",
        why="The sound sticks for an instant: the sound card played a buffer twice.",
        fix="Ask for the guest's own recording, or `cuts` what stutters.",
        example="512 samples that are the 512 before them, to the bit",
        find=heard(_repeats),
    ),
    CheckRule(
        id="RECORDING-018",
        severity=Severity.WARNING,
        title="Left and right are out of phase",
        why="On a telephone or one loudspeaker, where both are added up, the voice is thin or gone.",
        spec="ITU-R BS.775-4, Annex 4 (mixing down to mono)",
        fix="Turn one channel over in an editor and bring it in again; or export one channel as mono.",
        example="a microphone cable with its two wires swapped on the right side",
        find=heard(_out_of_phase, of_music=True),
    ),
    CheckRule(
        id="RECORDING-019",
        severity=Severity.NOTE,
        title="One channel is much louder than the other",
        why="With headphones the voice stands to one side.",
        fix="Write `effects: [{name: apply_gain_stereo, left_gain: …, right_gain: …}]`, or export mono.",
        example="a voice 9 dB louder on the left",
        find=heard(_unbalanced, excuse=_is_put_right),
    ),
    CheckRule(
        id="RECORDING-020",
        severity=Severity.WARNING,
        title="The recording was clipped before it was turned down",
        why="Loud syllables crackle, although no sample is at full scale.",
        fix="Ask for the file as it was recorded, or for another take with the gain lower.",
        example="two hundred peaks that are flat at -6 dBFS",
        find=heard(_flat_tops),
    ),
    CheckRule(
        id="RECORDING-021",
        severity=Severity.NOTE,
        title="The recording sounds like a telephone",
        why="Consonants are hard to tell apart, and beside the other voices it sounds muffled.",
        fix="Ask for a take without the Bluetooth headset, or for the guest's own recording of the call.",
        example="a headset's 16 kHz sound in a file of 48 kHz: nothing above 8 kHz",
        find=heard(_narrow),
    ),
    CheckRule(
        id="RECORDING-022",
        severity=Severity.NOTE,
        title="A lossless file holds the sound of a lossy one",
        why="It is coded a second time for listeners, and each time something is lost.",
        fix="Ask for the recording itself, before it was made an MP3.",
        example="a WAV that was an MP3 of 128 kbit/s: nothing above 16 kHz",
        find=heard(_was_coded),
    ),
)
