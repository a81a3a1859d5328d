"""A segment's keys together: one source, ranges that run forward, nothing that contradicts another key."""

from __future__ import annotations

from fractions import Fraction

from podtool.show.fields import Kind, Scope, Values, list_of, mapping
from podtool.show.model import Clip, Segment, SegmentKind
from podtool.show.references import check_speaker
from podtool.show.segment_keys import SEGMENT, ZERO, Cut
from podtool.show.yaml_nodes import MappingNode
from podtool.show.yaml_rules import Rule
from podtool.units import Seconds, format_time

SOURCES: tuple[SegmentKind, ...] = ("clip", "sting", "silence", "tracks")
# Silence can be named, illustrated and laid over music; the rest would change nothing that can be heard.
_DEAF_KEYS = (
    "chapters", "soundbites", "start", "end", "cuts", "gain", "pan", "fade_in", "fade_out", "level", "voice",
    "speaker", "people", "transcript", "effects",
)  # fmt: skip
_TIMES = ("start", "end")


def _build(values: Values, node: MappingNode, scope: Scope) -> Segment:
    index = int(scope.key)
    kind = _check_source(node, scope)
    cuts: tuple[Cut, ...] = values.pop("cuts")
    _check_range(values, node, scope)
    _check_cuts(cuts, values, node, scope)
    _check_joins(index, values, node, scope)
    if kind == "silence":
        _check_silence(node, scope)
    else:
        _check_lengths(_known_length(values, cuts), values, node, scope)
    if values["speaker"] is not None:
        check_speaker(values["speaker"], node.value("speaker") or node, scope.below("speaker"))
    clips = _clips(kind, values, tuple((cut.start, cut.end) for cut in cuts))
    silence = values.pop("silence") or ZERO
    for key in ("clip", "sting", "tracks", "voice", *_TIMES):
        del values[key]
    return Segment(
        index=index, kind=kind, clips=clips, silence=silence if kind == "silence" else ZERO, **values
    )


def _check_source(node: MappingNode, scope: Scope) -> SegmentKind:
    """The segment's kind; a stand-in, reported, where there is none or more than one."""
    written = [
        kind for key, value in node.entries for kind in SOURCES if key.text == kind and not value.is_empty
    ]
    if not written:
        scope.report(
            Rule.SOURCE, node.place, "has no source: write one of `clip`, `sting`, `silence`, `tracks`"
        )
        return "silence"
    for extra in written[1:]:
        scope.report(
            Rule.SOURCE,
            node.place_of(extra),
            f"`{extra}` is one source too many: the segment already has `{written[0]}`",
            "Make two segments of it.",
        )
    return written[0]


def _check_range(values: Values, node: MappingNode, scope: Scope) -> None:
    start, end = values["start"], values["end"]
    if end is not None and end <= start:
        scope.report(
            Rule.RANGE,
            node.place_of("end"),
            f"ends at {format_time(end)}, but starts at {format_time(start)}",
        )


def _check_cuts(cuts: tuple[Cut, ...], values: Values, node: MappingNode, scope: Scope) -> None:
    start, end = values["start"], values["end"]
    below = scope.below("cuts")
    before: Seconds | None = None
    for cut in cuts:
        told = f"the cut from {format_time(cut.start)} to {format_time(cut.end)}"
        if cut.end <= cut.start:
            below.report(Rule.CUTS, cut.node.place, f"{told} ends before it starts")
        elif before is not None and cut.start < before:
            below.report(Rule.CUTS, cut.node.place, f"{told} starts before the one above it ends")
        elif cut.start < start or (end is not None and cut.end > end):
            below.report(Rule.CUTS, cut.node.place, f"{told} is not within `start` and `end`")
        before = max(before or ZERO, cut.end)
    if end is not None and end > start and sum((cut.end - cut.start for cut in cuts), ZERO) >= end - start:
        below.report(Rule.CUTS, node.place_of("cuts"), "the cuts leave nothing")


def _check_joins(index: int, values: Values, node: MappingNode, scope: Scope) -> None:
    if not values["crossfade"]:
        return
    if values["gap"]:
        later = max(
            node.place_of("crossfade"), node.place_of("gap"), key=lambda place: (place.line, place.column)
        )
        scope.report(Rule.OVERLAP, later, "`crossfade` and `gap` can't both be there")
    if index == 0:
        scope.report(
            Rule.OVERLAP,
            node.place_of("crossfade"),
            "the first segment has nothing before it to fade from",
            "Use `fade_in`.",
        )


def _check_silence(node: MappingNode, scope: Scope) -> None:
    for key, value in node.entries:
        if key.text in _DEAF_KEYS and not value.is_empty and key.text != "voice":
            scope.report(Rule.NO_SENSE, key.place, f"`{key.text}` makes no sense beside `silence`")


def _known_length(values: Values, cuts: tuple[Cut, ...]) -> Seconds | None:
    """How long the segment plays, where the YAML alone says it."""
    if values["end"] is None:
        return None
    length: Fraction = values["end"] - values["start"] - sum((cut.end - cut.start for cut in cuts), ZERO)
    return length if length > 0 else None


def _check_lengths(length: Seconds | None, values: Values, node: MappingNode, scope: Scope) -> None:
    for key in ("fade_in", "fade_out", "crossfade"):
        if length is not None and values[key] > length:
            scope.report(
                Rule.RANGE,
                node.place_of(key),
                f"`{key}` is {format_time(values[key])}, but the segment plays only {format_time(length)}",
            )


def _clips(kind: SegmentKind, values: Values, cuts: tuple[tuple[Seconds, Seconds], ...]) -> tuple[Clip, ...]:
    start, end = values["start"], values["end"]
    if kind == "tracks":
        return tuple(
            Clip(
                file=track.file,
                start=start,
                end=end,
                cuts=cuts,
                offset=track.offset,
                gain_db=track.gain_db,
                speaker=track.speaker,
            )
            for track in values["tracks"] or ()
        )
    if kind == "sting" and values["sting"] is not None:
        asset = values["sting"]
        return (Clip(file=asset.file, asset=asset.id, start=start, end=end, cuts=cuts),)
    if kind == "clip" and values["clip"] is not None:
        return (Clip(file=values["clip"], start=start, end=end, cuts=cuts, speaker=values["speaker"]),)
    return ()


SEGMENTS: Kind = list_of(mapping("segment", SEGMENT, _build), "list of segments")
