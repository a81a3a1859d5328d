"""One pass over a sound: loudness hop by hop, peaks, length; and how that is kept in the cache."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from podtool.audio.kweighting import Block
from podtool.audio.loudness import (
    MONO,
    STEREO,
    HopMeter,
    integrated_loudness,
    loudness_range,
    short_term_loudness,
)
from podtool.audio.true_peak import TruePeakMeter
from podtool.errors import CacheError

HOPS_PER_SECOND = 10


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What one pass found.

    Attributes:
        rate_hz: rate of the blocks.
        samples: length at that rate.
        channels: 1 when every block had one, else 2.
        energies: (hops,) float32, K-weighted energy per 100 ms.
        peaks: (hops + 1,) float32, highest absolute sample per 100 ms, the incomplete last hop included.
        true_peak_dbtp: BS.1770-5 Annex 2; -inf for silence.
    """

    rate_hz: int
    samples: int
    channels: int
    energies: NDArray[np.float32]
    peaks: NDArray[np.float32]
    true_peak_dbtp: float

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.samples / self.rate_hz

    @property
    def integrated_loudness_lufs(self) -> float | None:
        """Gated programme loudness; None for silence."""
        return finite(integrated_loudness(self.energies))

    @property
    def loudness_range_lu(self) -> float | None:
        """EBU Tech 3342; None where there is too little sound."""
        return loudness_range(self.energies)

    def short_term_each_second(self) -> list[float | None]:
        """Short-term loudness (3 s) once a second, for drawing; None where silence makes it meaningless."""
        return [finite(float(value)) for value in short_term_loudness(self.energies)[::HOPS_PER_SECOND]]

    def to_bytes(self) -> bytes:
        """A form for the cache: a line of JSON, then the arrays as little-endian float32."""
        head = {
            "rate_hz": self.rate_hz,
            "samples": self.samples,
            "channels": self.channels,
            "hops": len(self.energies),
            "true_peak_dbtp": finite(self.true_peak_dbtp),
        }
        arrays = self.energies.astype("<f4").tobytes() + self.peaks.astype("<f4").tobytes()
        return json.dumps(head, sort_keys=True).encode() + b"\n" + arrays

    @classmethod
    def from_bytes(cls, content: bytes) -> Measurement:
        """Reads `to_bytes`.

        Raises:
            CacheError: these are not its bytes.
        """
        try:
            line, _, arrays = content.partition(b"\n")
            head = json.loads(line)
            values = np.frombuffer(arrays, "<f4").astype(np.float32)
            hops = head["hops"]
            peak = head["true_peak_dbtp"]
            return cls(
                rate_hz=int(head["rate_hz"]),
                samples=int(head["samples"]),
                channels=int(head["channels"]),
                energies=values[:hops].reshape(hops),  # refuses arrays that are too short or too long
                peaks=values[hops:].reshape(hops + 1),
                true_peak_dbtp=-math.inf if peak is None else float(peak),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise CacheError(
                "a measurement in the cache can't be read", hint="run `podtool clean`, then again"
            ) from error


def measure_blocks(
    blocks: Iterable[Block],
    rate_hz: int,
    *,
    file_channels: int = 2,
    progress: Callable[[int], None] | None = None,
) -> Measurement:
    """Measures a sound that comes in blocks.

    Args:
        blocks: planar float32 (channels, n), one or two channels.
        rate_hz: their rate.
        file_channels: 1 when the sound is delivered as a mono file; with 2 a one-channel block counts as
            being played on both loudspeakers.
        progress: told the samples done; what it raises ends the work.
    """
    meter = HopMeter(rate_hz, channel_weights=MONO if file_channels == 1 else STEREO)
    true_peak = TruePeakMeter(rate_hz)
    peaks = _HopPeaks(rate_hz // HOPS_PER_SECOND)
    energies = []
    samples, channels = 0, 1
    for block in blocks:
        energies.append(meter.push(block))
        true_peak.push(block)
        peaks.push(block)
        samples += block.shape[1]
        channels = max(channels, block.shape[0])
        if progress:
            progress(samples)
    return Measurement(
        rate_hz=rate_hz,
        samples=samples,
        channels=channels,
        energies=np.concatenate(energies or [np.empty(0)]).astype(np.float32),
        peaks=peaks.finish(),
        true_peak_dbtp=true_peak.dbtp,
    )


def finite(value: float) -> float | None:
    """None for -inf: silence has no level."""
    return value if math.isfinite(value) else None


class _HopPeaks:
    """Highest absolute sample of any channel per hop, for blocks of any size."""

    def __init__(self, hop_samples: int) -> None:
        self._hop = hop_samples
        self._done: list[NDArray[np.float32]] = []
        self._waiting: NDArray[np.float32] = np.empty(0, np.float32)

    def push(self, block: Block) -> None:
        loudest = np.concatenate([self._waiting, np.abs(block).max(axis=0)])
        whole = len(loudest) // self._hop * self._hop
        self._done.append(loudest[:whole].reshape(-1, self._hop).max(axis=1))
        self._waiting = loudest[whole:]

    def finish(self) -> NDArray[np.float32]:
        last = self._waiting.max() if len(self._waiting) else np.float32(0)
        return np.concatenate([*self._done, np.array([last], np.float32)])
