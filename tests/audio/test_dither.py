import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podtool.audio.dither import dither, quantise_int16, quantise_int24

PINNED_LEFT = [2632166.0, 5666848.0, -6245872.0, 1473944.0, -6188638.0]
PINNED_RIGHT = [-11248346.0, 2275372.0, -173238.0, -6337762.0, -3264818.0]


def sound(count=5_000, channels=2, seed=1):
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (channels, count)).astype(np.float32)


def test_the_dither_is_this_on_every_machine():
    # Whole 2^-24ths. Other numbers are other bytes in every file: the engine's version must change with them.
    assert (dither(0, 0, 5) * 2**24).tolist() == PINNED_LEFT
    assert (dither(1, 100_000, 5) * 2**24).tolist() == PINNED_RIGHT


@given(cuts=st.lists(st.integers(0, 5_000), max_size=5), position=st.integers(0, 10**10))
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("quantise", [quantise_int16, quantise_int24])
def test_chunks_are_bit_for_bit_those_of_the_whole(quantise, cuts, position):
    edges = [0, *sorted(cuts), 5_000]
    parts = [quantise(sound()[:, start:stop], position + start) for start, stop in itertools.pairwise(edges)]
    assert np.array_equal(np.concatenate(parts), quantise(sound(), position))


def test_triangular_two_lsb_wide_and_white():
    noise = dither(0, 12_345, 400_000).astype(np.float64)
    assert -1.0 < noise.min() < -0.99
    assert 0.99 < noise.max() < 1.0
    assert noise.mean() == pytest.approx(0, abs=0.003)
    assert noise.var() == pytest.approx(1 / 6, rel=0.01)
    assert np.mean(np.abs(noise) < 0.5) == pytest.approx(0.75, abs=0.005)
    for lag in (1, 2, 7, 1_000, 65_536, 65_537):
        # A lag of one table's length leaves that table's half alike; further apart both differ.
        expected = 0.5 if lag >= 65_536 else 0.0
        correlation = np.mean(noise[:-lag] * noise[lag:]) / noise.var()
        assert correlation == pytest.approx(expected, abs=0.02)


def test_channels_have_dither_of_their_own():
    left, right = dither(0, 0, 300_000), dither(1, 0, 300_000)
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.01


@pytest.mark.parametrize("level", [0.1, 0.3, 0.5, 0.8])
def test_a_level_between_two_steps_is_kept_on_average(level):
    values = quantise_int16(np.full((1, 400_000), level / 32768, np.float32), 0)
    assert values.mean() == pytest.approx(level, abs=0.01)
    # Total error of TPDF-dithered rounding: 1/6 + 1/12 LSB², whatever the level.
    assert ((values - level) ** 2).mean() == pytest.approx(0.25, abs=0.01)


def test_digital_silence_stays_silent():
    block = sound()
    block[:, 100:200] = 0.0
    for quantise in (quantise_int16, quantise_int24):
        assert not quantise(block, 7)[100:200].any()


def test_what_both_channels_share_stays_shared():
    block = sound()
    block[1, 1_000:2_000] = block[0, 1_000:2_000]
    values = quantise_int16(block, 3)
    assert np.array_equal(values[1_000:2_000, 0], values[1_000:2_000, 1])
    assert np.array_equal(values[1_000:2_000, :1], quantise_int16(block[:1, 1_000:2_000], 1_003))


def test_full_scale_is_clipped_not_wrapped():
    block = np.array([[1.0, -1.0, 2.0, -2.0, 1e30, -1e30]], np.float32)
    assert set(np.abs(quantise_int16(block, 0).astype(int)[:2, 0])) <= {32766, 32767, 32768}
    assert quantise_int16(block, 0)[2:, 0].tolist() == [32767, -32768, 32767, -32768]
    assert quantise_int24(block, 0)[2:, 0].tolist() == [2**23 - 1, -(2**23)] * 2


def test_shape_type_and_order():
    for quantise, kind in ((quantise_int16, np.int16), (quantise_int24, np.int32)):
        values = quantise(sound(10), 0)
        assert (values.shape, values.dtype) == ((10, 2), kind)
        assert values.flags.c_contiguous
        assert quantise(sound(0), 0).shape == (0, 2)


def test_values_are_within_one_and_a_half_steps():
    for quantise, full_scale in ((quantise_int16, 2**15), (quantise_int24, 2**23)):
        assert np.abs(quantise(sound(), 0).T - sound().astype(np.float64) * full_scale).max() <= 1.5


def test_a_negative_position_is_refused():
    with pytest.raises(ValueError, match="no sample -1"):
        quantise_int16(sound(), -1)
