"""`podtool check` on small shows: what is wrong in the YAML, its files and between episodes."""

import json
import math
import struct
import wave
from pathlib import Path

import pytest
from check_results import edit, found, one, rules_of

from example import run
from podtool.errors import UsageError
from podtool.workflow.explaining import explain_rule


def write_voice(path, seconds=3.0, rate=16_000, level=0.3):
    """A tone that comes and goes like words do."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        count = int(seconds * rate)
        words = (
            level * math.sin(2 * math.pi * 220 * n / rate) * (1 if int(n / rate * 4) % 2 == 0 else 1e-4)
            for n in range(count)
        )
        file.writeframes(b"".join(struct.pack("<h", round(word * 32767)) for word in words))


def small_show(tmp_path, segments, more=""):
    """A show of one episode in one folder, with one recording."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "show.yaml").write_text(
        "title: Petite\ndescription: D\nlanguage: fr\nauthor: A\nhandle: petite\nlicence: CC0-1.0\n"
        "feed: https://example.org/feed.xml\nguid: 9a1e2b1c-0000-5000-8000-000000000000\n"
        f"link: https://example.org/\ncategories: [Education]\n{more}",
        encoding="utf-8",
    )
    (folder / "episode.yaml").write_text(
        f"number: 1\ntitle: Un essai\ndescription: D\nrecorded: 2023-01-01\nsegments:\n{segments}",
        encoding="utf-8",
    )
    write_voice(folder / "recordings/voix.wav")
    return folder


def test_a_cache_that_cannot_be_written_is_no_hindrance(tmp_path):
    folder = small_show(tmp_path, "  - clip: recordings/voix.wav\n")
    (folder / ".podtool").write_text("in the way", encoding="utf-8")
    assert "RECORDING-010" in rules_of(found(folder))


def test_a_missing_file_is_found_where_it_is_named(tmp_path):
    folder = small_show(tmp_path, "  - clip: recordings/voix.wav\n  - clip: recordings/rien.wav\n")
    problem = one(found(folder), "SOURCE-001")
    assert (problem.place, problem.severity.value) == ("episode.yaml:7:5", "error")


def test_a_file_that_is_no_sound_is_found_where_it_is_named(tmp_path):
    folder = small_show(tmp_path, "  - clip: recordings/voix.wav\n  - clip: recordings/rien.wav\n")
    (folder / "recordings/rien.wav").write_bytes(b"nothing")
    problem = one(found(folder), "SOURCE-003")
    assert problem.place == "episode.yaml:7:5"
    assert str(tmp_path) not in problem.message


@pytest.mark.parametrize(
    ("segments", "rule", "place"),
    [
        ("  - clip: recordings/voix.wav\n    start: 9\n", "SOURCE-002", "episode.yaml:7:5"),
        (
            "  - clip: recordings/voix.wav\n  - clip: recordings/voix.wav\n    crossfade: 10\n",
            "TIMELINE-001",
            "episode.yaml:8:5",
        ),
        (
            "  - clip: recordings/voix.wav\n    cuts: [[1, 2]]\n    chapters: [{at: 1.5, title: A}]\n",
            "CHAPTERS-002",
            "episode.yaml:8:17",
        ),
        (
            "  - clip: recordings/voix.wav\n    effects: [{name: low_pas}]\n",
            "EPISODE-013",
            "episode.yaml:7:5",
        ),
    ],
)
def test_a_timeline_that_cannot_be_is_found_before_it_is_built(segments, rule, place, tmp_path):
    assert one(found(small_show(tmp_path, segments)), rule).place == place


def test_effects_that_change_the_length_leave_the_timeline_to_assemble(tmp_path):
    folder = small_show(
        tmp_path, "  - clip: recordings/voix.wav\n    start: 9\n    effects: [{name: speedup}]\n"
    )
    assert "SOURCE-002" not in rules_of(found(folder))


def test_an_own_effect_that_is_no_python_is_found(tmp_path):
    folder = small_show(tmp_path, "  - clip: recordings/voix.wav\n    effects: [{name: mine}]\n")
    (folder / "effects.py").write_text("def (", encoding="utf-8")
    assert one(found(folder), "EPISODE-013").file == "effects.py"


def test_a_recording_that_was_changed_is_found(tmp_path):
    folder = small_show(tmp_path, "  - clip: recordings/voix.wav\n")
    voice = folder / "recordings/voix.wav"
    code, _, err = run("ingest", str(voice), here=folder)
    assert code == 0, err
    assert not {"RECORDING-012", "RECORDING-013"} & rules_of(found(folder))
    write_voice(voice, level=0.2)
    assert one(found(folder), "RECORDING-012").place == "episode.yaml:6:5"


def test_silence_that_is_cut_away_is_not_told(tmp_path):
    folder = small_show(tmp_path, "  - clip: recordings/tard.wav\n    start: 2.9\n")
    write_voice(folder / "recordings/tard.wav", seconds=0.2, level=0.3)
    voice = folder / "recordings/tard.wav"
    with wave.open(str(voice), "rb") as file:
        sound = file.readframes(file.getnframes())
    with wave.open(str(voice), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(3 * 32_000) + sound)
    assert "RECORDING-006" not in rules_of(found(folder))
    edit(folder / "episode.yaml", "    start: 2.9\n", "")
    assert "RECORDING-006" in rules_of(found(folder))


@pytest.mark.parametrize("broken", ["show.yaml", "episode.yaml"])
def test_broken_yaml_is_a_finding_and_the_rest_is_still_looked_at(broken, tmp_path):
    folder = small_show(tmp_path, "  - clip: recordings/voix.wav\n")
    assert run("ingest", "recordings/voix.wav", here=folder)[0] == 0
    edit(folder / broken, "title:", "titel:")
    result = found(folder)
    problem = one(result, "YAML-020")
    assert problem.file == broken
    assert result.excerpts[broken, problem.line].startswith("titel: ")
    assert "RECORDING-010" in rules_of(result)
    assert ("SHOW-001" in rules_of(result)) is (broken == "episode.yaml")
    assert run("check", here=folder)[0] == 1


def test_broken_recordings_yaml_is_a_finding(tmp_path):
    folder = small_show(tmp_path, "  - clip: recordings/voix.wav\n")
    (folder / "recordings/recordings.yaml").write_text("recordings: [a]\n", encoding="utf-8")
    assert one(found(folder), "YAML-023").place == "recordings/recordings.yaml:1:13"
    edit(folder / "show.yaml", "title:", "titel:")
    assert "YAML-023" in rules_of(found(folder))


@pytest.mark.parametrize(
    ("cover", "rule"),
    [("{file: cover.png, alt: A}", "COVER-009"), ("{file: nothing.png, alt: A}", "SOURCE-001")],
)
def test_a_cover_that_cannot_be_read_is_found(cover, rule, tmp_path):
    folder = small_show(tmp_path, "  - clip: recordings/voix.wav\n", more=f"cover: {cover}\n")
    (folder / "cover.png").write_bytes(b"no picture")
    assert one(found(folder), rule).file == "show.yaml"
    assert not {"COVER-009", "SOURCE-001"} - {rule} & rules_of(found(folder))


# Whole shows


@pytest.fixture
def new_show(tmp_path):
    code, _, err = run(
        "init", "new", "--title", "Mon émission", "--language", "fr",
        "--base-url", "https://show.example.org", "--email", "a@example.org", here=tmp_path,
    )  # fmt: skip
    assert code == 0, err
    return tmp_path / "new"


def test_check_accepts_a_new_show(new_show):
    result = found(new_show)
    assert rules_of(result) == {"SHOW-001"}
    assert run("check", here=new_show)[0] == 0


def test_check_accepts_a_new_episode(new_show):
    assert run("new", "1", "Le premier", here=new_show)[0] == 0
    result = found(new_show)
    assert rules_of(result) == {"SHOW-001", "EPISODE-001", "EPISODE-002"}
    assert found(new_show, "1").problems == result.problems
    assert found(new_show.parent, "new").problems == result.problems
    assert found(new_show, "show.yaml").problems == result.problems


def test_a_whole_show_tells_each_finding_once(new_show):
    for number, title in (("1", "Le premier"), ("2", "Le second")):
        assert run("new", number, title, here=new_show)[0] == 0
    assert sum(problem.rule == "SHOW-001" for problem in found(new_show).problems) == 1


def test_episodes_that_would_overwrite_each_other_are_found(new_show):
    for number, title in (("1", "Le premier"), ("2", "Le second")):
        assert run("new", number, title, here=new_show)[0] == 0
    edit(new_show / "episodes/02-le-second/episode.yaml", "number: 2", "number: 1\nslug: le-premier")
    twins = [
        problem.file for problem in found(new_show).problems if problem.rule in ("EPISODE-007", "EPISODE-008")
    ]
    assert sorted(twins) == sorted(
        ["episodes/01-le-premier/episode.yaml", "episodes/02-le-second/episode.yaml"] * 2
    )


def test_a_number_in_a_show_that_is_broken_gives_its_problems(new_show):
    edit(new_show / "show.yaml", "title:", "titel:")
    assert "YAML-020" in rules_of(found(new_show, "1"))


@pytest.mark.parametrize("argument", [None, "nowhere", "7"])
def test_what_is_not_there_is_wrong_usage(argument, tmp_path):
    with pytest.raises(UsageError):
        found(tmp_path, argument)


# Explanations


def test_a_rule_is_explained():
    told = explain_rule("feed-012")
    assert list(told) == ["rule", "severity", "title", "why", "spec", "fix", "example"]
    code, out, _ = run("check", "--explain", "FEED-012", "--json", here=Path.cwd())
    assert code == 0
    assert json.loads(out)["rule"] == dict(told)
    assert run("check", "--explain", "FEED-999", here=Path.cwd())[0] == 2
