"""`podtool explain`: what would be made again, and why."""

from __future__ import annotations

from podtool.workflow.assemble import AssembleOptions, plan
from podtool.workflow.project import Project
from podtool.workflow.results import AssembleResult


def explain(project: Project) -> AssembleResult:
    """Every step with its status and the reasons for it; nothing is made.

    Raises:
        SourceError: a recording or asset is missing.
    """
    return plan(project, AssembleOptions())
