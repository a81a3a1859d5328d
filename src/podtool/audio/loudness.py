"""Loudness by ITU-R BS.1770-5, EBU R 128, Tech 3341 and Tech 3342.

A `HopMeter` turns blocks into one energy per 100 ms; everything else is a pure function of those energies, so
that the loudness of any range, and of any gain, is found without touching the sound again.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from podtool.audio.kweighting import ORDER, Block, Floats, KWeighting
from podtool.units import Decibels, Lufs

MONO = (1.0,)
"""Weights of a mono file that stays one signal: a tone reads 3 LU lower than on two channels."""
STEREO = (1.0, 1.0)
"""Weights of left and right; a one-channel block then stands for two identical ones (dual mono)."""
SURROUND_5_0 = (1.0, 1.0, 1.0, 1.41, 1.41)
"""L, R, C, Ls, Rs: BS.1770-5 Annex 1, table 3."""

HOPS_PER_SECOND = 10
"""Hops of 100 ms: four to a gating block, so that blocks overlap by 75 %."""
LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 8_000, 192_000

_OFFSET_DB = -0.691
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_RANGE_GATE_LU = -20.0
_RANGE_LOW, _RANGE_HIGH = 0.10, 0.95
_MOMENTARY_S, _SHORT_TERM_S = 0.4, 3.0
_BEST_WIDTH = 64
_SAME_STATE = 1e-9


class HopMeter:
    """K-weighted energy per hop of a sound that comes in blocks of any size.

    Args:
        rate_hz: 8000 to 192000, a multiple of `hops_per_second`: 11025 Hz has no whole 100 ms and must be
            resampled first. A 997 Hz tone reads within 0.05 LU at 16 kHz and up, 0.2 LU low at 8 kHz.
        channel_weights: one weight per channel: `MONO`, `STEREO` or `SURROUND_5_0`. A block with one channel
            is taken as being the same in all of them, so a mono file played on two loudspeakers is metered
            with `STEREO`, and one that is delivered as mono with `MONO`.
        hops_per_second: 10; more gives a finer grid for maxima of momentary loudness.

    Raises:
        ValueError: a rate or a channel count that it can't meter.
    """

    def __init__(
        self,
        rate_hz: int,
        *,
        channel_weights: tuple[float, ...] = STEREO,
        hops_per_second: int = HOPS_PER_SECOND,
    ) -> None:
        if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ or rate_hz % hops_per_second:
            raise ValueError(f"can't meter {rate_hz} Hz in {hops_per_second} hops a second: resample first")
        self.rate_hz = rate_hz
        self.hop_samples = rate_hz // hops_per_second
        self._weights = np.array(channel_weights, dtype=np.float64)
        divisors = (width for width in range(1, 2 * _BEST_WIDTH) if self.hop_samples % width == 0)
        self._filter = KWeighting(rate_hz, min(divisors, key=lambda width: abs(width - _BEST_WIDTH)))
        # One row as long as all channels have been the same, else one row per channel.
        self._state: Floats = np.zeros((1, ORDER))
        self._waiting: list[Block] = []
        self._waiting_samples = 0

    def push(self, block: Block) -> Floats:
        """Meter the next samples.

        Args:
            block: planar float32 of shape (channels, n), finite; channels is 1 or the number of weights.

        Returns:
            For each hop completed by this block, the weighted sum over channels of the mean square (1.0 is
            the energy of one full-scale square wave); empty when none was completed.
        """
        if len(block) not in (1, len(self._weights)):
            raise ValueError(f"a block of {len(block)} channels for a meter of {len(self._weights)}")
        self._waiting_samples += block.shape[1]
        if self._waiting_samples < self.hop_samples:
            self._waiting.append(block.copy())
            return np.empty(0)
        sound = _joined([*self._waiting, block])
        whole = self._waiting_samples // self.hop_samples * self.hop_samples
        self._waiting = [sound[:, whole:].copy()]  # a view would keep the whole block in memory
        self._waiting_samples -= whole
        return self._energies(sound[:, :whole])

    def _energies(self, sound: Block) -> Floats:
        rows = max(len(sound), len(self._state))
        if rows > len(sound):
            sound = np.broadcast_to(sound, (rows, sound.shape[1]))
        state = np.repeat(self._state, rows // len(self._state), axis=0)
        weighted, state = self._filter.filter(np.ascontiguousarray(sound), state)
        # What two channels heard before they became one fades from the filter within a second.
        self._state = state[:1] if float(np.abs(state - state[:1]).max()) < _SAME_STATE else state
        squares = np.einsum("csw,csw->cs", weighted, weighted).astype(np.float64)
        per_hop = (
            squares.reshape(rows, -1, self.hop_samples // self._filter.width).sum(axis=2) / self.hop_samples
        )
        weights = self._weights if rows > 1 else np.array([self._weights.sum()])
        return np.asarray((per_hop * weights[:, None]).sum(axis=0))


def _joined(blocks: list[Block]) -> Block:
    rows = max(len(block) for block in blocks)
    return np.concatenate([np.broadcast_to(block, (rows, block.shape[1])) for block in blocks], axis=1)


def _levels(energies: Floats) -> Floats:
    levels = np.full(energies.shape, -np.inf)
    np.log10(energies, out=levels, where=energies > 0)
    return np.asarray(_OFFSET_DB + 10.0 * levels)


def _level(energy: float) -> Lufs:
    return Lufs(_OFFSET_DB + 10.0 * math.log10(energy) if energy > 0 else -math.inf)


def _energy(loudness_lufs: float) -> float:
    return float(10.0 ** ((loudness_lufs - _OFFSET_DB) / 10.0))


def _windowed(energies: npt.ArrayLike, seconds: float, hops_per_second: int) -> Floats:
    values = np.asarray(energies, dtype=np.float64)
    hops = round(seconds * hops_per_second)
    if len(values) < hops:
        return np.empty(0)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(values, hops).mean(axis=1))


def _gated(blocks: Floats, relative_gate_lu: float, gain_db: float) -> Floats:
    """Blocks at or above both gates; the absolute one is where it would be after `gain_db`."""
    blocks = blocks[blocks >= _energy(_ABSOLUTE_GATE_LUFS - gain_db)]
    return blocks[blocks >= blocks.mean() * 10.0 ** (relative_gate_lu / 10.0)] if len(blocks) else blocks


def integrated_loudness(
    energies: npt.ArrayLike, gain_db: float = 0.0, hops_per_second: int = HOPS_PER_SECOND
) -> Lufs:
    """Gated programme loudness (BS.1770-5 Annex 1, equations 3 to 7); -inf when nothing passes the gates.

    Args:
        energies: per hop, from `HopMeter.push`.
        gain_db: a gain that the sound will have: loudness moves with it, the absolute gate does not.
        hops_per_second: those of the meter.
    """
    blocks = _gated(_windowed(energies, _MOMENTARY_S, hops_per_second), _RELATIVE_GATE_LU, gain_db)
    return Lufs(_level(float(blocks.mean())) + gain_db) if len(blocks) else Lufs(-math.inf)


def loudness_range(
    energies: npt.ArrayLike, gain_db: float = 0.0, hops_per_second: int = HOPS_PER_SECOND
) -> Decibels | None:
    """LRA in LU (EBU Tech 3342 §3.1); None where there is less than 3 s of sound above the gates."""
    blocks = _gated(_windowed(energies, _SHORT_TERM_S, hops_per_second), _RANGE_GATE_LU, gain_db)
    if not len(blocks):
        return None
    ordered = np.sort(_levels(blocks))
    low, high = (math.floor((len(ordered) - 1) * part + 0.5) for part in (_RANGE_LOW, _RANGE_HIGH))
    return Decibels(float(ordered[high] - ordered[low]))


def momentary_loudness(energies: npt.ArrayLike, hops_per_second: int = HOPS_PER_SECOND) -> Floats:
    """LUFS over each 400 ms, hop by hop (Tech 3341 §2.2); at ten hops a second element i ends with hop i + 3.

    The maximum of an isolated 400 ms burst may then read up to 0.6 LU low; meter at 50 hops for it.
    """
    return _levels(_windowed(energies, _MOMENTARY_S, hops_per_second))


def short_term_loudness(energies: npt.ArrayLike, hops_per_second: int = HOPS_PER_SECOND) -> Floats:
    """LUFS over each 3 s, hop by hop (Tech 3341 §2.2); at ten hops a second, i ends with hop i + 29."""
    return _levels(_windowed(energies, _SHORT_TERM_S, hops_per_second))


def loudness_of(energies: npt.ArrayLike) -> Lufs:
    """Ungated loudness of the hops as one stretch; -inf for silence or for none."""
    values = np.asarray(energies, dtype=np.float64)
    return _level(float(values.mean())) if len(values) else Lufs(-math.inf)


def hop_loudness(energies: npt.ArrayLike) -> Floats:
    """LUFS of each hop by itself; -inf for silent ones."""
    return _levels(np.asarray(energies, dtype=np.float64))
