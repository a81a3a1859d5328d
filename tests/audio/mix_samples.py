"""Sources that exist in memory only: noise and tones under a file's name, read as a library reads them."""

from itertools import pairwise
from pathlib import PurePosixPath

import numpy as np

from podtool.audio.mixer import widened
from podtool.timeline.model import Placement, Ramp, Range, Source, Timeline

RATE_HZ = 8000


def span(start, stop):
    return Range(start=start, stop=stop)


def ramp(start, stop, before, after, curve="power"):
    return Ramp(over=span(start, stop), before=before, after=after, curve=curve)


def noise(seed, length, channels=2, level=0.1):
    sound = np.random.default_rng(seed).standard_normal((channels, length)) * level
    return sound.astype(np.float32)


def tone(hz, length, rate_hz=RATE_HZ, level=0.5, channels=1):
    wave = level * np.sin(2 * np.pi * hz / rate_hz * np.arange(length))
    return np.repeat(wave.astype(np.float32)[None], channels, axis=0)


def reader(sounds):
    """A `ReadSource` over arrays by file name; fails when it is asked for what isn't there."""

    def read(source, start, stop, factor):
        sound = sounds[source.file.name]
        assert 0 <= start <= stop <= sound.shape[1]
        return sound[:, start:stop] * np.float32(factor)

    return read


def placement(file, at, source_range, *ramps, segment=0, role="speech", **values):
    return Placement(
        segment=segment,
        role=role,
        source=Source(file=PurePosixPath(file)),
        source_range=source_range,
        range_in_episode=span(at, at + source_range.length),
        ramps=ramps,
        **values,
    )


def timeline(length, *placements, rate_hz=RATE_HZ):
    ordered = tuple(sorted(placements, key=lambda placed: placed.range_in_episode.start))
    return Timeline(rate_hz=rate_hz, length=length, placements=ordered, spans=())


class Sound:
    """A programme that is one array."""

    def __init__(self, samples, rate_hz=44_100):
        self.samples = samples
        self.rate_hz = rate_hz
        self.channels, self.length = samples.shape

    def read(self, start, stop, factor=1.0):
        first, last = min(max(start, 0), self.length), min(max(stop, 0), self.length)
        block = np.zeros((self.channels, stop - start), np.float32)
        block[:, first - start : last - start] = self.samples[:, first:last]
        return block * np.float32(factor)


def read_in_pieces(programme, cuts):
    """The whole programme, read between cuts."""
    edges = [0, *sorted(cuts), programme.length]
    blocks = [widened(programme.read(a, b), programme.channels) for a, b in pairwise(edges)]
    return np.concatenate(blocks, axis=1)
