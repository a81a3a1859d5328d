"""One profile's MP3, chunk by chunk: what the cache has is taken, the rest is made on all cores.

Where a decoded chunk's true peak is too high, the limiter's ceiling is lowered there for some milliseconds
and the chunk is made again: the rest of the episode, and its chunks, stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

import numpy as np

from podtool.audio.fine import Levels, hops_from, with_heard
from podtool.audio.limiter import Dip
from podtool.audio.measuring import HOPS_PER_SECOND, Measurement
from podtool.audio.mp3 import join_mp3
from podtool.audio.mp3_chunks import (
    ChunkWork,
    EncodedChunk,
    find_dips,
    hear_chunk,
    make_chunk,
    region_hops,
)
from podtool.audio.mp3_hearing import DECODER_DELAY_SAMPLES
from podtool.audio.mp3_plan import Chunk
from podtool.build.graph import digest_of
from podtool.build.store import Store
from podtool.errors import CacheError, LoudnessError
from podtool.ports import Progress
from podtool.units import level_of
from podtool.workflow.mp3_chunk_plan import ChunkPlan

LISTENED_ONE_IN, LEAST_LISTENED = 8, 16
MOST_ROUNDS = 8
"""Tries to get the last overshoots below the true peak."""


@dataclass(frozen=True, kw_only=True)
class ChunkedSound:
    """An encoded MP3 whose chunks lie in the cache, under `keys`, not joined yet."""

    plan: ChunkPlan
    keys: tuple[str, ...]
    dips: tuple[Dip, ...]
    store: Store

    def write(self, file: BinaryIO) -> None:
        """Joins the chunks behind what `file` holds already.

        Raises:
            OSError: the file can't be written.
            ToolError: the chunks don't fit.
        """
        join_mp3(file, self.plan.mix.length, self._chunks(), self.plan.settings)

    def _chunks(self) -> Iterator[tuple[Chunk, bytes]]:
        for chunk, key in zip(self.plan.chunks, self.keys, strict=True):
            data = self.store.read(key)
            if data is None:  # forgotten in the meantime, or damaged
                data = make_chunk(self.plan.work(chunk, self.dips), listen=False).data
            yield chunk, data


@dataclass(frozen=True, kw_only=True)
class ChunkCount:
    """How many chunks were made, and how many the cache had."""

    built: int = 0
    reused: int = 0


@dataclass(kw_only=True)
class Mp3Run:
    """Makes all chunks of a plan.

    Attributes:
        expected: the loudness per 100 ms that the mix will have after gain and limiter.
        built: chunks that were made.
    """

    plan: ChunkPlan
    expected: Levels
    built: int = 0
    _made_here: set[str] = field(default_factory=set)

    def run(self) -> tuple[ChunkedSound, Measurement, ChunkCount]:
        """Until no decoded peak is too high.

        Raises:
            LoudnessError: some peaks can't be brought below the true peak.
            ToolError: the encoder failed.
            CacheError: the cache can't be written.
        """
        dips: tuple[Dip, ...] = ()
        for _ in range(MOST_ROUNDS):
            keys = self.plan.keys(dips)
            measured, found = self._round(keys, dips)
            if not found:
                total = len(self.plan.chunks)
                count = ChunkCount(built=self.built, reused=max(0, total - self.built))
                store = self.plan.studio.runner.store
                sound = ChunkedSound(plan=self.plan, keys=keys, dips=dips, store=store)
                return sound, measured, count
            dips = _deeper(dips, found)
        raise LoudnessError(
            f"{self.plan.profile.name}: the coding overshoots the true peak at {len(dips)} places, "
            "whatever is done",
            hint="lower the profile's `true_peak`, raise its `bitrate`, or look for clicks in the recordings",
        )

    def _round(self, keys: Sequence[str], dips: tuple[Dip, ...]) -> tuple[Measurement, list[Dip]]:
        """All chunks once: what they measure together, and where their peaks are too high."""
        plan, runner = self.plan, self.plan.studio.runner
        listened = choose_listened(keys)
        pending: dict[int, Future[EncodedChunk]] = {}
        for number, (chunk, key) in enumerate(zip(plan.chunks, keys, strict=True)):
            fresh = runner.fresh and key not in self._made_here
            if fresh or not runner.store.has(key):
                work, listen = plan.work(chunk, dips), number in listened
                pending[number] = plan.studio.executor.submit(
                    _make_and_keep, work, key, runner.store, listen=listen
                )
                self._made_here.add(key)
        self.built = max(self.built, len(pending))
        result = _Result(plan=plan, expected=self.expected)
        reused_samples = built = 0
        for number, chunk in enumerate(plan.chunks):
            self._tell(chunk, reused_samples, (built, number - built))
            if number in pending:
                made = pending.pop(number).result()
                built += 1
            else:
                made = self._cached(chunk, keys[number], dips, listen=number in listened)
                reused_samples += chunk.feed_stop_samples - chunk.feed_start_samples
            result.take(number, made, listened=number in listened)
        return result.measurement(), result.dips

    def _cached(self, chunk: Chunk, key: str, dips: tuple[Dip, ...], *, listen: bool) -> EncodedChunk:
        store = self.plan.studio.runner.store
        made = _read_hearing(store, key)
        if made is None or (listen and made.heard is None):
            data = store.read(key) if made else None
            known = replace(made, data=data) if made and data is not None else None
            made = _make_and_keep(self.plan.work(chunk, dips), key, store, listen=listen, made=known)
        return made

    def _tell(self, chunk: Chunk, reused: int, chunks: tuple[int, int]) -> None:
        total = self.plan.mix.length
        self.plan.studio.listen(
            Progress(
                stage=f"encode {self.plan.profile.name}",
                done=chunk.feed_start_samples,
                total=total,
                audio_s=total / self.plan.settings.sample_rate_hz,
                reused=reused,
                chunks=chunks,
            )
        )


def choose_listened(keys: Sequence[str]) -> frozenset[int]:
    """Which chunks are decoded and measured as a whole: one in eight, and at least 16, by their keys alone.

    The loudness of the others follows from the mix: coding changes it by hundredths of a LU, alike in all.
    """
    order = sorted(range(len(keys)), key=lambda number: (keys[number], number))
    every = [number for number in order if int(keys[number][:8], 16) % LISTENED_ONE_IN == 0]
    others = [number for number in order if number not in set(every)]
    return frozenset(every + others[: max(0, LEAST_LISTENED - len(every))])


@dataclass(kw_only=True)
class _Result:
    """What all chunks measure together."""

    plan: ChunkPlan
    expected: Levels
    dips: list[Dip] = field(default_factory=list)
    _heard: list[tuple[int, Levels]] = field(default_factory=list)
    _true_peak: float = 0.0

    def take(self, number: int, made: EncodedChunk, *, listened: bool) -> None:
        """The chunks in order."""
        plan, chunk = self.plan, self.plan.chunks[number]
        peaks = [made.risky, *([made.heard.peaks] if listened and made.heard else [])]
        self._true_peak = max(self._true_peak, *(each.true_peak for each in peaks))
        if plan.true_peak_dbtp is not None:
            for each in peaks:
                self.dips += find_dips(chunk, each.overshoots, plan.true_peak_dbtp)
        if listened and made.heard:
            following = plan.chunks[number + 1 :][:1]
            stop = region_hops(chunk, following[0].splice_from_frame if following else None, plan.settings)
            fine = made.heard.fine.part(0, len(made.heard.fine) if stop is None else stop)
            self._heard.append(
                hops_from(
                    fine,
                    chunk.splice_from_frame * plan.settings.frame_samples,
                    plan.settings.sample_rate_hz // HOPS_PER_SECOND,
                    DECODER_DELAY_SAMPLES,
                )
            )

    def measurement(self) -> Measurement:
        """Of the decoded file."""
        plan = self.plan
        energies = with_heard(self.expected, self._heard)
        return Measurement(
            rate_hz=plan.settings.sample_rate_hz,
            samples=plan.mix.length,
            channels=plan.settings.channels,
            energies=energies,
            peaks=np.zeros(len(energies) + 1, np.float32),
            true_peak_dbtp=float(level_of(self._true_peak)),
        )


def _hearing_key(key: str) -> str:
    """Where lies what was measured of a chunk: it is wanted more often than the chunk, and much smaller."""
    return digest_of(["hearing", key])


def _read_hearing(store: Store, key: str) -> EncodedChunk | None:
    """What was measured of a chunk, without its frames; None when it isn't there or damaged."""
    content = store.read(_hearing_key(key))
    try:
        return None if content is None else EncodedChunk.from_bytes(content)
    except CacheError:
        return None


def _make_and_keep(
    work: ChunkWork, key: str, store: Store, *, listen: bool, made: EncodedChunk | None = None
) -> EncodedChunk:
    """Runs in a worker; the frames stay in the cache, and only what was measured comes back."""
    made = make_chunk(work, listen=listen) if made is None else hear_chunk(made, work)
    measured = replace(made, data=b"")
    store.write(key, made.data)
    store.write(_hearing_key(key), measured.to_bytes())
    return measured


def _deeper(dips: tuple[Dip, ...], found: list[Dip]) -> tuple[Dip, ...]:
    """The dips with those that were found, which come on top of those that lay there already."""
    added = []
    for dip in found:
        there = [old.factor for old in dips if old.start < dip.stop and old.stop > dip.start]
        added.append(replace(dip, factor=round(dip.factor * min(there, default=1.0), 4)))
    return tuple(sorted({*dips, *added}, key=lambda dip: (dip.start, dip.stop, dip.factor)))


def manifest_of(sound: ChunkedSound) -> bytes:
    """What the cache keeps of an encoded MP3 beside its chunks: where dips lie."""
    dips = [[dip.start, dip.stop, dip.factor] for dip in sound.dips]
    return json.dumps({"dips": dips}).encode()


def read_manifest(content: bytes) -> tuple[Dip, ...]:
    """Reads `manifest_of`.

    Raises:
        ValueError: these are not its bytes.
    """
    try:
        found: Any = json.loads(content)["dips"]
        return tuple(Dip(start=int(a), stop=int(b), factor=float(c)) for a, b, c in found)
    except (KeyError, TypeError) as error:
        raise ValueError("no manifest of an MP3") from error
