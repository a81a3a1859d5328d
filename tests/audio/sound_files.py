"""Sound files made for the tests: containers by hand where Python has no writer, codecs by PyAV and LAME."""

import math
import struct
import wave
from fractions import Fraction

import av
import lameenc
import numpy as np

RATE_HZ = 48_000


def tone(seconds, *, hz=440.0, level_db=-6.0, rate_hz=RATE_HZ, channels=1):
    steps = np.arange(round(seconds * rate_hz))
    row = 10 ** (level_db / 20) * np.sin(2 * np.pi * hz / rate_hz * steps)
    return np.repeat(row.astype(np.float32)[None], channels, axis=0)


def noise(count, *, channels=2, seed=1, level=0.1):
    return (level * np.random.default_rng(seed).standard_normal((channels, count))).astype(np.float32)


def on_grid(sound, bits):
    """The sound as whole numbers of `bits`, which a file of that depth keeps exactly."""
    return np.clip(np.rint(sound * 2.0 ** (bits - 1)), -(2 ** (bits - 1)), 2 ** (bits - 1) - 1).astype(
        np.int64
    )


def pcm(sound, kind, order="<"):
    """Interleaved bytes; kind is u8, s16, s24, s32, f32 or f64."""
    if kind[0] == "f":
        return sound.T.astype(f"{order}f{int(kind[1:]) // 8}").tobytes()
    bits = int(kind[1:])
    whole = on_grid(sound, bits).T
    if kind == "u8":
        return (whole + 128).astype(np.uint8).tobytes()
    if bits == 24:
        quads = whole.astype(f"{order}i4").reshape(-1, 1).view(np.uint8).reshape(-1, 4)
        return (quads[:, :3] if order == "<" else quads[:, 1:]).tobytes()
    return whole.astype(f"{order}i{bits // 8}").tobytes()


def chunk(name, content, order="<"):
    return name + struct.pack(order + "I", len(content)) + content + b"\0" * (len(content) % 2)


def wav_bytes(sound, kind="s16", *, rate_hz=RATE_HZ, mask=None, rf64=False):
    """A RIFF file; with `mask` as WAVE_FORMAT_EXTENSIBLE; as RF64 with sizes in its ds64 chunk."""
    channels, bits = len(sound), int(kind[1:])
    frame = channels * bits // 8
    tag = 3 if kind[0] == "f" else 1
    head = (channels, rate_hz, rate_hz * frame, frame, bits)
    if mask is None:
        fmt = struct.pack("<HHIIHH", tag, *head)
    else:
        guid = struct.pack("<H", tag) + bytes.fromhex("000000001000800000aa00389b71")
        fmt = struct.pack("<HHIIHHHHI", 0xFFFE, *head, 22, bits, mask) + guid
    data = pcm(sound, kind)
    if not rf64:
        body = b"WAVE" + chunk(b"fmt ", fmt) + chunk(b"data", data)
        return b"RIFF" + struct.pack("<I", len(body)) + body
    sizes = struct.pack("<QQQI", 4 + 8 + 28 + 8 + len(fmt) + 8 + len(data), len(data), sound.shape[1], 0)
    body = b"WAVE" + chunk(b"ds64", sizes) + chunk(b"fmt ", fmt)
    return b"RF64\xff\xff\xff\xff" + body + b"data\xff\xff\xff\xff" + data


def aiff_bytes(sound, bits=16, *, rate_hz=RATE_HZ, little_endian=False):
    """An AIFF file, or an AIFF-C one with the «sowt» codec."""
    mantissa, exponent = rate_hz, 16383 + 63
    while mantissa < 1 << 63:
        mantissa, exponent = mantissa << 1, exponent - 1
    comm = struct.pack(">HIHHQ", len(sound), sound.shape[1], bits, exponent, mantissa)
    comm += b"sowt\x00\x00" if little_endian else b""
    data = struct.pack(">II", 0, 0) + pcm(sound, f"s{bits}", "<" if little_endian else ">")
    body = b"AIFC" if little_endian else b"AIFF"
    body += chunk(b"COMM", comm, ">") + chunk(b"SSND", data, ">")
    return b"FORM" + struct.pack(">I", len(body)) + body


def write_wav(path, sound, kind="s16", **more):
    path.write_bytes(wav_bytes(sound, kind, **more))
    return path


def write_with_wave(path, sound, *, rate_hz=RATE_HZ):
    """By Python's own `wave`: no channel positions."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(sound))
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(pcm(sound, "s16"))
    return path


def write_coded(
    path,
    sound,
    codec,
    *,
    rate_hz=RATE_HZ,
    layout=None,
    form=None,
    picture=False,
    encoder_options=None,
    **more,
):
    """Encodes with PyAV; the container goes by the file's ending, `more` are its options."""
    forms = {"flac": "s32", "alac": "s32p", "pcm_s16le": "s16", "libopus": "flt", "wmav2": "fltp"}
    form = form or forms.get(codec, "fltp")
    layout = layout or {1: "mono", 2: "stereo", 6: "5.1"}[len(sound)]
    with av.open(str(path), "w", options=more) as target:
        if picture:
            still = target.add_stream("mpeg4", rate=10)
            still.width = still.height = 64
        stream = target.add_stream(codec, rate=rate_hz, layout=layout, options=encoder_options)
        stream.format = form
        if picture:
            for index in range(math.ceil(sound.shape[1] / rate_hz * 10)):
                image = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 80, np.uint8), format="rgb24")
                image.pts = index
                target.mux(still.encode(image))
            target.mux(still.encode(None))
        size = stream.codec_context.frame_size or 1024
        for start in range(0, sound.shape[1], size):
            target.mux(stream.encode(frame(sound[:, start : start + size], form, layout, rate_hz, start)))
        target.mux(stream.encode(None))
    return path


def frame(block, form, layout, rate_hz=RATE_HZ, start=0):
    planar = form.endswith("p")
    base = form.rstrip("p")
    if base == "flt":
        values = block.astype(np.float32)
    elif base == "s16":
        values = on_grid(block, 16).astype(np.int16)
    else:
        values = (on_grid(block, 24) << 8).astype(np.int32)
    shaped = values if planar else values.T.reshape(1, -1)
    made = av.AudioFrame.from_ndarray(np.ascontiguousarray(shaped), format=form, layout=layout)
    made.rate = rate_hz
    made.pts = start
    made.time_base = Fraction(1, rate_hz)
    return made


def write_mp3(path, sound, *, rate_hz=RATE_HZ, info=True):
    """By LAME, with an Info frame that says delay and padding (or without one)."""
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(128)
    encoder.set_in_sample_rate(rate_hz)
    encoder.set_out_sample_rate(rate_hz)
    encoder.set_channels(len(sound))
    encoder.set_quality(7)
    encoder.silence()
    frames = bytes(encoder.encode(pcm(sound, "s16"))) + bytes(encoder.flush())
    path.write_bytes((_info_frame(frames, sound.shape[1], len(sound)) if info else b"") + frames)
    return path


def _info_frame(frames, samples, channels):
    """An Info frame of 128 kbit/s at 48 kHz (384 bytes): frame count, delay and padding as LAME has them."""
    count = len(frames) // 384
    delay = 576
    padding = count * 1152 - delay - samples
    side = 17 if channels == 1 else 32
    head = frames[:4] + bytes(side) + b"Info" + struct.pack(">III", 3, count, len(frames) + 384)
    head += b"LAME3.100" + bytes(12) + (delay << 12 | padding).to_bytes(3, "big")
    return head + bytes(384 - len(head))
