"""Something that meters, limiters and encoders take for speech: seeded, made of arithmetic alone.

A pulse train with moving pitch and noise for the consonants go through formants that change from syllable to
syllable; syllables make phrases, phrases with pauses make talk. An hour of different phrases would take many
minutes to make, so a pool of them is made once and talk draws on it, each time a little faster or slower,
louder or softer: no stretch comes back sample for sample.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sound import Sound, amplitude, fast_length

WINDOW = 1024
HOP = WINDOW // 4
CONTROL_HZ = 200
"""Pitch and loudness change slowly; they are drawn at this rate and stretched."""
SOFT_CEILING_DB = 15.0
"""How far above their RMS the phrases' peaks may go."""
FORMANTS_HZ = (
    (730, 1090, 2440, 3400), (270, 2290, 3010, 3700), (300, 870, 2240, 3300), (530, 1840, 2480, 3500),
    (570, 840, 2410, 3300), (490, 1350, 1690, 3300), (660, 1720, 2410, 3500), (440, 1020, 2240, 3300),
)  # fmt: skip
"""Eight vowels (Peterson and Barney, 1952, men's means; the fourth formant is a guess)."""
BANDWIDTHS_HZ = (70, 90, 130, 200)


@dataclass(frozen=True, kw_only=True)
class Voice:
    """Who speaks, where, and how far from the microphone.

    Attributes:
        pitch_hz: the middle of its range.
        tract: length of the formants' scale; above 1 for a shorter vocal tract.
        level_db: moves the whole recording.
        noise_db: the room's noise, in dBFS (RMS) before `level_db`.
        swing_db: how far turns differ in level (standard deviation): what loudness range comes from.
        place: where it sits between left (-1) and right (1); only heard in stereo.
    """

    seed: int
    pitch_hz: float
    tract: float
    level_db: float
    noise_db: float
    swing_db: float
    place: float


def talk(voice: Voice, seconds: float, rate: int, channels: int) -> Iterator[Sound]:
    """Blocks of shape (channels, n), float32, together exactly `seconds` long.

    With two channels the room differs between them; with one it is the same talk in mono.
    """
    total = round(seconds * rate)
    pool_s = min(150.0, max(2.0, seconds / 3))
    pool = make_pool(voice, pool_s, rate, channels)
    noise = RoomNoise(voice, rate, channels)
    gain, done = amplitude(voice.level_db), 0
    for phrase in _phrases(voice, pool, rate):
        phrase = phrase[:, : total - done]  # noqa: PLW2901 - the last one ends where the talk does
        block = (phrase + noise.next(phrase.shape[1])) * np.float32(gain)
        yield np.clip(block, -0.999, 0.999)
        done += phrase.shape[1]
        if done >= total:
            return


def _phrases(voice: Voice, pool: list[Sound], rate: int) -> Iterator[Sound]:
    """Phrases from the pool and the pauses after them, for ever."""
    rng = np.random.default_rng([voice.seed, 2])
    turn_db, left_in_turn = 0.0, 0
    while True:
        if not left_in_turn:  # a new thought, or somebody else: another level, and time to breathe
            turn_db, left_in_turn = rng.normal(0, voice.swing_db), int(rng.integers(3, 9))
        left_in_turn -= 1
        pause_s = rng.uniform(0.15, 0.55) if left_in_turn else rng.uniform(0.7, 1.5)
        phrase = _replayed(pool[rng.integers(len(pool))], rng.uniform(0.94, 1.06))
        level_db = np.clip(turn_db + rng.normal(0, 1.0), -9.0, 4.5)
        pause = np.zeros((len(phrase), round(pause_s * rate)), np.float32)
        yield np.concatenate([phrase * np.float32(amplitude(level_db)), pause], axis=1)


def _replayed(phrase: Sound, speed: float) -> Sound:
    at = np.arange(int((phrase.shape[1] - 1) / speed)) * speed
    known = np.arange(phrase.shape[1])
    return np.stack([np.interp(at, known, row) for row in phrase]).astype(np.float32)


class RoomNoise:
    """Two loops of shaped noise whose lengths share no divisor: their sum repeats after days only."""

    def __init__(self, voice: Voice, rate: int, channels: int) -> None:
        rng = np.random.default_rng([voice.seed, 3])
        self._loops = [_shaped_noise(rng, count, rate, channels) for count in (2**18, 2**18 - 5)]
        self._gain = np.float32(amplitude(voice.noise_db) / np.sqrt(2))
        self._at = 0

    def next(self, count: int) -> Sound:
        """The next `count` samples, shape (channels, count)."""
        heard = sum(np.take(loop, range(self._at, self._at + count), 1, mode="wrap") for loop in self._loops)
        self._at += count
        return heard * self._gain


def _shaped_noise(rng: np.random.Generator, count: int, rate: int, channels: int) -> Sound:
    """Noise that falls with frequency as a quiet room's does; its RMS is 1."""
    spectrum = np.fft.rfft(rng.standard_normal((channels, count)), axis=1)
    hz = np.fft.rfftfreq(count, 1 / rate)
    shaped = np.fft.irfft(spectrum * (hz > 30) / (1 + hz / 300), count, axis=1)
    return (shaped / np.sqrt(np.mean(shaped**2))).astype(np.float32)


def make_pool(voice: Voice, seconds: float, rate: int, channels: int) -> list[Sound]:
    """Phrases of 2 to 4 s, together at least `seconds`, in the room, with an RMS of about -26 dBFS."""
    rng = np.random.default_rng([voice.seed, 1])
    room = _impulse_responses(voice, rate, channels)
    vowels, hiss = _vowel_responses(voice, rate), _hiss_response(rate)
    pool: list[Sound] = []
    made = 0
    while made < seconds * rate:
        dry = _phrase(rng, voice, rate, vowels, hiss)
        pool.append(_in_room(dry, room))
        made += len(dry)
    power = sum(float(np.sum(each.astype(np.float64) ** 2)) for each in pool)
    rms = np.sqrt(power / sum(each.size for each in pool))
    loudest = amplitude(SOFT_CEILING_DB) * rms  # a microphone's own limit: peaks bend, they don't break
    return [np.float32(0.05 / rms * loudest) * np.tanh(each / np.float32(loudest)) for each in pool]


def _phrase(rng: np.random.Generator, voice: Voice, rate: int, vowels: np.ndarray, hiss: np.ndarray) -> Sound:
    """One phrase, dry and mono."""
    lengths_s = rng.uniform(0.11, 0.26, rng.integers(10, 19))
    lengths_s[-1] *= 1.6  # the last syllable of a phrase is drawn out
    ends = np.cumsum(lengths_s)
    time_s = np.arange(int(ends[-1] * CONTROL_HZ)) / CONTROL_HZ
    syllable = np.searchsorted(ends, time_s, side="right").clip(0, len(ends) - 1)
    inside = (time_s - (ends - lengths_s)[syllable]) / lengths_s[syllable]
    count = int(ends[-1] * rate)
    voiced = _pulses(_pitch(rng, voice, syllable, inside, time_s), count, rate)
    voiced *= _stretched(_vowel_loudness(rng, syllable, inside), count)
    noise = rng.standard_normal(count) * _stretched(_consonant_loudness(rng, syllable, inside), count)
    frames = -(-count // HOP) + 3
    at = (np.arange(frames) * HOP * CONTROL_HZ // rate).clip(0, len(time_s) - 1)
    spoken = _filtered(voiced, vowels[rng.integers(0, len(vowels), len(ends))[syllable[at]]])
    return (spoken + _filtered(noise, hiss[None, :])).astype(np.float32)


def _pitch(rng, voice, syllable, inside, time_s):
    """Falls through the phrase, rises on stressed syllables, never quite steady."""
    stress = rng.choice([0.0, 0.12, 0.28], syllable[-1] + 1, p=[0.55, 0.3, 0.15])
    falling = 1.12 - 0.27 * time_s / time_s[-1]
    unsteady = 0.012 * np.sin(2 * np.pi * 5.3 * time_s) + 0.01 * rng.standard_normal(len(time_s))
    return voice.pitch_hz * (falling + stress[syllable] * np.sin(np.pi * inside) + unsteady)


def _vowel_loudness(rng, syllable, inside):
    """Up fast after the consonant, down slowly."""
    loudness = amplitude(rng.uniform(-7, 0, syllable[-1] + 1))
    rise = np.clip((inside - 0.18) / 0.15, 0, 1)
    return loudness[syllable] * rise * np.clip((1.02 - inside) / 0.35, 0, 1) ** 0.7


def _consonant_loudness(rng, syllable, inside):
    """Half of the syllables begin with a fricative, a quarter with a burst, the rest with none."""
    kind = rng.choice([0.0, 0.25, 1.0], syllable[-1] + 1, p=[0.25, 0.5, 0.25])[syllable]
    fricative = 0.16 * np.clip(np.sin(np.pi * inside / 0.3), 0, 1) * (inside < 0.3) * (kind == 0.25)
    burst = 0.3 * np.exp(-((inside - 0.16) * 14)) * (inside > 0.14) * (kind == 1.0)
    breath = 0.008
    return fricative + burst + breath


def _stretched(control: np.ndarray, count: int) -> np.ndarray:
    return np.interp(np.arange(count) * (len(control) / count), np.arange(len(control)), control)


def _pulses(pitch_hz: np.ndarray, count: int, rate: int) -> np.ndarray:
    """The derivative of Rosenberg's glottal pulse: opens slowly, closes fast."""
    phase = np.cumsum(_stretched(pitch_hz, count)) / rate % 1.0
    opening = np.sin(np.pi * phase / 0.42) * (phase < 0.42)
    closing = -2.6 * np.sin(np.pi * (phase - 0.42) / 0.16) * ((phase >= 0.42) & (phase < 0.58))
    return 0.5 * opening + closing


def _vowel_responses(voice: Voice, rate: int) -> np.ndarray:
    """Complex responses of the vowels, shape (vowels, WINDOW / 2 + 1); each as loud as the others."""
    s = 2j * np.pi * np.fft.rfftfreq(WINDOW, 1 / rate)
    responses = []
    for formants in FORMANTS_HZ:
        response = np.ones(len(s), complex)
        for centre, width in zip(formants, BANDWIDTHS_HZ, strict=True):
            pole = -np.pi * width + 2j * np.pi * centre * voice.tract
            response *= abs(pole) ** 2 / ((s - pole) * (s - pole.conjugate()))
        responses.append(response / np.sqrt(np.mean(np.abs(response[:200]) ** 2)))
    return np.array(responses)


def _hiss_response(rate: int) -> np.ndarray:
    """The front of the mouth: noise between 2 and 9 kHz."""
    hz = np.fft.rfftfreq(WINDOW, 1 / rate)
    return np.exp(-(((hz - 5200) / 2600) ** 2)) + 0.05


def _filtered(sound: np.ndarray, responses: np.ndarray) -> np.ndarray:
    """Overlapping windows, each through its own response (or all through one)."""
    frames = -(-len(sound) // HOP) + 3
    padded = np.zeros((frames + 3) * HOP)
    padded[3 * HOP : 3 * HOP + len(sound)] = sound
    window = np.hanning(WINDOW + 1)[:-1] * 0.5
    cut = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:frames] * window
    through = np.fft.irfft(np.fft.rfft(cut, axis=1) * responses, WINDOW, axis=1)
    out = np.zeros((frames + 3, HOP))
    for quarter in range(4):
        out[quarter : quarter + frames] += through[:, quarter * HOP : (quarter + 1) * HOP]
    return out.reshape(-1)[3 * HOP : 3 * HOP + len(sound)]


def _impulse_responses(voice: Voice, rate: int, channels: int) -> np.ndarray:
    """The direct sound, eight reflections and a tail of 0.2 s; in stereo no two alike on left and right."""
    rng = np.random.default_rng([voice.seed, 4])
    count = rate // 4
    decay = np.exp(-np.arange(count) / (0.045 * rate))
    rooms = []
    for channel in range(channels):
        side = voice.place * (2 * channel - 1) if channels > 1 else 0.0
        room = 0.006 * rng.standard_normal(count) * decay
        room[: rate // 200] = 0.0
        room[round(rate * 0.0003 * max(0.0, -side))] = amplitude(3 * side)
        room[rng.integers(rate // 180, rate // 16, 8)] += rng.uniform(-0.16, 0.16, 8)
        rooms.append(room)
    return np.array(rooms)


def _in_room(dry: Sound, rooms: np.ndarray) -> Sound:
    wanted = len(dry) + rooms.shape[1]
    count = fast_length(wanted)
    spectrum = np.fft.rfft(dry, count)
    return np.fft.irfft(spectrum * np.fft.rfft(rooms, count, axis=1), count, axis=1)[:, :wanted].astype(
        np.float32
    )
