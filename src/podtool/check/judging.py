"""What was found → what counts: chosen rules, ignored ones, severities; and findings about these; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from podtool.check.check_rules import BINDING, NO_EFFECT, TWICE, UNKNOWN
from podtool.check.rule import Found
from podtool.check.rules import find_rule, rules_named
from podtool.check.subject import Subject
from podtool.errors import Problem, Severity, UsageError
from podtool.show.model import CheckSettings, IgnoredRule, Places

ON_THE_COMMAND_LINE = "--ignore"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the command line asked for.

    Attributes:
        select: ids of the rules that are told; None for all.
        ignore: ids of those that don't count.
        live: whether public servers are asked.
    """

    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    live: bool = False


def choose(select: Iterable[str] = (), ignore: Iterable[str] = (), *, live: bool = False) -> Choice:
    """From what was typed: ids and families, also several with commas between.

    Raises:
        UsageError: a name that no rule has, or one that can't be ignored.
    """
    chosen = frozenset(rule for name in _names(select) for rule in rules_named(name))
    left_out = frozenset(rule for name in _names(ignore) for rule in rules_named(name))
    for rule in sorted(left_out):
        if find_rule(rule).is_binding:
            raise UsageError(f"{rule} can't be ignored", hint=f"see `podtool check --explain {rule}`")
    return Choice(select=chosen or None, ignore=left_out, live=live)


def _names(typed: Iterable[str]) -> Iterator[str]:
    for each in typed:
        yield from (name for name in each.split(",") if name.strip())


@dataclass(frozen=True, kw_only=True)
class Owner:
    """A file that tells `check` something.

    Attributes:
        episode: the folder of the episode whose file it is; None for the show's.
        told: families of rules whose facts were all known, so that «not broken» can be said of them;
            None when not all that the file is about was looked at.
    """

    settings: CheckSettings
    places: Places
    episode: str | None = None
    told: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """A problem, found while the episode in this folder was looked at (None: the show)."""

    problem: Problem
    episode: str | None = None


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """A problem that doesn't count, why, and where that is said."""

    problem: Problem
    reason: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What counts, and what doesn't."""

    problems: tuple[Problem, ...] = ()
    ignored: tuple[Ignored, ...] = ()


@dataclass(kw_only=True)
class _Entry:
    """One line under `ignore` that can be followed: the rules it stands for, and whether it hid anything."""

    owner: Owner
    said: IgnoredRule
    rules: frozenset[str]
    used: bool = field(default=False)

    def hides(self, seen: Occurrence) -> bool:
        if seen.problem.rule not in self.rules:
            return False
        if self.owner.episode is not None and self.owner.episode != seen.episode:
            return False
        return self.said.where is None or _lies_in(self.said.where, seen)


def _lies_in(where: str, seen: Occurrence) -> bool:
    """Whether a glob means the problem's file, a folder above it, or the episode it was found with."""
    file = PurePosixPath(seen.problem.file)
    names = [file.as_posix(), *(each.as_posix() for each in file.parents), seen.episode or ""]
    return any(fnmatchcase(name, where.rstrip("/")) for name in names if name not in ("", "."))


def judge(found: Iterable[Occurrence], owners: Sequence[Owner], choice: Choice) -> Judged:
    """What counts of what was found.

    Args:
        found: a problem that several episodes share occurs with each; it is ignored when all of them do so.
        owners: the show, then the episodes.
        choice: of the command line.
    """
    entries, told = _entries(owners)
    counting: dict[Problem, None] = {}
    ignored: dict[Problem, Ignored] = {}
    severities = {owner.episode: _severities(owner) for owner in owners}
    for seen in found:
        hiding = [entry for entry in entries if entry.hides(seen)]
        for entry in hiding:
            entry.used = True
        problem = _with_severity(seen, severities)
        if hiding:
            ignored.setdefault(problem, _ignored(problem, hiding[0]))
        elif problem.rule in choice.ignore:
            reason = f"{ON_THE_COMMAND_LINE} {problem.rule}"
            ignored.setdefault(problem, Ignored(problem=problem, reason=reason, by=ON_THE_COMMAND_LINE))
        else:
            counting[problem] = None
    if choice.select is None:
        told += [_no_effect(entry) for entry in entries if not entry.used and _could_be_used(entry)]
    counting |= dict.fromkeys(told)
    chosen = [each for each in counting if choice.select is None or each.rule in choice.select]
    left = [each for problem, each in ignored.items() if problem not in counting]
    return Judged(
        problems=tuple(chosen),
        ignored=tuple(each for each in left if choice.select is None or each.problem.rule in choice.select),
    )


def _ignored(problem: Problem, entry: _Entry) -> Ignored:
    place = entry.said.place
    return Ignored(problem=problem, reason=entry.said.reason, by=f"{place.file}:{place.line}")


def _severities(owner: Owner) -> Mapping[str, Severity]:
    """By id; a rule's own comes before its family's."""
    written = sorted(owner.settings.severities.items(), key=lambda pair: "-" in pair[0])
    return {
        rule: Severity(severity) for name, severity in written for rule in _known(name) if not _binds(rule)
    }


def _with_severity(seen: Occurrence, severities: Mapping[str | None, Mapping[str, Severity]]) -> Problem:
    """The problem as the episode's file wants it taken, else as the show's."""
    for owner in dict.fromkeys((seen.episode, None)):
        severity = severities.get(owner, {}).get(seen.problem.rule)
        if severity is not None:
            return replace(seen.problem, severity=severity)
    return seen.problem


def _known(name: str) -> tuple[str, ...]:
    try:
        return rules_named(name)
    except UsageError:
        return ()


def _binds(rule: str) -> bool:
    return find_rule(rule).is_binding


# What is wrong with the settings


def _entries(owners: Sequence[Owner]) -> tuple[list[_Entry], list[Problem]]:
    """The lines that can be followed, and the problems of those that can't."""
    entries: list[_Entry] = []
    told: list[Problem] = []
    for owner in owners:
        seen: set[tuple[str, str | None]] = set()
        for said in owner.settings.ignores:
            problem = _complaint(said, seen)
            seen.add((said.rule.upper(), said.where))
            if problem is not None:
                told.append(problem)
                if problem.rule != TWICE:
                    continue
            rules = frozenset(rule for rule in _known(said.rule) if not _binds(rule))
            entries.append(_Entry(owner=owner, said=said, rules=rules, used=problem is not None))
        told += _severity_complaints(owner)
    return entries, told


def _complaint(said: IgnoredRule, seen: set[tuple[str, str | None]]) -> Problem | None:
    try:
        rules = rules_named(said.rule)
    except UsageError as error:
        return _told(UNKNOWN, Found(message=error.message, place=said.place, hint=_sentence(error.hint)))
    if all(_binds(rule) for rule in rules):
        return _told(BINDING, Found(message=f"{said.rule} can't be ignored", place=said.place))
    if (said.rule.upper(), said.where) in seen:
        return _told(TWICE, Found(message=f"{said.rule} is ignored twice", place=said.place))
    return None


def _severity_complaints(owner: Owner) -> Iterator[Problem]:
    for name in owner.settings.severities:
        place = owner.places.find(f"check.severity.{name}")
        try:
            rules = rules_named(name)
        except UsageError as error:
            yield _told(UNKNOWN, Found(message=error.message, place=place, hint=_sentence(error.hint)))
            continue
        if all(_binds(rule) for rule in rules):
            yield _told(BINDING, Found(message=f"{name} can't be given another severity", place=place))


def _told(rule: str, found: Found) -> Problem:
    return find_rule(rule).problem(found)


def _sentence(words: str) -> str:
    return (
        f"{words[:1].upper()}{words[1:].rstrip('.')}" + ("" if words.endswith("?") else ".") if words else ""
    )


def _no_effect(entry: _Entry) -> Problem:
    where = f" in {entry.said.where}" if entry.said.where else ""
    return _told(NO_EFFECT, Found(message=f"{entry.said.rule} isn't broken{where}", place=entry.said.place))


def _could_be_used(entry: _Entry) -> bool:
    """Whether all facts were known by which its rules are judged."""
    told = entry.owner.told
    return told is not None and {find_rule(rule).family for rule in entry.rules} <= told


KNOWN_BY: Mapping[str, Callable[[Subject], bool]] = {
    "RECORDING": lambda subject: all(each.sound for each in subject.recordings),
    "TRANSCRIPT": lambda subject: all(not each.trouble for each in subject.transcripts),
    "MEDIA": lambda subject: subject.is_built,
    "TAGS": lambda subject: subject.is_built,
    "CHAPTERS": lambda subject: subject.is_built,
    "FEED": lambda subject: subject.feed is not None and subject.publication is not None,
    "PAGE": lambda subject: bool(subject.pages),
    "LIVE": lambda subject: subject.live is not None,
    "LEDGER": lambda subject: subject.is_published,
}
"""By family: whether its rules could see what they judge. A clone without recordings proves nothing."""


def families_told(subject: Subject, families: Iterable[str]) -> frozenset[str]:
    """Those of `families` whose facts are known of `subject`."""
    return frozenset(each for each in families if each not in KNOWN_BY or KNOWN_BY[each](subject))
