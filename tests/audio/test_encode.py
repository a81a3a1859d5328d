"""Every format of a deliverable: length, settings, sound, bytes; and what is refused."""

import hashlib
import math
import sys
from fractions import Fraction

import av
import numpy as np
import pytest
from encode_samples import CHANNELS, FORMATS, LENGTH, RATE_HZ, encode, profile, sound
from mix_samples import Sound
from mutagen.mp3 import MP3, BitrateMode

import podtool.audio.encode
from podtool.audio.av_encode import aac_coding, write_av
from podtool.audio.dither import quantise_int16, quantise_int24
from podtool.audio.encode import (
    BITRATES_KBPS,
    bitrate_of,
    headroom_gain_db,
    measure_encoded,
)
from podtool.audio.levelling import Target, correct_mastering, guess_mastering
from podtool.audio.measuring import measure_blocks
from podtool.audio.programme import Mastered, blocks_of
from podtool.audio.source import probe_source, read_blocks
from podtool.errors import CacheError, LoudnessError, ToolError
from podtool.show.formats import extension_of, media_type_of
from podtool.show.model import BUILT_IN_PROFILES

CODECS = {"mp3": "mp3", "m4a": "aac", "mp4": "aac", "opus": "opus", "flac": "flac", "wav": "pcm_s24le"}
CONTAINERS = {"mp3": "mp3", "m4a": "mp4", "mp4": "mp4", "opus": "ogg", "flac": "flac", "wav": "wav"}
LOSSY = [one for one in FORMATS if one not in ("flac", "wav")]


def decoded(path, rate_hz=RATE_HZ):
    return np.concatenate(list(read_blocks(path, rate_hz=rate_hz)), axis=1)


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def measure(programme):
    return measure_blocks(blocks_of(programme), programme.rate_hz, file_channels=programme.channels)


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("file_format", FORMATS)
def test_a_deliverable_is_what_its_profile_says(tmp_path, file_format, channels):
    told = []
    path = encode(tmp_path, profile(file_format, channels), tell=lambda *news: told.append(news))
    probe = probe_source(path)
    assert (probe.codec, probe.container) == (CODECS[file_format], CONTAINERS[file_format])
    assert (probe.sample_rate_hz, probe.layout) == (RATE_HZ, channels)
    assert probe.bit_depth == (24 if file_format in ("flac", "wav") else None)
    heard = decoded(path)
    assert heard.shape == (1 if channels == "mono" else 2, LENGTH)
    # The right sound at the right place: a delay of one sample would leave a louder difference.
    wanted = Mastered(source=sound(channels), gain_db=0.0, ceiling_dbtp=-2.1).read(0, LENGTH)
    error = 10 * math.log10(np.mean((heard - wanted) ** 2) / np.mean(wanted**2))
    assert error < (-25 if file_format in LOSSY else -120)
    assert told[-1] == (LENGTH, LENGTH, RATE_HZ)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("length", [1, 100, 1024, 2049])
@pytest.mark.parametrize("file_format", FORMATS)
def test_lengths_are_exact_however_short(tmp_path, file_format, length):
    path = encode(tmp_path, profile(file_format), sound(length=length))
    assert decoded(path).shape == (2, length)


@pytest.mark.parametrize(
    ("file_format", "rate_hz"), [("m4a", 44_100), ("m4a", 24_000), ("opus", 24_000), ("flac", 96_000)]
)
def test_other_rates(tmp_path, file_format, rate_hz):
    length = rate_hz + 77
    made = profile(file_format, sample_rate_hz=rate_hz)
    path = encode(tmp_path, made, sound(length=length, rate_hz=rate_hz))
    assert decoded(path, rate_hz).shape == (2, length)
    # Opus is always decoded at 48 kHz.
    assert probe_source(path).sample_rate_hz == (48_000 if file_format == "opus" else rate_hz)


def test_a_mix_at_another_rate_is_resampled(tmp_path):
    path = encode(tmp_path, profile("flac"), sound(length=44_100, rate_hz=44_100))
    assert decoded(path).shape == (2, 48_000)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_same_bytes_with_any_number_of_threads(tmp_path, file_format):
    made = profile(file_format)
    assert len({sha256(encode(tmp_path, made, workers=workers)) for workers in (1, 8)}) == 1


@pytest.mark.parametrize("file_format", LOSSY)
def test_no_version_and_no_clock_in_the_bytes(tmp_path, file_format):
    content = encode(tmp_path, profile(file_format)).read_bytes()
    assert b"Lavf6" not in content
    assert b"Lavc6" not in content
    if file_format in ("m4a", "mp4"):
        with av.open(str(tmp_path / f"it.{file_format}")) as file:
            assert "creation_time" not in file.metadata


@pytest.mark.parametrize("bit_depth", [16, 24])
@pytest.mark.parametrize("file_format", ["flac", "wav"])
def test_lossless_means_the_dithered_samples_bit_for_bit(tmp_path, file_format, bit_depth):
    made = profile(file_format, bit_depth=bit_depth)
    path = encode(tmp_path, made, ceiling_dbtp=None)
    assert probe_source(path).bit_depth == bit_depth
    quantise = quantise_int16 if bit_depth == 16 else quantise_int24
    wanted = quantise(sound().read(0, LENGTH), 0).T / np.float32(2 ** (bit_depth - 1))
    assert (decoded(path) == wanted).all()


def test_flac_takes_its_effort(tmp_path):
    sizes = [encode(tmp_path, profile("flac", quality=effort)).stat().st_size for effort in (0, 8)]
    assert sizes[0] > sizes[1]
    assert sizes[1] == encode(tmp_path, profile("flac")).stat().st_size


def test_opus_takes_its_complexity(tmp_path):
    made = [encode(tmp_path, profile("opus", quality=grade)).read_bytes() for grade in (0, 10)]
    assert made[0] != made[1]
    assert made[1] == encode(tmp_path, profile("opus")).read_bytes()


@pytest.mark.parametrize(("file_format", "channels"), sorted(BITRATES_KBPS))
def test_bit_rates(tmp_path, file_format, channels):
    made = profile(file_format, channels)
    assert bitrate_of(made) == BITRATES_KBPS[file_format, channels]
    seconds = 6
    # Noise takes all that an encoder is given.
    rows = np.random.default_rng(2).standard_normal((1 if channels == "mono" else 2, seconds * RATE_HZ))
    path = encode(tmp_path, made, Sound((rows * 0.05).astype(np.float32), RATE_HZ))
    assert path.stat().st_size * 8 / seconds == pytest.approx(bitrate_of(made) * 1000, rel=0.15)
    assert bitrate_of(profile(file_format, channels, bitrate_kbps=80)) == 80


@pytest.mark.parametrize("channels", ["stereo", "mono"])
def test_a_variable_bit_rate(tmp_path, channels):
    paths = []
    for vbr in (0, 5, 9):
        made = profile("mp3", channels, vbr=vbr)
        assert bitrate_of(made) == 0
        paths.append(encode(tmp_path, made).rename(tmp_path / f"{vbr}.mp3"))
        info = MP3(paths[-1]).info
        assert (info.bitrate_mode, info.encoder_settings) == (BitrateMode.VBR, f"-V {vbr}")
        assert info.length == pytest.approx(LENGTH / RATE_HZ, abs=1e-6)
    sizes = [path.stat().st_size for path in paths]
    assert sizes == sorted(sizes, reverse=True)


def test_extensions_and_media_types():
    known = {name: (extension_of(one), media_type_of(one)) for name, one in BUILT_IN_PROFILES.items()}
    assert known["podcast"] == ("mp3", "audio/mpeg")
    assert known["opus"] == ("opus", "audio/ogg")
    assert known["video"] == ("mp4", "video/mp4")
    assert known["archive"] == ("flac", "audio/flac")


@pytest.mark.parametrize("file_format", ["m4a", "opus", "wav"])
def test_the_encoded_file_can_be_brought_to_its_target(tmp_path, file_format):
    made = profile(file_format)
    length = 5 * RATE_HZ
    mix = sound(length=length, level=0.15)
    beats = np.zeros(length, np.float32)
    beats[:: RATE_HZ // 2] = 0.7
    mix = Sound(mix.samples + np.convolve(beats, np.hanning(40), "same").astype(np.float32), RATE_HZ)
    target = Target(loudness_lufs=-16.0, true_peak_dbtp=-1.0, tolerance_lu=0.2)
    mastering = guess_mastering(measure(mix), target, file_format)
    for _ in range(6):
        path = encode(tmp_path, made, mix, gain_db=mastering.gain_db, ceiling_dbtp=mastering.ceiling_dbtp)
        measured = measure_encoded(path, made)
        better = correct_mastering(mastering, measured, target)
        if better is None:
            break
        mastering = better
    assert measured.integrated_loudness_lufs == pytest.approx(-16.0, abs=0.2)
    assert -3 < measured.true_peak_dbtp <= -1.0
    assert measured.samples == length


# --- beyond full scale ---


@pytest.mark.parametrize("file_format", FORMATS)
def test_clipping_never_passes_silently(tmp_path, file_format):
    loud = sound(level=1.3)
    with pytest.raises(LoudnessError, match=r"after 0:00 the sound reaches [23]\.\d dBFS: it would clip"):
        encode(tmp_path, profile(file_format), loud, ceiling_dbtp=None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("file_format", FORMATS)
def test_an_archive_is_turned_down_instead(tmp_path, file_format):
    made = profile(file_format, loudness_lufs=None, true_peak_dbtp=None)
    loud = sound(level=1.3)
    gain = headroom_gain_db(measure(loud), made)
    assert -4.5 < gain < -1.0
    assert gain == round(gain, 1)
    heard = decoded(encode(tmp_path, made, loud, gain_db=gain, ceiling_dbtp=None))
    assert np.abs(heard).max() <= 1.0
    ratio = np.sqrt(np.mean(heard**2) / np.mean(loud.samples**2))
    assert 20 * math.log10(ratio) == pytest.approx(gain, abs=0.1)


def test_an_archive_that_fits_is_left_alone():
    for file_format in FORMATS:
        assert headroom_gain_db(measure(sound()), profile(file_format)) == 0.0
    # Full scale is allowed where nothing is coded; between the samples it may be higher.
    full = sound()
    full = Sound(full.samples / np.abs(full.samples).max(), RATE_HZ)
    assert headroom_gain_db(measure(full), profile("flac")) == 0.0
    assert headroom_gain_db(measure(full), profile("flac", sample_rate_hz=44_100)) < 0
    assert headroom_gain_db(measure(full), profile("m4a")) < -1.0


def test_an_archive_of_silence():
    silence = Sound(np.zeros((2, RATE_HZ), np.float32), RATE_HZ)
    assert headroom_gain_db(measure(silence), profile("flac")) == 0.0


def test_what_is_no_number_is_refused(tmp_path):
    broken = sound()
    broken.samples[0, 500] = np.nan
    with pytest.raises(LoudnessError):
        encode(tmp_path, profile("wav"), broken, ceiling_dbtp=None)


# --- failures ---


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_folder_that_is_not_there(tmp_path, file_format):
    with pytest.raises(CacheError, match=f"it.{file_format} can't be written"):
        encode(tmp_path / "gone", profile(file_format))


@pytest.mark.skipif(sys.platform == "win32", reason="limits a file's size the POSIX way")
@pytest.mark.parametrize("file_format", FORMATS)
def test_a_full_disk(tmp_path, file_format):
    import resource
    import signal

    short = sound(length=RATE_HZ // 2)
    whole = encode(tmp_path, profile(file_format), short)
    size = whole.stat().st_size
    whole.unlink()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        for room in (0, 1000, size // 2, size - 1):
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
            with pytest.raises(CacheError, match=f"it.{file_format} can't be written: File too large"):
                encode(tmp_path, profile(file_format), short)
            assert list(tmp_path.iterdir()) == []
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)


def test_an_encoder_that_refuses(tmp_path):
    with pytest.raises(ToolError, match=r"the library that makes it\.opus failed"):
        encode(tmp_path, profile("opus", sample_rate_hz=44_100), sound(rate_hz=44_100))
    assert list(tmp_path.iterdir()) == []


def test_an_encoder_that_is_not_there(tmp_path, monkeypatch):
    def coding(container, bitrate_kbps):
        there = aac_coding(container, bitrate_kbps)
        return type(there)(container=container, codec="aac_of_mars", sample_format="fltp")

    monkeypatch.setattr(podtool.audio.encode, "aac_coding", coding)
    with pytest.raises(ToolError, match="aac_of_mars"):
        encode(tmp_path, profile("m4a"))


@pytest.mark.parametrize("file_format", FORMATS)
def test_ctrl_c_leaves_nothing(tmp_path, file_format):
    def tell(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode(tmp_path, profile(file_format), tell=tell)
    assert list(tmp_path.iterdir()) == []


def test_the_sound_is_read_in_blocks(tmp_path):
    """Ten hours must not be in memory at once."""

    class Long(Sound):
        asked = 0

        def read(self, start, stop, factor=1.0):
            Long.asked = max(Long.asked, stop - start)
            return super().read(start, stop, factor)

    rate = 8000
    programme = Long(np.zeros((1, 25 * rate), np.float32), rate)
    write_av(programme, tmp_path / "it.opus", podtool.audio.encode.opus_coding(16, 0))
    assert Long.asked == 10 * rate
    with av.open(str(tmp_path / "it.opus")) as file:
        assert Fraction(file.duration, av.time_base) == pytest.approx(25, abs=0.01)
