"""What `ingest` and `inspect` say of one file, without a show."""

from dataclasses import replace

import pytest
from subjects import CHAPTERS, ENCODED, SPEECH, TAGS

from podtool.check.media import check_media
from podtool.check.recordings import check_recording
from podtool.check.subject import MediaFacts, Mp3Facts
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


def checked(path, sound, tags):
    return check_media(MediaFacts(path=path, sound=sound, tags=tags))


def test_words_without_a_pause_are_no_noise_where_the_file_is_silent_at_an_end():
    dense = replace(SPEECH, noise_floor_dbfs=-36.0, trailing_silence_s=1.4)
    assert check_recording("a.wav", dense) == ()


def test_music_without_any_pause_is_no_noise():
    music = replace(SPEECH, noise_floor_dbfs=SPEECH.integrated_loudness_lufs - 1)
    assert check_recording("a.wav", music) == ()


def test_a_good_file_has_no_problem():
    assert checked("a.mp3", ENCODED, TAGS) == ()


def test_a_bare_file_lacks_its_tags():
    problems = checked("a.mp3", ENCODED, TagFacts())
    assert rules_of(problems) == ["TAGS-001", "TAGS-002", "TAGS-003", "TAGS-007"]
    assert {problem.place for problem in problems} == {"a.mp3"}


def test_a_wave_file_has_no_tags_to_lack():
    assert checked("a.wav", replace(ENCODED, container="wav"), TagFacts()) == ()


def test_no_loudness_is_asked_of_a_file_that_nobody_made_for_one():
    assert checked("a.mp3", replace(ENCODED, integrated_loudness_lufs=-5.0, true_peak_dbtp=0.5), TAGS) == ()


@pytest.mark.parametrize(
    ("chapters", "rule"),
    [
        (CHAPTERS[::-1], "CHAPTERS-003"),
        ((*CHAPTERS, ChapterFacts(start_ms=40_000, end_ms=50_000, title="Encore")), "CHAPTERS-007"),
        ((replace(CHAPTERS[0], title=""), *CHAPTERS[1:]), "CHAPTERS-009"),
    ],
)
def test_chapters_are_looked_at(chapters, rule):
    assert rules_of(checked("a.mp3", ENCODED, replace(TAGS, chapters=chapters))) == [rule]


def test_what_a_reader_stumbles_over_is_told_once():
    problems = checked(
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


def test_of_a_finished_file_the_frames_and_the_phase_are_looked_at_too():
    media = MediaFacts(
        path="a.mp3",
        sound=replace(ENCODED, flaws=replace(ENCODED.flaws, correlation=-0.9)),
        tags=TAGS,
        mp3=Mp3Facts(has_info=False, is_vbr=False, bitrate_kbps=96),
    )
    assert rules_of(check_media(media)) == ["MEDIA-018", "MEDIA-006"]


@pytest.mark.parametrize("silence", [(0.0, 9.0), (22.0, 30.0), (10.0, 12.9)])
def test_a_finished_file_may_be_silent_at_its_ends_and_for_a_moment(silence):
    sound = replace(ENCODED, flaws=replace(ENCODED.flaws, silences_s=(silence,)))
    assert checked("a.mp3", sound, TAGS) == ()
