import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mix_samples import noise, tone

from podtool.audio.measuring import Measurement, finite, measure_blocks
from podtool.errors import CacheError

RATE_HZ = 48_000
HOP = RATE_HZ // 10


def measured(sound, cuts=(), **options):
    return measure_blocks(np.split(sound, sorted(cuts), axis=1), RATE_HZ, **options)


def test_a_tone_whose_figures_are_known():
    """BS.1770: 997 Hz at 0 dBFS in one of two channels is -3.01 LUFS; in both it is 3.01 LU more."""
    found = measured(tone(997, 5 * RATE_HZ, RATE_HZ, level=10 ** (-20 / 20), channels=2))
    assert found.integrated_loudness_lufs == pytest.approx(-20, abs=0.05)
    assert found.true_peak_dbtp == pytest.approx(-20, abs=0.1)
    assert found.peaks[:-1] == pytest.approx(0.1, abs=1e-3)
    assert (found.samples, found.duration_s, found.channels) == (240_000, 5.0, 2)
    assert len(found.energies) == 50
    assert len(found.peaks) == 51


def test_one_channel_is_played_on_both_sides_unless_the_file_is_mono():
    sound = tone(997, 5 * RATE_HZ, RATE_HZ, level=0.1)
    both, mono = measured(sound), measured(sound, file_channels=1)
    assert both.channels == mono.channels == 1
    assert both.integrated_loudness_lufs == pytest.approx(-20, abs=0.05)
    assert mono.integrated_loudness_lufs == pytest.approx(-23.01, abs=0.05)


@pytest.mark.parametrize("length", [0, 1, RATE_HZ])
def test_silence_has_no_level(length):
    found = measured(np.zeros((2, length), np.float32))
    assert found.integrated_loudness_lufs is None
    assert found.loudness_range_lu is None
    assert found.true_peak_dbtp == -math.inf
    assert not found.peaks.any()
    assert found.samples == length


def test_no_block_at_all():
    found = measure_blocks([], RATE_HZ)
    assert (found.samples, len(found.energies), len(found.peaks)) == (0, 0, 1)
    assert found.integrated_loudness_lufs is None
    assert found.short_term_each_second() == []


def test_the_last_incomplete_hop_counts_for_peaks():
    sound = np.zeros((2, HOP + 10), np.float32)
    sound[1, -1] = -0.5
    assert measured(sound).peaks.tolist() == [0, 0.5]


@settings(max_examples=15)
@given(cuts=st.lists(st.integers(0, 25_000), max_size=8))
def test_how_it_is_cut_into_blocks_changes_no_figure(cuts):
    sound = noise(1, 25_000)
    whole, parts = measured(sound), measured(sound, cuts)
    assert parts.samples == whole.samples
    assert parts.peaks.tolist() == whole.peaks.tolist()
    assert parts.true_peak_dbtp == whole.true_peak_dbtp
    assert parts.energies == pytest.approx(whole.energies, rel=1e-4)


def test_blocks_may_be_of_one_channel_or_of_two():
    mono, stereo = noise(1, 30_000, channels=1), noise(2, 30_000)
    found = measure_blocks([mono, stereo], RATE_HZ)
    assert (found.channels, found.samples) == (2, 60_000)
    spread = measure_blocks([np.repeat(mono, 2, axis=0), stereo], RATE_HZ)
    assert found.energies == pytest.approx(spread.energies, rel=1e-4)


def test_progress_is_told_and_may_end_the_work():
    told = []

    def progress(done):
        told.append(done)
        if done > 2 * HOP:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_blocks((noise(seed, HOP) for seed in range(10)), RATE_HZ, progress=progress)
    assert told == [HOP, 2 * HOP, 3 * HOP]


def test_the_curve_for_people():
    sound = np.concatenate(
        [np.zeros((2, 4 * RATE_HZ), np.float32), tone(997, 6 * RATE_HZ, RATE_HZ, level=0.1, channels=2)],
        axis=1,
    )
    curve = measured(sound).short_term_each_second()
    assert len(curve) == 8  # 3 s wide, one a second, in 10 s
    assert curve[:2] == [None, None]
    assert curve[-1] == pytest.approx(-20, abs=0.05)


# --- In the cache ---

energies = st.lists(st.floats(0, 4, width=32), max_size=20)


@given(
    energies=energies,
    peak=st.one_of(st.just(-math.inf), st.floats(-200, 20)),
    channels=st.integers(1, 2),
    samples=st.integers(0, 10**12),
)
def test_a_measurement_comes_back_from_the_cache(energies, peak, channels, samples):
    made = Measurement(
        rate_hz=44_100,
        samples=samples,
        channels=channels,
        energies=np.array(energies, np.float32),
        peaks=np.array([*energies, 0.5], np.float32),
        true_peak_dbtp=peak,
    )
    again = Measurement.from_bytes(made.to_bytes())
    assert again.to_bytes() == made.to_bytes()
    assert (again.rate_hz, again.samples, again.channels, again.true_peak_dbtp) == (
        44_100,
        samples,
        channels,
        peak,
    )
    assert again.energies.dtype == again.peaks.dtype == np.float32
    assert (again.energies == made.energies).all()
    assert (again.peaks == made.peaks).all()


GOOD = measured(noise(1, 10_000)).to_bytes()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"{}",
        b"[]\n",
        b"1\n",
        GOOD[:-1],
        GOOD[: GOOD.index(b"\n") + 1],
        GOOD[:-4],
        GOOD + bytes(4),
        GOOD.replace(b'"hops": 2', b'"hops": 3'),
        GOOD.replace(b'"hops": 2', b'"hops": "2"'),
        GOOD.replace(b'"samples"', b'"lengths"'),
        b"\xff" + GOOD,
    ],
)
def test_other_bytes_are_no_measurement(content):
    with pytest.raises(CacheError, match="a measurement in the cache can't be read") as caught:
        Measurement.from_bytes(content)
    assert "podtool clean" in caught.value.hint


def test_finite():
    assert finite(-3.0) == -3.0
    assert finite(-math.inf) is None
