"""Three seconds to encode, and how."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import numpy as np
from mix_samples import Sound
from PIL import Image

from podtool.audio.encode import write_deliverable
from podtool.show.facts import ChapterFacts
from podtool.show.model import Profile

RATE_HZ = 48_000
LENGTH = 3 * RATE_HZ + 123
FORMATS = ("mp3", "m4a", "mp4", "opus", "flac", "wav")
CHANNELS = ("stereo", "mono")
CHAPTERS = (
    ChapterFacts(start_ms=0, end_ms=1200, title="Édito"),
    ChapterFacts(start_ms=1200, end_ms=3003, title="Où ça ?"),
)


def sound(channels="stereo", *, length=LENGTH, rate_hz=RATE_HZ, level=0.3):
    """Two tones that rise and fall, with a little noise."""
    seconds = np.arange(length) / rate_hz
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 1.3 * seconds)
    rows = [np.sin(2 * np.pi * hz * seconds) for hz in (310, 470)][: 1 if channels == "mono" else 2]
    hiss = np.random.default_rng(4).standard_normal((len(rows), length)) * 0.02
    return Sound((level * (np.array(rows) * swell + hiss)).astype(np.float32), rate_hz)


def profile(file_format, channels="stereo", **values):
    values = {"sample_rate_hz": RATE_HZ, **values}
    return Profile(name="it", format=file_format, channels=channels, **values)


def encode(folder, made, programme=None, *, gain_db=0.0, ceiling_dbtp=-2.1, workers=2, tell=None):
    """The file of a profile."""
    path = folder / f"it.{made.format}"
    with ThreadPoolExecutor(workers) as executor:
        write_deliverable(
            programme or sound(made.channels),
            made,
            path,
            gain_db=gain_db,
            ceiling_dbtp=ceiling_dbtp,
            executor=executor,
            work=folder,
            progress=tell or (lambda *_: None),
        )
    return path


def cover(width=600, height=600, colour=(200, 30, 60), kind="PNG", mode="RGB"):
    buffer = BytesIO()
    Image.new(mode, (width, height), colour).save(buffer, kind)
    return buffer.getvalue()
