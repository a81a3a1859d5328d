from __future__ import annotations

from dataclasses import replace

import pytest
from subjects import GOOD, music

from podtool.check.rules import find_problems
from podtool.show.facts import WorkFacts
from podtool.show.model import Licence


def told(**facts: str):
    return {"music/air.flac": WorkFacts(**facts)}


@pytest.mark.parametrize(
    "facts",
    [
        {"title": "AIR", "creator": "quelqu’un"},
        {"title": "Air (extended)", "creator": "Quelqu'un & Co"},
        {"licence": "CC-BY-4.0"},
        {},
    ],
)
def test_a_file_that_says_the_same_in_other_words_is_no_finding(facts):
    assert find_problems(replace(GOOD, told_by_files=told(**facts))) == ()


def test_a_reference_to_a_deed_is_the_licence_of_the_deed():
    own = music(licence=Licence(id="CC-BY-SA-3.0-FR"))
    found = find_problems(replace(own, told_by_files=told(licence="CC-BY-SA-3.0-FR")))
    assert "RIGHTS-014" not in {problem.rule for problem in found}


def test_what_only_the_file_knows_is_offered():
    (problem,) = find_problems(replace(music(creator=None), told_by_files=told(creator="Moi")))
    assert problem.rule == "RIGHTS-002"
    assert problem.hint == "Its file says «Moi»: if that is right, write it as `creator`."
    (problem,) = find_problems(replace(music(licence=None), told_by_files=told(licence="CC-BY-3.0")))
    assert (problem.rule, "«CC-BY-3.0»" in problem.hint) == ("RIGHTS-001", True)


def test_only_what_is_heard_counts():
    broken = music(licence=None)
    assert {problem.rule for problem in find_problems(broken)} == {"RIGHTS-001"}
    assert find_problems(replace(broken, heard={})) == ()
    assert find_problems(replace(broken, heard={"air": []})) == ()
    assert find_problems(replace(broken, heard={"air": [(0, 900)]})) == find_problems(broken)
