"""Of a damaged file a range is what a decode of the whole has there, or an error."""

import itertools
import random
import struct

import numpy as np
import pytest
from range_sounds import frames_of, mp3_bytes, part, whole, write_av

from podtool.audio.ranges import open_ranges
from podtool.errors import SourceError


def damaged_copies(path, rolls):
    data = path.read_bytes()
    for _ in range(6):
        at = rolls.randrange(len(data) // 8, len(data) - 2000)
        yield data[:at] + bytes(300) + data[at + 300 :]
        yield data[:at] + data[at + 300 :]
        yield data[:at]


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3"])
def test_of_a_damaged_file_no_other_sound_comes(tmp_path, kind):
    """A decode of the whole either refuses it too, or has the same samples in every range that is given."""
    path = tmp_path / f"son.{kind}"
    if kind == "mp3":
        path.write_bytes(mp3_bytes())
    else:
        write_av(path, {"wav": "pcm_s16le", "flac": "flac"}[kind], 44100, 2, "s16")
    rolls = random.Random(7)
    for number, content in enumerate(damaged_copies(path, rolls)):
        copy = tmp_path / f"{number}.{kind}"
        copy.write_bytes(content)
        try:
            reader = open_ranges(copy)
            if reader is None:
                continue
            given = part(reader, 0, reader.samples)
        except SourceError:
            continue
        assert np.array_equal(given, whole(copy)), number
        reader.close()


def overlong(frame, high_bits):
    """A frame of MPEG-1, mono, whose first granule takes more bits than it has: none are left for the second.

    ISO/IEC 11172-3, 2.4.1.7: `part2_3_length` comes after 18 bits of side information.
    """
    return frame[:6] + bytes([high_bits]) + frame[7:]


def test_what_a_decoder_reads_beyond_a_frame_is_what_it_reads_in_a_decode_of_the_whole(tmp_path):
    """What lies in memory behind a frame depends on where FFmpeg's reads of 1024 bytes begin."""
    frames = frames_of(mp3_bytes(48000, 1, 64))
    places = np.cumsum([0, *map(len, frames)])
    at_reads = [number for number in range(len(frames) - 4) if places[number] % 1024 == 0]
    assert len(at_reads) > 5
    compared = 0
    for number, high_bits in itertools.product([*at_reads[1:], 17, 30], (53, 113)):
        path = tmp_path / "son.mp3"
        damaged = overlong(frames[number], high_bits)
        path.write_bytes(b"".join([*frames[:number], damaged, *frames[number + 1 :]]))
        try:
            expected = whole(path)
        except SourceError:
            continue
        reader = open_ranges(path)
        compared += 1
        stop = 1152 * (number + 3)
        for start in (0, 1152 * (number - 1), 1152 * number, 1152 * (number + 1)):
            assert np.array_equal(part(reader, start, stop), expected[:, start:stop]), (number, high_bits)
        reader.close()
    assert compared > 5


def test_holes_in_an_mp3_sound_the_same_from_wherever_it_is_read(tmp_path):
    data, rolls = mp3_bytes(bitrate=96), random.Random(3)
    places = np.cumsum([0, *map(len, frames_of(data))])
    opened = 0
    for number in range(12):
        frame = rolls.randrange(10, len(places) - 10)
        at = int(places[frame]) + rolls.randrange(4, 200)
        path = tmp_path / f"{number}.mp3"
        path.write_bytes(data[:at] + rolls.randbytes(9) + data[at + 9 :])
        try:
            expected = whole(path)
        except SourceError:
            continue
        reader = open_ranges(path)
        opened += 1
        for start in (1152 * (frame - 1), 1152 * frame + 5, 1152 * (frame + 1), 1152 * (frame + 2)):
            assert np.array_equal(part(reader, start, start + 3000), expected[:, start : start + 3000])
        reader.close()
    assert opened > 5


def test_an_mp3_whose_last_frame_cant_be_decoded_is_not_opened(tmp_path):
    """A decode of the whole passes over it, so the length isn't what the headers make of it."""
    path = tmp_path / "son.mp3"
    frames = frames_of(mp3_bytes())
    path.write_bytes(b"".join(frames[:-1]) + frames[-1][:4] + b"\xff" * (len(frames[-1]) - 4))
    assert whole(path).shape[1] == 1152 * (len(frames) - 1)
    assert open_ranges(path) is None


def test_an_mp3_that_was_changed_in_the_meantime_is_told(tmp_path):
    path = tmp_path / "son.mp3"
    path.write_bytes(mp3_bytes())
    reader = open_ranges(path)
    path.write_bytes(path.read_bytes()[7:])
    with pytest.raises(SourceError, match="damaged"):
        part(reader, 100_000, 110_000)
    reader.close()


def test_what_is_left_out_of_a_file_in_the_meantime_is_told(tmp_path):
    path = tmp_path / "son.wav"
    write_av(path, "pcm_s16le", 44100, 2, "s16")
    reader = open_ranges(path)
    with path.open("r+b") as file:
        file.truncate(struct.calcsize("44s") + 4000)
    with pytest.raises(SourceError, match="damaged"):
        part(reader, 100_000, 110_000)
    reader.close()
