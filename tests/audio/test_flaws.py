"""Hum, dropouts, phase, balance, hidden clipping: what is found, and what only looks like it."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import sound_files as make
from hypothesis import example, given, settings
from hypothesis import strategies as st
from voices import hum, music, voice

from podtool.audio.flaws import FlawMeter, find_silences
from podtool.audio.sound_facts import measure_sound
from podtool.show.facts import SoundFlaws

RATE_HZ = 48_000
CLEAN = SoundFlaws()


def on_16_bits(sound):
    return (np.clip(np.rint(sound * 32768), -32768, 32767) / 32768).astype(np.float32)


def flaws_of(sound, *, rate_hz=RATE_HZ, bit_depth=16, loudness=-20.0, block=10):
    meter = FlawMeter(rate_hz, len(sound), bit_depth)
    step = round(block * rate_hz)
    for start in range(0, sound.shape[1], step):
        meter.push(sound[:, start : start + step])
    return meter.finish(loudness)[0]


def faults(flaws):
    """Without what is no fault: how the channels go together, and pauses."""
    return replace(flaws, correlation=None, balance_db=None, silences_s=())


def test_speech_has_no_flaws():
    assert flaws_of(on_16_bits(voice(20))) == CLEAN


# Hum


@pytest.mark.parametrize("mains_hz", [50, 60])
@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000])
def test_hum_is_found_and_told_apart(mains_hz, rate_hz):
    sound = voice(30, rate_hz=rate_hz, floor_db=-72) + hum(
        30, mains_hz=mains_hz, level_db=-58, rate_hz=rate_hz
    )
    found = flaws_of(on_16_bits(sound), rate_hz=rate_hz)
    assert found.hum_hz == mains_hz
    assert found.hum_dbfs == pytest.approx(-58, abs=1.5)


def test_hum_without_harmonics_is_found_too():
    sound = voice(30) + hum(30, level_db=-55, harmonics=(1,))
    assert flaws_of(sound).hum_hz == 50


@pytest.mark.parametrize(
    "added",
    [
        hum(30, mains_hz=100, level_db=-30, harmonics=(1, 2, 3)),  # a sung bass note
        hum(30, mains_hz=120, level_db=-30, harmonics=(1, 2, 3)),
        hum(30, mains_hz=55, level_db=-50),  # a synthesiser's A
        hum(30, mains_hz=50, level_db=-95, harmonics=(1, 2, 3)),  # under the noise
        0.003 * np.cumsum(make.noise(30 * RATE_HZ, channels=1, level=0.01), axis=1) / 10,  # rumble
        make.noise(30 * RATE_HZ, channels=1, level=0.003),  # hiss
    ],
    ids=["100 Hz", "120 Hz", "55 Hz", "faint", "rumble", "hiss"],
)
def test_what_isnt_hum(added):
    assert flaws_of(voice(30) + added.astype(np.float32)).hum_hz is None


def test_a_low_tone_without_pauses_is_no_hum():
    assert flaws_of(hum(30, level_db=-20), loudness=-30.0).hum_hz is None
    assert faults(flaws_of(music(30), loudness=-16.0)) == CLEAN


def test_too_little_quiet_says_nothing():
    assert flaws_of(voice(1) + hum(1, level_db=-50)).hum_hz is None


# Dropouts, clicks, stutters


def loud_place(sound, length):
    """Where the sound is loud for so many samples and a little around."""
    around = 480
    frames = np.abs(sound[0, : sound.shape[1] // 480 * 480]).reshape(-1, 480).max(axis=1)
    need = (length + 2 * around) // 480 + 2
    for at in range(60, len(frames) - need):
        if frames[at : at + need].min() > 0.12:
            return at * 480 + around
    raise AssertionError("it isn't loud anywhere")


@pytest.mark.parametrize("milliseconds", [4, 20, 50])
@pytest.mark.parametrize("block", [0.37, 10])
def test_dropouts_are_found_where_they_are(milliseconds, block):
    sound = on_16_bits(voice(12, level_db=-12))
    length = milliseconds * 48
    at = loud_place(sound, length)
    sound[:, at : at + length] = 0
    found = flaws_of(sound, block=block).holes_s
    assert found == (pytest.approx(at / RATE_HZ, abs=0.011),)


def test_digital_silence_that_nobody_hears_as_a_dropout():
    gated = on_16_bits(voice(20, floor_db=-120))
    assert faults(flaws_of(gated)) == CLEAN
    begins = np.concatenate(
        (np.zeros((1, 2 * RATE_HZ), np.float32), voice(5), np.zeros((1, 480), np.float32)), 1
    )
    assert flaws_of(begins).holes_s == ()
    pause = voice(5)
    pause[:, RATE_HZ : 2 * RATE_HZ] = 0  # a whole second: somebody muted it
    assert flaws_of(pause).holes_s == ()
    faded = on_16_bits(voice(12, level_db=-12))
    at = loud_place(faded, 2400)
    fade = np.concatenate((np.linspace(1, 0, 480), np.zeros(960), np.linspace(0, 1, 480)))
    faded[:, at : at + len(fade)] *= fade.astype(np.float32)
    assert flaws_of(faded).holes_s == ()


def test_bursts_of_noise_between_digital_silence():
    bursts = make.noise(10 * RATE_HZ, channels=1)
    bursts[:, np.arange(bursts.shape[1]) % 12_000 > 6_000] = 0
    assert flaws_of(bursts).holes_s == ()


def test_an_eight_bit_file_is_coarse_but_not_torn():
    coarse = (np.rint(voice(10) * 128) / 128).astype(np.float32)
    assert faults(flaws_of(coarse, bit_depth=8)) == CLEAN


def test_a_click_is_found():
    sound = voice(5, level_db=-26)
    sound[0, 100_000:] += 0.4 * np.exp(-np.arange(sound.shape[1] - 100_000) / 4000)
    assert flaws_of(on_16_bits(sound)).clicks_s == (pytest.approx(100_000 / RATE_HZ, abs=0.01),)


def test_loud_sound_with_sharp_edges_doesnt_click():
    assert flaws_of(make.noise(5 * RATE_HZ, channels=1, level=0.3)).clicks_s == ()
    assert flaws_of(make.tone(5, hz=9_000, level_db=-1)).clicks_s == ()
    square = np.sign(make.tone(5, hz=700)) * np.float32(0.5)
    assert flaws_of(square).clicks_s == ()


@pytest.mark.parametrize("buffer", [256, 480, 1024])
def test_a_buffer_that_is_played_twice_is_found(buffer):
    sound = on_16_bits(voice(12, level_db=-12))
    at = loud_place(sound, 2 * buffer)
    sound[:, at + buffer : at + 2 * buffer] = sound[:, at : at + buffer].copy()
    assert flaws_of(sound).repeats_s == (pytest.approx((at + buffer) / RATE_HZ, abs=0.011),)


def test_what_repeats_by_nature_doesnt_stutter():
    assert flaws_of(on_16_bits(make.tone(5, hz=1000))).repeats_s == ()
    assert flaws_of(on_16_bits(make.noise(5 * RATE_HZ, channels=1, level=0.0001))).repeats_s == ()
    assert flaws_of(np.full((1, 5 * RATE_HZ), 0.25, np.float32)).repeats_s == ()


# Channels


@pytest.mark.parametrize(
    ("left", "right", "correlation", "balance_db"),
    [(1, 1, 1.0, 0.0), (1, -1, -1.0, 0.0), (1, 0.5, 1.0, -6.0), (0.25, 1, 1.0, 12.0)],
)
def test_how_the_channels_go_together(left, right, correlation, balance_db):
    found = flaws_of(voice(10) * np.array([[left], [right]], np.float32))
    assert found.correlation == pytest.approx(correlation, abs=0.01)
    assert found.balance_db == pytest.approx(balance_db, abs=0.1)


def test_two_voices_one_on_each_side_are_neither_in_nor_out_of_phase():
    both = np.concatenate((voice(20, seed=1), voice(20, seed=2, pitch_hz=190)))
    assert flaws_of(both).correlation == pytest.approx(0, abs=0.1)


def test_noise_in_the_pauses_doesnt_count_for_the_phase():
    noise = make.noise(20 * RATE_HZ, channels=1, level=0.0005)
    assert flaws_of(np.repeat(voice(20), 2, axis=0) + np.concatenate((noise, -noise))).correlation > 0.95


def test_mono_and_surround_have_no_sides():
    assert flaws_of(voice(3)).correlation is None
    assert flaws_of(np.repeat(voice(3), 6, axis=0)).balance_db is None


# Clipping below full scale


@pytest.mark.parametrize("top", [0.2, 0.5, 0.9])
def test_clipping_that_was_turned_down_is_found(top):
    clipped = on_16_bits(top * np.clip(voice(10, level_db=-6) * 3, -1, 1))
    found = flaws_of(clipped)
    assert found.flat_tops >= 20
    assert found.flat_top_dbfs == pytest.approx(20 * np.log10(top), abs=0.05)


@pytest.mark.parametrize(
    "sound", [make.tone(10, hz=50, level_db=-6), make.tone(10, hz=20, level_db=-1), voice(10)]
)
def test_round_peaks_are_not_flat(sound):
    assert flaws_of(on_16_bits(sound)).flat_tops == 0


# Bandwidth


def low_passed(sound, hertz, rate_hz=RATE_HZ):
    spectrum = np.fft.rfft(sound, axis=1)
    spectrum[:, np.fft.rfftfreq(sound.shape[1], 1 / rate_hz) > hertz] = 0
    return np.fft.irfft(spectrum, sound.shape[1], axis=1).astype(np.float32)


@pytest.mark.parametrize("hertz", [3_400, 7_000, 8_000, 16_000])
@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_where_a_sound_was_cut_off(hertz, rate_hz):
    sound = low_passed(voice(20, rate_hz=rate_hz), hertz, rate_hz)
    assert flaws_of(on_16_bits(sound), rate_hz=rate_hz).ends_at_hz == pytest.approx(hertz, abs=500)


def test_what_falls_off_slowly_was_not_cut_off():
    noise = make.noise(20 * RATE_HZ, channels=1, level=0.1)
    assert flaws_of(noise).ends_at_hz is None
    assert flaws_of(np.cumsum(noise, axis=1) / 30).ends_at_hz is None  # 6 dB less per octave
    soft = np.apply_along_axis(np.convolve, 1, noise, np.hanning(12) / 6, "same").astype(np.float32)
    assert flaws_of(on_16_bits(soft)).ends_at_hz is None
    assert flaws_of(low_passed(noise, 20_500)).ends_at_hz is None  # a converter's filter
    assert flaws_of(voice(4)).ends_at_hz is None
    assert flaws_of(make.tone(10, hz=5_000)).ends_at_hz is None


def test_a_file_of_a_low_rate_is_what_it_is():
    assert flaws_of(low_passed(voice(20, rate_hz=16_000), 3_400, 16_000), rate_hz=16_000).ends_at_hz is None


@pytest.mark.parametrize(("codec", "name"), [("libopus", "a.opus"), ("aac", "a.m4a"), ("flac", "a.flac")])
@pytest.mark.parametrize("seed", [1, 2])
def test_clean_speech_stays_clean_in_any_codec(tmp_path, codec, name, seed):
    path = make.write_coded(tmp_path / name, np.repeat(voice(15, seed=seed), 2, axis=0), codec)
    found = faults(measure_sound(path).flaws)
    assert replace(found, ends_at_hz=None) == CLEAN
    mp3 = make.write_mp3(tmp_path / "a.mp3", voice(15, seed=seed))
    assert replace(faults(measure_sound(mp3).flaws), ends_at_hz=None) == CLEAN


# Silences


def test_silences_are_placed():
    sound = voice(8, floor_db=-120)
    sound[:, 3 * RATE_HZ : 5 * RATE_HZ] = 0
    (found,) = [each for each in flaws_of(sound).silences_s if each[0] <= 3.1 and each[1] >= 4.9]
    assert found[0] == pytest.approx(3.0, abs=0.6)
    assert find_silences(np.full(250, 200, np.uint8)) == ((0.0, 2.5),)
    assert find_silences(np.full(99, 200, np.uint8)) == ()
    assert find_silences(np.full(250, 120, np.uint8)) == ()


# Laws


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    level_db=st.floats(-40, -12),
    rate_hz=st.sampled_from([8_000, 11_025, 16_000, 22_050, 44_100, 48_000]),
    floor_db=st.sampled_from([-120.0, -80.0, -65.0]),
    pitch_hz=st.floats(80, 260),
    bits=st.sampled_from([16, 24]),
    channels=st.integers(1, 2),
)
@example(  # a low voice's pulses, at a telephone's rate
    seed=0, level_db=-12.0, rate_hz=8_000, floor_db=-120.0, pitch_hz=80.0, bits=16, channels=1
)
def test_clean_speech_has_no_flaw(seed, level_db, rate_hz, floor_db, pitch_hz, bits, channels):
    sound = voice(12, rate_hz=rate_hz, level_db=level_db, pitch_hz=pitch_hz, floor_db=floor_db, seed=seed)
    scale = 2.0 ** (bits - 1)
    stored = (np.clip(np.rint(sound * scale), -scale, scale - 1) / scale).astype(np.float32)
    found = flaws_of(
        np.repeat(stored, channels, axis=0), rate_hz=rate_hz, bit_depth=bits, loudness=level_db - 3
    )
    assert faults(found) == CLEAN
    assert found.correlation in {None, 1.0}
    assert found.balance_db in {None, 0.0}


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(1, 40_000), max_size=8), st.integers(0, 100))
def test_the_blocks_dont_matter(cuts, seed):
    sound = on_16_bits(voice(3, level_db=-12, seed=seed))
    at = loud_place(sound, 960)
    sound[:, at : at + 960] = 0
    whole = flaws_of(sound)
    meter = FlawMeter(RATE_HZ, 1, 16)
    edges = [
        0,
        *sorted({min(cut, sound.shape[1] - 1) for cut in np.cumsum(cuts, dtype=int).tolist()}),
        sound.shape[1],
    ]
    for start, stop in pairwise(edges):
        meter.push(sound[:, start:stop])
    assert meter.finish(-20.0)[0] == whole


def test_a_files_facts_have_them(tmp_path):
    sound = np.repeat(voice(20), 2, axis=0) * np.array([[1], [-0.25]], np.float32)
    path = make.write_wav(tmp_path / "a.wav", sound + hum(20, level_db=-55), "s16")
    flaws = measure_sound(path).flaws
    assert flaws.hum_hz == 50
    assert flaws.correlation == pytest.approx(-1, abs=0.05)
    assert flaws.balance_db == pytest.approx(-12, abs=0.3)
