"""From a measured mix to encoded deliverables that measure as they must."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import monotonic

from podtool.audio.encode import headroom_gain_db, measure_encoded, write_deliverable
from podtool.audio.levelling import (
    Mastering,
    Prediction,
    Target,
    check_limiting,
    correct_mastering,
    guess_mastering,
)
from podtool.audio.measuring import Measurement
from podtool.audio.mixer import Mixer, Programme
from podtool.audio.programme import Resampled, resample_programme
from podtool.build.graph import Step, digest_of
from podtool.errors import LoudnessError
from podtool.ports import Progress
from podtool.recipes import derive_encode_step
from podtool.show.formats import extension_of
from podtool.show.lock import LockedLoudness
from podtool.show.model import Profile
from podtool.timeline.model import Timeline
from podtool.units import format_level
from podtool.workflow.mp3_chunk_plan import ChunkPlan, plan_mp3
from podtool.workflow.mp3_delivery import ChunkCount, ChunkedSound, Mp3Run, manifest_of, read_manifest
from podtool.workflow.sound import Studio, channels_of

MOST_TRIES = 8
CHOSEN_TOLERANCE_LU = 0.15
KEPT_TOLERANCE_LU = 0.2
"""A locked gain is kept although the result drifts a little; a gain chosen anew must fit better."""
_LOOK_AGAIN_S = 0.1


@dataclass(frozen=True, kw_only=True)
class Deliverable:
    """An encoded file in the cache, not tagged yet.

    Attributes:
        step: its `key` is the file's key in the cache, where the file isn't `chunks`.
        measurement: of the encoded file, decoded again.
        mix: of what went in, before gain and limiter.
        mastering: None where the loudness is left alone.
        chunks: an MP3, whose frames are joined when it is written.
    """

    profile: Profile
    step: Step
    measurement: Measurement
    mix: Measurement
    mastering: Mastering | None
    chunks: ChunkedSound | None = None


@dataclass(kw_only=True)
class _Try:
    """One profile on its way to its target.

    Attributes:
        tolerance: how far the encoded file's loudness may be off.
        tries: how many files were encoded, or found in the cache.
    """

    profile: Profile
    mix: Measurement
    target: Target | None
    mastering: Mastering | None
    tolerance: float
    tries: int = 0
    reasons: tuple[str, ...] = ()
    seconds: float = 0.0
    count: ChunkCount = field(default_factory=ChunkCount)
    future: Future[Measurement] | None = None
    started: float = 0.0


@dataclass(kw_only=True)
class Delivery:
    """Encodes profiles of one timeline: files by other encoders than LAME run beside the MP3's chunks."""

    studio: Studio
    timeline: Timeline
    _cancelled: threading.Event = field(default_factory=threading.Event)
    _done: dict[str, int] = field(default_factory=dict)
    _resampled: dict[tuple[int, int], Resampled] = field(default_factory=dict)

    def deliver(self, profiles: Sequence[Profile], kept: Mapping[str, LockedLoudness]) -> list[Deliverable]:
        """Masters and encodes every profile until the encoded file measures as it must.

        Args:
            profiles: what to make.
            kept: the lock's decisions, followed while they fit.

        Raises:
            LoudnessError: a target can't be met.
            ToolError: an encoder failed.
        """
        tries = {profile.name: self._first_try(profile, kept.get(profile.name)) for profile in profiles}
        with self._cancelling():
            for attempt in tries.values():
                if attempt.profile.format != "mp3":
                    self._start(attempt)
            # MP3s take what the other encoders leave of the cores; then those are waited for.
            order = sorted(profiles, key=lambda profile: profile.format != "mp3")
            made = {profile.name: self._finish(tries[profile.name]) for profile in order}
        return [made[profile.name] for profile in profiles]

    @contextmanager
    def _cancelling(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._cancelled.set()
            raise
        finally:
            for resampled in self._resampled.values():
                resampled.scratch.close()

    def _first_try(self, profile: Profile, kept: LockedLoudness | None) -> _Try:
        mix = self.studio.mix_measurement(self.timeline, channels_of(profile))
        if profile.loudness_lufs is None:
            return _Try(profile=profile, mix=mix, target=None, mastering=None, tolerance=0.0)
        target = Target(
            loudness_lufs=profile.loudness_lufs,
            true_peak_dbtp=0.0 if profile.true_peak_dbtp is None else profile.true_peak_dbtp,
            tolerance_lu=CHOSEN_TOLERANCE_LU,
        )
        loudness = mix.integrated_loudness_lufs
        if kept and loudness is not None and kept.still_fits(loudness, target.loudness_lufs):
            mastering, tolerance = _mastering_of(kept), KEPT_TOLERANCE_LU
        else:
            sketch = self.studio.sketch(self.timeline, channels_of(profile))
            mastering = guess_mastering(mix, target, profile.format, sketch.predicted_lufs)
            tolerance = CHOSEN_TOLERANCE_LU
        return _Try(profile=profile, mix=mix, target=target, mastering=mastering, tolerance=tolerance)

    def _finish(self, attempt: _Try) -> Deliverable:
        for _ in range(MOST_TRIES):
            step, measured, chunks = self._encoded(attempt)
            if attempt.target is None or attempt.mastering is None:
                return self._reported(attempt, step, measured, chunks)
            target = replace(attempt.target, tolerance_lu=attempt.tolerance)
            better = correct_mastering(attempt.mastering, measured, target)
            if better is None:
                return self._reported(attempt, step, measured, chunks)
            told = self._prediction(attempt.profile, attempt.mastering, measured)
            check_limiting(attempt.mix, better, attempt.target, told)
            attempt.mastering, attempt.tolerance = better, CHOSEN_TOLERANCE_LU
        raise _unreachable(attempt.profile, measured)

    def _prediction(self, profile: Profile, done: Mastering, measured: Measurement) -> Prediction:
        """The sketch's, put right by what came of the last try."""
        predicted = self.studio.sketch(self.timeline, channels_of(profile)).predicted_lufs
        loudness = measured.integrated_loudness_lufs
        off = 0.0 if loudness is None else loudness - predicted(done.gain_db, done.ceiling_dbtp)
        return lambda gain_db, ceiling_dbtp: predicted(gain_db, ceiling_dbtp) + off

    def _reported(
        self, attempt: _Try, step: Step, measured: Measurement, chunks: ChunkedSound | None
    ) -> Deliverable:
        if attempt.reasons:
            counts = (attempt.count.built, attempt.count.reused)
            self.studio.runner.made(step, attempt.reasons, attempt.seconds, counts)
        else:
            self.studio.runner.reused(step)
        return Deliverable(
            profile=attempt.profile,
            step=step,
            measurement=measured,
            mix=attempt.mix,
            mastering=attempt.mastering,
            chunks=chunks,
        )

    def step_of(self, attempt: _Try) -> Step:
        """The recipe of a try. Without mastering the gain is the headroom's, which the mix's recipe says."""
        mastering = attempt.mastering
        return derive_encode_step(
            self.studio.mix_ingredients,
            attempt.profile,
            mastering.gain_db if mastering else 0.0,
            mastering.ceiling_dbtp if mastering else None,
        )

    def _encoded(self, attempt: _Try) -> tuple[Step, Measurement, ChunkedSound | None]:
        """A try's step, its encoded file's measurement, and its chunks: from the cache or made now."""
        step = self.step_of(attempt)
        runner = self.studio.runner
        measured_key = digest_of([step.key, "measurement"])
        reasons = runner.reasons(step)
        if not reasons and attempt.future is None and (content := runner.store.read(measured_key)):
            chunks = self._known_chunks(attempt, step)
            if chunks or attempt.profile.format != "mp3":
                return step, Measurement.from_bytes(content), chunks
        started = attempt.started if attempt.future else monotonic()
        if attempt.profile.format == "mp3":
            plan = self._plan(attempt)
            sketch = self.studio.sketch(self.timeline, channels_of(attempt.profile))
            expected = sketch.predicted(plan.gain_db, plan.ceiling_dbtp)
            sound, measured, count = Mp3Run(plan=plan, expected=expected).run()
            runner.store.write(step.key, manifest_of(sound))
            attempt.count = ChunkCount(built=attempt.count.built + count.built, reused=count.reused)
        else:
            sound, measured = None, self._file(attempt)
        runner.store.write(measured_key, measured.to_bytes())
        attempt.reasons = attempt.reasons or reasons or ("it is no longer in the cache",)
        attempt.seconds += monotonic() - started
        return step, measured, sound

    # MP3

    def _known_chunks(self, attempt: _Try, step: Step) -> ChunkedSound | None:
        content = self.studio.runner.store.read(step.key) if attempt.profile.format == "mp3" else None
        if content is None:
            return None
        try:
            dips = read_manifest(content)
        except ValueError:
            return None
        plan = self._plan(attempt)
        return ChunkedSound(plan=plan, keys=plan.keys(dips), dips=dips, store=self.studio.runner.store)

    def _plan(self, attempt: _Try) -> ChunkPlan:
        profile = attempt.profile
        mixer = self.studio.mixer(self.timeline, channels_of(profile))
        same_rate = mixer.rate_hz == profile.sample_rate_hz
        mix: Programme = mixer if same_rate else self._at_rate(mixer, profile.sample_rate_hz)
        gain_db = headroom_gain_db(attempt.mix, profile) if attempt.mastering is None else 0.0
        return plan_mp3(self.studio, profile, mix, mixer if same_rate else None, attempt.mastering, gain_db)

    def _at_rate(self, mixer: Mixer, rate_hz: int) -> Resampled:
        key = (mixer.channels, rate_hz)
        if key not in self._resampled:
            self._resampled[key] = resample_programme(mixer, rate_hz, self.studio.work)
        return self._resampled[key]

    # Other formats

    def _start(self, attempt: _Try) -> None:
        """Puts the encoding of a file to work, unless the cache has it."""
        step = self.step_of(attempt)
        if self.studio.runner.reasons(step):
            attempt.started = monotonic()
            attempt.future = self.studio.executor.submit(self._make_file, attempt, step)

    def _file(self, attempt: _Try) -> Measurement:
        if attempt.future is None:
            attempt.future = self.studio.executor.submit(self._make_file, attempt, self.step_of(attempt))
        profile = attempt.profile
        while True:
            try:
                measured = attempt.future.result(timeout=_LOOK_AGAIN_S)
            except NotYet:
                if attempt.future.done():
                    raise
                self._tell(profile)
            else:
                attempt.future = None
                return measured

    def _tell(self, profile: Profile) -> None:
        total = round(self.timeline.length * profile.sample_rate_hz / self.timeline.rate_hz)
        self.studio.listen(
            Progress(
                stage=f"encode {profile.name}",
                done=min(self._done.get(profile.name, 0), total),
                total=total,
                audio_s=total / profile.sample_rate_hz,
            )
        )

    def _make_file(self, attempt: _Try, step: Step) -> Measurement:
        """Runs in a worker: encodes, measures and keeps one file."""
        profile, mastering = attempt.profile, attempt.mastering
        path = self.studio.work / f"{step.key[:16]}.{extension_of(profile)}"

        def progress(done: int, _total: int, _rate_hz: int) -> None:
            self._done[profile.name] = done
            if self._cancelled.is_set():
                raise CancelledError

        try:
            write_deliverable(
                self.studio.mixer(self.timeline, channels_of(profile)),
                profile,
                path,
                gain_db=mastering.gain_db if mastering else headroom_gain_db(attempt.mix, profile),
                ceiling_dbtp=mastering.ceiling_dbtp if mastering else None,
                executor=self.studio.executor,
                work=self.studio.work,
                progress=progress,
            )
            measured = measure_encoded(path, profile)
            self.studio.runner.store.write_file(step.key, path)
        finally:
            path.unlink(missing_ok=True)
        return measured


def _mastering_of(kept: LockedLoudness) -> Mastering:
    return Mastering(gain_db=kept.gain_db, ceiling_dbtp=kept.ceiling_dbtp)


def _unreachable(profile: Profile, measured: Measurement) -> LoudnessError:
    loudness = measured.integrated_loudness_lufs
    got = "silence" if loudness is None else format_level(loudness, "LUFS")
    peak = format_level(measured.true_peak_dbtp, "dBTP")
    return LoudnessError(
        f"{profile.name}: the encoded file stays at {got} and {peak} after {MOST_TRIES} tries",
        hint="raise the profile's `bitrate`, lower its `loudness`, or look for clicks in the recordings",
    )
