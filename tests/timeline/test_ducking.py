from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_samples import RATE_HZ, bed, clip, episode, laid_out, segment, sting
from podtool.audio.mixer import envelope_of
from podtool.timeline.ducking import ATTACK_S, HOLD_S, RELEASE_S, derive_ducking, duck_beds, find_speech
from podtool.timeline.model import Placement, Range, Source
from podtool.units import amplitude_of, samples_at

ATTACK, HOLD, RELEASE = (samples_at(time, RATE_HZ) for time in (ATTACK_S, HOLD_S, RELEASE_S))
LOW = amplitude_of(-12)


def span(start, stop):
    return Range(start=start, stop=stop)


def music(start=0, stop=60_000, duck_db=12.0):
    placed = laid_out(episode(segment(clip(), bed=bed(duck_db=duck_db)))).placements
    found = next(item for item in placed if item.role == "bed")
    values = {name: getattr(found, name) for name in Placement.__dataclass_fields__}
    return Placement(
        **values | {"range_in_episode": span(start, stop), "source_range": span(start, stop), "ramps": ()}
    )


def curve(speech, placed=None):
    """The bed's gain at every sample of a minute."""
    placed = placed or music()
    points = derive_ducking(placed, speech, RATE_HZ)
    values = {name: getattr(placed, name) for name in Placement.__dataclass_fields__} | {"ducking": points}
    gains = envelope_of(Placement(**values), 0, 60_000)
    return np.ones(60_000) if gains is None else gains


def test_the_bed_is_down_before_the_first_word_and_comes_back():
    gains = curve([span(10_000, 20_000)])
    assert (gains[: 10_000 - ATTACK] == 1).all()
    assert gains[10_000 - ATTACK + 5] < 1
    assert gains[10_000 : 20_000 + HOLD] == pytest.approx(LOW, abs=1e-6)
    assert (gains[20_000 + HOLD + RELEASE :] == 1).all()
    assert (np.diff(gains[10_000 - ATTACK : 10_000]) <= 0).all()
    assert (np.diff(gains[20_000 + HOLD : 20_000 + HOLD + RELEASE]) >= 0).all()


def test_a_short_pause_does_not_let_it_up():
    longest = ATTACK + HOLD + RELEASE
    gains = curve([span(10_000, 12_000), span(12_000 + longest, 20_000)])
    assert gains[10_000:20_000] == pytest.approx(LOW, abs=1e-6)
    gains = curve([span(10_000, 12_000), span(12_000 + longest + 1, 20_000)])
    assert gains[10_000:20_000].max() == pytest.approx(1, abs=1e-3)


def test_speech_from_the_first_sample_meets_a_bed_that_is_down_already():
    gains = curve([span(0, 5000)])
    assert gains[0] == pytest.approx(LOW, abs=1e-6)


def test_nobody_speaks():
    assert derive_ducking(music(), [], RATE_HZ) == ()
    assert derive_ducking(music(0, 1000), [span(1000, 2000)], RATE_HZ) == ()


@settings(max_examples=30)
@given(
    speech=st.lists(
        st.tuples(st.integers(0, 59_000), st.integers(1, 8000)).map(lambda pair: span(pair[0], sum(pair))),
        max_size=8,
    ),
    duck_db=st.integers(1, 40),
)
def test_laws_of_the_curve(speech, duck_db):
    """Down under every word, never out of [low, 1], corners in time order, one fall per return."""
    placed = music(duck_db=float(duck_db))
    low = amplitude_of(-duck_db)
    points = derive_ducking(placed, speech, RATE_HZ)
    assert all(one.at < other.at for one, other in pairwise(points))
    assert [point.gain for point in points] == [1.0, low, low, 1.0] * (len(points) // 4)
    gains = curve(speech, placed)
    assert gains.min() >= low - 1e-6
    assert gains.max() <= 1
    for spoken in speech:
        assert gains[spoken.start : spoken.stop] == pytest.approx(low, abs=1e-6)


def test_speech_is_found_where_it_is_heard():
    made = episode(sting(), segment(clip(start=5, end=20, cuts=[(8, 10)])), segment(silence=1))
    timeline = laid_out(made, {"virgule.wav": 2})
    talk, jingle = (
        next(placed.source for placed in timeline.placements if placed.role == role)
        for role in ("speech", "music")
    )
    activity = {talk: [span(0, 1000), span(6000, 7000), span(9000, 11_000)], jingle: [span(0, 2000)]}
    # Cut at 8-10 s: what begins at 9 s is heard from the join on, 5 s (2 + 8 - 5) into the episode.
    assert find_speech(timeline, activity) == (span(3000, 4000), span(4995, 6000))


def test_only_beds_that_are_to_be_ducked_are():
    made = episode(segment(clip(), bed=bed()), segment(clip("b.wav"), bed=bed(duck_db=0.0)))
    timeline = laid_out(made)
    ducked = duck_beds(timeline, {placed.source: [span(0, 60_000)] for placed in timeline.placements})
    assert [bool(placed.ducking) for placed in ducked.placements] == [False, True, False, False]
    assert ducked.length == timeline.length
    assert duck_beds(timeline, {}) == timeline


def test_the_speech_of_two_microphones_counts_once():
    made = episode(segment(clip("a.wav"), clip("b.wav", offset=Fraction(1)), bed=bed()))
    timeline = laid_out(made)
    activity = {
        Source(file=clip("a.wav").file): [span(1000, 3000)],
        Source(file=clip("b.wav").file): [span(1000, 4000)],
    }
    assert find_speech(timeline, activity) == (span(1000, 5000),)
