import errno
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import sound_files as make
from hypothesis import given, settings
from hypothesis import strategies as st

from podtool.audio import scratch as scratching
from podtool.audio import scratch_files
from podtool.audio.scratch import CHUNK_SAMPLES, Scratch, sweep, write_scratch
from podtool.errors import CacheError

RATE_HZ = 48_000


def in_blocks(sound, size=10_000):
    return (sound[:, start : start + size] for start in range(0, sound.shape[1], size))


def write(folder, sound, size=10_000):
    return write_scratch(in_blocks(sound, size), folder, rate_hz=RATE_HZ)


def test_what_is_written_is_read(tmp_path):
    for channels in (1, 2):
        sound = make.noise(100_000, channels=channels)
        with write(tmp_path / "new", sound) as scratch:
            assert (scratch.length, scratch.channels, scratch.rate_hz) == (100_000, channels, RATE_HZ)
            assert np.array_equal(scratch.read(0, 100_000), sound)
            assert scratch.read(0, 1).dtype == np.float32


@given(start=st.integers(-50_000, 150_000), length=st.integers(0, 120_000))
@settings(max_examples=60, deadline=None)
def test_any_range_is_the_sound_there_and_silence_around_it(tmp_path_factory, start, length):
    sound = make.noise(100_000)
    padded = np.pad(sound, ((0, 0), (50_000, 200_000)))
    with write(tmp_path_factory.mktemp("scratch"), sound) as scratch:
        expected = padded[:, start + 50_000 : start + 50_000 + length]
        assert np.array_equal(scratch.read(start, start + length), expected)


def test_16_bits_take_two_bytes_each_and_are_exact(tmp_path):
    sound = (make.on_grid(make.noise(100_000), 16) / 2**15).astype(np.float32)
    sound[:, :3] = [[-1.0, 32_767 / 32_768, 0.0]] * 2
    with write(tmp_path, sound) as scratch:
        assert np.array_equal(scratch.read(0, 100_000), sound)
        assert scratch.path.stat().st_size == 100_000 * 2 * 2


@pytest.mark.parametrize("loud", [1.0, 1.5, -1.00004])
def test_what_16_bits_cant_hold_stays_float(tmp_path, loud):
    sound = np.full((1, 1_000), loud, np.float32)
    with write(tmp_path, sound) as scratch:
        assert np.array_equal(scratch.read(0, 1_000), sound)
        assert scratch.path.stat().st_size == 4_000


def test_silence_and_equal_channels_take_less_room(tmp_path):
    sound = np.zeros((2, 4 * CHUNK_SAMPLES), np.float32)
    sound[:, CHUNK_SAMPLES : 2 * CHUNK_SAMPLES] = make.noise(CHUNK_SAMPLES, channels=1)
    sound[:, 2 * CHUNK_SAMPLES : 3 * CHUNK_SAMPLES] = make.noise(CHUNK_SAMPLES)
    with write(tmp_path, sound) as scratch:
        assert np.array_equal(scratch.read(0, scratch.length), sound)
        assert scratch.path.stat().st_size == CHUNK_SAMPLES * 4 * (0 + 1 + 2 + 0)
        narrow = scratch.read_narrow(0, 2 * CHUNK_SAMPLES)
        assert np.array_equal(narrow, sound[:1, : 2 * CHUNK_SAMPLES])
        wide = scratch.read_narrow(CHUNK_SAMPLES - 5, 2 * CHUNK_SAMPLES + 5)
        assert np.array_equal(wide, sound[:, CHUNK_SAMPLES - 5 : 2 * CHUNK_SAMPLES + 5])
        assert scratch.read_narrow(-10, -5).shape == (1, 5)


@pytest.mark.parametrize("rounded", [False, True])
@pytest.mark.parametrize(
    "sound", [make.noise(2 * CHUNK_SAMPLES), make.on_grid(make.noise(50_000), 16) / 2**15]
)
def test_a_factor_is_applied_in_one_rounding(tmp_path, sound, rounded):
    sound = np.asarray(sound, np.float32)
    with write_scratch([sound], tmp_path, rate_hz=RATE_HZ, rounded=rounded) as scratch:
        plain = scratch.read_narrow(-7, sound.shape[1] + 9)
        assert np.array_equal(scratch.read_narrow(-7, sound.shape[1] + 9, 1.2345), plain * np.float32(1.2345))


def test_block_sizes_dont_matter(tmp_path):
    sound = make.noise(3 * CHUNK_SAMPLES)
    files = [write(tmp_path, sound, size) for size in (1_000, CHUNK_SAMPLES, 70_001)]
    contents = {scratch.path.read_bytes() for scratch in files}
    assert len(contents) == 1
    for scratch in files:
        scratch.close()


def test_threads_read_at_once(tmp_path):
    sound = make.noise(300_000)
    with write(tmp_path, sound) as scratch, ThreadPoolExecutor(8) as pool:
        starts = list(range(0, 290_000, 1_777)) * 3
        for start, found in zip(
            starts, pool.map(lambda at: scratch.read(at, at + 5_000), starts), strict=True
        ):
            assert np.array_equal(
                found[:, :5_000], np.pad(sound, ((0, 0), (0, 5_000)))[:, start : start + 5_000]
            )


def test_closing_removes_it_and_closing_twice_is_no_matter(tmp_path):
    scratch = write(tmp_path, make.noise(1_000))
    assert scratch.path.exists()
    scratch.close()
    scratch.close()
    assert list(tmp_path.iterdir()) == []


def test_no_blocks(tmp_path):
    with write_scratch([], tmp_path, rate_hz=RATE_HZ) as scratch:
        assert scratch.length == 0
        assert not scratch.read(-5, 5).any()


def test_a_source_that_breaks_leaves_nothing_behind(tmp_path):
    def breaking():
        yield make.noise(100_000)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_scratch(breaking(), tmp_path, rate_hz=RATE_HZ)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("code", "said"), [(errno.ENOSPC, "is full"), (errno.EIO, "can't be written")])
def test_a_full_disk(tmp_path, monkeypatch, code, said):
    def full(*_, **__):
        class File:
            def __enter__(self):
                return self

            def __exit__(self, *_):
                pass

            def write(self, _content):
                raise OSError(code, "no")

        return File()

    monkeypatch.setattr(scratching.os, "fdopen", full)
    with pytest.raises(CacheError, match=said) as caught:
        write_scratch([make.noise(100_000)], tmp_path, rate_hz=RATE_HZ, expected_samples=50_000_000)
    assert caught.value.exit_code == 7
    assert str(tmp_path) in caught.value.message
    if code == errno.ENOSPC:
        assert "needs 400 MB" in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(CacheError, match="can't be written"):
        write(tmp_path / "a", make.noise(10))


def test_a_file_cut_short_by_somebody(tmp_path):
    with write(tmp_path, make.noise(100_000)) as scratch:
        scratch.path.write_bytes(b"")
        with pytest.raises(CacheError, match="cut short"):
            scratch.read(0, 10)


def test_another_process_reads_but_doesnt_remove(tmp_path):
    sound = make.noise(50_000)
    with write(tmp_path, sound) as scratch:
        other = pickle.loads(pickle.dumps(scratch))  # noqa: S301 - made right here
        assert isinstance(other, Scratch)
        assert np.array_equal(other.read(100, 40_000), sound[:, 100:40_000])
        other.close()
        assert scratch.path.exists()
        sent = pickle.dumps(scratch)
    with pytest.raises(CacheError, match="can't be read"):
        pickle.loads(sent)  # noqa: S301 - made right here


DYING = """
import os, sys
from pathlib import Path
import numpy as np
from podtool.audio.scratch import write_scratch
kept = [write_scratch([np.ones((2, 99), np.float32)], Path(sys.argv[1]), rate_hz=48000) for _ in range(3)]
print(len(kept), flush=True)
sys.stdin.readline()
os._exit(1)
"""


def test_leftovers_of_the_dead_are_swept_and_the_living_keep_theirs(tmp_path):
    (tmp_path / "other.txt").touch()
    with (
        write(tmp_path, make.noise(1_000)) as ours,
        subprocess.Popen(
            [sys.executable, "-c", DYING, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other,
    ):
        assert other.stdout.readline() == "3\n"
        assert sweep(tmp_path) == 0
        other.communicate("\n")
        assert sweep(tmp_path) == 3
        assert {path.name for path in tmp_path.iterdir()} == {"other.txt", ours.path.name}
        assert ours.read(0, 5).any()


def test_a_folder_that_isnt_there_has_nothing_to_sweep(tmp_path):
    assert sweep(tmp_path / "none") == 0


def test_a_file_swept_between_open_and_lock_is_made_again(tmp_path, monkeypatch):
    lock, tries = scratch_files.try_lock, []

    def swept_at_first(descriptor):
        if not tries:
            for path in tmp_path.iterdir():
                path.unlink()
        tries.append(descriptor)
        return lock(descriptor)

    monkeypatch.setattr(scratch_files, "try_lock", swept_at_first)
    with write(tmp_path, make.noise(1_000)) as scratch:
        assert len(tries) == 2
        assert scratch.path.exists()
