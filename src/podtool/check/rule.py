"""What a rule is: texts that people read, and a pure function that finds where a subject breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from podtool.check.subject import Subject
from podtool.errors import Fix, Problem, Severity
from podtool.show.model import Place, Places


@dataclass(frozen=True, kw_only=True)
class Found:
    """One place where a rule is broken.

    Attributes:
        message: what is wrong there, in one sentence.
        place: where; None when it concerns the whole.
        hint: what to do about it there; empty: the rule's own words.
        fix: what may be written there without asking what was meant.
    """

    message: str
    place: Place | None = None
    hint: str = ""
    fix: Fix | None = None


BINDING_FAMILIES = frozenset({"YAML", "CHECK"})
"""What they find keeps a file from being used, or is about ignoring itself."""
BINDING_RULES = frozenset({"LEDGER-001", "LEDGER-002", "LEDGER-003"})
"""What they find would cost every subscriber the episode, or the show."""

Find = Callable[[Subject], Iterable[Found]]


@dataclass(frozen=True, kw_only=True)
class CheckRule:
    """One rule of `check`; ids never change, and the id of a rule that went is not used again.

    Attributes:
        severity: error, warning or note.
        title: what is wrong, in one line.
        why: what a listener (or who makes the show) notices.
        spec: standard and clause that asks for it; empty where only good sense does.
        fix: what to do about it.
        example: what breaks it.
        disagreement: where those who read feeds disagree about it: who wants what, and what podtool does.
        mends: what `check --fix` does about it; empty where a person has to decide.
        find: every place where a subject breaks it; silent about facts that the subject doesn't have.
    """

    id: str
    severity: Severity
    title: str
    why: str
    spec: str = ""
    fix: str
    example: str
    disagreement: str = ""
    mends: str = ""
    find: Find

    @property
    def family(self) -> str:
        """What it is about: ``FEED`` of ``FEED-012``."""
        return self.id.partition("-")[0]

    @property
    def is_binding(self) -> bool:
        """Whether nobody may ignore it or give it another severity."""
        return self.family in BINDING_FAMILIES or self.id in BINDING_RULES

    def problems(self, subject: Subject) -> Iterator[Problem]:
        """Every place where `subject` breaks the rule."""
        return (self.problem(found) for found in self.find(subject))

    def problem(self, found: Found) -> Problem:
        """One of them."""
        place = found.place or Place(file="", line=0, column=0)
        return Problem(
            rule=self.id,
            severity=self.severity,
            message=found.message,
            hint=found.hint or self.fix,
            file=place.file,
            line=place.line,
            column=place.column,
            spec=self.spec,
            fix=found.fix,
        )


def at_key(places: Places, key: str) -> Place:
    """Where a key stands, or the nearest one above it; the whole file where neither is written."""
    place = places.find(key)
    while key and key not in places.by_key:
        key = key.rpartition(".")[0]
    return place if key else whole_file(places.file)


def whole_file(path: str) -> Place:
    """A file as a place, without a line."""
    return Place(file=path, line=0, column=0)


def found_elsewhere(rule: str) -> Find:
    """The finder of a rule that another module applies: it passes on what was found there.

    Message, hint and place stay as they were.
    """

    def find(subject: Subject) -> Iterator[Found]:
        for problem in subject.elsewhere:
            if problem.rule == rule:
                place = Place(file=problem.file, line=problem.line, column=problem.column)
                yield Found(message=problem.message, place=place, hint=problem.hint, fix=problem.fix)

    return find
