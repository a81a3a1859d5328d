"""`podtool credits`: the attribution text."""

from __future__ import annotations

import json
from pathlib import Path

from podtool.errors import UsageError
from podtool.show.credit_formats import FORMATS, CreditsFormat, credits_as_json, format_credits
from podtool.show.credits import derive_credits
from podtool.show.rights import collect_works
from podtool.workflow.project import Project, find_project
from podtool.workflow.results import CreditsResult


def credit(argument: str | None, here: Path, form: str = "text") -> CreditsResult:
    """An episode's credits; with the times at which works are heard where it was assembled.

    Raises:
        UsageError: no such episode or format.
        ManifestError: a YAML file is wrong.
    """
    if form not in FORMATS:
        raise UsageError(f"no format is called {form}", hint=f"there are: {', '.join(FORMATS)}")
    project = find_project(argument, here)
    show, episode = project.show, project.episode
    works = collect_works(show, episode, read_heard(project))
    listed = derive_credits(show, episode, works, show.language)
    wanted: CreditsFormat = next(known for known in FORMATS if known == form)
    return CreditsResult(
        episode=project.name, text=format_credits(listed, wanted), content=credits_as_json(listed)
    )


def read_heard(project: Project) -> dict[str, list[tuple[int, int]]] | None:
    """When each asset is heard, from the last build's timeline.json; None without one."""
    try:
        content = json.loads((project.build / "timeline.json").read_bytes())
        heard = content["heard"]
        return {
            str(asset): [(int(start), int(stop)) for start, stop in ranges] for asset, ranges in heard.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
