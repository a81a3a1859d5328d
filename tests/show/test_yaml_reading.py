"""Text → nodes: what a YAML file may be, and that nothing else gets through, quickly."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
import yaml

from podtool.show import yaml_compose
from podtool.show.findings import MOST_PROBLEMS, Findings, near_key
from podtool.show.model import Place
from podtool.show.yaml_compose import Limits, compose, mapping_in, read_mapping
from podtool.show.yaml_nodes import ListNode, MappingNode, ScalarNode, walk
from podtool.show.yaml_rules import RULES, Rule

LOADERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]


def broken(text: str, **limits: int) -> list[tuple[str, int, int]]:
    findings = Findings()
    mapping_in(text, file="show.yaml", findings=findings, limits=Limits(**limits))
    return [(problem.rule, problem.line, problem.column) for problem in findings.problems()]


def read(text: str) -> MappingNode:
    findings = Findings()
    return findings.settle(mapping_in(text, file="show.yaml", findings=findings))


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

TEXTS = {
    "unclosed quote": ("title: 'x\n", [(Rule.SYNTAX, 1, 8)]),
    "unclosed bracket": ("title: x\nguests: [a, b\n", [(Rule.SYNTAX, 2, 9)]),
    "colon in a value": ("title: a: b\n", [(Rule.SYNTAX, 1, 9)]),
    "tab": ("a:\n\tb: c\n", [(Rule.SYNTAX, 2, 1)]),
    "escape": ('a: "\\U00110000"\n', None),
    "half a pair": ('a: "\\ud800"\n', None),
    "merge conflict": ("a: 1\n<<<<<<< HEAD\nb: 1\n=======\n", [(Rule.SYNTAX, 2, 1)]),
    "yaml 3": ("%YAML 3.0\n---\na: 1\n", [(Rule.SYNTAX, 1, 1)]),
    "empty": ("", [(Rule.NOT_A_MAPPING, 1, 1)]),
    "only comments": ("# nothing\n", [(Rule.NOT_A_MAPPING, 1, 1)]),
    "nothing in a document": ("---\n", [(Rule.NOT_A_MAPPING, 2, 1)]),
    "text": ("just words\n", [(Rule.NOT_A_MAPPING, 1, 1)]),
    "list": ("- a\n- b\n", [(Rule.NOT_A_MAPPING, 1, 1)]),
    "two documents": ("a: 1\n---\nb: 2\n", [(Rule.MANY_DOCUMENTS, 2, 1)]),
    "python tag": ("a: !!python/object/apply:os.system [x]\n", [(Rule.TAG, 1, 4)]),
    "own tag": ("a: !me x\n", [(Rule.TAG, 1, 4)]),
    "wrong core tag": ("a: !!map [x]\n", [(Rule.TAG, 1, 4)]),
    "no anchor": ("a: 1\nb: *nobody\n", [(Rule.ALIAS, 2, 4)]),
    "recursion": ("a: &a\n  b: *a\n", [(Rule.ALIAS, 2, 6)]),
    "recursion in a list": ("a: &a [1, *a]\n", [(Rule.ALIAS, 1, 11)]),
    "bomb": (BOMB, [(Rule.BOMB, 5, 28)]),
    "deep": ("a: " + "[" * 21 + "]" * 21, [(Rule.BOMB, 1, 23)]),
    "deeper": ("a: " + "[" * 900_000, None),
    "deep by aliases": (
        "a: &a " + "[" * 15 + "]" * 15 + "\nb: " + "[" * 10 + "*a" + "]" * 10,
        [(Rule.BOMB, 2, 14)],
    ),
    "wide": ("a: [" + "1," * 51_000 + "]", None),
    "duplicate": ("a: 1\nb: 2\na: 3\n", [(Rule.DUPLICATE_KEY, 1, 1), (Rule.DUPLICATE_KEY, 3, 1)]),
    "merge": ("a: &a {b: 1}\nc:\n  <<: *a\n", [(Rule.MERGE_KEY, 3, 3)]),
    "list as key": ("? [a, b]\n: 1\n", [(Rule.KEY_SHAPE, 1, 3)]),
    "no key": ("~: 1\n", [(Rule.KEY_SHAPE, 1, 1)]),
    "escaped control": ('a: "b\\x07"\n', [(Rule.CONTROL_CHARACTER, 1, 4)]),
    "escaped separator": ('a: "\\u2028"\n', [(Rule.CONTROL_CHARACTER, 1, 4)]),
}


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.__name__)
@pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS.keys())
def test_text_that_is_refused(text, expected, loader, monkeypatch):
    monkeypatch.setattr(yaml_compose, "LOADER", loader)
    found = broken(text)
    if expected is None:
        assert found
    else:
        assert found == [(rule.value, line, column) for rule, line, column in expected]


BYTES = {
    "latin 1": (b"title: caf\xe9\n", (Rule.ENCODING, 1, 11)),
    "latin 1 later": ("title: é\n# ".encode() + b"\xe9\n", (Rule.ENCODING, 2, 3)),
    "utf-16": ("title: x\n".encode("utf-16"), (Rule.ENCODING, 1, 1)),
    "utf-32": ("title: x\n".encode("utf-32"), (Rule.ENCODING, 1, 1)),
    "nul": (b"title: x\nb: \x00\n", (Rule.CONTROL_CHARACTER, 2, 4)),
    "escape": (b"title: x\r\nb: \x1b[31m\n", (Rule.CONTROL_CHARACTER, 2, 4)),
    "line separator": ("a: 1\rb: \u2028\n".encode(), (Rule.CONTROL_CHARACTER, 2, 4)),
    "next line": ("a: \x85\n".encode(), (Rule.CONTROL_CHARACTER, 1, 4)),
    "too large": (b"a: " + b"x" * (1 << 20), (Rule.TOO_LARGE, 1, 1)),
}


@pytest.mark.parametrize(("data", "expected"), BYTES.values(), ids=BYTES.keys())
def test_bytes_that_are_refused(data, expected, tmp_path):
    path = tmp_path / "show.yaml"
    path.write_bytes(data)
    findings = Findings()
    assert read_mapping(path, file="show.yaml", findings=findings) is None
    rule, line, column = expected
    assert [(p.rule, p.line, p.column) for p in findings.problems()] == [(rule.value, line, column)]


def test_a_byte_order_mark_moves_no_column(tmp_path):
    path = tmp_path / "show.yaml"
    path.write_bytes(b"\xef\xbb\xbftitle: x\n")
    findings = Findings()
    node = findings.settle(read_mapping(path, file="show.yaml", findings=findings))
    assert node.place_of("title") == Place(file="show.yaml", line=1, column=1)


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_what_is_no_file(kind, tmp_path):
    path = tmp_path / "show.yaml"
    if kind == "folder":
        path.mkdir()
    if kind == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("no pipes here")
        os.mkfifo(path)
    findings = Findings()
    read_mapping(path, file="show.yaml", findings=findings)
    assert [p.rule for p in findings.problems()] == [Rule.UNREADABLE]


def test_scalars_stay_what_was_written():
    node = read("a: 1:30\nb: 2023-09-22\nc: 008\nd: yes\ne: '~'\nf: ~\ng: 0x1F\nh: .inf\n")
    texts = {key.text: value.text for key, value in node.entries if isinstance(value, ScalarNode)}
    assert texts == {
        "a": "1:30",
        "b": "2023-09-22",
        "c": "008",
        "d": "yes",
        "e": "~",
        "f": "~",
        "g": "0x1F",
        "h": ".inf",
    }
    assert node.value("f") is None
    assert node.value("e") is not None


def test_anchors_and_core_tags_are_understood():
    node = read("a: &x {b: !!str 1}\nc: *x\n")
    assert node.value("c") == node.value("a")
    inner = node.value("c")
    assert isinstance(inner, MappingNode)
    assert not inner.entries[0][1].plain


def test_aliases_are_counted_expanded():
    text = "a: &a [1, 2, 3]\nb: [*a, *a]\n"
    assert broken(text, nodes=16) == []
    assert broken(text, nodes=15) == [(Rule.BOMB, 2, 9)]


def test_places_of_keys_and_items():
    node = read("people:\n  karl: {name: Karl}\nsegments:\n  - clip: a\n  - clip: b\n")
    places = {path: (place.line, place.column) for path, place in walk(node)}
    assert places == {
        "people": (1, 1),
        "people.karl": (2, 3),
        "people.karl.name": (2, 10),
        "segments": (3, 1),
        "segments.0": (4, 5),
        "segments.0.clip": (4, 5),
        "segments.1": (5, 5),
        "segments.1.clip": (5, 5),
    }


def test_problems_are_counted_but_not_all_kept():
    text = "".join(f"a: {n}\n" for n in range(1000))
    findings = Findings()
    mapping_in(text, file="show.yaml", findings=findings)
    assert len(findings.problems()) == MOST_PROBLEMS
    assert findings.error().message.startswith("1998 problems, the first: show.yaml:1:1: ")


def test_every_rule_has_its_words():
    assert set(RULES) == {rule.value for rule in Rule}
    assert all(text.title and text.hint for text in RULES.values())
    assert len(set(Rule)) == len(Rule)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("titel", "title"),
        ("Title", "title"),
        ("license", "licence"),
        ("titre", "title"),
        ("credit", "credits"),
        ("zzz", None),
    ],
)
def test_near_keys(word, meant):
    assert near_key(word, ("title", "subtitle", "licence", "credits")) == meant


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.__name__)
def test_any_bytes_are_read_or_refused(loader, monkeypatch):
    monkeypatch.setattr(yaml_compose, "LOADER", loader)
    chance = random.Random(8)
    signs = "ab:-[]{},&*!|>'\"%@`#?~ \n\t\\éx0<"
    for _ in range(400):
        text = "".join(chance.choices(signs, k=chance.randrange(1, 60)))
        findings = Findings()
        node = compose(text, file="x.yaml", findings=findings)
        assert node is None or isinstance(node, ScalarNode | ListNode | MappingNode)
        assert node is not None or findings.problems()


def test_a_file_of_nothing_but_folder_links(tmp_path: Path):
    path = tmp_path / "show.yaml"
    try:
        path.symlink_to(path)
    except OSError:
        pytest.skip("no symbolic links here")
    findings = Findings()
    read_mapping(path, file="show.yaml", findings=findings)
    assert [p.rule for p in findings.problems()] == [Rule.UNREADABLE]
