import numpy as np
import pytest
from mix_samples import Sound, tone

from podtool.audio.lame_input import LameInput
from podtool.audio.mp3 import Mp3Settings
from podtool.errors import LoudnessError

SETTINGS = Mp3Settings(bitrate_kbps=128, channels=2, sample_rate_hz=44_100)
RESTORED = 1 / 0.95
"""What LAME takes away at 128 kbit/s."""


def fed(samples, settings=SETTINGS):
    return LameInput(programme=Sound(np.asarray(samples, np.float32)), settings=settings)


def test_it_is_rounded_to_nearest_and_as_much_louder_as_lame_turns_it_down():
    sound = tone(441, 5000, level=0.5, channels=2) * np.array([[1.0], [0.3]], np.float32)
    pcm = fed(sound).read(0, 5000)
    assert (pcm.dtype, pcm.shape, pcm.flags.c_contiguous) == (np.int16, (5000, 2), True)
    assert np.abs(pcm.T - sound.astype(np.float64) * RESTORED * 2**15).max() <= 0.5 + 1e-2


def test_one_row_goes_to_both_channels():
    pcm = fed(tone(441, 3000)).read(0, 3000)
    assert pcm.shape == (3000, 2)
    assert np.array_equal(pcm[:, 0], pcm[:, 1])


def test_silence_stays_silent():
    assert not fed(np.zeros((2, 2000))).read(0, 2000).any()


def test_the_peaks_are_those_of_the_frames():
    sound = np.random.default_rng(1).uniform(-0.5, 0.5, (2, 2 * 1152 + 100))
    pcm, peaks = fed(sound).read_with_peaks(0, sound.shape[1])
    frames = [np.abs(pcm[at : at + 1152].astype(int)).max() for at in range(0, len(pcm), 1152)]
    assert peaks == pytest.approx(frames, abs=0.51)


def test_any_partition_gives_the_same_samples():
    whole = fed(tone(523, 10_000, channels=2))
    parts = [whole.read(start, start + 1000) for start in range(0, 10_000, 1000)]
    assert np.array_equal(np.concatenate(parts), whole.read(0, 10_000))


@pytest.mark.parametrize("value", [1.0, -1.0])
def test_full_scale_is_kept_within_16_bits(value):
    settings = Mp3Settings(bitrate_kbps=320, channels=1, sample_rate_hz=44_100)
    assert fed(np.full((1, 100), value), settings).read(0, 100)[50, 0] in {32767, -32768}


@pytest.mark.parametrize("value", [0.96, -0.96, np.nan, np.inf])
def test_what_would_clip_is_refused(value):
    with pytest.raises(LoudnessError, match="it would clip"):
        fed(np.full((1, 2000), value)).read(0, 2000)
