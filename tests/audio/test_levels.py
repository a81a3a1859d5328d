import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podtool.audio.levels import LevelMeter

RATE_HZ = 8_000


def measured(sound, sizes=(10**9,)):
    sound = np.asarray(sound, np.float32)
    meter, position, turn = LevelMeter(RATE_HZ, len(sound)), 0, 0
    while position < sound.shape[1]:
        size = sizes[turn % len(sizes)]
        meter.push(sound[:, position : position + size])
        position, turn = position + size, turn + 1
    return meter.finish()


def noise(level_db, seconds=2.0, seed=1):
    rng = np.random.default_rng(seed)
    return 10 ** (level_db / 20) * rng.standard_normal(round(seconds * RATE_HZ))


def test_peak_and_offset():
    levels = measured([[0.1, -0.5, 0.1, 0.1], [0.0, 0.25, 0.0, -0.25]])
    assert levels.sample_peak_dbfs == pytest.approx(20 * math.log10(0.5))
    assert levels.dc_offsets == pytest.approx((-0.05, 0.0), abs=1e-7)
    assert levels.samples == 4


def test_noise_floor_is_that_of_the_pauses_not_of_silence_or_speech():
    speech, pause = noise(-20, 4), noise(-65, 3)
    levels = measured([np.concatenate((np.zeros(RATE_HZ * 5), pause, speech, pause))])
    assert levels.noise_floor_dbfs == pytest.approx(-65, abs=1)


def test_an_offset_is_no_noise():
    assert measured([noise(-70) + 0.1]).noise_floor_dbfs == pytest.approx(-70, abs=1)


def test_digital_silence_has_no_noise_floor():
    for value in (0.0, 0.25):
        levels = measured(np.full((2, RATE_HZ), value))
        assert levels.noise_floor_dbfs is None
    assert measured(np.zeros((1, 4))).sample_peak_dbfs == -math.inf


def test_a_recording_shorter_than_a_hop_is_measured():
    levels = measured([noise(-40, 0.05)])
    assert levels.noise_floor_dbfs == pytest.approx(-40, abs=2)
    assert levels.mean_squares.shape == levels.sample_peaks.shape == (1, 1)


def test_nothing_at_all():
    levels = LevelMeter(RATE_HZ, 2).finish()
    assert (levels.samples, levels.sample_peak, levels.noise_floor_dbfs) == (0, 0.0, None)
    assert not levels.identical_channels
    assert levels.one_sided is None


@pytest.mark.parametrize(
    ("samples", "clipped"),
    [
        ([0, 1, 1, 0], 0),
        ([0, 1, 1, 1, 0], 3),
        ([0, 1, 1, -1, -1, 1, 1], 0),
        ([-1, -1, -1, -1], 4),
        ([0.9999, 1.0, 1.2, 0.5, -1, -1, -1], 6),
        ([32767 / 32768] * 3, 3),
        ([0.999] * 10, 0),
    ],
)
def test_clipping_is_three_in_a_row_at_one_full_scale(samples, clipped):
    assert measured([samples]).clipped_samples == clipped


@settings(deadline=None)
@given(
    sound=st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=1, max_size=60),
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=4),
)
def test_clipping_is_counted_alike_in_blocks_of_any_size(sound, sizes):
    assert measured([sound], sizes).clipped_samples == measured([sound]).clipped_samples


@given(sizes=st.lists(st.integers(50, 3000), min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_levels_do_not_depend_on_block_sizes(sizes):
    sound = np.stack([noise(-20), noise(-30, seed=2)])
    pieces, whole = measured(sound, sizes), measured(sound)
    assert pieces.mean_squares == pytest.approx(whole.mean_squares)
    assert np.array_equal(pieces.sample_peaks, whole.sample_peaks)
    assert pieces.dc_offsets == pytest.approx(whole.dc_offsets)


def test_identical_channels():
    one = noise(-20)
    same, near = measured([one, one]), measured([one, one * (1 + 1e-4)])
    assert same.identical_channels
    assert same.difference_db == -math.inf
    assert not near.identical_channels
    assert near.difference_db == pytest.approx(-83, abs=1)
    assert not measured(np.zeros((2, 100))).identical_channels
    assert measured([one]).difference_db is None


def test_one_sided():
    assert measured([noise(-20), noise(-70, seed=2)]).one_sided == "left"
    assert measured([np.zeros(16_000), noise(-20)]).one_sided == "right"
    assert measured([noise(-20), noise(-35, seed=2)]).one_sided is None
    assert measured([noise(-20)]).one_sided is None


def test_a_wrong_number_of_channels_is_refused():
    with pytest.raises(ValueError, match="2 channels"):
        LevelMeter(RATE_HZ, 1).push(np.zeros((2, 10), np.float32))
    with pytest.raises(ValueError, match="0 channels"):
        LevelMeter(RATE_HZ, 0)
