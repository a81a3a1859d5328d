"""An imported show.yaml or episode.yaml as text: as people write, and read without a finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from podtool.show.episode_keys import build_episode
from podtool.show.fields import Reading, Scope
from podtool.show.findings import Findings
from podtool.show.model import Show
from podtool.show.show_keys import build_show
from podtool.show.yaml_compose import mapping_in
from podtool.show.yaml_nodes import MappingNode, walk
from podtool.show.yaml_source import FORBIDDEN_IN_VALUE
from podtool.show.yaml_writing import format_yaml

Values = dict[str, Any]

NEVER_DROPPED = frozenset({"title", "description", "language", "handle", "slug"})


def show_text(
    values: Mapping[str, Any], root: Path, comment: str
) -> tuple[str, Show | None, tuple[str, ...]]:
    """The text, the show that it makes, and the keys that were left out since podtool can't read them."""
    return _settled(values, comment, build_show, _reading(root, None))


def episode_text(
    values: Mapping[str, Any], show: Show, folder: str, comment: str
) -> tuple[str, tuple[str, ...]]:
    """The text of an episode.yaml in `folder`, and the keys that were left out."""
    reading = _reading(show.root, show, folder)
    text, _, dropped = _settled(values, comment, build_episode, reading)
    return text, dropped


Begin = Callable[[Findings], Reading]


def _reading(root: Path, show: Show | None, folder: str = "") -> Begin:
    def begin(findings: Findings) -> Reading:
        return Reading(
            findings=findings,
            file="",
            root=root,
            folder=PurePosixPath(folder),
            people=dict(show.people) if show else {},
            names={person.name for person in show.people.values()} if show else set(),
        )

    return begin


def _settled(
    values: Mapping[str, Any], comment: str, build: Callable[[MappingNode, Scope], Any], begin: Begin
) -> tuple[str, Any, tuple[str, ...]]:
    kept: Values = {key: _clean(value) for key, value in values.items()}
    dropped: list[str] = []
    while True:
        text = format_yaml(kept, comment, as_people_do=True)
        findings = Findings()
        node = mapping_in(text, file="", findings=findings)
        made = None if node is None else build(node, Scope(reading=begin(findings)))
        wrong = _wrong_keys(node, findings)
        if not wrong:
            return text, made, tuple(dropped)
        dropped += wrong
        for key in wrong:
            del kept[key]


def _wrong_keys(node: MappingNode | None, findings: Findings) -> list[str]:
    """The top-level keys in which something is wrong; a key that must stand is trimmed by its maker."""
    lines = {problem.line for problem in findings.problems()}
    if node is None or not lines:
        return []
    found = {path.partition(".")[0] for path, place in walk(node) if place.line in lines}
    return sorted(found - NEVER_DROPPED)


def _clean(value: Any) -> Any:
    """Without letters that YAML can't keep."""
    match value:
        case str():
            return FORBIDDEN_IN_VALUE.sub("", value)
        case dict():
            return {key: _clean(each) for key, each in value.items()}
        case list():
            return [_clean(each) for each in value]
        case _:
            return value
