"""What `ingest` and `inspect` say of one file, without a show."""

from dataclasses import replace

import pytest
from subjects import CHAPTERS, ENCODED, SPEECH, TAGS

from podtool.check.media import check_media
from podtool.check.recordings import check_recording
from podtool.errors import Severity
from podtool.show.facts import ChapterFacts, TagFacts


def rules_of(problems):
    return [problem.rule for problem in problems]


def test_a_good_recording_has_no_problem():
    assert check_recording("recordings/voix.wav", SPEECH) == ()


def test_a_bad_recording_has_them_all_at_its_file():
    bad = replace(
        SPEECH,
        channels=2,
        clipped_samples=3,
        silent_channels=(0,),
        dc_offset=0.05,
        sample_rate_hz=8000,
        integrated_loudness_lufs=-35.0,
        noise_floor_dbfs=-60.0,
    )
    problems = check_recording("recordings/voix.wav", bad)
    assert rules_of(problems) == [
        "RECORDING-001",
        "RECORDING-002",
        "RECORDING-004",
        "RECORDING-008",
        "RECORDING-009",
        "RECORDING-010",
    ]
    assert {problem.place for problem in problems} == {"recordings/voix.wav"}
    assert all(problem.message.startswith("recordings/voix.wav: ") for problem in problems)
    assert "left channel" in problems[2].message


def test_silence_is_said_once():
    silent = replace(
        SPEECH,
        integrated_loudness_lufs=None,
        loudness_range_lu=None,
        sample_peak_dbfs=None,
        true_peak_dbtp=None,
        noise_floor_dbfs=None,
        leading_silence_s=20.0,
        trailing_silence_s=20.0,
    )
    assert rules_of(check_recording("a.wav", silent)) == ["RECORDING-011"]


def test_words_without_a_pause_are_no_noise_where_the_file_is_silent_at_an_end():
    dense = replace(SPEECH, noise_floor_dbfs=-36.0, trailing_silence_s=1.4)
    assert check_recording("a.wav", dense) == ()


def test_music_without_any_pause_is_no_noise():
    music = replace(SPEECH, noise_floor_dbfs=SPEECH.integrated_loudness_lufs - 1)
    assert check_recording("a.wav", music) == ()


def test_a_good_file_has_no_problem():
    assert check_media("a.mp3", ENCODED, TAGS) == ()


def test_a_bare_file_lacks_its_tags():
    problems = check_media("a.mp3", ENCODED, TagFacts())
    assert rules_of(problems) == ["TAGS-001", "TAGS-002", "TAGS-003", "TAGS-007"]
    assert {problem.place for problem in problems} == {"a.mp3"}


def test_a_wave_file_has_no_tags_to_lack():
    assert check_media("a.wav", replace(ENCODED, container="wav"), TagFacts()) == ()


def test_no_loudness_is_asked_of_a_file_that_nobody_made_for_one():
    assert (
        check_media("a.mp3", replace(ENCODED, integrated_loudness_lufs=-5.0, true_peak_dbtp=0.5), TAGS) == ()
    )


@pytest.mark.parametrize(
    ("chapters", "rule"),
    [
        (CHAPTERS[::-1], "CHAPTERS-003"),
        ((*CHAPTERS, ChapterFacts(start_ms=40_000, end_ms=50_000, title="Encore")), "CHAPTERS-007"),
        ((replace(CHAPTERS[0], title=""), *CHAPTERS[1:]), "CHAPTERS-009"),
    ],
)
def test_chapters_are_looked_at(chapters, rule):
    assert rules_of(check_media("a.mp3", ENCODED, replace(TAGS, chapters=chapters))) == [rule]


def test_what_a_reader_stumbles_over_is_told_once():
    problems = check_media(
        "a.mp3",
        ENCODED,
        replace(
            TAGS,
            chapters=CHAPTERS[::-1],
            problems=(
                "CHAP frames don't stand in time order in the file",
                "no CTOC frame lists the CHAP frames",
            ),
        ),
    )
    assert rules_of(problems) == ["TAGS-004", "CHAPTERS-003"]
    assert problems[0].severity is Severity.WARNING
