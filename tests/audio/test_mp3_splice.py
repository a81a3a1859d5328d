import io
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import settings as examples
from hypothesis import strategies as st
from mp3_sound import frames_of, main_data_by_frame, reservoir_stream, restless_sound, side_info_of

from podtool.audio.mp3 import Mp3Settings, encode_chunk
from podtool.audio.mp3_plan import Chunk, chunks_between
from podtool.audio.mp3_splice import WINDOWS_THAT_FIT, Splicer
from podtool.errors import ToolError

KINDS = [(64, 44100, 1), (128, 48000, 2), (48, 24000, 1), (64, 22050, 2)]


def chunk(first_frame, window, *, index=1):
    return Chunk(
        index=index,
        first_frame=first_frame,
        feed_start_samples=0,
        feed_stop_samples=0,
        splice_from_frame=window.start,
        splice_to_frame=window.stop,
        is_last=bool(index),
    )


def joined(streams, chunks, settings):
    file = io.BytesIO()
    splicer = Splicer(file.write, settings)
    for stream, one in zip(streams, chunks, strict=True):
        splicer.feed(stream, one)
    stats = splicer.close()
    frames = frames_of(file.getvalue())
    assert stats.bytes == len(file.getvalue()) == sum(splicer.frame_lengths)
    assert [len(frame.data) for frame in frames] == list(splicer.frame_lengths)
    assert stats.frames == len(frames)
    return frames, stats


def assert_each_frame_is_one_of(frames, streams, chunks):
    """Side information and main data are one chunk's, unchanged; from frame to frame the same or the next."""
    parts = [main_data_by_frame(frames_of(stream)) for stream in streams]
    source, used = 0, 0
    for number, (side_info, main_data, begin, stop) in enumerate(main_data_by_frame(frames)):
        assert begin >= used, f"frame {number} overlaps what came before"
        used = stop
        while True:
            there = number - chunks[source].first_frame
            if there < len(parts[source]) and (side_info, main_data) == parts[source][there][:2]:
                break
            source += 1
            assert source < len(parts), f"frame {number} comes from nowhere"
    assert source == len(parts) - 1


@given(data=st.data(), kind=st.sampled_from(KINDS), seed=st.integers(0, 2**32))
@examples(max_examples=60, deadline=None)
def test_any_two_reservoirs_join_without_touching_a_frame(data, kind, seed):
    kbps, rate_hz, channels = kind
    settings = Mp3Settings(bitrate_kbps=kbps, channels=channels, sample_rate_hz=rate_hz)
    rng = np.random.default_rng(seed)
    mean = kbps * 125 * settings.frame_samples // rate_hz - 40
    greed = [data.draw(st.floats(0.5, 1.05)) for _ in range(2)]
    sizes = [rng.integers(0, max(1, int(2 * mean * each)), 220) for each in greed]
    streams = [
        reservoir_stream(each, kbps=kbps, rate_hz=rate_hz, channels=channels, seed=seed + nth)
        for nth, each in enumerate(sizes)
    ]
    window = range(130, data.draw(st.integers(131, 170)))
    chunks = [chunk(0, range(0), index=0), chunk(100, window)]
    try:
        frames, stats = joined(streams, chunks, settings)
    except ToolError:
        fills = [[side_info_of(frame).main_data_begin for frame in frames_of(stream)] for stream in streams]
        assert all(fills[0][number] < fills[1][number - 100] for number in window)
        reject()
    assert len(frames) == 320
    assert stats.splices == 1
    assert len({frame.header.bitrate_kbps for frame in frames}) == 1
    assert_each_frame_is_one_of(frames, streams, chunks)


def fixed_fill_stream(fill, count, seed):
    """64 kbit/s mono: regions of 187 bytes; every frame but the first begins `fill` bytes early."""
    return reservoir_stream([187 - fill, *[187] * (count - 1)], kbps=64, rate_hz=44100, channels=1, seed=seed)


MONO = Mp3Settings(bitrate_kbps=64, channels=1, sample_rate_hz=44100)


@pytest.mark.parametrize("fills", [(50, 50), (50, 20), (50, 0), (0, 0)])
def test_what_the_left_has_too_much_is_stuffed(fills):
    streams = [fixed_fill_stream(fill, 200, seed) for seed, fill in enumerate(fills)]
    chunks = [chunk(0, range(0), index=0), chunk(60, range(100, 132))]
    frames, stats = joined(streams, chunks, MONO)
    assert (stats.stuffing_bytes, stats.grown) == (fills[0] - fills[1], 0)
    assert stats.exact == (fills[0] == fills[1])
    whole = b"".join(frame.data[frame.header.main_data_start :] for frame in frames)
    unused = [whole[before[3] : after[2]] for before, after in pairwise(main_data_by_frame(frames))]
    assert b"".join(unused[1:]) == bytes(stats.stuffing_bytes)
    assert_each_frame_is_one_of(frames, streams, chunks)


@pytest.mark.parametrize("fills", [(20, 21), (0, 30), (100, 160)])
def test_what_the_left_lacks_comes_from_padding_bytes(fills):
    streams = [fixed_fill_stream(fill, 220, seed) for seed, fill in enumerate(fills)]
    chunks = [chunk(0, range(0), index=0), chunk(60, range(130, 162))]
    frames, stats = joined(streams, chunks, MONO)
    assert (stats.stuffing_bytes, stats.grown) == (0, fills[1] - fills[0])
    assert sum(frame.header.padding for frame in frames) == stats.grown
    assert {frame.header.bitrate_kbps for frame in frames} == {64}
    assert_each_frame_is_one_of(frames, streams, chunks)


def test_streams_that_fit_nowhere_are_an_error():
    streams = [fixed_fill_stream(fill, 200, seed) for seed, fill in enumerate((0, 186))]
    with pytest.raises(ToolError, match="frames 100 to 132"):
        joined(streams, [chunk(0, range(0), index=0), chunk(60, range(100, 132))], MONO)


@pytest.mark.parametrize("data", [b"", b"no frames here", fixed_fill_stream(0, 3, 1)[:-180] + bytes(180)])
def test_a_broken_stream_is_the_encoders_fault(data):
    splicer = Splicer(io.BytesIO().write, MONO)
    if len(data) > 100:
        data += bytes(100)
    with pytest.raises(ToolError, match="broken stream in chunk 0"):
        splicer.feed(data, chunk(0, range(0), index=0))


def test_another_format_than_asked_for_is_the_encoders_fault():
    settings = Mp3Settings(bitrate_kbps=64, channels=2, sample_rate_hz=44100)
    with pytest.raises(ToolError, match="44100 Hz with 1 channels"):
        Splicer(io.BytesIO().write, settings).feed(fixed_fill_stream(0, 3, 1), chunk(0, range(0), index=0))


def fits(before, after):
    """A start (1) or short (2) window is followed by a short or a stop (3) one, and only these are.

    Start and stop would fit each other too, but the standard's state machine has a short window between them.
    """
    return (before in (1, 2)) == (after in (2, 3)) and (before, after) != (1, 3)


def test_windows_follow_each_other_as_the_standard_has_it():
    assert {(a, b) for a in range(4) for b in range(4) if fits(a, b)} == WINDOWS_THAT_FIT


LAME_KINDS = [
    Mp3Settings(bitrate_kbps=128, channels=2, sample_rate_hz=44100, quality=7),
    Mp3Settings(bitrate_kbps=40, channels=1, sample_rate_hz=32000, quality=7),
    Mp3Settings(bitrate_kbps=320, channels=1, sample_rate_hz=48000, quality=7),
    Mp3Settings(bitrate_kbps=0, channels=2, sample_rate_hz=48000, quality=7, vbr=4),
    Mp3Settings(bitrate_kbps=16, channels=1, sample_rate_hz=24000, quality=7),
    Mp3Settings(bitrate_kbps=64, channels=2, sample_rate_hz=22050, quality=7),
    Mp3Settings(bitrate_kbps=0, channels=1, sample_rate_hz=16000, quality=7, vbr=7),
]


@pytest.mark.parametrize("settings", LAME_KINDS, ids=str)
@given(lengths=st.lists(st.integers(96, 160), min_size=2, max_size=4))
@examples(max_examples=3, deadline=None)
def test_any_chunking_of_real_sound_joins(settings, lengths):
    starts = np.cumsum([0, *lengths[:-1]]).tolist()
    pcm = restless_sound(
        sum(lengths) * settings.frame_samples + 333, settings.channels, settings.sample_rate_hz
    )
    chunks = chunks_between(starts, len(pcm), settings)
    streams = [
        encode_chunk(pcm[one.feed_start_samples : one.feed_stop_samples], one, settings) for one in chunks
    ]
    whole = [stream[: sum(len(frame.data) for frame in whole_frames(stream))] for stream in streams]
    frames, stats = joined(streams, chunks, settings)
    assert stats.splices == len(lengths) - 1
    assert_each_frame_is_one_of(frames, whole, chunks)
    assert side_info_of(frames[0]).main_data_begin == 0
    windows = [side_info_of(frame).block_types() for frame in frames]
    for channel in range(settings.channels):
        sequence = [block for types in windows for block in types[channel :: settings.channels]]
        assert all(fits(before, after) for before, after in pairwise(sequence))


def whole_frames(stream):
    """LAME's output ends amid a frame where it was not flushed."""
    from podtool.audio.mp3_probe import Frame, iter_frames

    return [part for part in iter_frames(io.BytesIO(stream)) if isinstance(part, Frame)]
