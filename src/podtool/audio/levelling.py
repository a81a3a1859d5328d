"""What is decided on measurements: speech levels, where somebody speaks, the loudness gain and its limits.

All on rounded figures: two processors whose last bits differ decide alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from podtool.audio.loudness import integrated_loudness
from podtool.audio.mastering import loudness_gain_db
from podtool.audio.measuring import HOPS_PER_SECOND, Measurement, finite
from podtool.audio.speech import speech_activity
from podtool.errors import LoudnessError
from podtool.timeline.model import Range, Source, Timeline
from podtool.units import Lufs, Samples, amplitude_of, format_level

SPEECH_LUFS = -16.0
"""What every speech clip is brought to before mixing; the programme's own gain then has little to do."""
MOST_RAISED_DB, MOST_LOWERED_DB = 40.0, 40.0
"""A clip further off than this is taken as far: it is noise, or the wrong file."""
MOST_LIMITING_DB = 6.0
"""More than this, for more than a hundredth of the time, is no longer mastering but distortion."""
OVERSHOOT_DB = 1.1
"""How far lossy coding at usual bit rates lifts true peaks; the first guess, the file itself decides."""
_BLOCK_HOPS = 4
_MOST_GUESSES = 3
LOSSLESS = frozenset({"wav", "flac"})
Prediction = Callable[[float, float], float]
"""The loudness in LUFS after a gain in dB and a limiter's ceiling in dBTP."""
_DOUBT_LU = 0.3
"""How far such a prediction may be off where the limiter has much to do."""


def derive_levels(
    timeline: Timeline, measurements: Mapping[Source, Measurement]
) -> dict[tuple[int, Source], float]:
    """The gain in dB (0.1 dB grid) that brings the heard part of each clip to `SPEECH_LUFS`, by segment."""
    heard: dict[tuple[int, Source], list[Range]] = {}
    for placed in timeline.placements:
        if placed.levelled:
            heard.setdefault((placed.segment, placed.source), []).append(placed.source_range)
    levels = {}
    for key, ranges in heard.items():
        loudness = loudness_within(measurements[key[1]], ranges)
        if loudness is not None:
            gain = float(loudness_gain_db(Lufs(loudness), Lufs(SPEECH_LUFS)))
            levels[key] = max(-MOST_LOWERED_DB, min(MOST_RAISED_DB, gain))
    return levels


def loudness_within(measurement: Measurement, ranges: list[Range]) -> float | None:
    """Integrated loudness of some ranges of a sound, to its 100 ms hops; None for silence."""
    hop = measurement.rate_hz // HOPS_PER_SECOND
    parts = [measurement.energies[part.start // hop : math.ceil(part.stop / hop)] for part in ranges]
    energies = np.concatenate([np.empty(0, np.float32), *parts])
    if 0 < len(energies) < _BLOCK_HOPS:  # shorter than one gating block: measured as if it went on
        return finite(integrated_loudness(np.resize(energies, _BLOCK_HOPS)))
    return finite(integrated_loudness(energies))


def find_activity(measurement: Measurement) -> tuple[Range, ...]:
    """Where somebody speaks, in samples at the measurement's rate."""
    hop = measurement.rate_hz // HOPS_PER_SECOND
    return tuple(
        Range(start=Samples(first * hop), stop=Samples(min(last * hop, measurement.samples)))
        for first, last in speech_activity(measurement.energies)
        if first * hop < measurement.samples
    )


@dataclass(frozen=True, kw_only=True)
class Mastering:
    """How a profile's deliverable is brought to its loudness."""

    gain_db: float
    ceiling_dbtp: float


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a deliverable must measure: loudness within `tolerance_lu`, true peak at most `true_peak_dbtp`."""

    loudness_lufs: float
    true_peak_dbtp: float
    tolerance_lu: float


def guess_mastering(
    mix: Measurement,
    target: Target,
    file_format: str,
    predicted_lufs: Prediction | None = None,
) -> Mastering:
    """The first try.

    Args:
        mix: before gain and limiter.
        target: what the encoded file must measure.
        file_format: lossy coding lifts peaks.
        predicted_lufs: without it the limiter is taken to cost no loudness.

    Raises:
        LoudnessError: the mix is silent, or can't be raised that far.
    """
    loudness = mix.integrated_loudness_lufs
    gain = loudness_gain_db(Lufs(-math.inf if loudness is None else loudness), Lufs(target.loudness_lufs))
    headroom = 0.1 if file_format in LOSSLESS else OVERSHOOT_DB
    found = Mastering(gain_db=float(gain), ceiling_dbtp=round(target.true_peak_dbtp - headroom, 1))
    check_limiting(mix, found, target, predicted_lufs)
    for _ in range(_MOST_GUESSES):
        if predicted_lufs is None:
            break
        # The limiter takes some loudness away; the gain makes up for it.
        short_by = round(target.loudness_lufs - predicted_lufs(found.gain_db, found.ceiling_dbtp), 2)
        more = math.floor(short_by * 10 + 0.5) / 10
        if not more:
            break
        found = replace(found, gain_db=round(found.gain_db + more, 1))
        check_limiting(mix, found, target, predicted_lufs)
    return found


def correct_mastering(now: Mastering, encoded: Measurement, target: Target) -> Mastering | None:
    """The next try after measuring the encoded file; None when it meets its target.

    Raises:
        LoudnessError: the encoded file is silent.
    """
    loudness = encoded.integrated_loudness_lufs
    if loudness is None:
        raise LoudnessError(
            "the encoded file is silent", hint="this profile's encoder lost the sound; try another"
        )
    short_by = round(target.loudness_lufs - loudness, 2)
    over_by = round(encoded.true_peak_dbtp - target.true_peak_dbtp, 2)
    if abs(short_by) <= target.tolerance_lu and over_by <= 0:
        return None
    gain = now.gain_db + (round(short_by, 1) if abs(short_by) > target.tolerance_lu / 2 else 0.0)
    lower_by = math.ceil((over_by + 0.05) * 10) / 10 if over_by > 0 else 0.0
    return Mastering(gain_db=round(gain, 1), ceiling_dbtp=round(now.ceiling_dbtp - lower_by, 1))


def check_limiting(
    mix: Measurement, mastering: Mastering, target: Target, predicted_lufs: Prediction | None = None
) -> None:
    """Refuses a gain that only a limiter at work all the time could bear.

    Args:
        mix: before gain and limiter.
        mastering: what would be done to it.
        target: what for.
        predicted_lufs: tells what can be had instead; without it the limiter is taken to cost no loudness.

    Raises:
        LoudnessError: more than `MOST_LIMITING_DB` for more than a hundredth of the sounding time.
    """
    needed = limiting_db(mix, mastering)
    if needed <= MOST_LIMITING_DB:
        return
    excess = needed - MOST_LIMITING_DB
    reach = target.loudness_lufs - excess
    if predicted_lufs:
        bearable = round(mastering.gain_db - excess, 1)
        reach = min(reach, predicted_lufs(bearable, mastering.ceiling_dbtp) - _DOUBT_LU)
    raise LoudnessError(
        f"{format_level(target.loudness_lufs, 'LUFS')} would take {format_level(needed, 'dB')} of limiting: "
        "the mix is too quiet for its peaks",
        hint=f"lower the loudest clip's `gain`, or set the profile's `loudness` to "
        f"{format_level(math.floor(round(reach, 2)), 'LUFS', 0)}",
    )


def limiting_db(mix: Measurement, mastering: Mastering) -> float:
    """The reduction, in dB, that a hundredth of the sounding 100 ms hops exceeds."""
    peaks = mix.peaks[mix.peaks > 0]
    if not len(peaks):
        return 0.0
    high = np.sort(peaks)[math.floor((len(peaks) - 1) * 0.99)]
    over = float(high) * amplitude_of(mastering.gain_db - mastering.ceiling_dbtp)
    return round(max(0.0, 20 * math.log10(over)), 1) if over > 0 else 0.0
