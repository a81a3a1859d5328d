"""What `check` gives, asked as tests ask it."""

from datetime import UTC, datetime

from podtool.workflow.checking import check

NOW = datetime(2024, 1, 1, tzinfo=UTC)


def now():
    return NOW


def found(folder, argument=None):
    return check(argument, folder, clock=now)


def rules_of(result):
    return {problem.rule for problem in result.problems}


def one(result, rule):
    (problem,) = [problem for problem in result.problems if problem.rule == rule]
    return problem


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
