"""What others than mutagen read in our files."""

import json
import shutil
import subprocess

import pytest
from tag_samples import CHAPTERS, WRITTEN, full_tags, make_sound

from podtool.publish.tags import write_tags

pytestmark = pytest.mark.real


def tool(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def probe(path):
    answer = subprocess.run(
        [
            tool("ffprobe"),
            "-v",
            "error",
            "-of",
            "json",
            "-show_format",
            "-show_streams",
            "-show_chapters",
            str(path),
        ],
        capture_output=True,
        check=True,
    )
    assert answer.stderr == b""
    return json.loads(answer.stdout)


@pytest.mark.parametrize("kind", WRITTEN)
def test_ffprobe_reads_title_album_and_cover(tmp_path, kind):
    path = make_sound(tmp_path / f"a.{kind}")
    write_tags(path, full_tags())
    said = probe(path)
    tags = {k.lower(): v for s in (said["format"], *said["streams"]) for k, v in s.get("tags", {}).items()}
    assert tags["title"] == full_tags().title
    assert tags["album"] == full_tags().album
    assert tags["genre"] == "Podcast"
    pictures = [s for s in said["streams"] if s["disposition"]["attached_pic"]]
    assert [(s["codec_name"], s["width"]) for s in pictures] == [("mjpeg", 64)]


@pytest.mark.parametrize("kind", ["mp3", "opus", "ogg", "flac"])
def test_ffprobe_reads_the_chapters(tmp_path, kind):
    """One has a picture: in a v2.4 tag FFmpeg 5.1 and 8.1 lose it, which is why ours are v2.3."""
    path = make_sound(tmp_path / f"a.{kind}")
    write_tags(path, full_tags())
    chapters = probe(path)["chapters"]
    assert [(round(float(c["start_time"]) * 1000), c["tags"]["title"]) for c in chapters] == [
        (c.start_ms, c.title) for c in CHAPTERS
    ]


@pytest.mark.parametrize("kind", ["m4a", "mp4"])
def test_ffprobe_still_reads_the_encoders_chapters(tmp_path, kind):
    path = make_sound(tmp_path / f"a.{kind}", chapters=3)
    write_tags(path, full_tags())
    assert [c["tags"]["title"] for c in probe(path)["chapters"]] == ["Part 0", "Part 1", "Part 2"]


def test_mp3val_finds_nothing(tmp_path):
    path = make_sound(tmp_path / "a.mp3")
    write_tags(path, full_tags())
    said = subprocess.run([tool("mp3val"), str(path)], capture_output=True, check=True, text=True).stdout
    assert "WARNING" not in said
    assert "ERROR" not in said


@pytest.mark.parametrize("kind", WRITTEN)
def test_ffmpeg_decodes_without_complaint(tmp_path, kind):
    path = make_sound(tmp_path / f"a.{kind}")
    write_tags(path, full_tags())
    answer = subprocess.run(
        [tool("ffmpeg"), "-v", "error", "-i", str(path), "-map", "0:a", "-f", "null", "-"],
        capture_output=True,
        check=True,
    )
    assert answer.stderr == b""
