"""Kinds of values that podtool writes for itself (ledger, recordings): read exactly, nothing else let in."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from podtool.show.addresses import parse_url
from podtool.show.fields import Kind, Scope, Unfit, scalar, wrong_kind
from podtool.show.findings import shown
from podtool.show.scalars import parse_moment, whole_number
from podtool.show.yaml_nodes import Node, ScalarNode
from podtool.show.yaml_rules import Rule

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_FLOAT = re.compile(r"\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?\Z", re.ASCII)
_LONGEST_TEXT = 10_000
_LONGEST_TIME_S = 1e7


def exact(name: str, check: Callable[[str], object] = str) -> Kind:
    """A text kept to the letter, white space included, that `check` doesn't object to."""

    def read(node: Node, scope: Scope) -> Any:
        if not isinstance(node, ScalarNode):
            return wrong_kind(node, scope, f"a {name}")
        try:
            check(node.text)
        except ValueError as error:
            scope.report(Rule.LEDGER, node.place, str(error))
            return None
        if len(node.text) > _LONGEST_TEXT:
            scope.report(Rule.LEDGER, node.place, f"has more than {_LONGEST_TEXT} characters")
        return node.text

    return Kind(name=name, read=read)


def check_public_path(text: str) -> None:
    """A path below the folder it is meant for, on every system: a ledger can't name what lies elsewhere.

    Raises:
        ValueError: it could lead out.
    """
    parts = text.split("/")
    if "\\" in text or "\n" in text or ":" in parts[0] or any(part in ("", ".", "..") for part in parts):
        raise Unfit(f"{shown(text)} is not a path inside the folder")


def _parse_duration(text: str) -> float:
    number = float(text) if _FLOAT.match(text) else math.nan
    if not 0 <= number <= _LONGEST_TIME_S:
        raise Unfit(f"{shown(text)} is not a duration in seconds")
    return number


def _parse_sha256(text: str) -> str:
    if not _SHA256.match(text):
        raise Unfit(f"{shown(text)} is not a SHA-256: 64 digits, 0–9 and a–f")
    return text


def _parse_inside(text: str) -> PurePosixPath:
    check_public_path(text)
    return PurePosixPath(text)


EXACT = exact("text")
PUBLIC_PATH = exact("path", check_public_path)
PUBLIC_URL = exact("web address", parse_url)
INSIDE = scalar("path", Rule.LEDGER, _parse_inside)
COUNT = scalar("whole number", Rule.LEDGER, whole_number(0, 10**12 - 1))
COUNT_FROM_1 = scalar("whole number", Rule.LEDGER, whole_number(1, 10**9))
DURATION = scalar("duration in seconds", Rule.LEDGER, _parse_duration)
SHA256 = scalar("SHA-256", Rule.DIGEST, _parse_sha256)
WRITTEN_MOMENT = scalar("date-time", Rule.DATE, parse_moment)
