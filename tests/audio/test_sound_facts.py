import math
import tracemalloc

import numpy as np
import pytest
import sound_files as make

from podtool.audio.loudness import integrated_loudness
from podtool.audio.sound_facts import measure_sound, measure_sound_in_time
from podtool.errors import SourceError

RATE_HZ = make.RATE_HZ


def facts_of(tmp_path, sound, kind="f32", **more):
    return measure_sound(make.write_wav(tmp_path / "a.wav", sound, kind, **more))


def silence(seconds, channels=1, rate_hz=RATE_HZ):
    return np.zeros((channels, round(seconds * rate_hz)), np.float32)


def test_a_calibrated_tone(tmp_path):
    # EBU Tech 3341 case 1: a stereo sine of 1 kHz at -23 dBFS is -23 LUFS.
    facts = facts_of(tmp_path, make.tone(20, hz=1000, level_db=-23, channels=2), "s24")
    assert (facts.codec, facts.container, facts.sample_rate_hz) == ("pcm_s24le", "wav", RATE_HZ)
    assert (facts.channels, facts.bit_depth, facts.samples) == (2, 24, 20 * RATE_HZ)
    assert facts.duration_s == 20.0
    assert facts.integrated_loudness_lufs == pytest.approx(-23.0, abs=0.1)
    assert facts.loudness_range_lu == 0.0
    assert facts.sample_peak_dbfs == pytest.approx(-23.0, abs=0.01)
    assert facts.true_peak_dbtp == pytest.approx(-23.0, abs=0.2)
    assert facts.noise_floor_dbfs == pytest.approx(-26.0, abs=0.1)
    assert facts.clipped_samples == 0
    assert facts.dc_offset == 0.0
    assert facts.identical_channels
    assert facts.silent_channels == ()


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 22_050, 44_100, 96_000, 192_000, 384_000])
def test_loudness_doesnt_depend_on_the_rate(tmp_path, rate_hz):
    sound = make.tone(4, hz=1000, level_db=-20, rate_hz=rate_hz, channels=2)
    assert facts_of(tmp_path, sound, rate_hz=rate_hz).integrated_loudness_lufs == pytest.approx(-20, abs=0.1)


def test_mono_is_one_channel_and_reads_3_lu_lower(tmp_path):
    mono, stereo = (facts_of(tmp_path, make.tone(4, channels=channels)) for channels in (1, 2))
    difference = stereo.integrated_loudness_lufs - mono.integrated_loudness_lufs
    assert difference == pytest.approx(3.01, abs=0.02)
    assert not mono.identical_channels


def test_silence_has_no_levels(tmp_path):
    facts = facts_of(tmp_path, silence(3, channels=2))
    levels = (
        facts.integrated_loudness_lufs,
        facts.loudness_range_lu,
        facts.sample_peak_dbfs,
        facts.true_peak_dbtp,
        facts.noise_floor_dbfs,
    )
    assert levels == (None,) * 5
    assert (facts.leading_silence_s, facts.trailing_silence_s) == (3.0, 3.0)
    assert not facts.identical_channels
    assert facts.silent_channels == ()


def test_silence_at_both_ends_across_blocks(tmp_path):
    sound = np.concatenate((silence(11.5), make.noise(RATE_HZ, channels=1), silence(10.25)), axis=1)
    sound[0, : 11 * RATE_HZ] = 0.0009  # -60.9 dBFS
    facts = facts_of(tmp_path, sound)
    assert facts.leading_silence_s == pytest.approx(11.5, abs=0.001)
    assert facts.trailing_silence_s == pytest.approx(10.25, abs=0.001)


def test_clipping_offset_and_noise(tmp_path):
    # Two seconds of noise at -60 dBFS around one of a sine cut off at full scale.
    sound = 0.001 * make.noise(3 * RATE_HZ, channels=1, level=1.0)
    sound[0, RATE_HZ : 2 * RATE_HZ] = np.clip(2 * make.tone(1, hz=100, level_db=0)[0], -1, 1)
    facts = facts_of(tmp_path, sound + np.float32(0.0), "s16")
    assert facts.clipped_samples == pytest.approx(RATE_HZ * 2 / 3, rel=0.01)
    assert facts.noise_floor_dbfs == pytest.approx(-60, abs=0.5)
    assert facts.sample_peak_dbfs == pytest.approx(0.0, abs=0.01)
    assert facts_of(tmp_path, make.noise(RATE_HZ) + np.float32(0.125)).dc_offset == pytest.approx(
        0.125, abs=0.002
    )


def test_true_peak_lies_above_the_samples(tmp_path):
    steps = np.arange(RATE_HZ)
    sound = np.sin(2 * np.pi * steps / 4 + np.pi / 4)[None].astype(np.float32) / 2
    facts = facts_of(tmp_path, sound)
    assert facts.sample_peak_dbfs == pytest.approx(-9.03, abs=0.01)
    assert facts.true_peak_dbtp == pytest.approx(-6.02, abs=0.4)


@pytest.mark.parametrize(
    ("levels", "silent", "identical"),
    [((1, 1), (), True), ((1, 0), (1,), False), ((0.00005, 1), (0,), False), ((1, 0.5), (), False)],
)
def test_one_sided_and_identical_channels(tmp_path, levels, silent, identical):
    sound = make.noise(2 * RATE_HZ, channels=1) * np.array(levels, np.float32)[:, None]
    facts = facts_of(tmp_path, sound)
    assert facts.silent_channels == silent
    assert facts.identical_channels is identical


def test_two_channels_that_were_the_same_before_a_lossy_codec(tmp_path):
    sound = np.repeat(make.noise(2 * RATE_HZ, channels=1), 2, axis=0)
    path = make.write_coded(tmp_path / "a.opus", sound, "libopus")
    assert measure_sound(path).identical_channels


def test_surround_is_measured_as_it_will_be_mixed_down(tmp_path):
    sound = silence(4, channels=6)
    sound[2] = make.tone(4, hz=1000, level_db=-20)[0]
    facts = facts_of(tmp_path, sound, mask=0x3F)
    assert facts.channels == 6
    # The centre goes to both sides 3 dB lower: two channels of -23 dBFS.
    assert facts.integrated_loudness_lufs == pytest.approx(-23, abs=0.1)
    assert facts.sample_peak_dbfs == pytest.approx(-20, abs=0.01)
    assert facts.silent_channels == (0, 1, 3, 4, 5)


def test_loudness_in_time_is_what_the_facts_were_made_of(tmp_path):
    path = make.write_wav(tmp_path / "a.wav", make.noise(25 * RATE_HZ), "s16")
    measured = measure_sound_in_time(path)
    assert len(measured.energies) == 250
    assert round(integrated_loudness(measured.energies), 2) == measured.facts.integrated_loudness_lufs


def test_progress_is_told_and_may_cancel(tmp_path):
    path = make.write_wav(tmp_path / "a.wav", make.noise(25 * 8_000), rate_hz=8_000)
    told = []
    measure_sound(path, on_progress=told.append)
    assert told[-1] == 25 * 8_000
    assert len(told) == 3

    def cancel(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_sound(path, on_progress=cancel)


def test_a_broken_file(tmp_path):
    path = make.write_wav(tmp_path / "a.wav", make.noise(25 * RATE_HZ))
    path.write_bytes(path.read_bytes()[:200_000])
    with pytest.raises(SourceError, match="was cut off"):
        measure_sound(path)


def test_memory_doesnt_grow_with_the_length(tmp_path):
    peaks = []
    for seconds in (22, 55):
        path = make.write_wav(tmp_path / "a.wav", make.noise(seconds * 8_000), rate_hz=8_000)
        tracemalloc.start()
        facts = measure_sound(path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert math.isclose(facts.duration_s, seconds)
    assert peaks[1] < peaks[0] * 1.15
