"""`podtool tag`: what files say is written anew; what they sound like and what others wrote in them stays."""

import shutil

import av
import mutagen
import numpy as np
import pytest
from mutagen.id3 import ID3, PRIV, TXXX, WOAR
from PIL import Image
from shows import change_text, make_show, make_single, said_by, tone, write_wav

from example import assemble, run
from podtool.publish.tags import audio_digest

CODECS = {
    "mp3": ("libmp3lame", "s16p", 44100),
    "m4a": ("aac", "fltp", 44100),
    "opus": ("libopus", "s16", 48000),
    "flac": ("flac", "s16", 44100),
}


def write_coded(path, codec, kind, rate):
    samples = np.rint(tone(0.6, 300, -12, rate) * 32767).astype(np.int16)
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate = rate
        for part in av.AudioResampler(format=kind, layout="mono", rate=rate).resample(frame):
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def coded(tmp_path_factory):
    """Half a second of sound in each format."""
    folder = tmp_path_factory.mktemp("coded")
    for extension, how in CODECS.items():
        write_coded(folder / f"son.{extension}", *how)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    show = make_show(tmp_path_factory.mktemp("tagged") / "show", episodes=(1,))
    said_by("assemble", "1", here=show)
    return show


@pytest.fixture
def show(built, tmp_path):
    return shutil.copytree(built, tmp_path / "show")


@pytest.fixture
def media(show):
    return show / "episodes/01-un/build/petite-01.mp3"


@pytest.mark.parametrize("extension", CODECS)
def test_any_file_takes_values_and_keeps_its_sound(coded, tmp_path, extension):
    file = shutil.copy(coded / f"son.{extension}", tmp_path / f"un été.{extension}")
    sound = audio_digest(file)
    Image.new("RGB", (400, 400), (9, 99, 9)).save(tmp_path / "image.png")
    values = {"title": "Une virgule, déjà ?", "artist": "Sounds of Nowhere", "album": "Sons", "track": "7"}
    options = [part for name, value in values.items() for part in ("--set", f"{name}={value}")]
    said = said_by("tag", file, *options, "--set", f"cover={tmp_path / 'image.png'}", here=tmp_path)
    assert audio_digest(file) == sound
    tags = said["files"][0]["tags"]
    assert {name: str(tags[name]) for name in values} == values
    read = mutagen.File(file)
    assert read.info.length == pytest.approx(0.6, abs=0.1)
    assert said_by("inspect", file, here=tmp_path)["files"][0]["tags"] == tags


def test_what_others_wrote_stays(coded, tmp_path):
    file = shutil.copy(coded / "son.mp3", tmp_path / "a.mp3")
    foreign = ID3()
    foreign.add(PRIV(owner="www.example.org", data=b"\x00\x01 kept"))
    foreign.add(TXXX(desc="MusicBrainz Album Id", text=["b0a1"]))
    foreign.add(WOAR(url="https://example.org/artist"))
    foreign.save(file)
    said_by("tag", file, "--set", "title=Un", here=tmp_path)
    after = ID3(file)
    assert after.getall("PRIV")[0].data == b"\x00\x01 kept"
    assert after["TXXX:MusicBrainz Album Id"].text == ["b0a1"]
    assert after.getall("WOAR")[0].url == "https://example.org/artist"
    assert after["TIT2"].text == ["Un"]
    flac = shutil.copy(coded / "son.flac", tmp_path / "a.flac")
    read = mutagen.File(flac)
    read["REPLAYGAIN_TRACK_GAIN"] = "-3 dB"
    read.save()
    said_by("tag", flac, "--set", "title=Un", here=tmp_path)
    assert mutagen.File(flac)["REPLAYGAIN_TRACK_GAIN"] == ["-3 dB"]


@pytest.mark.parametrize("extension", CODECS)
def test_an_episodes_tags_go_into_any_file(show, coded, tmp_path, extension):
    file = shutil.copy(coded / f"son.{extension}", tmp_path / f"a.{extension}")
    sound = audio_digest(file)
    tags = said_by("tag", file, "--episode", "1", "--set", "title=Extrait", here=show)["files"][0]["tags"]
    assert (tags["title"], tags["album"]) == ("Extrait", "Petite émission")
    assert tags["licence_url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert audio_digest(file) == sound


def test_a_new_title_goes_into_the_built_file(show, media):
    sound = audio_digest(media)
    change_text(show / "episodes/01-un/episode.yaml", "title: Un\n", "title: Une\n")
    said = said_by("tag", "1", here=show)
    assert said["files"][0]["tags"]["title"] == "Une"
    assert [chapter["title"] for chapter in said["files"][0]["chapters"]] == ["Début", "Fin"]
    assert audio_digest(media) == sound
    said = said_by("assemble", "1", here=show)
    assert {step["status"] for step in said["steps"]} == {"reused"}


def test_without_recordings_or_cache_the_built_file_is_all_that_is_needed(show, media):
    before = said_by("inspect", media, here=show)["files"][0]
    sound = audio_digest(media)
    shutil.rmtree(show / ".podtool")
    shutil.rmtree(show / "episodes/01-un/recordings")
    change_text(show / "episodes/01-un/episode.yaml", "recorded: 2024-01-01", "recorded: 2024-02-29")
    after = said_by("tag", here=show / "episodes/01-un")["files"][0]
    assert after["chapters"] == before["chapters"]
    assert after["tags"] == before["tags"] | dict.fromkeys(("recorded", "date"), "2024-02-29")
    assert audio_digest(media) == sound


def test_a_changed_sound_is_8_and_nothing_is_written(show, media):
    before = media.read_bytes()
    change_text(show / "episodes/01-un/episode.yaml", "end: 1s", "end: 1.2s")
    said = said_by("tag", "1", here=show, code=8)
    assert said["error"]["kind"] == "TagError"
    assert "the sound itself has changed: segment 2 changed" in said["error"]["message"]
    assert media.read_bytes() == before


def test_nothing_built_is_8(tmp_path):
    show = make_show(tmp_path / "show", episodes=(1,))
    said = said_by("tag", "1", here=show, code=8)
    assert "podtool assemble" in said["error"]["hint"]


def test_built_wav_files_are_left_alone(tmp_path):
    show = make_single(tmp_path / "show", "  - clip: recordings/a.wav\n", show="profiles: [podcast, radio]\n")
    write_wav(show / "recordings/a.wav", tone(1, 300))
    assemble(show)
    radio = (show / "build/seule-01.radio.wav").read_bytes()
    change_text(show / "episode.yaml", "title: Un", "title: Une")
    said = said_by("tag", here=show)
    assert [file["tags"]["title"] for file in said["files"]] == ["Une"]
    assert (show / "build/seule-01.radio.wav").read_bytes() == radio


def test_only_what_is_built_is_tagged(tmp_path):
    """The second profile was never made: tagging the first makes no other file."""
    show = make_single(tmp_path / "show", "  - clip: recordings/a.wav\n", show="profiles: [podcast, opus]\n")
    write_wav(show / "recordings/a.wav", tone(1, 300))
    assemble(show, "--profile", "podcast")
    change_text(show / "episode.yaml", "title: Un", "title: Une")
    assert len(said_by("tag", here=show)["files"]) == 1
    assert not (show / "build/seule-01.opus.opus").exists()


@pytest.mark.parametrize(
    ("name", "content", "codes"),
    [
        ("a.wav", None, {8}),
        ("a.mp3", b"pas un son " * 200, {4, 8}),
        ("a.mp3", b"", {4, 8}),
        ("a.flac", b"fLaC" + bytes(100), {4, 8}),
        ("a.opus", b"OggS" + b"OpusHead" * 9, {4, 8}),
        ("a.m4a", b"\x00\x00\x00\x20ftypM4A " + bytes(200), {4, 8}),
    ],
    ids=["WAV", "text", "empty", "FLAC", "Opus", "M4A"],
)
def test_what_takes_no_tags_is_refused_and_stays(tmp_path, name, content, codes):
    file = tmp_path / name
    if content is None:
        write_wav(file, tone(0.5))
    else:
        file.write_bytes(content)
    before = file.read_bytes()
    code, out, err = run("tag", file, "--set", "title=Un", here=tmp_path)
    assert code in codes
    assert "Traceback" not in out + err
    assert name in err
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_missing_file_is_4_and_a_missing_cover_too(tmp_path, coded):
    assert run("tag", "absent.mp3", "--set", "title=Un", here=tmp_path)[0] == 4
    file = shutil.copy(coded / "son.mp3", tmp_path / "a.mp3")
    before = file.read_bytes()
    assert run("tag", file, "--set", "cover=absent.png", here=tmp_path)[0] == 4
    (tmp_path / "texte.png").write_bytes(b"pas une image")
    assert run("tag", file, "--set", "cover=texte.png", here=tmp_path)[0] == 4
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "option",
    [
        "titel=Un",
        "title",
        "=Un",
        "track=sept",
        "track=-1",
        "track=99999999999999999999",
        "recorded=hier",
        "chapters=x",
        "podcast=x",
    ],
)
def test_values_that_no_tag_takes_are_2(tmp_path, coded, option):
    file = shutil.copy(coded / "son.mp3", tmp_path / "a.mp3")
    before = file.read_bytes()
    said = said_by("tag", file, "--set", option, here=tmp_path, code=2)
    assert said["error"]["kind"] == "UsageError"
    assert file.read_bytes() == before


def test_controls_in_a_value_do_no_harm(tmp_path, coded):
    for extension in CODECS:
        file = shutil.copy(coded / f"son.{extension}", tmp_path / f"a.{extension}")
        sound = audio_digest(file)
        code, out, err = run("tag", file, "--set", "title=Un\x00\x1b[31m\n\ud800deux", here=tmp_path)
        assert code in {0, 2, 8}
        assert "Traceback" not in out + err
        assert audio_digest(file) == sound


def test_nothing_to_write_is_2(tmp_path, coded):
    file = shutil.copy(coded / "son.mp3", tmp_path / "a.mp3")
    said = said_by("tag", file, here=tmp_path, code=2)
    assert "episode" in said["error"]["message"] + said["error"]["hint"]


def test_a_cover_that_is_gone_is_4(show, media):
    (show / "cover.png").unlink()
    before = media.read_bytes()
    said = said_by("tag", media, "--episode", "1", here=show, code=4)
    assert "cover.png can't be read" in said["error"]["message"]
    assert media.read_bytes() == before
