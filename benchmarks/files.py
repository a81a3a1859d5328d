"""Sound into files, block by block: WAV by the standard library, FLAC by PyAV, MP3 by lameenc."""

import wave
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from sound import Sound, to_pcm


def write_wav(path: Path, blocks: Iterable[Sound], rate: int, channels: int) -> None:
    """16 bits."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        for block in blocks:
            file.writeframesraw(to_pcm(block).tobytes())


def write_flac(path: Path, blocks: Iterable[Sound], rate: int, channels: int) -> None:
    """16 bits."""
    import av

    layout = "stereo" if channels > 1 else "mono"
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=rate, layout=layout, format="s16")
        done = 0
        for block in blocks:
            frame = av.AudioFrame.from_ndarray(to_pcm(block).reshape(1, -1), format="s16", layout=layout)
            frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), done
            done += frame.samples
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_mp3(path: Path, blocks: Iterable[Sound], rate: int, channels: int) -> None:
    """128 kbit/s CBR, quality 5."""
    import lameenc

    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(channels)
    encoder.set_in_sample_rate(rate)
    encoder.set_out_sample_rate(rate)
    encoder.set_bit_rate(128)
    encoder.set_quality(5)
    with path.open("wb") as file:
        for block in blocks:
            file.write(encoder.encode(to_pcm(block).tobytes()))
        file.write(encoder.flush())


WRITERS = {".wav": write_wav, ".flac": write_flac, ".mp3": write_mp3}


def write_sound(path: Path, blocks: Iterable[Sound], rate: int, channels: int) -> None:
    """The format follows from the name; the file appears whole or not at all."""
    partial = path.with_name(f"partial-{path.name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    WRITERS[path.suffix](partial, blocks, rate, channels)
    partial.replace(path)
