"""`podtool check` told what counts: --select, --ignore, `check:` in the YAML files."""

import json

import pytest
from check_results import edit, found, one, rules_of
from shows import make_show

from example import run


@pytest.fixture
def show(tmp_path):
    return make_show(tmp_path / "show")


def said(show, *arguments):
    code, out, err = run("check", "--json", *arguments, here=show)
    assert not err
    return code, json.loads(out)


def test_select_tells_of_these_only(show):
    edit(show / "show.yaml", "author: Petite équipe\n", "")
    code, told = said(show, "--select", "SHOW")
    assert code == 0
    assert {each["rule"] for each in told["problems"]} == {"SHOW-003", "SHOW-007"}
    assert run("check", "--select", "SHOW-003", "--strict", here=show)[0] == 1
    assert run("check", "--select", "SHOW-003", "--ignore", "SHOW-003", "--strict", here=show)[0] == 0


def test_a_name_that_is_none_is_wrong_usage(show):
    code, _, err = run("check", "--ignore", "SHOWS-003", here=show)
    assert code == 2
    assert "SHOW-003" in err


def test_what_show_yaml_ignores_is_told_as_such_and_counts_no_more(show):
    edit(show / "show.yaml", "author: Petite équipe\n", "")
    ignore = "check:\n  ignore:\n    - {rule: SHOW-003, reason: everybody and nobody}\n"
    with (show / "show.yaml").open("a", encoding="utf-8") as file:
        file.write(ignore)
    code, told = said(show)
    assert "SHOW-003" not in {each["rule"] for each in told["problems"]}
    (ignored,) = told["ignored"]
    assert (ignored["reason"], ignored["ignored_by"]) == ("everybody and nobody", "show.yaml:26")
    code, out, _ = run("check", here=show)
    assert code == 0
    assert "1 ignored" in out.splitlines()[-1]


def test_an_ignored_rule_that_is_not_broken_is_found_once_all_is_looked_at(show):
    edit(show / "show.yaml", "publish:", "check: {ignore: [{rule: SHOW-003, reason: r}]}\npublish:")
    assert one(found(show), "CHECK-001").file == "show.yaml"
    assert "CHECK-001" not in rules_of(found(show, "1"))
    edit(show / "episodes/02-deux/episode.yaml", "title: Deux", "titel: Deux")
    assert "CHECK-001" not in rules_of(found(show))


def test_nothing_built_proves_nothing_about_media(show):
    edit(show / "show.yaml", "publish:", "check: {ignore: [{rule: MEDIA-007, reason: r}]}\npublish:")
    assert "CHECK-001" not in rules_of(found(show))


def test_an_episode_has_its_own_settings(show):
    edit(
        show / "episodes/01-un/episode.yaml",
        "segments:",
        "check: {ignore: [{rule: MEDIA-010, reason: r}]}\nsegments:",
    )
    result = found(show)
    assert [each.problem.file for each in result.ignored] == ["episodes/01-un/episode.yaml"]
    assert one(result, "MEDIA-010").file == "episodes/02-deux/episode.yaml"


def test_a_severity_decides_the_exit_code(show):
    edit(show / "show.yaml", "publish:", "check: {severity: {MEDIA-010: error}}\npublish:")
    code, told = said(show)
    assert code == 1
    assert {each["severity"] for each in told["problems"] if each["rule"] == "MEDIA-010"} == {"error"}
