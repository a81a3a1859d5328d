"""What a sound file holds and sounds like, found in one pass: for `ingest`, `inspect` and `check`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from podtool.audio.container import Probe, probe_source
from podtool.audio.downmix import mix_down
from podtool.audio.flaws import FlawMeter, Steps
from podtool.audio.kweighting import Block, Floats
from podtool.audio.levels import LevelMeter, Levels
from podtool.audio.loudness import (
    HIGHEST_RATE_HZ,
    HOPS_PER_SECOND,
    MONO,
    STEREO,
    HopMeter,
    integrated_loudness,
    loudness_range,
)
from podtool.audio.resample import resampled
from podtool.audio.source import Decoded, decode_blocks
from podtool.audio.true_peak import TruePeakMeter
from podtool.show.facts import SoundFacts, SoundFlaws
from podtool.units import amplitude_of

METER_RATE_HZ = 48_000
LOWEST_METERED_HZ = 32_000
"""Below it the K-weighting bends (0.2 LU at 8 kHz): such files are measured for loudness at 48 kHz, as are
those of rates that the meter doesn't know or that have no whole 100 ms."""
SILENCE_DBFS = -60.0
"""What stays below it at the beginning or the end isn't heard."""
NOTHING_DBFS = -70.0
"""RMS below which a channel holds nothing, when another holds something."""
NOTHING_BESIDE_DB = -50.0
"""The same, beside the loudest channel: crosstalk."""
SAME_CHANNELS_DB = -60.0
"""Left less right, under both: a lossy codec doesn't keep two equal channels equal to the bit."""
DIGITS = 2
"""Figures are told to a hundredth: what lies behind it may differ between processors."""
_DC_DIGITS = 6

OnProgress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class MeasuredSound:
    """A file's facts, and its loudness in time.

    Attributes:
        energies: K-weighted energy per 100 ms (see `podtool.audio.loudness`), of the sound mixed down to
            stereo; mono counts as one channel.
        levels: of the loudest channel per 10 ms, see `podtool.audio.flaws`.
    """

    facts: SoundFacts
    energies: Floats
    levels: Steps


def measure_sound(path: Path, *, on_progress: OnProgress | None = None) -> SoundFacts:
    """What a sound file holds and sounds like.

    Peaks, clipping, offset and channels are those of the file as it is; loudness is that of its stereo mix by
    BS.775 where it has more than two channels; a mono file is one channel (BS.1770: it reads 3 LU lower
    than the same in two).

    Args:
        path: any file that `read_blocks` reads.
        on_progress: told how many samples have been measured, after each block; raising from it cancels.

    Raises:
        SourceError: as `read_blocks`: the file is decoded to its end.
    """
    return measure_sound_in_time(path, on_progress=on_progress).facts


def measure_sound_in_time(path: Path, *, on_progress: OnProgress | None = None) -> MeasuredSound:
    """As `measure_sound`, with the loudness of each 100 ms."""
    probe = probe_source(path)
    decoded = decode_blocks(path)
    first = next(decoded)
    meters = _Meters(first, probe.bit_depth)
    blocks = _told(chain([first], decoded), on_progress)
    narrowed = (mix_down(each.block, each.names) for each in meters.heard(blocks))
    energies = _metered(narrowed, first)
    flaws, steps = meters.flaws(integrated_loudness(energies))
    return MeasuredSound(facts=_facts(probe, first, meters, energies, flaws), energies=energies, levels=steps)


def _told(blocks: Iterator[Decoded], on_progress: OnProgress | None) -> Iterator[Decoded]:
    samples = 0
    for decoded in blocks:
        yield decoded
        samples += decoded.block.shape[1]
        if on_progress is not None:
            on_progress(samples)


def _metered(blocks: Iterator[Block], first: Decoded) -> Floats:
    rate_hz = first.rate_hz
    if not LOWEST_METERED_HZ <= rate_hz <= HIGHEST_RATE_HZ or rate_hz % HOPS_PER_SECOND:
        blocks, rate_hz = resampled(blocks, rate_hz, METER_RATE_HZ), METER_RATE_HZ
    meter = HopMeter(rate_hz, channel_weights=MONO if len(first.block) == 1 else STEREO)
    return np.concatenate([np.empty(0), *(meter.push(block) for block in blocks)])


class _Meters:
    """What is found in the file's own channels while they go by."""

    def __init__(self, first: Decoded, bit_depth: int | None) -> None:
        channels = len(first.block)
        self._flaws = FlawMeter(first.rate_hz, channels, bit_depth)
        self._levels = LevelMeter(first.rate_hz, channels)
        self._true_peak = TruePeakMeter(first.rate_hz)
        self._squares = np.zeros(channels)
        self._threshold = np.float32(amplitude_of(SILENCE_DBFS))
        self._samples = 0
        self._first_heard: int | None = None
        self._last_heard = -1

    def heard(self, blocks: Iterator[Decoded]) -> Iterator[Decoded]:
        """The same blocks, metered on their way."""
        for decoded in blocks:
            block = decoded.block
            self._levels.push(block)
            self._true_peak.push(block)
            self._flaws.push(block)
            self._squares += np.einsum("cs,cs->c", block, block, dtype=np.float64)
            self._find_sound(block)
            self._samples += block.shape[1]
            yield decoded

    def _find_sound(self, block: Block) -> None:
        loud = np.flatnonzero(np.abs(block).max(axis=0) > self._threshold)
        if len(loud):
            if self._first_heard is None:
                self._first_heard = self._samples + int(loud[0])
            self._last_heard = self._samples + int(loud[-1])

    def levels(self) -> Levels:
        """Ends the metering of levels."""
        return self._levels.finish()

    def flaws(self, loudness_lufs: float) -> tuple[SoundFlaws, Steps]:
        """Ends the looking for flaws."""
        return self._flaws.finish(loudness_lufs)

    @property
    def true_peak_dbtp(self) -> float:
        return self._true_peak.dbtp

    def silence_samples(self) -> tuple[int, int]:
        """Before the first and after the last sound; the whole length for both when there is none."""
        if self._first_heard is None:
            return self._samples, self._samples
        return self._first_heard, self._samples - 1 - self._last_heard

    def silent_channels(self) -> tuple[int, ...]:
        """0-based channels that hold nothing while another does."""
        powers = self._squares / max(self._samples, 1)
        nothing = amplitude_of(NOTHING_DBFS) ** 2
        if powers.max() <= nothing:
            return ()
        bound = max(nothing, float(powers.max()) * amplitude_of(NOTHING_BESIDE_DB) ** 2)
        return tuple(int(channel) for channel in np.flatnonzero(powers <= bound))


def _facts(probe: Probe, first: Decoded, meters: _Meters, energies: Floats, flaws: SoundFlaws) -> SoundFacts:
    levels = meters.levels()
    leading, trailing = meters.silence_samples()
    offset: float = max(levels.dc_offsets, key=abs)
    same = levels.difference_db is not None and levels.difference_db <= SAME_CHANNELS_DB
    return SoundFacts(
        codec=probe.codec,
        container=probe.container,
        sample_rate_hz=first.rate_hz,
        channels=len(first.block),
        bit_depth=probe.bit_depth,
        samples=levels.samples,
        integrated_loudness_lufs=_told_level(integrated_loudness(energies)),
        loudness_range_lu=_told_level(loudness_range(energies)),
        sample_peak_dbfs=_told_level(levels.sample_peak_dbfs),
        true_peak_dbtp=_told_level(meters.true_peak_dbtp),
        noise_floor_dbfs=_told_level(levels.noise_floor_dbfs),
        clipped_samples=levels.clipped_samples,
        dc_offset=round(offset, _DC_DIGITS) + 0.0,
        leading_silence_s=leading / first.rate_hz,
        trailing_silence_s=trailing / first.rate_hz,
        identical_channels=same,
        silent_channels=meters.silent_channels(),
        flaws=flaws,
    )


def _told_level(level: float | None) -> float | None:
    """Rounded; None for what silence makes meaningless."""
    return None if level is None or not math.isfinite(level) else round(level, DIGITS) + 0.0
