"""The hook for pre-commit runs `check` as a show's repository would."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from check_results import edit
from shows import make_show

from example import run
from podtool.show.recordings import RECORDINGS_FILE
from podtool.workflow.project import EPISODE_FILE, SHOW_FILE
from podtool.workflow.publishing import LEDGER_FILE

HOOKS = Path(__file__).resolve().parents[2] / ".pre-commit-hooks.yaml"
(HOOK,) = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))


def run_hook(show):
    """What the entry ends with; no names are passed."""
    program, *arguments = shlex.split(HOOK["entry"])
    assert program == "podtool"
    assert HOOK["pass_filenames"] is False
    return run(*arguments, here=show)


def test_a_show_without_errors_passes(tmp_path):
    assert run_hook(make_show(tmp_path / "show"))[0] == 0


def test_an_error_stops_the_commit_and_is_named(tmp_path):
    show = make_show(tmp_path / "show")
    edit(show / "show.yaml", "title:", "titel:")
    code, out, err = run_hook(show)
    assert code == 1
    assert "show.yaml" in out + err


@pytest.mark.parametrize("name", [SHOW_FILE, EPISODE_FILE, RECORDINGS_FILE, LEDGER_FILE])
def test_it_runs_when_a_file_that_check_reads_changes(name):
    assert re.search(HOOK["files"], Path(name).as_posix())
    assert re.search(HOOK["files"], f"podcast/{Path(name).as_posix()}")


def test_it_does_not_run_for_other_files():
    assert not re.search(HOOK["files"], "README.md")
