"""Chapters, cover and `bext` come into a finished file without touching its sound."""

import hashlib
import struct
from fractions import Fraction
from itertools import pairwise

import av
import mutagen.mp4
import numpy as np
import pytest
from encode_samples import CHAPTERS, FORMATS, LENGTH, RATE_HZ, cover, encode, profile, sound
from mix_samples import Sound
from PIL import Image

import podtool.audio.still
from podtool.audio.encode import measure_encoded, wrap_deliverable
from podtool.audio.source import read_blocks
from podtool.audio.still import BACKGROUND, ENCODERS, GROUP_S, HEIGHT, WIDTH, draw_canvas
from podtool.errors import CacheError, SourceError, ToolError
from podtool.show.facts import ChapterFacts

RED = (200, 30, 60)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The encoded files without words, by format."""
    folder = tmp_path_factory.mktemp("bare")
    return {one: encode(folder, profile(one)) for one in FORMATS}


def wrap(bare, tmp_path, file_format, **words):
    path = tmp_path / f"wrapped.{file_format}"
    wrap_deliverable(bare[file_format], profile(file_format), path, **words)
    return path


def decoded(path):
    return np.concatenate(list(read_blocks(path, rate_hz=RATE_HZ)), axis=1)


def packets_digest(path):
    """Of what is heard: every packet of sound."""
    with av.open(str(path)) as file:
        stream = file.streams.audio[0]
        return hashlib.sha256(b"".join(bytes(packet) for packet in file.demux(stream))).hexdigest()


def chapters_of(path):
    with av.open(str(path)) as file:
        return [
            (
                each["metadata"]["title"],
                round(each["start"] * each["time_base"] * 1000),
                round(each["end"] * each["time_base"] * 1000),
            )
            for each in file.chapters()
        ]


def pictures_of(path):
    """Each picture as RGB, with its time in seconds."""
    with av.open(str(path)) as file:
        return [(frame.time, frame.to_ndarray(format="rgb24")) for frame in file.decode(video=0)]


def atoms(path):
    content, place, found = path.read_bytes(), 0, []
    while place < len(content):
        size, name = struct.unpack_from(">I4s", content, place)
        found.append(name)
        place += size
    return found


# --- every format ---


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_sound_stays_packet_for_packet(bare, tmp_path, file_format):
    words = {"chapters": CHAPTERS, "cover": cover(), "title": "Huit"}
    path = wrap(bare, tmp_path, file_format, **words)
    assert packets_digest(path) == packets_digest(bare[file_format])
    heard = decoded(path)
    assert heard.shape == (2, LENGTH)
    assert (heard == decoded(bare[file_format])).all()
    again = wrap(bare, tmp_path, file_format, **words)
    assert again.read_bytes() == path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("file_format", ["mp3", "opus", "flac"])
def test_formats_whose_words_are_tags_are_copied(bare, tmp_path, file_format):
    path = wrap(bare, tmp_path, file_format, chapters=CHAPTERS, cover=cover(), title="Huit")
    assert path.read_bytes() == bare[file_format].read_bytes()


# --- chapters ---


@pytest.mark.parametrize("file_format", ["m4a", "mp4"])
def test_chapters_are_there(bare, tmp_path, file_format):
    path = wrap(bare, tmp_path, file_format, chapters=CHAPTERS)
    # The last one ends with the sound, not after it: the longest track says how long the file plays.
    assert chapters_of(path) == [("Édito", 0, 1200), ("Où ça ?", 1200, 3002)]
    with av.open(str(path)) as file:
        assert Fraction(file.duration, av.time_base) == pytest.approx(LENGTH / RATE_HZ, abs=0.001)
    assert atoms(path)[:2] == [b"ftyp", b"moov"]
    content = path.read_bytes()
    assert b"chpl" in content  # Nero's list
    assert b"chap" in content  # the sound refers to the text track


def test_an_m4a_without_chapters_is_copied(bare, tmp_path):
    path = wrap(bare, tmp_path, "m4a")
    assert path.read_bytes() == bare["m4a"].read_bytes()
    assert atoms(path)[:2] == [b"ftyp", b"moov"]


def test_odd_chapters(bare, tmp_path):
    path = wrap(
        bare,
        tmp_path,
        "m4a",
        chapters=[
            ChapterFacts(start_ms=500, end_ms=600, title="é" * 200),
            ChapterFacts(start_ms=600, end_ms=900, title="a\x00b\nc"),
            ChapterFacts(start_ms=900, end_ms=2000, title=""),
            ChapterFacts(start_ms=2000, end_ms=9000, title="to the end"),
            ChapterFacts(start_ms=9000, end_ms=9900, title="beyond"),
        ],
    )
    assert chapters_of(path) == [
        ("é" * 127, 0, 600),  # a track has no holes
        ("a b c", 600, 900),
        ("3", 900, 2000),
        ("to the end", 2000, 3002),
    ]
    assert [round(mark.start, 3) for mark in mutagen.mp4.MP4(path).chapters] == [0.5, 0.6, 0.9, 2.0]


def test_many_chapters(bare, tmp_path):
    """Nero's list ends at 255; the track has them all."""
    marks = [ChapterFacts(start_ms=i * 10, end_ms=i * 10 + 10, title=f"n{i}") for i in range(300)]
    assert chapters_of(wrap(bare, tmp_path, "m4a", chapters=marks)) == [
        (mark.title, mark.start_ms, mark.end_ms) for mark in marks
    ]


# --- video ---


def test_the_video_shows_the_cover(bare, tmp_path):
    path = wrap(bare, tmp_path, "mp4", cover=cover(), chapters=CHAPTERS)
    with av.open(str(path)) as file:
        (video,) = file.streams.video
        assert file.streams[0] is video
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (video.width, video.height) == (1280, 720)
        assert video.codec_context.color_range == 1
        assert video.codec_context.colorspace == 1
        assert video.duration * video.time_base == pytest.approx(LENGTH / RATE_HZ, abs=0.001)
    pictures = pictures_of(path)
    assert [at for at, _ in pictures] == [0, 1, 2, 3]
    for _, picture in pictures:
        assert np.abs(picture[360, 640].astype(int) - RED).max() <= 4
        assert np.abs(picture[360, 285].astype(int) - RED).max() <= 4
        assert np.abs(picture[20, 20].astype(int) - BACKGROUND).max() <= 4


def test_a_group_is_repeated_for_the_length_of_the_sound(tmp_path):
    seconds = 2 * GROUP_S + 5
    made = profile("mp4", "mono", sample_rate_hz=16_000, bitrate_kbps=24)
    quiet = Sound(np.zeros((1, seconds * 16_000), np.float32), 16_000)
    path = tmp_path / "video.mp4"
    wrap_deliverable(encode(tmp_path, made, quiet), made, path, cover=cover())
    pictures = pictures_of(path)
    assert [at for at, _ in pictures] == list(range(seconds))
    assert all((one == other).all() for (_, one), (_, other) in pairwise(pictures))
    with av.open(str(path)) as file:
        packets = [packet for packet in file.demux(video=0) if packet.size]
    assert [int(packet.pts * packet.time_base) for packet in packets if packet.is_keyframe] == [0, 30, 60]
    assert max(packet.size for packet in packets if not packet.is_keyframe) < 100
    # Sound and picture stand side by side in the file, so that it can be played while it loads.
    assert packets[40].pos > path.stat().st_size / 3


def test_without_a_cover_the_canvas_is_shown(bare, tmp_path):
    for _, picture in pictures_of(wrap(bare, tmp_path, "mp4")):
        assert np.abs(picture.astype(int) - BACKGROUND).max() <= 4


@pytest.mark.parametrize(
    ("size", "inside", "outside"),
    [((3000, 3000), (285, 5), (275, 5)), ((2000, 500), (5, 205), (5, 195)), ((7, 21), (525, 5), (510, 5))],
)
def test_covers_of_any_shape_stand_in_the_middle_and_whole(size, inside, outside):
    canvas = draw_canvas(cover(*size))
    assert canvas.size == (WIDTH, HEIGHT)
    assert canvas.getpixel(inside) == RED
    assert canvas.getpixel(outside) == BACKGROUND
    assert canvas.getpixel((WIDTH - 1 - inside[0], HEIGHT - 1 - inside[1])) == RED
    assert canvas.getpixel((WIDTH - 1 - outside[0], HEIGHT - 1 - outside[1])) == BACKGROUND


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_kinds_of_covers(kind):
    shown = draw_canvas(cover(kind=kind)).getpixel((640, 360))
    assert max(abs(a - b) for a, b in zip(shown, RED, strict=True)) <= 6


def test_what_is_transparent_shows_the_canvas():
    assert draw_canvas(cover(mode="RGBA", colour=(0, 0, 0, 0))).getpixel((640, 360)) == BACKGROUND


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255)])
def test_colours_are_those_of_bt_709(colour):
    flat = podtool.audio.still._yuv420(Image.new("RGB", (WIDTH, HEIGHT), colour)).ravel()
    found = flat[0], flat[WIDTH * HEIGHT], flat[WIDTH * HEIGHT * 5 // 4]
    r, g, b = (value / 255 for value in colour)
    luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    wanted = 16 + 219 * luma, 128 + 224 * (b - luma) / 1.8556, 128 + 224 * (r - luma) / 1.5748
    assert np.abs(np.array(found, float) - wanted).max() <= 0.51


@pytest.mark.parametrize("name", ENCODERS)
def test_each_encoder_that_may_be_there(bare, tmp_path, monkeypatch, name):
    monkeypatch.setattr(podtool.audio.still, "ENCODERS", {name: ENCODERS[name]})
    path = wrap(bare, tmp_path, "mp4", cover=cover())
    assert [at for at, _ in pictures_of(path)] == [0, 1, 2, 3]


def test_no_encoder_for_video(bare, tmp_path, monkeypatch):
    monkeypatch.setattr(podtool.audio.still, "ENCODERS", {"libx264_of_mars": {}})
    with pytest.raises(ToolError, match="none of the video encoders libx264_of_mars"):
        wrap(bare, tmp_path, "mp4", cover=cover())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("data", [b"", b"not a picture", cover()[:200], b"<svg/>"])
def test_a_cover_that_is_none(bare, tmp_path, data):
    with pytest.raises(SourceError, match="the cover can't be read"):
        wrap(bare, tmp_path, "mp4", cover=data)
    assert list(tmp_path.iterdir()) == []


def test_a_cover_beyond_all_measure(bare, tmp_path):
    with pytest.raises(SourceError, match="pixels"):
        wrap(bare, tmp_path, "mp4", cover=cover(10_000, 7000, kind="GIF", mode="P", colour=1))


# --- WAV ---


def test_the_loudness_stands_in_bext(bare, tmp_path):
    measured = measure_encoded(bare["wav"], profile("wav"))
    content = wrap(bare, tmp_path, "wav", title="Épisode 8", measured=measured).read_bytes()
    place = content.index(b"bext") + 8
    assert content[place : place + 10] == b"Episode 8\0"
    loudness, _, peak = struct.unpack_from("<3h", content, place + 412)
    assert loudness == round(100 * measured.integrated_loudness_lufs)
    assert peak == round(100 * measured.true_peak_dbtp)


# --- failures ---


@pytest.mark.parametrize("file_format", ["m4a", "mp4"])
def test_a_damaged_file_from_the_cache(tmp_path, file_format):
    broken = tmp_path / f"broken.{file_format}"
    broken.write_bytes(b"\0" * 1000)
    with pytest.raises(ToolError, match="finishing it"):
        wrap({file_format: broken}, tmp_path, file_format, chapters=CHAPTERS)
    assert list(tmp_path.iterdir()) == [broken]


@pytest.mark.parametrize("file_format", ["m4a", "mp4", "wav"])
def test_a_folder_that_is_not_there(bare, tmp_path, file_format):
    with pytest.raises(CacheError, match="can't be written"):
        wrap(bare, tmp_path / "gone", file_format, chapters=CHAPTERS)


def test_a_long_sound_is_copied_packet_by_packet(tmp_path):
    """What is asked of memory doesn't grow with the sound: nothing is read whole."""
    made = profile("m4a", "mono", sample_rate_hz=16_000, bitrate_kbps=24)
    path = tmp_path / "long.m4a"
    source = encode(tmp_path, made, sound("mono", length=20 * 16_000, rate_hz=16_000))
    wrap_deliverable(source, made, path, chapters=CHAPTERS)
    assert packets_digest(path) == packets_digest(source)
