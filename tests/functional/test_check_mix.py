"""`podtool check` hears the mix before there is one: edits in words, loud beds, silence, broken-off music."""

import numpy as np
import pytest
from check_results import found, rules_of
from shows import RATE, change_text, make_single, said_by, speech, tone, write_wav

from example import run
from podtool.workflow import facts, mix_evidence

ASSETS = "assets:\n  air: {file: music/air.wav, title: Un air}\n"
OURS = ("MIX-", "RECORDING-014", "RECORDING-015", "RECORDING-018")


def talk(seconds, seed=1):
    """Sentences of 2.5 s with pauses of half a second, in which next to nothing is heard."""
    steps = np.arange(round(seconds * RATE))
    said = speech(seconds, level_db=-12, seed=seed)
    vowel = np.where((steps / RATE) % 3 < 2.5, 1.0, 1e-4)
    return said * vowel + 1e-4 * np.random.default_rng(seed).standard_normal(len(steps))


def held(seconds):
    """Sentences without a consonant."""
    steps = np.arange(round(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * 130 * number * steps + number) / number for number in range(1, 20))
    return 0.1 * buzz * np.where(steps % 3 < 2.5, 1.0, 1e-4) + 1e-5


@pytest.fixture
def make(tmp_path):
    def made(segments, **recordings):
        folder = make_single(tmp_path / "show", segments, show=ASSETS)
        write_wav(folder / "music/air.wav", tone(90, 330, level_db=-10))
        for name, sound in recordings.items():
            write_wav(folder / f"recordings/{name}.wav", sound)
        return folder

    return made


def ours(folder):
    return [problem for problem in found(folder).problems if problem.rule.startswith(OURS)]


def test_a_good_episode_has_no_findings(make):
    folder = make(
        "  - sting: air\n    end: 10\n    fade_out: 1\n"
        "  - clip: recordings/a.wav\n    start: 2.75\n"
        "    bed: {asset: air, gain: -14 dB, duck: 9 dB, fade_out: 1}\n"
        "  - silence: 4\n"
        "  - clip: recordings/b.wav\n    cuts: [[5.75, 8.75]]\n",
        a=held(20),
        b=0.1 * held(20),
    )
    assert ours(folder) == []


def test_each_fault_is_found_at_its_key(make):
    folder = make(
        "  - sting: air\n    end: 70\n"
        "  - clip: recordings/a.wav\n    start: 1.2\n    bed: {asset: air, gain: 0 dB, duck: 0 dB}\n"
        "  - clip: recordings/b.wav\n    level: off\n    gain: -30 dB\n    cuts: [[4.3, 6]]\n",
        a=held(20),
        b=np.concatenate((held(12), np.zeros(5 * RATE), held(12))),
    )
    told = {(problem.rule, problem.line) for problem in ours(folder)}
    assert told == {
        ("MIX-001", 7),
        ("MIX-001", 12),
        ("MIX-002", 9),
        ("MIX-003", 8),
        ("MIX-004", 9),
        ("MIX-005", 4),
        ("MIX-006", 5),
        ("MIX-006", 8),
    }


def test_the_pause_near_a_cut_is_named(make):
    folder = make("  - clip: recordings/a.wav\n    end: 5.1\n", a=held(9))
    (problem,) = ours(folder)
    assert problem.hint == "There is a pause at 0:05.75 (650 ms later)."


def test_the_second_time_nothing_is_decoded(make, monkeypatch):
    folder = make("  - clip: recordings/a.wav\n    end: 5.1\n", a=held(9))
    before = found(folder).problems
    monkeypatch.setattr(facts, "measure_sound_in_time", lambda _: pytest.fail("decoded again"))
    assert found(folder).problems == before


def test_the_build_tells_the_same(make):
    folder = make(
        "  - clip: recordings/a.wav\n    end: 5.1\n    effects: [{name: apply_gain, volume_change: 3}]\n",
        a=held(9),
    )
    assert "MIX-001" not in rules_of(found(folder))  # nobody knows yet what effects do to its length
    code, _, err = run("assemble", here=folder)
    assert code == 0, err
    assert "MIX-001" in rules_of(found(folder))


# Finished files


def test_a_finished_files_own_faults_are_told_by_inspect(tmp_path):
    sound = np.concatenate((talk(5), np.zeros(4 * RATE), talk(5)))
    path = write_wav(tmp_path / "a.wav", np.stack((sound, -sound)))
    (file,) = said_by("inspect", str(path), here=tmp_path)["files"]
    assert {problem["rule"] for problem in file["problems"]} >= {"MEDIA-018", "MEDIA-019"}
    assert file["flaws"]["correlation"] == -1.0
    assert any(stop - start >= 4 for start, stop in file["flaws"]["silences_s"])


def test_an_mp4_whose_index_comes_last_is_told(tmp_path):
    import av

    path = tmp_path / "a.m4a"
    with av.open(str(path), "w") as target:
        stream = target.add_stream("aac", rate=44100, layout="mono")
        for start in range(0, RATE * 2, 1024):
            part = talk(2)[None, start : start + 1024].astype(np.float32)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(part), format="fltp", layout="mono")
            frame.rate, frame.pts = RATE, start
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    (file,) = said_by("inspect", str(path), here=tmp_path)["files"]
    assert "MEDIA-015" in {problem["rule"] for problem in file["problems"]}


def test_a_profile_whose_file_has_another_bit_rate(make):
    folder = make("  - clip: recordings/a.wav\n", a=held(9))
    assert run("assemble", here=folder)[0] == 0
    assert not rules_of(found(folder)) & {"MEDIA-015", "MEDIA-016", "MEDIA-017", "MEDIA-018", "MEDIA-019"}
    show = folder / "show.yaml"
    show.write_text(
        show.read_text(encoding="utf-8") + "profiles:\n  podcast: {format: mp3, bitrate: 96k}\n",
        encoding="utf-8",
    )
    assert "MEDIA-017" in rules_of(found(folder))


def test_ingest_tells_of_hum_and_dropouts(make):
    steps = np.arange(20 * RATE) / RATE
    mains = sum(np.sin(2 * np.pi * 50 * number * steps) / number for number in (1, 3, 5))
    sound = held(20) + 0.002 * mains
    sound[RATE : RATE + 900] = 0
    folder = make("  - clip: recordings/a.wav\n", a=held(9))
    write_wav(folder.parent / "b.wav", sound)
    code, out, err = run("ingest", "../b.wav", here=folder)
    assert code == 0, err
    assert "hum at 50 Hz" in out
    assert "1 dropout" in out
    assert "(some milliseconds are missing) at 0:01" in out


def test_what_ingest_measured_check_doesnt(make, monkeypatch):
    folder = make("  - clip: recordings/a.wav\n", a=held(9))
    assert run("ingest", "recordings/a.wav", here=folder)[0] == 0
    monkeypatch.setattr(facts, "measure_sound_in_time", lambda _: pytest.fail("decoded again"))
    found(folder)


def test_what_was_heard_of_the_mix_is_kept(make, monkeypatch):
    folder = make("  - clip: recordings/a.wav\n    end: 5.1\n", a=held(9))
    before = found(folder).problems
    monkeypatch.setattr(mix_evidence, "_heard", lambda *_: pytest.fail("heard again"))
    assert found(folder).problems == before
    monkeypatch.undo()
    change_text(folder / "episode.yaml", "5.1", "5.75")
    assert "MIX-001" not in rules_of(found(folder))
