from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from model_samples import bed, clip, episode, segment, sting
from podtool.timeline.frame_grid import (
    FRAME_SAMPLES,
    Anchor,
    chunk_lengths,
    chunk_starts,
    earlier_on_grid,
    find_anchors,
    later_on_grid,
)
from podtool.timeline.layout import lay_out, list_sources
from podtool.units import samples_at

RATE_HZ = 44_100
LONG_S = 60
places = st.integers(-(10**9), 10**9)
grids = st.integers(1, 5000)
milliseconds = st.integers(0, 5000).map(lambda value: Fraction(value, 1000))


def anchor_at(anchors, position):
    """The one that tells the time at an episode sample; the first one's for what lies before it."""
    return [anchors[0], *(anchor for anchor in anchors if anchor.start <= position)][-1]


# --- Slipping ---


@given(places, places, grids)
def test_a_slip_is_shorter_than_a_grid_step(position, source_position, grid):
    later = later_on_grid(position, source_position, grid)
    earlier = earlier_on_grid(position, source_position, grid)
    assert 0 <= later - position < grid
    assert 0 <= position - earlier < grid


@given(places, places, grids)
def test_what_has_slipped_is_later_by_whole_steps(position, source_position, grid):
    assert (later_on_grid(position, source_position, grid) - source_position) % grid == 0
    assert (earlier_on_grid(position, source_position, grid) - source_position) % grid == 0


@given(places, places, grids)
def test_what_lies_on_the_grid_stays(position, source_position, grid):
    there = later_on_grid(position, source_position, grid)
    assert later_on_grid(there, source_position, grid) == there
    assert earlier_on_grid(there, source_position, grid) == there


@given(places, places)
def test_a_grid_of_one_sample_moves_nothing(position, source_position):
    assert later_on_grid(position, source_position, 1) == position
    assert earlier_on_grid(position, source_position, 1) == position


# --- Clips laid out on the grid ---


@st.composite
def segments(draw):
    """A clip, whole or cut, or silence, or a sting; lengths in milliseconds, so that nothing fits a frame."""
    kind = draw(st.sampled_from(["clip", "clip", "cut", "silence", "sting"]))
    values = {"gap": draw(st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1)]))}
    start = draw(milliseconds)
    if kind == "silence":
        return segment(silence=draw(milliseconds) + Fraction(1, 10), **values)
    if kind == "sting":
        return sting(**values)
    if kind == "clip":
        return segment(clip(start=float(start), end=float(start + 2 + draw(milliseconds))), **values)
    first = start + 1 + draw(milliseconds)
    second = first + draw(milliseconds) + Fraction(1, 10)
    return segment(clip(start=float(start), end=float(second + 2), cuts=[(first, second)]), **values)


def on_grid(made, grid=FRAME_SAMPLES):
    available = {source: samples_at(LONG_S, RATE_HZ) for source in list_sources(made)}
    return lay_out(made, available, RATE_HZ, grid_samples=grid)


@given(st.lists(segments(), min_size=1, max_size=6))
def test_every_clip_is_heard_later_by_whole_frames(made):
    timeline = on_grid(episode(*made))
    assert all(placed.later_by % FRAME_SAMPLES == 0 for placed in timeline.placements)


@given(st.lists(segments(), min_size=1, max_size=6))
def test_a_clip_slips_by_less_than_a_frame(made):
    plain, slipped = on_grid(episode(*made), 1), on_grid(episode(*made))
    ends = 0, 0
    for before, after in zip(plain.spans, slipped.spans, strict=True):
        gaps = [
            span.range_in_episode.start - end
            for span, end in zip((before, after), ends, strict=True)
        ]  # fmt: skip
        assert 0 <= gaps[1] - gaps[0] < FRAME_SAMPLES
        cuts = sum(len(each.cuts) for each in made[before.segment].clips)
        shorter = before.range_in_episode.length - after.range_in_episode.length
        assert 0 <= shorter <= cuts * FRAME_SAMPLES
        ends = before.range_in_episode.stop, after.range_in_episode.stop


@given(st.lists(segments(), min_size=1, max_size=6))
def test_all_that_is_kept_is_heard(made):
    plain, slipped = on_grid(episode(*made), 1), on_grid(episode(*made))
    assert [placed.source_range for placed in plain.placements] == [
        placed.source_range for placed in slipped.placements
    ]


@given(milliseconds.filter(lambda value: value > Fraction(1, 10)), milliseconds)
def test_a_crossfade_grows_by_less_than_a_frame(crossfade, start):
    made = episode(
        segment(clip(end=10)), segment(clip("zwei.wav", start=float(start), end=20), crossfade=crossfade)
    )
    assume(crossfade < 5)
    timeline = on_grid(made)
    before, after = (span.range_in_episode for span in timeline.spans)
    grown = before.stop - after.start - samples_at(crossfade, RATE_HZ)
    assert 0 <= grown < FRAME_SAMPLES
    assert timeline.placements[1].later_by % FRAME_SAMPLES == 0


def test_a_crossfade_that_has_no_room_stays_where_it_is():
    whole = segment(clip(end=2))
    made = episode(whole, segment(clip("zwei.wav", start=0.01, end=8), crossfade=2))
    timeline = on_grid(made)
    assert timeline.spans[1].range_in_episode.start == 0


def test_very_short_pieces_stay_where_they_are():
    made = episode(segment(clip(end=4, cuts=[(1, 2), ("2.02", 3)])))
    timeline = on_grid(made)
    assert timeline.length == on_grid(made, 1).length


# --- Who tells the time ---


def test_the_clip_that_began_last_tells_the_time():
    made = episode(segment(clip(end=5)), segment(clip("zwei.wav", start=1, end=5), crossfade=1))
    timeline = on_grid(made)
    first, second = timeline.placements
    anchors = find_anchors(timeline)
    assert anchors == (
        Anchor(start=0, later_by=0),
        Anchor(start=second.range_in_episode.start, later_by=second.later_by),
    )
    assert anchor_at(anchors, second.range_in_episode.start - 1).later_by == first.later_by
    assert anchor_at(anchors, second.range_in_episode.start).later_by == second.later_by


def test_a_bed_never_tells_the_time():
    alone = on_grid(episode(segment(clip(start=1))))
    bedded = on_grid(episode(segment(clip(start=1), bed=bed(start=3))))
    assert find_anchors(bedded) == find_anchors(alone)


def test_before_the_first_clip_time_is_its_own():
    timeline = on_grid(episode(segment(silence=2), segment(clip(start=1))))
    anchors = find_anchors(timeline)
    assert [anchor.start for anchor in anchors] == [0, timeline.placements[0].range_in_episode.start]
    assert anchors[0].later_by == anchors[1].later_by == timeline.placements[0].later_by


def test_an_episode_of_silence_tells_its_own_time():
    assert find_anchors(on_grid(episode(segment(silence=2)))) == (Anchor(start=0, later_by=0),)


def test_tracks_are_one_clip_however_late_each_began():
    made = episode(segment(clip("a.wav"), clip("b.wav", offset=0.5)))
    assert len({anchor.later_by for anchor in find_anchors(on_grid(made))}) == 1


# --- Chunks ---


@st.composite
def anchored(draw):
    """Anchors and the episode's length in samples."""
    starts = sorted(draw(st.sets(st.integers(1, 4000), max_size=6)))
    laters = draw(st.lists(st.integers(-3000, 3000), min_size=len(starts) + 1, max_size=len(starts) + 1))
    frames = draw(st.integers(1, 6000))
    tail = draw(st.integers(0, FRAME_SAMPLES - 1))
    anchors = [
        Anchor(start=start * FRAME_SAMPLES, later_by=later * FRAME_SAMPLES)
        for start, later in zip([0, *starts], laters, strict=True)
        if start < frames
    ]
    return tuple(anchors), frames * FRAME_SAMPLES + tail


lengths = st.tuples(st.integers(8, 400), st.integers(1, 8)).map(lambda pair: (pair[0] + pair[1], pair[1]))


def starts_of(anchors, length, sizes):
    return chunk_starts(anchors, length, chunk_frames=sizes[0], shortest_frames=sizes[1])


@given(anchored(), lengths)
def test_chunks_cover_the_episode_and_none_is_too_short(made, sizes):
    anchors, length = made
    starts = starts_of(anchors, length, sizes)
    assert starts[0] == 0
    found = chunk_lengths(starts, length // FRAME_SAMPLES)
    assert sum(found) == length // FRAME_SAMPLES
    assert len(found) == 1 or min(found) >= sizes[1]


@given(anchored(), lengths)
def test_chunks_begin_at_multiples_in_their_clips_time_or_with_a_clip(made, sizes):
    anchors, length = made
    for start in starts_of(anchors, length, sizes)[1:]:
        anchor = anchor_at(anchors, start * FRAME_SAMPLES)
        whole = (start - anchor.later_by // FRAME_SAMPLES) % sizes[0] == 0
        assert whole or start * FRAME_SAMPLES == anchor.start


@given(anchored(), lengths)
def test_chunks_within_a_clip_are_as_long_as_asked(made, sizes):
    anchors, length = made
    clips = {anchor.start // FRAME_SAMPLES for anchor in anchors}
    for before, after in pairwise(starts_of(anchors, length, sizes)[1:]):
        if anchor_at(anchors, before * FRAME_SAMPLES) == anchor_at(anchors, after * FRAME_SAMPLES):
            assert after - before == sizes[0] or before in clips


@given(anchored(), lengths)
def test_a_chunk_is_too_long_only_where_no_clip_begins_in_it(made, sizes):
    anchors, length = made
    frames = length // FRAME_SAMPLES
    for before, after in pairwise((*starts_of(anchors, length, sizes), frames)):
        begun = [anchor.start // FRAME_SAMPLES for anchor in anchors]
        if any(before + sizes[1] <= frame <= after - sizes[1] for frame in begun):
            assert after - before <= sizes[0] + max(sizes[0] // 4, sizes[1])


def test_a_cut_makes_two_chunks_of_what_lies_around_it():
    whole = Anchor(start=0, later_by=0)
    after = Anchor(start=1900 * FRAME_SAMPLES, later_by=-195 * FRAME_SAMPLES)
    starts = starts_of((whole, after), 5000 * FRAME_SAMPLES, (980, 96))
    assert starts[:4] == (0, 980, 1900, 3 * 980 - 195)


@given(st.integers(1, 2000), lengths, st.integers(1, 3000), st.integers(2000, 5000))
def test_what_is_put_before_shifts_the_chunks_of_a_clip(by, sizes, at, frames):
    """A clip in the middle, and the same later by `by` frames: but for its first chunk, they move along."""
    length = (at + frames) * FRAME_SAMPLES
    clips = (
        Anchor(start=0, later_by=0),
        Anchor(start=at * FRAME_SAMPLES, later_by=(at - 7) * FRAME_SAMPLES),
    )
    moved = (
        clips[0],
        replace(
            clips[1],
            start=clips[1].start + by * FRAME_SAMPLES,
            later_by=clips[1].later_by + by * FRAME_SAMPLES,
        ),
    )
    before = {start for start in starts_of(clips, length, sizes) if start >= at}
    after = {start - by for start in starts_of(moved, length + by * FRAME_SAMPLES, sizes)}
    settled = at + sizes[0] + sizes[1]
    assert {start for start in before if start > settled} == {start for start in after if start > settled}


@given(anchored(), lengths)
def test_a_longer_end_leaves_the_chunks_before_it(made, sizes):
    anchors, length = made
    longer = length + 50 * FRAME_SAMPLES
    starts, more = starts_of(anchors, length, sizes), starts_of(anchors, longer, sizes)
    assert more[: len(starts)] == starts


@pytest.mark.parametrize("length", [0, 1, FRAME_SAMPLES, 10 * FRAME_SAMPLES])
def test_a_short_episode_is_one_chunk(length):
    assert starts_of((Anchor(start=0, later_by=0),), length, (100, 8)) == (0,)
