"""Findings as SARIF 2.1.0, for GitHub's code scanning and other viewers; pure.

OASIS «Static Analysis Results Interchange Format (SARIF) Version 2.1.0», with errata 01. What code scanning
wants besides (relative addresses, a line for every place, at most 25,000 results in a run) is in GitHub's
«SARIF support for code scanning».
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from podtool import __version__
from podtool.check.rule import CheckRule
from podtool.check.rules import all_rules
from podtool.console.spans import end_of
from podtool.errors import Problem, Severity
from podtool.workflow.results import CheckResult

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
"""Code scanning refuses a file with more in one run."""
ROOT = "%SRCROOT%"
_SHOW_FILE = "show.yaml"
_ORDER = {severity: index for index, severity in enumerate(Severity)}


def format_sarif(result: CheckResult, folder: PurePosixPath) -> str:
    """The log as JSON text; the same for the same findings.

    Args:
        result: what `check` found; what is ignored comes along, suppressed.
        folder: the way from the repository to the show.
    """
    rules = all_rules()
    indices = {rule.id: index for index, rule in enumerate(rules)}
    judged = [(problem, "") for problem in result.problems]
    judged += [(each.problem, each.reason) for each in result.ignored]
    judged.sort(key=lambda pair: (bool(pair[1]), _ORDER[pair[0].severity]))
    prints = _fingerprints((problem for problem, _ in judged), result)
    results = [
        _fixes(problem, result, folder)
        | _result(problem, reason, result, folder)
        | {"ruleIndex": indices[problem.rule], "partialFingerprints": {"primaryLocationLineHash": mark}}
        for (problem, reason), mark in zip(judged[:MOST_RESULTS], prints, strict=False)
    ]
    run: dict[str, Any] = {
        "tool": {
            "driver": {"name": "podtool", "version": __version__, "rules": [_rule(rule) for rule in rules]}
        },
        "invocations": [_invocation(len(judged) - len(results))],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The repository's top folder."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=True, indent=2) + "\n"


def _rule(rule: CheckRule) -> dict[str, Any]:
    parts = [
        rule.why,
        rule.fix,
        f"Example: {rule.example}",
        f"Asked for by: {rule.spec}" if rule.spec else "",
    ]
    marked = [
        rule.why,
        f"**Fix:** {rule.fix}",
        f"**Example:** {rule.example}",
        f"**Spec:** {rule.spec}" if rule.spec else "",
        f"**Who wants what:** {rule.disagreement}" if rule.disagreement else "",
        f"**`--fix`:** {rule.mends}" if rule.mends else "",
    ]
    return {
        "id": rule.id,
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": "\n".join(part for part in parts if part),
            "markdown": "\n\n".join(part for part in marked if part),
        },
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": {"tags": [rule.family.lower()]},
    }


def _result(problem: Problem, reason: str, result: CheckResult, folder: PurePosixPath) -> dict[str, Any]:
    suppression = {"kind": "external", "status": "accepted", "justification": reason}
    words = "\n".join(part for part in (problem.message, problem.hint) if part)
    return {
        "ruleId": problem.rule,
        "level": problem.severity.value,
        "message": {"text": words},
        "locations": [{"physicalLocation": _place(problem, result.excerpt(problem), folder)}],
        "suppressions": [suppression] if reason else [],
    }


def _fixes(problem: Problem, result: CheckResult, folder: PurePosixPath) -> dict[str, Any]:
    """What `--fix` would write (clause 3.55); nothing where a person has to decide."""
    edit = result.edits.get(problem)
    if edit is None:
        return {}
    region = {
        "startLine": edit.line,
        "startColumn": edit.column,
        "endLine": edit.end_line,
        "endColumn": edit.end_column,
    }
    change = {
        "artifactLocation": _location(problem, folder),
        "replacements": [{"deletedRegion": region, "insertedContent": {"text": edit.text}}],
    }
    return {
        "fixes": [{"description": {"text": problem.hint or problem.message}, "artifactChanges": [change]}]
    }


def _location(problem: Problem, folder: PurePosixPath) -> dict[str, str]:
    path = (folder / (problem.file or _SHOW_FILE)).as_posix()
    return {"uri": quote(path), "uriBaseId": ROOT}


def _place(problem: Problem, excerpt: str | None, folder: PurePosixPath) -> dict[str, Any]:
    """Where it is; what concerns the whole show stands at show.yaml, as viewers want a line."""
    region: dict[str, Any] = {"startLine": problem.line or 1}
    if problem.line and problem.column:
        region["startColumn"] = problem.column
        if excerpt is not None:
            region["endColumn"] = end_of(excerpt, problem.column)
            region["snippet"] = {"text": excerpt}
    return {"artifactLocation": _location(problem, folder), "region": region}


def _fingerprints(problems: Iterable[Problem], result: CheckResult) -> Iterator[str]:
    """For each a mark that survives moved lines: of its rule, its file and its line's text, counted.

    Where no line is shown it is the message without its digits, which change from run to run.
    """
    seen: Counter[str] = Counter()
    for problem in problems:
        line = result.excerpt(problem)
        said = "".join(sign for sign in problem.message if not sign.isdigit())
        about = said if line is None else " ".join(line.split())
        content = f"{problem.rule}\n{problem.file}\n{about}"
        digest = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]
        seen[digest] += 1
        yield f"{digest}:{seen[digest]}"


def _invocation(left_out: int) -> Mapping[str, Any]:
    told: dict[str, Any] = {"executionSuccessful": True}
    if left_out:
        text = f"{left_out} more findings were left out: code scanning takes {MOST_RESULTS}."
        told["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": text}}]
    return told
