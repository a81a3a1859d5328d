import io
from array import array
from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mp3_sound import frames_of, restless_sound

from podtool.audio.mp3 import Mp3Settings, write_mp3
from podtool.audio.mp3_crc import Crc16, crc16
from podtool.audio.mp3_frames import BITRATES_KBPS, VERSION_OF_RATE, parse_header
from podtool.audio.mp3_info import (
    LAME,
    XING,
    info_frame,
    info_frame_bytes,
    parse_info_frame,
    seek_table,
)
from podtool.audio.mp3_splice import SpliceStats


def crc16_bit_by_bit(data):
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def test_the_crc_has_the_check_value_of_its_kind():
    assert crc16(b"123456789") == 0xBB3D


@given(st.integers(0, 200_000), st.lists(st.integers(0, 200_000), max_size=4), st.integers(0, 2**32))
def test_the_crc_of_a_whole_is_that_of_its_parts(size, cuts, seed):
    data = np.random.default_rng(seed).bytes(size)
    crc = Crc16()
    for start, stop in pairwise([0, *sorted(cut for cut in cuts if cut < size), size]):
        crc.update(memoryview(data)[start:stop])
    assert crc.value == crc16(data)


@pytest.mark.parametrize(
    "size", [0, 1, 2, 2047, 2048, 2049, *(2 * 32767 + more for more in (-1, 0, 1, 2)), 5 * 32767, 200_001]
)
def test_the_crc_is_the_slow_one(size):
    data = np.random.default_rng(size).bytes(size)
    assert crc16(data) == crc16_bit_by_bit(data)


# What LAME 3.100 itself wrote for a second of noise: tag, quality, method, lowpass, psychoacoustics, bit
# rate, delay and padding, misc, preset; by (rate, channels, kbit/s, V, q).
BY_LAME = {
    (44100, 2, 128, None, 5): (b"Info", 55, 1, 170, 20, 128, "24057c", 78, 128),
    (44100, 1, 96, None, 2): (b"Info", 58, 1, 205, 20, 96, "24057c", 66, 96),
    (48000, 2, 320, None, 7): (b"Info", 53, 1, 205, 52, 255, "2403c0", 140, 320),
    (48000, 1, 64, None, 3): (b"Info", 57, 1, 165, 20, 64, "2403c0", 130, 64),
    (32000, 2, 160, None, 5): (b"Info", 55, 1, 160, 52, 160, "240340", 46, 160),
    (22050, 2, 64, None, 5): (b"Info", 55, 1, 110, 20, 64, "2403de", 46, 64),
    (24000, 1, 160, None, 5): (b"Info", 55, 1, 120, 20, 160, "240300", 34, 160),
    (16000, 1, 64, None, 9): (b"Info", 51, 1, 80, 20, 64, "2402c0", 32, 64),
    (44100, 2, 0, 0, 5): (b"Xing", 95, 4, 221, 53, 32, "24057c", 77, 500),
    (44100, 2, 0, 2, 5): (b"Xing", 75, 4, 185, 53, 32, "24057c", 77, 480),
    (48000, 1, 0, 4, 5): (b"Xing", 55, 4, 175, 21, 32, "2403c0", 129, 460),
    (44100, 2, 0, 8, 5): (b"Xing", 15, 4, 152, 21, 32, "24057c", 77, 420),
    (24000, 2, 0, 9, 7): (b"Xing", 3, 4, 72, 21, 8, "240300", 44, 410),
}


def encoded(settings, count):
    pcm = restless_sound(count, settings.channels, settings.sample_rate_hz)
    file = io.BytesIO()
    write_mp3(file, count, lambda start, stop: pcm[start:stop], settings)
    return file.getvalue()


@pytest.mark.parametrize("kind", BY_LAME, ids=str)
def test_the_tag_says_what_lame_says(kind):
    rate_hz, channels, kbps, vbr, quality = kind
    settings = Mp3Settings(
        bitrate_kbps=kbps, channels=channels, sample_rate_hz=rate_hz, quality=quality, vbr=vbr
    )
    mp3 = encoded(settings, rate_hz)
    at = parse_header(mp3[:4]).main_data_start
    tag, flags, frames, size, _toc, tag_quality = XING.unpack_from(mp3, at)
    encoder, method, lowpass, *gains, psy, rate, ends, misc, gain, preset, length, music = LAME.unpack_from(
        mp3, at + XING.size
    )
    assert (tag, tag_quality, method, lowpass, psy, rate, ends.hex(), misc, preset) == BY_LAME[kind]
    assert encoder == b"LAME3.100"
    assert flags == 0b1111
    assert (frames, size, length) == (len(frames_of(mp3)) - 1, len(mp3), len(mp3))
    assert (*gains, gain) == (0, 0, 0, 0)
    info_end = info_frame_bytes(settings)
    assert music == crc16_bit_by_bit(mp3[info_end:])
    assert int.from_bytes(mp3[at + XING.size + LAME.size :][:2], "big") == crc16_bit_by_bit(
        mp3[: at + XING.size + LAME.size]
    )


@pytest.mark.parametrize("rate_hz", [16000, 22050, 24000, 32000, 44100, 48000])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_setting_has_room_for_the_tag(rate_hz, channels):
    stats = SpliceStats(frames=3, bytes=1000, splices=0, exact=0, stuffing_bytes=0, grown=0)
    for kbps in [rate for rate in BITRATES_KBPS[VERSION_OF_RATE[rate_hz]] if rate >= 8 * channels]:
        settings = Mp3Settings(bitrate_kbps=kbps, channels=channels, sample_rate_hz=rate_hz)
        frame = info_frame(settings, stats, total_samples=577, toc=bytes(100), music_crc=7)
        header, tag = parse_header(frame[:4]), parse_info_frame(frame)
        assert len(frame) == header.length_bytes == info_frame_bytes(settings)
        assert (header.sample_rate_hz, header.channels) == (rate_hz, channels)
        assert (tag.frames, tag.bytes, tag.music_crc, tag.crc_is_right) == (3, 1000 + len(frame), 7, True)
        assert (tag.delay_samples, tag.padding_samples) == (576, 3 * settings.frame_samples - 576 - 577)


def test_more_samples_than_the_frames_hold_are_refused():
    settings = Mp3Settings(bitrate_kbps=128, channels=2, sample_rate_hz=44100)
    stats = SpliceStats(frames=3, bytes=1000, splices=0, exact=0, stuffing_bytes=0, grown=0)
    for samples in (3 * 1152 - 575, -2000):
        with pytest.raises(ValueError, match="3 frames can't hold"):
            info_frame(settings, stats, total_samples=samples, toc=bytes(100), music_crc=0)


@given(st.lists(st.integers(24, 1441), min_size=1, max_size=400), st.integers(100, 500))
def test_seeking_by_the_table_lands_where_it_says(lengths, info_bytes):
    toc = seek_table(array("H", lengths), info_bytes)
    starts = list(accumulate(lengths, initial=info_bytes))
    for percent, entry in enumerate(toc):
        there = starts[len(lengths) * percent // 100]
        assert entry == there * 256 // starts[-1] < 256
    assert list(toc) == sorted(toc)


def test_seeking_in_a_variable_bit_rate_finds_the_sound():
    """Loud noise first, silence after: half of the time is nowhere near half of the bytes."""
    settings = Mp3Settings(bitrate_kbps=0, channels=1, sample_rate_hz=44100, quality=7, vbr=4)
    pcm = np.zeros((30 * 44100, 1), np.int16)
    pcm[: 10 * 44100] = np.random.default_rng(1).integers(-9000, 9000, (10 * 44100, 1))
    file = io.BytesIO()
    write_mp3(file, len(pcm), lambda start, stop: pcm[start:stop], settings)
    frames = frames_of(file.getvalue())
    toc, total = parse_info_frame(frames[0].data).toc, len(file.getvalue())
    assert toc[50] > 170
    for percent in range(0, 100, 7):
        target = toc[percent] * total // 256
        found = next(number for number, frame in enumerate(frames[1:]) if frame.offset >= target)
        ideal = len(frames[1:]) * percent // 100
        # One 256th of the bytes is as near as the table can get.
        assert 0 <= frames[1 + ideal].offset - target <= total / 256
        assert found <= ideal
