"""A corpus of broken things, one defect each: each is found by its rule, and by no other."""

from __future__ import annotations

from collections import Counter

import pytest
from check_results import found
from corpus_feeds import FEED_DEFECTS, GOOD


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
