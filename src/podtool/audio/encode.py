"""Profile → file: MP3 through `mp3`, the rest through PyAV; and what the finished file measures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podtool.audio.dither import quantise_int16
from podtool.audio.mastering import linear_gain
from podtool.audio.measuring import Measurement, measure_blocks
from podtool.audio.mixer import Programme
from podtool.audio.mp3 import write_mp3
from podtool.audio.mp3_plan import Mp3Settings, input_gain_db
from podtool.audio.programme import Mastered, Resampled, resample_programme
from podtool.audio.source import read_blocks
from podtool.ports import Executor
from podtool.show.model import Profile

MP3_QUALITY = 5
"""LAME's -q: 5 is twice as fast as 2, and blind tests at 128 kbit/s don't tell them apart."""
MEDIA_TYPES = {
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "opus": "audio/ogg",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "mp4": "video/mp4",
}
"""Of the formats, whose names are also the files' extensions."""

Tell = Callable[[int, int, int], None]
"""Told (samples done, samples in all, samples per second)."""


def extension_of(profile: Profile) -> str:
    """Without the dot."""
    return profile.format


def media_type_of(profile: Profile) -> str:
    """As feeds and servers name it."""
    return MEDIA_TYPES[profile.format]


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
    """Masters and encodes a programme; `path` is complete or not there.

    Args:
        mix: with as many channels as the profile.
        profile: what to make.
        path: where.
        gain_db: the one fixed gain.
        ceiling_dbtp: of the limiter; None leaves peaks alone.
        executor: encodes chunks side by side.
        work: for scratch files.
        progress: from this thread; what it raises ends the work.

    Raises:
        ToolError: the encoder failed.
        CacheError: the disk is full.
    """
    source = (
        mix
        if mix.rate_hz == profile.sample_rate_hz
        else resample_programme(mix, profile.sample_rate_hz, work)
    )
    try:
        mastered = Mastered(source=source, gain_db=gain_db, ceiling_dbtp=ceiling_dbtp)
        _write_mp3(mastered, profile, path, executor, progress)
    finally:
        if isinstance(source, Resampled):
            source.scratch.close()


def _write_mp3(mastered: Mastered, profile: Profile, path: Path, executor: Executor, progress: Tell) -> None:
    settings = Mp3Settings(
        bitrate_kbps=profile.bitrate_kbps or 128,
        channels=mastered.channels,
        sample_rate_hz=profile.sample_rate_hz,
        quality=MP3_QUALITY if profile.quality is None else profile.quality,
    )
    # LAME turns its input down; this puts it back.
    restored = np.float32(linear_gain(-input_gain_db(settings)))

    def read_pcm(start: int, stop: int) -> NDArray[np.int16]:
        return quantise_int16(np.asarray(mastered.read(start, stop) * restored), start)

    def told(done: int) -> None:
        progress(done, mastered.length, mastered.rate_hz)

    write_mp3(path, mastered.length, read_pcm, settings, executor=executor, progress=told)


def measure_encoded(path: Path, profile: Profile) -> Measurement:
    """What a listener gets: the file decoded again at its own rate.

    Raises:
        SourceError: what was just encoded can't be decoded.
    """
    channels = 1 if profile.channels == "mono" else 2
    blocks = read_blocks(path, rate_hz=profile.sample_rate_hz)
    return measure_blocks(blocks, profile.sample_rate_hz, file_channels=channels)
