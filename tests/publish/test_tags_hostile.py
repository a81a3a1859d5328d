"""Broken and malicious files end in an error of ours, soon, and are left as they are."""

import random
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutagen.flac import FLAC
from tag_samples import KINDS, WRITTEN, full_tags, make_sound

from podtool.errors import PodtoolError, SourceError, TagError
from podtool.publish import sound_bytes
from podtool.publish.id3 import render_id3
from podtool.publish.tag_failures import telling_tag_errors
from podtool.publish.tags import EpisodeTags, audio_digest, read_tags, write_tags


def synchsafe(value: int) -> bytes:
    return bytes(value >> shift & 0x7F for shift in (21, 14, 7, 0))


def tag_of(inside: bytes, version: int = 4, flags: int = 0) -> bytes:
    return b"ID3" + bytes([version, 0, flags]) + synchsafe(len(inside)) + inside


def frame(name: bytes, body: bytes, flags: int = 0, version: int = 4) -> bytes:
    size = synchsafe(len(body)) if version == 4 else struct.pack(">I", len(body))
    return name + size + flags.to_bytes(2) + body


@pytest.fixture(scope="module")
def tagged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tagged")
    contents = {}
    for kind in KINDS:
        path = make_sound(folder / f"a.{kind}", chapters=2 if kind == "m4a" else 0)
        if kind in WRITTEN:
            write_tags(path, full_tags())
        contents[kind] = path.read_bytes()
    return contents


def mutations(content: bytes, count: int):
    dice = random.Random(7)
    for number in range(count):
        changed = bytearray(content)
        if number % 4 == 0:
            del changed[dice.randrange(len(changed)) :]
        elif number % 4 == 1:
            for _ in range(20):
                changed[dice.randrange(min(5000, len(changed)))] = dice.randrange(256)
        elif number % 4 == 2:
            start = dice.randrange(len(changed))
            changed[start : start + dice.randrange(1, 2000)] = b"\xff" * dice.randrange(1, 9)
        else:
            changed[dice.randrange(min(200, len(changed)))] ^= 1 << dice.randrange(8)
        yield bytes(changed)


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_never_raise_anything_else(tmp_path, tagged, kind):
    path = tmp_path / f"a.{kind}"
    for content in mutations(tagged[kind], 60):
        path.write_bytes(content)
        for work in (read_tags, audio_digest, lambda p: write_tags(p, EpisodeTags(title="New", album="New"))):
            try:
                work(path)
            except PodtoolError as error:
                told = (
                    type(error) in {SourceError, TagError},
                    bool(error.hint),
                    path.read_bytes() == content,
                )
                assert told == (True, True, True)
        assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_was_written_into_a_damaged_file_can_be_read(tmp_path, tagged, kind):
    path = tmp_path / f"a.{kind}"
    for content in mutations(tagged[kind], 24):
        path.write_bytes(content)
        try:
            write_tags(path, EpisodeTags(title="New"))
        except PodtoolError:
            assert path.read_bytes() == content
        else:
            assert read_tags(path).values["title"] == "New"


BOMB = zlib.compress(bytes(64 << 20), 9)


@pytest.mark.parametrize(
    "inside",
    [
        frame(b"TIT2", synchsafe(4) + BOMB, flags=0x09),
        frame(b"TIT2", BOMB, flags=0x08),
        frame(b"CHAP", b"a\0" + bytes(16) + frame(b"TIT2", synchsafe(4) + BOMB, flags=0x09)),
        frame(b"CTOC", b"a\0\x03\x01b\0" + frame(b"TIT2", synchsafe(4) + BOMB, flags=0x09)),
    ],
)
def test_compression_bombs_are_refused(inside):
    with pytest.raises(TagError, match="grows without end"):
        render_id3(full_tags(), tag_of(inside))


def test_compression_bombs_of_v23_are_refused():
    bomb = frame(b"TIT2", struct.pack(">I", 4) + BOMB, flags=0x80, version=3)
    with pytest.raises(TagError, match="grows without end"):
        render_id3(full_tags(), tag_of(bomb, version=3))


def test_a_tag_of_countless_frames_is_refused():
    with pytest.raises(TagError, match="more than 2000 frames"):
        render_id3(full_tags(), tag_of(frame(b"TIT2", b"\0a") * 100_000))


def test_chapters_in_chapters_are_refused():
    nested = b""
    for _ in range(2000):
        nested = frame(b"CHAP", b"a\0" + bytes(16) + nested)
    with pytest.raises(TagError, match="nested"):
        render_id3(full_tags(), tag_of(nested))


def test_a_tag_longer_than_the_file_is_refused(tmp_path):
    path = make_sound(tmp_path / "a.mp3")
    path.write_bytes(b"ID3\x04\0\0" + synchsafe(20_000_000) + path.read_bytes())
    with pytest.raises(TagError):
        read_tags(path)
    with pytest.raises(TagError):
        write_tags(path, full_tags())


def test_an_announced_million_of_comments_is_refused(tmp_path):
    path = make_sound(tmp_path / "a.flac")
    file = FLAC(path)
    file["title"] = "x"
    file.save()
    content = path.read_bytes()
    vendor = file.tags.vendor.encode()
    place = content.index(vendor) + len(vendor)
    path.write_bytes(content[:place] + struct.pack("<I", 1_000_000) + content[place + 4 :])
    with pytest.raises(TagError, match="too many comments"):
        read_tags(path)


def test_an_mp4_of_nothing_but_atoms_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sound_bytes, "_MOST_ATOMS", 1000)
    path = make_sound(tmp_path / "a.m4a")
    with path.open("ab") as file:
        file.write(struct.pack(">I4s", 8, b"free") * 1001)
    with pytest.raises(TagError, match="too many atoms"):
        read_tags(path)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    inside=st.binary(max_size=300), version=st.sampled_from([2, 3, 4]), flags=st.sampled_from([0, 0x80, 0x40])
)
def test_any_tag_is_taken_over_or_refused(inside, version, flags):
    try:
        with telling_tag_errors(Path("a.mp3"), "read"):
            rendered = render_id3(full_tags(), tag_of(inside, version, flags))
    except TagError:
        return
    assert render_id3(full_tags(), rendered) == rendered
