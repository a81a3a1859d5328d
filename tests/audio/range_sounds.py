"""Sound files for the tests of ranges, and both ways to read them."""

import struct

import av
import lameenc
import numpy as np

from podtool.audio.mp3_frames import parse_header
from podtool.audio.source import decode_blocks

SECONDS = 4
ID3V2 = b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128)
ID3V1 = b"TAG" + b"a title".ljust(125, b"\0")
APE = b"APETAGEX" + struct.pack("<IIII8x", 2000, 32, 0, 0)


def sound(rate, channels, seed=1):
    """Noise that swells, and tones: int16 of shape (n, channels)."""
    steps = np.arange(SECONDS * rate) / rate
    noise = np.random.default_rng(seed).standard_normal((len(steps), channels)) * 0.1
    tones = np.sin(2 * np.pi * 440 * steps)[:, None] * np.linspace(0.1, 0.5, channels)
    return np.rint((noise * (np.sin(steps * 3)[:, None] ** 2) + tones) * 0.5 * 32767).astype(np.int16)


def write_av(path, codec, rate, channels, form):
    layout = "mono" if channels == 1 else "stereo"
    pcm = sound(rate, channels)
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate)
        stream.layout, stream.format = layout, form
        resampler = av.AudioResampler(format=form, layout=layout, rate=rate)
        for start in range(0, len(pcm), 4096):
            part = np.ascontiguousarray(pcm[start : start + 4096]).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(part, format="s16", layout=layout)
            frame.sample_rate, frame.pts = rate, start
            for each in resampler.resample(frame):
                out.mux(stream.encode(each))
        out.mux(stream.encode(None))


def mp3_bytes(rate=44100, channels=2, bitrate=128, vbr=None):
    """LAME's frames, without an Info frame."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(channels)
    encoder.set_in_sample_rate(rate)
    encoder.set_out_sample_rate(rate)
    encoder.set_quality(7)
    if vbr is None:
        encoder.set_bit_rate(bitrate)
    else:
        encoder.set_vbr(4)
        encoder.set_vbr_quality(vbr)
    return bytes(encoder.encode(sound(rate, channels).tobytes()) + encoder.flush())


def frames_of(data):
    """The MP3's frames, which are all that it has."""
    found, at = [], 0
    while at < len(data):
        found.append(data[at : at + parse_header(data[at : at + 4]).length_bytes])
        at += len(found[-1])
    return found


def whole(path):
    return np.concatenate([decoded.block for decoded in decode_blocks(path)], axis=1)


def part(reader, start, stop, size=30_000):
    return np.concatenate([*reader.blocks(start, stop, size), np.zeros((reader.channels, 0), "f4")], axis=1)
