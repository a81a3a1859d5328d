"""What a run told of an episode, kept in the cache: if nothing changed it is told again, no sound opened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from podtool.build.graph import Step, digest_of
from podtool.build.runner import Runner
from podtool.errors import Problem, Severity
from podtool.workflow.results import Artefact, AssembleResult


def told_key(steps: Sequence[Step], shown_in: str) -> str:
    """Where it lies in the cache: it depends on every step, and on how the paths are shown."""
    return digest_of(["told", shown_in, [step.key for step in steps]])


def keep_told(runner: Runner, key: str, result: AssembleResult) -> None:
    """Keeps a result's artefacts and problems.

    Raises:
        CacheError: the cache can't be written.
    """
    content = {
        "artefacts": [asdict(artefact) for artefact in result.artefacts],
        "problems": [{**asdict(problem), "severity": problem.severity.value} for problem in result.problems],
    }
    runner.store.write(key, json.dumps(content, sort_keys=True).encode())


def read_told(runner: Runner, key: str) -> tuple[tuple[Artefact, ...], tuple[Problem, ...]] | None:
    """What `keep_told` kept; None when the cache hasn't got it."""
    content = runner.store.read(key)
    if content is None:
        return None
    try:
        kept = json.loads(content)
        return (
            tuple(Artefact(**artefact) for artefact in kept["artefacts"]),
            tuple(
                Problem(**{**problem, "severity": Severity(problem["severity"])})
                for problem in kept["problems"]
            ),
        )
    except (ValueError, KeyError, TypeError):  # from another version
        return None
