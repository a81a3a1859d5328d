"""A corpus of broken things, one defect each: each is found by its rule, and by no other."""

from __future__ import annotations

import shutil
from collections import Counter

import pytest
from check_results import found
from corpus_feeds import FEED_DEFECTS, GOOD
from corpus_shows import SHOW_DEFECTS, make_good


def feed_rules(folder, content: bytes) -> list[str]:
    """What `check FEED.xml` finds, with how often."""
    (folder / "feed.xml").write_bytes(content)
    return [problem.rule for problem in found(folder, "feed.xml").problems]


def test_the_good_feed_is_good(tmp_path):
    assert feed_rules(tmp_path, GOOD.encode()) == []


@pytest.mark.parametrize("defect", FEED_DEFECTS, ids=lambda defect: f"{defect.rule} {defect.name}")
def test_a_feeds_defect_is_found_by_its_rule_alone(defect, tmp_path):
    assert set(feed_rules(tmp_path, defect.content)) == {defect.rule}


def test_no_defect_stands_twice():
    assert max(Counter(defect.content for defect in FEED_DEFECTS).values()) == 1


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """The good show, before and after it was assembled and published; with what `check` says of each."""
    shows = {}
    for built in (False, True):
        show = make_good(tmp_path_factory.mktemp("good") / "show", built=built)
        shows[built] = show, Counter(problem.rule for problem in found(show).problems)
    return shows


def test_the_good_show_deserves_what_is_said_of_it(good):
    said = {built: sorted(rules) for built, (_, rules) in good.items()}
    # Its voice is noise in syllables, and nothing is built yet.
    assert said == {False: ["MEDIA-010", "RECORDING-008"], True: ["RECORDING-008"]}


def test_there_are_enough():
    assert len(FEED_DEFECTS) + len(SHOW_DEFECTS) >= 150
    assert len({each.rule for each in (*FEED_DEFECTS, *SHOW_DEFECTS)}) >= 120


@pytest.mark.parametrize("defect", SHOW_DEFECTS, ids=lambda defect: f"{defect.rule} {defect.name}")
def test_a_shows_defect_is_found_by_its_rule_alone(defect, good, tmp_path):
    original, before = good[defect.built]
    show = shutil.copytree(original, tmp_path / "show")
    defect.change(show)
    after = Counter(problem.rule for problem in found(show).problems)
    assert set(after - before) == {defect.rule, *defect.also}
    assert max(after.values()) <= 3
