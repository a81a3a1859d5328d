"""Rules about what came from the microphone: levels, noise, channels, silence, and that originals stay."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname

from podtool.check import recording_flaws
from podtool.check.heard import Test, heard
from podtool.check.rule import CheckRule, Found, found_elsewhere, whole_file
from podtool.check.subject import RecordingFacts, Subject
from podtool.errors import Problem, Severity
from podtool.show.facts import SoundFacts
from podtool.units import format_level

QUIET_LUFS = -28.0
LOUD_LUFS = -12.0
NOTHING_DBFS = -50.0
"""A recording whose highest peak stays below it has no speech in it."""
LEAST_DISTANCE_DB = 35.0
"""From speech to noise: Audible's ACX asks for noise below -60 dBFS under speech at -23 … -18 dB RMS; 35 dB
is where it is plainly heard once the speech is at -16 LUFS."""
NO_PAUSE_DB = 12.0
"""Nearer than this there are no pauses to hear noise in: music, or a tone."""
TRUE_SILENCE_S = 0.5
"""Where a file is silent (below -60 dBFS) for so long, its noise floor is below that, whatever was measured
between words that follow each other without a pause."""
LONG_SILENCE_S = 2.0
LARGEST_OFFSET = 0.01
LOWEST_RATE_HZ = 32_000
_SIDES = ("left", "right")


def _clipping(sound: SoundFacts) -> str | None:
    if not sound.clipped_samples:
        return None
    return f"{sound.clipped_samples} samples are clipped: the recorder was set too high"


def _too_quiet(sound: SoundFacts) -> str | None:
    loudness = sound.integrated_loudness_lufs
    if _nothing(sound) or loudness is None or loudness >= QUIET_LUFS:
        return None
    return f"very quiet: {format_level(loudness, 'LUFS')}"


def _too_loud(sound: SoundFacts) -> str | None:
    loudness = sound.integrated_loudness_lufs
    if loudness is None or loudness <= LOUD_LUFS:
        return None
    return f"very loud: {format_level(loudness, 'LUFS')}"


def _one_sided(sound: SoundFacts) -> str | None:
    if not sound.silent_channels:
        return None
    if sound.channels == len(_SIDES):
        return f"the {_SIDES[sound.silent_channels[0]]} channel is silent"
    numbers = ", ".join(str(channel + 1) for channel in sound.silent_channels)
    return f"of {sound.channels} channels, these are silent: {numbers}"


def _same_channels(sound: SoundFacts) -> str | None:
    return "both channels are the same: it is mono in a stereo file" if sound.identical_channels else None


def _silent_start(sound: SoundFacts) -> str | None:
    if _nothing(sound) or sound.leading_silence_s < LONG_SILENCE_S:
        return None
    return f"begins with {sound.leading_silence_s:.1f} s of silence"


def _silent_end(sound: SoundFacts) -> str | None:
    if _nothing(sound) or sound.trailing_silence_s < LONG_SILENCE_S:
        return None
    return f"ends with {sound.trailing_silence_s:.1f} s of silence"


def _noise(sound: SoundFacts) -> str | None:
    loudness, floor = sound.integrated_loudness_lufs, sound.noise_floor_dbfs
    if loudness is None or floor is None or _nothing(sound):
        return None
    if max(sound.leading_silence_s, sound.trailing_silence_s) >= TRUE_SILENCE_S:
        return None
    distance_db = loudness - floor
    if not NO_PAUSE_DB <= distance_db < LEAST_DISTANCE_DB:
        return None
    return f"noisy: what is heard between words is only {distance_db:.0f} dB below them"


def _offset(sound: SoundFacts) -> str | None:
    if abs(sound.dc_offset) < LARGEST_OFFSET:
        return None
    return f"the wave isn't centred: a DC offset of {sound.dc_offset * 100:+.1f} % of full scale"


def _low_rate(sound: SoundFacts) -> str | None:
    if sound.sample_rate_hz >= LOWEST_RATE_HZ:
        return None
    return f"a sample rate of {sound.sample_rate_hz} Hz: nothing above {sound.sample_rate_hz / 2000:.0f} kHz"


def _nothing(sound: SoundFacts) -> bool:
    return sound.sample_peak_dbfs is None or sound.sample_peak_dbfs < NOTHING_DBFS


def _near_silent(sound: SoundFacts) -> str | None:
    if not _nothing(sound):
        return None
    if sound.sample_peak_dbfs is None:
        return "holds nothing but silence"
    return f"holds next to nothing: its highest peak is {format_level(sound.sample_peak_dbfs, 'dBFS')}"


def _is_begun_late(recording: RecordingFacts) -> bool:
    return not recording.begins_whole


def _is_ended_early(recording: RecordingFacts) -> bool:
    return not recording.ends_whole


_TESTS: dict[str, Test] = {
    "RECORDING-001": _clipping,
    "RECORDING-002": _too_quiet,
    "RECORDING-003": _too_loud,
    "RECORDING-004": _one_sided,
    "RECORDING-005": _same_channels,
    "RECORDING-006": _silent_start,
    "RECORDING-007": _silent_end,
    "RECORDING-008": _noise,
    "RECORDING-009": _offset,
    "RECORDING-010": _low_rate,
    "RECORDING-011": _near_silent,
}


def check_recording(path: str, sound: SoundFacts) -> tuple[Problem, ...]:
    """What is wrong with one recording by itself.

    Args:
        path: as the user would type it; every problem is placed there.
        sound: what was measured.
    """
    return tuple(
        _BY_ID[name].problem(Found(message=f"{path}: {message}", place=whole_file(path)))
        for name, test in (*_TESTS.items(), *recording_flaws.TESTS.items())
        if (message := test(sound))
    )


def _find_changed(subject: Subject) -> Iterator[Found]:
    for recording in subject.recordings:
        entry = (subject.entries or {}).get(recording.path)
        if entry and recording.sha256 and recording.sha256 != entry.sha256:
            yield Found(
                message=f"{recording.name} is not the file that came in: its sha256 is another one",
                place=recording.place,
            )


def _find_not_ingested(subject: Subject) -> Iterator[Found]:
    entries = subject.entries or {}
    folders = {dirname(path) for path in entries}
    for recording in subject.recordings:
        listed = recording.path in entries or dirname(recording.path) not in folders
        if not listed and not recording.is_music and not recording.trouble:
            yield Found(message=f"{recording.name} isn't listed in recordings.yaml", place=recording.place)


def _find_unreadable(subject: Subject) -> Iterator[Found]:
    for recording in subject.recordings:
        if recording.trouble:
            yield Found(message=f"{recording.name}: {recording.trouble}", place=recording.place)


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="SOURCE-001",
        severity=Severity.ERROR,
        title="A file that the YAML names is missing",
        why="Without it the episode can't be made.",
        fix="Bring it in with `podtool ingest`, or correct the name.",
        example="`clip: recordings/interview.wav`, and there is no such file",
        find=found_elsewhere("SOURCE-001"),
    ),
    CheckRule(
        id="SOURCE-002",
        severity=Severity.ERROR,
        title="A range lies outside its recording",
        why="There is no sound there to play.",
        fix="Look up the recording's length with `podtool inspect`, and correct `start`, `end` or `cuts`.",
        example="`start: 2:00` in a recording of one minute",
        find=found_elsewhere("SOURCE-002"),
    ),
    CheckRule(
        id="SOURCE-003",
        severity=Severity.ERROR,
        title="A recording or asset can't be decoded",
        why="Without its sound the episode can't be made.",
        fix="Copy it again from the recorder, or export it again.",
        example="a WAV file that was cut off while it was copied",
        find=_find_unreadable,
    ),
    CheckRule(
        id="RECORDING-001",
        severity=Severity.WARNING,
        title="The recording is clipped",
        why="Loud syllables crackle; no later step can bring back what the recorder cut off.",
        fix="Ask for another take with the gain lower, or look whether the clipped parts can be cut.",
        example="runs of three or more samples at full scale",
        find=heard(_clipping),
    ),
    CheckRule(
        id="RECORDING-002",
        severity=Severity.NOTE,
        title="The recording is very quiet",
        why="`level: auto` makes it as loud as the others, and its noise with it.",
        fix="Nothing, if it sounds well; else ask for a louder take.",
        example="speech at -31 LUFS",
        find=heard(_too_quiet),
    ),
    CheckRule(
        id="RECORDING-003",
        severity=Severity.NOTE,
        title="The recording is very loud",
        why="Speech as loud as this was compressed or limited before, and tires the ear.",
        fix="Ask for the file without the processing, if there is one.",
        example="speech at -9 LUFS",
        find=heard(_too_loud),
    ),
    CheckRule(
        id="RECORDING-004",
        severity=Severity.WARNING,
        title="A channel is silent",
        why="The voice is heard in one ear only.",
        fix="Export it again as mono, from the side that has the voice.",
        example="a stereo file with one microphone on the left",
        find=heard(_one_sided, of_music=True),
    ),
    CheckRule(
        id="RECORDING-005",
        severity=Severity.NOTE,
        title="Both channels are the same",
        why="Nothing is heard of it; the file is twice as large as it need be.",
        fix="Nothing; or record in mono next time.",
        example="a mono microphone in a stereo file",
        find=heard(_same_channels),
    ),
    CheckRule(
        id="RECORDING-006",
        severity=Severity.NOTE,
        title="The recording begins with a long silence",
        why="Where it is played whole, listeners wait, or think that their player stopped.",
        fix="Give the segment a `start`.",
        example="three seconds before the first word, and no `start`",
        find=heard(_silent_start, excuse=_is_begun_late),
    ),
    CheckRule(
        id="RECORDING-007",
        severity=Severity.NOTE,
        title="The recording ends with a long silence",
        why="Where it is played whole, listeners think that the episode is over.",
        fix="Give the segment an `end`.",
        example="three seconds after the last word, and no `end`",
        find=heard(_silent_end, excuse=_is_ended_early),
    ),
    CheckRule(
        id="RECORDING-008",
        severity=Severity.WARNING,
        title="The recording is noisy",
        why="Hiss, hum or a room is heard between the words, and comes and goes where clips are joined.",
        spec="Audible ACX: audio submission requirements (noise floor)",
        fix="Ask for a take nearer to the microphone, or clean it up before it comes in.",
        example="noise at -50 dBFS under speech at -20 LUFS",
        find=heard(_noise),
    ),
    CheckRule(
        id="RECORDING-009",
        severity=Severity.WARNING,
        title="The recording has a DC offset",
        why="It clicks where it begins, ends or is cut, and has less room for loud sounds.",
        fix="Write `effects: [{name: remove_dc_offset}]`.",
        example="a cheap sound card whose silence lies at 2 % of full scale",
        find=heard(_offset, of_music=True),
    ),
    CheckRule(
        id="RECORDING-010",
        severity=Severity.NOTE,
        title="The recording has a low sample rate",
        why="It sounds dull, like a telephone.",
        fix="Ask whether there is a better copy; 44.1 or 48 kHz is usual.",
        example="a voice message at 16 kHz",
        find=heard(_low_rate, of_music=True),
    ),
    CheckRule(
        id="RECORDING-011",
        severity=Severity.WARNING,
        title="The recording holds (almost) no sound",
        why="Listeners hear a gap.",
        fix="Look whether it is the right file, or whether the microphone was off.",
        example="a track whose highest peak is -70 dBFS",
        find=heard(_near_silent, of_music=True),
    ),
    CheckRule(
        id="RECORDING-012",
        severity=Severity.ERROR,
        title="A recording was changed after it came in",
        why="Cuts and levels were made for another sound; and the original is lost.",
        fix="Restore it from a backup; or bring the new one in under another name with `podtool ingest`.",
        example="somebody opened recordings/interview.wav in an editor and saved it",
        find=_find_changed,
    ),
    CheckRule(
        id="RECORDING-013",
        severity=Severity.NOTE,
        title="A recording came in without `podtool ingest`",
        why="Nobody can tell later whether it is still the original.",
        fix="Run `podtool ingest` on it: it stays where it is and is listed.",
        example="a file copied into recordings/ by hand, beside others that are listed",
        find=_find_not_ingested,
    ),
)
_BY_ID = {rule.id: rule for rule in (*RULES, *recording_flaws.RULES)}
