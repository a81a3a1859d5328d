"""The examples that the YAML rules explain themselves with do break them."""

import pytest

from podtool.check.yaml_files import EXAMPLES
from podtool.errors import ManifestError
from podtool.show.manifest import read_project
from podtool.show.yaml_rules import RULES

SHOW = {"title": "T", "description": "D", "language": "fr", "handle": "h"}
OF_EPISODES = ("number:", "recorded:", "segments:", "guests:", "formats:", "notes:", "guid: a")
IN_WORDS = frozenset(
    [
        "YAML-001",
        "YAML-002",
        "YAML-003",
        "YAML-004",
        "YAML-006",
        "YAML-007",
        "YAML-010",
        "YAML-053",
        "YAML-090",
        "YAML-091",
    ]
)
"""What no line shows: how a file is kept, how large it is, what another file says."""


def test_every_rule_has_an_example():
    assert set(EXAMPLES) == set(RULES)


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - IN_WORDS))
def test_an_example_breaks_its_rule(name, tmp_path):
    example = EXAMPLES[name]
    of_episode = example.startswith(OF_EPISODES)
    base = {key: value for key, value in SHOW.items() if of_episode or not example.startswith(f"{key}:")}
    show = "".join(f"{key}: {value}\n" for key, value in base.items())
    (tmp_path / "show.yaml").write_text(show + ("" if of_episode else f"{example}\n"), encoding="utf-8")
    episode = tmp_path / "episode.yaml"
    episode.write_text("title: T\n" + (f"{example}\n" if of_episode else ""), encoding="utf-8")
    with pytest.raises(ManifestError) as caught:
        read_project(episode)
    assert name in {problem.rule for problem in caught.value.problems}
