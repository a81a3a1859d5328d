"""docs/templates.md tells of every block and variable, because its table is held against the templates."""

from __future__ import annotations

import re
from dataclasses import is_dataclass
from importlib.resources import files
from pathlib import Path

import pytest
from jinja2 import nodes
from page_samples import make_page

from podtool.publish import index_page, page_parts, spoken
from podtool.publish.page import render_episode_page
from podtool.publish.template_guide import TEMPLATES, VIEWS, TemplateGuide, summary_of, variables_of
from podtool.publish.templating import make_environment

FOLDER = files("podtool.publish") / "templates"
REPORT, PARTS = "report.html.j2", "parts.html.j2"
"""What goes with an episode's build, and what templates share: not for shows to change."""


def blocks_of(name: str) -> set[str]:
    """The blocks that a template has, those of the frame it extends included."""
    tree = make_environment().parse((FOLDER / name).read_text(encoding="utf-8"))
    found = {block.name for block in tree.find_all(nodes.Block)}
    for parent in tree.find_all(nodes.Extends):
        assert isinstance(parent.template, nodes.Const)
        found |= blocks_of(parent.template.value.removeprefix("podtool/"))
    return found


def test_every_template_is_told_of() -> None:
    there = {each.name for each in FOLDER.iterdir()} - {REPORT, PARTS}
    assert there == {guide.name for guide in TEMPLATES}


def test_the_documented_example_works(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs/templates.md").read_text(encoding="utf-8")
    example = text.partition("```jinja\n")[2].partition("```")[0]
    (tmp_path / "episode.html.j2").write_text(example, encoding="utf-8")
    page = render_episode_page(make_page(), tmp_path)
    assert "S’abonner par RSS" in page
    assert "numérique\u202f? – Licence\u00a0: CC BY 2.0</p>" in page


@pytest.mark.parametrize("guide", TEMPLATES, ids=lambda guide: guide.name)
def test_every_block_is_told_of(guide: TemplateGuide) -> None:
    assert set(guide.blocks) == blocks_of(guide.name)


def test_every_type_that_is_named_is_told_of() -> None:
    known = {view.__name__ for view in VIEWS}
    named = {
        word for view in VIEWS for _, kind, _ in variables_of(view) for word in re.findall(r"[A-Z]\w+", kind)
    }
    assert named - known <= {"Markup", "None", "Literal"}
    assert all(is_dataclass(view) and summary_of(view) for view in VIEWS)


def test_explanations_come_from_the_views_own_documentation() -> None:
    told = {name: what for name, _, what in variables_of(page_parts.Head)}
    assert told["root"] == "relative path to the tree's root, for style sheet and script."
    assert {name for name, _, _ in variables_of(index_page.IndexPage)} >= {"episodes", "seasons"}
    assert "still the one before" in {n: w for n, _, w in variables_of(spoken.Turn)}["speaker"]
