"""Any range of a file is to the bit what a decode of the whole has there, or isn't given at all."""

import random

import av
import numpy as np
import pytest
from range_sounds import APE, ID3V1, ID3V2, frames_of, mp3_bytes, part, sound, whole, write_av
from sound_files import aiff_bytes, wav_bytes

from podtool.audio.ranges import open_ranges

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
BY_HAND = {
    "mono f32": lambda pcm: wav_bytes(pcm[:1], "f32"),
    "mono f64": lambda pcm: wav_bytes(pcm[:1], "f64"),
    "extensible": lambda pcm: wav_bytes(pcm, "s24", mask=3),
    "rf64": lambda pcm: wav_bytes(pcm, "s16", rf64=True),
    "aiff 24": lambda pcm: aiff_bytes(pcm, 24),
    "aiff-c": lambda pcm: aiff_bytes(pcm, 16, little_endian=True),
}
TAGGED = {
    "tagged": (ID3V2, ID3V1),
    "ape": (ID3V2 + ID3V2, APE),
    "ape and id3v1": (b"", APE + ID3V1),
}
INFO = {"info": (44100, 2), "info mono 48": (48000, 1), "info lsf": (24000, 2)}
"""With an Info frame, whose delay and padding are taken off."""


def write_pcm_or_flac(folder, kind):
    path = folder / "son.wav"
    if kind in PCM:
        write_av(path, PCM[kind][0], 44100, 2, PCM[kind][1])
    elif kind == "mono s24":
        write_av(path, "pcm_s24le", 48000, 1, "s32")
    elif kind == "aiff":
        path = folder / "son.aiff"
        write_av(path, "pcm_s16be", 44100, 2, "s16")
    elif kind in BY_HAND:
        path.write_bytes(BY_HAND[kind](sound(48000, 2).T.astype("f4") / 32768))
    else:
        path = folder / "son.flac"
        write_av(path, "flac", 44100, 1 if "mono" in kind else 2, "s16" if kind.endswith("16") else "s32")
    return path


def write_mp3(folder, kind):
    path = folder / "son.mp3"
    if kind in INFO:
        write_av(path, "mp3", *INFO[kind], "s16p")
    elif kind == "info tagged":
        write_av(path, "mp3", 44100, 2, "s16p")
        path.write_bytes(ID3V2 + path.read_bytes() + ID3V1)
    else:
        before, behind = TAGGED.get(kind, (b"", b""))
        path.write_bytes(before + mp3_bytes(**MP3.get(kind, {})) + behind)
    return path


NOT_MP3 = [*PCM, "mono s24", "aiff", *BY_HAND, "flac 16", "flac 24", "flac mono 24"]


@pytest.fixture(params=[*NOT_MP3, *MP3, *TAGGED, *INFO, "info tagged"])
def file(request, tmp_path):
    return (write_pcm_or_flac if request.param in NOT_MP3 else write_mp3)(tmp_path, request.param)


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


def test_an_index_of_another_file_of_the_same_length_is_passed_over(tmp_path):
    """Else the decoder would be given halves of frames."""
    path, other = tmp_path / "son.mp3", tmp_path / "autre.mp3"
    frames = frames_of(mp3_bytes(vbr=2.0))
    path.write_bytes(b"".join(frames))
    other.write_bytes(b"".join([frames[0], *frames[:0:-1]]))
    first = open_ranges(path)
    reader = open_ranges(other, first.index)
    assert reader.index != first.index
    assert np.array_equal(part(reader, 50_000, 90_000), whole(other)[:, 50_000:90_000])
    first.close()
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


def test_a_range_outside_is_refused(tmp_path):
    path = tmp_path / "son.wav"
    write_av(path, "pcm_s16le", 44100, 2, "s16")
    reader = open_ranges(path)
    for start, stop in ((-1, 5), (5, 4), (0, reader.samples + 1)):
        with pytest.raises(ValueError, match="of"):
            part(reader, start, stop)
    reader.close()
