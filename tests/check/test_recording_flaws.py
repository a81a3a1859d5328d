"""What is near to breaking a rule over recordings, and doesn't."""

from dataclasses import replace

import pytest
from subjects import GOOD, RECORDING, SPEECH, flawed, recorded

from podtool.check import thresholds
from podtool.check.rules import all_rules, find_problems


@pytest.mark.parametrize(
    "near",
    [
        flawed(hum_hz=50, hum_dbfs=-66.0),
        flawed(hum_hz=None, hum_dbfs=None),
        flawed(correlation=-0.2),
        flawed(correlation=0.0, balance_db=5.9),
        flawed(balance_db=-5.9),
        flawed(ends_at_hz=11_000),
        recorded(codec="mp3", bit_depth=None, flaws=replace(SPEECH.flaws, ends_at_hz=16_000)),
        recorded(
            channels=2, clipped_samples=0, flaws=replace(SPEECH.flaws, silences_s=((1.0, 3.0), (5.0, 9.0)))
        ),
    ],
)
def test_near_misses(near):
    assert find_problems(near) == ()


def test_one_silent_channel_is_one_finding():
    sound = replace(
        SPEECH,
        channels=2,
        silent_channels=(1,),
        flaws=replace(SPEECH.flaws, balance_db=-29.0, correlation=-0.9),
    )
    found = find_problems(replace(GOOD, recordings=(replace(RECORDING, sound=sound),)))
    assert [problem.rule for problem in found] == ["RECORDING-004"]


def test_what_the_episode_puts_right_is_no_finding():
    sound = replace(SPEECH, flaws=replace(SPEECH.flaws, balance_db=9.0))
    treated = replace(GOOD, recordings=(replace(RECORDING, sound=sound, is_treated=True),))
    assert find_problems(treated) == ()


@pytest.mark.parametrize("flaw", [{"holes_s": (1.0,)}, {"clicks_s": (1.0,)}, {"repeats_s": (1.0,)}])
def test_music_may_tear_and_click(flaw):
    sound = replace(SPEECH, flaws=replace(SPEECH.flaws, **flaw))
    assert find_problems(replace(GOOD, recordings=(replace(RECORDING, sound=sound, is_music=True),))) == ()


def test_music_that_vanishes_in_mono_is_told():
    sound = replace(SPEECH, flaws=replace(SPEECH.flaws, correlation=-0.9))
    found = find_problems(replace(GOOD, recordings=(replace(RECORDING, sound=sound, is_music=True),)))
    assert [problem.rule for problem in found] == ["RECORDING-018"]


def test_places_are_told_but_not_all():
    (problem,) = find_problems(flawed(holes_s=(1.0, 2.0, 63.5, 70.0)))
    assert problem.message.endswith("4 dropouts (some milliseconds are missing) at 0:01, 0:02, 1:03.5 …")


def test_every_threshold_has_its_rule_and_source():
    rules = {rule.id for rule in all_rules()}
    for threshold in thresholds.ALL:
        assert threshold.rule in rules
        assert threshold.source
        assert threshold.what
