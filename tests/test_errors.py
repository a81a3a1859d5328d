import inspect
import json
import pickle
import re

import pytest

from podtool import errors
from podtool.errors import KINDS, Cancelled, InternalError, ManifestError, PodtoolError, Problem, Severity

CODES = {
    "CheckError": 1,
    "UsageError": 2,
    "ManifestError": 3,
    "SourceError": 4,
    "ToolError": 5,
    "LoudnessError": 6,
    "CacheError": 7,
    "TagError": 8,
    "PublishError": 9,
    "InternalError": 70,
    "Cancelled": 130,
}

FULL = Problem(
    rule="YAML-002",
    severity=Severity.ERROR,
    message="`titel` is not a key",
    hint="did you mean `title`?",
    file="show.yaml",
    line=3,
    column=1,
    spec="interface 2",
)


def test_every_kind_has_its_own_exit_code_for_good():
    assert {kind.__name__: kind.exit_code for kind in KINDS} == CODES


def test_no_kind_is_missing_from_the_table():
    defined = {
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, PodtoolError) and kind is not PodtoolError
    }
    assert defined == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_says_what_it_means(kind):
    assert kind.meaning
    error = kind() if kind is Cancelled else kind("so it is", hint="do that", problems=(FULL,))
    assert isinstance(error, Exception)
    assert error.kind == kind.__name__
    assert str(error) == error.message
    assert error.as_json()["exit_code"] == CODES[kind.__name__]


def test_the_json_of_an_error():
    error = ManifestError("two problems", hint="read them", problems=(FULL, Problem(
        rule="YAML-001", severity=Severity.WARNING, message="m")))  # fmt: skip
    assert json.loads(json.dumps(error.as_json())) == {
        "kind": "ManifestError",
        "exit_code": 3,
        "message": "two problems",
        "hint": "read them",
        "problems": [
            {
                "rule": "YAML-002",
                "severity": "error",
                "file": "show.yaml",
                "line": 3,
                "column": 1,
                "message": "`titel` is not a key",
                "hint": "did you mean `title`?",
                "spec": "interface 2",
            },
            {
                "rule": "YAML-001",
                "severity": "warning",
                "file": "",
                "line": 0,
                "column": 0,
                "message": "m",
                "hint": "",
                "spec": "",
            },
        ],
    }


@pytest.mark.parametrize(
    ("file", "line", "column", "place"),
    [
        ("show.yaml", 3, 1, "show.yaml:3:1"),
        ("show.yaml", 3, 0, "show.yaml:3"),
        ("show.yaml", 0, 0, "show.yaml"),
        ("", 0, 0, ""),
    ],
)
def test_a_place_says_as_much_as_is_known(file, line, column, place):
    problem = Problem(
        rule="YAML-002", severity=Severity.NOTE, message="m", file=file, line=line, column=column
    )
    assert problem.place == place


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_comes_back_whole_from_another_process(kind):
    error = kind() if kind is Cancelled else kind("so it is", hint="do that", problems=(FULL,))
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(again), again.as_json()) == (kind, error.as_json())


def test_cancelling_has_its_own_words():
    assert "nothing was left half-made" in Cancelled().message
    assert InternalError.exit_code == PodtoolError.exit_code


def test_severities_are_words():
    assert [str(severity) for severity in Severity] == ["error", "warning", "note"]
    assert all(re.fullmatch("[a-z]+", severity.value) for severity in Severity)
