"""`podtool assemble`: profiles, options, what is kept in lock and cache, and what a kill leaves."""

import json
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from filelock import FileLock
from mutagen.mp3 import MP3, BitrateMode
from shows import (
    change_text,
    digests,
    make_show,
    make_single,
    said_by,
    speech,
    tone,
    write_wav,
)

from example import assemble, run
from podtool.audio.measuring import measure_blocks
from podtool.audio.mp3_probe import probe_mp3
from podtool.audio.source import read_blocks
from podtool.workflow import mp3_delivery, sound

CLIP = "  - clip: recordings/a.wav\n    title: Un\n"


def single(folder, rows=None, segments=CLIP, show=""):
    made = make_single(folder, segments, show=show)
    write_wav(made / "recordings/a.wav", speech(2) if rows is None else rows)
    return made


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """One clip of two seconds, assembled."""
    show = single(tmp_path_factory.mktemp("short") / "show")
    assemble(show)
    return show


@pytest.fixture
def show(short, tmp_path):
    return shutil.copytree(short, tmp_path / "show")


def statuses(said):
    return {step["name"]: step["status"] for step in said["steps"]}


def reasons(said):
    return {step["name"]: step["reasons"] for step in said["steps"] if step["reasons"]}


# Profiles


def test_every_profile_of_the_show_has_its_file(tmp_path):
    show = single(
        tmp_path / "show",
        show="profiles:\n  main: {format: m4a, bitrate: 96k, loudness: -18 LUFS}\n"
        "  mono: {}\n  archive: {}\n",
    )
    files = {each["profile"]: each for each in assemble(show)["artefacts"] if each["profile"]}
    assert {name: each["path"] for name, each in files.items()} == {
        "main": "build/seule-01.m4a",
        "mono": "build/seule-01.mono.mp3",
        "archive": "build/seule-01.archive.flac",
    }
    heard = {
        name: measure_blocks(read_blocks(show / each["path"], rate_hz=44100), 44100)
        for name, each in files.items()
    }
    assert heard["main"].integrated_loudness_lufs == pytest.approx(-18, abs=0.5)
    assert heard["main"].true_peak_dbtp <= -1
    facts = probe_mp3(show / files["mono"]["path"])
    assert (facts.channels, facts.bitrate_kbps, facts.problems) == (1, 96, ())
    inspected = said_by("inspect", files["mono"]["path"], here=show)["files"][0]
    assert inspected["integrated_loudness_lufs"] == pytest.approx(-19, abs=0.5)
    assert {round(each.samples / 44100, 3) for each in heard.values()} == {2.0}
    lock = (show / "episode.lock").read_text(encoding="utf-8")
    assert "main:" in lock
    assert "mono:" in lock
    assert "archive:" not in lock


def test_a_variable_bit_rate_is_the_same_with_any_number_of_threads(tmp_path):
    show = single(tmp_path / "show", speech(70), show="profiles: {podcast: {bitrate: V6, channels: mono}}\n")
    path = show / "build/seule-01.mp3"
    made = []
    for jobs in ("1", "8"):
        assemble(show, "--fresh", "--jobs", jobs)
        made.append(path.read_bytes())
    assert made[0] == made[1]
    info = MP3(path).info
    assert info.bitrate_mode is BitrateMode.VBR
    assert info.encoder_settings == "-V 6"
    assert info.length == pytest.approx(70, abs=1e-6)
    facts = probe_mp3(path)
    assert (facts.samples, facts.vbr, facts.problems) == (70 * 44100, True, ())


@pytest.mark.parametrize("bitrate", ["V2", "128k"])
def test_explain_names_the_bit_rate_that_changed(bitrate, tmp_path):
    show = single(tmp_path / "show", show="profiles: {podcast: {bitrate: V4}}\n")
    assemble(show)
    change_text(show / "show.yaml", "bitrate: V4", f"bitrate: {bitrate}")
    why = reasons(said_by("explain", here=show))
    assert why["encode podcast"] == ["bit rate changed"]
    assert statuses(assemble(show))["encode podcast"] == "built"
    assert probe_mp3(show / "build/seule-01.mp3").vbr == (bitrate == "V2")


def test_a_named_profile_is_made_beside_the_shows(show):
    said = said_by("assemble", "--profile", "opus", "--profile", "opus", here=show)
    assert [each["path"] for each in said["artefacts"] if each["profile"]] == ["build/seule-01.opus.opus"]
    assert (show / "build/seule-01.mp3").is_file()
    assert statuses(assemble(show))["encode podcast"] == "reused"
    lock = (show / "episode.lock").read_text(encoding="utf-8")
    assert "podcast:" in lock
    assert "opus:" in lock


def test_an_unknown_profile_is_2_and_names_those_there_are(show):
    said = said_by("assemble", "--profile", "mp4", here=show, code=2)
    assert "mp4" in said["error"]["message"]
    assert "podcast" in said["error"]["hint"]


# What can't be met


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (np.zeros(88200), "silent"),
        (np.concatenate([speech(1, -75), np.tile(np.r_[0.9, np.zeros(440)], 100)[:44100]]), "limiting"),
    ],
    ids=["silent", "clicks"],
)
def test_sound_that_cannot_meet_its_target_is_6(tmp_path, rows, words):
    show = single(tmp_path / "show", rows, "  - clip: recordings/a.wav\n    level: off\n")
    said = said_by("assemble", here=show, code=6)
    assert said["error"]["kind"] == "LoudnessError"
    assert words in said["error"]["message"]
    assert said["error"]["hint"]
    assert not (show / "build").exists()
    assert not (show / "episode.lock").exists()


def test_an_episode_without_sound_is_6(tmp_path):
    show = single(tmp_path / "show", segments="  []\n")
    said = said_by("assemble", here=show, code=6)
    assert "no sound" in said["error"]["message"]


# Recordings


def test_missing_recordings_are_4_and_all_are_named_with_their_lines(tmp_path):
    show = single(
        tmp_path / "show",
        segments="  - clip: recordings/a.wav\n  - clip: recordings/b.wav\n  - sting: air\n",
        show="assets:\n  air: {file: music/air.wav, title: Un air}\ncover: {file: cover.png}\n",
    )
    (show / "recordings/a.wav").unlink()
    for command in (("assemble",), ("assemble", "--plan"), ("explain",)):
        said = said_by(*command, here=show, code=4)
        places = {(one["file"], one["line"]): one["message"] for one in said["error"]["problems"]}
        assert places == {
            ("episode.yaml", 4): "recordings/a.wav is missing",
            ("episode.yaml", 5): "recordings/b.wav is missing",
            ("show.yaml", 7): "music/air.wav is missing",
            ("show.yaml", 8): "cover.png is missing",
        }
        assert "(and 3 more)" in said["error"]["message"]


def test_damaged_recordings_are_4_and_all_are_named_with_their_lines(tmp_path):
    show = single(
        tmp_path / "show",
        segments="  - clip: recordings/b.mp3\n  - clip: recordings/a.wav\n  - clip: recordings/c.flac\n",
    )
    (show / "recordings/b.mp3").write_bytes(b"pas un son" * 300)
    (show / "recordings/c.flac").write_bytes(b"fLaC" + bytes(300))
    said = said_by("assemble", here=show, code=4)
    assert {(one["rule"], one["file"], one["line"]) for one in said["error"]["problems"]} == {
        ("SOURCE-003", "episode.yaml", 4),
        ("SOURCE-003", "episode.yaml", 6),
    }
    assert said["error"]["message"].startswith("recordings/b.mp3: ")
    assert "(and 1 more)" in said["error"]["message"]


def test_a_folder_in_place_of_a_recording_is_4(tmp_path):
    show = single(tmp_path / "show")
    (show / "recordings/a.wav").unlink()
    (show / "recordings/a.wav").mkdir()
    said = said_by("assemble", here=show, code=4)
    assert "recordings/a.wav can't be read" in said["error"]["message"]


@pytest.mark.parametrize("key", ["end: 3s", "start: 2.5s"])
def test_a_range_outside_the_recording_is_4_with_its_line(tmp_path, key):
    show = single(tmp_path / "show", segments=f"{CLIP}    {key}\n")
    said = said_by("assemble", here=show, code=4)
    (problem,) = said["error"]["problems"]
    assert (problem["file"], problem["line"]) == ("episode.yaml", 6)
    assert "2" in problem["message"]
    assert not (show / "build").exists()


def test_wrong_effects_are_3_all_with_their_lines(tmp_path):
    show = single(
        tmp_path / "show",
        segments="  - clip: recordings/a.wav\n    effects: [{name: low_pass_filtre, cutoff: 3}]\n"
        "  - clip: recordings/a.wav\n    effects:\n      - {name: apply_gain}\n",
    )
    said = said_by("assemble", here=show, code=3)
    assert [(one["file"], one["line"]) for one in said["error"]["problems"]] == [
        ("episode.yaml", 5),
        ("episode.yaml", 7),
    ]
    assert "low_pass_filter" in said["error"]["problems"][0]["message"]


# Where things go, and how often


def test_out_is_another_folder_seen_from_here(show, tmp_path):
    before = digests(show / "build")
    said = said_by("assemble", "--out", "../sortie", here=show)
    assert digests(tmp_path / "sortie").keys() == before.keys()
    assert (tmp_path / "sortie/seule-01.mp3").read_bytes() == (show / "build/seule-01.mp3").read_bytes()
    assert said["artefacts"][0]["path"] == "../sortie/seule-01.mp3"
    assert statuses(said)["encode podcast"] == "reused"
    assert digests(show / "build") == before
    assert set(statuses(said_by("assemble", "--out", "../sortie", here=show)).values()) == {"reused"}


def test_a_build_folder_that_cannot_be_is_7(show):
    shutil.rmtree(show / "build")
    (show / "build").write_text("in the way", encoding="utf-8")
    said = said_by("assemble", here=show, code=7)
    assert said["error"]["kind"] == "CacheError"
    assert (show / "build").read_text(encoding="utf-8") == "in the way"


def test_a_plan_makes_nothing_and_is_kept(tmp_path):
    show = single(tmp_path / "show")
    before = digests(show)
    plan = said_by("assemble", "--plan", here=show)
    assert digests(show) == before
    assert plan["artefacts"] == []
    made = assemble(show)
    assert [step["name"] for step in plan["steps"]] == [step["name"] for step in made["steps"]]
    assert set(statuses(plan).values()) == set(statuses(made).values()) == {"built"}
    after = digests(show)
    assert set(statuses(said_by("assemble", "--plan", here=show)).values()) == {"reused"}
    assert digests(show) == after


def test_fresh_makes_everything_again_to_the_byte(show):
    before = digests(show, ".podtool")
    said = said_by("assemble", "--fresh", here=show)
    assert set(statuses(said).values()) == {"built"}
    assert set(map(tuple, reasons(said).values())) == {("--fresh was asked for",)}
    assert digests(show, ".podtool") == before


def test_what_is_gone_or_altered_in_the_build_folder_is_made_again(show):
    before = digests(show / "build")
    (show / "build/chapters.json").unlink()
    (show / "build/seule-01.mp3").write_bytes(b"altered")
    said = assemble(show)
    assert reasons(said) == {
        "tag podcast": ["seule-01.mp3 is not as it was made"],
        "chapters": ["chapters.json is missing"],
    }
    assert digests(show / "build") == before


def test_a_damaged_cache_is_no_matter(show):
    before = digests(show, ".podtool")
    for entry in (show / ".podtool/cache").glob("??/*"):
        content = bytearray(entry.read_bytes())
        content[len(content) // 2] ^= 1
        entry.write_bytes(content)
    for record in (show / ".podtool/records").iterdir():
        record.write_bytes(b'{"version": 1, "steps": {"x": 3}}')
    assemble(show)
    assert digests(show, ".podtool") == before


def test_without_its_cache_the_same_bytes_come_again(show):
    before = digests(show, ".podtool")
    shutil.rmtree(show / ".podtool")
    shutil.rmtree(show / "build")
    assemble(show)
    assert digests(show, ".podtool") == before


def test_several_episodes_one_after_the_other(tmp_path):
    show = make_show(tmp_path / "show")
    said = said_by("assemble", "1", "episodes/02-deux", here=show)
    assert [each["episode"] for each in said["episodes"]] == ["episodes/01-un", "episodes/02-deux"]
    assert statuses(said["episodes"][1])["measure music/musique.wav"] == "reused"
    (show / "episodes/02-deux/recordings/voix.wav").unlink()
    said = said_by("assemble", "1", "2", here=show, code=4)
    assert [each["episode"] for each in said["episodes"]] == ["episodes/01-un"]
    assert said["error"]["problems"][0]["file"] == "episodes/02-deux/episode.yaml"
    assert run("assemble", "1", "2", "--out", "x", here=show)[0] == 2


# The lock


def test_the_gain_is_kept_while_it_fits_and_chosen_anew_when_asked(show):
    """The lock's gain may be a little off: it is followed, and only --relock looks for a better one."""
    lock = show / "episode.lock"
    chosen = lock.read_text(encoding="utf-8")
    gain = float(chosen.split("gain: ")[1].split(" dB")[0])
    change_text(lock, f"gain: {gain:.1f} dB", f"gain: {gain - 0.1:.1f} dB")
    kept = lock.read_text(encoding="utf-8")
    said = assemble(show)
    assert reasons(said)["encode podcast"] == ["loudness gain changed"]
    assert said["artefacts"][0]["integrated_loudness_lufs"] == pytest.approx(-16.1, abs=0.06)
    assert lock.read_text(encoding="utf-8") == kept
    said = said_by("assemble", "--relock", here=show)
    assert lock.read_text(encoding="utf-8") == chosen
    assert said["artefacts"][0]["integrated_loudness_lufs"] == pytest.approx(-16, abs=0.15)
    assert statuses(said)["encode podcast"] == "reused"


def test_a_gain_that_misses_the_target_is_chosen_anew(show):
    lock = show / "episode.lock"
    chosen = lock.read_text(encoding="utf-8")
    gain = float(chosen.split("gain: ")[1].split(" dB")[0])
    change_text(lock, f"gain: {gain:.1f} dB", f"gain: {gain - 0.5:.1f} dB")
    said = assemble(show)
    assert said["artefacts"][0]["integrated_loudness_lufs"] == pytest.approx(-16, abs=0.15)
    assert lock.read_text(encoding="utf-8") == chosen


def test_another_target_is_another_gain(show):
    change_text(show / "show.yaml", "handle:", "profiles:\n  podcast: {loudness: -18 LUFS}\nhandle:")
    said = assemble(show)
    assert said["artefacts"][0]["integrated_loudness_lufs"] == pytest.approx(-18, abs=0.15)
    assert "target: -18.0 LUFS" in (show / "episode.lock").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "content", [b"loudness: [", b"version: 9\n", b"\xff\xfe", b"version: 1\nloudness: {a: 1}\n"]
)
def test_a_damaged_lock_is_7_with_its_lines_until_it_is_made_anew(show, content):
    chosen = (show / "episode.lock").read_bytes()
    (show / "episode.lock").write_bytes(content)
    for command in (("assemble",), ("assemble", "--plan"), ("explain",), ("publish",), ("tag",)):
        said = said_by(*command, here=show, code=7)
        assert said["error"]["kind"] == "CacheError"
        assert "--relock" in said["error"]["hint"]
        assert all(one["file"] == "episode.lock" and one["line"] for one in said["error"]["problems"])
    assert (show / "episode.lock").read_bytes() == content
    said_by("assemble", "--relock", here=show)
    assert (show / "episode.lock").read_bytes() == chosen


# Threads, two runs, a kill


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """Eighteen seconds: two chunks of MP3, two recordings."""
    segments = (
        "  - clip: recordings/a.wav\n    title: Un\n  - clip: recordings/b.wav\n    crossfade: 500 ms\n"
    )
    show = make_single(tmp_path_factory.mktemp("long") / "show", segments)
    write_wav(show / "recordings/a.wav", speech(9, -20, seed=5))
    write_wav(
        show / "recordings/b.wav", [speech(9, -12, seed=6, rate=48000), tone(9, 300, -20, 48000)], 48000
    )
    return show


@pytest.fixture(scope="module")
def whole(long, tmp_path_factory):
    """What `long` becomes, on one thread."""
    show = shutil.copytree(long, tmp_path_factory.mktemp("whole") / "show")
    assemble(show, "--jobs", "1")
    return digests(show, ".podtool")


def test_threads_change_no_byte(long, whole, tmp_path):
    show = shutil.copytree(long, tmp_path / "ailleurs")
    assemble(show, "--jobs", "8")
    assert digests(show, ".podtool") == whole


def test_a_second_run_on_the_same_episode_waits_or_is_refused(show, monkeypatch):
    monkeypatch.setattr("podtool.workflow.workroom.LOCK_WAIT_S", 0)
    (lock,) = (show / ".podtool").glob("assemble-*.lock")
    with FileLock(lock):
        said = said_by("assemble", here=show, code=7)
        assert "another `podtool assemble` is at work" in said["error"]["message"]
        said_by("assemble", "--plan", here=show)
    assemble(show)


def test_what_a_killed_run_left_is_swept(show):
    before = digests(show, ".podtool")
    (show / "build/.podtool-0123456789ab.mp3").write_bytes(b"half a file")
    room = show / ".podtool/scratch/room-0123456789ab"
    room.mkdir(parents=True)
    (room / "scratch-1-x.sound").write_bytes(bytes(1000))
    (room / "x.mp3").write_bytes(bytes(1000))
    assemble(show)
    assert digests(show, ".podtool") == before
    assert list((show / ".podtool/scratch").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("moment", [0.0, 0.5])
def test_a_kill_leaves_a_cache_to_go_on_with(long, whole, tmp_path, moment):
    show = shutil.copytree(long, tmp_path / "show")
    process = subprocess.Popen(
        [sys.executable, "-m", "podtool", "assemble", "-q"], cwd=show, stderr=subprocess.DEVNULL
    )
    scratch = show / ".podtool/scratch"
    while process.poll() is None and not any(scratch.glob("room-*/*")):
        time.sleep(0.005)
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)
    left = digests(show, ".podtool")
    assert {name: whole[name] for name in left if "/.podtool-" not in name} == {
        name: digest for name, digest in left.items() if "/.podtool-" not in name
    }
    assemble(show)
    assert digests(show, ".podtool") == whole
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("stage", ["decode", "measure the mix", "encode podcast"])
def test_ctrl_c_leaves_nothing_half_made(long, whole, tmp_path, monkeypatch, stage):
    show = shutil.copytree(long, tmp_path / "show")
    real = sound.Progress

    def pressed(**given):
        if given["stage"] == stage:
            raise KeyboardInterrupt
        return real(**given)

    with monkeypatch.context() as patch:
        for module in (sound, mp3_delivery):
            patch.setattr(module, "Progress", pressed)
        code, out, err = run("assemble", "--json", here=show)
    assert code == 130
    assert json.loads(out)["error"]["kind"] == "Cancelled"
    assert "Traceback" not in err
    assert list((show / ".podtool/scratch").iterdir()) == []
    assert not (show / "build").exists()
    if stage == "encode podcast":
        said = assemble(show)
        assert statuses(said)["measure mix (stereo)"] == "reused"
        assert digests(show, ".podtool") == whole
