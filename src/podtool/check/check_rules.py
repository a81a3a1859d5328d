"""Rules about what show.yaml and episode.yaml tell `check` itself; applied by `judging`."""

from __future__ import annotations

from podtool.check.rule import CheckRule, found_elsewhere
from podtool.errors import Severity

NO_EFFECT, UNKNOWN, BINDING, TWICE = "CHECK-001", "CHECK-002", "CHECK-003", "CHECK-004"

RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id=NO_EFFECT,
        severity=Severity.WARNING,
        title="An ignored rule isn't broken",
        why="It would hide the next mistake of its kind, which nobody has looked at.",
        fix="Remove it from `check: ignore`.",
        example="`{rule: SHOW-001, reason: the cover comes in May}`, and the cover has come",
        find=found_elsewhere(NO_EFFECT),
    ),
    CheckRule(
        id=UNKNOWN,
        severity=Severity.ERROR,
        title="`check` names a rule that there isn't",
        why="What it was meant to hide is told all the same, or told with another severity.",
        fix="Write the id as `podtool check` tells it, or its first part for all about a matter.",
        example="`{rule: RIGTHS-001, reason: …}`",
        find=found_elsewhere(UNKNOWN),
    ),
    CheckRule(
        id=BINDING,
        severity=Severity.ERROR,
        title="A rule that binds can't be ignored or given another severity",
        why="What it finds keeps a file from being used, or would cost subscribers the show: hiding it "
        "helps nobody.",
        fix="Remove it from `check`, and mend what it finds.",
        example="`{rule: LEDGER-001, reason: we like the new guid}`",
        find=found_elsewhere(BINDING),
    ),
    CheckRule(
        id=TWICE,
        severity=Severity.WARNING,
        title="A rule is ignored twice in one place",
        why="Whoever removes one of the two wonders why the finding stays hidden.",
        fix="Keep one of the two.",
        example="`RIGHTS-001` twice under `ignore`, with the same `where`",
        find=found_elsewhere(TWICE),
    ),
)
