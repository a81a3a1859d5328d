"""From recordings to encoded deliverables: decode, measure, lay out, mix, master, encode."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path, PurePath
from time import monotonic

from podtool.audio.decoded import DecodedSources
from podtool.audio.encode import extension_of, headroom_gain_db, measure_encoded, write_deliverable
from podtool.audio.levelling import (
    Mastering,
    Target,
    check_limiting,
    correct_mastering,
    derive_levels,
    find_activity,
    guess_mastering,
)
from podtool.audio.measuring import Measurement, measure_blocks
from podtool.audio.mixer import Mixer
from podtool.audio.programme import blocks_of
from podtool.build.graph import Step, digest_of
from podtool.build.runner import Runner
from podtool.errors import LoudnessError, SourceError
from podtool.ports import Listener, Progress
from podtool.recipes import (
    Engine,
    derive_encode_step,
    derive_measure_step,
    derive_mix_ingredients,
    derive_mix_step,
)
from podtool.show.lock import LockedLoudness
from podtool.show.model import Profile
from podtool.timeline.ducking import duck_beds
from podtool.timeline.layout import lay_out, list_sources
from podtool.timeline.model import Source, Timeline
from podtool.units import Samples, format_level
from podtool.workflow.project import Project
from podtool.workflow.sources import describe_damage, refuse_sources

SOUND_LIBRARIES = ("av", "lameenc", "numpy", "pydub", "soxr")
MOST_TRIES = 8
CHOSEN_TOLERANCE_LU = 0.15
KEPT_TOLERANCE_LU = 0.5
"""A locked gain is kept although the result drifts a little; a gain chosen anew must fit better."""


def read_engine() -> Engine:
    """The versions of the libraries that make the sound."""
    return Engine(versions={name: version(name) for name in SOUND_LIBRARIES})


@dataclass(frozen=True, kw_only=True)
class Deliverable:
    """An encoded file in the cache, not tagged yet.

    Attributes:
        step: its `key` is the file's key in the cache.
        measurement: of the encoded file, decoded again.
        mix: of what went in, before gain and limiter.
        mastering: None where the loudness is left alone.
    """

    profile: Profile
    step: Step
    measurement: Measurement
    mix: Measurement
    mastering: Mastering | None


@dataclass(kw_only=True)
class Studio:
    """One episode's sound, for one run.

    Attributes:
        digests: sha256 of every sound file, by path relative to the show.
        rate_hz: the project's sample rate.
        executor: where decoding and encoding run.
        work: a folder for scratch files, removed at the end.
    """

    project: Project
    runner: Runner
    digests: Mapping[PurePath, str]
    rate_hz: int
    engine: Engine
    executor: Executor
    work: Path
    listen: Listener
    decoded: DecodedSources = field(init=False)
    measurements: dict[Source, Measurement] = field(default_factory=dict)
    _mixes: dict[int, Measurement] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Nothing is decoded yet."""
        self.decoded = DecodedSources(self.project.show.root, self.work, self.rate_hz)

    def measure_sources(self) -> None:
        """Decodes and measures what the cache doesn't know, side by side.

        Raises:
            SourceError: files can't be decoded; all of them.
        """
        sources = list_sources(self.project.episode)
        steps = {source: self._measure_step(source) for source in sources}
        pending: dict[Source, Future[Measurement]] = {
            source: self.executor.submit(self.decoded.measure, source)
            for source, step in steps.items()
            if self.runner.reasons(step)
        }
        damaged = []
        for index, (source, step) in enumerate(steps.items()):
            self.listen(Progress(stage="decode", done=index, total=len(sources), unit="files"))
            try:
                content = self.runner.value(step, self._measured(source, pending))
            except SourceError as error:
                damaged.append(describe_damage(self.project, source.file, error))
            else:
                self.measurements[source] = Measurement.from_bytes(content)
        refuse_sources(tuple(dict.fromkeys(damaged)))

    def lay_out(self) -> Timeline:
        """The timeline with its ducking.

        Raises:
            SourceError: a range lies outside its recording.
            ManifestError: segments don't fit together.
        """
        available = {source: Samples(heard.samples) for source, heard in self.measurements.items()}
        timeline = lay_out(self.project.episode, available, self.rate_hz)
        if not timeline.length:
            raise LoudnessError("the episode has no sound", hint="add a `clip` to its `segments`")
        activity = {source: find_activity(heard) for source, heard in self.measurements.items()}
        return duck_beds(timeline, activity)

    def levels(self, timeline: Timeline) -> dict[tuple[int, Source], float]:
        """The speech levelling of each clip, in dB."""
        return derive_levels(timeline, self.measurements)

    def deliver(self, profile: Profile, timeline: Timeline, kept: LockedLoudness | None) -> Deliverable:
        """Mixes, masters and encodes one profile until the encoded file measures as it must.

        Args:
            profile: what to make.
            timeline: from `lay_out`.
            kept: the lock's decision, followed while it fits.

        Raises:
            LoudnessError: the target can't be met.
            ToolError: the encoder failed.
        """
        channels = 1 if profile.channels == "mono" else 2
        mix = self.mix_measurement(timeline, channels)
        if profile.loudness_lufs is None:
            making = _Making()
            step, measured = self._encoded(profile, timeline, None, making)
            making.report(self.runner, step)
            return Deliverable(profile=profile, step=step, measurement=measured, mix=mix, mastering=None)
        target = Target(
            loudness_lufs=profile.loudness_lufs,
            true_peak_dbtp=0.0 if profile.true_peak_dbtp is None else profile.true_peak_dbtp,
            tolerance_lu=CHOSEN_TOLERANCE_LU,
        )
        mastering = self._first_try(profile, mix, target, kept)
        tolerance = KEPT_TOLERANCE_LU if kept and mastering == _mastering_of(kept) else CHOSEN_TOLERANCE_LU
        making = _Making()
        for _ in range(MOST_TRIES):
            step, measured = self._encoded(profile, timeline, mastering, making)
            better = correct_mastering(mastering, measured, replace(target, tolerance_lu=tolerance))
            if better is None:
                making.report(self.runner, step)
                return Deliverable(
                    profile=profile, step=step, measurement=measured, mix=mix, mastering=mastering
                )
            mastering, tolerance = better, CHOSEN_TOLERANCE_LU
            check_limiting(mix, mastering, target)
        raise _unreachable(profile, measured)

    def _first_try(
        self, profile: Profile, mix: Measurement, target: Target, kept: LockedLoudness | None
    ) -> Mastering:
        loudness = mix.integrated_loudness_lufs
        if kept and loudness is not None and kept.still_fits(loudness, target.loudness_lufs):
            return _mastering_of(kept)
        return guess_mastering(mix, target, profile.format)

    def _measure_step(self, source: Source) -> Step:
        return derive_measure_step(source, self.project.episode, self.digests, self.rate_hz, self.engine)

    def _measured(self, source: Source, pending: Mapping[Source, Future[Measurement]]) -> Callable[[], bytes]:
        """Makes a source's measurement: the one that is under way, or (a damaged cache) one made now."""

        def make() -> bytes:
            future = pending.get(source)
            return (future.result() if future else self.decoded.measure(source)).to_bytes()

        return make

    @cached_property
    def mix_ingredients(self) -> dict[str, str]:
        """Everything that a sample of the mix depends on."""
        return derive_mix_ingredients(self.project.episode, self.digests, self.rate_hz, self.engine)

    def mix_measurement(self, timeline: Timeline, channels: int) -> Measurement:
        """The mix before gain and limiter, in stereo or as a mono file."""
        if channels not in self._mixes:
            step = derive_mix_step(self.mix_ingredients, "mono" if channels == 1 else "stereo")
            content = self.runner.value(step, lambda: self._measure_mix(timeline, channels).to_bytes())
            self._mixes[channels] = Measurement.from_bytes(content)
        return self._mixes[channels]

    def _measure_mix(self, timeline: Timeline, channels: int) -> Measurement:
        mixer = self._mixer(timeline, channels)

        def progress(done: int) -> None:
            self.listen(_progress("measure the mix", done, timeline.length, self.rate_hz))

        return measure_blocks(blocks_of(mixer), self.rate_hz, file_channels=channels, progress=progress)

    def _mixer(self, timeline: Timeline, channels: int) -> Mixer:
        return Mixer(
            timeline=timeline,
            levels_db=self.levels(timeline),
            read_source=self.decoded.read,
            channels=channels,
        )

    def _encoded(
        self, profile: Profile, timeline: Timeline, mastering: Mastering | None, making: _Making
    ) -> tuple[Step, Measurement]:
        """The encoded file's step and measurement, from the cache or made now.

        Without mastering the gain is what the mix leaves as headroom: the recipe's mix says it already.
        """
        step = derive_encode_step(
            self.mix_ingredients,
            profile,
            mastering.gain_db if mastering else 0.0,
            mastering.ceiling_dbtp if mastering else None,
        )
        measured_key = digest_of([step.key, "measurement"])
        reasons = self.runner.reasons(step)
        if not reasons and (content := self.runner.store.read(measured_key)):
            return step, Measurement.from_bytes(content)
        started = monotonic()
        measured = self._make(profile, timeline, mastering, step)
        self.runner.store.write(measured_key, measured.to_bytes())
        making.add(reasons or ("it is no longer in the cache",), monotonic() - started)
        return step, measured

    def _make(
        self, profile: Profile, timeline: Timeline, mastering: Mastering | None, step: Step
    ) -> Measurement:
        path = self.work / f"{step.key[:16]}.{extension_of(profile)}"
        stage = f"encode {profile.name}"
        try:
            channels = 1 if profile.channels == "mono" else 2
            mix = self.mix_measurement(timeline, channels)
            write_deliverable(
                self._mixer(timeline, channels),
                profile,
                path,
                gain_db=mastering.gain_db if mastering else headroom_gain_db(mix, profile),
                ceiling_dbtp=mastering.ceiling_dbtp if mastering else None,
                executor=self.executor,
                work=self.work,
                progress=lambda done, total, rate: self.listen(_progress(stage, done, total, rate)),
            )
            measured = measure_encoded(path, profile)
            self.runner.store.write_file(step.key, path)
        finally:
            path.unlink(missing_ok=True)
        return measured


@dataclass(kw_only=True)
class _Making:
    """What the tries at one deliverable took together, for one line in the report."""

    reasons: tuple[str, ...] = ()
    seconds: float = 0.0

    def add(self, reasons: tuple[str, ...], seconds: float) -> None:
        self.reasons = self.reasons or reasons
        self.seconds += seconds

    def report(self, runner: Runner, step: Step) -> None:
        if self.reasons:
            runner.made(step, self.reasons, self.seconds)
        else:
            runner.reused(step)


def _mastering_of(kept: LockedLoudness) -> Mastering:
    return Mastering(gain_db=kept.gain_db, ceiling_dbtp=kept.ceiling_dbtp)


def _progress(stage: str, done: int, total: int, rate_hz: int) -> Progress:
    return Progress(stage=stage, done=done, total=total, audio_s=total / rate_hz)


def _unreachable(profile: Profile, measured: Measurement) -> LoudnessError:
    loudness = measured.integrated_loudness_lufs
    got = "silence" if loudness is None else format_level(loudness, "LUFS")
    peak = format_level(measured.true_peak_dbtp, "dBTP")
    return LoudnessError(
        f"{profile.name}: the encoded file stays at {got} and {peak} after {MOST_TRIES} tries",
        hint="raise the profile's `bitrate`, lower its `loudness`, or look for clicks in the recordings",
    )
