import stat
import sys

import mutagen
import numpy as np
import pytest
from mutagen.flac import FLAC
from mutagen.flac import Picture as FlacPicture
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from tag_samples import CHAPTERS, KINDS, SECONDS, WRITTEN, decode, full_tags, make_sound

from podtool.errors import SourceError, TagError
from podtool.publish import tags as tags_module
from podtool.publish.tag_fields import TAG_FIELDS, iso_639_2
from podtool.publish.tags import EpisodeTags, audio_digest, is_taggable, read_tags, write_tags

ATTRIBUTE = {"m4a": "mp4", "mp4": "mp4", "mp3": "id3"}


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_field_is_written_and_read_back(tmp_path, kind):
    path = make_sound(tmp_path / f"a.{kind}")
    tags = full_tags()
    write_tags(path, tags)
    facts = read_tags(path)
    attribute = ATTRIBUTE.get(kind, "vorbis")
    expected = {
        field.name
        for field in TAG_FIELDS
        if getattr(field, attribute) and field.kind not in {"chapters", "picture"}
    }
    assert set(facts.values) == expected
    for name in ("title", "album", "licence", "licence_url", "feed_url", "transcript", "description", "guid"):
        assert facts.values[name] == getattr(tags, name)
    assert facts.values["date"] == facts.values["recorded"] == "2023-09-22"
    assert facts.values["released"] == "2023-10-01T06:30:00"
    assert (facts.values["track"], facts.values["disc"], facts.values["podcast"]) == ("8", "1", "1")
    assert facts.values["people"] == (
        "host: Karl; guest: Arnaud (Mine de rien); director: Guillaume Desjardins"
    )
    assert facts.values["musicians"] == "music: Sounds of Nowhere"
    assert (facts.picture_type, facts.picture_bytes) == ("image/jpeg", len(tags.cover.data))
    assert 2000 < facts.tag_bytes < 8000
    assert facts.problems == ()


@pytest.mark.parametrize("kind", ["mp3", "opus", "ogg", "flac"])
def test_chapters_are_written_in_time_order(tmp_path, kind):
    path = make_sound(tmp_path / f"a.{kind}")
    write_tags(path, full_tags())
    read = read_tags(path).chapters
    assert [(c.start_ms, c.title, c.url) for c in read] == [(c.start_ms, c.title, c.url) for c in CHAPTERS]
    assert [c.end_ms for c in read][:-1] == [c.end_ms for c in CHAPTERS][:-1]
    assert abs(read[-1].end_ms - SECONDS * 1000) < 60


@pytest.mark.parametrize("kind", ["m4a", "mp4"])
def test_chapters_of_mp4_stay_the_encoders(tmp_path, kind):
    path = make_sound(tmp_path / f"a.{kind}", chapters=3)
    before = read_tags(path).chapters
    write_tags(path, full_tags())
    assert [c.title for c in before] == ["Part 0", "Part 1", "Part 2"]
    assert read_tags(path).chapters == before


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_sound_is_untouched(tmp_path, kind):
    path = make_sound(tmp_path / f"a.{kind}", chapters=2 if kind in {"m4a", "mp4"} else 0)
    digest, samples = audio_digest(path), decode(path)
    write_tags(path, full_tags(transcript="long " * 20_000))  # larger than any padding or Ogg page
    assert audio_digest(path) == digest
    assert np.array_equal(decode(path), samples)
    write_tags(path, EpisodeTags(title="short"), clear=True)
    assert audio_digest(path) == digest
    assert np.array_equal(decode(path), samples)


@pytest.mark.parametrize("kind", KINDS)
def test_the_digest_sees_the_sound(tmp_path, kind):
    path = make_sound(tmp_path / f"a.{kind}")
    digest = audio_digest(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)
    try:
        assert audio_digest(path) != digest
    except TagError:  # the byte was a length, and the file is broken now
        assert kind in {"opus", "ogg"}


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_same_tags_give_the_same_bytes(tmp_path, kind):
    first = make_sound(tmp_path / f"a.{kind}")
    second = tmp_path / f"b.{kind}"
    second.write_bytes(first.read_bytes())
    write_tags(first, full_tags())
    write_tags(second, full_tags(), clear=True)
    assert first.read_bytes() == second.read_bytes()
    write_tags(first, full_tags())
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_has_no_value_stays_unless_cleared(tmp_path, kind):
    path = make_sound(tmp_path / f"a.{kind}")
    write_tags(path, full_tags())
    before = read_tags(path)
    write_tags(path, EpisodeTags(title="Another"))
    after = read_tags(path)
    assert after.values == {**before.values, "title": "Another"}
    assert (after.chapters, after.picture_bytes) == (before.chapters, before.picture_bytes)
    write_tags(path, EpisodeTags(title="Another"), clear=True)
    cleared = read_tags(path)
    assert cleared.values == {"title": "Another"}
    assert cleared.picture_type is None
    assert cleared.chapters == ()


def test_strangers_in_mp4_stay(tmp_path):
    path = make_sound(tmp_path / "a.m4a")
    file = MP4(path)
    file["----:org.example:MINE"] = [b"kept"]
    file["\xa9wrt"] = ["A composer"]
    file.save()
    write_tags(path, full_tags(), clear=True)
    file = MP4(path)
    assert bytes(file["----:org.example:MINE"][0]) == b"kept"
    assert file["\xa9wrt"] == ["A composer"]


def test_strangers_in_opus_and_its_vendor_stay(tmp_path):
    path = make_sound(tmp_path / "a.opus")
    file = OggOpus(path)
    vendor = file.tags.vendor
    file["R128_TRACK_GAIN"] = ["-123"]
    file["mood"] = ["calm", "warm"]
    file.save()
    write_tags(path, full_tags(), clear=True)
    file = OggOpus(path)
    assert (file["R128_TRACK_GAIN"], file["MOOD"]) == (["-123"], ["calm", "warm"])
    assert file.tags.vendor == vendor
    assert len(file["METADATA_BLOCK_PICTURE"]) == 1


def test_other_pictures_in_flac_stay(tmp_path):
    path = make_sound(tmp_path / "a.flac")
    file = FLAC(path)
    artist = FlacPicture()
    artist.type, artist.mime, artist.data = 8, "image/png", b"an artist"
    old = FlacPicture()
    old.type, old.mime, old.data = 3, "image/png", b"an old cover"
    file.add_picture(artist)
    file.add_picture(old)
    file.save()
    write_tags(path, full_tags())
    pictures = {picture.type: picture for picture in FLAC(path).pictures}
    assert pictures[8].data == b"an artist"
    assert (pictures[3].data, pictures[3].width) == (full_tags().cover.data, 64)


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_failure_leaves_the_file_as_it_was(tmp_path, kind, monkeypatch):
    path = make_sound(tmp_path / f"a.{kind}")
    before = path.read_bytes()

    def full_disk(*_, **__):
        raise OSError(28, "No space left on device")

    for name in ("render_id3", "write_mp4", "write_vorbis"):
        monkeypatch.setattr(tags_module, name, full_disk)
    with pytest.raises(TagError, match="No space left") as caught:
        write_tags(path, full_tags())
    assert caught.value.exit_code == 8
    assert caught.value.hint
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_changed_sound_is_refused(tmp_path, monkeypatch):
    path = make_sound(tmp_path / "a.flac")
    before = path.read_bytes()

    def spoil(copy, *_, **__):
        content = bytearray(copy.read_bytes())
        content[-1] ^= 1
        copy.write_bytes(content)

    monkeypatch.setattr(tags_module, "write_vorbis", spoil)
    with pytest.raises(TagError, match="would change its sound"):
        write_tags(path, full_tags())
    assert path.read_bytes() == before


def test_a_missing_file_is_a_source_error(tmp_path):
    for function in (read_tags, audio_digest, is_taggable):
        with pytest.raises(SourceError, match=r"nothing\.mp3"):
            function(tmp_path / "nothing.mp3")
    with pytest.raises(SourceError):
        write_tags(tmp_path, full_tags())


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\xff\xfb", b"ID3\x04\x00\x00\x00\x00\x00\x00some text" * 9]
)
def test_what_is_no_sound_is_not_tagged(tmp_path, content):
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    with pytest.raises(TagError):
        write_tags(path, full_tags())
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", ["wav", "aiff"])
def test_wav_and_aiff_are_read_and_not_written(tmp_path, kind):
    path = make_sound(tmp_path / f"a.{kind}")
    assert read_tags(path).values == {}
    assert not is_taggable(path)
    with pytest.raises(TagError, match="WAV and AIFF"):
        write_tags(path, full_tags())
    file = mutagen.File(path)
    file.add_tags()
    file.tags.add(mutagen.id3.TIT2(encoding=3, text=["Jingle"]))
    digest = audio_digest(path)
    file.save()
    assert read_tags(path).values == {"title": "Jingle"}
    assert audio_digest(path) == digest


def test_the_name_does_not_decide(tmp_path):
    path = make_sound(tmp_path / "a.flac").rename(tmp_path / "a.mp3")
    write_tags(path, full_tags())
    assert FLAC(path)["title"] == [full_tags().title]


@pytest.mark.skipif(sys.platform == "win32", reason="links and modes are POSIX's")
def test_a_link_and_the_mode_stay(tmp_path):
    path = make_sound(tmp_path / "a.mp3")
    path.chmod(0o640)
    link = tmp_path / "link.mp3"
    link.symlink_to(path)
    write_tags(link, full_tags())
    assert link.is_symlink()
    assert read_tags(path).values["title"] == full_tags().title
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_the_table_names_each_place_once():
    for attribute in ("name", "id3", "mp4", "vorbis"):
        places = [getattr(field, attribute) for field in TAG_FIELDS if getattr(field, attribute)]
        assert len(places) == len(set(places))
    known = set(vars(EpisodeTags())) | {"date", "summary", "comment"}
    assert {field.name for field in TAG_FIELDS} == known - {"chapter_images"}


def test_languages():
    assert [iso_639_2(tag) for tag in ("fr", "fr-CA", "EN_us", "de", "bre", "x-klingon", "")] == [
        "fra",
        "fra",
        "eng",
        "deu",
        "bre",
        None,
        None,
    ]


def test_chapters_out_of_order_or_too_many_are_refused():
    with pytest.raises(TagError, match="time order"):
        EpisodeTags(chapters=CHAPTERS[::-1])
    with pytest.raises(TagError, match="256 chapters"):
        EpisodeTags(chapters=CHAPTERS[:1] * 256)
