"""One run: timeline → mix → loudness → encode → tags, and the documents beside the sound."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from podtool.audio.measuring import Measurement
from podtool.build.files import write_text
from podtool.build.graph import Step
from podtool.build.runner import Runner
from podtool.build.store import cache_error
from podtool.ports import Listener
from podtool.publish.report import load_report_template
from podtool.recipes import TRANSCRIPT_FILES, derive_document_steps, derive_tag_step
from podtool.show.facts import ChapterFacts
from podtool.show.formats import media_type_of
from podtool.show.lock import LOCK_FILE, EpisodeLock, LockedLoudness, format_lock
from podtool.show.model import Profile
from podtool.show.rights_record import RIGHTS_FILE, RIGHTS_TYPE
from podtool.timeline.marks import derive_chapters, derive_soundbites, find_lost_marks
from podtool.timeline.model import Timeline
from podtool.workflow.delivering import Deliverable, Delivery
from podtool.workflow.documents import make_chapters, make_rights, make_timeline, make_waveform
from podtool.workflow.engine import read_engine
from podtool.workflow.options import AssembleOptions, choose_profiles, kept_lock, outputs_of, studio_rate
from podtool.workflow.project import BUILD_FOLDER, Project
from podtool.workflow.reporting import make_report
from podtool.workflow.results import Artefact, AssembleResult
from podtool.workflow.sound import Studio
from podtool.workflow.tagged import write_tagged
from podtool.workflow.transcripts import has_transcripts, make_transcript

DOCUMENT_TYPES = {
    "chapters.json": "application/json+chapters",
    "chapters.txt": "text/plain",
    "timeline.json": "application/json",
    "waveform.svg": "image/svg+xml",
    RIGHTS_FILE: RIGHTS_TYPE,
    "report.json": "application/json",
    "report.html": "text/html",
}


def make_episode(
    project: Project,
    options: AssembleOptions,
    runner: Runner,
    digests: Mapping[PurePath, str],
    work: Path,
    listen: Listener,
) -> AssembleResult:
    """Makes what is stale of an episode.

    Args:
        project: the episode.
        options: what was asked for.
        runner: its cache and records.
        digests: sha256 of every file, by path relative to the show.
        work: a folder for scratch files.
        listen: told of progress.

    Raises:
        PodtoolError: see `podtool.workflow.assemble.assemble`.
    """
    profiles = choose_profiles(project.show, options.profiles)
    with ExitStack() as stack:
        executor = ThreadPoolExecutor(options.jobs or os.cpu_count() or 1, thread_name_prefix="podtool")
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
        stack.callback(studio.decoded.close)  # when no thread reads any more
        # Waiting work is dropped when something goes wrong, Ctrl-C included.
        stack.callback(executor.shutdown, wait=True, cancel_futures=True)
        return _Assembly(project, options, runner, studio, profiles, digests).run()


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
        before = kept_lock(self.project, self.options)
        kept = {} if self.options.relock else before.loudness
        decided = dict(before.loudness)
        self.deliverables = Delivery(studio=self.studio, timeline=timeline).deliver(self.profiles, kept)
        for made in self.deliverables:
            decision = _decision(made, kept.get(made.profile.name))
            if decision:
                decided[made.profile.name] = decision
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
        self.studio.executor.submit(load_report_template)  # while this thread waits for the disk
        target = self.runner.build / name
        write_tagged(
            self.project,
            made,
            timeline,
            chapters,
            self.runner.store,
            target,
            same_sound=self.runner.last_output(step, name, "sound"),
            make_again=lambda: self._encode_again(made, timeline),
        )
        self.runner.made(step, reasons, time.monotonic() - started)

    def _encode_again(self, made: Deliverable, timeline: Timeline) -> None:
        """As was decided; only now it shows that what the cache had under the key was damaged."""
        found = next(report for report in self.runner.reports if report.name == made.step.name)
        self.runner.reports.remove(found)
        decided = _decision(made, None)
        Delivery(studio=self.studio, timeline=timeline).deliver(
            (made.profile,), {made.profile.name: decided} if decided else {}
        )

    def _document(self, timeline: Timeline, chapters: tuple[ChapterFacts, ...], mix: Measurement) -> None:
        show, episode = self.project.show, self.project.episode
        steps = derive_document_steps(show, episode, self.studio.mix_ingredients, self.tagged, self.digests)
        levels, digest = self.studio.levels(timeline), self.runner.sha256_of_output
        makers = {
            "chapters": lambda: make_chapters(show, episode, chapters),
            "timeline": lambda: make_timeline(
                episode, timeline, levels, chapters, derive_soundbites(episode, timeline)
            ),
            "transcript": lambda: make_transcript(self.project, timeline, chapters),
            "waveform": lambda: make_waveform(show, mix, chapters),
            "rights": lambda: make_rights(show, episode, timeline, self.digests),
            "report": lambda: make_report(
                self.project,
                timeline,
                self.studio.measurements,
                levels,
                [(made, path, digest(path.name)) for made, path in self._files()],
            ),
        }
        for name, step in steps.items():
            self.runner.outputs(step, makers[name])
        if "transcript" not in steps:  # what an earlier build had would be published with this one
            for name in TRANSCRIPT_FILES:
                (self.runner.build / name).unlink(missing_ok=True)

    def _files(self) -> list[tuple[Deliverable, Path]]:
        return [(made, self._file_of(made)) for made in self.deliverables]

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
                sha256=self.runner.sha256_of_output(path.name),
                duration_s=made.measurement.duration_s,
                integrated_loudness_lufs=made.measurement.integrated_loudness_lufs,
                true_peak_dbtp=made.measurement.true_peak_dbtp,
                loudness_range_lu=made.measurement.loudness_range_lu,
            )
        transcripts = TRANSCRIPT_FILES if has_transcripts(self.project) else {}
        for name, media_type in {**DOCUMENT_TYPES, **transcripts}.items():
            path = self.runner.build / name
            yield Artefact(
                path=self._shown(path),
                profile=None,
                media_type=media_type,
                bytes=path.stat().st_size,
                sha256=self.runner.sha256_of_output(path.name),
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
