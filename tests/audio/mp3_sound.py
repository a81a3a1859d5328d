"""Sound and streams for the MP3 tests."""

import io
from functools import cache

import av
import numpy as np

from podtool.audio.mp3_frames import (
    HEADER_BYTES,
    PART2_3_LENGTH_BITS,
    SIDE_INFO,
    SideInfoReader,
    format_header,
    parse_header,
)
from podtool.audio.mp3_probe import Frame, iter_frames


@cache
def restless_sound(count, channels=1, rate_hz=44100, seed=1):
    """Tones that come and go, noise and clicks: fills and empties the reservoir and asks for short blocks."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(count) / rate_hz
    tones = sum(np.sin(2 * np.pi * (110 * k * time_s + 3 * np.sin(time_s))) / k for k in (1, 2, 3, 7, 19))
    pcm = 0.15 * tones[:, None] * (np.sin(2 * np.pi * 1.7 * time_s) > -0.4)[:, None]
    pcm = pcm + 0.03 * rng.standard_normal((count, channels)) * (np.sin(time_s) > 0)[:, None]
    for click in rng.integers(0, max(1, count - 50), count // 12_000):
        pcm[click : click + 50] += 0.6 * rng.standard_normal((len(pcm[click : click + 50]), 1))
    return (np.clip(pcm, -1, 1) * 32_000).astype(np.int16)


def decoded(mp3):
    """What PyAV makes of `mp3` (bytes): float32, shape (n, channels), encoder's delay and padding trimmed."""
    with av.open(io.BytesIO(mp3)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1).T


def frames_of(stream):
    """Every frame of a gapless stream."""
    parts = list(iter_frames(io.BytesIO(stream)))
    assert all(isinstance(part, Frame) for part in parts)
    return parts


def side_info_of(frame):
    return SideInfoReader(
        frame.header.side_info, frame.data[frame.header.side_info_start : frame.header.main_data_start]
    )


def main_data_by_frame(frames):
    """(side information without main_data_begin, main data, where it begins, where it stops) of each frame.

    Main data positions count from the first frame's own region.
    """
    whole = b"".join(frame.data[frame.header.main_data_start :] for frame in frames)
    found, written = [], 0
    for frame in frames:
        header, side_info = frame.header, side_info_of(frame)
        begin = written - side_info.main_data_begin
        stop = begin + (side_info.main_data_bits() + 7) // 8
        rest_bits = 8 * header.side_info.size_bytes - header.side_info.main_data_begin_bits
        fields = int.from_bytes(frame.data[header.side_info_start : header.main_data_start], "big")
        written += len(frame.data) - header.main_data_start
        assert stop <= written
        found.append((fields % (1 << rest_bits), whole[max(0, begin) : stop], begin, stop))
    return found


def reservoir_stream(sizes, *, kbps, rate_hz, channels, seed):
    """Frames of random main data of the given sizes in bytes, each as early in the reservoir as it may be."""
    word = format_header(bitrate_kbps=kbps, sample_rate_hz=rate_hz, channels=channels)
    header, layout = parse_header(word), SIDE_INFO[rate_hz < 32_000, channels]
    region = header.length_bytes - HEADER_BYTES - layout.size_bytes
    main_data, side_infos, used = bytearray(region * len(sizes)), [], 0
    rng = np.random.default_rng(seed)
    for index, wanted in enumerate(map(int, sizes)):
        begin = max(used, index * region - layout.largest_main_data_begin)
        size = min(wanted, (index + 1) * region - begin, (1 << PART2_3_LENGTH_BITS) // 8 - 1)
        main_data[begin : begin + size] = rng.bytes(size)
        used = begin + size
        fields = (index * region - begin) << (8 * layout.size_bytes - layout.main_data_begin_bits)
        fields |= 8 * size << (8 * layout.size_bytes - layout.first_granule_bit - PART2_3_LENGTH_BITS)
        side_infos.append(fields.to_bytes(layout.size_bytes, "big"))
    return b"".join(
        word + side_info + bytes(main_data[index * region : (index + 1) * region])
        for index, side_info in enumerate(side_infos)
    )
