from pathlib import PurePosixPath

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mix_samples import placement, span, timeline

from podtool.audio.levelling import (
    LOSSLESS,
    MOST_LIMITING_DB,
    MOST_RAISED_DB,
    OVERSHOOT_DB,
    SPEECH_LUFS,
    Mastering,
    Target,
    check_limiting,
    correct_mastering,
    derive_levels,
    find_activity,
    guess_mastering,
    limiting_db,
    loudness_within,
)
from podtool.audio.measuring import Measurement
from podtool.errors import LoudnessError
from podtool.timeline.model import Source

RATE_HZ = 44_100
HOP = RATE_HZ // 10
PODCAST = Target(loudness_lufs=-16.0, true_peak_dbtp=-1.0, tolerance_lu=0.15)


def energy(loudness_lufs):
    return 10 ** ((loudness_lufs + 0.691) / 10) if loudness_lufs is not None else 0.0


def measurement(*parts, peak_dbfs=-10.0, true_peak_dbtp=-9.5):
    """A sound of (loudness or None for silence, hops) parts, each hop with the same peak."""
    energies = np.repeat([energy(loudness) for loudness, _ in parts], [hops for _, hops in parts])
    peaks = np.where(energies > 0, 10 ** (peak_dbfs / 20), 0)
    return Measurement(
        rate_hz=RATE_HZ,
        samples=len(energies) * HOP,
        channels=2,
        energies=energies.astype(np.float32),
        peaks=np.append(peaks, 0).astype(np.float32),
        true_peak_dbtp=true_peak_dbtp,
    )


# --- Speech levels ---


def levels_of(measured, *placed):
    source = Source(file=PurePosixPath("a"))
    found = derive_levels(timeline(10_000_000, *placed, rate_hz=RATE_HZ), {source: measured})
    return {segment: level for (segment, _), level in found.items()}


def test_clips_meet_at_one_loudness():
    measured = measurement((-30, 100), (-20, 100))
    placed = (
        placement("a", 0, span(0, 100 * HOP), levelled=True),
        placement("a", 100 * HOP, span(100 * HOP, 200 * HOP), segment=1, levelled=True),
        placement("a", 200 * HOP, span(0, 200 * HOP), segment=2),
    )
    assert levels_of(measured, *placed) == {0: SPEECH_LUFS + 30, 1: SPEECH_LUFS + 20}


def test_only_what_is_heard_counts():
    measured = measurement((-30, 100), (-10, 100), (-30, 100))
    kept = (
        placement("a", 0, span(0, 100 * HOP), levelled=True),
        placement("a", 100 * HOP, span(200 * HOP, 300 * HOP), levelled=True),
    )
    assert levels_of(measured, *kept) == {0: pytest.approx(14.0)}


def test_silence_is_left_alone():
    assert levels_of(measurement((None, 50)), placement("a", 0, span(0, 50 * HOP), levelled=True)) == {}


@pytest.mark.parametrize(("loudness", "level"), [(-69, MOST_RAISED_DB), (30, -40.0)])
def test_a_level_has_its_limits(loudness, level):
    measured = measurement((loudness, 50))
    assert levels_of(measured, placement("a", 0, span(0, 50 * HOP), levelled=True)) == {0: level}


@given(loudness=st.floats(-55, 0))
def test_levels_are_whole_tenths(loudness):
    level = levels_of(measurement((loudness, 50)), placement("a", 0, span(0, 50 * HOP), levelled=True))[0]
    assert level == round(level * 10) / 10
    assert abs(loudness + level - SPEECH_LUFS) <= 0.05 + 0.011


@pytest.mark.parametrize("hops", [1, 2, 3, 4])
def test_a_word_is_long_enough_to_be_measured(hops):
    measured = measurement((-20, 10))
    assert loudness_within(measured, [span(0, hops * HOP)]) == pytest.approx(-20, abs=0.01)


def test_the_loudness_of_no_range_is_none():
    assert loudness_within(measurement((-20, 10)), []) is None
    assert loudness_within(measurement((None, 10)), [span(0, 10 * HOP)]) is None


def test_ranges_go_by_whole_hops():
    measured = measurement((-20, 10), (-10, 10))
    assert loudness_within(measured, [span(0, 10 * HOP)]) == pytest.approx(-20, abs=0.01)
    assert loudness_within(measured, [span(0, 10 * HOP + 1)]) > -20


# --- Where somebody speaks ---


def test_speech_is_found_in_samples():
    found = find_activity(measurement((-70, 50), (-20, 30), (-70, 50)))
    assert found == (span(49 * HOP, 85 * HOP),)


def test_speech_ends_with_the_recording():
    measured = measurement((-70, 50), (-20, 30))
    (found,) = find_activity(measured)
    assert found.stop == measured.samples


def test_nobody_speaks_in_silence():
    assert find_activity(measurement((None, 50))) == ()
    assert find_activity(measurement()) == ()


# --- The gain and the ceiling ---


def test_the_first_guess():
    found = guess_mastering(measurement((-23, 100)), PODCAST, "mp3")
    assert found == Mastering(gain_db=7.0, ceiling_dbtp=round(-1.0 - OVERSHOOT_DB, 1))


@pytest.mark.parametrize("file_format", sorted(LOSSLESS))
def test_what_loses_nothing_needs_little_headroom(file_format):
    assert guess_mastering(measurement((-23, 100)), PODCAST, file_format).ceiling_dbtp == -1.1


def test_a_silent_mix_has_no_gain():
    with pytest.raises(LoudnessError, match="silent"):
        guess_mastering(measurement((None, 100)), PODCAST, "mp3")


def test_a_file_that_measures_as_it_should_is_kept():
    now = Mastering(gain_db=7.0, ceiling_dbtp=-2.1)
    assert correct_mastering(now, measurement((-16.1, 100), true_peak_dbtp=-1.0), PODCAST) is None


@pytest.mark.parametrize(
    ("loudness", "peak", "corrected"),
    [
        (-16.4, -3.0, (7.4, -2.1)),
        (-15.5, -3.0, (6.5, -2.1)),
        (-16.0, -0.5, (7.0, -2.7)),
        (-16.0, -0.99, (7.0, -2.2)),
        (-16.1, -0.5, (7.1, -2.7)),
        (-16.5, 0.2, (7.5, -3.4)),
    ],
)
def test_what_is_off_is_corrected(loudness, peak, corrected):
    now = Mastering(gain_db=7.0, ceiling_dbtp=-2.1)
    gain, ceiling = corrected
    found = correct_mastering(now, measurement((loudness, 100), true_peak_dbtp=peak), PODCAST)
    assert found == Mastering(gain_db=gain, ceiling_dbtp=ceiling)


def test_a_file_that_lost_its_sound_is_no_deliverable():
    with pytest.raises(LoudnessError, match="the encoded file is silent"):
        correct_mastering(Mastering(gain_db=7.0, ceiling_dbtp=-2.1), measurement((None, 100)), PODCAST)


@given(
    mix=st.floats(-35, -8),
    overshoot=st.floats(0, 3),
    lost=st.floats(0, 2),
    limited_per_db=st.floats(0, 0.3),
)
def test_corrections_come_to_an_end(mix, overshoot, lost, limited_per_db):
    """An encoder that lifts peaks and a limiter that takes loudness: within six tries the target is met."""
    mastering = guess_mastering(measurement((mix, 100), peak_dbfs=-40), PODCAST, "mp3")
    for _ in range(6):
        limited = limited_per_db * max(0.0, -1.0 - mastering.ceiling_dbtp)
        encoded = measurement(
            (mix + mastering.gain_db - lost - limited, 100), true_peak_dbtp=mastering.ceiling_dbtp + overshoot
        )
        better = correct_mastering(mastering, encoded, PODCAST)
        if better is None:
            return
        assert better != mastering
        mastering = better
    pytest.fail(f"still at {mastering}")


@given(loudness=st.floats(-20, -12), peak=st.floats(-4, 2), tiny=st.floats(-1e-7, 1e-7))
def test_last_bits_decide_nothing(loudness, peak, tiny):
    now = Mastering(gain_db=7.0, ceiling_dbtp=-2.1)
    hundredths = round(loudness, 2), round(peak, 2)

    def corrected(by):
        return correct_mastering(
            now, measurement((hundredths[0] + by, 100), true_peak_dbtp=hundredths[1] + by), PODCAST
        )

    assert corrected(tiny) == corrected(0.0)


# --- How much limiting is too much ---


def test_limiting_goes_by_the_loudest_hundredth():
    mix = measurement((-23, 1000), peak_dbfs=-3)
    assert limiting_db(mix, Mastering(gain_db=7.0, ceiling_dbtp=-2.0)) == pytest.approx(6.0, abs=0.05)
    few = measurement((-23, 995), peak_dbfs=-20)
    few.peaks[:5] = 1.0
    assert limiting_db(few, Mastering(gain_db=7.0, ceiling_dbtp=-2.0)) == 0.0


def test_silence_does_not_water_it_down():
    mix = measurement((-23, 100), (None, 10_000), peak_dbfs=-3)
    assert limiting_db(mix, Mastering(gain_db=7.0, ceiling_dbtp=-2.0)) == pytest.approx(6.0, abs=0.05)
    assert limiting_db(measurement((None, 10)), Mastering(gain_db=7.0, ceiling_dbtp=-2.0)) == 0.0


def test_more_than_a_limiter_can_bear_is_refused_with_a_way_out():
    mix = measurement((-30, 1000), peak_dbfs=-3)
    with pytest.raises(LoudnessError, match=r"-16\.0 LUFS would take 13\.1 dB of limiting") as caught:
        guess_mastering(mix, PODCAST, "mp3")
    assert caught.value.hint.endswith("or set the profile's `loudness` to -24 LUFS")
    lower = Target(loudness_lufs=-24.0, true_peak_dbtp=-1.0, tolerance_lu=0.15)
    guess_mastering(mix, lower, "mp3")
    check_limiting(mix, Mastering(gain_db=6.0, ceiling_dbtp=-3.0), PODCAST)
    assert MOST_LIMITING_DB == 6.0
