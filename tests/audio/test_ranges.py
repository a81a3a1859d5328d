"""Any range of a file is to the bit what a decode of the whole has there, or isn't given at all."""

import random
import struct

import av
import lameenc
import numpy as np
import pytest

from podtool.audio.ranges import open_ranges
from podtool.audio.source import decode_blocks
from podtool.errors import SourceError

SECONDS = 4
ID3V2 = b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128)
ID3V1 = b"TAG" + b"a title".ljust(125, b"\0")


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


PCM = {
    "u8": ("pcm_u8", "u8"),
    "s16": ("pcm_s16le", "s16"),
    "s24": ("pcm_s24le", "s32"),
    "s32": ("pcm_s32le", "s32"),
    "f32": ("pcm_f32le", "flt"),
    "f64": ("pcm_f64le", "dbl"),
}
MP3 = {
    "128": {},
    "320": {"bitrate": 320},
    "mono 48": {"rate": 48000, "channels": 1, "bitrate": 64},
    "32": {"rate": 32000, "bitrate": 96},
    "lsf 22.05": {"rate": 22050, "bitrate": 64},
    "lsf 24 mono": {"rate": 24000, "channels": 1, "bitrate": 48},
    "V2": {"vbr": 2.0},
    "V6": {"vbr": 6.0},
}
INFO = {"info": (44100, 2), "info mono 48": (48000, 1), "info lsf": (24000, 2)}
"""With an Info frame, whose delay and padding are taken off."""


@pytest.fixture(
    params=[
        *PCM,
        "mono s24",
        "aiff",
        "flac 16",
        "flac 24",
        *MP3,
        "tagged",
        "info",
        "info mono 48",
        "info lsf",
    ]
)
def file(request, tmp_path):
    kind = request.param
    if kind in PCM:
        path = tmp_path / "son.wav"
        write_av(path, PCM[kind][0], 44100, 2, PCM[kind][1])
    elif kind == "mono s24":
        path = tmp_path / "son.wav"
        write_av(path, "pcm_s24le", 48000, 1, "s32")
    elif kind == "aiff":
        path = tmp_path / "son.aiff"
        write_av(path, "pcm_s16be", 44100, 2, "s16")
    elif kind.startswith("flac"):
        path = tmp_path / "son.flac"
        write_av(path, "flac", 44100, 2, "s16" if kind.endswith("16") else "s32")
    elif kind in INFO:
        path = tmp_path / "son.mp3"
        write_av(path, "mp3", *INFO[kind], "s16p")
    else:
        path = tmp_path / "son.mp3"
        data = mp3_bytes(**MP3.get(kind, {}))
        path.write_bytes(ID3V2 + data + ID3V1 if kind == "tagged" else data)
    return path


def whole(path):
    return np.concatenate([decoded.block for decoded in decode_blocks(path)], axis=1)


def part(reader, start, stop, size=30_000):
    return np.concatenate([*reader.blocks(start, stop, size), np.zeros((reader.channels, 0), "f4")], axis=1)


def test_any_range_is_what_the_whole_has_there(file):
    expected = whole(file)
    reader = open_ranges(file)
    assert reader is not None
    assert (reader.channels, reader.samples) == expected.shape
    rolls = random.Random(5)
    for length in (0, 1, 700, 1152, 20_000, 80_000, expected.shape[1]):
        start = rolls.randrange(expected.shape[1] - length + 1)
        assert np.array_equal(part(reader, start, start + length), expected[:, start : start + length])
    reader.close()


def test_an_index_opens_the_same_file_again_and_no_other(tmp_path):
    path = tmp_path / "son.mp3"
    path.write_bytes(mp3_bytes())
    first = open_ranges(path)
    index, expected = first.index, whole(path)
    first.close()
    assert index is not None
    for given in (index, index[:-3], b"nonsense", bytes(len(index)), index[:40] + b"xx" + index[42:]):
        reader = open_ranges(path, given)
        assert np.array_equal(part(reader, 50_000, 90_000), expected[:, 50_000:90_000])
        reader.close()
    other = tmp_path / "autre.mp3"
    other.write_bytes(mp3_bytes(bitrate=192))
    reader = open_ranges(other, index)
    assert np.array_equal(part(reader, 50_000, 90_000), whole(other)[:, 50_000:90_000])
    reader.close()


@pytest.mark.parametrize(
    ("name", "codec", "form"),
    [
        ("son.opus", "libopus", "s16"),
        ("son.m4a", "aac", "fltp"),
        ("son.caf", "pcm_s16le", "s16"),
        ("son.ogg", "libvorbis", "fltp"),
    ],
)
def test_other_files_are_not_opened(tmp_path, name, codec, form):
    path = tmp_path / name
    try:
        write_av(path, codec, 48000, 2, form)
    except (ValueError, av.FFmpegError) as error:
        pytest.skip(f"this FFmpeg can't write {name}: {error}")
    assert open_ranges(path) is None


def damaged_copies(path, rolls):
    data = path.read_bytes()
    for _ in range(6):
        at = rolls.randrange(len(data) // 8, len(data) - 2000)
        yield data[:at] + bytes(300) + data[at + 300 :]
        yield data[:at] + data[at + 300 :]
        yield data[:at]


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3"])
def test_of_a_damaged_file_no_other_sound_comes(tmp_path, kind):
    """A decode of the whole either refuses it too, or has the same samples in every range that is given."""
    path = tmp_path / f"son.{kind}"
    if kind == "mp3":
        path.write_bytes(mp3_bytes())
    else:
        write_av(path, {"wav": "pcm_s16le", "flac": "flac"}[kind], 44100, 2, "s16")
    rolls = random.Random(7)
    for number, content in enumerate(damaged_copies(path, rolls)):
        copy = tmp_path / f"{number}.{kind}"
        copy.write_bytes(content)
        try:
            reader = open_ranges(copy)
            if reader is None:
                continue
            given = part(reader, 0, reader.samples)
        except SourceError:
            continue
        assert np.array_equal(given, whole(copy)), number
        reader.close()


def test_a_range_outside_is_refused(tmp_path):
    path = tmp_path / "son.wav"
    write_av(path, "pcm_s16le", 44100, 2, "s16")
    reader = open_ranges(path)
    for start, stop in ((-1, 5), (5, 4), (0, reader.samples + 1)):
        with pytest.raises(ValueError, match="of"):
            part(reader, start, stop)
    reader.close()


def test_what_is_left_out_of_a_file_in_the_meantime_is_told(tmp_path):
    path = tmp_path / "son.wav"
    write_av(path, "pcm_s16le", 44100, 2, "s16")
    reader = open_ranges(path)
    with path.open("r+b") as file:
        file.truncate(struct.calcsize("44s") + 4000)
    with pytest.raises(SourceError, match="damaged"):
        part(reader, 100_000, 110_000)
    reader.close()
