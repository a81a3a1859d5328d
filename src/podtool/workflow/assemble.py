"""`podtool assemble`: what is stale is made; where nothing is, what was told the last time is told again."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePath

from podtool.build.files import sweep_aside
from podtool.build.known_digests import trusting
from podtool.build.runner import Runner
from podtool.errors import CacheError
from podtool.ports import Listener, ignore_events
from podtool.workflow.options import (
    AssembleOptions,
    choose_profiles,
    kept_lock,
    make_runner,
    mark_of,
    outputs_of,
    records_file,
    studio_rate,
)
from podtool.workflow.planning import key_of_told, plan, plan_with
from podtool.workflow.project import EPISODE_FILE, SHOW_FILE, Project
from podtool.workflow.results import AssembleResult
from podtool.workflow.sources import digest_sources, refuse_effects, refuse_published_elsewhere
from podtool.workflow.told import keep_told, read_told
from podtool.workflow.workroom import is_alone, only_one, open_workroom

TURN_S = 0.0005
"""How long a thread that runs Python may keep the others waiting for the interpreter (5 ms by itself). They
wait after every block that they decode, encode or hash: short turns keep all cores at work."""

__all__ = ["AssembleOptions", "assemble", "outputs_of", "plan", "studio_rate"]


def assemble(project: Project, options: AssembleOptions, listen: Listener = ignore_events) -> AssembleResult:
    """`_assemble`; what nobody has touched since it was hashed isn't hashed again, but with --fresh.

    Raises:
        PodtoolError: as `_assemble`.
    """
    if options.fresh:
        return _assemble(project, options, listen)
    with trusting(project.cache, to_make=True):
        return _assemble(project, options, listen)


def _assemble(project: Project, options: AssembleOptions, listen: Listener) -> AssembleResult:
    """Makes every file of an episode that isn't there yet.

    Raises:
        UsageError: an unknown profile; an episode that was imported, and has no segments.
        ManifestError: an effect that there isn't, or with wrong options.
        SourceError: a recording or asset is missing, unreadable or too short.
        LoudnessError: a target can't be met.
        CacheError: cache, build folder or lock can't be used.
        ToolError: an encoder failed.
        TagError: tags can't be written.
    """
    choose_profiles(project.show, options.profiles)
    refuse_published_elsewhere(project)
    refuse_effects(project)
    sys.setswitchinterval(TURN_S)
    digests = digest_sources(project, _load_engine if _looks_changed(project, options) else None)
    kept_lock(project, options)  # what is wrong with it is told before the work, not after
    busy = CacheError(
        f"another `podtool assemble` is at work on {project.name}", hint="wait until it is done"
    )
    with (
        only_one(project.cache, f"assemble-{mark_of(project, options)}", busy),
        open_workroom(project.cache) as work,
    ):
        sweep_aside(options.out or project.build)
        sweep_aside(project.folder)  # where a dead run may have been writing the lock
        runner = make_runner(project, options)
        runner.store.sweep()
        if told := _told_again(project, options, runner, digests):
            return told  # nothing was added to the cache, and of what it holds not all was looked at
        try:
            return _made(project, options, runner, digests, work, listen)
        finally:
            if is_alone(work):
                runner.store.forget_oldest()


def _looks_changed(project: Project, options: AssembleOptions) -> bool:
    """Whether the YAML is younger than the last build: a guess, which costs or saves time and no more."""
    try:
        built = records_file(project, options).stat().st_mtime_ns
        return any(
            (folder / name).stat().st_mtime_ns > built
            for folder, name in ((project.show.root, SHOW_FILE), (project.folder, EPISODE_FILE))
        )
    except OSError:
        return True


def _load_engine() -> None:
    """What `_made` will need takes a third of a second to import, and the disk is being read anyway."""
    import podtool.publish.tags
    import podtool.workflow.assembly  # noqa: F401 - only to have it


def _told_again(
    project: Project, options: AssembleOptions, runner: Runner, digests: Mapping[PurePath, str]
) -> AssembleResult | None:
    """The result of the run before, when everything is as it left it; no sound library is loaded for that."""
    planned, key = plan_with(project, options, digests)
    if any(step.reasons for step in planned.steps):
        return None
    told = read_told(runner, key)
    return replace(planned, artefacts=told[0], problems=told[1]) if told else None


def _made(
    project: Project,
    options: AssembleOptions,
    runner: Runner,
    digests: Mapping[PurePath, str],
    work: Path,
    listen: Listener,
) -> AssembleResult:
    from podtool.workflow.assembly import make_episode

    result = make_episode(project, options, runner, digests, work, listen)
    keep_told(runner, key_of_told(project, replace(options, relock=False), digests), result)
    return result
