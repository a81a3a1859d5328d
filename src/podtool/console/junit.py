"""Findings as JUnit XML, which CI servers show as a list of tests; pure.

There is no standard; this is what Jenkins' xunit-plugin (junit-10.xsd), GitLab and Azure read: a suite per
episode (and one for the show), a case per rule and file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.sax.saxutils import escape, quoteattr

from podtool.check.rules import all_rules
from podtool.errors import Problem, Severity
from podtool.show.yaml_source import FORBIDDEN_IN_VALUE
from podtool.workflow.results import CheckResult

THE_SHOW = "show"
SHOW_FILE = "show.yaml"
ALL_WELL = "every other rule"


@dataclass(frozen=True, kw_only=True)
class _Case:
    """A rule and a file: its findings, each with the reason why it doesn't count (empty when it does)."""

    rule: str
    file: str
    findings: tuple[tuple[Problem, str], ...]

    @property
    def failing(self) -> list[Problem]:
        return [
            found for found, reason in self.findings if not reason and found.severity is not Severity.NOTE
        ]

    @property
    def reasons(self) -> list[str]:
        """Why it is skipped; empty when anything in it counts."""
        return [] if any(not reason for _, reason in self.findings) else [each for _, each in self.findings]


def format_junit(result: CheckResult, folder: PurePosixPath) -> str:
    """The document; the same for the same findings (no time, no host name).

    Args:
        result: what `check` found; what is ignored is skipped, with its reason.
        folder: the way from the repository to the show.
    """
    titles = {rule.id: rule.title for rule in all_rules()}
    suites = _suites(result)
    cases = [case for found in suites.values() for case in found]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites{_counts(cases, len(suites))}>"]
    for name, found in suites.items():
        called = (folder / name).as_posix() if name != THE_SHOW else name
        lines.append(f"  <testsuite name={_quoted(called)}{_counts(found, 1)}>")
        lines += [f'    <testcase name="{ALL_WELL}" classname={_quoted(called)}/>']
        for case in found:
            lines += _case_lines(case, titles.get(case.rule, ""), folder)
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suites(result: CheckResult) -> Mapping[str, list[_Case]]:
    """Cases by episode; what lies in no episode's folder is the show's."""
    grouped: dict[tuple[str, str, str], list[tuple[Problem, str]]] = {}
    judged = [(problem, "") for problem in result.problems]
    judged += [(each.problem, each.reason) for each in result.ignored]
    for problem, reason in judged:
        suite = _suite_of(problem.file, result.looked_at)
        grouped.setdefault((suite, problem.file, problem.rule), []).append((problem, reason))
    suites: dict[str, list[_Case]] = {THE_SHOW: [], **{name: [] for name in result.looked_at}}
    for (suite, file, rule), findings in sorted(grouped.items()):
        suites[suite].append(_Case(rule=rule, file=file, findings=tuple(findings)))
    return suites


def _suite_of(file: str, folders: Sequence[str]) -> str:
    for each in folders:
        if file.startswith(f"{each}/") or (each == "." and file not in ("", SHOW_FILE)):
            return each
    return THE_SHOW


def _counts(cases: Sequence[_Case], well: int) -> str:
    failures = sum(bool(case.failing) for case in cases)
    skipped = sum(bool(case.reasons) for case in cases)
    return f' tests="{len(cases) + well}" failures="{failures}" errors="0" skipped="{skipped}"'


def _case_lines(case: _Case, title: str, folder: PurePosixPath) -> Iterable[str]:
    called = (folder / case.file).as_posix() if case.file else THE_SHOW
    yield f"    <testcase name={_quoted(f'{case.rule}: {title}')} classname={_quoted(called)}>"
    told = _text("\n".join(_told(problem) for problem, _ in case.findings))
    if case.failing:
        first = case.failing[0]
        yield (
            f"      <failure type={_quoted(first.severity.value)} message={_quoted(first.message)}>"
            f"{told}</failure>"
        )
    elif case.reasons:
        yield f"      <skipped message={_quoted(case.reasons[0])}/>"
    else:
        yield f"      <system-out>{told}</system-out>"
    yield "    </testcase>"


def _told(problem: Problem) -> str:
    """``file:line:column: message``, and below it what to do."""
    place = f"{problem.place}: " if problem.place else ""
    return "\n".join(part for part in (f"{place}{problem.message}", problem.hint) if part)


def _text(text: str) -> str:
    """Escaped, and without what XML 1.0 can't hold (clause 2.2)."""
    return escape(FORBIDDEN_IN_VALUE.sub("\ufffd", text))


def _quoted(text: str) -> str:
    return quoteattr(FORBIDDEN_IN_VALUE.sub("\ufffd", text))
