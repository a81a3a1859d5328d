"""Profile → file: MP3 through `mp3`, WAV through `wav`, the rest through PyAV; and what the file measures.

An encoded file holds sound alone: which bytes it has is settled by the mix, the profile, gain and ceiling.
What is words (chapters, cover, title) comes in afterwards, with `wrap_deliverable` and the tags.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from podtool.audio.av_encode import aac_coding, flac_coding, opus_coding, write_av
from podtool.audio.av_wrap import wrap_m4a, wrap_mp4
from podtool.audio.clipping import Unclipped
from podtool.audio.encode_failures import written_aside
from podtool.audio.lame_input import LameInput
from podtool.audio.measuring import Measurement, measure_blocks
from podtool.audio.mixer import Programme
from podtool.audio.mp3 import write_mp3
from podtool.audio.mp3_plan import Mp3Settings
from podtool.audio.programme import Mastered, Resampled, resample_programme
from podtool.audio.source import read_blocks
from podtool.audio.wav import Broadcast, put_broadcast, write_wav
from podtool.ports import Executor
from podtool.show.facts import ChapterFacts
from podtool.show.model import Profile
from podtool.units import level_of

MP3_QUALITY = 5
"""LAME's -q: 5 is twice as fast as 2, and blind tests at 128 kbit/s don't tell them apart."""
BITRATES_KBPS: Mapping[tuple[str, str], int] = {
    ("mp3", "stereo"): 128,
    ("mp3", "mono"): 96,
    ("m4a", "stereo"): 128,
    ("m4a", "mono"): 96,
    ("mp4", "stereo"): 128,
    ("mp4", "mono"): 96,
    ("opus", "stereo"): 96,
    ("opus", "mono"): 64,
}
"""Where a profile leaves it to the format."""
BIT_DEPTH = 24
LOSSLESS = frozenset({"wav", "flac"})
UNTOUCHED_DBTP = -1.5
"""Where peaks may be in a lossy file whose loudness is left alone: coding lifts them by about that much."""
Tell = Callable[[int, int, int], None]
"""Told (samples done, samples in all, samples per second)."""


def bitrate_of(profile: Profile) -> int:
    """In kbit/s: the profile's, else the format's default; 0 for WAV, FLAC and a variable bit rate."""
    if profile.vbr is not None:
        return 0
    return profile.bitrate_kbps or BITRATES_KBPS.get((profile.format, profile.channels), 0)


def headroom_gain_db(mix: Measurement, profile: Profile) -> float:
    """The gain, 0.0 or less on the 0.1 dB grid, for a profile whose loudness is left alone.

    A mix is in float and may go beyond full scale, a file may not: then all of it is turned down by as little
    as it takes, and nothing is clipped or limited.

    Args:
        mix: what goes in, in the profile's channels.
        profile: one without `loudness_lufs`.
    """
    if profile.format not in LOSSLESS:
        over = mix.true_peak_dbtp - UNTOUCHED_DBTP
    elif mix.rate_hz == profile.sample_rate_hz:
        over = level_of(float(mix.peaks.max()))
    else:
        over = mix.true_peak_dbtp + 0.1  # resampling puts samples where the peaks are
    return -math.ceil(max(0.0, round(over, 2)) * 10) / 10 + 0.0


def write_deliverable(
    mix: Programme,
    profile: Profile,
    path: Path,
    *,
    gain_db: float,
    ceiling_dbtp: float | None,
    executor: Executor,
    work: Path,
    progress: Tell,
) -> None:
    """Masters and encodes a programme, without words; `path` is complete or not there.

    Args:
        mix: with as many channels as the profile.
        profile: what to make.
        path: where.
        gain_db: the one fixed gain.
        ceiling_dbtp: of the limiter; None leaves peaks alone.
        executor: encodes chunks of MP3 side by side; the other encoders have one thread.
        work: for scratch files.
        progress: from this thread; what it raises ends the work.

    Raises:
        LoudnessError: without a ceiling, samples are beyond full scale: see `headroom_gain_db`.
        ToolError: the encoder failed.
        CacheError: the disk is full.
    """
    with written_aside(path, f"encoding {profile.name}") as aside:
        same_rate = mix.rate_hz == profile.sample_rate_hz
        source = mix if same_rate else resample_programme(mix, profile.sample_rate_hz, work)
        try:
            mastered = Mastered(source=source, gain_db=gain_db, ceiling_dbtp=ceiling_dbtp)

            def told(done: int) -> None:
                progress(done, mastered.length, mastered.rate_hz)

            _WRITERS[profile.format](Unclipped(source=mastered), profile, aside, executor, told)
        finally:
            if isinstance(source, Resampled):
                source.scratch.close()


def wrap_deliverable(
    sound: Path,
    profile: Profile,
    path: Path,
    *,
    chapters: Sequence[ChapterFacts] = (),
    cover: bytes | None = None,
    title: str = "",
    measured: Measurement | None = None,
) -> None:
    """Copies an encoded file and puts in what tags can't: chapters, the video's picture, the `bext` of a WAV.

    Takes about a second per hour of sound, whose packets stay as they are. Which argument changes which file:
    M4A: `chapters`; MP4: `chapters` and `cover`; WAV: `title` and `measured`; the others are copied.

    Args:
        sound: what `write_deliverable` made.
        profile: by which it was made.
        path: where the copy goes; complete or not there.
        chapters: in time order.
        cover: JPEG, PNG, GIF or WebP; an MP4 without one shows a dark canvas.
        title: the `bext` chunk's description.
        measured: of `sound`, for the loudness fields.

    Raises:
        SourceError: the cover can't be read.
        ToolError: `sound` is damaged, or an encoder failed.
        CacheError: the disk is full.
    """
    with written_aside(path, f"finishing {profile.name}") as aside:
        if profile.format == "mp4":
            wrap_mp4(sound, aside, chapters, cover)
        elif profile.format == "m4a" and chapters:
            wrap_m4a(sound, aside, chapters)
        else:
            shutil.copyfile(sound, aside)
        if profile.format == "wav":
            put_broadcast(aside, Broadcast(description=title, measured=measured))


def measure_encoded(path: Path, profile: Profile) -> Measurement:
    """What a listener gets: the file decoded again at its own rate.

    Raises:
        SourceError: what was just encoded can't be decoded.
    """
    channels = 1 if profile.channels == "mono" else 2
    blocks = read_blocks(path, rate_hz=profile.sample_rate_hz)
    return measure_blocks(blocks, profile.sample_rate_hz, file_channels=channels)


def mp3_settings(profile: Profile) -> Mp3Settings:
    """What LAME is asked for."""
    return Mp3Settings(
        bitrate_kbps=bitrate_of(profile),
        channels=1 if profile.channels == "mono" else 2,
        sample_rate_hz=profile.sample_rate_hz,
        quality=MP3_QUALITY if profile.quality is None else profile.quality,
        vbr=profile.vbr,
    )


_Writer = Callable[[Unclipped, Profile, Path, Executor, Callable[[int], None]], None]


def _write_mp3(
    sound: Unclipped, profile: Profile, path: Path, executor: Executor, progress: Callable[[int], None]
) -> None:
    settings = mp3_settings(profile)
    read = LameInput(programme=sound.source, settings=settings).read
    with path.open("wb") as file:
        write_mp3(file, sound.length, read, settings, executor=executor, progress=progress)


def _write_wav(
    sound: Unclipped, profile: Profile, path: Path, _: Executor, progress: Callable[[int], None]
) -> None:
    write_wav(sound, path, bit_depth=profile.bit_depth or BIT_DEPTH, progress=progress)


def _write_av(
    sound: Unclipped, profile: Profile, path: Path, _: Executor, progress: Callable[[int], None]
) -> None:
    coding = {
        "m4a": lambda: aac_coding("ipod", bitrate_of(profile)),
        "mp4": lambda: aac_coding("mp4", bitrate_of(profile)),
        "opus": lambda: opus_coding(bitrate_of(profile), profile.quality),
        "flac": lambda: flac_coding(profile.bit_depth or BIT_DEPTH, profile.quality),
    }[profile.format]()
    write_av(sound, path, coding, progress)


_WRITERS: Mapping[str, _Writer] = {
    "mp3": _write_mp3,
    "wav": _write_wav,
    "m4a": _write_av,
    "mp4": _write_av,
    "opus": _write_av,
    "flac": _write_av,
}
