"""`podtool check --fix`: a diff first, then the file, then another look."""

import json
import re
import subprocess

import pytest
from check_results import edit, found
from shows import make_show
from test_check_shows import small_show

from example import run
from podtool.check.rules import all_rules
from podtool.errors import UsageError
from podtool.workflow import fixing

WRONG = (("explicit", "oui"), ("categories", "[society and culture]"))


@pytest.fixture
def show(tmp_path):
    folder = small_show(
        tmp_path, "  - clip: recordings/voix.wav\n", more="# kept\nexplicit: oui  # kept, too\n"
    )
    edit(folder / "show.yaml", "[Education]", "[self-improvement]")
    return folder


def text_of(show):
    return (show / "show.yaml").read_text(encoding="utf-8")


def test_diff_only_shows(show):
    before = text_of(show)
    code, out, _ = run("check", "--diff", here=show)
    assert code == 1
    assert "-explicit: oui  # kept, too\n+explicit: true  # kept, too\n" in out
    assert "[--fix]" in out
    assert out.splitlines()[-1].endswith("; --fix mends 1")
    assert text_of(show) == before


def test_the_diff_is_one_that_git_takes(show, tmp_path):
    _, out, _ = run("check", "--diff", "--json", here=show)
    (fix,) = json.loads(out)["fixes"]
    patch = tmp_path / "a.patch"
    patch.write_text(fix["diff"], encoding="utf-8")
    subprocess.run(["git", "apply", str(patch)], cwd=show, check=True)
    assert "explicit: true  # kept, too" in text_of(show)


def test_fix_mends_looks_again_and_then_there_is_nothing_more_to_mend(show):
    code, out, _ = run("check", "--fix", here=show)
    assert code == 0
    wanted = text_of(show)
    assert "# kept\nexplicit: true  # kept, too\n" in wanted
    assert "categories: [Education > Self-Improvement]\n" in wanted
    assert "--fix mends" not in out
    assert run("check", "--fix", here=show)[0] == 0
    assert text_of(show) == wanted
    assert found(show).edits == {}


def test_programs_get_their_format_and_the_diff_on_stderr(show):
    code, out, err = run("check", "--fix", "--format", "sarif", here=show)
    assert code == 0
    assert json.loads(out)["version"] == "2.1.0"
    assert "+explicit: true" in err


def test_sarif_says_what_would_be_written(show):
    _, out, _ = run("check", "--format", "sarif", here=show)
    (fixed,) = [each for each in json.loads(out)["runs"][0]["results"] if "fixes" in each]
    (change,) = fixed["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    assert change["artifactLocation"]["uri"] == "show.yaml"
    assert replacement["insertedContent"]["text"] == "true"
    line = text_of(show).splitlines()[replacement["deletedRegion"]["startLine"] - 1]
    region = replacement["deletedRegion"]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "oui"


def test_a_missing_guid_is_added_below_the_feeds_address(tmp_path):
    show = make_show(tmp_path / "show", episodes=(1,))
    edit(show / "show.yaml", "guid: 6a3c5d3e-94e0-5f6c-8f0a-1d2b3c4d5e6f\n", "")
    run("check", "--fix", here=show)
    assert re.search(r"feed: https://petite.example.org/feed.xml\nguid: [0-9a-f-]{36}\n", text_of(show))


def test_what_is_ignored_is_left_alone(show):
    edit(show / "show.yaml", "explicit: oui", "explicit: true")
    run("check", "--fix", "--ignore", "FEED-005", here=show)
    assert "[self-improvement]" in text_of(show)


def test_a_file_that_changed_meanwhile_is_left_alone(show):
    (fix,) = fixing.plan_fixes(found(show))
    edit(show / "show.yaml", "explicit: oui", "explicit: non")
    before = text_of(show)
    with pytest.raises(UsageError, match="was changed"):
        fixing.write_fix(fix)
    assert text_of(show) == before


@pytest.mark.parametrize("answer", [True, False])
def test_on_a_terminal_it_asks(show, monkeypatch, answer):
    monkeypatch.setattr("podtool.cli.checking.is_conversation", lambda: True)
    asked = []
    monkeypatch.setattr("typer.confirm", lambda *words, **_: asked.append(words) or answer)
    before = text_of(show)
    run("check", "--fix", here=show)
    assert ("mends 1 finding" in asked[0][0]) is True
    assert (text_of(show) == before) is not answer
    asked.clear()
    run("check", "--fix", "--yes", here=show)
    assert not asked


@pytest.mark.parametrize("arguments", [("--fix", "--diff"), ("--yes",)])
def test_options_that_contradict_each_other(show, arguments):
    assert run("check", *arguments, here=show)[0] == 2


def test_only_rules_that_say_so_mend(show):
    mending = {rule.id for rule in all_rules() if rule.mends}
    assert {problem.rule for problem in found(show).edits} <= mending
    assert mending >= {"YAML-020", "YAML-031", "FEED-005", "SHOW-006"}
