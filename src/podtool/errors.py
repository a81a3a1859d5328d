"""Everything that can go wrong, with the exit code that tells a script and the hint that tells a person.

The codes are those of the command line's contract (docs/exit-codes.md is made from this file).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Severity(StrEnum):
    """How much a problem matters: an error fails `check`, a warning does with `--strict`, a note never."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True)
class Fix:
    """What can be written without asking what was meant.

    Attributes:
        text: in place of the key or value where the problem stands; or, with `add`, the new key's value.
        add: a key that is missing at the top of the file.
        after: the key below which it is added.
    """

    text: str
    add: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, where, and what to do.

    Attributes:
        rule: stable id, like ``YAML-002`` or ``RIGHTS-003``.
        severity: error, warning or note.
        message: what is wrong, in one sentence.
        hint: what to do about it; empty when the message says it all.
        file: path as the user would type it (relative to the show's folder), or empty.
        line: 1-based line in `file`, 0 when it has none.
        column: 1-based column in `file`, 0 when it has none.
        spec: standard and clause that asks for it, or empty.
        fix: what `check --fix` may write there; None where a person has to decide.
    """

    rule: str
    severity: Severity
    message: str
    hint: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    spec: str = ""
    fix: Fix | None = None

    @property
    def place(self) -> str:
        """``file:line:column``, as far as known."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)

    def as_json(self) -> dict[str, str | int]:
        """The object that `--json` prints."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "hint": self.hint,
            "spec": self.spec,
        }


class PodtoolError(Exception):
    """Base of all errors that a user can meet; subclasses differ by exit code."""

    exit_code: ClassVar[int] = 70
    meaning: ClassVar[str] = "a bug of ours (a log file is named)"

    def __init__(self, message: str, *, hint: str = "", problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.problems = problems

    @property
    def kind(self) -> str:
        """The class's name, as `--json` gives it."""
        return type(self).__name__

    def as_json(self) -> dict[str, object]:
        """The object under ``error`` that `--json` prints."""
        return {
            "kind": self.kind,
            "exit_code": self.exit_code,
            "message": self.message,
            "hint": self.hint,
            "problems": [problem.as_json() for problem in self.problems],
        }


class CheckError(PodtoolError):
    """`check` found errors (or warnings, with `--strict`)."""

    exit_code = 1
    meaning = "`check` found errors (or warnings, with `--strict`)"


class UsageError(PodtoolError):
    """The command line doesn't fit: an option, an argument, a folder that is not a show."""

    exit_code = 2
    meaning = "wrong usage"


class ManifestError(PodtoolError):
    """A YAML file is wrong; `problems` has all of them."""

    exit_code = 3
    meaning = "a YAML file is wrong"


class SourceError(PodtoolError):
    """A recording or asset is missing, unreadable or not what the YAML says."""

    exit_code = 4
    meaning = "a recording or asset is missing, unreadable or not what the YAML says"


class ToolError(PodtoolError):
    """A tool or library failed."""

    exit_code = 5
    meaning = "a tool or library failed"


class LoudnessError(PodtoolError):
    """The sound can't meet its loudness or true-peak target."""

    exit_code = 6
    meaning = "the sound can't meet its target"


class CacheError(PodtoolError):
    """The cache, the build folder or a lock can't be used."""

    exit_code = 7
    meaning = "cache or lock"


class TagError(PodtoolError):
    """Tags can't be read or written."""

    exit_code = 8
    meaning = "tags"


class PublishError(PodtoolError):
    """Publishing was refused or failed; what was public before still is."""

    exit_code = 9
    meaning = "publishing"


class InternalError(PodtoolError):
    """A bug of ours; a log file is named in the message."""


class Cancelled(PodtoolError):  # noqa: N818 - nothing failed: the user pressed Ctrl-C
    """Ctrl-C."""

    exit_code = 130
    meaning = "Ctrl-C"

    def __init__(self, message: str = "cancelled; nothing was left half-made") -> None:
        super().__init__(message)


KINDS: tuple[type[PodtoolError], ...] = (
    CheckError,
    UsageError,
    ManifestError,
    SourceError,
    ToolError,
    LoudnessError,
    CacheError,
    TagError,
    PublishError,
    InternalError,
    Cancelled,
)
