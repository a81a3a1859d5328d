"""Tables of keys, and how a mapping is read by one: they drive reading, near-key hints and the docs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from podtool.errors import Fix
from podtool.show.findings import Findings, near_key, shown, spelt_alike
from podtool.show.model import Asset, Person, Place
from podtool.show.yaml_nodes import ListNode, MappingNode, Node, ScalarNode
from podtool.show.yaml_rules import Rule

Values = dict[str, Any]
"""What a table's keys were read as, by attribute of the model."""
LONGEST_MESSAGE = 300
"""Of parsers that quote what they were given in full."""


class Unfit(ValueError):  # noqa: N818 - caught where it is raised and noted: never an error of its own
    """A text that isn't what its key expects; `rule` and `hint` where they differ from the kind's own.

    `instead` is what was meant, where it can have been one thing only.
    """

    def __init__(self, message: str, *, hint: str = "", rule: Rule | None = None, instead: str = "") -> None:
        super().__init__(message)
        self.hint = hint or (f"Write `{instead}`." if instead else "")
        self.rule = rule
        self.fix = Fix(text=instead) if instead else None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One file being read: where it lies, what ids it may use, and the problems so far.

    Attributes:
        file: its name in problems.
        root: the show's folder on this machine, symbolic links resolved.
        folder: the file's own folder relative to `root`.
        assets: works by id; filled while `assets` is read.
        people: people by id; filled while `people` is read.
        names: of everybody named so far, in place or by id.
        complete: False when the show could not be read: then unknown ids are not complained about.
        listings: names in folders that were looked into.
    """

    findings: Findings
    file: str
    root: Path
    folder: PurePosixPath
    assets: dict[str, Asset] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    complete: bool = True
    listings: dict[Path, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A key that is being read: its dotted path and its own name."""

    reading: Reading
    path: str = ""
    key: str = ""

    def below(self, key: str | int) -> Scope:
        """The scope of a key or item inside this one."""
        name = str(key)
        return replace(self, path=f"{self.path}.{name}" if self.path else name, key=name)

    def report(self, rule: Rule, place: Place, message: str, hint: str = "", fix: Fix | None = None) -> None:
        """Notes a problem with this key."""
        where = f"`{shown(self.path)[1:-1]}`: " if self.path else ""
        self.reading.findings.add(rule, place, where + message, hint, fix)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a value may be. `read` reports what is wrong to its scope and then gives None.

    Attributes:
        name: in messages and docs, with its article's noun first: ``time``, ``list of people``.
        table: the keys below, for mappings and lists of them.
    """

    name: str
    read: Callable[[Node, Scope], Any]
    table: Table | None = None


@dataclass(frozen=True, kw_only=True)
class Field:
    """One key of a mapping.

    Attributes:
        key: as written in YAML.
        kind: what its value may be.
        doc: one line, for the manifest reference.
        default: the model's value where the key is missing.
        shown_default: the same in words, where the docs should tell it.
        attribute: the model's name for it, where it differs from `key`.
    """

    key: str
    kind: Kind
    doc: str
    required: bool = False
    default: Any = None
    shown_default: str = ""
    attribute: str = ""

    @property
    def into(self) -> str:
        """The model's attribute."""
        return self.attribute or self.key


@dataclass(frozen=True, kw_only=True)
class Table:
    """The keys that one mapping may have.

    Attributes:
        name: what the mapping is, for docs and messages: ``show.yaml``, ``segment``.
        first: keys that are read before the others, because those refer to them.
    """

    name: str
    doc: str
    fields: tuple[Field, ...]
    first: tuple[str, ...] = ()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """In the docs' order."""
        return tuple(each.key for each in self.fields)

    @cached_property
    def in_reading_order(self) -> tuple[Field, ...]:
        """The fields, those that others refer to first."""
        order = {key: n - len(self.first) for n, key in enumerate(self.first)}
        return tuple(sorted(self.fields, key=lambda each: order.get(each.key, 0)))


def tables_below(table: Table) -> Iterator[Table]:
    """`table` and all tables that its keys lead to, each once, in reading order: the docs' chapters."""
    seen: dict[str, Table] = {}

    def visit(each: Table) -> None:
        if each.name in seen:
            return
        seen[each.name] = each
        for one in each.fields:
            if one.kind.table is not None:
                visit(one.kind.table)

    visit(table)
    yield from seen.values()


def read_table(node: MappingNode, table: Table, scope: Scope) -> Values:
    """A mapping's values by attribute; defaults where a key is missing, wrong or empty."""
    guessed = _report_unknown(node, table, scope)
    values: Values = {}
    for each in table.in_reading_order:
        value = node.value(each.key)
        read = None if value is None else each.kind.read(value, scope.below(each.key))
        values[each.into] = each.default if read is None else read
        if value is None and each.required and each.key not in guessed:
            scope.report(
                Rule.MISSING_KEY,
                node.place_of(each.key),
                f"`{each.key}` has no value" if node.writes(each.key) else f"the key `{each.key}` is missing",
                f"Add `{each.key}: …` ({each.kind.name}).",
            )
    return values


def _report_unknown(node: MappingNode, table: Table, scope: Scope) -> set[str]:
    """Reports unknown keys; gives those that were probably meant."""
    guessed = set()
    for key, _ in node.entries:
        if key.text in table.keys:
            continue
        guess = None if scope.reading.findings.full else near_key(key.text, table.keys)
        if guess:
            guessed.add(guess)
        hint = f"Did you mean `{guess}`?" if guess else f"Keys of {table.name}: {', '.join(table.keys)}."
        fix = Fix(text=guess) if guess and not node.writes(guess) and spelt_alike(key.text, guess) else None
        scope.report(Rule.UNKNOWN_KEY, key.place, f"the key {shown(key.text)} is unknown", hint, fix)
    return guessed


def scalar(name: str, rule: Rule, parse: Callable[[str], Any]) -> Kind:
    """A kind whose text `parse` reads; what it raises as ValueError breaks `rule`."""
    return scoped_scalar(name, rule, lambda text, _: parse(text))


def scoped_scalar(name: str, rule: Rule, parse: Callable[[str, Scope], Any]) -> Kind:
    """As `scalar`, for texts that mean something only in their file: paths and ids."""

    def read(node: Node, scope: Scope) -> Any:
        if not isinstance(node, ScalarNode):
            scope.report(Rule.KIND, node.place, f"expected a {name}, found {_told(node)}")
            return None
        return parsed(node, scope, rule, parse)

    return Kind(name=name, read=read)


def parsed(node: ScalarNode, scope: Scope, rule: Rule, parse: Callable[[str, Scope], Any]) -> Any:
    """What `parse` makes of the node's text; None, reported, where it can't."""
    try:
        return parse(node.text.strip(), scope)
    except Unfit as unfit:
        scope.report(unfit.rule or rule, node.place, str(unfit), unfit.hint, unfit.fix)
    except ValueError as error:
        scope.report(rule, node.place, str(error)[:LONGEST_MESSAGE])
    return None


def mapping(name: str, table: Table, build: Callable[[Values, MappingNode, Scope], Any]) -> Kind:
    """A mapping with the keys of `table`, made into a model's object by `build`."""

    def read(node: Node, scope: Scope) -> Any:
        if not isinstance(node, MappingNode):
            keys = ", ".join(f"{key}: …" for key in table.keys[:2])
            scope.report(
                Rule.KIND, node.place, f"expected a {name}, found {_told(node)}", f"Write keys: `{{{keys}}}`."
            )
            return None
        return build(read_table(node, table, scope), node, scope)

    return Kind(name=name, read=read, table=table)


def list_of(kind: Kind, name: str) -> Kind:
    """A list, read item by item into a tuple; wrong items are left out, reported."""

    def read(node: Node, scope: Scope) -> tuple[Any, ...]:
        if not isinstance(node, ListNode):
            scope.report(
                Rule.KIND,
                node.place,
                f"expected a {name}, found {_told(node)}",
                "Write `[…]`, or lines that begin with `-`.",
            )
            return ()
        found = []
        for index, item in enumerate(node.items):
            below = scope.below(index)
            if item.is_empty:
                below.report(
                    Rule.MISSING_KEY, item.place, "this item of the list is empty", "Fill or remove it."
                )
                continue
            value = kind.read(item, below)
            if value is not None:
                found.append(value)
        return tuple(found)

    return Kind(name=name, read=read, table=kind.table)


def by_id(kind: Kind, name: str, check_id: Callable[[str], object]) -> Kind:
    """A mapping from ids to values of one kind, in the order written."""

    def read(node: Node, scope: Scope) -> Mapping[str, Any]:
        if not isinstance(node, MappingNode):
            scope.report(Rule.KIND, node.place, f"expected a {name}, found {_told(node)}", "Write `id: {…}`.")
            return {}
        found = {}
        for key, value in node.entries:
            below = scope.below(key.text)
            try:
                check_id(key.text)
            except ValueError as error:
                below.report(Rule.HANDLE, key.place, str(error))
            if value.is_empty:
                below.report(Rule.MISSING_KEY, key.place, "has no value", "Give it keys, or remove it.")
                continue
            read_value = kind.read(value, below)
            if read_value is not None:
                found[key.text] = read_value
        return found

    return Kind(name=name, read=read, table=kind.table)


def _told(node: Node) -> str:
    match node:
        case ScalarNode():
            return f"the text {shown(node.text)}"
        case ListNode():
            return "a list"
        case _:
            return "keys with values"


def wrong_kind(node: Node, scope: Scope, expected: str, hint: str = "") -> None:
    """Reports that `node` is neither of the kinds `expected`."""
    scope.report(Rule.KIND, node.place, f"expected {expected}, found {_told(node)}", hint)
