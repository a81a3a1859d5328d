from fractions import Fraction
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_samples import RATE_HZ, bed, clip, episode, laid_out, segment, sting
from podtool.errors import ManifestError, SourceError
from podtool.show.model import Effect
from podtool.timeline.layout import list_sources
from podtool.timeline.model import Range
from podtool.timeline.room import EDGE_S, JOIN_S
from podtool.units import samples_at

JOIN_HALF = samples_at(JOIN_S, RATE_HZ) // 2
EDGE = samples_at(EDGE_S, RATE_HZ)
milliseconds = st.integers(0, 5000).map(lambda value: Fraction(value, 1000))


def span(start, stop):
    return Range(start=start, stop=stop)


def ranges(timeline, segment_index=0):
    return [
        (placed.source_range.start, placed.source_range.stop, placed.range_in_episode.start)
        for placed in timeline.placements
        if placed.segment == segment_index
    ]


# --- How long, and where ---


def test_a_whole_recording():
    timeline = laid_out(episode(segment(clip())), {"voix.wav": 7.25})
    assert timeline.length == 7250
    assert ranges(timeline) == [(0, 7250, 0)]
    assert timeline.placements[0].ramps == ()


def test_start_and_end_are_taken_in_source_time():
    timeline = laid_out(episode(segment(clip(start=2, end="5.5"))))
    assert ranges(timeline) == [(2000, 5500, 0)]


def test_silence_and_gap_hold_nothing():
    timeline = laid_out(episode(segment(clip(end=1)), segment(silence=2), segment(clip(end=1), gap="0.5")))
    assert timeline.length == 4500
    assert [placed.range_in_episode.start for placed in timeline.placements] == [0, 3500]
    assert [item.range_in_episode for item in timeline.spans] == [
        span(0, 1000), span(1000, 3000), span(3500, 4500)
    ]  # fmt: skip


def test_a_recording_used_twice_is_one_source_at_two_times():
    made = episode(segment(clip(end=2)), segment(clip(start=1, end=3)))
    timeline = laid_out(made)
    assert len(list_sources(made)) == 1
    assert ranges(timeline, 0) == [(0, 2000, 0)]
    assert ranges(timeline, 1) == [(1000, 3000, 2000)]


def test_another_treatment_makes_another_source():
    made = episode(
        segment(clip(end=1)),
        segment(clip(end=1), pan=0.5),
        segment(clip(end=1), effects=(Effect(name="high_pass_filter"),)),
        segment(clip(start=1, end=2), bed=bed()),
    )
    assert [source.file.name for source in list_sources(made)] == ["voix.wav"] * 3 + ["musique.wav"]


@given(
    parts=st.lists(
        st.tuples(
            st.integers(0, 20_000),  # start
            st.integers(400, 9000),  # length
            st.lists(
                st.tuples(st.integers(1, 60), st.integers(1, 30)), max_size=4
            ),  # cuts, from the end of the last
            st.sampled_from(["gap", "crossfade", "neither"]),
            st.integers(0, 100),
        ),
        min_size=1,
        max_size=6,
    ),
    rate_hz=st.sampled_from([1000, 44_100, 48_000]),
)
def test_an_episode_is_as_long_as_its_clips_less_crossfades_plus_gaps(parts, rate_hz):
    """Cuts take their length out; joins cost no time."""
    made, expected = [], 0
    for index, (start, length, gaps_and_cuts, join, amount) in enumerate(parts):
        at, cuts = start, []
        for kept, cut in gaps_and_cuts:
            cuts.append((Fraction(at + kept, rate_hz), Fraction(at + kept + cut, rate_hz)))
            at += kept + cut
        own = clip(
            start=Fraction(start, rate_hz), end=Fraction(start + length, rate_hz),
            cuts=cuts,
        )  # fmt: skip
        key = join if join == "gap" or (index and join == "crossfade") else None
        made.append(segment(own, **({key: Fraction(amount, rate_hz)} if key else {})))
        expected += length - sum(cut for _, cut in gaps_and_cuts)
        expected += {"gap": amount, "crossfade": -amount, None: 0}[key]
    timeline = laid_out(episode(*made), rate_hz=rate_hz)
    assert timeline.length == expected
    assert timeline.spans[-1].range_in_episode.stop == expected
    for placed in timeline.placements:
        assert placed.source_range.length == placed.range_in_episode.length
        assert 0 <= placed.source_range.start < placed.source_range.stop <= 60 * rate_hz
        assert 0 <= placed.range_in_episode.start < placed.range_in_episode.stop <= expected
    starts = [placed.range_in_episode.start for placed in timeline.placements]
    assert starts == sorted(starts)


@given(times=st.lists(milliseconds.filter(bool), min_size=1, max_size=8))
def test_spans_follow_each_other(times):
    timeline = laid_out(episode(*(segment(silence=time) for time in times)))
    stops = [item.range_in_episode.stop for item in timeline.spans]
    assert [item.range_in_episode.start for item in timeline.spans] == [0, *stops[:-1]]


# --- Cuts and edges ---


def test_a_cut_joins_over_borrowed_sound():
    before, after = laid_out(episode(segment(clip(end=10, cuts=[(2, 3)])))).placements
    assert before.source_range == span(0, 2000 + JOIN_HALF)
    assert after.source_range == span(3000 - JOIN_HALF, 10_000)
    assert after.range_in_episode == span(2000 - JOIN_HALF, 9000)
    crossing = span(2000 - JOIN_HALF, 2000 + JOIN_HALF)
    falling, rising = before.ramps[-1], after.ramps[0]
    assert (falling.over, falling.before, falling.after, falling.curve) == (crossing, 1, 0, "power")
    assert (rising.over, rising.before, rising.after, rising.curve) == (crossing, 0, 1, "power")


def test_a_join_is_shorter_than_the_pieces_it_joins():
    pieces = laid_out(episode(segment(clip(end=10, cuts=[(2, 3), ("3.004", 5)])))).placements
    assert [placed.source_range for placed in pieces] == [span(0, 2002), span(2998, 3006), span(4998, 10_000)]


@pytest.mark.parametrize(
    ("cuts", "kept"),
    [([(0, 2)], (2000, 60_000)), ([(50, 60)], (0, 50_000)), ([(0, 2), (50, 60)], (2000, 50_000))],
)
def test_a_cut_at_an_end_leaves_one_piece(cuts, kept):
    assert ranges(laid_out(episode(segment(clip(cuts=cuts))))) == [(*kept, 0)]


def test_a_step_in_the_middle_of_a_recording_is_rounded_off():
    placed = laid_out(episode(segment(clip(start=1, end=2)))).placements[0]
    assert [(ramp.over, ramp.before, ramp.after) for ramp in placed.ramps] == [
        (span(0, EDGE), 0, 1),
        (span(1000 - EDGE, 1000), 1, 0),
    ]


def test_a_fade_takes_the_place_of_the_rounding():
    placed = laid_out(episode(segment(clip(start=1, end=4), fade_in=1, fade_out=2))).placements[0]
    assert [ramp.over for ramp in placed.ramps] == [span(0, 1000), span(1000, 3000)]
    assert {ramp.curve for ramp in placed.ramps} == {"smooth"}


# --- Crossfades and beds ---


def test_a_crossfade_ramps_both_segments():
    timeline = laid_out(episode(segment(clip("a.wav")), segment(clip("b.wav"), crossfade=3)), {"a.wav": 10})
    first, second = timeline.placements
    assert second.range_in_episode.start == 7000
    assert [(ramp.over, ramp.after) for ramp in first.ramps] == [(span(7000, 10_000), 0)]
    assert [(ramp.over, ramp.after) for ramp in second.ramps] == [(span(7000, 10_000), 1)]


def test_the_bed_takes_part_in_its_segments_crossfade():
    made = episode(segment(clip("a.wav"), bed=bed()), segment(clip("b.wav"), crossfade=3))
    timeline = laid_out(made, {"a.wav": 10})
    music = next(placed for placed in timeline.placements if placed.role == "bed")
    assert music.ramps[-1].over == span(7000, 10_000)


def test_a_bed_lies_under_its_whole_segment():
    made = episode(
        segment(silence=1), segment(clip(end=9), bed=bed(start=4, gain_db=-6, fade_in=2, fade_out=3))
    )
    music = next(placed for placed in laid_out(made).placements if placed.role == "bed")
    assert (music.source_range, music.range_in_episode) == (span(4000, 13_000), span(1000, 10_000))
    assert (music.gain_db, music.duck_db, music.levelled) == (-6, 12, False)
    assert [ramp.over for ramp in music.ramps] == [span(1000, 3000), span(7000, 10_000)]


def test_a_bed_shorter_than_its_segment_ends_with_its_music():
    made = episode(segment(clip(end=20), bed=bed(start=1, fade_out=2)))
    music = next(p for p in laid_out(made, {"musique.wav": 8}).placements if p.role == "bed")
    assert music.range_in_episode == span(0, 7000)
    assert music.ramps[-1].over == span(5000, 7000)
    assert laid_out(made, {"musique.wav": 8}).length == 20_000


def test_a_bed_lies_under_silence_too():
    music = laid_out(episode(segment(silence=5, bed=bed()))).placements
    assert [placed.range_in_episode for placed in music] == [span(0, 5000)]


def test_roles_gains_and_levelling():
    made = episode(
        segment(clip(gain_db=2), gain_db=-3),
        sting(gain_db=-6, crossfade=1),
        segment(clip("b.wav"), level="off", speaker="karl"),
    )
    first, music, last = laid_out(made).placements
    assert (first.role, first.gain_db, first.levelled) == ("speech", -1, True)
    assert (music.role, music.gain_db, music.levelled) == ("music", -6, False)
    assert (last.role, last.levelled, last.speaker) == ("speech", False, "karl")


# --- Several microphones of one conversation ---


def tracks(**values):
    return segment(clip("a.wav", speaker="a", **values), clip("b.wav", speaker="b", offset=2, **values))


def heard_at(timeline, position):
    """The moment of the conversation that each microphone plays at an episode sample."""
    return {
        placed.source.file.name: position
        - placed.range_in_episode.start
        + placed.source_range.start
        + placed.offset
        for placed in timeline.placements
        if placed.range_in_episode.start <= position < placed.range_in_episode.stop
    }


def test_a_track_that_began_later_is_heard_later():
    timeline = laid_out(episode(tracks()), {"a.wav": 10, "b.wav": 11})
    assert timeline.length == 13_000
    assert [(placed.source_range, placed.range_in_episode) for placed in timeline.placements] == [
        (span(0, 10_000), span(0, 10_000)),
        (span(0, 11_000), span(2000, 13_000)),
    ]


def test_start_end_and_cuts_of_tracks_are_moments_of_the_conversation():
    timeline = laid_out(episode(tracks(start=5, end=20, cuts=[(8, 10)])))
    assert timeline.length == 13_000
    assert heard_at(timeline, 0) == {"a.wav": 5000, "b.wav": 5000}
    assert heard_at(timeline, 2000) == {"a.wav": 7000, "b.wav": 7000}
    assert heard_at(timeline, 4000) == {"a.wav": 11_000, "b.wav": 11_000}


@given(
    offset=st.integers(0, 30_000),
    start=st.integers(0, 9000),
    cuts=st.lists(st.tuples(st.integers(1, 6000), st.integers(1, 6000)), max_size=4),
    length=st.integers(1, 30_000),
)
def test_tracks_never_drift_apart(offset, start, cuts, length):
    at, written = start, []
    for kept, cut in cuts:
        written.append((Fraction(at + kept, 1000), Fraction(at + kept + cut, 1000)))
        at += kept + cut
    own = {"start": Fraction(start, 1000), "end": Fraction(at + length, 1000), "cuts": written}
    made = episode(segment(clip("a.wav", **own), clip("b.wav", offset=Fraction(offset, 1000), **own)))
    timeline = laid_out(made, {"a.wav": 100, "b.wav": 20})
    assert timeline.length == length + sum(kept for kept, _ in cuts)
    shifts = {}
    for placed in timeline.placements:
        assert placed.source_range.length == placed.range_in_episode.length
        assert 0 <= placed.source_range.start <= placed.source_range.stop
        assert placed.range_in_episode.stop <= timeline.length
        shift = placed.source_range.start + placed.offset - placed.range_in_episode.start
        shifts.setdefault(placed.source.file.name, set()).add(shift)
    assert shifts.get("b.wav", set()) <= shifts["a.wav"]
    assert len(shifts["a.wav"]) == len(cuts) + 1


def test_a_track_that_begins_within_a_cut():
    timeline = laid_out(episode(tracks(end=20, cuts=[(1, 3)])), {"b.wav": 30})
    (late,) = [placed for placed in timeline.placements if placed.source.file.name == "b.wav"]
    assert late.range_in_episode == span(1000 - JOIN_HALF, 18_000)
    assert late.source_range == span(1000 - JOIN_HALF, 18_000)
    assert late.ramps[0].over == span(1000 - JOIN_HALF, 1000 + JOIN_HALF)


def test_a_track_that_ends_before_the_others():
    timeline = laid_out(episode(tracks(cuts=[(5, 6)])), {"a.wav": 20, "b.wav": 1})
    (short,) = [placed for placed in timeline.placements if placed.source.file.name == "b.wav"]
    assert (short.source_range, short.range_in_episode) == (span(0, 1000), span(2000, 3000))
    assert timeline.length == 19_000


def test_tracks_may_not_play_beyond_the_longest_of_them():
    with pytest.raises(SourceError, match=r"episode\.yaml:1:5: the tracks together are 0:13 long"):
        laid_out(episode(tracks(end=14)), {"a.wav": 10, "b.wav": 11})


# --- What can't be ---

IMPOSSIBLE = {
    "start beyond the source": (
        segment(clip(start=9)),
        SourceError,
        "recordings/voix.wav is 0:08 long; it can't start at 0:09",
    ),
    "end beyond the source": (
        segment(clip(end=9)),
        SourceError,
        "recordings/voix.wav is 0:08 long; it can't play up to 0:09",
    ),
    "bed beyond its music": (
        segment(clip(), bed=bed(start=8)),
        SourceError,
        "music/musique.wav is 0:08 long; the bed can't start at 0:08",
    ),
    "nothing left": (
        segment(clip(cuts=[(0, 8)])),
        ManifestError,
        "the cuts leave nothing of recordings/voix.wav",
    ),
    "cut outside": (
        segment(clip(end=5, cuts=[(5, 6)])),
        ManifestError,
        "the cut from 0:05 to 0:06 lies outside what plays of recordings/voix.wav",
    ),
    "fade in": (
        segment(clip(end=2), fade_in=3),
        ManifestError,
        "`fade_in` is longer than its segment, which plays 0:02",
    ),
    "fade out": (segment(clip(end=2), fade_out=3), ManifestError, "`fade_out` is longer than its segment"),
    "crossfade longer than the segment": (
        segment(clip(end=2), crossfade=3),
        ManifestError,
        "`crossfade` of 0:03 is longer than one of the two segments",
    ),
    "crossfade longer than the one before": (
        segment(clip(), crossfade=7),
        ManifestError,
        "`crossfade` of 0:07 is longer than one of the two segments",
    ),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_does_not_fit_is_told_with_its_line(case):
    wrong, kind, message = IMPOSSIBLE[case]
    made = episode(segment(clip(end=6)), wrong)
    with pytest.raises(kind) as caught:
        laid_out(made, {"voix.wav": 8, "musique.wav": 8})
    assert caught.value.message.startswith(f"episode.yaml:11:5: {message}")
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.column) == ("episode.yaml", 11, 5)
    assert problem.hint
    assert problem.rule in {"SOURCE-002", "TIMELINE-001"}


def test_no_third_segment_under_a_crossfade():
    made = episode(segment(clip(end=5)), segment(clip(end=5), crossfade=3), segment(clip(end=5), crossfade=3))
    with pytest.raises(ManifestError, match=r"episode\.yaml:21:5: `crossfade` of 0:03 reaches back into"):
        laid_out(made)


def test_an_end_a_hair_behind_the_last_sample_is_the_end():
    timeline = laid_out(episode(segment(clip(end="8.05"))), {"voix.wav": 8})
    assert timeline.length == 8000
    with pytest.raises(SourceError):
        laid_out(episode(segment(clip(end="8.051"))), {"voix.wav": 8})


def test_an_empty_recording_is_refused():
    with pytest.raises(SourceError, match="is 0:00 long"):
        laid_out(episode(segment(clip())), {"voix.wav": 0})


def test_the_order_of_sources_is_that_of_the_episode():
    made = episode(sting(), segment(clip(), bed=bed()))
    assert [source.file for source in list_sources(made)] == [
        PurePosixPath(name) for name in ("music/virgule.wav", "recordings/voix.wav", "music/musique.wav")
    ]
