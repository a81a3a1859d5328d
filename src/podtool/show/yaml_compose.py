"""YAML text → nodes with places, within limits; no object is constructed from a tag or a type.

PyYAML's events are composed here: its own composer recurses, expands without a limit and forgets duplicates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from podtool.show.findings import Findings, shown
from podtool.show.model import Place
from podtool.show.yaml_nodes import ListNode, MappingNode, Node, ScalarNode
from podtool.show.yaml_rules import Rule
from podtool.show.yaml_source import (
    FORBIDDEN_IN_VALUE,
    LARGEST_TEXT_BYTES,
    TextFault,
    position,
    read_text,
)

# libyaml is ten times as fast (a long show's ledger has a million events); Python reads the same without.
LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE_TAGS = {
    yaml.ScalarEvent: frozenset(
        f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null")
    ),
    yaml.SequenceStartEvent: frozenset({"tag:yaml.org,2002:seq"}),
    yaml.MappingStartEvent: frozenset({"tag:yaml.org,2002:map"}),
}
_MERGE_CONFLICT = re.compile(r"^<{7} ", re.MULTILINE)
_SYNTAX_HINTS = (
    (
        "mapping values are not allowed",
        "A value that contains «: » needs quotes; or the indentation is wrong.",
    ),
    (
        "cannot start any token",
        "Indent with spaces, not tabs; a value that begins with @, ` or % needs quotes.",
    ),
    ("unexpected end of stream", "A quotation mark is not closed."),
    ("',' or", "A bracket or brace is not closed, or a comma is missing."),
    ("could not find expected ':'", "A line is neither `key: value` nor `- item`; check the one above, too."),
    ("expected <block end>", "The indentation doesn't fit the lines above; or a value needs quotes."),
    ("did not find expected", "The indentation doesn't fit the lines above; or a value needs quotes."),
    ("escape", "Inside double quotes a backslash begins an escape: use single quotes, or `/` in paths."),
)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much a file may hold."""

    file_bytes: int = LARGEST_TEXT_BYTES
    depth: int = 20
    nodes: int = 50_000


class _Stop(Exception):  # noqa: N818 - no error: the composer has seen enough
    """No use in reading on."""


@dataclass(kw_only=True)
class _Open:
    """A collection whose end hasn't come yet."""

    place: Place
    anchor: str | None
    is_mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: list[tuple[ScalarNode, Node]] = field(default_factory=list)
    seen: dict[str, Place] = field(default_factory=dict)
    key: ScalarNode | None = None
    skip: bool = False
    size: int = 1
    height: int = 0

    def close(self) -> Node:
        if self.is_mapping:
            return MappingNode(
                entries=tuple(self.entries), place=self.place, size=self.size, height=self.height + 1
            )
        return ListNode(items=tuple(self.items), place=self.place, size=self.size, height=self.height + 1)


class _Composer:
    """Events → one node, within limits."""

    def __init__(self, file: str, findings: Findings, limits: Limits) -> None:
        self.file = file
        self.findings = findings
        self.limits = limits
        self.stack: list[_Open] = []
        self.anchors: dict[str, Node | None] = {}
        self.count = 0
        self.documents = 0
        self.root: Node | None = None

    def place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        return Place(file=self.file, line=line + 1, column=column + 1)

    def stop(self, rule: Rule, place: Place, message: str, hint: str = "") -> _Stop:
        self.findings.add(rule, place, message, hint)
        return _Stop()

    def take(self, event: yaml.Event) -> None:
        place = self.place(event)
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise self.stop(Rule.MANY_DOCUMENTS, place, "a second document begins here")
            case yaml.ScalarEvent():
                self.check_tag(event, place)
                self.grow(1, place)
                self.finish(self.scalar(event, place), event.anchor)
            case yaml.AliasEvent():
                node = self.alias(event.anchor or "", place)
                self.grow(node.size, place)
                self.finish(node, None)
            case yaml.CollectionStartEvent():
                self.check_tag(event, place)
                self.open(event, place)
            case yaml.CollectionEndEvent():
                done = self.stack.pop()
                self.finish(done.close(), done.anchor)

    def check_tag(self, event: yaml.NodeEvent, place: Place) -> None:
        tag = getattr(event, "tag", None)
        if tag not in (None, "!") and tag not in _CORE_TAGS[type(event)]:
            self.findings.add(Rule.TAG, place, f"the tag {shown(str(tag))} is not allowed")

    def scalar(self, event: yaml.ScalarEvent, place: Place) -> ScalarNode:
        if found := FORBIDDEN_IN_VALUE.search(event.value):
            self.findings.add(
                Rule.CONTROL_CHARACTER, place, f"the value has the control character U+{ord(found[0]):04X}"
            )
        plain = event.tag is None and event.style not in ("'", '"', "|", ">")
        return ScalarNode(text=FORBIDDEN_IN_VALUE.sub("\ufffd", event.value), plain=plain, place=place)

    def alias(self, anchor: str, place: Place) -> Node:
        if anchor not in self.anchors:
            raise self.stop(Rule.ALIAS, place, f"the alias `*{shown(anchor)[1:-1]}` points to nothing")
        node = self.anchors[anchor]
        if node is None:
            raise self.stop(Rule.ALIAS, place, f"the alias `*{shown(anchor)[1:-1]}` points into itself")
        if len(self.stack) + node.height > self.limits.depth:
            raise self.stop(Rule.BOMB, place, f"more than {self.limits.depth} levels deep")
        return node

    def open(self, event: yaml.CollectionStartEvent, place: Place) -> None:
        if len(self.stack) >= self.limits.depth:
            raise self.stop(Rule.BOMB, place, f"more than {self.limits.depth} levels deep")
        self.grow(1, place)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self.stack.append(_Open(place=place, anchor=event.anchor, is_mapping=is_mapping))

    def grow(self, size: int, place: Place) -> None:
        self.count += size
        if self.count > self.limits.nodes:
            raise self.stop(Rule.BOMB, place, f"more than {self.limits.nodes} values, aliases included")

    def finish(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = node
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        parent.size += node.size
        parent.height = max(parent.height, node.height)
        if not parent.is_mapping:
            parent.items.append(node)
        elif parent.key is None:
            self.take_key(parent, node)
        else:
            if not parent.skip:
                parent.entries.append((parent.key, node))
            parent.key, parent.skip = None, False

    def take_key(self, parent: _Open, node: Node) -> None:
        if not isinstance(node, ScalarNode) or node.is_empty:
            self.findings.add(Rule.KEY_SHAPE, node.place, "a key must be plain text")
            parent.key = ScalarNode(text="", plain=False, place=node.place)
            parent.skip = True
            return
        parent.key = node
        if node.plain and node.text == "<<":
            self.findings.add(Rule.MERGE_KEY, node.place, "the merge key `<<` is not supported")
            parent.skip = True
        elif node.text in parent.seen:
            first = parent.seen[node.text]
            name = shown(node.text)
            self.findings.add(
                Rule.DUPLICATE_KEY, node.place, f"the key {name} is written twice: first in line {first.line}"
            )
            self.findings.add(
                Rule.DUPLICATE_KEY, first, f"the key {name} is written twice: again in line {node.place.line}"
            )
            parent.skip = True
        else:
            parent.seen[node.text] = node.place


def compose(text: str, *, file: str, findings: Findings, limits: Limits | None = None) -> Node | None:
    """The root node of `text`; None, with the reason in `findings`, when it has none.

    Args:
        text: as `read_text` gives it.
        file: the file's name in problems.
        findings: takes the problems.
        limits: of depth and number; a manifest's by default.
    """
    composer = _Composer(file, findings, limits or Limits())
    try:
        for event in yaml.parse(text, Loader=LOADER):
            composer.take(event)
    except _Stop:
        return None
    except yaml.YAMLError as error:
        place, message, hint = _told(error, file)
        findings.add(Rule.SYNTAX, place, message, hint)
        return None
    except (ValueError, OverflowError):  # PyYAML's chr() of an escape such as \U00110000
        findings.add(
            Rule.SYNTAX, Place(file=file, line=1, column=1), "an escape in double quotes is not a character"
        )
        return None
    if composer.root is None:
        findings.add(Rule.NOT_A_MAPPING, Place(file=file, line=1, column=1), "the file is empty")
    return composer.root


def _told(error: yaml.YAMLError, file: str) -> tuple[Place, str, str]:
    """Place, message and hint of a syntax error."""
    problem = getattr(error, "problem", None) or "the text can't be read as YAML"
    context = getattr(error, "context", None)
    mark = getattr(error, "problem_mark", None)
    opened = getattr(error, "context_mark", None)
    # An unclosed quotation mark or bracket is found lines below, but mended where it was opened.
    if opened and ("end of stream" in problem or ("',' or" in problem and mark and mark.line > opened.line)):
        mark = opened
    place = Place(file=file, line=mark.line + 1 if mark else 1, column=mark.column + 1 if mark else 1)
    hint = next((hint for part, hint in _SYNTAX_HINTS if part in problem), "")
    return place, f"not YAML: {problem}" + (f" ({context})" if context else ""), hint


def read_mapping(
    path: Path, *, file: str, findings: Findings, limits: Limits | None = None
) -> MappingNode | None:
    """The root mapping of a YAML file; None, with the reason in `findings`, when it has none."""
    limits = limits or Limits()
    try:
        text = read_text(path, limits.file_bytes)
    except TextFault as fault:
        findings.add(
            fault.rule, Place(file=file, line=fault.line, column=fault.column), f"the file {fault.message}"
        )
        return None
    return mapping_in(text, file=file, findings=findings, limits=limits)


def mapping_in(
    text: str, *, file: str, findings: Findings, limits: Limits | None = None
) -> MappingNode | None:
    """As `read_mapping`, from text."""
    if conflict := _MERGE_CONFLICT.search(text):
        line, column = position(text, conflict.start())
        findings.add(
            Rule.SYNTAX,
            Place(file=file, line=line, column=column),
            "git has left a merge conflict here",
            "Keep what is right of the two versions, and remove the lines with <<<<<<<, ======= and >>>>>>>.",
        )
        return None
    node = compose(text, file=file, findings=findings, limits=limits)
    if node is None or isinstance(node, MappingNode):
        return node
    message = "the file is empty" if node.is_empty else "the file is not a list of keys with values"
    findings.add(Rule.NOT_A_MAPPING, node.place, message)
    return None
