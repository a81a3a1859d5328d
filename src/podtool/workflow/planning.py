"""What `assemble` would make and why: its steps, without taking any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath

from podtool.build.graph import Step
from podtool.build.runner import Runner, StepReport
from podtool.recipes import (
    derive_document_steps,
    derive_encode_step,
    derive_measure_step,
    derive_mix_ingredients,
    derive_mix_step,
    derive_tag_step,
)
from podtool.show.lock import EpisodeLock
from podtool.show.model import Profile
from podtool.timeline.layout import list_sources
from podtool.workflow.engine import read_engine
from podtool.workflow.options import (
    AssembleOptions,
    choose_profiles,
    kept_lock,
    make_runner,
    outputs_of,
    studio_rate,
)
from podtool.workflow.project import Project
from podtool.workflow.results import AssembleResult
from podtool.workflow.sources import digest_sources, refuse_effects, refuse_published_elsewhere
from podtool.workflow.told import told_key


def plan(project: Project, options: AssembleOptions) -> AssembleResult:
    """What `assemble` would make and why; nothing is decoded or written.

    Raises:
        UsageError: an unknown profile; an episode that was imported, and has no segments.
        ManifestError: an effect that there isn't, or with wrong options.
        SourceError: a recording or asset is missing or unreadable.
        CacheError: the lock can't be read.
    """
    choose_profiles(project.show, options.profiles)
    refuse_published_elsewhere(project)
    refuse_effects(project)
    return plan_with(project, options, digest_sources(project))[0]


def plan_with(
    project: Project, options: AssembleOptions, digests: Mapping[PurePath, str]
) -> tuple[AssembleResult, str]:
    """The plan where the files' digests are known, and the key of what is told when nothing is stale.

    Raises:
        CacheError: the lock can't be read.
    """
    runner = make_runner(project, options)
    steps = _steps(project, options, digests)
    reports = tuple(_planned(runner, step) for step in steps)
    result = AssembleResult(episode=project.name, title=project.episode.title, steps=reports)
    return result, _told_key(steps, options)


def key_of_told(project: Project, options: AssembleOptions, digests: Mapping[PurePath, str]) -> str:
    """The key of what is told of a run with `options`; no file is looked at but the lock.

    Raises:
        CacheError: the lock can't be read.
    """
    return _told_key(_steps(project, options, digests), options)


def _told_key(steps: tuple[Step, ...], options: AssembleOptions) -> str:
    return told_key(steps, "" if options.out is None else options.out.as_posix())


def _steps(project: Project, options: AssembleOptions, digests: Mapping[PurePath, str]) -> tuple[Step, ...]:
    profiles = choose_profiles(project.show, options.profiles)
    lock = EpisodeLock() if options.relock else kept_lock(project, options)
    return tuple(_plan_steps(project, digests, profiles, lock, outputs_of(project.show, project)))


def _plan_steps(
    project: Project,
    digests: Mapping[PurePath, str],
    profiles: tuple[Profile, ...],
    lock: EpisodeLock,
    outputs: Mapping[str, str],
) -> Iterator[Step]:
    """Every step in the order in which `assemble` takes them."""
    show, episode = project.show, project.episode
    engine, rate = read_engine(), studio_rate(show)
    for source in list_sources(episode):
        yield derive_measure_step(source, episode, digests, rate, engine)
    mix = derive_mix_ingredients(episode, digests, rate, engine)
    layouts = dict.fromkeys("mono" if profile.channels == "mono" else "stereo" for profile in profiles)
    for channels in dict.fromkeys([*layouts, "stereo"]):
        yield derive_mix_step(mix, channels)
    tagged = []
    for profile in profiles:
        kept = lock.loudness.get(profile.name)
        encode = derive_encode_step(
            mix, profile, kept.gain_db if kept else 0.0, kept.ceiling_dbtp if kept else None
        )
        tagged.append(derive_tag_step(show, episode, encode, digests, outputs[profile.name], profile.name))
        yield encode
        yield tagged[-1]
    yield from derive_document_steps(show, episode, mix, tagged, digests).values()


def _planned(runner: Runner, step: Step) -> StepReport:
    reasons = runner.reasons(step)
    return StepReport(name=step.name, status="built" if reasons else "reused", reasons=reasons)
