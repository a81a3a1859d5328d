"""Chords, bass and drums, wide between left and right: what an intro, a bed and an outro are made of."""

import numpy as np
from sound import Sound, amplitude

BEAT_S = 0.6
BEATS_PER_CHORD = 4
CHORDS = ((45, 57, 60, 64), (41, 57, 60, 65), (48, 55, 60, 64), (43, 55, 59, 62))
"""MIDI notes of A minor, F, C, G; the first of each is the bass."""
HARMONICS = 7


def music(seconds: float, rate: int, *, seed: int, drums: bool, level_db: float) -> Sound:
    """Stereo, shape (2, n); a loop of four chords whose drums and loudness vary, fading in and out a little.

    Args:
        seconds: how long.
        rate: samples a second.
        seed: another seed, another performance.
        drums: with them it is a theme, without a bed.
        level_db: RMS in dBFS.
    """
    rng = np.random.default_rng(seed)
    total = round(seconds * rate)
    loop = np.concatenate([_chord(notes, rng, rate) for notes in CHORDS], axis=1)
    sound = np.take(loop, np.arange(total), axis=1, mode="wrap")
    sound = sound * (1 + 0.25 * np.sin(2 * np.pi * 0.05 * np.arange(total) / rate))
    if drums:
        sound += _drums(total, rng, rate)
    edge = np.clip(np.arange(total) / (0.02 * rate), 0, 1)
    sound *= edge * edge[::-1] * amplitude(level_db) / np.sqrt(np.mean(sound**2))
    return np.tanh(sound).astype(np.float32)  # a mix that peaks softly, as mastered music does


def _chord(notes: tuple[int, ...], rng: np.random.Generator, rate: int) -> np.ndarray:
    """One bar: each side has its own detuning and phases, so that little is common to both."""
    count = round(BEAT_S * BEATS_PER_CHORD * rate)
    time_s = np.arange(count) / rate
    sides = np.zeros((2, count))
    for position, note in enumerate(notes):
        hz = 440 * 2 ** ((note - 69) / 12)
        loudness = 1.6 if position == 0 else 0.8
        for side in range(2):
            detuned = hz * (1 + rng.uniform(-0.003, 0.003) * (position > 0))
            for harmonic in range(1, HARMONICS + 1):
                phase = 2 * np.pi * rng.random() * (position > 0)
                wave = np.sin(2 * np.pi * detuned * harmonic * time_s + phase)
                sides[side] += loudness / harmonic**1.4 * wave
    return sides * np.clip(np.minimum(time_s / 0.03, (time_s[-1] - time_s) / 0.05), 0, 1)


def _drums(total: int, rng: np.random.Generator, rate: int) -> np.ndarray:
    sides = np.zeros((2, total))
    half_beat = round(BEAT_S / 2 * rate)
    for index, at in enumerate(range(0, total - rate // 2, half_beat)):
        hits = [_hat(rng, rate, loud=index % 2 == 0)]
        if index % 4 == 0:
            hits.append(_kick(rate))
        if index % 4 == 2:  # noqa: PLR2004 - the second beat of two
            hits.append(_snare(rng, rate))
        for hit in hits:
            sides[:, at : at + hit.shape[1]] += hit * rng.uniform(0.8, 1.1)
    return sides


def _kick(rate: int) -> np.ndarray:
    time_s = np.arange(rate // 4) / rate
    wave = 6 * np.sin(2 * np.pi * (48 * time_s + 5 * (1 - np.exp(-28 * time_s)))) * np.exp(-12 * time_s)
    return np.stack([wave, wave])


def _snare(rng: np.random.Generator, rate: int) -> np.ndarray:
    time_s = np.arange(rate // 5) / rate
    tone = 2 * np.sin(2 * np.pi * 190 * time_s) * np.exp(-25 * time_s)
    return tone + 1.8 * rng.standard_normal((2, len(time_s))) * np.exp(-20 * time_s)


def _hat(rng: np.random.Generator, rate: int, *, loud: bool) -> np.ndarray:
    time_s = np.arange(rate // 20) / rate
    noise = np.diff(rng.standard_normal((2, len(time_s) + 1)), axis=1) * np.exp(-70 * time_s)
    return noise * np.array([[0.9], [0.5]]) * (0.6 if loud else 0.35)
