"""What the rules over the mix say, and where."""

from dataclasses import replace

from subjects import EDGE, EPISODE, mixed, subject

from podtool.check.rules import find_problems


def test_a_cut_word_is_told_with_the_pauses_near_it():
    (problem,) = find_problems(mixed(edges=(replace(EDGE, below_speech_db=2.0),)))
    assert problem.message == "the start at 0:12.52 in voix.wav goes through a word"
    assert problem.hint == "There is a pause at 0:12.34 (180 ms earlier) and one at 0:13 (480 ms later)."
    assert problem.line == EPISODE.places.find("segments.0").line


def test_without_a_pause_near_it_the_rules_own_words_help():
    alone = replace(EDGE, below_speech_db=2.0, pause_before_s=None, pause_after_s=None)
    (problem,) = find_problems(mixed(edges=(alone,)))
    assert "Move the time into a pause" in problem.hint


def test_without_a_timeline_nothing_is_said():
    assert find_problems(subject(mix=None)) == ()
