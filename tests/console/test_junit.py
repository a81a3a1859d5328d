"""JUnit XML: well-formed whatever is said, and read by a reader that isn't ours."""

from pathlib import PurePosixPath

import junitparser
from check_samples import ERROR, IGNORED, ODD, RESULT
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from podtool.console.junit import format_junit
from podtool.errors import Problem, Severity
from podtool.workflow.results import CheckResult

FOLDER = PurePosixPath("shows/asso")


def read(result, folder=FOLDER):
    text = format_junit(result, folder)
    etree.fromstring(text.encode())
    return junitparser.JUnitXml.fromstring(text.encode())


def test_a_suite_per_episode_and_one_for_the_show():
    suites = {suite.name: suite for suite in read(RESULT)}
    assert list(suites) == ["show", "shows/asso/episodes/08 été", "shows/asso/episodes/09"]
    show, episode, well = suites.values()
    assert (show.tests, show.failures, show.skipped) == (4, 2, 1)
    assert (episode.tests, episode.failures, episode.skipped) == (3, 1, 0)
    assert [case.name for case in well] == ["every other rule"]
    assert all(case.is_passed for case in well)


def test_totals_are_those_of_the_suites():
    found = read(RESULT)
    assert (found.tests, found.failures, found.skipped) == (8, 3, 1)
    for suite in found:
        assert suite.tests == len(list(suite))


def cases(result):
    return {case.name.partition(":")[0]: case for suite in read(result) for case in suite}


def test_a_case_per_rule_and_file_with_place_message_and_way_out():
    case = cases(RESULT)["FEED-005"]
    (failure,) = case.result
    assert (failure.type, failure.message) == ("error", ODD)
    assert failure.text == f"show.yaml:3:14: {ODD}\n{ERROR.hint}"
    assert case.classname == "shows/asso/show.yaml"


def test_what_is_ignored_is_skipped_with_its_reason_and_a_note_passes():
    (skipped,) = cases(RESULT)["RIGHTS-001"].result
    assert (type(skipped), skipped.message) == (junitparser.Skipped, IGNORED.reason)
    note = cases(RESULT)["MEDIA-010"]
    assert note.is_passed
    assert "nothing is built" in note.system_out


def test_a_show_in_one_folder_tells_its_episode_from_itself():
    found = tuple(
        Problem(rule="SHOW-003", severity=Severity.ERROR, message="m", file=file)
        for file in ("show.yaml", "episode.yaml", "")
    )
    show, episode = read(CheckResult(episode=".", problems=found, looked_at=(".",)))
    assert (show.failures, episode.failures) == (2, 1)
    assert episode.name == "shows/asso"


@given(st.text(), st.text(), st.text())
def test_it_is_well_formed_whatever_is_said(message, hint, file):
    found = Problem(rule="YAML-004", severity=Severity.ERROR, message=message, hint=hint, file=file)
    assert read(CheckResult(episode=".", problems=(found,))).failures == 1
