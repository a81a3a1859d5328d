"""The episode that is measured: made once, kept in `.work/`, made anew when its makers change.

For 60 minutes of speech it lasts 60:44: a sting of 20 s crossfading into three recordings of 20 min (WAV at
48 kHz, FLAC and MP3 at 44.1), music ducked under the first minute, an outro of 30 s that fades. Shorter jobs
have shorter recordings, and from a minute each downwards shorter music too.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal

import numpy as np

from files import write_sound
from music import music
from sound import Sound
from voice import Voice, talk

HERE = Path(__file__).parent
WORK = HERE / ".work"
STAMP = "made-by"
MAKERS = ("job.py", "voice.py", "sound.py", "music.py", "files.py")
"""What the recordings' samples follow from."""

Variant = Literal["stereo", "dual-mono"]
Edit = Literal["none", "title", "overlay", "cut"]
VARIANTS: tuple[Variant, ...] = ("stereo", "dual-mono")

MUSIC_S = 75.0
MUSIC_HZ = 44_100
BED_FROM_S = 10.0
BED_DB = -12.0
DUCK_DB = 9.0
COVER_PIXELS = 1400


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One of the three.

    Attributes:
        file: inside the job's folder.
        rate: in Hz.
        voice: who speaks.
        even_db: what a person would set the fader to, so that the three are alike.
    """

    file: str
    rate: int
    voice: Voice
    even_db: float


def _voice(seed: int, pitch_hz: float, level_db: float, place: float) -> Voice:
    return Voice(
        seed=seed,
        pitch_hz=pitch_hz,
        tract=1.0 + seed * 0.05,
        level_db=level_db,
        noise_db=-65.0,
        swing_db=2.5,
        place=place,
    )


RECORDINGS = (
    Recording(file="recordings/host.wav", rate=48_000, voice=_voice(1, 120.0, 0.0, -0.3), even_db=0.0),
    Recording(file="recordings/guest.flac", rate=44_100, voice=_voice(2, 210.0, -2.0, 0.3), even_db=2.0),
    Recording(file="recordings/street.mp3", rate=44_100, voice=_voice(3, 150.0, 3.0, 0.1), even_db=-3.0),
)


@dataclass(frozen=True, kw_only=True)
class Job:
    """An episode of some length, all lengths in seconds.

    Attributes:
        variant: speech that differs between left and right, or is the same in both (the WAV has one channel).
        minutes: of speech.
        root: where its folder goes.
    """

    variant: Variant
    minutes: float
    root: Path = WORK

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.root / f"{self.variant}-{self.minutes:g}min"

    @property
    def recording_s(self) -> float:
        """Of each of the three."""
        return round(self.minutes * 20, 3)

    @property
    def intro_s(self) -> float:
        return round(min(20.0, self.recording_s / 3), 3)

    @property
    def outro_s(self) -> float:
        return round(min(30.0, self.recording_s / 2), 3)

    @property
    def bed_s(self) -> float:
        """How long music lies under the first recording."""
        return round(min(60.0, self.recording_s / 2), 3)

    @property
    def crossfade_s(self) -> float:
        return round(min(3.0, self.recording_s / 20), 3)

    @property
    def edit_s(self) -> float:
        """The length of what the edits touch."""
        return round(min(5.0, self.recording_s / 10), 3)

    @property
    def length_s(self) -> float:
        """Of the finished episode."""
        return self.intro_s + 3 * self.recording_s + self.outro_s - 2 * self.crossfade_s


def ensure_job(job: Job) -> bool:
    """Makes the job's files unless they are there and made by the same code; tells whether it did."""
    version = _makers_version()
    stamp = job.folder / STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == version:
        return False
    shutil.rmtree(job.folder, ignore_errors=True)
    job.folder.mkdir(parents=True)
    for recording in RECORDINGS:
        _record(job, recording)
    for name, seed, drums, level_db in (("theme", 5, True, -18.0), ("bed", 6, False, -20.0)):
        sound = music(MUSIC_S, MUSIC_HZ, seed=seed, drums=drums, level_db=level_db)
        write_sound(job.folder / f"music/{name}.wav", [np.clip(sound, -0.999, 0.999)], MUSIC_HZ, 2)
    _draw_cover(job.folder / "cover.png")
    (job.folder / "show.yaml").write_text(SHOW, encoding="utf-8")
    write_episode(job)
    stamp.write_text(version, encoding="utf-8")
    return True


def _makers_version() -> str:
    digest = hashlib.sha256()
    for name in MAKERS:
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()


def _record(job: Job, recording: Recording) -> None:
    """In dual mono the WAV has one channel, as recorders write it; the others have two that are the same."""
    stereo = job.variant == "stereo"
    spoken = talk(recording.voice, job.recording_s, recording.rate, 2 if stereo else 1)
    one_channel = not stereo and recording.file.endswith(".wav")
    blocks = spoken if stereo or one_channel else _doubled(spoken)
    first = next(blocks)  # so that the number of channels is what the blocks say
    write_sound(job.folder / recording.file, chain([first], blocks), recording.rate, len(first))


def _doubled(blocks: Iterator[Sound]) -> Iterator[Sound]:
    return (np.repeat(block, 2, axis=0) for block in blocks)


def _draw_cover(path: Path) -> None:
    """A square that a PNG can't make small of at once, as covers are."""
    from PIL import Image

    across = np.arange(COVER_PIXELS)
    rings = np.hypot(across - 500, across[:, None] - 600)
    pixels = np.stack([np.sin(rings / width) * 100 + 128 for width in (40, 55, 70)], axis=-1)
    Image.fromarray(pixels.astype(np.uint8), "RGB").save(path)


SHOW = """\
title: Benchmark
description: What podtool is measured with.
language: en
author: Nobody
link: https://bench.example.org/
handle: bench
feed: https://bench.example.org/feed.xml
guid: f68b9410-8339-5052-901e-07af14715e2f
owner: {name: Nobody, email: nobody@bench.example.org}
categories: [Arts]
explicit: false
type: episodic
licence: CC-BY-4.0
cover: {file: cover.png, alt: Rings, title: Rings, creator: Nobody, source: https://bench.example.org/,
        licence: CC0-1.0}
assets:
  theme: {file: music/theme.wav, title: Theme, creator: Nobody, source: https://bench.example.org/,
          licence: CC0-1.0}
  bed: {file: music/bed.wav, title: Bed, creator: Nobody, source: https://bench.example.org/,
        licence: CC0-1.0}
"""

EPISODE = """\
number: 1
title: {title}
recorded: 2026-01-01
published: 2026-01-02
description: An hour or less of three voices and some music.
segments:
  - sting: theme
    title: Intro
    end: {intro}s
  - clip: recordings/host.wav
    title: Host
    crossfade: {crossfade}s
    bed: {{asset: bed, start: {bed_from}s, gain: {bed_db} dB, duck: {duck_db} dB, fade_out: {fade}s}}
    end: {bed}s
  - clip: recordings/host.wav
    start: {bed}s
  - clip: recordings/guest.flac
    title: Guest
    end: {middle}s
  - clip: recordings/guest.flac
    start: {middle}s
    end: {after}s{overlay}
  - clip: recordings/guest.flac
    start: {after}s{cut}
  - clip: recordings/street.mp3
    title: Street
  - sting: theme
    title: Outro
    crossfade: {crossfade}s
    end: {outro}s
    fade_out: {fade}s
"""


def write_episode(job: Job, edit: Edit = "none") -> None:
    """Writes episode.yaml, as it is or with one edit: the middle's 5 s get music, or 5 s near it go."""
    middle = job.recording_s / 2
    after = middle + job.edit_s
    cut = f"\n    cuts: [[{after + job.edit_s:g}s, {after + 2 * job.edit_s:g}s]]"
    text = EPISODE.format(
        title="Another title" if edit == "title" else "One hour",
        intro=job.intro_s,
        crossfade=job.crossfade_s,
        bed_from=BED_FROM_S,
        bed_db=BED_DB,
        duck_db=DUCK_DB,
        fade=round(min(2.0, job.outro_s / 3), 3),
        bed=job.bed_s,
        middle=round(middle, 3),
        after=round(after, 3),
        outro=job.outro_s,
        overlay="\n    bed: {asset: bed, gain: -15 dB}" if edit == "overlay" else "",
        cut=cut if edit == "cut" else "",
    )
    (job.folder / "episode.yaml").write_text(text, encoding="utf-8")
