"""What counts of what was found: chosen, ignored with a reason, another severity; and faults in these."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from subjects import GOOD

from podtool.check.judging import Choice, Occurrence, Owner, choose, families_told, judge
from podtool.check.rules import all_rules, families, find_rule
from podtool.errors import Problem, Severity, UsageError
from podtool.show.model import CheckSettings, IgnoredRule, Place, Places

EVERYTHING = families()


def problem(rule="SHOW-003", **more):
    given_values = {"rule": rule, "severity": find_rule(rule).severity, "message": "m", "file": "show.yaml"}
    return Problem(**given_values | more)


def seen(*problems, episode=None):
    return [Occurrence(problem=each, episode=episode) for each in problems]


def ignoring(rule, where=None, line=7):
    place = Place(file="show.yaml", line=line, column=5)
    return IgnoredRule(rule=rule, reason=f"because of {rule}", where=where, place=place)


def owner(*ignores, episode=None, told=EVERYTHING, **severities):
    by_rule = {name.replace("_", "-"): severity for name, severity in severities.items()}
    places = Places(
        file="show.yaml",
        by_key={
            f"check.severity.{name}": Place(file="show.yaml", line=line, column=3)
            for line, name in enumerate(by_rule, start=20)
        },
    )
    settings = CheckSettings(ignores=ignores, severities=by_rule)
    return Owner(settings=settings, places=places, episode=episode, told=told)


def rules_of(judged):
    return [each.rule for each in judged.problems]


def test_what_is_ignored_is_kept_with_its_reason_and_where_that_stands():
    judged = judge(seen(problem(), problem("SHOW-005")), [owner(ignoring("SHOW-003"))], Choice())
    assert rules_of(judged) == ["SHOW-005"]
    (ignored,) = judged.ignored
    assert (ignored.problem.rule, ignored.reason, ignored.by) == (
        "SHOW-003", "because of SHOW-003", "show.yaml:7",
    )  # fmt: skip


def test_a_family_is_all_its_rules():
    judged = judge(seen(problem(), problem("RIGHTS-001")), [owner(ignoring("show"))], Choice())
    assert rules_of(judged) == ["RIGHTS-001"]


@pytest.mark.parametrize(
    ("where", "hidden"),
    [
        ("episodes/08*", True),
        ("episodes/08-titre/", True),
        ("episodes/*/episode.yaml", True),
        ("*.yaml", True),
        ("episodes/09*", False),
        ("episode.yaml", False),
    ],
)
def test_where_means_files_and_episodes(where, hidden):
    found = seen(problem("EPISODE-002", file="episodes/08-titre/episode.yaml"), episode="episodes/08-titre")
    judged = judge(found, [owner(ignoring("EPISODE-002", where))], Choice())
    assert ("EPISODE-002" in rules_of(judged)) is not hidden
    assert ("CHECK-001" in rules_of(judged)) is not hidden


def test_an_episode_ignores_for_itself_also_what_stands_in_the_shows_file():
    shared = problem("RIGHTS-007")
    found = [*seen(shared, episode="a"), *seen(shared, episode="b")]
    one = judge(found, [owner(), owner(ignoring("RIGHTS-007"), episode="a")], Choice())
    assert rules_of(one) == ["RIGHTS-007"]
    assert one.ignored == ()
    both = [owner(ignoring("RIGHTS-007"), episode=name) for name in "ab"]
    assert judge(found, [owner(), *both], Choice()).problems == ()


def test_one_that_hides_nothing_is_told_of_at_its_line():
    judged = judge(seen(problem()), [owner(ignoring("SHOW-001", line=9))], Choice())
    told = next(each for each in judged.problems if each.rule == "CHECK-001")
    assert (told.line, told.severity) == (9, Severity.WARNING)


@pytest.mark.parametrize("told", [None, EVERYTHING - {"SHOW"}])
def test_but_not_where_its_facts_were_not_looked_at(told):
    assert judge((), [owner(ignoring("SHOW-001"), told=told)], Choice()).problems == ()
    assert judge((), [owner(ignoring("SHOW-001"))], choose(["SHOW"])).problems == ()


def test_what_is_not_built_proves_nothing_about_media():
    assert families_told(GOOD, EVERYTHING) >= {"MEDIA", "TAGS", "FEED", "SHOW"}
    bare = replace(GOOD, is_built=False, feed=None, pages={})
    assert not families_told(bare, EVERYTHING) & {"MEDIA", "TAGS", "FEED", "PAGE"}
    assert "SHOW" in families_told(bare, EVERYTHING)


@pytest.mark.parametrize(
    ("settings", "rule", "line", "hint"),
    [
        (owner(ignoring("RIGTHS-001")), "CHECK-002", 7, "Did you mean RIGHTS-001"),
        (owner(ignoring("NOTHING")), "CHECK-002", 7, "ules are called"),
        (owner(ignoring("LEDGER-001")), "CHECK-003", 7, "Remove it"),
        (owner(ignoring("YAML")), "CHECK-003", 7, "Remove it"),
        (owner(ignoring("SHOW-003"), ignoring("show-003", line=8)), "CHECK-004", 8, "Keep one"),
        (owner(SHOW_999="note"), "CHECK-002", 20, "Did you mean SHOW-00"),
        (owner(YAML_020="note"), "CHECK-003", 20, "Remove it"),
    ],
)
def test_faults_in_the_settings_are_findings_with_their_line(settings, rule, line, hint):
    judged = judge(seen(problem()), [settings], Choice())
    (told,) = [each for each in judged.problems if each.rule.startswith("CHECK")]
    assert (told.rule, told.line) == (rule, line)
    assert hint in told.hint


def test_severities_are_the_shows_and_the_episodes_own_come_first():
    owners = [owner(SHOW_003="error", SHOW="note"), owner(episode="a", SHOW_003="note")]
    found = [*seen(problem()), *seen(problem(message="of a"), episode="a")]
    assert [each.severity for each in judge(found, owners, Choice()).problems] == ["error", "note"]


def test_the_command_line_chooses_and_leaves_out():
    found = seen(problem(), problem("SHOW-005"), problem("RIGHTS-001"))
    assert rules_of(judge(found, [owner()], choose(["show"]))) == ["SHOW-003", "SHOW-005"]
    judged = judge(found, [owner()], choose(["SHOW,RIGHTS-001"], ["SHOW-003"]))
    assert rules_of(judged) == ["SHOW-005", "RIGHTS-001"]
    assert [(each.problem.rule, each.by) for each in judged.ignored] == [("SHOW-003", "--ignore")]


@pytest.mark.parametrize(
    ("select", "ignore", "words"),
    [
        (["SHWO"], [], "SHOW"),
        (["FEED-999"], [], "did you mean"),
        ([], ["RIGTHS-001"], "RIGHTS-001"),
        ([], ["YAML"], "podtool check --explain YAML-001"),
    ],
)
def test_names_that_are_none_are_refused_with_those_that_are_near(select, ignore, words):
    with pytest.raises(UsageError) as caught:
        choose(select, ignore)
    assert words in caught.value.hint


ids = st.sampled_from([rule.id for rule in all_rules()])


@given(st.lists(ids, max_size=6), st.lists(ids, max_size=4), st.lists(ids, max_size=4))
def test_nothing_that_was_found_is_lost(found, ignored, chosen):
    problems = seen(*(problem(rule) for rule in found))
    select = frozenset(chosen) or None
    judged = judge(problems, [owner(*map(ignoring, ignored))], Choice(select=select))
    kept = {each.rule for each in judged.problems} | {each.problem.rule for each in judged.ignored}
    wanted = {rule for rule in found if select is None or rule in select}
    assert wanted <= kept
    assert {each.problem.rule for each in judged.ignored} <= set(ignored)
    assert not any(find_rule(each.problem.rule).is_binding for each in judged.ignored)
