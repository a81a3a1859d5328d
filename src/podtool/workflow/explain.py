"""`podtool explain`: what would be made again, and why."""

from __future__ import annotations

from podtool.build.known_digests import trusting
from podtool.workflow.assemble import AssembleOptions, plan
from podtool.workflow.project import Project
from podtool.workflow.results import AssembleResult


def explain(project: Project) -> AssembleResult:
    """Every step with its status and the reasons for it; nothing is made.

    Raises:
        SourceError: a recording or asset is missing.
    """
    with trusting(project.cache, to_make=True):
        return plan(project, AssembleOptions())
