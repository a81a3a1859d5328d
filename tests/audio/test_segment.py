import subprocess
import sys

import numpy as np
import pytest
import sound_files as make

from podtool.audio.segment import FULL_SCALE, HEADROOM_DB, AudioSegment, block_from, segment_from


@pytest.mark.parametrize("bits", [8, 16, 24])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_round_trip_of_16_and_24_bits_is_exact(bits, channels):
    limit = 2 ** (bits - 1)
    whole = np.random.default_rng(bits).integers(-limit, limit, (channels, 20_000))
    whole[:, :2] = [[-limit, limit - 1]]
    block = (whole / limit).astype(np.float32)
    segment = segment_from(block, 44_100)
    assert isinstance(segment, AudioSegment)
    assert (segment.channels, segment.frame_rate, segment.sample_width) == (channels, 44_100, 4)
    assert segment.frame_count() == 20_000
    assert np.array_equal(block_from(segment), block)


def test_there_are_12_db_above_full_scale_and_then_it_clips():
    block = np.array([[3.999, -4.0, 5.0, -1e9]], np.float32)
    found = block_from(segment_from(block, 44_100))
    assert found[0, :2] == pytest.approx([3.999, -4.0])
    assert found[0, 2:] == pytest.approx([4.0, -4.0])
    assert pytest.approx(12.04, abs=0.01) == HEADROOM_DB
    assert segment_from(np.ones((1, 10), np.float32), 44_100).max == FULL_SCALE


def test_a_gain_over_full_scale_can_be_taken_back():
    block = make.noise(1_000, level=0.3)
    there_and_back = segment_from(block, 44_100).apply_gain(9).apply_gain(-9)
    assert np.abs(block_from(there_and_back) - block).max() < 1e-7


def test_an_empty_block():
    assert block_from(segment_from(np.empty((2, 0), np.float32), 44_100)).shape == (2, 0)


def test_importing_pydub_where_there_is_no_ffmpeg_says_nothing(tmp_path):
    # The trap: pydub looks for ffmpeg on the PATH and warns; with -W error that ends the program.
    bare = "import os; os.environ['PATH'] = ''; import pydub"
    ours = "import os; os.environ['PATH'] = ''; import podtool.audio.treatment"
    run = {
        program: subprocess.run(
            [sys.executable, "-W", option, "-c", program], capture_output=True, text=True, check=False
        )
        for program, option in ((bare, "always"), (ours, "error"))
    }
    assert "RuntimeWarning" in run[bare].stderr
    assert (run[ours].returncode, run[ours].stdout, run[ours].stderr) == (0, "", "")
