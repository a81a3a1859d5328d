"""Findings of a show with two episodes, some of them ignored, and texts that want escaping."""

from podtool.errors import Problem, Severity
from podtool.workflow.results import CheckResult, IgnoredProblem

ODD = "a < b & \"c\" ]]> 'd' é 日本 %0A"


def problem(rule="SHOW-003", severity=Severity.WARNING, message="m", **more):
    return Problem(rule=rule, severity=severity, message=message, **more)


ERROR = problem(
    "FEED-005",
    Severity.ERROR,
    ODD,
    file="show.yaml",
    line=3,
    column=14,
    hint="Did you mean `Education`?",
    spec="PSP-1",
)
AT_EPISODE = problem("EPISODE-002", file="episodes/08 été/episode.yaml", line=2, column=1)
NOTE = problem("MEDIA-010", Severity.NOTE, "nothing is built", file="episodes/08 été/episode.yaml")
NOWHERE = problem("FEED-003", Severity.ERROR, "the feed's channel has no title")
IGNORED = IgnoredProblem(
    problem=problem("RIGHTS-001", file="show.yaml", line=9, column=3),
    reason="the band said yes, by phone",
    by="show.yaml:12",
)
RESULT = CheckResult(
    episode=".",
    problems=(NOWHERE, AT_EPISODE, NOTE, ERROR),
    excerpts={
        ("show.yaml", 3): "categories: [education]",
        ("show.yaml", 9): "  air: {file: air.wav}",
        ("episodes/08 été/episode.yaml", 2): "title: Huit",
    },
    ignored=(IGNORED,),
    looked_at=("episodes/08 été", "episodes/09"),
)
