import numpy as np
import pytest

from podtool.audio.reshaping import speed_up, strip_silence
from podtool.audio.segment import block_from, segment_from

RATE_HZ = 8_000
HEADROOM_DB = 12.0412


def talk(pieces, channels=1, seed=0):
    """Noise and silence in turn, in seconds."""
    chance = np.random.default_rng(seed)
    parts = [
        (0.3 if turn % 2 else 0.0005) * chance.standard_normal((channels, round(seconds * RATE_HZ)))
        for turn, seconds in enumerate(pieces)
    ]
    return segment_from(np.concatenate(parts, axis=1).astype(np.float32), RATE_HZ)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(
    "settings",
    [
        {"playback_speed": 1.5, "chunk_size": 150, "crossfade": 25},
        {"playback_speed": 1.1, "chunk_size": 100, "crossfade": 5},
        {"playback_speed": 2.0, "chunk_size": 150, "crossfade": 25},
        {"playback_speed": 3.0, "chunk_size": 90, "crossfade": 40},
    ],
)
def test_speed_up_is_pydubs(settings, channels):
    segment = talk([0.1, 3.0, 0.4, 1.0], channels)
    found = block_from(speed_up(segment, settings))
    expected = block_from(segment.speedup(**settings))
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 1e-6
    assert found.shape[1] == pytest.approx(segment.frame_count() / settings["playback_speed"], rel=0.1)


def test_what_is_too_short_to_be_sped_up_stays():
    segment = talk([0.1])
    assert speed_up(segment, {"playback_speed": 1.5, "chunk_size": 150, "crossfade": 25}) == segment


@pytest.mark.parametrize(
    "pieces", [[0.5, 1, 0.7, 2, 1.5], [0, 1, 0.7, 2], [2, 0.5, 0.2, 0.5], [0, 1.5], [0.6, 2]]
)
@pytest.mark.parametrize("padding", [0, 60, 101])
def test_strip_silence_is_pydubs(pieces, padding):
    segment = talk(pieces, channels=2, seed=padding)
    found = strip_silence(segment, {"silence_len": 400, "silence_thresh": -30.0, "padding": padding})
    expected = segment.strip_silence(silence_len=400, silence_thresh=-30 - HEADROOM_DB, padding=padding)
    assert found.frame_count() == expected.frame_count()
    assert np.abs(block_from(found) - block_from(expected)).max(initial=0.0) < 1e-6


def test_nothing_is_left_of_silence():
    found = strip_silence(talk([3]), {"silence_len": 400, "silence_thresh": -30.0, "padding": 100})
    assert found.frame_count() == 0


def test_what_lasts_shorter_than_the_silence_stays():
    segment = talk([0.3])
    assert strip_silence(segment, {"silence_len": 400, "silence_thresh": -30.0, "padding": 100}) == segment


def test_a_sound_shorter_than_the_padding_joins_what_is_around_it():
    pieces = [0.6, 0.02, 0.6, 0.02, 0.6]
    found = strip_silence(talk(pieces), {"silence_len": 400, "silence_thresh": -30.0, "padding": 20})
    assert 0 < found.duration_seconds < 0.3
