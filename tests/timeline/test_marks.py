from fractions import Fraction
from itertools import pairwise
from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from model_samples import RATE_HZ, bed, clip, episode, laid_out, segment, sting
from podtool.errors import Severity
from podtool.show.facts import ChapterFacts
from podtool.show.model import ChapterMark
from podtool.show.podcasting import SoundbiteMark
from podtool.timeline.marks import (
    derive_chapters,
    derive_soundbites,
    episode_position,
    find_lost_marks,
    heard_part,
    heard_ranges,
    source_position,
)


def at(milliseconds):
    return Fraction(milliseconds, 1000)


def mark(milliseconds, title="Marque", **values):
    return ChapterMark(at=at(milliseconds), title=title, **values)


def chapters(made, lengths=None):
    return [(one.start_ms, one.end_ms, one.title) for one in derive_chapters(made, laid_out(made, lengths))]


# --- Chapters ---


def test_titled_segments_are_chapters():
    made = episode(
        sting(),
        segment(clip(end=10), title="Édito"),
        segment(silence=1),
        segment(clip(end=5), title="Entretien"),
    )
    assert chapters(made, {"virgule.wav": 2}) == [(2000, 13_000, "Édito"), (13_000, 18_000, "Entretien")]


def test_marks_follow_the_edit():
    made = episode(
        segment(silence=1),
        segment(
            clip(start=5, end=20, cuts=[(8, 10)]),
            title="Début",
            chapters=(mark(12_000, "Plus tard"), mark(6000, "Avant")),
        ),
    )
    assert chapters(made) == [
        (1000, 2000, "Début"),
        (2000, 6000, "Avant"),
        (6000, 14_000, "Plus tard"),
    ]


def test_what_a_chapter_brings_along():
    image = PurePosixPath("images/a.png")
    made = episode(
        segment(
            clip(end=5),
            title="Un",
            url="https://example.org/un",
            image=image,
            chapters=(mark(1000, "Deux", url="https://example.org/deux"),),
        )
    )
    assert derive_chapters(made, laid_out(made)) == (
        ChapterFacts(start_ms=0, end_ms=1000, title="Un", url="https://example.org/un", image=image),
        ChapterFacts(start_ms=1000, end_ms=5000, title="Deux", url="https://example.org/deux"),
    )


def test_two_at_one_moment_are_the_later_named():
    assert chapters(episode(segment(clip(end=5), title="Segment", chapters=(mark(0, "Marque"),)))) == [
        (0, 5000, "Marque")
    ]


def test_no_titles_no_chapters():
    assert chapters(episode(segment(clip()))) == []


def test_the_chapter_of_a_crossfade_starts_where_its_segment_does():
    made = episode(segment(clip(end=5), title="Un"), segment(clip("b.wav", end=5), title="Deux", crossfade=2))
    assert chapters(made) == [(0, 3000, "Un"), (3000, 8000, "Deux")]


parts = st.lists(
    st.tuples(
        st.integers(2, 3000),
        st.integers(0, 500),
        st.booleans(),
        st.lists(st.integers(0, 4000), max_size=4),
    ),
    min_size=1,
    max_size=6,
)


@given(parts=parts, rate_hz=st.sampled_from([1000, 44_100]))
def test_chapters_ascend_and_their_ends_meet(parts, rate_hz):
    made = episode(
        *(
            segment(
                clip(end=at(length)),
                gap=at(gap),
                title="Titre" if titled else None,
                chapters=tuple(mark(moment) for moment in marks),
            )
            for length, gap, titled, marks in parts
        )
    )
    timeline = laid_out(made, rate_hz=rate_hz)
    found = derive_chapters(made, timeline)
    assert all(one.end_ms == other.start_ms for one, other in pairwise(found))
    assert all(one.start_ms < one.end_ms for one in found)
    assert not found or found[-1].end_ms == round(Fraction(timeline.length * 1000, rate_hz))
    lost = find_lost_marks(made, timeline)
    heard = sum(moment < length for length, _, _, marks in parts for moment in marks)
    assert len(lost) == sum(len(marks) for *_, marks in parts) - heard


# --- What is lost ---


def test_a_mark_in_cut_sound_is_told_with_its_line():
    made = episode(
        segment(silence=1),
        segment(
            clip(start=5, end=20, cuts=[(8, 10)]),
            chapters=(mark(8000, "Au bord"), mark(9999), mark(10_000, "Reprise"), mark(20_000), mark(4999)),
        ),
    )
    timeline = laid_out(made)
    problems = find_lost_marks(made, timeline)
    assert [problem.message for problem in problems] == [
        "chapter «Au bord» at 0:08 lies in sound that is not heard",
        "chapter «Marque» at 0:09.999 lies in sound that is not heard",
        "chapter «Marque» at 0:20 lies in sound that is not heard",
        "chapter «Marque» at 0:04.999 lies in sound that is not heard",
    ]
    assert {(one.rule, one.severity, one.place) for one in problems} == {
        ("CHAPTERS-002", Severity.WARNING, "episode.yaml:11:5")
    }
    assert all(problem.hint for problem in problems)
    assert [one.title for one in derive_chapters(made, timeline)] == ["Reprise"]


# --- Soundbites ---


def bite(start, length, title=None):
    return SoundbiteMark(at=at(start), duration=at(length), title=title)


def soundbites(made):
    return [(one.start_ms, one.end_ms, one.title) for one in derive_soundbites(made, laid_out(made))]


def test_soundbites_follow_the_edit():
    """
    source   5   6   7   8   9   10  11  12 …
    heard    [           )       [         …
    excerpt          [           .      )        from 7 s on, 5 s long: the cut takes 2 s of it
    """
    made = episode(
        segment(silence=1),
        segment(
            clip(start=5, end=20, cuts=[(8, 10)]),
            soundbites=(bite(7000, 5000, "Extrait"), bite(5000, 1000), bite(19_000, 9000)),
        ),
    )
    assert soundbites(made) == [(1000, 2000, None), (3000, 6000, "Extrait"), (13_000, 14_000, None)]


def test_an_excerpt_that_begins_in_a_cut_begins_after_it():
    made = episode(segment(clip(end=20, cuts=[(8, 10)]), soundbites=(bite(9000, 2000),)))
    assert soundbites(made) == [(8000, 9000, None)]


def test_the_excerpts_of_tracks_are_of_the_conversation():
    made = episode(
        segment(clip("a.wav", start=1), clip("b.wav", start=1, offset=2), soundbites=(bite(2500, 500),))
    )
    assert soundbites(made) == [(1500, 2000, None)]


def test_an_excerpt_of_which_nothing_is_heard_is_told_with_its_line():
    made = episode(segment(clip(end=20, cuts=[(8, 10)]), soundbites=(bite(8000, 2000), bite(20_000, 5))))
    timeline = laid_out(made)
    assert derive_soundbites(made, timeline) == ()
    problems = find_lost_marks(made, timeline)
    assert [(one.rule, one.severity, one.message) for one in problems] == [
        ("FEED-033", Severity.WARNING, "the soundbite at 0:08 lies in sound that is not heard"),
        ("FEED-033", Severity.WARNING, "the soundbite at 0:20 lies in sound that is not heard"),
    ]
    assert problems[0].hint


# --- Source time and episode time ---


@st.composite
def cut_clips(draw):
    """A clip of whole milliseconds with cuts, and the moments that are kept."""
    start = draw(st.integers(0, 3000))
    spans = draw(st.lists(st.tuples(st.integers(1, 800), st.integers(1, 800)), max_size=5))
    cuts, position = [], start
    for kept, cut in spans:
        cuts.append((position + kept, position + kept + cut))
        position += kept + cut
    end = position + draw(st.integers(1, 800))
    kept = set(range(start, end)) - {moment for first, last in cuts for moment in range(first, last)}
    written = [(at(first), at(last)) for first, last in cuts]
    return clip(start=at(start), end=at(end), cuts=written), kept


@given(made=st.lists(cut_clips(), min_size=1, max_size=3), gap=st.integers(0, 50))
def test_source_time_and_episode_time_are_one_to_one_on_what_is_kept(made, gap):
    timeline = laid_out(episode(*(segment(own, gap=at(gap), bed=bed()) for own, _ in made)))
    taken = set()
    for index, (_, kept) in enumerate(made):
        edges = {moment + by for moment in kept for by in (-1, 1) if moment + by not in kept}
        tried = {*edges, *(moment + by for moment in edges for by in (-1, 1)), *sorted(kept)[::97]}
        moments = {moment: episode_position(timeline, index, at(moment)) for moment in tried if moment >= 0}
        for moment, position in moments.items():
            assert (position is not None) == (moment in kept)
            if position is not None:
                placed, back = source_position(timeline, position)
                assert (placed.segment, placed.role, back) == (index, "speech", moment)
                assert position not in taken
                taken.add(position)
        pieces = list(heard_ranges(timeline, index))
        assert sum(heard.length for _, heard in pieces) == len(kept)
        assert all(one.stop <= other.start for (_, one), (_, other) in pairwise(pieces))


@given(made=cut_clips(), start=st.integers(0, 9000), length=st.integers(1, 9000))
def test_an_excerpt_has_what_is_kept_of_it(made, start, length):
    own, kept = made
    timeline = laid_out(episode(segment(own)))
    span = heard_part(timeline, 0, at(start), at(start + length))
    heard = len(kept & set(range(start, start + length)))
    assert (span.stop - span.start if span else 0) == heard


def test_in_silence_nothing_is_heard():
    timeline = laid_out(
        episode(segment(clip(end=1)), segment(clip(end=1), gap=1, bed=bed()), segment(silence=1))
    )
    assert source_position(timeline, 999)[1] == 999
    assert source_position(timeline, 1000) is None
    assert source_position(timeline, 1999) is None
    assert source_position(timeline, 2000)[1] == 0
    assert source_position(timeline, 3000) is None


def test_in_a_crossfade_the_later_counts_but_both_are_heard():
    timeline = laid_out(episode(segment(clip(end=5)), segment(clip("b.wav", start=10, end=15), crossfade=2)))
    placed, moment = source_position(timeline, 4000)
    assert (placed.source.file.name, moment) == ("b.wav", 11_000)
    assert episode_position(timeline, 0, at(4000)) == 4000
    assert episode_position(timeline, 1, at(11_000)) == 4000


def test_a_recording_used_twice_has_two_places():
    timeline = laid_out(episode(segment(clip(end=5)), segment(clip(start=2, end=9))))
    assert episode_position(timeline, 0, at(3000)) == 3000
    assert episode_position(timeline, 1, at(3000)) == 6000


def test_the_marks_of_tracks_are_moments_of_the_conversation():
    made = episode(
        segment(
            clip("a.wav", start=1, cuts=[(3, 4)]),
            clip("b.wav", start=1, cuts=[(3, 4)], offset=2),
            chapters=(mark(2500, "Un"), mark(3500, "Coupé"), mark(62_000 - 1, "Le second seul")),
        )
    )
    timeline = laid_out(made)
    assert [(one.start_ms, one.title) for one in derive_chapters(made, timeline)] == [
        (1500, "Un"),
        (59_999, "Le second seul"),
    ]
    assert [problem.message for problem in find_lost_marks(made, timeline)] == [
        "chapter «Coupé» at 0:03.5 lies in sound that is not heard"
    ]
    first = [heard for placed, heard in heard_ranges(timeline, 0) if placed.source.file.name == "a.wav"]
    assert [(heard.start, heard.stop) for heard in first] == [(0, 2000), (2000, 58_000)]
    assert RATE_HZ == 1000
