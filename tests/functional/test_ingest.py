"""`podtool ingest`: recordings come in whole, verified and listed; originals stay as they were."""

import hashlib
import os
import shutil
import stat
import sys
import unicodedata

import numpy as np
import pytest
from shows import change_text, make_single, said_by, speech, tone, write_wav

from example import EXAMPLE, run
from podtool.show.recordings import read_recordings
from podtool.workflow import ingest as use_case

EPISODE_TEXT = """\
# Le titre viendra
number: 1
title: Un   # provisoire
segments:
  # d'abord la voix
  - clip: recordings/voix.wav
    gain: -3 dB  # trop fort

guests: []
"""


@pytest.fixture
def show(tmp_path):
    folder = make_single(tmp_path / "show", "  []\n")
    (folder / "episode.yaml").write_text("number: 1\ntitle: Un\n", encoding="utf-8")
    return folder


@pytest.fixture
def card(tmp_path):
    """Where recordings come from: a recorder's card."""
    folder = tmp_path / "carte"
    folder.mkdir()
    return folder


def listed(show):
    return read_recordings(show / "recordings" / "recordings.yaml")


def names_in(show):
    return {path.name for path in (show / "recordings").iterdir()}


def test_any_number_of_files_comes_in_verified_and_listed(show, card):
    files = [write_wav(card / f"prise {n}.wav", tone(0.5, 200 * n)) for n in (1, 2, 3)]
    said = said_by("ingest", *files, here=show)
    entries = listed(show)
    assert [file["status"] for file in said["files"]] == ["added"] * 3
    for file, report in zip(files, said["files"], strict=True):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        entry = entries[file.name]
        assert (show / "recordings" / file.name).read_bytes() == file.read_bytes()
        assert report["path"] == f"recordings/{file.name}"
        assert report["sha256"] == entry.sha256 == digest
        assert report["bytes"] == entry.bytes == file.stat().st_size
        assert entry.came_from == file.name
        assert (entry.duration_s, entry.sample_rate_hz, entry.channels, entry.bit_depth) == (
            0.5,
            44100,
            1,
            16,
        )
    assert names_in(show) == {*(file.name for file in files), "recordings.yaml"}


def test_originals_stay_as_they_are(show, card):
    file = write_wav(card / "a.wav", tone(0.5))
    file.chmod(0o444)
    os.utime(file, ns=(10**18, 10**18))
    before = (file.read_bytes(), file.stat().st_mtime_ns, stat.S_IMODE(file.stat().st_mode))
    said_by("ingest", file, here=show)
    assert (file.read_bytes(), file.stat().st_mtime_ns, stat.S_IMODE(file.stat().st_mode)) == before
    assert os.access(show / "recordings/a.wav", os.W_OK)


def test_the_report_tells_what_is_heard(show, card):
    """A sine of -6 dBFS on the left alone, after two silent tenths and before half a silent second."""
    silence, sine = np.zeros(9600), tone(2, 1000, -6.0, 48000)
    left = np.concatenate([silence, sine, np.zeros(24000)])
    file = write_wav(card / "a.wav", [left, np.zeros(len(left))], 48000)
    report = said_by("ingest", file, here=show)["files"][0]
    assert report["duration_s"] == 2.7
    assert (report["sample_rate_hz"], report["channels"], report["bit_depth"]) == (48000, 2, 16)
    assert report["media_type"] == "audio/wav"
    assert report["sample_peak_dbfs"] == pytest.approx(-6.0, abs=0.02)
    assert report["true_peak_dbtp"] == pytest.approx(-6.0, abs=0.1)
    # BS.1770: 997 Hz at 0 dBFS in one channel is -3.01 LKFS; blocks at its ends hold less
    assert report["integrated_loudness_lufs"] == pytest.approx(-9.0, abs=0.6)
    assert report["leading_silence_s"] == pytest.approx(0.2, abs=0.05)
    assert report["trailing_silence_s"] == pytest.approx(0.5, abs=0.05)
    assert report["silent_channels"] == [1]
    assert report["identical_channels"] is False
    assert report["clipped_samples"] == 0
    assert any(problem["rule"].startswith("REC") for problem in report["problems"])


def test_what_a_recording_says_of_itself_is_told(show, card):
    import mutagen.id3

    song = card / "song.mp3"
    song.write_bytes((EXAMPLE / "music/musique.mp3").read_bytes())
    tag = mutagen.id3.ID3()
    tag.add(mutagen.id3.TPE1(encoding=3, text="Sounds of Nowhere"))
    tag.add(mutagen.id3.TCOP(encoding=3, text="All rights reserved"))
    tag.save(song)
    (told,) = said_by("ingest", song, here=show)["files"]
    assert told["says"] == {
        "title": None,
        "creator": "Sounds of Nowhere",
        "source": None,
        "licence": "LicenseRef-ARR",
        "attribution": None,
    }
    song.write_bytes(song.read_bytes() + b"more")
    _, out, _ = run("ingest", str(song), "--as", "again.mp3", here=show)
    assert "says of itself: Sounds of Nowhere, LicenseRef-ARR" in out


def test_clipping_and_identical_channels_are_seen(show, card):
    loud = np.clip(tone(0.5, 200, 6.0), -1, 1)
    report = said_by("ingest", write_wav(card / "a.wav", [loud, loud]), here=show)["files"][0]
    assert report["clipped_samples"] > 1000
    assert report["identical_channels"] is True


def test_silence_has_no_loudness(show, card):
    report = said_by("ingest", write_wav(card / "a.wav", np.zeros(22050)), here=show)["files"][0]
    for name in ("integrated_loudness_lufs", "sample_peak_dbfs", "true_peak_dbtp", "noise_floor_dbfs"):
        assert report[name] is None, name


def test_the_same_file_twice_is_known(show, card):
    file = write_wav(card / "a.wav", tone(0.5))
    twin = shutil.copy(file, card / "copie.wav")
    said_by("ingest", file, here=show)
    before = (show / "recordings/recordings.yaml").read_bytes()
    said = said_by("ingest", file, twin, here=show)
    assert [(one["status"], one["path"]) for one in said["files"]] == [("known", "recordings/a.wav")] * 2
    assert "a.wav" in said["files"][1]["why"]
    assert names_in(show) == {"a.wav", "recordings.yaml"}
    assert (show / "recordings/recordings.yaml").read_bytes() == before


@pytest.mark.parametrize("name", ["prise.wav", "PRISE.WAV"])
def test_a_name_clash_is_refused_even_where_case_tells(show, card, name):
    said_by("ingest", write_wav(card / "prise.wav", tone(0.5)), here=show)
    kept = (show / "recordings/prise.wav").read_bytes()
    other = write_wav(card / "autre" / name, tone(0.6))
    said = said_by("ingest", other, here=show, code=4)
    assert said["files"][0]["status"] == "refused"
    assert "recordings/prise.wav is there already" in said["files"][0]["why"]
    assert "--as" in said["files"][0]["why"]
    assert (show / "recordings/prise.wav").read_bytes() == kept
    said_by("ingest", other, "--as", "prise-2", here=show)
    assert names_in(show) - {"prise-2.WAV"} == {"prise.wav", "prise-2.wav", "recordings.yaml"}


def test_what_was_changed_by_hand_is_not_known(show, card):
    file = write_wav(card / "a.wav", tone(0.5))
    said_by("ingest", file, here=show)
    write_wav(show / "recordings/a.wav", tone(0.7))
    said = said_by("ingest", file, here=show, code=4)
    assert "another content" in said["files"][0]["why"]


def test_bad_files_are_refused_by_name_while_good_ones_go_in(show, card):
    good = [write_wav(card / "bon.wav", tone(0.5)), write_wav(card / "aussi.wav", tone(0.5, 300))]
    bad = {
        card / "vide.wav": "empty",
        card / "absent.wav": "no such file",
        card / "dossier": "not a file",
        card / "texte.mp3": "texte.mp3",
    }
    (card / "vide.wav").touch()
    (card / "dossier").mkdir()
    (card / "texte.mp3").write_bytes(b"pas un son " * 100)
    code, out, err = run("ingest", good[0], *bad, good[1], here=show)
    assert code == 4
    assert "4 of 6 files did not go in" in err
    assert "Traceback" not in out + err
    said = said_by("ingest", *bad, here=show, code=4)
    assert said["ok"] is False
    assert said["error"]["kind"] == "SourceError"
    assert [one["file"] for one in said["error"]["problems"]] == [path.as_posix() for path in bad]
    for report, (path, why) in zip(said["files"], bad.items(), strict=True):
        assert (report["status"], report["path"]) == ("refused", path.as_posix())
        assert why in report["why"]
    assert set(listed(show)) == {"bon.wav", "aussi.wav"}
    assert names_in(show) == {"bon.wav", "aussi.wav", "recordings.yaml"}


def test_as_names_one_file(show, card):
    files = [write_wav(card / f"{n}.wav", tone(0.5, 200 * n)) for n in (1, 2)]
    said = said_by("ingest", files[0], "--as", "édito", here=show)
    assert said["files"][0]["path"] == "recordings/édito.wav"
    assert listed(show)["édito.wav"].came_from == "1.wav"
    code, _, err = run("ingest", *files, "--as", "x", here=show)
    assert code == 2
    assert "--as" in err


@pytest.mark.parametrize(
    "name",
    [
        "a:b.wav",
        "a?.wav",
        "con.wav",
        "NUL",
        ".caché.wav",
        "fin .",
        "a\x07b.wav",
        "a\u2028b.wav",
        "a/b.wav",
        "..",
        "x\x85",
    ],
)
def test_names_that_some_system_lacks_are_refused(show, card, name):
    said = said_by("ingest", write_wav(card / "a.wav", tone(0.5)), "--as", name, here=show, code=4)
    assert "can't be a file's name on every system" in said["files"][0]["why"]
    assert names_in(show) == set()


def test_the_list_itself_is_not_overwritten(show, card):
    file = write_wav(card / "a.wav", tone(0.5))
    said_by("ingest", file, "--as", "Recordings.yaml", here=show, code=4)
    assert names_in(show) == set()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_odd_names_of_originals_do_no_harm(show, card):
    """Control characters, broken bytes, letters taken apart: what stays is a name for all systems."""
    odd = [
        write_wav(card / "prise\x07\n1.wav", tone(0.5)),
        write_wav(card / os.fsdecode(b"prise\xff.wav"), tone(0.5, 300)),
    ]
    for number, file in enumerate(odd):
        assert said_by("ingest", file, here=show, code=4)["files"][0]["status"] == "refused"
        said_by("ingest", file, "--as", f"prise-{number}", here=show)
    apart = write_wav(card / unicodedata.normalize("NFD", "Édito à côté.wav"), tone(0.5, 400))
    said = said_by("ingest", apart, here=show)
    assert said["files"][0]["path"] == "recordings/Édito à côté.wav"
    entries = listed(show)
    assert set(entries) == {"prise-0.wav", "prise-1.wav", "Édito à côté.wav"}
    assert entries["prise-0.wav"].came_from == "prise\ufffd\ufffd1.wav"
    again = write_wav(card / "autre" / "ÉDITO À CÔTÉ.wav", tone(0.5, 500))
    assert "there already" in said_by("ingest", again, here=show, code=4)["files"][0]["why"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_segments_keeps_comments_order_and_line_ends(show, card, line_end):
    text = EPISODE_TEXT.replace("\n", line_end)
    (show / "episode.yaml").write_bytes(text.encode())
    files = [write_wav(card / f"{name}.wav", tone(0.5, hz)) for name, hz in (("b", 200), ("a", 300))]
    said_by("ingest", *files, "--segments", here=show)
    added = line_end.join(["  - clip: recordings/b.wav", "  - clip: recordings/a.wav", ""])
    wanted = text.replace(f"trop fort{line_end}", f"trop fort{line_end}{added}")
    assert (show / "episode.yaml").read_bytes().decode() == wanted
    said_by("ingest", *files, files[0], "--segments", here=show)
    assert (show / "episode.yaml").read_bytes().decode() == wanted


def test_refused_files_make_no_segments(show, card):
    (card / "vide.wav").touch()
    file = write_wav(card / "a.wav", tone(0.5))
    said_by("ingest", card / "vide.wav", file, "--segments", here=show, code=4)
    text = (show / "episode.yaml").read_text(encoding="utf-8")
    assert "recordings/a.wav" in text
    assert "vide" not in text


def test_a_crash_between_copy_and_list_loses_nothing(show, card, monkeypatch):
    file = write_wav(card / "a.wav", tone(0.5))

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(use_case, "write_text", crash)
        code, _, _ = run("ingest", file, here=show)
    assert code == 130
    assert (show / "recordings/a.wav").read_bytes() == file.read_bytes()
    (show / "recordings/.podtool-0123456789ab.wav").write_bytes(b"what a killed run left")
    said = said_by("ingest", file, here=show)
    assert said["files"][0]["status"] == "added"
    assert list(listed(show)) == ["a.wav"]
    assert names_in(show) == {"a.wav", "recordings.yaml"}


def test_what_lies_in_the_folder_already_is_listed_without_a_copy(show):
    file = write_wav(show / "recordings/a.wav", tone(0.5))
    before = file.stat().st_ino
    said = said_by("ingest", "recordings/a.wav", here=show)
    assert said["files"][0]["status"] == "added"
    assert file.stat().st_ino == before
    assert list(listed(show)) == ["a.wav"]


def test_a_file_that_grows_while_it_is_copied_is_refused(show, card, monkeypatch):
    file = write_wav(card / "a.wav", tone(0.5))
    measure = use_case.measure_sound_in_time

    def still_recording(path):
        found = measure(path)
        path.write_bytes(path.read_bytes() + bytes(100))
        return found

    monkeypatch.setattr(use_case, "measure_sound_in_time", still_recording)
    said = said_by("ingest", file, here=show, code=4)
    assert "changed while it was copied" in said["files"][0]["why"]
    assert names_in(show) == set()


def test_a_recordings_folder_that_cannot_be_written_is_7(show, card):
    (show / "recordings").write_text("a file stands in the way", encoding="utf-8")
    said = said_by("ingest", write_wav(card / "a.wav", tone(0.5)), here=show, code=7)
    assert said["error"]["kind"] == "CacheError"
    assert "can't write to recordings" in said["error"]["message"]


def test_a_full_disk_is_7_and_what_went_in_before_stays(show, card, monkeypatch):
    files = [write_wav(card / f"{n}.wav", tone(0.5, 200 * n)) for n in (1, 2)]
    copy = use_case.copy_file

    def full(source, target):
        if source.name == "2.wav":
            raise OSError(28, "No space left on device")
        return copy(source, target)

    monkeypatch.setattr(use_case, "copy_file", full)
    said = said_by("ingest", *files, here=show, code=7)
    assert "No space left on device" in said["error"]["message"]
    assert list(listed(show)) == ["1.wav"]


def test_a_damaged_list_is_3_and_nothing_is_copied(show, card):
    (show / "recordings").mkdir()
    (show / "recordings/recordings.yaml").write_text("recordings:\n  a.wav: {bytes: -1}\n", encoding="utf-8")
    said = said_by("ingest", write_wav(card / "a.wav", tone(0.5)), here=show, code=3)
    assert all(one["line"] for one in said["error"]["problems"])
    assert names_in(show) == {"recordings.yaml"}


def test_two_at_once_do_not_mix(show, card, monkeypatch):
    from filelock import FileLock

    monkeypatch.setattr("podtool.workflow.workroom.LOCK_WAIT_S", 0)
    (show / ".podtool").mkdir()
    with FileLock(show / ".podtool" / "ingest.lock"):
        said = said_by("ingest", write_wav(card / "a.wav", tone(0.5)), here=show, code=7)
    assert "another `podtool ingest`" in said["error"]["message"]
    assert not (show / "recordings").exists()


def test_it_goes_into_the_episode_that_is_named(tmp_path, card):
    show = make_single(tmp_path / "show", "  []\n")
    inner = show / "episodes/02-deux"
    inner.mkdir(parents=True)
    (inner / "episode.yaml").write_text("number: 2\ntitle: Deux\n", encoding="utf-8")
    file = write_wav(card / "a.wav", speech(0.5))
    said_by("ingest", file, "--episode", "2", here=show)
    assert (inner / "recordings/a.wav").is_file()
    assert not (show / "recordings").exists()
    change_text(inner / "episode.yaml", "number: 2", "numbre: 2")
    assert run("ingest", file, "--episode", "episodes/02-deux", here=show)[0] == 3
