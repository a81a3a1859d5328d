"""The key `check`: what it means, and that a reason is asked for."""

import pytest

from podtool.errors import ManifestError
from podtool.show.manifest import read_episode, read_show

SHOW = "title: T\ndescription: D\nlanguage: fr\nhandle: h\n"
CHECK = """\
check:
  ignore:
    - {rule: RIGHTS-001, reason: "the band said yes", where: episodes/0*}
    - rule: FEED
      reason: it moves in May
  severity: {EPISODE-003: warning, MEDIA-010: info}
"""


def test_it_is_read_with_places(tmp_path):
    (tmp_path / "show.yaml").write_text(SHOW + CHECK, encoding="utf-8")
    show = read_show(tmp_path / "show.yaml")
    first, second = show.check.ignores
    assert (first.rule, first.reason, first.where) == ("RIGHTS-001", "the band said yes", "episodes/0*")
    assert (second.rule, second.where) == ("FEED", None)
    assert [(each.place.line, each.place.column) for each in show.check.ignores] == [(7, 8), (8, 7)]
    assert show.check.severities == {"EPISODE-003": "warning", "MEDIA-010": "note"}
    (tmp_path / "episode.yaml").write_text(f"title: E\n{CHECK}", encoding="utf-8")
    assert read_episode(tmp_path / "episode.yaml", show).check == show.check


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("check: {ignore: [{rule: FEED-001}]}\n", "YAML-021", "reason"),
        ("check: {ignore: [FEED-001]}\n", "YAML-023", "ignored rule"),
        ("check: {severity: {FEED-001: off}}\n", "YAML-036", "«off»"),
        ("check: {ignored: []}\n", "YAML-020", "ignored"),
    ],
)
def test_what_is_wrong_with_it_is_told(tmp_path, text, rule, words):
    (tmp_path / "show.yaml").write_text(SHOW + text, encoding="utf-8")
    with pytest.raises(ManifestError) as caught:
        read_show(tmp_path / "show.yaml")
    (problem,) = caught.value.problems
    assert problem.rule == rule
    assert words in problem.message
