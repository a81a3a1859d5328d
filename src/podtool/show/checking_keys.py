"""The key `check` of show.yaml and episode.yaml: what need not be said again, and how much it matters."""

from __future__ import annotations

from podtool.show.fields import Field, Kind, Scope, Table, Unfit, Values, by_id, list_of, mapping, scalar
from podtool.show.findings import shown
from podtool.show.model import CheckSettings, IgnoredRule
from podtool.show.scalars import LINE, parse_id
from podtool.show.yaml_nodes import MappingNode
from podtool.show.yaml_rules import Rule

SEVERITIES = ("error", "warning", "note")
_OTHER_WORDS = {"info": "note"}
"""Other programs' words, understood as ours."""


def parse_severity(text: str) -> str:
    """``error``, ``warning`` or ``note`` (``info`` means the same)."""
    severity = _OTHER_WORDS.get(text, text)
    if severity not in SEVERITIES:
        told = ", ".join(f"`{each}`" for each in SEVERITIES)
        raise Unfit(
            f"{shown(text)} is not one of {told}",
            hint="To hide a finding, name its rule under `ignore`, with a reason."
            if text in ("off", "none", "ignore")
            else "",
        )
    return severity


SEVERITY = scalar("`error`, `warning` or `note`", Rule.CHOICE, parse_severity)

IGNORE = Table(
    name="ignored rule",
    doc="A finding that you have decided to live with. One that hides nothing is told of (CHECK-001).",
    fields=(
        Field(
            key="rule",
            kind=LINE,
            doc="`RIGHTS-001`, or all about a matter: `RIGHTS`",
            required=True,
            default="",
        ),
        Field(
            key="reason",
            kind=LINE,
            doc="why; who comes after you will ask",
            required=True,
            default="",
        ),
        Field(
            key="where",
            kind=LINE,
            doc="only in these files or episodes' folders: `episodes/0*`",
            shown_default="everywhere",
        ),
    ),
)


def _ignored(values: Values, node: MappingNode, _: Scope) -> IgnoredRule:
    return IgnoredRule(place=node.place_of("rule"), **values)


SEVERITIES_BY_RULE: Kind = by_id(SEVERITY, "mapping of rules to severities", parse_id)

CHECK = Table(
    name="check",
    doc="What `podtool check` is to leave out, or to take otherwise.",
    fields=(
        Field(
            key="ignore",
            kind=list_of(mapping("ignored rule", IGNORE, _ignored), "list of ignored rules"),
            doc="findings that you have decided to live with",
            default=(),
            attribute="ignores",
        ),
        Field(
            key="severity",
            kind=SEVERITIES_BY_RULE,
            doc="how much a rule matters here: `{EPISODE-003: warning}`",
            default={},
            attribute="severities",
        ),
    ),
)


def _check(values: Values, _: MappingNode, __: Scope) -> CheckSettings:
    return CheckSettings(**values)


CHECK_FIELD = Field(
    key="check",
    kind=mapping("mapping of check settings", CHECK, _check),
    doc="what `podtool check` is to leave out here, with a reason each",
    default=CheckSettings(),
)
