"""`podtool check --explain RULE`: what a rule says of itself."""

from __future__ import annotations

from collections.abc import Mapping

from podtool.check.rules import find_rule


def explain_rule(rule_id: str) -> Mapping[str, str]:
    """What a rule says of itself, by what a person would call each part; empty parts are left out.

    Raises:
        UsageError: there is no such rule; with those that are near.
    """
    rule = find_rule(rule_id)
    parts = {
        "rule": rule.id,
        "severity": rule.severity.value,
        "title": rule.title,
        "why": rule.why,
        "spec": rule.spec,
        "disagreement": rule.disagreement,
        "fix": rule.fix,
        "--fix": rule.mends,
        "example": rule.example,
    }
    return {name: text for name, text in parts.items() if text}
