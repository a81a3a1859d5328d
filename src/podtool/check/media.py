"""Rules about how encoded files sound: loudness, peaks, length, silence."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from podtool.check import chapters, encoding, tags, thresholds
from podtool.check.heard import Look, each_file
from podtool.check.rule import CheckRule, Found, whole_file
from podtool.check.subject import MediaFacts, Subject
from podtool.errors import Problem, Severity
from podtool.units import format_level, format_time

TOLERANCE_LU = 1.0
BROADCAST_LUFS = -23.0
BROADCAST_TOLERANCE_LU = 0.5
"""EBU R 128 allows ±0.5 LU; podcast directories ±1."""
LENGTH_TOLERANCE_S = 0.05
"""Two frames of an MP3: what a format without exact trim may add."""
LONGEST_SILENCE_S = 3.0
_AT_END_S = 0.02
NOTHING_DBFS = -60.0


def _clipped(media: MediaFacts) -> Iterator[str]:
    if media.sound and media.sound.clipped_samples:
        yield f"{media.sound.clipped_samples} samples are clipped"


def _silences(media: MediaFacts) -> Iterator[str]:
    sound = media.sound
    if sound is None or sound.leading_silence_s * sound.sample_rate_hz >= sound.samples:
        return
    if sound.leading_silence_s > LONGEST_SILENCE_S:
        yield f"begins with {sound.leading_silence_s:.1f} s of silence"
    if sound.trailing_silence_s > LONGEST_SILENCE_S:
        yield f"ends with {sound.trailing_silence_s:.1f} s of silence"


def _one_sided(media: MediaFacts) -> Iterator[str]:
    if media.sound and media.sound.silent_channels:
        numbers = ", ".join(str(channel + 1) for channel in media.sound.silent_channels)
        yield f"of {media.sound.channels} channels, these are silent: {numbers}"


def _nothing_heard(media: MediaFacts) -> Iterator[str]:
    sound = media.sound
    if sound and (sound.sample_peak_dbfs is None or sound.sample_peak_dbfs < NOTHING_DBFS):
        yield "nothing is heard in it"


def _unreadable(media: MediaFacts) -> Iterator[str]:
    if media.trouble:
        yield media.trouble


def _loudness(media: MediaFacts) -> Iterator[str]:
    target = media.profile.loudness_lufs if media.profile else None
    loudness = media.sound.integrated_loudness_lufs if media.sound else None
    if target is None or loudness is None:
        return
    tolerance = BROADCAST_TOLERANCE_LU if target == BROADCAST_LUFS else TOLERANCE_LU
    if abs(loudness - target) > tolerance:
        aimed = format_level(target, "LUFS")
        yield f"its loudness is {format_level(loudness, 'LUFS')}, not {aimed} ±{tolerance:g} LU"


def _true_peak(media: MediaFacts) -> Iterator[str]:
    ceiling = media.profile.true_peak_dbtp if media.profile else None
    peak = media.sound.true_peak_dbtp if media.sound else None
    if ceiling is not None and peak is not None and peak > ceiling:
        yield f"its true peak is {format_level(peak, 'dBTP', 2)}, above {format_level(ceiling, 'dBTP')}"


def _out_of_phase(media: MediaFacts) -> Iterator[str]:
    correlation = media.sound.flaws.correlation if media.sound else None
    if correlation is not None and correlation <= thresholds.OUT_OF_PHASE.value:
        yield f"left and right are out of phase (correlation {correlation:+.2f})"


def _dead_air(media: MediaFacts) -> Iterator[str]:
    """Of a file that podtool made, its timeline knows what is meant."""
    if media.sound is None or media.profile:
        return
    for start_s, stop_s in media.sound.flaws.silences_s:
        inside = start_s > 0 and stop_s < media.sound.duration_s - _AT_END_S
        if inside and stop_s - start_s >= thresholds.DEAD_AIR.value:
            at = format_time(Fraction(str(start_s)))
            yield f"{stop_s - start_s:.1f} s of silence at {at}"


_LOOKS: dict[str, Look] = {
    "MEDIA-001": _loudness,
    "MEDIA-002": _true_peak,
    "MEDIA-007": _clipped,
    "MEDIA-011": _silences,
    "MEDIA-012": _one_sided,
    "MEDIA-013": _unreadable,
    "MEDIA-014": _nothing_heard,
    "MEDIA-018": _out_of_phase,
    "MEDIA-019": _dead_air,
}


_ALL_LOOKS = {**_LOOKS, **encoding.LOOKS}


def check_media(media: MediaFacts) -> tuple[Problem, ...]:
    """What is wrong with a finished file by itself; every problem is placed at its path."""
    own = [(rule, look(media)) for rule in (*RULES, *encoding.RULES) if (look := _ALL_LOOKS.get(rule.id))]
    others = [
        (rule, look(media))
        for rule, look in (
            *((rule, tags.LOOKS.get(rule.id)) for rule in tags.RULES),
            *((rule, chapters.LOOKS.get(rule.id)) for rule in chapters.RULES),
        )
        if look
    ]
    return tuple(
        rule.problem(Found(message=f"{media.path}: {message}", place=whole_file(media.path)))
        for rule, messages in (*own, *others)
        for message in messages
    )


def _find_other_length(subject: Subject) -> Iterator[Found]:
    if subject.length_s is None or subject.stale:
        return
    for media in subject.media:
        if media.sound and abs(media.sound.duration_s - subject.length_s) > LENGTH_TOLERANCE_S:
            yield Found(
                message=f"{media.path} is {media.sound.duration_s:.2f} s long, its timeline "
                f"{subject.length_s:.2f} s",
                place=whole_file(media.path),
            )


def _find_stale(subject: Subject) -> Iterator[Found]:
    if subject.stale and subject.episode:
        yield Found(
            message=f"what is built is older than its sources: {subject.stale}",
            place=whole_file(subject.episode.places.file),
        )


def _find_not_built(subject: Subject) -> Iterator[Found]:
    episode = subject.episode
    if episode and episode.segments and not subject.is_built and subject.before is None:
        yield Found(
            message="nothing is built yet: the encoded sound, its tags, the feed's entry and the page "
            "weren't looked at",
            place=whole_file(episode.places.file),
        )


RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="MEDIA-001",
        severity=Severity.ERROR,
        title="The encoded file isn't as loud as its profile says",
        why="Listeners reach for the volume when they come from another show, or from an advert.",
        spec="ITU-R BS.1770-5; Apple Podcasts: -16 LUFS ±1; EBU R 128: -23 LUFS ±0.5",
        fix="Run `podtool assemble --relock`: it measures anew and chooses the gain anew.",
        example="an MP3 of the profile `podcast` at -19.2 LUFS",
        find=each_file(_loudness),
    ),
    CheckRule(
        id="MEDIA-002",
        severity=Severity.ERROR,
        title="The encoded file's true peak is above its profile's ceiling",
        why="Cheap players and Bluetooth headphones distort the loudest syllables.",
        spec="ITU-R BS.1770-5 Annex 2; EBU R 128: -1 dBTP",
        fix="Run `podtool assemble --relock`.",
        example="an MP3 that reaches +0.3 dBTP once it is decoded",
        find=each_file(_true_peak),
    ),
    CheckRule(
        id="MEDIA-003",
        severity=Severity.ERROR,
        title="The encoded file isn't as long as its timeline",
        why="Chapters and transcript drift away from the sound, or its end is missing.",
        fix="Run `podtool assemble --fresh`.",
        example="a file that was cut short while it was copied",
        find=_find_other_length,
    ),
    CheckRule(
        id="MEDIA-007",
        severity=Severity.WARNING,
        title="The encoded file is clipped",
        why="Loud passages crackle.",
        fix="Look at the recordings' clipping first; then run `podtool assemble --relock`.",
        example="runs of three or more samples at full scale",
        find=each_file(_clipped),
    ),
    CheckRule(
        id="MEDIA-009",
        severity=Severity.NOTE,
        title="What is built is older than its sources",
        why="Sound and tags still say what the YAML said before; `publish` refuses them.",
        fix="Run `podtool assemble`.",
        example="the title was changed after the last `podtool assemble`",
        find=_find_stale,
    ),
    CheckRule(
        id="MEDIA-010",
        severity=Severity.NOTE,
        title="Nothing is built yet",
        why="Half of what listeners get can't be looked at before it is there.",
        fix="Run `podtool assemble`, then check again.",
        example="an episode with segments and no build/ folder",
        find=_find_not_built,
    ),
    CheckRule(
        id="MEDIA-011",
        severity=Severity.WARNING,
        title="The encoded file begins or ends with a long silence",
        why="Listeners think that their player stopped, or that the episode is over.",
        fix="Look at the first and last segments: `start`, `end`, `silence`, `fade_out`.",
        example="ten seconds of silence behind the last word",
        find=each_file(_silences),
    ),
    CheckRule(
        id="MEDIA-012",
        severity=Severity.WARNING,
        title="A channel of the encoded file is silent",
        why="Who listens with one earphone may hear nothing at all.",
        fix="Look for recordings with a silent channel, and at `pan` and `apply_gain_stereo`.",
        example="a stereo file whose right side holds nothing",
        find=each_file(_one_sided),
    ),
    CheckRule(
        id="MEDIA-013",
        severity=Severity.ERROR,
        title="The encoded file can't be decoded",
        why="Nobody can play it.",
        fix="Run `podtool assemble --fresh`.",
        example="a file that lost its beginning",
        find=each_file(_unreadable),
    ),
    CheckRule(
        id="MEDIA-014",
        severity=Severity.ERROR,
        title="Nothing is heard in the encoded file",
        why="An hour of silence is no episode.",
        fix="Look at the segments' `gain`, and whether the recordings hold sound.",
        example="a file whose highest peak is -80 dBFS",
        find=each_file(_nothing_heard),
    ),
    CheckRule(
        id="MEDIA-018",
        severity=Severity.WARNING,
        title="The encoded file vanishes in mono",
        why="On a telephone or a smart speaker, which play left and right together, voices are thin or gone.",
        spec="ITU-R BS.775-4, Annex 4 (mixing down to mono)",
        fix="Look for RECORDING-018, and at effects that turn a channel over.",
        example="a file whose right channel is its left turned over",
        find=each_file(_out_of_phase),
    ),
    CheckRule(
        id="MEDIA-019",
        severity=Severity.WARNING,
        title="There is a long silence inside a finished file",
        why="Listeners think that their player stopped.",
        fix="Cut it out; of an episode that podtool assembled, MIX-004 says in which segment.",
        example="an MP3 from elsewhere with five silent seconds in its middle",
        find=each_file(_dead_air),
    ),
)
