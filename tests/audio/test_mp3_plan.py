import io
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mp3_sound import decoded

from podtool.audio.mp3 import Mp3Settings, write_mp3
from podtool.audio.mp3_frames import BITRATES_KBPS, MPEG_1
from podtool.audio.mp3_plan import (
    CHUNK_FRAMES,
    SHORTEST_CHUNK_FRAMES,
    TAIL_FRAMES,
    chunks_between,
    frame_count,
    input_gain_db,
    lead_frames,
    plan_chunks,
)

STEREO = Mp3Settings(bitrate_kbps=128, channels=2, sample_rate_hz=44100)
HALF_RATE = Mp3Settings(bitrate_kbps=48, channels=1, sample_rate_hz=22050)


@given(st.integers(1, 6 * CHUNK_FRAMES * STEREO.frame_samples), st.sampled_from([STEREO, HALF_RATE]))
def test_chunks_cover_the_sound_and_overlap_where_they_are_joined(total, settings):
    chunks = plan_chunks(total, settings)
    size = settings.frame_samples
    assert chunks[0].feed_start_samples == chunks[0].splice_from_frame == chunks[0].splice_to_frame == 0
    assert chunks[-1].feed_stop_samples == total
    assert [chunk.is_last for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    for left, right in pairwise(chunks):
        assert right.feed_start_samples == right.first_frame * size
        assert right.splice_from_frame - right.first_frame >= lead_frames(settings)
        assert right.splice_to_frame - right.splice_from_frame == TAIL_FRAMES
        assert left.feed_stop_samples >= right.splice_to_frame * size
        assert right.feed_stop_samples - right.splice_to_frame * size >= 64 * size
        assert right.splice_from_frame - left.splice_from_frame >= SHORTEST_CHUNK_FRAMES


def test_short_files_are_one_chunk():
    chunk = CHUNK_FRAMES * STEREO.frame_samples
    assert len(plan_chunks(chunk, STEREO)) == 1
    assert len(plan_chunks(chunk + chunk // 4 - 1, STEREO)) == 1
    assert len(plan_chunks(chunk + chunk // 4, STEREO)) == 2
    assert len(plan_chunks(2 * chunk, STEREO)) == 2


def test_every_chunk_pads_alike():
    """44.1 and 22.05 kHz pad in a pattern of 49 frames."""
    assert CHUNK_FRAMES % 49 == 0


def test_small_frames_need_a_longer_lead():
    assert lead_frames(STEREO) == 24
    assert lead_frames(Mp3Settings(bitrate_kbps=32, channels=1, sample_rate_hz=44100)) > 60


@pytest.mark.parametrize("starts", [[1, 300], [0, 50], [0, 300, 310], [0, 900]])
def test_chunks_too_close_to_each_other_are_refused(starts):
    with pytest.raises(ValueError, match="begin at 0"):
        chunks_between(starts, 950 * 1152, STEREO)


def test_nothing_is_not_encoded():
    with pytest.raises(ValueError, match="no sound"):
        plan_chunks(0, STEREO)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"sample_rate_hz": 11025}, "11025 Hz"),
        ({"sample_rate_hz": 96000}, "96000 Hz"),
        ({"channels": 3}, "3 channels"),
        ({"channels": 0}, "0 channels"),
        ({"bitrate_kbps": 144}, "take one of 32"),
        ({"bitrate_kbps": 320, "sample_rate_hz": 24000}, "take one of 16"),
        ({"bitrate_kbps": 8, "sample_rate_hz": 24000}, "no 8 kbit/s"),
        ({"quality": 10}, "0 to 9"),
        ({"vbr": -1}, "0 to 9"),
    ],
)
def test_mp3s_that_cannot_be_are_refused(change, match):
    with pytest.raises(ValueError, match=match):
        Mp3Settings(**{"bitrate_kbps": 128, "channels": 2, "sample_rate_hz": 44100} | change)


def encoded(pcm, settings):
    file = io.BytesIO()
    stats = write_mp3(file, len(pcm), lambda start, stop: pcm[start:stop], settings)
    return file.getvalue(), stats


@pytest.mark.parametrize(
    ("rate_hz", "total"),
    [
        *((44100, total) for total in (1, 575, 576, 577, 1151, 1152, 1153, 1728, 1729, 5000)),
        # Of fewer than 47 samples in frames of 576, FFmpeg (not mpg123) plays some of the padding.
        *((16000, total) for total in (47, 575, 576, 577, 1151, 1152, 1153, 5000)),
    ],
)
def test_the_encoder_makes_the_frames_that_are_counted_on(rate_hz, total):
    settings = Mp3Settings(bitrate_kbps=64, channels=1, sample_rate_hz=rate_hz, quality=7)
    mp3, stats = encoded(np.zeros((total, 1), np.int16), settings)
    assert stats.frames == frame_count(total, settings)
    assert len(decoded(mp3)) == total


@pytest.mark.parametrize(
    "settings",
    [
        *(
            Mp3Settings(bitrate_kbps=kbps, channels=1, sample_rate_hz=44100, quality=7)
            for kbps in BITRATES_KBPS[MPEG_1]
        ),
        Mp3Settings(bitrate_kbps=128, channels=2, sample_rate_hz=48000, quality=2),
        Mp3Settings(bitrate_kbps=192, channels=2, sample_rate_hz=32000, quality=5),
        Mp3Settings(bitrate_kbps=64, channels=2, sample_rate_hz=22050, quality=5),
        Mp3Settings(bitrate_kbps=160, channels=1, sample_rate_hz=24000, quality=5),
        Mp3Settings(bitrate_kbps=0, channels=2, sample_rate_hz=44100, vbr=2),
        Mp3Settings(bitrate_kbps=0, channels=1, sample_rate_hz=16000, vbr=4),
    ],
    ids=lambda settings: (
        f"{settings.sample_rate_hz}-{settings.channels}-{settings.bitrate_kbps}-V{settings.vbr}"
    ),
)
def test_what_lame_does_to_the_level_is_known(settings):
    rate = settings.sample_rate_hz
    tone = 12_000 * np.sin(2 * np.pi * 997 / rate * np.arange(rate))
    mp3, _ = encoded(np.repeat(tone[:, None], settings.channels, axis=1).astype(np.int16), settings)
    middle = decoded(mp3)[rate // 4 : -rate // 4]
    level_db = 20 * np.log10(np.sqrt(np.mean(middle.astype(np.float64) ** 2)) * 32768 / 12_000 * np.sqrt(2))
    assert level_db == pytest.approx(input_gain_db(settings), abs=0.03)
