"""`podtool doctor`: what is installed, and whether it works, tried on a second of sound."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from podtool.audio.mp3 import write_mp3
from podtool.audio.mp3_plan import Mp3Settings
from podtool.audio.source import read_blocks
from podtool.workflow.results import DoctorLine, DoctorResult

LIBRARIES = {
    "av": "decodes every sound format",
    "lameenc": "encodes MP3",
    "soxr": "resamples",
    "numpy": "mixes, measures and limits",
    "pydub": "clips, effects, pan",
    "mutagen": "tags",
    "feedgen": "feed",
    "pyyaml": "reads YAML",
    "ruamel.yaml": "adds to YAML, comments kept",
    "jinja2": "pages",
    "pillow": "covers",
    "typer": "command line",
    "rich": "tables and progress",
}
OLDEST_PYTHON = (3, 11)
ROOM_BYTES = 2 << 30
"""An hour of sound needs about half a gigabyte of scratch, besides what is kept."""


def doctor() -> DoctorResult:
    """Looks at Python, the libraries, the codecs and the disk."""
    lines = [_python(), *(_library(name, what) for name, what in LIBRARIES.items())]
    lines += [_tried("encode and decode MP3", _try_mp3), _disk()]
    return DoctorResult(lines=tuple(lines))


def _python() -> DoctorLine:
    return DoctorLine(
        name="Python",
        ok=sys.version_info >= OLDEST_PYTHON,
        version=platform.python_version(),
        note=f"{os.cpu_count() or 1} cores",
    )


def _library(name: str, what: str) -> DoctorLine:
    try:
        return DoctorLine(name=name, ok=True, version=version(name), note=what)
    except PackageNotFoundError:
        return DoctorLine(name=name, ok=False, version="", note=f"not installed; {what}")


def _tried(name: str, attempt: Callable[[], str]) -> DoctorLine:
    """A line that never raises: whatever fails here is what `doctor` is for."""
    try:
        return DoctorLine(name=name, ok=True, version="", note=attempt())
    except Exception as error:  # noqa: BLE001 - a broken library may raise anything
        return DoctorLine(name=name, ok=False, version="", note=f"{type(error).__name__}: {error}")


def _try_mp3() -> str:
    rate = 44100
    tone = np.sin(np.arange(rate) * (2 * np.pi * 440 / rate)) * 8000
    pcm = np.repeat(tone.astype(np.int16)[:, None], 2, axis=1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "doctor.mp3"
        settings = Mp3Settings(bitrate_kbps=128, channels=2, sample_rate_hz=rate)
        write_mp3(path, rate, lambda start, stop: pcm[start:stop], settings)
        decoded = sum(block.shape[1] for block in read_blocks(path, rate_hz=rate))
    if decoded != rate:
        raise ValueError(f"a second of sound came back {decoded} samples long")
    return "a second of sound came back to the sample"


def _disk() -> DoctorLine:
    free = shutil.disk_usage(Path.cwd()).free
    return DoctorLine(
        name="disk", ok=free > ROOM_BYTES, version="", note=f"{free / 1e9:.1f} GB free in this folder"
    )
