"""The description of a stretch: equal where it sounds the same, unequal where it may not."""

from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.timeline.frame_grid import FRAME_SAMPLES
from podtool.timeline.model import DuckPoint, Placement, Ramp, Range, Source, Timeline, Treatment
from podtool.timeline.window import describe_window
from podtool.units import amplitude_of

WINDOW = (20_000, 60_000)
"""Where is looked; what is changed below lies within, on its edge or outside."""


def span(start, stop):
    return Range(start=start, stop=stop)


def placed(file, start, stop, *, source_start=0, ramps=(), **more):
    return Placement(
        segment=more.pop("segment", 0),
        role=more.pop("role", "speech"),
        source=Source(file=PurePosixPath(file), treatment=more.pop("treatment", Treatment())),
        source_range=span(source_start, source_start + stop - start),
        range_in_episode=span(start, stop),
        ramps=tuple(ramps),
        **more,
    )


def ramp(start, stop, before=0.0, after=1.0, curve="power"):
    return Ramp(over=span(start, stop), before=before, after=after, curve=curve)


def described(placements, start=WINDOW[0], stop=WINDOW[1], digests=None):
    placements = sorted(placements, key=lambda each: (each.range_in_episode.start, each.segment))
    length = max((each.range_in_episode.stop for each in placements), default=0)
    timeline = Timeline(rate_hz=44_100, length=length, placements=tuple(placements), spans=())
    return describe_window(
        timeline,
        start,
        stop,
        lambda each: amplitude_of(each.gain_db),
        lambda source: (digests or {}).get(source.file.name, f"{source.file} {source.treatment}"),
    )


def moved(each, by):
    return replace(
        each,
        range_in_episode=each.range_in_episode.moved(by),
        ramps=tuple(replace(ramp, over=ramp.over.moved(by)) for ramp in each.ramps),
        ducking=tuple(replace(point, at=point.at + by) for point in each.ducking),
    )


BASE = {
    "before": placed("a.wav", 0, 30_000, ramps=[ramp(25_000, 30_000, 1.0, 0.0)]),
    "voice": placed("b.wav", 25_000, 90_000, source_start=4_000, ramps=[ramp(25_000, 30_000)]),
    "bed": placed(
        "m.wav",
        25_000,
        70_000,
        role="bed",
        gain_db=-12.0,
        duck_db=6.0,
        ducking=(
            DuckPoint(at=26_000, gain=1.0),
            DuckPoint(at=28_000, gain=0.5),
            DuckPoint(at=50_000, gain=0.5),
            DuckPoint(at=55_000, gain=1.0),
        ),
    ),
    "after": placed("a.wav", 80_000, 120_000),
}


def changed(which, **values):
    return [replace(each, **values) if name == which else each for name, each in BASE.items()]


# --- The same sound, elsewhere ---


@given(st.integers(-40, 4000), st.integers(0, 90_000), st.integers(1, 90_000))
def test_what_is_only_shifted_is_described_alike(frames, start, length):
    by = frames * FRAME_SAMPLES
    assert described(BASE.values(), start, start + length) == described(
        [moved(each, by) for each in BASE.values()], start + by, start + length + by
    )


def test_a_piece_of_a_source_is_the_same_whichever_placement_it_comes_from():
    """Once as the middle of a long clip, once as a piece that a cut left."""
    whole = [placed("a.wav", 0, 100_000)]
    cut = [placed("a.wav", 0, 10_000), placed("a.wav", 10_000, 90_000, source_start=20_000)]
    assert described(whole, 40_000, 50_000) == described(cut, 30_000, 40_000)


def test_nothing_is_described_as_nothing():
    assert described(BASE.values(), 200_000, 300_000) == []
    assert described([], -5000, 5000) == []


def test_a_window_may_begin_before_the_episode():
    heard = described(BASE.values(), -1000, 1000)
    assert heard == described([moved(each, 1000) for each in BASE.values()], 0, 2000)
    assert heard != described(BASE.values(), 0, 1000)


# --- What is heard otherwise ---

CHANGES = {
    "gain": changed("voice", gain_db=-1.0),
    "the bed's gain": changed("bed", gain_db=-13.0),
    "source": changed("voice", source=Source(file=PurePosixPath("c.wav"))),
    "treatment": changed("voice", source=Source(file=PurePosixPath("b.wav"), treatment=Treatment(pan=0.5))),
    "source position": changed("voice", source_range=span(4_001, 69_001)),
    "place": changed(
        "voice", range_in_episode=span(26_000, 90_000), source_range=span(4_000, 68_000), ramps=()
    ),
    "ramp's end": changed("voice", ramps=(ramp(25_000, 30_001),)),
    "ramp's beginning": changed("voice", ramps=(ramp(24_999, 30_000),)),
    "ramp's curve": changed("voice", ramps=(ramp(25_000, 30_000, curve="smooth"),)),
    "ramp's height": changed("voice", ramps=(ramp(25_000, 30_000, after=0.9),)),
    "a ramp more": changed("voice", ramps=(ramp(25_000, 30_000), ramp(50_000, 90_000, 1.0, 0.0))),
    "no ramp": changed("voice", ramps=()),
    "a ramp that is over": changed("bed", ramps=(ramp(100, 200, 1.0, 0.5),)),
    "a ramp to come": changed("bed", ramps=(ramp(80_000, 90_000, 0.5, 1.0),)),
    "ducking": changed("bed", ducking=(*BASE["bed"].ducking[:-1], DuckPoint(at=55_000, gain=0.9))),
    "a corner's place": changed(
        "bed", ducking=(*BASE["bed"].ducking[:-1], DuckPoint(at=55_001, gain=1.0))
    ),
    "no ducking": changed("bed", ducking=()),
    "end": changed("bed", range_in_episode=span(25_000, 59_999), source_range=span(0, 34_999)),
    "one more": [*BASE.values(), placed("c.wav", 59_999, 70_000)],
    "one less": [each for name, each in BASE.items() if name != "bed"],
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_within_is_told(change):
    assert described(CHANGES[change]) != described(BASE.values())


def test_a_recording_that_sounds_otherwise_is_told():
    assert described(BASE.values(), digests={"b.wav": "1"}) != described(
        BASE.values(), digests={"b.wav": "2"}
    )


# --- What isn't ---

UNHEARD = {
    "what comes later": [each for name, each in BASE.items() if name != "after"],
    "one that begins where it ends": [*BASE.values(), placed("c.wav", 60_000, 70_000)],
    "one that ends where it begins": [*BASE.values(), placed("c.wav", 10_000, 20_000)],
    "a clip's end": changed("voice", range_in_episode=span(25_000, 60_000), source_range=span(4_000, 39_000)),
    "a clip's beginning": changed(
        "before", range_in_episode=span(5_000, 30_000), source_range=span(5_000, 30_000)
    ),
    "a ramp to come": changed(
        "voice", ramps=(ramp(25_000, 30_000), ramp(60_000, 80_000, 1.0, 0.0))
    ),
    "a ramp that is over": changed("before", ramps=(*BASE["before"].ramps, ramp(0, 20_000))),
    "which segments": [replace(each, segment=each.segment + 7) for each in BASE.values()],
    "who speaks": changed("voice", speaker="camille"),
}  # fmt: skip


@pytest.mark.parametrize("change", UNHEARD)
def test_a_change_outside_is_not_told(change):
    assert described(UNHEARD[change]) == described(BASE.values())


def test_corners_of_the_ducking_beyond_the_next_are_not_told():
    further = (*BASE["bed"].ducking, DuckPoint(at=65_000, gain=0.5))
    assert described([BASE["bed"]], 30_000, 54_000) == described(
        [replace(BASE["bed"], ducking=further)], 30_000, 54_000
    )


def test_ducking_that_is_over_is_not_told():
    bed = BASE["bed"]
    assert described([bed], 56_000, 60_000) == described([replace(bed, ducking=())], 56_000, 60_000)


def test_ducking_in_between_is_told_though_no_corner_lies_within():
    bed = BASE["bed"]
    deeper = [replace(point, gain=point.gain * point.gain) for point in bed.ducking]
    assert described([bed], 30_000, 31_000) != described(
        [replace(bed, ducking=tuple(deeper))], 30_000, 31_000
    )
