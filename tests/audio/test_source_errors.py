import random
import struct
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
import sound_files as make
from PIL import Image

from podtool.audio.source import decode_blocks, probe_source, read_blocks
from podtool.errors import SourceError

SECOND = 48_000


def refused(path):
    """The error with which the file is refused when it is read to the end."""
    with pytest.raises(SourceError) as caught:
        for _ in read_blocks(path, rate_hz=44_100):
            pass
    error = caught.value
    assert error.exit_code == 4
    assert str(path.name) in error.message
    assert error.hint
    return error.message


def read(path):
    return np.concatenate(list(read_blocks(path, rate_hz=SECOND)), axis=1)


def wav(tmp_path, **more):
    return make.write_wav(tmp_path / "a.wav", make.noise(SECOND), **more)


def patched(path, mark, offset, content):
    """Puts bytes at an offset behind a mark in the file."""
    whole = bytearray(path.read_bytes())
    place = whole.index(mark) + offset
    whole[place : place + len(content)] = content
    path.write_bytes(whole)
    return path


def test_a_missing_file(tmp_path):
    assert "there is no such file" in refused(tmp_path / "a.wav")


def test_an_empty_file(tmp_path):
    (tmp_path / "a.wav").touch()
    assert "is empty" in refused(tmp_path / "a.wav")


def test_a_folder(tmp_path):
    assert "is not a file" in refused(tmp_path)


def test_a_header_without_samples(tmp_path):
    make.write_wav(tmp_path / "a.wav", make.noise(0))
    assert "a.wav" in refused(tmp_path / "a.wav")


@pytest.mark.parametrize("content", [b"This is no sound. " * 500, bytes(5_000), b"RIFF", b"\xff\xfb"])
def test_what_is_no_sound(tmp_path, content):
    (tmp_path / "a.mp3").write_bytes(content)
    refused(tmp_path / "a.mp3")


def test_a_picture(tmp_path):
    Image.new("RGB", (16, 16)).save(tmp_path / "a.png")
    refused(tmp_path / "a.png")


def test_a_video_without_sound(tmp_path):
    with av.open(str(tmp_path / "a.mp4"), "w") as target:
        stream = target.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        image = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        target.mux(stream.encode(image))
        target.mux(stream.encode(None))
    assert "has no sound in it, only video" in refused(tmp_path / "a.mp4")


def test_a_playlist_opens_nothing_else(tmp_path):
    wav(tmp_path)
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:1,\na.wav\n#EXT-X-ENDLIST\n", encoding="utf-8")
    (tmp_path / "list.ffconcat").write_text("ffconcat version 1.0\nfile a.wav\n", encoding="utf-8")
    refused(tmp_path / "list.m3u8")
    refused(tmp_path / "list.ffconcat")


def test_a_name_is_never_a_protocol(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("http:a.wav", "pipe:0", "concat:a|b", "file:a.wav"):
        if sys.platform == "win32":
            pytest.skip("Windows doesn't allow colons in names")
        make.write_wav(tmp_path / name, make.noise(5_000))
        assert read(Path(name)).shape == (2, 5_000)


def test_names_with_control_characters_dont_reach_the_terminal(tmp_path):
    with pytest.raises(SourceError) as caught:
        probe_source(tmp_path / "a\x1b[31m\n.wav")
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("name", ["été – 日本.wav", "a b%20#?.wav", "-i.wav"])
def test_unusual_names(tmp_path, name):
    make.write_wav(tmp_path / name, make.noise(5_000))
    assert read(tmp_path / name).shape == (2, 5_000)


@pytest.mark.parametrize("rate_hz", [0, 1, 1_999, 10**9, 2**31, 2**32 - 1])
def test_absurd_rates(tmp_path, rate_hz):
    refused(patched(wav(tmp_path), b"fmt ", 12, struct.pack("<I", rate_hz)))


@pytest.mark.parametrize("channels", [0, 65, 1_000, 65_535])
def test_absurd_channel_counts(tmp_path, channels):
    refused(patched(wav(tmp_path), b"fmt ", 10, struct.pack("<H", channels)))


def test_sixty_four_channels_are_read(tmp_path):
    make.write_wav(tmp_path / "a.wav", make.noise(1_000, channels=64), "f32")
    assert read(tmp_path / "a.wav").shape == (2, 1_000)


def test_more_than_two_days(tmp_path):
    path = make.write_wav(tmp_path / "a.wav", make.noise(48_000, channels=1), "u8", rate_hz=2_000)
    with path.open("r+b") as file:
        file.truncate(2_000 * 48 * 3600 + 100_000)  # sparse: takes no room
    patched_size = struct.pack("<I", 2_000 * 48 * 3600 + 90_000)
    with path.open("r+b") as file:
        start = file.read(100)
        file.seek(start.index(b"data") + 4)
        file.write(patched_size)
    assert "says that it lasts 48 hours" in refused(path)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30, -32_768.0])
@pytest.mark.parametrize("kind", ["f32", "f64"])
def test_samples_that_are_no_sound(tmp_path, value, kind):
    sound = make.noise(15 * SECOND, channels=1)
    sound[0, 12 * SECOND] = value
    message = refused(make.write_wav(tmp_path / "a.wav", sound, kind))
    assert "after 0:10" in message


def test_float_samples_above_full_scale_are_kept(tmp_path):
    sound = make.noise(1_000) * 50
    assert np.array_equal(read(make.write_wav(tmp_path / "a.wav", sound, "f32")), sound)


WHOLE_KNOWN = ["wav", "aiff", "flac", "mp3", "m4a", "mkv"]


def made(tmp_path, kind):
    sound = make.noise(3 * SECOND + 1)
    path = tmp_path / f"a.{kind}"
    if kind == "wav":
        return make.write_wav(path, sound)
    if kind == "aiff":
        path.write_bytes(make.aiff_bytes(sound))
        return path
    if kind == "mp3":
        return make.write_mp3(path, sound)
    codec = {"flac": "flac", "m4a": "aac", "mkv": "pcm_s16le", "ogg": "flac", "opus": "libopus"}[kind]
    return make.write_coded(path, sound, codec, **({"movflags": "faststart"} if kind == "m4a" else {}))


@pytest.mark.parametrize("kind", WHOLE_KNOWN)
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_cut_off_files(tmp_path, kind, share):
    path = made(tmp_path, kind)
    assert read(path).shape == (2, 3 * SECOND + 1)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert "was cut off" in refused(path)


def test_a_wav_whose_size_was_never_written_is_read_to_its_end(tmp_path):
    for size in (0, 2**31 - 1, 2**32 - 1):
        path = patched(wav(tmp_path), b"data", 4, struct.pack("<I", size))
        assert read(path).shape == (2, SECOND)


@pytest.mark.parametrize("kind", ["flac", "mp3"])
def test_damage_in_the_middle(tmp_path, kind):
    path = made(tmp_path, kind)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4_000] = bytes(4_000)
    path.write_bytes(content)
    assert "is damaged at 0:01" in refused(path)


def test_an_unknown_tag_behind_the_sound_is_passed_over(tmp_path):
    path = made(tmp_path, "mp3")
    path.write_bytes(path.read_bytes() + random.Random(1).randbytes(3_000))
    assert read(path).shape == (2, 3 * SECOND + 1)


def test_parts_of_unlike_channels_joined_in_one_file(tmp_path):
    stereo = make.write_mp3(tmp_path / "a.mp3", make.noise(SECOND)).read_bytes()
    mono = make.write_mp3(tmp_path / "b.mp3", make.noise(SECOND, channels=1), info=False).read_bytes()
    (tmp_path / "a.mp3").write_bytes(stereo + mono)
    assert "changes at 0:0" in refused(tmp_path / "a.mp3")


def test_reading_may_be_given_up(tmp_path):
    path = make.write_wav(tmp_path / "a.wav", make.noise(25 * SECOND))
    blocks = read_blocks(path, rate_hz=SECOND)
    next(blocks)
    blocks.close()
    path.unlink()


FORMATS = [
    "wav",
    "wav-f32",
    "wav-extensible",
    "rf64",
    "aiff",
    "flac",
    "mp3",
    "m4a",
    "alac",
    "opus",
    "ogg",
    "mkv",
]
CODED = {
    "flac": ("a.flac", "flac"),
    "m4a": ("a.m4a", "aac"),
    "alac": ("a.m4a", "alac"),
    "opus": ("a.opus", "libopus"),
    "ogg": ("a.ogg", "flac"),
    "mkv": ("a.mkv", "libopus"),
}
MUTATIONS = 200


def small(tmp_path, kind):
    sound = make.noise(6_000, level=0.2)
    wavs = {"wav": {}, "wav-f32": {"kind": "f32"}, "wav-extensible": {"mask": 3}, "rf64": {"rf64": True}}
    path = tmp_path / "a.bin"
    if kind in wavs:
        return make.wav_bytes(sound, **wavs[kind])
    if kind == "aiff":
        return make.aiff_bytes(sound)
    if kind == "mp3":
        return make.write_mp3(path, sound).read_bytes()
    name, codec = CODED[kind]
    return make.write_coded(tmp_path / name, sound, codec).read_bytes()


def mutate(content, chance):
    changed = bytearray(content)
    kind = chance.randrange(5)
    if kind == 0:
        del changed[chance.randrange(len(changed)) :]
    elif kind == 1:
        start = chance.randrange(len(changed))
        del changed[start : start + chance.randrange(1, 400)]
    elif kind == 2:
        start = chance.randrange(len(changed))
        changed[start:start] = chance.randbytes(chance.randrange(1, 400))
    else:
        # Headers are where the harm is: every second flip goes there.
        reach = len(changed) if kind == 3 else min(len(changed), 200)
        for _ in range(chance.randrange(1, 12)):
            changed[chance.randrange(reach)] = chance.choice([0, 0xFF, 0x7F, 0x80, chance.randrange(256)])
    return bytes(changed)


@pytest.mark.parametrize("kind", FORMATS)
def test_damaged_files_are_read_or_refused(tmp_path, kind, capfd):
    content = small(tmp_path, kind)
    chance = random.Random(f"podtool {kind}")
    path = tmp_path / "fuzzed.bin"
    for _ in range(MUTATIONS):
        path.write_bytes(mutate(content, chance))
        error = None
        try:
            for decoded in decode_blocks(path):
                assert decoded.block.dtype == np.float32
                assert 1 <= len(decoded.block) <= 64
                assert np.abs(decoded.block).max() <= 1024
                assert 2_000 <= decoded.rate_hz <= 768_000
        except SourceError as caught:
            error = caught
        assert error is None or ("fuzzed.bin" in error.message and error.hint)
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


def test_ffmpeg_says_nothing_on_stderr(tmp_path):
    path = tmp_path / "a.flac"
    content = bytearray(make.write_coded(path, make.noise(SECOND), "flac").read_bytes())
    content[len(content) // 2 : len(content) // 2 + 900] = bytes(900)
    path.write_bytes(content)
    program = (
        "import sys; from pathlib import Path; from podtool.audio.source import read_blocks\n"
        "from podtool.errors import SourceError\n"
        "try: list(read_blocks(Path(sys.argv[1]), rate_hz=44100))\n"
        "except SourceError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("refused\n", "")
