"""`podtool assemble`: timeline → mix → loudness → encode → tags, and the documents beside the sound."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from podtool.audio.encode import extension_of, media_type_of
from podtool.audio.measuring import Measurement
from podtool.build.files import sha256_of, write_text
from podtool.build.graph import Step, digest_of
from podtool.build.runner import Records, Runner, StepReport
from podtool.build.store import Store, cache_error
from podtool.errors import UsageError
from podtool.ports import Listener, ignore_events
from podtool.recipes import (
    derive_document_steps,
    derive_encode_step,
    derive_measure_step,
    derive_mix_ingredients,
    derive_mix_step,
    derive_tag_step,
)
from podtool.show.facts import ChapterFacts
from podtool.show.lock import LOCK_FILE, EpisodeLock, LockedLoudness, format_lock, read_lock
from podtool.show.model import BUILT_IN_PROFILES, Profile, Show
from podtool.timeline.layout import list_sources
from podtool.timeline.marks import derive_chapters, find_lost_marks
from podtool.timeline.model import Timeline
from podtool.workflow.documents import make_chapters, make_timeline, make_waveform
from podtool.workflow.project import BUILD_FOLDER, Project
from podtool.workflow.reporting import make_report
from podtool.workflow.results import Artefact, AssembleResult
from podtool.workflow.sound import Deliverable, Studio, read_engine
from podtool.workflow.sources import digest_sources
from podtool.workflow.tagged import write_tagged
from podtool.workflow.workroom import open_workroom

STUDIO_RATES_HZ = (44100, 48000)
"""The project is mixed at the first profile's rate where that is one of these, else at the first."""
DOCUMENT_TYPES = {
    "chapters.json": "application/json+chapters",
    "chapters.txt": "text/plain",
    "timeline.json": "application/json",
    "waveform.svg": "image/svg+xml",
    "report.json": "application/json",
    "report.html": "text/html",
}


@dataclass(frozen=True, kw_only=True)
class AssembleOptions:
    """What the command line asked for.

    Attributes:
        profiles: names; the show's own list when empty.
        out: where everything goes instead of build/.
        jobs: how many threads; all cores when None.
        fresh: use nothing from the cache.
        relock: choose the loudness gain anew.
    """

    profiles: tuple[str, ...] = ()
    out: Path | None = None
    jobs: int | None = None
    fresh: bool = False
    relock: bool = False


def assemble(project: Project, options: AssembleOptions, listen: Listener = ignore_events) -> AssembleResult:
    """Makes every file of an episode that isn't there yet.

    Raises:
        UsageError: an unknown profile.
        SourceError: a recording or asset is missing, unreadable or too short.
        LoudnessError: a target can't be met.
        CacheError: cache, build folder or lock can't be used.
        ToolError: an encoder failed.
        TagError: tags can't be written.
    """
    profiles = choose_profiles(project.show, options.profiles)
    digests = digest_sources(project)
    runner = make_runner(project, options)
    jobs = options.jobs or os.cpu_count() or 1
    with open_workroom(project.cache) as work, _pool(jobs) as executor:
        studio = Studio(
            project=project,
            runner=runner,
            digests=digests,
            rate_hz=studio_rate(project.show),
            engine=read_engine(),
            executor=executor,
            work=work,
            listen=listen,
        )
        try:
            return _Assembly(project, options, runner, studio, profiles, digests).run()
        finally:
            studio.library.close()
            runner.store.forget_oldest()


def plan(project: Project, options: AssembleOptions) -> AssembleResult:
    """What `assemble` would make and why; nothing is decoded or written.

    Raises:
        UsageError: an unknown profile.
        SourceError: a recording or asset is missing or unreadable.
        CacheError: the lock can't be read.
    """
    profiles = choose_profiles(project.show, options.profiles)
    digests = digest_sources(project)
    runner = make_runner(project, options)
    lock = EpisodeLock() if options.relock else read_lock(project.folder / LOCK_FILE)
    steps = tuple(_plan_steps(project, digests, profiles, lock, outputs_of(project.show, project)))
    reports = tuple(_planned(runner, step) for step in steps)
    return AssembleResult(episode=project.name, title=project.episode.title, steps=reports)


def choose_profiles(show: Show, names: tuple[str, ...]) -> tuple[Profile, ...]:
    """The profiles to make: the show's, or those named (the show's own first, then the built-in ones).

    Raises:
        UsageError: a name that is neither.
    """
    known = {**BUILT_IN_PROFILES, **{profile.name: profile for profile in show.profiles}}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(
            f"no profile is called {', '.join(unknown)}", hint=f"there are: {', '.join(sorted(known))}"
        )
    return tuple(known[name] for name in dict.fromkeys(names)) or show.profiles


def output_name(show: Show, stem: str, profile: Profile) -> str:
    """``questions-asso-08.mp3``; for second and later profiles ``questions-asso-08.opus.opus``."""
    first = profile.name == show.profiles[0].name
    return f"{stem}{'' if first else f'.{profile.name}'}.{extension_of(profile)}"


def outputs_of(show: Show, project: Project) -> dict[str, str]:
    """File names by profile name, for all profiles that there are."""
    stem = project.episode.file_stem(show)
    known = {**BUILT_IN_PROFILES, **{profile.name: profile for profile in show.profiles}}
    return {name: output_name(show, stem, profile) for name, profile in known.items()}


def make_runner(project: Project, options: AssembleOptions) -> Runner:
    """The runner of an episode: the show's cache, the episode's records, the build folder."""
    build = options.out or project.build
    where = project.name if options.out is None else f"{project.name} {build.resolve().as_posix()}"
    records = Records(project.cache / "records" / f"{digest_of(where)[:16]}.json")
    return Runner(Store(project.cache / "cache"), records, build, fresh=options.fresh)


def studio_rate(show: Show) -> int:
    """The rate at which a show is mixed."""
    rate = show.profiles[0].sample_rate_hz
    return rate if rate in STUDIO_RATES_HZ else STUDIO_RATES_HZ[0]


@contextmanager
def _pool(jobs: int) -> Iterator[ThreadPoolExecutor]:
    """Threads whose waiting work is dropped when something goes wrong, Ctrl-C included."""
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="podtool")
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@dataclass
class _Assembly:
    """One run over one episode."""

    project: Project
    options: AssembleOptions
    runner: Runner
    studio: Studio
    profiles: tuple[Profile, ...]
    digests: Mapping[PurePath, str]
    deliverables: list[Deliverable] = field(default_factory=list)
    tagged: list[Step] = field(default_factory=list)

    def run(self) -> AssembleResult:
        self.studio.measure_sources()
        timeline = self.studio.lay_out()
        chapters = derive_chapters(self.project.episode, timeline)
        self._deliver(timeline)
        for deliverable in self.deliverables:
            self._tag(deliverable, timeline, chapters)
        mix = self.studio.mix_measurement(timeline, 2)
        self._document(timeline, chapters, mix)
        return AssembleResult(
            episode=self.project.name,
            title=self.project.episode.title,
            artefacts=tuple(self._artefacts()),
            steps=tuple(self.runner.reports),
            problems=find_lost_marks(self.project.episode, timeline),
        )

    def _deliver(self, timeline: Timeline) -> None:
        """Encodes every profile and keeps what was decided in the lock."""
        path = self.project.folder / LOCK_FILE
        before = read_lock(path)
        kept = {} if self.options.relock else before.loudness
        decided = dict(before.loudness)
        for profile in self.profiles:
            made = self.studio.deliver(profile, timeline, kept.get(profile.name))
            self.deliverables.append(made)
            decision = _decision(made, kept.get(profile.name))
            if decision:
                decided[profile.name] = decision
        try:
            write_text(path, format_lock(EpisodeLock(loudness=decided)))
        except OSError as error:
            raise cache_error(path.parent, error) from error

    def _tag(self, made: Deliverable, timeline: Timeline, chapters: tuple[ChapterFacts, ...]) -> None:
        name = outputs_of(self.project.show, self.project)[made.profile.name]
        step = derive_tag_step(
            self.project.show, self.project.episode, made.step, self.digests, name, made.profile.name
        )
        self.tagged.append(step)
        reasons = self.runner.reasons(step)
        if not reasons:
            self.runner.reused(step)
            return
        started = time.monotonic()
        target = self.runner.build / name
        write_tagged(self.project, made, timeline, chapters, self.runner.store, target)
        self.runner.made(step, reasons, time.monotonic() - started)

    def _document(self, timeline: Timeline, chapters: tuple[ChapterFacts, ...], mix: Measurement) -> None:
        show, episode = self.project.show, self.project.episode
        steps = derive_document_steps(show, episode, self.studio.mix_ingredients, self.tagged)
        levels = self.studio.levels(timeline)
        makers = {
            "chapters": lambda: make_chapters(show, episode, chapters),
            "timeline": lambda: make_timeline(episode, timeline, levels, chapters),
            "waveform": lambda: make_waveform(show, mix, chapters),
            "report": lambda: make_report(
                self.project,
                timeline,
                self.studio.measurements,
                levels,
                [(made, self._file_of(made)) for made in self.deliverables],
            ),
        }
        for name, make in makers.items():
            self.runner.outputs(steps[name], make)

    def _file_of(self, made: Deliverable) -> Path:
        return self.runner.build / outputs_of(self.project.show, self.project)[made.profile.name]

    def _artefacts(self) -> Iterator[Artefact]:
        for made in self.deliverables:
            path = self._file_of(made)
            yield Artefact(
                path=self._shown(path),
                profile=made.profile.name,
                media_type=media_type_of(made.profile),
                bytes=path.stat().st_size,
                sha256=sha256_of(path),
                duration_s=made.measurement.duration_s,
                integrated_loudness_lufs=made.measurement.integrated_loudness_lufs,
                true_peak_dbtp=made.measurement.true_peak_dbtp,
                loudness_range_lu=made.measurement.loudness_range_lu,
            )
        for name, media_type in DOCUMENT_TYPES.items():
            path = self.runner.build / name
            yield Artefact(
                path=self._shown(path),
                profile=None,
                media_type=media_type,
                bytes=path.stat().st_size,
                sha256=sha256_of(path),
            )

    def _shown(self, path: Path) -> str:
        return f"{BUILD_FOLDER}/{path.name}" if self.options.out is None else path.as_posix()


def _decision(made: Deliverable, kept: LockedLoudness | None) -> LockedLoudness | None:
    """What the lock keeps of a deliverable: the old decision where it was followed, else the new one."""
    if made.mastering is None or made.profile.loudness_lufs is None:
        return None
    loudness = made.mix.integrated_loudness_lufs or 0.0
    decided = (made.mastering.gain_db, made.mastering.ceiling_dbtp)
    if (
        kept
        and (kept.gain_db, kept.ceiling_dbtp) == decided
        and kept.target_lufs == made.profile.loudness_lufs
    ):
        return kept
    return LockedLoudness(
        target_lufs=made.profile.loudness_lufs,
        mix_lufs=round(loudness, 2),
        gain_db=made.mastering.gain_db,
        ceiling_dbtp=made.mastering.ceiling_dbtp,
    )


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
    yield from derive_document_steps(show, episode, mix, tagged).values()


def _planned(runner: Runner, step: Step) -> StepReport:
    reasons = runner.reasons(step)
    return StepReport(name=step.name, status="built" if reasons else "reused", reasons=reasons)
