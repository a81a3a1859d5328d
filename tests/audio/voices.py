"""Sound like speech, made for the tests: a buzz in syllables, words and sentences; and hum, and music."""

import numpy as np


def voice(seconds, *, rate_hz=48_000, level_db=-20.0, pitch_hz=120.0, floor_db=-70.0, seed=1):
    """One channel of speech; `level_db` is its RMS in syllables, `floor_db` that of the noise under it."""
    dice = np.random.default_rng(seed)
    count = round(seconds * rate_hz)
    time = np.arange(count) / rate_hz
    pitch = pitch_hz * (1 + 0.12 * np.sin(2 * np.pi * 0.7 * time + dice.uniform(0, 6)))
    phase = 2 * np.pi * np.cumsum(pitch) / rate_hz
    highest = int(min(3500, 0.4 * rate_hz) / pitch_hz)
    buzz = sum(np.sin(number * phase + number) / number for number in range(1, highest + 1))
    hiss = np.diff(dice.standard_normal(count + 1))
    envelope, voiced = np.zeros(count), np.ones(count)
    at = 0
    while at < count:
        for _ in range(int(dice.integers(4, 12))):  # syllables of a sentence
            length = int(dice.uniform(0.12, 0.25) * rate_hz)
            shape = np.sin(np.pi * np.linspace(0, 1, length)) ** 0.7 * dice.uniform(0.5, 1.0)
            part = envelope[at : at + length]
            part += shape[: len(part)]
            voiced[at : at + length] = dice.uniform() < 0.8
            at += length
        at += int(dice.uniform(0.3, 1.0) * rate_hz)
    spoken = envelope * np.where(voiced > 0, buzz, 0.5 * hiss)
    spoken *= 10 ** (level_db / 20) / np.sqrt(np.mean(spoken[envelope > 0.1] ** 2))
    return (spoken + 10 ** (floor_db / 20) * dice.standard_normal(count)).astype(np.float32)[None]


def hum(seconds, *, mains_hz=50.0, level_db=-60.0, rate_hz=48_000, harmonics=(1, 2, 3, 5)):
    """What the mains put into a cable: tones whose power together is `level_db`."""
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    tones = sum(np.sin(2 * np.pi * mains_hz * number * time + number) / number for number in harmonics)
    return (10 ** (level_db / 20) / np.sqrt(np.mean(tones**2)) * tones).astype(np.float32)[None]


def music(seconds, *, rate_hz=48_000, level_db=-16.0, seed=1):
    """Two channels of chords with a bass at 100 Hz and soft attacks."""
    dice = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    rows = []
    for _ in range(2):
        row = np.zeros(len(time))
        for hertz in (100.0, 200.0, 300.0, 392.0, 523.3, 659.3):
            swell = 0.6 + 0.4 * np.sin(2 * np.pi * dice.uniform(0.2, 1.5) * time + dice.uniform(0, 6))
            row += swell * np.sin(2 * np.pi * hertz * time + dice.uniform(0, 0.5))
        rows.append(row)
    both = np.array(rows)
    return (10 ** (level_db / 20) / np.sqrt(np.mean(both**2)) * both).astype(np.float32)
