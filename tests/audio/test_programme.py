import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mix_samples import Sound, noise, read_in_pieces, tone

from podtool.audio.limiter import LEAD
from podtool.audio.mastering import linear_gain
from podtool.audio.programme import BLOCK_S, Mastered, blocks_of, resample_programme
from podtool.audio.true_peak import TruePeakMeter

LENGTH = 12_000
LOUD = Sound(np.repeat(np.float32([0.05, 0.9, 0.2, 1.4]), LENGTH // 4) * noise(7, LENGTH, level=0.5))


def dbtp(sound, rate_hz=44_100):
    meter = TruePeakMeter(rate_hz)
    meter.push(sound)
    return meter.dbtp


# --- Mastered ---


@pytest.mark.parametrize("ceiling", [-2.1, None])
@settings(max_examples=25)
@given(cuts=st.lists(st.integers(0, LENGTH), max_size=6))
def test_any_partition_gives_the_same_bits(ceiling, cuts):
    mastered = Mastered(source=LOUD, gain_db=3.7, ceiling_dbtp=ceiling)
    whole = mastered.read(0, LENGTH)
    assert whole.shape == (2, LENGTH)
    assert read_in_pieces(mastered, cuts).tobytes() == whole.tobytes()


def test_the_gain_is_one_and_fixed():
    mastered = Mastered(source=LOUD, gain_db=-6.0, ceiling_dbtp=None)
    assert (mastered.read(0, LENGTH) == LOUD.samples * np.float32(linear_gain(-6.0))).all()
    assert (mastered.rate_hz, mastered.length, mastered.channels) == (44_100, LENGTH, 2)


def test_the_limiter_touches_only_what_is_too_loud():
    quiet = Sound(noise(1, 4000, level=0.01))
    mastered = Mastered(source=quiet, gain_db=6.0, ceiling_dbtp=-1.0)
    assert (mastered.read(0, 4000) == quiet.samples * np.float32(linear_gain(6.0))).all()


@pytest.mark.parametrize("gain", [0.0, 6.0, 12.0])
def test_no_peak_is_above_the_ceiling(gain):
    mastered = Mastered(source=LOUD, gain_db=gain, ceiling_dbtp=-2.1)
    assert dbtp(mastered.read(0, LENGTH)) <= -2.1 + 0.05
    assert dbtp(np.concatenate(list(blocks_of(mastered)), axis=1)) <= -2.1 + 0.05


def test_beyond_the_ends_there_is_silence():
    mastered = Mastered(source=LOUD, gain_db=6.0, ceiling_dbtp=-2.1)
    around = mastered.read(-LEAD, LENGTH + 100)
    assert not around[:, :LEAD].any()
    assert not around[:, LEAD + LENGTH :].any()
    assert around[:, LEAD : LEAD + LENGTH].tobytes() == mastered.read(0, LENGTH).tobytes()


def test_one_channel_stays_one():
    mastered = Mastered(source=Sound(noise(1, 1000, channels=1, level=0.8)), gain_db=6.0, ceiling_dbtp=-1.0)
    assert mastered.read(0, 1000).shape == (1, 1000)


# --- Blocks ---


@pytest.mark.parametrize("length", [0, 1, 999, 1000, 1001, 2500])
def test_blocks_are_the_whole_programme(length):
    rate_hz = 1000 // BLOCK_S
    sound = Sound(noise(1, length), rate_hz)
    blocks = list(blocks_of(sound))
    assert all(block.shape[1] == 1000 for block in blocks[:-1])
    assert sum(block.shape[1] for block in blocks) == length
    assert not blocks or (np.concatenate(blocks, axis=1) == sound.samples).all()


# --- Resampled ---


def residue_db(signal, hz, rate_hz):
    """Everything that is not the tone, against the tone, in dB: THD+N by least squares."""
    t = np.arange(signal.size) * (2 * np.pi * hz / rate_hz)
    basis = np.stack([np.sin(t), np.cos(t)], axis=1)
    weights, *_ = np.linalg.lstsq(basis, signal, rcond=None)
    fitted = basis @ weights
    return 20 * math.log10(np.std(signal - fitted) / np.std(fitted))


@pytest.mark.parametrize(("from_hz", "to_hz"), [(44_100, 48_000), (48_000, 44_100)])
def test_a_tone_stays_a_tone(tmp_path, from_hz, to_hz):
    resampled = resample_programme(
        Sound(tone(10_000, 3 * from_hz, from_hz, channels=2), from_hz), to_hz, tmp_path
    )
    middle = resampled.read(to_hz // 2, to_hz // 2 + to_hz).astype(np.float64)
    resampled.scratch.close()
    assert residue_db(middle[0], 10_000, to_hz) < -85
    assert len(middle) == 1  # both channels are the same, so one row stands for both


@pytest.mark.parametrize(("length", "channels"), [(0, 1), (1, 2), (44_099, 1), (500_001, 2)])
def test_as_long_as_before(tmp_path, length, channels):
    sound = Sound(noise(1, length, channels=channels), 44_100)
    resampled = resample_programme(sound, 48_000, tmp_path)
    assert (resampled.rate_hz, resampled.channels) == (48_000, channels)
    assert resampled.length == round(length * 48_000 / 44_100)
    assert abs(resampled.scratch.length - resampled.length) <= 1
    assert resampled.read(-10, resampled.length + 10).shape == (channels, resampled.length + 20)
    resampled.scratch.close()


def test_it_begins_when_it_began(tmp_path):
    sound = np.zeros((1, 44_100), np.float32)
    sound[0, 22_050] = 1.0
    resampled = resample_programme(Sound(sound), 48_000, tmp_path)
    assert np.abs(resampled.read(0, resampled.length)).argmax() == 24_000
    resampled.scratch.close()


@settings(max_examples=15)
@given(cuts=st.lists(st.integers(0, 13_061), max_size=5))
def test_any_partition_of_the_resampled_too(tmp_path_factory, cuts):
    resampled = resample_programme(LOUD, 48_000, tmp_path_factory.mktemp("work"))
    try:
        assert resampled.length == 13_061
        mastered = Mastered(source=resampled, gain_db=3.0, ceiling_dbtp=-1.0)
        assert read_in_pieces(mastered, cuts).tobytes() == mastered.read(0, 13_061).tobytes()
    finally:
        resampled.scratch.close()


def test_nothing_is_left_on_the_disk(tmp_path):
    resample_programme(LOUD, 48_000, tmp_path).scratch.close()
    assert list(tmp_path.iterdir()) == []
