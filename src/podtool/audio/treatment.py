"""Recordings as they are placed: decoded, then treated with their effects and pan, in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from podtool.audio.container import printable
from podtool.audio.effects import EFFECTS, LONGEST_WHOLE_S, effect_problems, settings_of
from podtool.audio.filters import Compressor, Filter, HighPass, LowPass
from podtool.audio.kweighting import Block
from podtool.audio.own_effects import OwnEffects
from podtool.audio.reshaping import speed_up, strip_silence
from podtool.audio.segment import SAMPLE_BYTES, AudioSegment, block_from, segment_from, whole_segment_from
from podtool.audio.source import BLOCK_S, read_blocks
from podtool.errors import ManifestError, PodtoolError, SourceError, ToolError
from podtool.show.model import Effect
from podtool.timeline.model import Treatment
from podtool.units import level_of

Settings = Mapping[str, float]
Stream = Callable[[], Iterator[Block]]
"""A clip's blocks, each time from its beginning."""

_MOST_CHANNELS = 2


def treated_blocks(
    path: Path, rate_hz: int, treatment: Treatment, own_effects: OwnEffects | None = None
) -> Iterator[Block]:
    """A recording's blocks with its effects and pan.

    Without any the blocks of `read_blocks` pass untouched. Effects that measure the clip first make it be
    decoded once more each.

    Args:
        path: the recording.
        rate_hz: the project's rate.
        treatment: effects in order, then the pan (pydub's `pan`: 3 dB more at the side, mono becomes stereo).
        own_effects: the show's own, for names that aren't pydub's.

    Raises:
        SourceError: as `read_blocks`; or longer than 15 minutes for an effect that needs it as a whole.
        ManifestError: an effect or option that there isn't; the message is `effect_problems`'.
        ToolError: an effect failed: the show's own with its line.
    """
    if treatment == Treatment():
        yield from read_blocks(path, rate_hz=rate_hz)
        return
    known = {effect.name for effect in treatment.effects} <= EFFECTS.keys()
    problems = effect_problems(treatment.effects, own_effects.names if own_effects and not known else ())
    if problems:
        raise ManifestError("; ".join(problems))
    clip = _Clip(path, rate_hz, own_effects)
    stream: Stream = clip.read
    for effect in treatment.effects:
        stream = clip.treated(stream, effect)
    if treatment.pan:
        stream = clip.treated(stream, Effect(name="pan", options=(("pan_amount", treatment.pan),)))
    yield from stream()


class _Clip:
    """A recording, and what it takes to hear it once more."""

    def __init__(self, path: Path, rate_hz: int, own_effects: OwnEffects | None) -> None:
        self._path = path
        self._rate_hz = rate_hz
        self._own_effects = own_effects

    def read(self) -> Iterator[Block]:
        return read_blocks(self._path, rate_hz=self._rate_hz)

    def treated(self, stream: Stream, effect: Effect) -> Stream:
        """The stream with one effect more; measures, or takes the whole clip, right now where it has to."""
        known = EFFECTS.get(effect.name)
        with self._blamed(effect.name):
            if known is None:
                return self._as_a_whole(stream, effect.name, self._own(effect))
            settings: Settings = settings_of(effect)
            if known.way == "whole":
                reshape = _WHOLE[effect.name]
                return self._as_a_whole(stream, effect.name, lambda segment: reshape(segment, settings))
            if known.way == "measured":
                settings = _MEASURED[effect.name](stream(), settings)
        return lambda: self._filtered(stream(), effect.name, settings)

    def _filtered(self, blocks: Iterator[Block], name: str, settings: Settings) -> Iterator[Block]:
        treat = _LOCAL[name](settings, self._rate_hz)
        for block in blocks:
            with self._blamed(name):
                treated = treat(block)
            yield treated

    def _as_a_whole(
        self, stream: Stream, name: str, reshape: Callable[[AudioSegment], AudioSegment]
    ) -> Stream:
        blocks: list[Block] = []
        samples = 0
        for block in stream():
            blocks.append(block)
            samples += block.shape[1]
            if samples > LONGEST_WHOLE_S * self._rate_hz:
                raise SourceError(
                    f"{printable(self._path)}: lasts longer than {LONGEST_WHOLE_S // 60} minutes, "
                    f"and the effect {name!r} needs it as a whole",
                    hint="cut the recording into shorter files, or treat it before it is brought in",
                )
        segment = whole_segment_from(blocks, self._rate_hz)
        blocks.clear()
        whole = block_from(reshape(segment))
        if not whole.size:
            raise SourceError(
                f"{printable(self._path)}: nothing is left of it after the effect {name!r}",
                hint="change the effect's options (a lower silence_thresh strips less)",
            )
        step = BLOCK_S * self._rate_hz
        return lambda: (whole[:, start : start + step] for start in range(0, whole.shape[1], step))

    def _own(self, effect: Effect) -> Callable[[AudioSegment], AudioSegment]:
        def call(segment: AudioSegment) -> AudioSegment:
            if self._own_effects is None:
                raise ToolError(f"there is no effect {effect.name!r}", hint="the show has no effects.py")
            result = self._own_effects.call(effect.name, segment, dict(effect.options))
            if not isinstance(result, AudioSegment):
                raise ToolError(
                    f"effects.py: {effect.name} returned {type(result).__name__}, not an AudioSegment",
                    hint="return the segment that the function made",
                )
            if result.frame_rate != self._rate_hz or not 1 <= result.channels <= _MOST_CHANNELS:
                raise ToolError(
                    f"effects.py: {effect.name} returned {result.channels} channels, {result.frame_rate} Hz",
                    hint=f"return one or two channels at {self._rate_hz} Hz",
                )
            return result.set_sample_width(SAMPLE_BYTES)

        return call

    @contextmanager
    def _blamed(self, name: str) -> Iterator[None]:
        try:
            yield
        except PodtoolError:
            raise
        except Exception as error:  # pydub raises bare Exception, and audioop errors of its own
            raise ToolError(
                f"{printable(self._path)}: the effect {name!r} failed: {type(error).__name__}: {error}",
                hint="leave the effect out, or change its options",
            ) from error


def _by_pydub(treat: Callable[[AudioSegment], AudioSegment], rate_hz: int) -> Filter:
    return lambda block: block_from(treat(segment_from(block, rate_hz)))


def _inverted(segment: AudioSegment, side: int) -> AudioSegment:
    """`invert_phase` of both sides (0), the left (1) or the right one (2)."""
    if not side:
        return segment.invert_phase()
    return segment.set_channels(2).invert_phase(channels=(1, 0) if side == 1 else (0, 1))


def _without_offset(block: Block, settings: Settings) -> Block:
    offsets = np.array([settings.get(f"offset_{channel}", 0.0) for channel in range(len(block))], np.float32)
    return np.asarray(block - offsets[:, None])


_LOCAL: Mapping[str, Callable[[Settings, int], Filter]] = {
    "apply_gain": lambda s, rate: _by_pydub(lambda seg: seg.apply_gain(s["volume_change"]), rate),
    "apply_gain_stereo": lambda s, rate: _by_pydub(
        lambda seg: seg.apply_gain_stereo(s["left_gain"], s["right_gain"]), rate
    ),
    "pan": lambda s, rate: _by_pydub(lambda seg: seg.pan(s["pan_amount"]), rate),
    "invert_phase": lambda s, rate: _by_pydub(lambda seg: _inverted(seg, int(s["channels"])), rate),
    "low_pass_filter": lambda s, rate: LowPass(s["cutoff"], rate),
    "high_pass_filter": lambda s, rate: HighPass(s["cutoff"], rate),
    "compress_dynamic_range": lambda s, rate: Compressor(
        rate_hz=rate,
        threshold_db=s["threshold"],
        ratio=s["ratio"],
        attack_ms=s["attack"],
        release_ms=s["release"],
    ),
    "normalize": lambda s, rate: _by_pydub(lambda seg: seg.apply_gain(s["gain"]), rate),
    "remove_dc_offset": lambda s, _rate: lambda block: _without_offset(block, s),
}
"""How each effect runs block by block, from its settings (and what was measured) and the rate."""


def _measure_gain(blocks: Iterator[Block], settings: Settings) -> Settings:
    """`normalize`: the gain that brings the highest sample to full scale less the headroom; silence stays."""
    peak = max((float(np.abs(block).max(initial=0.0)) for block in blocks), default=0.0)
    return {"gain": -settings["headroom"] - level_of(peak) if peak else 0.0}


def _measure_offsets(blocks: Iterator[Block], settings: Settings) -> Settings:
    """`remove_dc_offset`: what to take off each channel."""
    totals: Any = 0.0
    samples = channels = 0
    for block in blocks:
        totals = totals + block.sum(axis=1, dtype=np.float64)
        samples, channels = samples + block.shape[1], len(block)
    # One channel stands for two that are the same, so it is the left and the right one.
    chosen = range(channels) if channels == 1 or "channel" not in settings else [int(settings["channel"]) - 1]
    # An offset of 0 is «not given» to pydub, too.
    given = settings.get("offset") or None
    return {f"offset_{each}": float(totals[each]) / samples if given is None else given for each in chosen}


_MEASURED: Mapping[str, Callable[[Iterator[Block], Settings], Settings]] = {
    "normalize": _measure_gain,
    "remove_dc_offset": _measure_offsets,
}
_WHOLE: Mapping[str, Callable[[AudioSegment, Settings], AudioSegment]] = {
    "speedup": speed_up,
    "strip_silence": strip_silence,
}
