import numpy as np
import pytest
import sound_files as make
from hypothesis import given, settings
from hypothesis import strategies as st

from podtool.audio.filters import Compressor, HighPass, LowPass
from podtool.audio.segment import block_from, segment_from

RATE_HZ = 8_000
"""pydub's loops are slow: at this rate they take a tenth of the time."""


def speech(seconds=2.0, channels=2):
    """Loud and soft in turn, with an offset at the start."""
    sound = make.noise(round(seconds * RATE_HZ), channels=channels, level=0.3)
    steps = np.arange(sound.shape[1]) / RATE_HZ
    return (sound * (0.55 + 0.5 * np.sin(2 * np.pi * 1.3 * steps)) + 0.01).astype(np.float32)


def compressor(**options):
    usual = {"threshold_db": -20.0, "ratio": 4.0, "attack_ms": 5.0, "release_ms": 50.0}
    return Compressor(rate_hz=RATE_HZ, **usual | options)


# What pydub calls 0 dBFS is 12.04 dB above full scale, so its threshold is as much lower.
CASES = {
    "low pass 30 Hz": (lambda: LowPass(30.0, RATE_HZ), lambda s: s.low_pass_filter(30)),
    "low pass 3 kHz": (lambda: LowPass(3_000.0, RATE_HZ), lambda s: s.low_pass_filter(3_000)),
    "high pass 80 Hz": (lambda: HighPass(80.0, RATE_HZ), lambda s: s.high_pass_filter(80)),
    "high pass 2 kHz": (lambda: HighPass(2_000.0, RATE_HZ), lambda s: s.high_pass_filter(2_000)),
    "compressor": (compressor, lambda s: s.compress_dynamic_range(threshold=-20 - 12.0412)),
    "hard compressor": (
        lambda: compressor(threshold_db=-35.0, ratio=20.0, attack_ms=1.5, release_ms=8.0),
        lambda s: s.compress_dynamic_range(threshold=-35 - 12.0412, ratio=20.0, attack=1.5, release=8.0),
    ),
}


def in_blocks(treat, sound, sizes):
    found, position, turn = [], 0, 0
    while position < sound.shape[1]:
        size = sizes[turn % len(sizes)]
        found.append(treat(sound[:, position : position + size]))
        position, turn = position + size, turn + 1
    return np.concatenate(found, axis=1)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("channels", [1, 2])
def test_blocks_give_what_pydub_gives_of_the_whole_clip(case, channels):
    ours, pydubs = CASES[case]
    sound = speech(channels=channels)
    expected = block_from(pydubs(segment_from(sound, RATE_HZ)))
    found = in_blocks(ours(), sound, [700, 1, 2_345])
    assert np.abs(expected - sound).max() > 0.01
    assert np.abs(found - expected).max() < 2e-6


@pytest.mark.parametrize("case", CASES)
@given(sizes=st.lists(st.integers(50, 3_000), min_size=1, max_size=4))
@settings(max_examples=15, deadline=None)
def test_where_blocks_begin_changes_nothing(case, sizes):
    make_filter, _ = CASES[case]
    sound = speech(1.0)
    whole = make_filter()(sound)
    assert np.abs(in_blocks(make_filter(), sound, [1, *sizes]) - whole).max() < 1e-6


def test_the_compressor_holds_on_below_the_threshold_as_pydubs_does():
    # Half a second at -6 dBFS, then a minute at -40: the gain stays where the loud part left it.
    loud, soft = make.tone(0.5, rate_hz=RATE_HZ), make.tone(60.0, level_db=-40, rate_hz=RATE_HZ)
    found = in_blocks(compressor(), np.concatenate((loud, soft), axis=1), [RATE_HZ])
    assert np.abs(found[:, -RATE_HZ:]).max() < 0.01 * 0.5


def test_the_compressor_leaves_soft_sound_alone():
    soft = make.tone(1.0, level_db=-40, rate_hz=RATE_HZ)
    assert compressor()(soft) is soft


def test_filters_attenuate_by_6_db_per_octave():
    for make_filter, octaves_away in (
        (lambda: LowPass(200, 48_000), 3200),
        (lambda: HighPass(3200, 48_000), 200),
    ):
        passed = make_filter()(make.tone(1.0, hz=octaves_away, level_db=0))[0, 24_000:]
        assert 20 * np.log10(np.abs(passed).max()) == pytest.approx(-24, abs=1.0)
