"""What ffprobe and ffmpeg say of our deliverables."""

import json
import shutil
import subprocess

import pytest
from encode_samples import CHANNELS, CHAPTERS, FORMATS, LENGTH, RATE_HZ, cover, encode, profile, sound

from podtool.audio.encode import wrap_deliverable
from podtool.audio.wav import Broadcast, write_wav

pytestmark = pytest.mark.real

CODECS = {"mp3": "mp3", "m4a": "aac", "mp4": "aac", "opus": "opus", "flac": "flac", "wav": "pcm_s24le"}

TEXT_TRACK = "Unsupported codec with id 98314"
"""What ffprobe says of every chapter track, its own too: it has no decoder for their text."""


def run(name, *arguments):
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    done = subprocess.run([path, *map(str, arguments)], capture_output=True, check=True)
    complaints = [line for line in done.stderr.decode().splitlines() if TEXT_TRACK not in line]
    assert complaints == []
    return done.stdout


def probe(path):
    shown = ("-show_streams", "-show_format", "-show_chapters")
    return json.loads(run("ffprobe", "-v", "warning", "-of", "json", *shown, path))


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("file_format", FORMATS)
def test_ffmpeg_finds_nothing_to_complain_of(tmp_path, file_format, channels):
    made = profile(file_format, channels)
    path = tmp_path / f"made.{file_format}"
    wrap_deliverable(encode(tmp_path, made), made, path, chapters=CHAPTERS, cover=cover(), title="Huit")
    found = probe(path)
    (heard,) = (each for each in found["streams"] if each["codec_type"] == "audio")
    assert heard["codec_name"] == CODECS[file_format]
    assert int(heard["sample_rate"]) == RATE_HZ
    assert heard["channels"] == (1 if channels == "mono" else 2)
    if file_format in ("flac", "wav"):
        assert int(heard["bits_per_raw_sample"]) == 24
    if file_format in ("m4a", "mp4"):
        assert heard["profile"] == "LC"
        assert heard["duration_ts"] == LENGTH
        starts = [(one["tags"]["title"], float(one["start_time"])) for one in found["chapters"]]
        assert starts == [("Édito", 0.0), ("Où ça ?", 1.2)]
    if file_format == "mp4":
        (video,) = (each for each in found["streams"] if each["codec_type"] == "video")
        assert (video["codec_name"], video["pix_fmt"]) == ("h264", "yuv420p")
        assert (video["width"], video["height"], video["r_frame_rate"]) == (1280, 720, "1/1")
        assert video["color_space"] == "bt709"
    samples = run("ffmpeg", "-v", "warning", "-i", path, "-map", "0:a", "-f", "s16le", "-")
    # Older versions of ffmpeg play the last AAC frame to its end.
    most = LENGTH + 1023 if file_format in ("m4a", "mp4") else LENGTH
    assert LENGTH <= len(samples) / 2 / heard["channels"] <= most
    run("ffmpeg", "-v", "warning", "-i", path, "-f", "null", "-")


@pytest.mark.parametrize("rf64", [False, True])
def test_ffprobe_reads_bext(tmp_path, monkeypatch, rf64):
    if rf64:
        monkeypatch.setattr("podtool.audio.wav._LARGEST_RIFF", 1000)
    path = tmp_path / "it.wav"
    write_wav(sound(), path, bit_depth=24, broadcast=Broadcast(description="Huit"))
    found = probe(path)
    assert int(found["streams"][0]["duration_ts"]) == LENGTH
    tags = found["format"]["tags"]
    assert (tags["comment"], tags["encoded_by"], tags["time_reference"]) == ("Huit", "podtool", "0")


def test_sox_reads_a_wav(tmp_path):
    path = encode(tmp_path, profile("wav"))
    assert int(run("soxi", "-s", path)) == LENGTH
    assert int(run("soxi", "-b", path)) == 24


def test_the_flac_tool_chain_verifies_a_flac(tmp_path):
    path = encode(tmp_path, profile("flac"))
    strict = ("-err_detect", "crccheck+explode")
    run("ffmpeg", "-v", "warning", *strict, "-i", path, "-f", "null", "-")
