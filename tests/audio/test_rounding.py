import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sound_files import noise, on_grid

from podtool.audio.rounding import ROUNDING_SAMPLES, from_16_bits, rounded_to_16_bits, scaled_to_16_bits

LENGTHS = [1, 2, ROUNDING_SAMPLES - 1, ROUNDING_SAMPLES, ROUNDING_SAMPLES + 1, 3 * ROUNDING_SAMPLES + 7]


def swelling(length, channels=2, seed=1, level_db=0.0):
    """Noise whose level differs by 60 dB from one second to the next."""
    steps = np.arange(length)
    levels = 10 ** ((level_db - 60 * (np.sin(steps / 9000) ** 2)) / 20)
    return (noise(length, channels=channels, seed=seed) * levels).astype(np.float32)


def peaks_of_blocks(block):
    """Of each sample's block, as an array like the block itself."""
    out = np.empty_like(block)
    for start in range(0, block.shape[1], ROUNDING_SAMPLES):
        part = slice(start, start + ROUNDING_SAMPLES)
        out[:, part] = np.abs(block[:, part]).max(axis=1, keepdims=True)
    return out


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("channels", [1, 2])
def test_an_error_is_98_db_below_the_blocks_peak(length, channels):
    block = swelling(length, channels)
    error = np.abs(rounded_to_16_bits(block).astype(np.float64) - block)
    assert (error <= peaks_of_blocks(block) * 2.0**-15).all()


@given(
    st.lists(st.floats(-4, 4, width=32), min_size=1, max_size=30),
    st.integers(-60, 20),
)
def test_it_holds_for_any_samples(values, exponent):
    block = np.ldexp(np.array([values], np.float32), exponent).astype(np.float32)
    rounded = rounded_to_16_bits(block)
    assert np.abs(rounded.astype(np.float64) - block).max() <= max(np.abs(block).max() * 2.0**-15, 2.0**-115)
    assert np.array_equal(rounded_to_16_bits(rounded), rounded)


@pytest.mark.parametrize("length", LENGTHS)
def test_doing_it_twice_changes_nothing_more(length):
    once = rounded_to_16_bits(swelling(length))
    assert np.array_equal(rounded_to_16_bits(once), once)


@pytest.mark.parametrize("level", [1.0, 0.1, 2.0**-9])
def test_what_has_16_bits_stays_as_it_is(level):
    block = (on_grid(noise(10_000, level=level), 16) / 2.0**15).astype(np.float32)
    assert np.array_equal(rounded_to_16_bits(block), block)


@pytest.mark.parametrize("value", [-1.0, 1 - 2.0**-15, 1.0, 0.5, -0.5, 0.99999, -0.99999, 2.0, -7.3])
def test_extremes_keep_within_16_bits(value):
    block = np.zeros((1, 100), np.float32)
    block[0, 50] = value
    exponents, whole = scaled_to_16_bits(block)
    assert (exponents.dtype, whole.dtype) == (np.int8, np.int16)
    assert np.sign(whole[0, 50]) == np.sign(value)
    assert rounded_to_16_bits(block)[0, 50] == pytest.approx(value, rel=2.0**-15)


@pytest.mark.parametrize("first", [0, 1, ROUNDING_SAMPLES - 1, ROUNDING_SAMPLES, 2 * ROUNDING_SAMPLES + 5])
def test_any_range_comes_back_times_a_factor_in_one_rounding(first):
    block, factor = swelling(3 * ROUNDING_SAMPLES + 7, channels=1), 0.7310585
    (exponents,), (numbers,) = scaled_to_16_bits(block)
    found = np.empty(numbers.size - first, np.float32)
    from_16_bits(exponents, numbers[first:], first, factor, found)
    assert np.array_equal(found, rounded_to_16_bits(block)[0, first:] * np.float32(factor))


def test_silence_is_silence():
    assert not rounded_to_16_bits(np.zeros((2, 5000), np.float32)).any()
    assert rounded_to_16_bits(np.zeros((2, 0), np.float32)).shape == (2, 0)


def test_a_loud_channel_costs_its_neighbour_nothing():
    block = swelling(8000)
    louder = block * np.array([[1000], [1]], np.float32)
    assert np.array_equal(rounded_to_16_bits(block)[1], rounded_to_16_bits(louder)[1])


def test_blocks_are_rounded_each_by_itself():
    block = swelling(3 * ROUNDING_SAMPLES)
    parts = np.split(block, 3, axis=1)
    assert np.array_equal(
        rounded_to_16_bits(block), np.concatenate([rounded_to_16_bits(part) for part in parts], axis=1)
    )
