"""Speed and time left: of what was made, not of what was reused, and without jumps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.console.pace import ENOUGH_S, ENOUGH_STEPS, PATIENCE, Pace
from podtool.ports import Progress

RATE = 44100
CHUNK = 10 * RATE
CHUNKS = 200


def event(done, reused=0, total=CHUNKS):
    """After `done` chunks of ten seconds, of which `reused` came out of the cache."""
    return Progress(
        stage="encode", done=done * CHUNK, reused=reused * CHUNK, total=total * CHUNK, audio_s=total * 10.0
    )


def watch(events):
    """The pace after events of (seconds since the last, event), and what was shown after each."""
    events = iter(events)
    now, first = next(events)
    pace, shown = Pace(first, now), []
    for seconds, each in events:
        now += seconds
        pace.take(each, now)
        shown.append((now, pace.left_s(now)))
    return pace, shown


def steady(seconds_each, count, *, reused=0):
    yield 0.0, event(0)
    yield from ((0.001, event(done, done)) for done in range(1, reused + 1))
    yield from ((seconds_each, event(reused + done, reused)) for done in range(1, count + 1))


@given(seconds_each=st.floats(0.05, 5), reused=st.integers(0, 100))
def test_a_steady_pace_is_told_truly_however_much_was_reused(seconds_each, reused):
    pace, shown = watch(steady(seconds_each, 60, reused=reused))
    now, left = shown[-1]
    assert pace.speed == pytest.approx(10 / seconds_each)
    assert pace.mean_speed == pytest.approx(10 / seconds_each)
    assert left == pytest.approx((CHUNKS - 60 - reused) * seconds_each)
    assert pace.made_s == pytest.approx(600)
    assert pace.left_s(now + seconds_each) == pytest.approx(left - seconds_each)


def test_nothing_is_said_before_there_is_enough_to_say():
    _, shown = watch(steady(0.4, 20))
    early = [left for now, left in shown if now < ENOUGH_S]
    assert early
    assert set(early) == {None}
    assert all(left is not None for now, left in shown if now >= ENOUGH_S + 0.4)
    _, shown = watch(steady(100.0, ENOUGH_STEPS))
    assert [left is None for _, left in shown] == [True] * (ENOUGH_STEPS - 1) + [False]


def test_what_comes_out_of_the_cache_has_no_speed():
    pace, shown = watch((0.05, event(done, done)) for done in range(150))
    assert pace.speed is None
    assert pace.mean_speed is None
    assert pace.made_s == 0
    assert {left for _, left in shown} == {None}


def test_reuse_in_between_leaves_the_speed_alone():
    done = reused = 0
    events = [(0.0, event(0))]
    for _ in range(50):
        done, reused = done + 1, reused + 1
        events.append((0.01, event(done, reused)))
        done += 1
        events.append((0.5, event(done, reused)))
    pace, _ = watch(events)
    assert pace.speed == pytest.approx(20)
    assert pace.mean_speed == pytest.approx(20)


@given(pauses=st.lists(st.floats(0.05, 4), min_size=20, max_size=100))
def test_what_is_shown_never_jumps(pauses):
    """Between two looks it moves by no more than its ease allows, whatever the chunks take."""
    now, made = 0.0, 0
    pace = Pace(event(0), now)
    for pause in pauses:
        before = pace.left_s(now)
        now, made = now + pause, made + 1
        just_before = pace.left_s(now)
        pace.take(event(made), now)
        after = pace.left_s(now)
        if before is None:
            continue
        assert after == pytest.approx(just_before)
        assert after >= 0


def test_between_events_it_counts_down_but_not_to_nothing():
    pace, shown = watch(steady(1.0, 20))
    now, left = shown[-1]
    looks = [pace.left_s(now + seconds) for seconds in range(60)]
    assert looks == sorted(looks, reverse=True)
    assert looks[0] == left
    assert looks[1] == pytest.approx(left - 1)
    assert looks[-1] == pytest.approx(left - PATIENCE)


def test_a_slower_pace_is_believed_after_a_while():
    events = [*steady(0.1, 50), *((1.0, event(done)) for done in range(51, 101))]
    pace, shown = watch(events)
    assert pace.speed == pytest.approx(10, rel=0.05)
    assert shown[-1][1] == pytest.approx(100, rel=0.1)


def test_what_nobody_knows_the_end_of_has_no_time_left():
    pace, shown = watch((1.0, Progress(stage="measure", done=done, total=0)) for done in range(30))
    assert {left for _, left in shown} == {None}
    assert pace.speed is None
    assert not pace.is_sound


def test_what_was_done_before_the_first_event_counts_as_made_but_has_no_speed():
    pace = Pace(event(5, 2), 10.0)
    assert pace.made_s == 30
    assert pace.mean_speed is None
    pace.take(event(6, 2), 12.0)
    assert pace.made_s == 40
    assert pace.mean_speed == pytest.approx(5)
