from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.errors import ManifestError
from podtool.show.asset_text import add_asset
from podtool.show.findings import Findings
from podtool.show.yaml_compose import mapping_in
from podtool.show.yaml_nodes import outline

VALUES = {"file": "music/air.mp3", "title": "Air: a song", "licence": "CC-BY-4.0"}
ADDED = '  air:\n    file: music/air.mp3\n    title: "Air: a song"\n    licence: CC-BY-4.0\n'
DEEPER = "".join(f"  {line}\n" for line in ADDED.splitlines())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: T\n", "title: T\nassets:\n" + ADDED),
        ("title: T", "title: T\nassets:\n" + ADDED),
        ("assets:\ntitle: T\n", "assets:\n" + ADDED + "title: T\n"),
        (
            "assets: # works\n  a:\n    file: a.mp3  # old\n\n# the rest\ntitle: T\n",
            "assets: # works\n  a:\n    file: a.mp3  # old\n" + ADDED + "\n# the rest\ntitle: T\n",
        ),
        ("assets:\n  a: {file: a.mp3}\n", "assets:\n  a: {file: a.mp3}\n" + ADDED),
        (
            "assets:\n  a:\n    file: a.mp3\n    attribution: |\n      Me\n\n      too\n",
            "assets:\n  a:\n    file: a.mp3\n    attribution: |\n      Me\n\n      too\n" + ADDED,
        ),
        (
            "assets:\n  a:\n    attribution: |+\n      Me\n\ntitle: T\n",
            "assets:\n  a:\n    attribution: |+\n      Me\n\n" + ADDED + "title: T\n",
        ),
        ("\ufefftitle: T\r\n", "\ufefftitle: T\r\nassets:\r\n" + ADDED.replace("\n", "\r\n")),
        ("assets:\n    a:\n      file: a\n", "assets:\n    a:\n      file: a\n" + DEEPER),
    ],
)  # fmt: skip
def test_all_else_stays_to_the_letter(before: str, after: str) -> None:
    assert add_asset(before, "air", VALUES, file="show.yaml") == after


def test_what_cannot_grow_by_lines_is_left_alone() -> None:
    with pytest.raises(ManifestError) as caught:
        add_asset("assets: {a: {file: a.mp3}}\n", "air", VALUES, file="show.yaml")
    assert "`file: music/air.mp3`" in caught.value.hint
    with pytest.raises(ManifestError):
        add_asset("assets: [1\n", "air", VALUES, file="show.yaml")


@given(
    st.dictionaries(
        st.sampled_from(["title", "creator", "source"]),
        st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]), min_size=1),
        min_size=1,
    )
)
def test_any_text_is_read_back(values: dict[str, str]) -> None:
    text = add_asset("assets:\n  a:\n    file: a\n", "b", values, file="show.yaml")
    findings = Findings()
    node = findings.settle(mapping_in(text, file="show.yaml", findings=findings))
    assets = node.value("assets")
    assert assets is not None
    said = outline(assets)
    assert said[2] == (
        "b",
        ("mapping", *((key, text if text.strip() else "") for key, text in values.items())),
    )
