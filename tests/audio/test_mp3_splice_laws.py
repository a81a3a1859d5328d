"""What holds of every joined MP3, wherever its chunks begin: checked on the bytes, by the standard."""

import io
from functools import cache
from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from mp3_sound import decoded, frames_of, main_data_by_frame, restless_sound, side_info_of

from podtool.audio.mp3 import ChunkEncoder, Mp3Settings, join_mp3
from podtool.audio.mp3_info import LAME, TOC_ENTRIES, XING, parse_info_frame
from podtool.audio.mp3_plan import ENCODER_DELAY_SAMPLES, SHORTEST_CHUNK_FRAMES, chunks_between

RATES_HZ = (22050, 24000, 32000, 44100, 48000)
MOST_FRAMES = 3 * (SHORTEST_CHUNK_FRAMES + 60) + 1
TOC_STEPS = 256
NEAR = 0.01
"""Of the duration: how far a seek may land from where it should; a player begins with a whole frame."""

KINDS = [
    Mp3Settings(bitrate_kbps=kbps, channels=channels, sample_rate_hz=rate_hz, quality=7, vbr=vbr)
    for rate_hz in RATES_HZ
    for channels in (1, 2)
    for kbps, vbr in ((32 * channels, None), (0, 4))
]
LONG_KINDS = [
    Mp3Settings(bitrate_kbps=64, channels=1, sample_rate_hz=44100, quality=7),
    Mp3Settings(bitrate_kbps=0, channels=1, sample_rate_hz=24000, quality=7, vbr=4),
]
LENGTHS = st.lists(st.integers(SHORTEST_CHUNK_FRAMES, SHORTEST_CHUNK_FRAMES + 60), min_size=2, max_size=3)
"""Frames of each chunk."""


@cache
def sound(settings, frames=MOST_FRAMES):
    """Enough for every example of this kind."""
    return restless_sound(frames * settings.frame_samples, settings.channels, settings.sample_rate_hz)


def encoded(pcm, chunk, settings):
    encoder = ChunkEncoder(chunk, settings)
    encoder.feed(pcm[chunk.feed_start_samples : chunk.feed_stop_samples])
    return encoder.finish()


def joined(pcm, lengths, settings):
    """An MP3 of chunks of so many frames, and what was told of it."""
    starts = list(accumulate(lengths[:-1], initial=0))
    chunks = chunks_between(starts, len(pcm), settings)
    file = io.BytesIO()
    stats = join_mp3(file, len(pcm), ((chunk, encoded(pcm, chunk, settings)) for chunk in chunks), settings)
    return file.getvalue(), stats


def assert_main_data_is_apart(frames):
    """ISO 11172-3, 2.4.2.7: a frame's main data lies in what was written, after that of the one before."""
    assert side_info_of(frames[0]).main_data_begin == 0
    positions = [(begin, stop) for _, _, begin, stop in main_data_by_frame(frames)]
    assert all(begin >= 0 for begin, _ in positions)
    assert all(stop <= begin for (_, stop), (begin, _) in pairwise(positions))


def slow_crc(data):
    """CRC-16 (ARC), a byte at a time and by a table of its own."""
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ CRC_OF_BYTE[(crc ^ byte) & 0xFF]
    return crc


def crc_of_byte(byte):
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


CRC_OF_BYTE = [crc_of_byte(byte) for byte in range(256)]


def assert_tag_is_right(mp3, frames, settings, samples):
    info, *music = frames
    tag = parse_info_frame(info.data)
    assert tag.is_vbr == (settings.vbr is not None)
    assert (tag.frames, tag.bytes) == (len(music), len(mp3))
    assert tag.music_crc == slow_crc(mp3[len(info.data) :])
    crc_at = info.header.main_data_start + XING.size + LAME.size
    assert int.from_bytes(info.data[crc_at : crc_at + 2], "big") == slow_crc(info.data[:crc_at])
    assert tag.delay_samples == ENCODER_DELAY_SAMPLES
    held = tag.frames * settings.frame_samples
    assert held - tag.delay_samples - tag.padding_samples == samples


def assert_seeks_land_near(mp3, frames, *, spare_frames):
    """A player seeks to entry/256 of the bytes and plays the frame found there: the right time, nearly."""
    starts = np.array([frame.offset for frame in frames[1:]])
    for percent, entry in enumerate(parse_info_frame(frames[0].data).toc):
        target = entry * len(mp3) / TOC_STEPS
        landed = max(0, int(np.searchsorted(starts, target, side="right")) - 1)
        late = abs(landed - len(starts) * percent / TOC_ENTRIES)
        assert late <= NEAR * len(starts) + spare_frames, f"seeking to {percent} %"


def assert_seeks_are_as_near_as_bytes_allow(mp3, frames):
    """Never after the frame that is right, and less than a 256th of the bytes before it.

    In a short file of variable bit rate so many bytes of a quiet passage last longer than a hundredth.
    """
    music = frames[1:]
    for percent, entry in enumerate(parse_info_frame(frames[0].data).toc):
        right = music[len(music) * percent // TOC_ENTRIES].offset
        assert 0 <= right * TOC_STEPS - entry * len(mp3) < len(mp3), f"seeking to {percent} %"


@pytest.mark.parametrize("settings", KINDS, ids=str)
@given(lengths=LENGTHS, rest=st.integers(0, 1151))
@examples(max_examples=2)
def test_any_chunks_make_a_lawful_file(settings, lengths, rest):
    pcm = sound(settings)[: sum(lengths) * settings.frame_samples + rest % settings.frame_samples]
    mp3, stats = joined(pcm, lengths, settings)
    frames = frames_of(mp3)
    assert stats.splices == len(lengths) - 1
    assert_main_data_is_apart(frames[1:])
    assert_tag_is_right(mp3, frames, settings, len(pcm))
    assert_seeks_are_as_near_as_bytes_allow(mp3, frames)
    if settings.vbr is None:
        assert_seeks_land_near(mp3, frames, spare_frames=1)  # in so few frames, one is half a percent
    assert len(decoded(mp3)) == len(pcm)


@pytest.mark.parametrize("settings", LONG_KINDS, ids=str)
def test_a_seek_in_a_longer_file_lands_within_a_hundredth(settings):
    lengths = [300, 217, 96, 400]
    mp3, _ = joined(sound(settings, sum(lengths)), lengths, settings)
    assert_seeks_land_near(mp3, frames_of(mp3), spare_frames=0)


NEARLY_SILENT = [
    Mp3Settings(bitrate_kbps=kbps, channels=channels, sample_rate_hz=rate_hz, quality=7, vbr=vbr)
    for rate_hz, channels, kbps, vbr in (
        (16000, 2, 0, 9),
        (22050, 2, 0, 9),
        (24000, 2, 0, 6),
        (24000, 1, 8, None),
        (44100, 2, 0, 9),
        (44100, 1, 32, None),
    )
]


@pytest.mark.parametrize("settings", NEARLY_SILENT, ids=str)
def test_near_silence_can_be_joined(settings):
    """In frames of a few bytes the reservoir reaches back over dozens of them, LAME holds as many back."""
    total = 5 * SHORTEST_CHUNK_FRAMES * settings.frame_samples + 77
    noise = np.random.default_rng(3).standard_normal((total, settings.channels))
    loud = np.zeros((total, 1))
    loud[total // 3 : total // 3 + 3000] = loud[-40_000:-38_000] = 0.3
    pcm = ((noise * (loud + 1e-5)) * 32_767).astype(np.int16)
    data, stats = joined(pcm, [SHORTEST_CHUNK_FRAMES] * 5, settings)
    assert stats.splices == 4
    frames = frames_of(data)[1:]
    assert_main_data_is_apart(frames)
    assert len(decoded(data)) == total
    starts = range(0, 5 * SHORTEST_CHUNK_FRAMES, SHORTEST_CHUNK_FRAMES)
    chunks = chunks_between(starts, total, settings)
    known = {}
    for chunk in chunks:
        made = main_data_by_frame(frames_of(encoded(pcm, chunk, settings)))
        for number, (_, main_data, *_) in enumerate(made, chunk.first_frame):
            known.setdefault(number, []).append(main_data)
    for number, (_, main_data, *_) in enumerate(main_data_by_frame(frames)):
        assert main_data in known[number], number
