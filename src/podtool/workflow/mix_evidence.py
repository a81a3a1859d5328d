"""Adds to a subject of `check` the episode's timeline, and what would be heard of its mix.

Nothing is decoded that the cache knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath, PurePosixPath

import numpy as np

from podtool.audio.flaws import FRAMES_PER_SECOND, Steps
from podtool.audio.levelling import derive_levels, find_activity
from podtool.audio.measuring import Measurement
from podtool.audio.mix_hearing import Hearing
from podtool.build.known_digests import digester
from podtool.check.subject import RecordingFacts, Subject
from podtool.errors import CacheError, PodtoolError, SourceError
from podtool.recipes import derive_measure_step, derive_mix_ingredients, name_file
from podtool.show.mix_facts import MixFacts
from podtool.show.model import Episode
from podtool.timeline.ducking import duck_beds
from podtool.timeline.frame_grid import FRAME_SAMPLES
from podtool.timeline.layout import lay_out, list_sources
from podtool.timeline.marks import derive_chapters, find_lost_marks
from podtool.timeline.model import Source, Timeline, Treatment
from podtool.units import Samples
from podtool.workflow.assemble import studio_rate
from podtool.workflow.documents import collect_heard
from podtool.workflow.evidence import Surroundings
from podtool.workflow.facts import SoundInTime, mix_facts, sound_in_time
from podtool.workflow.project import Project
from podtool.workflow.sources import OWN_EFFECTS

_SAME_TIME_S = 0.05
"""A treated sound that is as long as its file has the same time."""


def add_mix(around: Surroundings, subject: Subject, project: Project) -> Subject:
    """The same subject with its timeline; what can't be laid out becomes problems."""
    rate_hz = studio_rate(project.show)
    measured = _measured(around, subject, project, rate_hz)
    if measured is None:
        return subject
    available = {source: Samples(heard.samples) for source, heard in measured.items()}
    try:
        timeline: Timeline = lay_out(project.episode, available, rate_hz, grid_samples=FRAME_SAMPLES)
    except PodtoolError as error:
        return replace(subject, elsewhere=(*subject.elsewhere, *error.problems))
    return replace(
        subject,
        chapters=derive_chapters(project.episode, timeline),
        heard=collect_heard(project.episode, timeline),
        length_s=timeline.length / rate_hz if timeline.length else None,
        mix=_mix(around, subject, project, timeline, measured) if timeline.length else None,
        elsewhere=(*subject.elsewhere, *find_lost_marks(project.episode, timeline)),
    )


def _mix(
    around: Surroundings,
    subject: Subject,
    project: Project,
    timeline: Timeline,
    measured: Mapping[Source, Measurement],
) -> MixFacts:
    digests = _digests(project, subject)
    if any(source.file not in digests for source in measured):  # effects.py can't be read: nothing is kept
        return _heard(around, subject, project, timeline, measured)
    ingredients = derive_mix_ingredients(project.episode, digests, timeline.rate_hz, around.engine)
    for number, (source, heard) in enumerate(measured.items()):  # by `assemble`, or before it: to the sample
        ingredients[f"measured {number}"] = f"{name_file(source.file, project.episode)} {heard.samples}"
    return mix_facts(around.store, ingredients, lambda: _heard(around, subject, project, timeline, measured))


def _heard(
    around: Surroundings,
    subject: Subject,
    project: Project,
    timeline: Timeline,
    measured: Mapping[Source, Measurement],
) -> MixFacts:
    found = {recording.path: recording for recording in subject.recordings}
    steps: dict[Source, Steps] = {}
    for source, heard in measured.items():
        known = _in_time(around, project, found[source.file.as_posix()])
        if known and abs(len(known.steps) / FRAMES_PER_SECOND - heard.duration_s) < _SAME_TIME_S:
            steps[source] = known.steps
    activity = {source: find_activity(heard) for source, heard in measured.items()}
    ducked = duck_beds(timeline, activity)
    return Hearing(ducked, measured, steps, derive_levels(ducked, measured)).facts()


def _measured(
    around: Surroundings, subject: Subject, project: Project, rate_hz: int
) -> dict[Source, Measurement] | None:
    """How long and how loud each source is at the project's rate; None when that can't be told of all."""
    found = {recording.path: recording for recording in subject.recordings}
    digests = _digests(project, subject)
    measured = {}
    for source in list_sources(project.episode):
        recording = found.get(source.file.as_posix())
        heard = recording and (
            _assembled(around, project.episode, source, digests, rate_hz)
            or _untreated(around, project, recording, source, rate_hz)
        )
        if not heard or not heard.samples:
            return None
        measured[source] = heard
    return measured


def _digests(project: Project, subject: Subject) -> dict[PurePath, str]:
    digests: dict[PurePath, str] = {
        PurePosixPath(each.path): each.sha256 for each in subject.recordings if each.sha256
    }
    own = project.show.root / OWN_EFFECTS
    if own.is_file():
        try:
            digests[OWN_EFFECTS] = digester()(own)
        except OSError:
            return {}
    return digests


def _assembled(
    around: Surroundings,
    episode: Episode,
    source: Source,
    digests: Mapping[PurePath, str],
    rate_hz: int,
) -> Measurement | None:
    """To the sample, from what `assemble` measured."""
    if source.file not in digests:
        return None
    step = derive_measure_step(source, episode, digests, rate_hz, around.engine)
    content = around.store.read(step.key)
    try:
        return Measurement.from_bytes(content) if content else None
    except CacheError:
        return None


def _untreated(
    around: Surroundings, project: Project, recording: RecordingFacts, source: Source, rate_hz: int
) -> Measurement | None:
    """From the file itself; effects may change its length, so then nobody knows before they have run."""
    if recording.sound is None or source.treatment != Treatment(pan=source.treatment.pan):
        return None
    known = _in_time(around, project, recording)
    if known is None:
        return None
    return Measurement(
        rate_hz=rate_hz,
        samples=round(recording.sound.samples * rate_hz / recording.sound.sample_rate_hz),
        channels=min(recording.sound.channels, 2),
        energies=known.energies,
        peaks=np.zeros(len(known.energies) + 1, np.float32),
        true_peak_dbtp=recording.sound.true_peak_dbtp or 0.0,
    )


def _in_time(around: Surroundings, project: Project, recording: RecordingFacts) -> SoundInTime | None:
    try:
        return sound_in_time(around.store, project.show.root / recording.path, recording.sha256)
    except (SourceError, OSError):
        return None
