"""From recordings to a measured mix: decode, measure, lay out, sketch."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePath

import numpy as np

from podtool.audio.decoded import DecodedSources, MeasureTask
from podtool.audio.fine import FINE_SAMPLES, LEAD_SAMPLES, Fine, HopFolder, joined, measure_fine, silence
from podtool.audio.levelling import derive_levels, find_activity
from podtool.audio.measuring import HOPS_PER_SECOND, Measurement
from podtool.audio.mix_sketch import MixSketch, folded
from podtool.audio.mixer import Mixer, gain_of
from podtool.audio.piece_meter import MeasuredPart
from podtool.audio.pieces import PIECES_PER_PART, piece_samples
from podtool.build.graph import Step
from podtool.build.runner import Runner
from podtool.errors import LoudnessError, SourceError
from podtool.ports import Listener, Progress
from podtool.recipes import (
    Engine,
    derive_fine_key,
    derive_measure_step,
    derive_mix_ingredients,
    derive_mix_step,
    derive_zone_key,
    plain,
)
from podtool.show.model import Profile
from podtool.timeline.ducking import duck_beds
from podtool.timeline.frame_grid import FRAME_SAMPLES
from podtool.timeline.layout import lay_out, list_sources
from podtool.timeline.model import Source, Timeline
from podtool.timeline.window import describe_window
from podtool.units import Samples, amplitude_of
from podtool.workflow.project import Project
from podtool.workflow.sources import describe_damage, refuse_sources

_PARTS_AT_HAND = 3


def channels_of(profile: Profile) -> int:
    """How many channels a profile's file has."""
    return 1 if profile.channels == "mono" else 2


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
    _parts: OrderedDict[str, Fine] = field(default_factory=OrderedDict)
    _zones: dict[str, Future[Fine]] = field(default_factory=dict)
    _digests: dict[Source, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Nothing is decoded yet."""
        self.decoded = DecodedSources(self.project.show.root, self.work, self.rate_hz)

    # Sources

    def measure_sources(self) -> None:
        """Decodes and measures what the cache doesn't know, side by side.

        Raises:
            SourceError: files can't be decoded; all of them.
        """
        sources = list_sources(self.project.episode)
        steps = {source: self.measure_step(source) for source in sources}
        stale = [source for source, step in steps.items() if self.runner.reasons(step)]
        pending, damaged = self._started(stale)
        total = sum(len(futures) for futures in pending.values())
        done = 0

        def moved() -> None:
            nonlocal done
            self.listen(Progress(stage="decode", done=done, total=total, unit="files"))
            done += 1

        for source, step in steps.items():
            if source in damaged:
                continue
            try:
                content = self.runner.value(step, self._measured(source, step, pending.get(source), moved))
            except SourceError as error:
                damaged[source] = error
            else:
                self.measurements[source] = Measurement.from_bytes(content)
        problems = [describe_damage(self.project, source.file, error) for source, error in damaged.items()]
        refuse_sources(tuple(dict.fromkeys(problems)))

    def _started(
        self, stale: list[Source]
    ) -> tuple[dict[Source, list[Future[list[MeasuredPart]]]], dict[Source, SourceError]]:
        """Measuring under way, and the files that can't even be opened."""
        tasks: dict[Source, list[MeasureTask]] = {}
        damaged: dict[Source, SourceError] = {}
        for source in stale:
            try:
                tasks[source] = self.decoded.measure_tasks(source)
            except SourceError as error:
                damaged[source] = error
        self.decoded.plan_scratch(tasks)
        return {
            source: [self.executor.submit(task) for task in each] for source, each in tasks.items()
        }, damaged

    def _measured(
        self,
        source: Source,
        step: Step,
        pending: list[Future[list[MeasuredPart]]] | None,
        moved: Callable[[], None],
    ) -> Callable[[], bytes]:
        """Makes a source's measurement: the one that is under way, or (a damaged cache) one made now."""

        def make() -> bytes:
            if pending is None:
                parts = [part for task in self.decoded.measure_tasks(source) for part in task()]
            else:
                parts = []
                for future in pending:
                    moved()
                    parts += future.result()
            return self._kept(step, parts).to_bytes()

        return make

    def _kept(self, step: Step, parts: list[MeasuredPart]) -> Measurement:
        """Keeps the parts' fine hops, and makes of them what is told of the whole."""
        folder = HopFolder(hop_samples=self.rate_hz // HOPS_PER_SECOND)
        for number, part in enumerate(parts):
            self.runner.store.write(derive_fine_key(step, number), part.fine.to_bytes())
            folder.push(part.fine)
        samples = sum(part.samples for part in parts)
        rows = max((part.rows for part in parts), default=1)
        peak = max((float(part.fine.peaks.max(initial=0.0)) for part in parts), default=0.0)
        true_peak = max((part.true_peak for part in parts), default=0.0)
        ratio = max(1.0, true_peak / peak) if peak else 1.0
        return folded(folder, samples, self.rate_hz, rows, ratio)

    def measure_step(self, source: Source) -> Step:
        """Decoding and measuring a source."""
        return derive_measure_step(source, self.project.episode, self.digests, self.rate_hz, self.engine)

    def read_fine(self, source: Source, start: int, stop: int) -> Fine:
        """Fine hops [start, stop) of a source; silence outside of it."""
        per_part = PIECES_PER_PART * piece_samples(self.rate_hz) // FINE_SAMPLES
        end = -(-self.measurements[source].samples // FINE_SAMPLES)
        found = [silence(max(0, min(stop, 0) - start))]
        first, last = max(start, 0), min(stop, end)
        step = self.measure_step(source)
        for number in range(first // per_part, -(-last // per_part)) if first < last else ():
            begins = number * per_part
            part = self._fine_part(source, step, number)
            found.append(part.part(max(first - begins, 0), min(last - begins, per_part)))
        found.append(silence(max(0, stop - max(end, start))))
        return joined(found)

    def _fine_part(self, source: Source, step: Step, number: int) -> Fine:
        key = derive_fine_key(step, number)
        if key not in self._parts:
            content = self.runner.store.read(key)
            if content is None:  # forgotten or damaged: the source is measured once more
                self._kept(step, [part for task in self.decoded.measure_tasks(source) for part in task()])
                content = self.runner.store.read(key) or b""
            self._parts[key] = Fine.from_bytes(content)
            while len(self._parts) > _PARTS_AT_HAND:
                self._parts.popitem(last=False)
        return self._parts[key]

    # Timeline and mix

    def lay_out(self) -> Timeline:
        """The timeline with its ducking.

        Raises:
            SourceError: a range lies outside its recording.
            ManifestError: segments don't fit together.
        """
        available = {source: Samples(heard.samples) for source, heard in self.measurements.items()}
        timeline = lay_out(self.project.episode, available, self.rate_hz, grid_samples=FRAME_SAMPLES)
        if not timeline.length:
            raise LoudnessError("the episode has no sound", hint="add a `clip` to its `segments`")
        activity = {source: find_activity(heard) for source, heard in self.measurements.items()}
        return duck_beds(timeline, activity)

    def levels(self, timeline: Timeline) -> dict[tuple[int, Source], float]:
        """The speech levelling of each clip, in dB."""
        return derive_levels(timeline, self.measurements)

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
        sketch = self.sketch(timeline, channels)
        zones = [zone for zone in sketch.zones() if self._submitted(sketch.mixer, *zone)]
        for done, (start, stop) in enumerate(zones):
            self.listen(Progress(stage="measure the mix", done=done, total=len(zones), unit="stretches"))
            self._zone(sketch.mixer, start, stop)
        return sketch.measurement(self._peak_ratio())

    def _peak_ratio(self) -> float:
        """How far true peaks lie above samples in the sources, at the most."""
        ratios = [1.0]
        for heard in self.measurements.values():
            highest = float(heard.peaks.max(initial=0.0))
            if highest:
                ratios.append(amplitude_of(heard.true_peak_dbtp) / highest)
        return max(ratios)

    def mixer(self, timeline: Timeline, channels: int) -> Mixer:
        """The mix as a programme."""
        return Mixer(
            timeline=timeline,
            levels_db=self.levels(timeline),
            read_source=self.decoded.read,
            channels=channels,
        )

    def sketch(self, timeline: Timeline, channels: int) -> MixSketch:
        """The mix's loudness, without mixing most of it."""
        mixer = self.mixer(timeline, channels)
        return MixSketch(
            mixer=mixer,
            rows={source: heard.channels for source, heard in self.measurements.items()},
            read_fine=self.read_fine,
            read_zone=lambda start, stop: self._zone(mixer, start, stop),
        )

    def window(self, mixer: Mixer, start: int, stop: int) -> list[list[object]]:
        """What a stretch of the mix depends on."""
        return describe_window(
            mixer.timeline, start, stop, lambda placed: gain_of(placed, mixer.levels_db), self._digest_of
        )

    def _digest_of(self, source: Source) -> str:
        if source not in self._digests:
            self._digests[source] = self.measure_step(source).key
        return self._digests[source]

    def _zone_key(self, mixer: Mixer, start: int, stop: int) -> str:
        heard = self.window(mixer, start * FINE_SAMPLES - LEAD_SAMPLES, stop * FINE_SAMPLES)
        return derive_zone_key([stop - start, plain(heard)], mixer.channels, self.engine)

    def _submitted(self, mixer: Mixer, start: int, stop: int) -> bool:
        """Starts the measuring of a rendered stretch unless the cache has it; True when it was started."""
        key = self._zone_key(mixer, start, stop)
        if key in self._zones or (not self.runner.fresh and self.runner.store.has(key)):
            return False
        self._zones[key] = self.executor.submit(_measure_zone, mixer, start, stop)
        return True

    def _zone(self, mixer: Mixer, start: int, stop: int) -> Fine:
        key = self._zone_key(mixer, start, stop)
        under_way = self._zones.pop(key, None)
        if under_way is None and (content := self.runner.store.read(key)) is not None:
            return Fine.from_bytes(content)
        fine = under_way.result() if under_way else _measure_zone(mixer, start, stop)
        self.runner.store.write(key, fine.to_bytes())
        return fine


def _measure_zone(mixer: Mixer, start: int, stop: int) -> Fine:
    sound = mixer.read(start * FINE_SAMPLES - LEAD_SAMPLES, stop * FINE_SAMPLES)
    return measure_fine(np.ascontiguousarray(sound), mixer.rate_hz, loudspeakers=mixer.channels)
