"""The workflow in docs/examples runs `check` over a show, and fails when it finds an error."""

import json
import shlex
import shutil
from pathlib import Path

import yaml
from check_results import edit
from shows import make_show

from example import EXAMPLE, run

WORKFLOW = Path(__file__).resolve().parents[2] / "docs" / "examples" / "podtool-check.yml"


def run_steps(show):
    """(exit code, stdout) of each step that runs podtool; installing it is left out."""
    steps = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["check"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    assert commands[0] == "pip install podtool"
    return [run_step(command, show) for command in commands[1:]]


def run_step(command, show):
    """As the shell would, for `> FILE` and `|| true`."""
    words = shlex.split(command)
    may_fail = words[-2:] == ["||", "true"]
    words = words[:-2] if may_fail else words
    target = words[-1] if ">" in words else None
    words = words[:-2] if target else words
    assert words[0] == "podtool"
    code, out, _ = run(*words[1:], here=show)
    if target:
        (show / target).write_text(out, encoding="utf-8")
    return 0 if may_fail else code, out


def test_the_steps_pass_for_a_show_without_errors(tmp_path):
    assert [code for code, _ in run_steps(make_show(tmp_path / "show"))] == [0, 0]


def test_the_steps_pass_for_the_example(tmp_path):
    show = shutil.copytree(EXAMPLE, tmp_path / "show", ignore=shutil.ignore_patterns("build", ".podtool"))
    assert [code for code, _ in run_steps(show)] == [0, 0]


def test_an_error_fails_the_job_and_is_an_annotation(tmp_path):
    show = make_show(tmp_path / "show")
    edit(show / "show.yaml", "title:", "titel:")
    (code, out), (scanned, _) = run_steps(show)
    assert (code, scanned) == (1, 0)
    assert "::error file=" in out
    assert "show.yaml" in out


def test_what_is_uploaded_is_what_was_written_and_is_sarif(tmp_path):
    show = make_show(tmp_path / "show")
    run_steps(show)
    steps = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["check"]["steps"]
    (uploaded,) = (step["with"]["sarif_file"] for step in steps if "upload-sarif" in step.get("uses", ""))
    log = json.loads((show / uploaded).read_text(encoding="utf-8"))
    assert log["version"] == "2.1.0"
    assert log["runs"][0]["tool"]["driver"]["name"] == "podtool"
