"""Pieces of a file: whichever is read first, they are those of the whole, to the bit."""

import random
from fractions import Fraction

import numpy as np
import pytest
from sound_files import noise, write_coded, write_wav

from podtool.audio.fine import FINE_SAMPLES
from podtool.audio.pieces import PIECE_SAMPLES, open_pieces
from podtool.audio.rounding import ROUNDING_SAMPLES
from podtool.audio.source import read_blocks

SECONDS = 29.3
"""Nine pieces and a bit at 44.1 kHz; the last is short."""
FILES = {
    "pcm 44.1": ("wav", "s16", 44_100),
    "pcm 48": ("wav", "s16", 48_000),
    "pcm 24 bits": ("wav", "s24", 44_100),
    "pcm float": ("wav", "f32", 96_000),
    "flac 48": ("flac", "s16", 48_000),
    "pcm 32": ("wav", "s16", 32_000),
}


def sound_of(rate_hz, channels=2):
    length = round(SECONDS * rate_hz)
    swell = 0.02 + np.sin(np.arange(length) / rate_hz) ** 2
    return (noise(length, channels=channels, level=0.08) * swell).astype(np.float32)


@pytest.fixture(scope="module", params=FILES)
def file(request, tmp_path_factory):
    ending, kind, rate_hz = FILES[request.param]
    path = tmp_path_factory.mktemp("files") / f"a.{ending}"
    sound = sound_of(rate_hz)
    if ending == "flac":
        return write_coded(path, sound, "flac", rate_hz=rate_hz, form="s16")
    return write_wav(path, sound, kind, rate_hz=rate_hz)


@pytest.fixture(scope="module")
def whole(file):
    """All pieces in one go."""
    reader = open_pieces(file, 44_100)
    count = -(-reader.length // PIECE_SAMPLES)
    pieces = list(reader.pieces(0, count))
    reader.close()
    return pieces


def test_a_piece_is_whole_hops_and_whole_samples_at_usual_rates():
    assert PIECE_SAMPLES % FINE_SAMPLES == 0
    assert PIECE_SAMPLES % ROUNDING_SAMPLES == 0
    for rate_hz in (44_100, 48_000):
        for file_hz in (8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000):
            assert PIECE_SAMPLES % Fraction(rate_hz, file_hz).numerator == 0, (rate_hz, file_hz)


def test_together_they_are_the_file(file, whole):
    reader = open_pieces(file, 44_100)
    assert sum(piece.shape[1] for piece in whole) == reader.length == round(SECONDS * 44_100)
    assert {piece.shape[1] for piece in whole[:-1]} == {PIECE_SAMPLES}
    reader.close()
    sound = np.concatenate(list(read_blocks(file, rate_hz=44_100)), axis=1)
    error = np.abs(np.concatenate(whole, axis=1) - sound).max()
    exact = not (reader.is_resampled or reader.is_lossy)
    assert error == 0 if exact else error < 2.0**-15


def test_in_any_order_they_are_the_same(file, whole):
    reader = open_pieces(file, 44_100)
    order = [*range(len(whole)), *range(len(whole))]
    random.Random(1).shuffle(order)
    for number in order:
        (piece,) = reader.pieces(number, number + 1)
        assert np.array_equal(piece, whole[number]), number
    reader.close()


@pytest.mark.parametrize(("first", "stop"), [(0, 2), (1, 3), (2, 4), (1, 4)])
def test_a_row_of_them_is_the_same(file, whole, first, stop):
    reader = open_pieces(file, 44_100)
    found = list(reader.pieces(first, stop))
    assert all(np.array_equal(a, b) for a, b in zip(found, whole[first:stop], strict=True))
    reader.close()


def test_two_channels_alike_are_one(tmp_path):
    one = sound_of(48_000, 1)
    both = np.repeat(one, 2, axis=0)
    both[1, -1000:] = 0
    path = write_wav(tmp_path / "a.wav", both, rate_hz=48_000)
    reader = open_pieces(path, 44_100)
    rows = [len(piece) for piece in reader.pieces(0, -(-reader.length // PIECE_SAMPLES))]
    assert reader.rows == 2
    assert rows == [*[1] * (len(rows) - 1), 2]
    reader.close()


def test_what_cannot_be_read_in_ranges_has_no_pieces(tmp_path):
    path = write_coded(tmp_path / "a.opus", sound_of(48_000)[:, :48_000], "libopus")
    assert open_pieces(path, 44_100) is None


def test_what_is_told_of_a_file(tmp_path):
    sound = sound_of(48_000)[:, :96_000]
    exact = open_pieces(write_wav(tmp_path / "a.wav", sound, rate_hz=48_000), 48_000)
    assert (exact.is_plain, exact.is_rounded, exact.is_resampled, exact.is_lossy) == (
        True,
        True,
        False,
        False,
    )
    deep = open_pieces(write_wav(tmp_path / "b.wav", sound, "s24", rate_hz=48_000), 48_000)
    assert (deep.is_plain, deep.is_rounded) == (True, False)
    other = open_pieces(write_wav(tmp_path / "c.wav", sound, "s24", rate_hz=44_100), 48_000)
    assert (other.is_plain, other.is_rounded, other.is_resampled) == (False, True, True)
    for reader in (exact, deep, other):
        reader.close()
