"""All rules of `check`, in one table: code, `--explain`, docs/rules.md and the tests read it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace

from podtool.check import (
    chapters,
    check_rules,
    cover,
    encoding,
    episode_rules,
    feed,
    feed_extras,
    feed_items,
    feed_media,
    feed_podcasting,
    ledger,
    live,
    media,
    mix,
    page,
    recording_flaws,
    recordings,
    rights,
    show_rules,
    tags,
    transcripts,
    yaml_files,
)
from podtool.check.disagreements import DISAGREEMENTS
from podtool.check.rule import CheckRule
from podtool.check.subject import Subject
from podtool.errors import Problem, UsageError

_RULES: tuple[CheckRule, ...] = (
    *yaml_files.RULES,
    *show_rules.RULES,
    *episode_rules.RULES,
    *recordings.RULES,
    *recording_flaws.RULES,
    *mix.RULES,
    *transcripts.RULES,
    *rights.RULES,
    *cover.RULES,
    *sorted((*media.RULES, *encoding.RULES), key=lambda rule: rule.id),
    *tags.RULES,
    *chapters.RULES,
    *sorted(
        (*feed.RULES, *feed_podcasting.RULES, *feed_extras.RULES, *feed_items.RULES, *feed_media.RULES),
        key=lambda rule: rule.id,
    ),
    *page.RULES,
    *ledger.RULES,
    *live.RULES,
    *check_rules.RULES,
)
_TABLE = tuple(replace(rule, disagreement=DISAGREEMENTS.get(rule.id, "")) for rule in _RULES)
_OF_ITS_TEXT = frozenset({"FEED-001", "FEED-032", "FEED-033"})
"""What can be said of a feed that can't be read."""
_BY_ID: Mapping[str, CheckRule] = {rule.id: rule for rule in _TABLE}


def all_rules() -> tuple[CheckRule, ...]:
    """Every rule, by subject and number."""
    return _TABLE


def families() -> frozenset[str]:
    """What rules are about: ``FEED``, ``YAML`` and so on."""
    return frozenset(rule.family for rule in _TABLE)


def find_rule(name: str) -> CheckRule:
    """The rule with an id, whatever its case.

    Raises:
        UsageError: there is none; with those that are near.
    """
    wanted = name.strip().upper()
    if wanted in _BY_ID:
        return _BY_ID[wanted]
    same = [each for each in _BY_ID if each.partition("-")[0] == wanted.partition("-")[0]]
    near = difflib.get_close_matches(wanted[:40], _BY_ID, n=3, cutoff=0.5) or same[:3]
    groups = ", ".join(dict.fromkeys(f"{each.partition('-')[0]}-…" for each in _BY_ID))
    raise UsageError(
        f"there is no rule {name}",
        hint=f"did you mean {' or '.join(near)}?" if near else f"rules are called {groups}",
    )


def rules_named(name: str) -> tuple[str, ...]:
    """The ids that a name stands for: a rule's own, or its family's (``FEED``); whatever its case.

    Raises:
        UsageError: it names none; with those that are near.
    """
    wanted = name.strip().upper().removesuffix("-")
    family = tuple(rule.id for rule in _TABLE if rule.family == wanted)
    return family or (find_rule(name).id,)


def find_problems(subject: Subject) -> tuple[Problem, ...]:
    """Every place where `subject` breaks a rule, each once, in the order of the table."""
    spoken = _TABLE if _is_readable(subject) else tuple(rule for rule in _TABLE if not _reads_feed(rule))
    return tuple(dict.fromkeys(problem for rule in spoken for problem in rule.problems(subject)))


def _is_readable(subject: Subject) -> bool:
    """Whether the feed is XML: of what was saved from one that isn't, nothing sure can be said."""
    return not any(
        fault.kind in ("xml", "doctype") for fault in (subject.feed.faults if subject.feed else ())
    )


def _reads_feed(rule: CheckRule) -> bool:
    return (rule.family == "FEED" and rule.id not in _OF_ITS_TEXT) or rule.id == "CHAPTERS-008"
