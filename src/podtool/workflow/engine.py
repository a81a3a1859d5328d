"""What the sound is made with: the libraries whose versions belong to every recipe."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

from podtool.recipes import Engine

SOUND_LIBRARIES = ("av", "lameenc", "numpy", "pydub", "soxr")


@cache
def read_engine() -> Engine:
    """The versions of the libraries that make the sound."""
    return Engine(versions={name: version(name) for name in SOUND_LIBRARIES})
