"""Every rule has a subject that breaks it, which breaks no other; and the good one breaks none."""

import re

import pytest
from cases import CASES, ELSEWHERE
from subjects import GOOD, SHOW, episode, subject

from podtool.check.disagreements import DISAGREEMENTS
from podtool.check.rules import all_rules, find_problems, find_rule
from podtool.check.subject import Subject
from podtool.errors import Problem, Severity, UsageError

RULES = {rule.id: rule for rule in all_rules()}


def test_the_good_subject_breaks_no_rule():
    assert find_problems(GOOD) == ()


def test_nothing_is_said_about_what_is_not_known():
    assert find_problems(Subject(show=SHOW)) == ()


@pytest.mark.parametrize(
    ("name", "broken"), [(name, broken) for name, cases in CASES.items() for broken in cases]
)
def test_what_breaks_a_rule_is_found_by_it_and_by_no_other(name, broken):
    problems = find_problems(broken)
    assert {problem.rule for problem in problems} == {name}
    for problem in problems:
        assert problem.message
        assert problem.severity is RULES[name].severity
        assert problem.spec == RULES[name].spec
        assert not problem.message.endswith(".")


@pytest.mark.parametrize("name", [name for name in RULES if name not in ELSEWHERE])
def test_no_rule_is_without_both(name):
    assert CASES.get(name), f"no subject in cases.py breaks {name}"
    assert not list(RULES[name].problems(GOOD))


def test_the_cases_name_rules_that_there_are():
    assert set(CASES) | set(ELSEWHERE) == set(RULES)


@pytest.mark.parametrize(
    "title",
    [
        "8 milliards d'humains",
        "2023 – le bilan",
        "Les essais cliniques",
        "Essais",
        "Épisodes de vie",
        "Numéros",
    ],
)
def test_titles_that_are_only_like_a_number_or_a_name_pass(title):
    assert find_problems(episode(title=title)) == ()


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_others_find_is_passed_on_as_it_is(name):
    told = Problem(
        rule=name,
        severity=RULES[name].severity,
        message="found",
        hint="do this",
        file="episode.yaml",
        line=3,
        column=5,
        spec=RULES[name].spec,
    )
    assert find_problems(subject(elsewhere=(told, told))) == (told,)


def test_ids_are_unique_and_of_one_form():
    ids = [rule.id for rule in all_rules()]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Z]+-\d{3}", name) for name in ids)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_every_rule_explains_itself(rule):
    assert rule.title
    assert rule.why
    assert rule.fix
    assert rule.example
    assert "\n" not in rule.title
    assert len(rule.title) < 100
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")


def test_where_readers_disagree_the_rule_says_what_podtool_does():
    told = {rule.id: rule.disagreement for rule in all_rules() if rule.disagreement}
    assert told == DISAGREEMENTS  # no rule of that id is missing
    assert {"FEED-006", "FEED-015", "FEED-022"} <= told.keys()
    for text in told.values():
        assert text.rpartition(". ")[2].startswith("podtool ")
        assert text.endswith(".")


def test_a_rule_is_found_by_its_id_in_any_case():
    assert find_rule(" rights-003 ").id == "RIGHTS-003"


@pytest.mark.parametrize(
    ("name", "words"),
    [("RIGHTS-3", "RIGHTS-003"), ("FEDD-012", "FEED-012"), ("x" * 10_000, "rules are called")],
)
def test_a_rule_that_is_none_is_refused_with_those_that_are_near(name, words):
    with pytest.raises(UsageError) as caught:
        find_rule(name)
    assert words in caught.value.hint


def test_problems_know_their_severities():
    assert {rule.severity for rule in all_rules()} == set(Severity)
