"""Where somebody speaks, told by the loudness of each 100 ms alone: for ducking and to find silences."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from podtool.audio.kweighting import Floats
from podtool.audio.loudness import hop_loudness, integrated_loudness

GRID_DB = 0.5
"""Loudness is rounded to this before anything is decided."""
_FLOOR_PERCENTILE = 0.10
_INAUDIBLE_LUFS = -90.0
_GATE_HIGHEST_LU, _GATE_LOWEST_LU = -6.0, -25.0
_SHORTEST_HOPS = 2

Ranges = list[tuple[int, int]]


def speech_activity(energies: npt.ArrayLike, *, lead_hops: int = 1, hangover_hops: int = 5) -> Ranges:
    """The ranges of hops in which somebody speaks (or music plays: it goes by loudness only).

    A hop is active when it is nearer to the gated loudness of the whole than to its noise floor, the 10th
    percentile of the hops that aren't digital silence; the gate is never more than 25 LU and never less than
    6 LU below that loudness. Single active hops (a click, a door) don't count. Pauses no longer than lead and
    hangover together stay part of the speech.

    Args:
        energies: per 100 ms hop, from `HopMeter.push`.
        lead_hops: how much earlier a range begins than its first active hop.
        hangover_hops: how much later it ends than its last one.

    Returns:
        Half-open ranges of hops, ascending, at least one hop apart; empty for silence.
    """
    whole = integrated_loudness(energies)
    levels = _on_grid(hop_loudness(energies))
    audible = np.sort(levels[levels > _INAUDIBLE_LUFS])
    if not len(audible) or whole < _INAUDIBLE_LUFS:
        return []
    programme = float(_on_grid(np.array([whole]))[0])
    floor = float(audible[int((len(audible) - 1) * _FLOOR_PERCENTILE)])
    gate = min(max((programme + floor) / 2.0, programme + _GATE_LOWEST_LU), programme + _GATE_HIGHEST_LU)
    ranges = [(start, stop) for start, stop in _runs(levels >= gate) if stop - start >= _SHORTEST_HOPS]
    return _widened(ranges, lead_hops, hangover_hops, len(levels))


def _on_grid(levels: Floats) -> Floats:
    return np.asarray(np.rint(levels / GRID_DB) * GRID_DB)


def _runs(active: npt.NDArray[np.bool_]) -> Ranges:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], active, [False])).astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def _widened(ranges: Ranges, before: int, after: int, end: int) -> Ranges:
    merged: Ranges = []
    for first, last in ranges:
        start = max(0, first - before)
        if merged and start <= merged[-1][1]:
            start = merged.pop()[0]
        merged.append((start, min(end, last + after)))
    return merged
