"""What programs that aren't ours say of our MP3s."""

import io
import shutil
import subprocess

import av
import numpy as np
import pytest
from mp3_sound import frames_of, restless_sound

from podtool.audio.mp3 import Mp3Settings, Splicer, encode_chunk, write_mp3
from podtool.audio.mp3_crc import crc16
from podtool.audio.mp3_info import info_frame, info_frame_bytes, seek_table
from podtool.audio.mp3_plan import chunks_between

pytestmark = pytest.mark.real

KINDS = [
    (44100, 2, 128, None),
    (44100, 1, 96, None),
    (44100, 2, 0, 2),
    (48000, 2, 192, None),
    (48000, 1, 32, None),
    (48000, 2, 64, None),
    (48000, 1, 0, 9),
    (32000, 2, 320, None),
    (32000, 1, 0, 5),
    (24000, 2, 48, None),
    (24000, 1, 16, None),
    (22050, 2, 160, None),
    (22050, 1, 48, None),
    (22050, 2, 0, 4),
    (16000, 1, 24, None),
    (16000, 2, 0, 7),
]


def tool(name):
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def spliced(settings, pcm):
    """An MP3 with a splice every 100 frames."""
    starts = range(0, len(pcm) // settings.frame_samples - 100, 100)
    file = io.BytesIO()
    splicer = Splicer(file.write, settings)
    for one in chunks_between(starts, len(pcm), settings):
        splicer.feed(encode_chunk(pcm[one.feed_start_samples : one.feed_stop_samples], one, settings), one)
    stats = splicer.close()
    assert stats.splices == len(starts) - 1 >= 4
    toc = seek_table(splicer.frame_lengths, info_frame_bytes(settings))
    music = file.getvalue()
    return info_frame(settings, stats, total_samples=len(pcm), toc=toc, music_crc=crc16(music)) + music


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_nobody_complains(kind, tmp_path):
    rate_hz, channels, kbps, vbr = kind
    settings = Mp3Settings(bitrate_kbps=kbps, channels=channels, sample_rate_hz=rate_hz, quality=7, vbr=vbr)
    pcm = restless_sound(640 * settings.frame_samples + 77, channels, rate_hz)
    path = tmp_path / "it.mp3"
    path.write_bytes(spliced(settings, pcm))

    mp3val = subprocess.run([tool("mp3val"), path], capture_output=True, text=True, check=True)
    complaints = [line for line in mp3val.stdout.splitlines() if line.startswith(("WARNING", "ERROR"))]
    assert [line for line in complaints if "No supported tags" not in line] == []

    mpg123 = subprocess.run([tool("mpg123"), "-q", "-s", path], capture_output=True, check=True)
    assert mpg123.stderr == b""
    assert len(mpg123.stdout) == 2 * pcm.size
    checked = subprocess.run([tool("mpg123"), "-t", path], capture_output=True, text=True, check=True)
    assert "error" not in checked.stderr.lower()
    assert "warning" not in checked.stderr.lower()

    ffmpeg = [tool("ffmpeg"), "-v", "error", "-i", path]
    checked = subprocess.run([*ffmpeg, "-f", "null", "-"], capture_output=True, check=True)
    assert checked.stderr == b""
    decoded = subprocess.run([*ffmpeg, "-f", "s16le", "-"], capture_output=True, check=True)
    assert len(decoded.stdout) == 2 * pcm.size
    assert (
        len({frame.header.bitrate_kbps for frame in frames_of(path.read_bytes())[1:]}) == 1 or vbr is not None
    )


def test_a_player_that_seeks_by_the_table_finds_the_place(tmp_path):
    """Every second has its own pitch; half of the file is far noisier than the rest."""
    rate_hz, seconds = 44100, 40
    time_s = np.arange(seconds * rate_hz) / rate_hz
    pitch_hz = 300 + 50 * np.floor(time_s)
    sound = 9_000 * np.sin(2 * np.pi * np.cumsum(pitch_hz) / rate_hz)
    sound[: len(sound) // 2] += np.random.default_rng(1).normal(0, 1_500, len(sound) // 2)
    settings = Mp3Settings(bitrate_kbps=0, channels=1, sample_rate_hz=rate_hz, quality=7, vbr=4)
    pcm = sound.astype(np.int16)[:, None]
    path = tmp_path / "it.mp3"
    write_mp3(path, len(pcm), lambda start, stop: pcm[start:stop], settings)
    with av.open(path, options={"usetoc": "1"}) as container:
        for second in (3, 11, 19, 26, 38):
            container.seek(second * av.time_base)
            frames = container.decode(audio=0)
            at = next(frames)
            heard = np.concatenate([next(frames).to_ndarray()[0] for _ in range(8)][2:])
            spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
            heard_hz = np.argmax(spectrum) * rate_hz / len(heard)
            # A 256th of the bytes is at most 0.4 s here.
            assert (heard_hz - 300) / 50 == pytest.approx(float(at.time), abs=1.3)
            assert float(at.time) == pytest.approx(second, abs=0.5)
