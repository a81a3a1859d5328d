"""The workflow in docs/examples runs `check` over a show, and fails when it finds an error."""

import shlex
from pathlib import Path

import yaml
from check_results import edit
from shows import make_show

from example import run

WORKFLOW = Path(__file__).resolve().parents[2] / "docs" / "examples" / "podtool-check.yml"


def run_steps(show):
    """(exit code, stdout) of each step that runs podtool; installing it is left out."""
    steps = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["check"]["steps"]
    commands = [shlex.split(step["run"]) for step in steps if "run" in step]
    assert commands[0] == ["pip", "install", "podtool"]
    assert all(command[0] == "podtool" for command in commands[1:])
    return [run(*command[1:], here=show)[:2] for command in commands[1:]]


def test_the_steps_pass_for_a_show_without_errors(tmp_path):
    assert [code for code, _ in run_steps(make_show(tmp_path / "show"))] == [0]


def test_an_error_fails_the_job_and_is_an_annotation(tmp_path):
    show = make_show(tmp_path / "show")
    edit(show / "show.yaml", "title:", "titel:")
    ((code, out),) = run_steps(show)
    assert code == 1
    assert "::error file=" in out
    assert "show.yaml" in out
