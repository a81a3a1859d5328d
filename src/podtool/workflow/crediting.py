"""`podtool credits`: the attribution text."""

from __future__ import annotations

from pathlib import Path

from podtool.errors import UsageError
from podtool.show.credit_formats import FORMATS, CreditsFormat, credits_as_json, format_credits
from podtool.show.credits import derive_credits
from podtool.show.rights import collect_works
from podtool.workflow.last_build import read_last_build
from podtool.workflow.project import find_project
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
    last = read_last_build(project)
    works = collect_works(show, episode, last.heard if last else None)
    listed = derive_credits(show, episode, works, show.language)
    wanted: CreditsFormat = next(known for known in FORMATS if known == form)
    return CreditsResult(
        episode=project.name, text=format_credits(listed, wanted), content=credits_as_json(listed)
    )
