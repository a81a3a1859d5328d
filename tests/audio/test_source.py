import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import sound_files as make
from hypothesis import given, settings
from hypothesis import strategies as st

from podtool.audio import source
from podtool.audio.container import Probe
from podtool.audio.resample import resampled
from podtool.audio.source import probe_source, read_blocks

SAMPLES = 60_001
"""No multiple of any codec's frame."""


def read(path, rate_hz=make.RATE_HZ, channels=None):
    return np.concatenate(list(read_blocks(path, rate_hz=rate_hz, channels=channels)), axis=1)


def music(channels=2, count=SAMPLES):
    steps = np.arange(count) / make.RATE_HZ
    rows = [0.3 * np.sin(2 * np.pi * (330 + 220 * row) * steps * (1 + steps)) for row in range(channels)]
    return np.array(rows, np.float32)


def lag_of(found, given):
    """By how many samples `found` is late, from the peak of the cross-correlation."""
    size = 1 << 16
    product = np.fft.rfft(found, size) * np.conj(np.fft.rfft(given, size))
    lag = int(np.fft.irfft(product).argmax())
    return lag - size if lag > size // 2 else lag


PCM = ["u8", "s16", "s24", "s32", "f32", "f64"]


@pytest.mark.parametrize("kind", PCM)
@pytest.mark.parametrize("form", ["plain", "extensible", "rf64"])
def test_wav_of_every_depth_is_read_to_the_bit(tmp_path, kind, form):
    sound = make.noise(5_000)
    more = {"plain": {}, "extensible": {"mask": 3}, "rf64": {"rf64": True}}[form]
    path = make.write_wav(tmp_path / "a.wav", sound, kind, **more)
    bits = int(kind[1:])
    expected = sound if kind[0] == "f" else (make.on_grid(sound, bits) / 2.0 ** (bits - 1)).astype(np.float32)
    assert np.array_equal(read(path), expected)
    probe = probe_source(path)
    assert (probe.container, probe.bit_depth, probe.channels, probe.sample_rate_hz) == (
        "wav",
        bits,
        2,
        48_000,
    )
    assert probe.duration_s == pytest.approx(5_000 / 48_000)


@pytest.mark.parametrize(("bits", "little_endian"), [(16, False), (24, False), (32, False), (16, True)])
def test_aiff_is_read_to_the_bit(tmp_path, bits, little_endian):
    sound = make.noise(5_000)
    path = tmp_path / "a.aiff"
    path.write_bytes(make.aiff_bytes(sound, bits, little_endian=little_endian))
    assert np.array_equal(read(path), (make.on_grid(sound, bits) / 2.0 ** (bits - 1)).astype(np.float32))
    assert (probe_source(path).container, probe_source(path).bit_depth) == ("aiff", bits)


@pytest.mark.parametrize(
    ("name", "codec", "form", "bits"),
    [("a.flac", "flac", "s32", 24), ("a.flac", "flac", "s16", 16), ("a.m4a", "alac", "s32p", 24),
     ("a.m4a", "alac", "s16p", 16), ("a.caf", "pcm_s16le", "s16", 16), ("a.w64", "pcm_s16le", "s16", 16),
     ("a.mkv", "flac", "s16", 16)],
)  # fmt: skip
def test_lossless_codecs_are_read_to_the_bit(tmp_path, name, codec, form, bits):
    sound = make.noise(SAMPLES - 1)
    path = make.write_coded(tmp_path / name, sound, codec, form=form)
    assert np.array_equal(read(path), (make.on_grid(sound, bits) / 2.0 ** (bits - 1)).astype(np.float32))
    assert probe_source(path).bit_depth == bits


LOSSY = [
    ("a.mp3", "mp3", "mp3", "mp3"),
    ("a.m4a", "aac", "aac", "mp4"),
    ("a.opus", "libopus", "opus", "ogg"),
    ("a.webm", "libopus", "opus", "matroska"),
    ("video.mp4", "aac", "aac", "mp4"),
    ("video.mkv", "libopus", "opus", "matroska"),
]


@pytest.mark.parametrize(("name", "encoder", "codec", "container"), LOSSY)
@pytest.mark.parametrize("channels", [1, 2])
def test_lossy_codecs_give_as_many_samples_as_went_in_at_the_same_place(
    tmp_path, name, encoder, codec, container, channels
):
    sound = music(channels)
    path = tmp_path / name
    if encoder == "mp3":
        make.write_mp3(path, sound)
    else:
        make.write_coded(path, sound, encoder, picture=name.startswith("video"))
    found = read(path)
    assert found.shape == (channels, SAMPLES)
    assert lag_of(found[0], sound[0]) == 0
    assert np.corrcoef(found[0, 2000:-2000], sound[0, 2000:-2000])[0, 1] > 0.98
    probe = probe_source(path)
    assert (probe.codec, probe.container, probe.channels, probe.bit_depth) == (
        codec,
        container,
        channels,
        None,
    )


@pytest.mark.parametrize("samples", [48_000, 48_001, 50_000, 51_199, 51_200, 51_201])
@pytest.mark.parametrize("scale", ["1000", "48000"])
def test_aac_ends_where_the_edit_list_or_the_last_packet_ends(tmp_path, samples, scale):
    path = make.write_coded(tmp_path / "a.m4a", music(1, samples), "aac", movie_timescale=scale)
    assert read(path).shape == (1, samples)


def test_ogg_vorbis(tmp_path):
    # FFmpeg's own encoder, the only one in PyAV's wheel, doesn't write where the last block of 64 ends.
    path = make.write_coded(tmp_path / "a.ogg", music(), "vorbis", encoder_options={"strict": "-2"})
    found = read(path)
    assert found.shape == (2, -(-SAMPLES // 64) * 64)
    assert lag_of(found[0, :SAMPLES], music()[0]) == 0
    assert probe_source(path).codec == "vorbis"


@pytest.mark.real
@pytest.mark.parametrize(
    "name_and_encoder",
    [
        "a.ogg -c:a libvorbis",
        "a.mp3 -c:a libmp3lame -q:a 2",
        "a.wma -c:a wmav2",
        "a.mov -c:a aac",
        "a.aif",
        "a.au",
    ],
)
def test_what_ffmpeg_writes(tmp_path, name_and_encoder):
    if not shutil.which("ffmpeg"):
        pytest.skip("ffmpeg is not installed")
    name, *encoder = name_and_encoder.split()
    source = make.write_wav(tmp_path / "source.wav", music())
    subprocess.run(["ffmpeg", "-v", "error", "-i", source, *encoder, tmp_path / name], check=True)
    found = read(tmp_path / name)
    # Windows Media doesn't say where it ends.
    assert found.shape[1] == SAMPLES or (name == "a.wma" and abs(found.shape[1] - SAMPLES) < 2048)
    assert name == "a.wma" or lag_of(found[0], music()[0]) == 0


@pytest.mark.parametrize("less", [1, 300, 1500])
def test_aac_whose_edit_list_ends_inside_a_packet(tmp_path, less):
    # As Apple writes them: all packets are whole, only the edit list knows the end.
    path = make.write_coded(tmp_path / "a.m4a", music(1, 48_000), "aac", movie_timescale="48000")
    content = bytearray(path.read_bytes())
    place = content.index(b"elst") + 12
    content[place : place + 4] = (48_000 - less).to_bytes(4, "big")
    path.write_bytes(content)
    assert read(path).shape == (1, 48_000 - less)


def test_mp3_without_an_info_frame_is_read_with_its_padding(tmp_path):
    path = make.write_mp3(tmp_path / "a.mp3", music(), info=False)
    assert read(path).shape[1] % 1152 == 0
    assert read(path).shape[1] > SAMPLES


def test_of_a_probe(tmp_path):
    path = make.write_with_wave(tmp_path / "a.wav", make.noise(48_000, channels=1))
    assert probe_source(path) == Probe(
        codec="pcm_s16le",
        container="wav",
        sample_rate_hz=48_000,
        channels=1,
        layout="1 channels",
        bit_depth=16,
        duration_s=1.0,
    )


def test_mono_stays_one_channel_unless_two_are_wanted(tmp_path):
    path = make.write_wav(tmp_path / "a.wav", make.noise(5_000, channels=1))
    assert len(read(path)) == 1
    both = read(path, channels=2)
    assert np.array_equal(both[0], both[1])
    assert np.array_equal(both[:1], read(path))


FIVE_ONE = ["front left", "front right", "centre", "low frequencies", "left surround", "right surround"]
HALF = 0.70710677


@pytest.mark.parametrize("way", ["extensible", "wave", "flac", "aac"])
@pytest.mark.parametrize(
    ("channel", "left", "right"),
    [(0, 1, 0), (1, 0, 1), (2, HALF, HALF), (3, 0, 0), (4, HALF, 0), (5, 0, HALF)],
    ids=FIVE_ONE,
)
def test_five_one_is_mixed_down_by_bs_775(tmp_path, way, channel, left, right):
    sound = np.zeros((6, 24_000), np.float32)
    sound[channel] = make.tone(0.5, hz=60.0 if channel == 3 else 800.0)[0]
    if way == "extensible":
        path = make.write_wav(tmp_path / "a.wav", sound, "f32", mask=0x3F)
    elif way == "wave":
        path = make.write_with_wave(tmp_path / "a.wav", sound)
    else:
        path = make.write_coded(tmp_path / ("a.flac" if way == "flac" else "a.m4a"), sound, way)
    found = read(path)
    assert found.shape[0] == 2
    middle = slice(6_000, 18_000)
    tolerance = 0.02 if way == "aac" else 1e-4
    for side, factor in enumerate((left, right)):
        assert np.abs(found[side, middle] - factor * sound[channel, middle]).max() < tolerance


def test_blocks_are_of_ten_seconds_and_join_without_a_seam(tmp_path):
    sound = make.tone(25.0, hz=997, channels=1)
    path = make.write_wav(tmp_path / "a.wav", sound, "f32")
    blocks = list(read_blocks(path, rate_hz=48_000))
    assert [block.shape[1] for block in blocks][:2] == pytest.approx([480_000, 480_000], abs=5_000)
    assert np.array_equal(np.concatenate(blocks, axis=1), sound)
    converted = list(read_blocks(path, rate_hz=44_100))
    assert all(block.shape[1] <= 445_000 for block in converted)
    joined = np.concatenate(converted, axis=1)
    # A seam would stand out of the sine's steepest step.
    assert np.abs(np.diff(joined[0, 2_000:-2_000])).max() < 0.5012 * 2 * np.pi * 997 / 44_100 * 1.01


def thd_and_noise_db(sound, hz, rate_hz):
    steps = 2 * np.pi * hz / rate_hz * np.arange(len(sound))
    basis = np.stack([np.sin(steps), np.cos(steps)], axis=1)
    fitted, *_ = np.linalg.lstsq(basis, sound.astype(np.float64), rcond=None)
    rest = sound - basis @ fitted
    return 10 * np.log10((rest**2).mean() / (sound.astype(np.float64) ** 2).mean())


def test_a_10_khz_tone_stays_pure_from_48_to_44_1_khz(tmp_path):
    path = make.write_wav(tmp_path / "a.wav", make.tone(3.0, hz=10_000), "f32")
    found = read(path, rate_hz=44_100)[0, 4_410:-4_410]
    assert thd_and_noise_db(found, 10_000, 44_100) < -120
    assert np.abs(found).max() == pytest.approx(10 ** (-6 / 20), rel=1e-3)


@pytest.mark.parametrize("from_hz", [8_000, 11_025, 22_050, 32_000, 44_100, 96_000, 192_000])
@pytest.mark.parametrize("to_hz", [44_100, 48_000])
def test_resampling_moves_nothing(from_hz, to_hz):
    hz = 500.0
    sound = make.tone(2.0, hz=hz, rate_hz=from_hz)
    found = np.concatenate(list(resampled([sound[:, :7_000], sound[:, 7_000:]], from_hz, to_hz)), axis=1)
    expected = make.tone(2.0, hz=hz, rate_hz=to_hz)
    assert found.shape == expected.shape
    assert np.abs(found - expected)[:, 2_000:-2_000].max() < 1e-4


@given(
    lengths=st.lists(st.integers(1, 3_000), min_size=1, max_size=6),
    rates=st.tuples(
        st.sampled_from([8_000, 22_050, 44_100, 48_000, 96_000]), st.sampled_from([44_100, 48_000])
    ),
)
@settings(max_examples=60, deadline=None)
def test_the_length_after_resampling_is_exact_and_blocks_dont_matter(lengths, rates):
    from_hz, to_hz = rates
    sound = make.noise(sum(lengths), channels=2)
    ends = np.cumsum([0, *lengths])
    found = np.concatenate(
        list(resampled([sound[:, a:b] for a, b in pairwise(ends)], from_hz, to_hz)), axis=1
    )
    assert found.shape == (2, round(sum(lengths) * to_hz / from_hz))
    whole = np.concatenate(list(resampled([sound], from_hz, to_hz)), axis=1)
    assert np.array_equal(found, whole)


def test_a_change_of_sample_format_on_the_way_is_no_matter(tmp_path, monkeypatch):
    sound = make.noise(4_000)
    path = make.write_wav(tmp_path / "a.wav", sound, "f32")
    frames = [make.frame(sound[:, :3_000], "s16", "stereo"), make.frame(sound[:, 3_000:], "fltp", "stereo")]
    monkeypatch.setattr(source, "_whole_frames", lambda _: [(frame, frame.samples) for frame in frames])
    found = read(path)
    assert np.abs(found[:, :3_000] - sound[:, :3_000]).max() <= 2.0**-16
    assert np.array_equal(found[:, 3_000:], sound[:, 3_000:])


def test_nobody_resamples_with_pydub():
    root = Path(__file__).parents[2] / "src"
    calls = [
        path.name for path in root.rglob("*.py") if ".set_frame_rate(" in path.read_text(encoding="utf-8")
    ]
    assert not calls
