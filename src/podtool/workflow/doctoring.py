"""`podtool doctor`: what is installed, and whether it works, tried on a second of sound."""

from __future__ import annotations

# ruff: noqa: PLC0415 - a library that is broken must not keep the doctor away
import importlib
import os
import platform
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from podtool.workflow.results import DoctorLine, DoctorResult

LIBRARIES = {
    "av": ("av", "decodes every sound format"),
    "lameenc": ("lameenc", "encodes MP3"),
    "soxr": ("soxr", "resamples"),
    "numpy": ("numpy", "mixes, measures and limits"),
    "pydub": ("pydub", "clips, effects, pan"),
    "mutagen": ("mutagen", "tags"),
    "feedgen": ("feedgen.feed", "feed"),
    "lxml": ("lxml.etree", "writes the feed's XML"),
    "pyyaml": ("yaml", "reads YAML"),
    "ruamel.yaml": ("ruamel.yaml", "adds to YAML, comments kept"),
    "jinja2": ("jinja2", "pages"),
    "markdown-it-py": ("markdown_it", "descriptions and notes"),
    "nh3": ("nh3", "keeps their HTML harmless"),
    "pillow": ("PIL.Image", "covers"),
    "filelock": ("filelock", "one run at a time"),
    "typer": ("typer", "command line"),
    "rich": ("rich", "tables and progress"),
}
"""Distribution → module to import, what it is there for."""
OLDEST_PYTHON = (3, 11)
ROOM_BYTES = 2 << 30
"""An hour of sound needs about half a gigabyte of scratch, besides what is kept."""


def doctor() -> DoctorResult:
    """Looks at Python, the libraries, the codecs and the disk."""
    lines = [_python(), *(_library(name, module, what) for name, (module, what) in LIBRARIES.items())]
    lines += [_tried("encode and decode MP3", _try_mp3), _disk(Path.cwd())]
    return DoctorResult(lines=tuple(lines))


def _python() -> DoctorLine:
    return DoctorLine(
        name="Python",
        ok=sys.version_info >= OLDEST_PYTHON,
        version=platform.python_version(),
        note=f"{os.cpu_count() or 1} cores",
    )


def _library(name: str, module: str, what: str) -> DoctorLine:
    try:
        found = version(name)
        with warnings.catch_warnings():  # pydub warns that there is no ffmpeg; podtool needs none
            warnings.simplefilter("ignore")
            importlib.import_module(module)
    except PackageNotFoundError:
        return DoctorLine(name=name, ok=False, version="", note=f"not installed; {what}")
    except Exception as error:  # noqa: BLE001 - a broken library may raise anything
        return DoctorLine(name=name, ok=False, version=found, note=f"{type(error).__name__}: {error}; {what}")
    return DoctorLine(name=name, ok=True, version=found, note=what)


def _tried(name: str, attempt: Callable[[], str]) -> DoctorLine:
    """A line that never raises: whatever fails here is what `doctor` is for."""
    try:
        return DoctorLine(name=name, ok=True, version="", note=attempt())
    except Exception as error:  # noqa: BLE001 - a broken library may raise anything
        return DoctorLine(name=name, ok=False, version="", note=f"{type(error).__name__}: {error}")


def _try_mp3() -> str:
    import numpy as np

    from podtool.audio.mp3 import write_mp3
    from podtool.audio.mp3_plan import Mp3Settings
    from podtool.audio.source import read_blocks

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


def _disk(folder: Path) -> DoctorLine:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return DoctorLine(name="disk", ok=False, version="", note=f"{error.strerror or error}")
    return DoctorLine(
        name="disk", ok=free > ROOM_BYTES, version="", note=f"{free / 1e9:.1f} GB free in this folder"
    )
