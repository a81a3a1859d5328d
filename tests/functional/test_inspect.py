"""`podtool inspect`: what a finished file says and sounds like, every field that interface promises."""

import hashlib
import json

import numpy as np
import pytest
from shows import make_show, said_by, tone, write_wav

from example import run

FIELDS = {
    "path",
    "sha256",
    "media_type",
    "duration_s",
    "sample_rate_hz",
    "channels",
    "bit_depth",
    "integrated_loudness_lufs",
    "loudness_range_lu",
    "sample_peak_dbfs",
    "true_peak_dbtp",
    "noise_floor_dbfs",
    "clipped_samples",
    "tags",
    "chapters",
    "problems",
}
FIGURES = {name for name in FIELDS if name.endswith(("_lufs", "_lu", "_dbfs", "_dbtp"))}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    show = make_show(tmp_path_factory.mktemp("inspect") / "show", episodes=(1,))
    said = said_by("assemble", "1", here=show)
    return show / "episodes/01-un/build/petite-01.mp3", said["artefacts"][0]


def test_the_built_file(built):
    media, artefact = built
    said = said_by("inspect", media.name, here=media.parent)
    (file,) = said["files"]
    assert set(file) >= FIELDS
    assert file["path"] == media.name
    assert file["sha256"] == hashlib.sha256(media.read_bytes()).hexdigest() == artefact["sha256"]
    assert (file["media_type"], file["sample_rate_hz"], file["channels"]) == ("audio/mpeg", 44100, 2)
    assert (file["bit_depth"], file["clipped_samples"]) == (None, 0)
    assert file["duration_s"] == artefact["duration_s"]
    assert 3.0 <= file["duration_s"] < 3.03, "two clips, one of them slipped to the frame grid"
    for name in ("integrated_loudness_lufs", "true_peak_dbtp", "loudness_range_lu"):
        assert file[name] == artefact[name], name
    assert file["chapters"] == [
        {"start_s": 0.0, "end_s": pytest.approx(2.0, abs=0.03), "title": "Début"},
        {"start_s": pytest.approx(2.0, abs=0.03), "end_s": artefact["duration_s"], "title": "Fin"},
    ]
    tags = file["tags"]
    assert (tags["title"], tags["album"], str(tags["track"])) == ("Un", "Petite émission", "1")
    assert not [one for one in file["problems"] if one["severity"] == "error"]


def test_text_says_the_same(built):
    media, artefact = built
    code, out, _ = run("inspect", media, here=media.parent)
    assert code == 0
    for words in (
        "Un",
        "Petite émission",
        "Début",
        "44.1 kHz",
        f"{artefact['integrated_loudness_lufs']:.1f} LUFS",
    ):
        assert words in out, words


def test_silence_has_no_figures(tmp_path):
    write_wav(tmp_path / "rien.wav", np.zeros((2, 22050)))
    (file,) = said_by("inspect", "rien.wav", here=tmp_path)["files"]
    assert set(file) >= FIELDS
    assert {name: file[name] for name in FIGURES} == dict.fromkeys(FIGURES)
    assert (file["duration_s"], file["bit_depth"], file["tags"], file["chapters"]) == (0.5, 16, {}, [])
    code, out, _ = run("inspect", "rien.wav", here=tmp_path)
    assert code == 0
    assert "nan" not in out.lower()


def test_several_files_in_their_order(tmp_path):
    names = ["b.wav", "a.wav"]
    for name, level in zip(names, (-20, -30), strict=True):
        write_wav(tmp_path / name, tone(1, 1000, level))
    files = said_by("inspect", *names, here=tmp_path)["files"]
    assert [file["path"] for file in files] == names
    assert files[0]["sample_peak_dbfs"] - files[1]["sample_peak_dbfs"] == pytest.approx(10, abs=0.1)


@pytest.mark.parametrize("content", [None, b"", b"pas un son" * 99, b"RIFF\xff\xff\xff\x7fWAVEfmt "])
def test_what_cannot_be_read_is_4(tmp_path, content):
    if content is not None:
        (tmp_path / "x.wav").write_bytes(content)
    code, out, err = run("inspect", "x.wav", "--json", here=tmp_path)
    error = json.loads(out)["error"]
    assert (code, error["kind"], error["exit_code"]) == (4, "SourceError", 4)
    assert "x.wav" in error["message"]
    assert "Traceback" not in err


def test_a_folder_is_4_and_no_file_is_2(tmp_path):
    assert run("inspect", ".", here=tmp_path)[0] == 4
    assert run("inspect", here=tmp_path)[0] == 2
