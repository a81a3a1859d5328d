from __future__ import annotations

from itertools import pairwise
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.timeline.heard import heard_ranges, join_ranges
from podtool.timeline.model import DuckPoint, Placement, Range, Source
from podtool.units import Samples


def span(start: int, stop: int) -> Range:
    return Range(start=Samples(start), stop=Samples(stop))


def placed(*ducking: tuple[int, float], gain_db: float = 0.0) -> Placement:
    return Placement(
        segment=0,
        role="bed",
        source=Source(file=PurePosixPath("m.wav")),
        source_range=span(0, 900),
        range_in_episode=span(100, 1000),
        gain_db=gain_db,
        ducking=tuple(DuckPoint(at=Samples(at), gain=gain) for at, gain in ducking),
    )


@pytest.mark.parametrize(
    ("one", "heard"),
    [
        (placed(), [(100, 1000)]),
        (placed(gain_db=-60), []),
        (placed((200, 1.0), (250, 0.25), (600, 0.25), (700, 1.0)), [(100, 1000)]),
        (placed((200, 1.0), (250, 0.001), (600, 0.001), (700, 1.0)), [(100, 250), (600, 1000)]),
        (placed((200, 1.0), (250, 0.01), (600, 0.01), (700, 1.0), gain_db=-20), [(100, 250), (600, 1000)]),
        (placed((0, 0.0), (2000, 0.0)), []),
    ],
)
def test_what_is_muted_or_pushed_down_to_nothing_is_not_heard(
    one: Placement, heard: list[tuple[int, int]]
) -> None:
    assert [(each.start, each.stop) for each in heard_ranges(one)] == heard


def test_what_touches_is_one() -> None:
    joined = join_ranges([span(50, 80), span(0, 10), span(10, 20), span(15, 30), span(90, 90)])
    assert joined == (span(0, 30), span(50, 80))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20))))
def test_joining_loses_and_invents_nothing(pairs: list[tuple[int, int]]) -> None:
    ranges = [span(start, start + length) for start, length in pairs]
    joined = join_ranges(ranges)
    inside = {at for one in ranges for at in range(one.start, one.stop)}
    assert {at for one in joined for at in range(one.start, one.stop)} == inside
    assert all(first.stop < second.start for first, second in pairwise(joined))
    assert join_ranges(joined) == joined
