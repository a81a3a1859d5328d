"""The pure tones of EBU Tech 3341 and Tech 3342 (both November 2023, table 1), synthesised."""

import numpy as np

RATE_HZ = 48_000
FADE_S = 0.01


def tones(*steps, rate_hz=RATE_HZ, hz=1000.0):
    """(1, n) float32: (seconds, dBFS) after each other in one phase; None for silence."""
    levels = np.concatenate(
        [np.full(round(s * rate_hz), 0.0 if db is None else 10 ** (db / 20)) for s, db in steps]
    )
    return (levels * np.sin(2 * np.pi * hz / rate_hz * np.arange(len(levels)))).astype(np.float32)[None]


def faded(sound, rate_hz=RATE_HZ):
    fade = np.linspace(0, 1, round(FADE_S * rate_hz))
    sound = sound.copy()
    sound[: len(fade)] *= fade
    sound[-len(fade) :] *= fade[::-1]
    return sound


def peak_tone(part_of_rate, amplitude, phase_degrees, rate_hz=RATE_HZ):
    """Signals 15 to 19."""
    phase = 2 * np.pi * part_of_rate * np.arange(rate_hz) + np.deg2rad(phase_degrees)
    return faded(amplitude * np.sin(phase), rate_hz).astype(np.float32)[None]


def peak_burst(offset, rate_hz=RATE_HZ):
    """Signals 20 to 23: a full-scale period of fs/4 in half-scale fs/6; made at 4 fs, filtered, thinned."""
    around = 0.5 * np.sin(2 * np.pi / 24 * np.arange(24 * 1000))
    burst = np.sin(2 * np.pi / 16 * np.arange(16))
    sound = faded(np.concatenate((around, burst, around)), 4 * rate_hz)
    delay = np.arange(-512, 513)
    low_pass = np.sinc(0.235 * delay) * np.kaiser(len(delay), 8.0)
    low_pass /= low_pass.sum()
    return np.convolve(sound, low_pass, "same")[offset::4].astype(np.float32)[None]
