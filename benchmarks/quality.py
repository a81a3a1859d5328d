"""How good it sounds, in figures: noise where MP3 chunks are joined, and what the limiter does to a tone."""

from __future__ import annotations

import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import av
import lameenc
import numpy as np

from podtool.audio.limiter import LEAD, TAIL, limit
from podtool.audio.mp3 import encode_chunk
from podtool.audio.mp3_plan import Mp3Settings, chunks_between, input_gain_db
from podtool.audio.mp3_splice import Splicer
from table import as_text
from voice import Voice, talk

FRAME = 1152
CHUNK_FRAMES = 150
"""Shorter than podtool's, for more splices in less sound."""
SECONDS = 90
LATE = 576 + 529
WINDOW_FRAMES = 36


def speech() -> np.ndarray:
    """16-bit stereo, (n, 2)."""
    voice = Voice(seed=4, pitch_hz=140.0, tract=1.0, level_db=0.0, noise_db=-65.0, swing_db=3.0, place=0.2)
    sound = np.concatenate(list(talk(voice, SECONDS, 44_100, 2)), axis=1)
    return np.ascontiguousarray(np.clip(np.rint(sound.T * 32_767), -32_768, 32_767).astype(np.int16))


def noise_per_frame(mp3: bytes, pcm: np.ndarray, settings: Mp3Settings) -> np.ndarray:
    """Energy of what decoding adds, per frame."""
    with av.open(io.BytesIO(mp3)) as file:
        back = np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], axis=1).T
    back = back[LATE:][: len(pcm)]
    error = back - pcm[: len(back)] / 32_768 * 10 ** (input_gain_db(settings) / 20)
    whole = len(error) // FRAME * FRAME
    return (error[:whole] ** 2).sum(axis=1).reshape(-1, FRAME).sum(axis=1)


def spliced(pcm: np.ndarray, starts: range, settings: Mp3Settings) -> bytes:
    """Encoded in chunks and joined, without an Info frame, so that nothing is trimmed."""
    file = io.BytesIO()
    splicer = Splicer(file.write, settings)
    for chunk in chunks_between(starts, len(pcm), settings):
        part = pcm[chunk.feed_start_samples : chunk.feed_stop_samples]
        splicer.feed(encode_chunk(part, chunk, settings), chunk)
    splicer.close()
    return file.getvalue()


def serial(pcm: np.ndarray, settings: Mp3Settings) -> bytes:
    """LAME in one go."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(settings.channels)
    encoder.set_in_sample_rate(settings.sample_rate_hz)
    encoder.set_quality(settings.quality)
    encoder.set_bit_rate(settings.bitrate_kbps)
    return bytes(encoder.encode(pcm.tobytes()) + encoder.flush())


def splices() -> tuple[str, ...]:
    """Median and worst ratio of noise round the splices, ours to serial LAME's (amplitudes)."""
    settings = Mp3Settings(bitrate_kbps=128, channels=2, sample_rate_hz=44_100, quality=5)
    pcm = speech()
    starts = range(0, len(pcm) // FRAME - CHUNK_FRAMES, CHUNK_FRAMES)
    ours = noise_per_frame(spliced(pcm, starts, settings), pcm, settings)
    theirs = noise_per_frame(serial(pcm, settings), pcm, settings)
    ratios = [
        np.sqrt(ours[at : at + WINDOW_FRAMES].sum() / theirs[at : at + WINDOW_FRAMES].sum())
        for at in starts[1:]
    ]
    return (
        f"noise at {len(ratios)} splices / serial LAME",
        f"median {np.median(ratios):.3f}, worst {max(ratios):.3f}",
    )


def distortion(over_db: float, hz: float = 1000.0, rate_hz: int = 44_100) -> tuple[str, ...]:
    """Total harmonic distortion and noise of a steady tone that is limited by so much."""
    n = rate_hz * 4
    tone = np.sin(2 * np.pi * hz / rate_hz * np.arange(-LEAD, n + TAIL)).astype(np.float32)[None]
    limited = limit(tone, float(10 ** (-over_db / 20)), rate_hz)
    middle = limited.samples[0, rate_hz : 3 * rate_hz].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)))) ** 2
    peak = int(spectrum.argmax())
    carrier = spectrum[peak - 8 : peak + 9].sum()
    thd = 10 * np.log10((spectrum[20:].sum() - carrier) / carrier)
    return (f"THD+N of {hz:g} Hz limited by {over_db:g} dB", f"{thd:.0f} dB")


def swell() -> tuple[str, ...]:
    """The steepest that the gain moves, in dB per millisecond, when a tone leaps by 6 dB over the ceiling."""
    rate_hz = 44_100
    level = np.where((np.arange(-LEAD, rate_hz + TAIL) // 8820) % 2, 1.0, 0.4)
    tone = (level * np.sin(2 * np.pi * 997 / rate_hz * np.arange(-LEAD, rate_hz + TAIL))).astype(np.float32)[
        None
    ]
    limited = limit(tone, 0.5, rate_hz).samples[0]
    inside = tone[0, LEAD : LEAD + rate_hz]
    heard = np.abs(inside) > 0.05
    gain_db = 20 * np.log10(np.abs(limited[heard] / inside[heard]))
    times_ms = np.flatnonzero(heard) / rate_hz * 1000
    return (
        "steepest gain for a leap of 6 dB",
        f"{np.abs(np.diff(gain_db) / np.diff(times_ms)).max():.1f} dB/ms",
    )


if __name__ == "__main__":
    print(as_text(("quality", ""), [splices(), distortion(3), distortion(6), swell()]))
