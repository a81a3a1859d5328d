"""`--json`: one object on stdout, whatever happens."""

import json

import pytest
from cli_samples import ASSEMBLED, Cli, failing

from podtool import __version__
from podtool.errors import ManifestError, Problem, Severity

CALLS = {
    "init": ["dir", "--title=T", "--language=fr", "--base-url=https://example.org", "--email=a@example.org"],
    "new": ["8", "Titre"],
    "ingest": ["a.wav"],
    "assemble": [],
    "tag": [],
    "publish": [],
    "check": [],
    "inspect": ["a.mp3"],
    "explain": [],
    "credits": [],
    "assets": [],
    "preview": [],
    "import": ["feed.xml"],
    "clean": [],
    "doctor": [],
}
CODES = {"ingest": 4, "check": 1}


@pytest.fixture
def cli(monkeypatch, capsys, tmp_path):
    cli = Cli(monkeypatch, capsys, tmp_path)
    cli.stand_in_for_all()
    return cli


@pytest.mark.parametrize("name", CALLS)
def test_one_object_with_the_option_before_or_after_the_command(cli, name):
    code = CODES.get(name, 0)
    assert cli("--json", name, *CALLS[name]) == code
    before = cli.json
    assert cli(name, *CALLS[name], "--json") == code
    assert cli.json == before
    assert (before["podtool"], before["command"], before["ok"]) == (__version__, name, code == 0)
    assert ("error" in before) == (code != 0)


def test_one_episode_stands_at_the_top_and_several_in_a_list(cli):
    cli("assemble", "8", "--json")
    assert cli.json["episode"] == "episodes/08-titre"
    assert cli.json["steps"][1]["chunks_reused"] == 40
    cli("assemble", "7", "8", "--json")
    assert [episode["episode"] for episode in cli.json["episodes"]] == ["episodes/08-titre"] * 2
    assert "episode" not in cli.json


def test_episodes_made_before_a_failure_are_told(cli):
    def assemble(project, _options, _listen):
        if project == "8":
            raise ManifestError("broken")
        return ASSEMBLED

    cli.stand_in("assemble", AssembleOptions=dict, assemble=assemble)
    assert cli("assemble", "7", "8", "9", "--json") == 3
    assert len(cli.json["episodes"]) == 1
    assert cli.json["error"]["kind"] == "ManifestError"
    assert cli("assemble", "7", "8") == 3
    assert "questions-asso-08.mp3" in cli.out
    assert "error: broken" in cli.err


def test_words_for_people_go_to_stderr(cli):
    cli("assemble", "--json", "-v")
    assert cli.json["ok"]
    assert "using 2 threads" in cli.err
    assert "the lock was written" in cli.err


def test_a_library_that_prints_does_not_spoil_the_object(cli):
    def doctor():
        print("I am a library")
        raise ManifestError("broken")

    cli.stand_in("doctoring", doctor=doctor)
    assert cli("doctor", "--json") == 3
    assert cli.json["error"]["message"] == "broken"
    assert "I am a library" in cli.err


def test_an_error_comes_with_all_its_problems(cli):
    problem = Problem(
        rule="YAML-002", severity=Severity.ERROR, message="no", file="show.yaml", line=3, column=1
    )
    cli.stand_in("doctoring", doctor=failing(ManifestError("wrong", hint="mend it", problems=(problem,))))
    assert cli("doctor", "--json") == 3
    assert cli.json["error"] == {
        "kind": "ManifestError",
        "exit_code": 3,
        "message": "wrong",
        "hint": "mend it",
        "problems": [problem.as_json()],
    }


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["--json", "assmble"], None),
        (["assemble", "--jsn", "--json"], "assemble"),
        (["assemble", "--jobs", "many", "--json"], "assemble"),
        (["--json"], None),
        (["new", "--json"], "new"),
        (["init", "dir", "--json"], "init"),
    ],
)
def test_usage_errors_are_objects_too(cli, arguments, command):
    assert cli(*arguments) == 2
    assert not cli.err
    told = cli.json
    assert (told["command"], told["ok"]) == (command, False)
    assert (told["error"]["kind"], told["error"]["exit_code"]) == ("UsageError", 2)


def test_an_option_after_two_dashes_is_an_argument(cli):
    assert cli("credits", "--", "--json") == 0
    assert cli.out == "Credits as text.\n"


def test_bugs_and_ctrl_c_are_objects_too(cli):
    cli.stand_in("doctoring", doctor=failing(ZeroDivisionError("x")))
    assert cli("doctor", "--json") == 70
    assert cli.json["error"]["kind"] == "InternalError"
    cli.stand_in("doctoring", doctor=failing(KeyboardInterrupt()))
    assert cli("doctor", "--json") == 130
    assert cli.json["error"]["kind"] == "Cancelled"


def test_what_cannot_be_json_is_a_bug_not_a_traceback(cli):
    class Result:
        def as_json(self):
            return {"a": object()}

    cli.stand_in("doctoring", doctor=Result)
    assert cli("doctor", "--json") == 70
    assert cli.json["error"]["exit_code"] == 70


def test_figures_that_json_lacks_are_null(cli):
    class Result:
        def as_json(self):
            return {"loudness": [float("-inf"), float("nan"), -16.0]}

    cli.stand_in("doctoring", doctor=Result)
    assert cli("doctor", "--json") == 0
    assert cli.json["loudness"] == [None, None, -16.0]


def test_check_format_json_equals_json(cli):
    assert cli("check", "--format", "json") == 1
    by_format = cli.out
    assert cli("check", "--json") == 1
    assert cli.out == by_format
    assert [problem["rule"] for problem in json.loads(by_format)["problems"]] == [
        "YAML-002",
        "RIGHTS-003",
        "FEED-001",
    ]


def test_version_is_an_object(cli):
    assert cli("--version", "--json") == 0
    assert cli.json == {"podtool": __version__, "command": None, "ok": True}
