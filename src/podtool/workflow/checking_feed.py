"""`podtool check FEED.xml`: a feed by itself, podtool's or anybody's, by the rules that a file can answer."""

from __future__ import annotations

from pathlib import Path

from podtool.check.judging import Choice, Occurrence, judge
from podtool.check.rules import find_problems
from podtool.check.subject import Subject
from podtool.errors import UsageError
from podtool.publish.feed_reading import LARGEST_FEED_BYTES, read_feed
from podtool.show.feed_facts import FeedFacts
from podtool.show.model import Places, Show
from podtool.workflow.check_result import as_result
from podtool.workflow.results import CheckResult

FEED_SUFFIXES = frozenset({".xml", ".rss"})
_FAMILIES = frozenset({"FEED", "CHAPTERS"})
"""What a feed can answer without the show that it is of."""


def is_feed_file(argument: str | None, here: Path) -> bool:
    """Whether an argument of `check` names a feed rather than an episode."""
    if argument is None or Path(argument).suffix.lower() not in FEED_SUFFIXES:
        return False
    try:
        return (here / argument).is_file()
    except (OSError, ValueError):
        return False


def check_feed(argument: str, here: Path, choice: Choice) -> CheckResult:
    """Every rule that the feed breaks, with its line; nothing is fetched.

    Raises:
        UsageError: it can't be read, or --live was asked for.
    """
    if choice.live:
        raise UsageError(
            "--live asks at a show's own addresses", hint="give an episode or a show, or leave --live out"
        )
    path = here / argument
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FEED_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"{argument} can't be read: {error.strerror or error}", hint="look at its permissions"
        ) from error
    facts = read_feed(content)
    name = Path(argument).as_posix()
    subject = Subject(show=_stand_in(facts, here, name), feed=facts, feed_path=name)
    found = [
        Occurrence(problem=problem)
        for problem in find_problems(subject)
        if problem.rule.partition("-")[0] in _FAMILIES
    ]
    return as_result(name, judge(found, (), choice), here)


def _stand_in(facts: FeedFacts, here: Path, name: str) -> Show:
    """A show that says nothing which the feed doesn't."""
    return Show(
        root=here,
        title=facts.title or name,
        description=facts.description or "",
        language=facts.language or "",
        handle="feed",
        type="serial" if facts.type == "serial" else "episodic",
        places=Places(file=name),
    )
