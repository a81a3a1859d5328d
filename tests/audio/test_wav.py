"""WAV and BWF, field by field against EBU Tech 3285 and 3306."""

import io
import struct
import sys
import wave
from datetime import UTC, datetime

import numpy as np
import pytest
from encode_samples import sound
from mix_samples import Sound

from podtool.audio.container import probe_source
from podtool.audio.dither import quantise_int16, quantise_int24
from podtool.audio.measuring import measure_blocks
from podtool.audio.source import read_blocks
from podtool.audio.wav import BEXT, Broadcast, Pcm, put_broadcast, render_bext, render_header, write_wav
from podtool.errors import ToolError

PCM = Pcm(rate_hz=48_000, channels=2, bit_depth=24)
GUID_PCM = bytes.fromhex("0100000000001000800000aa00389b71")


def chunks(content):
    """(name, content) of each chunk; `data` may be cut off, as in a bare header."""
    found, place = {}, 12
    while place + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, place)
        found[name] = content[place + 8 : place + 8 + size]
        place += 8 + size + size % 2
    return found


def measured(**values):
    """What five seconds of a tone measure, as far as it isn't told."""
    tone = sound(length=5 * 48_000)
    found = measure_blocks([tone.samples], 48_000)
    return type(found)(**{**vars(found), **values})


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("bit_depth", [16, 24])
@pytest.mark.parametrize("length", [1, 4801])
def test_the_whole_file(tmp_path, channels, bit_depth, length):
    programme = sound("mono" if channels == 1 else "stereo", length=length)
    path = tmp_path / "it.wav"
    told = []
    write_wav(programme, path, bit_depth=bit_depth, progress=told.append)
    content = path.read_bytes()
    assert told == [length]
    assert content[:4] == b"RIFF"
    assert content[8:12] == b"WAVE"
    assert struct.unpack_from("<I", content, 4)[0] == len(content) - 8
    assert len(content) % 2 == 0
    found = chunks(content)
    assert list(found) == [b"fmt ", b"bext", b"data"]
    frame = channels * bit_depth // 8
    tag, *rest = struct.unpack_from("<HHIIHH", found[b"fmt "])
    assert rest == [channels, 48_000, 48_000 * frame, frame, bit_depth]
    if bit_depth == 16:
        assert (tag, len(found[b"fmt "])) == (1, 16)
    else:
        extra, valid, mask, guid = struct.unpack_from("<HHI16s", found[b"fmt "], 16)
        assert (tag, extra, valid, guid) == (0xFFFE, 22, 24, GUID_PCM)
        assert mask == {1: 4, 2: 3}[channels]
    assert len(found[b"data"]) == length * frame
    quantise = quantise_int16 if bit_depth == 16 else quantise_int24
    wanted = quantise(programme.samples, 0)
    if bit_depth == 16:
        assert found[b"data"] == wanted.astype("<i2").tobytes()
    else:
        raw = np.frombuffer(found[b"data"], np.uint8).reshape(-1, 3).astype(np.int32)
        values = raw[:, 0] | raw[:, 1] << 8 | raw[:, 2] << 16
        assert (np.where(values >> 23, values - (1 << 24), values) == wanted.ravel()).all()


def test_pythons_own_reader_takes_it(tmp_path):
    path = tmp_path / "it.wav"
    write_wav(sound(length=999), path, bit_depth=16)
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 48_000, 2)
        assert file.getnframes() == 999


def test_blocks_leave_no_seam(tmp_path):
    rows = np.random.default_rng(1).standard_normal((1, 25 * 8000)) * 0.1
    programme = Sound(rows.astype(np.float32), 8000)
    path = tmp_path / "it.wav"
    write_wav(programme, path, bit_depth=16)
    heard = np.concatenate(list(read_blocks(path, rate_hz=8000)), axis=1)
    assert (heard == quantise_int16(programme.samples, 0).T / np.float32(2**15)).all()


# --- bext ---


def test_bext_has_its_fields_where_tech_3285_puts_them():
    broadcast = Broadcast(
        description="Épisode 8 : où ça ? 日本\n" + "x" * 300,
        originated=datetime(2026, 3, 9, 8, 5, 7, tzinfo=UTC),
        time_reference_samples=(3 << 32) + 17,
        measured=measured(true_peak_dbtp=-1.005),
    )
    bext = render_bext(broadcast)
    assert len(bext) == 602
    assert bext[:28] == b"Episode 8 : ou ca ? ?? xxxxx"
    assert bext[255:256] == b"x"
    assert bext[256:288] == b"podtool".ljust(32, b"\0")
    assert bext[288:320] == bytes(32)
    assert bext[320:330] == b"2026-03-09"
    assert bext[330:338] == b"08:05:07"
    assert struct.unpack_from("<IIH", bext, 338) == (17, 3, 2)
    assert bext[348:412] == bytes(64)
    loudness, spread, peak, momentary, short_term = struct.unpack_from("<5h", bext, 412)
    assert loudness == round(100 * broadcast.measured.integrated_loudness_lufs)
    assert spread == round(100 * broadcast.measured.loudness_range_lu)
    assert peak in (-100, -101)  # what -1.005 is in binary
    assert loudness < short_term < momentary < loudness + 300
    assert bext[422:] == bytes(180)


def test_without_facts_nothing_is_claimed():
    bext = render_bext(Broadcast())
    assert bext[:256] == bytes(256)
    assert bext[320:346] == bytes(26)
    assert struct.unpack_from("<5h", bext, 412) == (0x7FFF,) * 5


@pytest.mark.parametrize(
    ("level", "told"), [(-22.646, -2265), (-22.644, -2264), (0.126, 13), (-99.99, -9999), (-100.0, 0x7FFF)]
)
def test_levels_in_hundredths(level, told):
    bext = render_bext(Broadcast(measured=measured(true_peak_dbtp=level)))
    assert struct.unpack_from("<h", bext, 416)[0] == told


def test_silence_has_no_loudness_to_tell():
    silence = measure_blocks([np.zeros((2, 48_000 * 4), np.float32)], 48_000)
    assert struct.unpack_from("<5h", render_bext(Broadcast(measured=silence)), 412) == (0x7FFF,) * 5


def test_a_short_sound_has_no_short_term_loudness():
    short = measure_blocks([sound(length=4800 * 5).samples], 48_000)
    *_, momentary, short_term = struct.unpack_from("<5h", render_bext(Broadcast(measured=short)), 412)
    assert -3000 < momentary < 0
    assert short_term == 0x7FFF


def test_the_coding_history_says_what_was_done():
    found = chunks(render_header(PCM, 10, Broadcast()))
    assert found[b"bext"][BEXT.size :] == b"A=PCM,F=48000,W=24,M=stereo,T=podtool\r\n"


def test_bext_can_be_told_more_afterwards(tmp_path):
    path = tmp_path / "it.wav"
    write_wav(sound(), path, bit_depth=24)
    before = path.read_bytes()
    more = Broadcast(description="Two", measured=measured())
    put_broadcast(path, more)
    after = path.read_bytes()
    assert chunks(after)[b"bext"].startswith(render_bext(more))
    put_broadcast(path, Broadcast())
    assert path.read_bytes() == before
    assert len(after) == len(before)
    assert after[-len(before) // 2 :] == before[-len(before) // 2 :]


@pytest.mark.parametrize("content", [b"", b"RIFF\4\0\0\0WAVE", b"RIFF\x0c\0\0\0WAVEbext\4\0\0\0abcd"])
def test_a_file_without_bext(tmp_path, content):
    path = tmp_path / "it.wav"
    path.write_bytes(content)
    with pytest.raises(ToolError, match="has no `bext` chunk"):
        put_broadcast(path, Broadcast())
    assert path.read_bytes() == content


# --- RF64 ---

FOUR_GIB = 1 << 32


def overhead():
    return len(render_header(PCM, 0, Broadcast())) - 8


def test_the_longest_riff_and_the_shortest_rf64():
    frames = (FOUR_GIB - 2 - overhead()) // 6
    assert render_header(PCM, frames, Broadcast())[:4] == b"RIFF"
    assert render_header(PCM, frames + 1, Broadcast())[:4] == b"RF64"


def test_rf64_tells_its_sizes_in_ds64():
    frames = FOUR_GIB  # 24 GiB of sound
    header = render_header(PCM, frames, Broadcast())
    assert struct.unpack_from("<4sI4s", header) == (b"RF64", 0xFFFF_FFFF, b"WAVE")
    name, size, riff_bytes, data_bytes, samples, table = struct.unpack_from("<4sIQQQI", header, 12)
    assert (name, size, table) == (b"ds64", 28, 0)
    assert (data_bytes, samples) == (frames * 6, frames)
    assert riff_bytes == len(header) - 8 + data_bytes
    assert header[-8:] == b"data\xff\xff\xff\xff"
    assert list(chunks(header)) == [b"ds64", b"fmt ", b"bext", b"data"]


def test_an_odd_rf64_counts_its_pad_byte():
    mono = Pcm(rate_hz=48_000, channels=1, bit_depth=24)
    header = render_header(mono, FOUR_GIB + 1, Broadcast())
    riff_bytes, data_bytes = struct.unpack_from("<QQ", header, 20)
    assert data_bytes % 2 == 1
    assert riff_bytes == len(header) - 8 + data_bytes + 1


def test_rf64_is_read_back(tmp_path, monkeypatch):
    """With the limit moved: nobody wants a file of 4 GB in a test."""
    monkeypatch.setattr("podtool.audio.wav._LARGEST_RIFF", 10_000)
    path = tmp_path / "it.wav"
    write_wav(sound(length=4801), path, bit_depth=24)
    assert path.read_bytes()[:4] == b"RF64"
    put_broadcast(path, Broadcast(description="Long"))
    assert chunks(path.read_bytes())[b"bext"].startswith(b"Long\0")
    assert probe_source(path).codec == "pcm_s24le"
    heard = np.concatenate(list(read_blocks(path, rate_hz=48_000)), axis=1)
    assert (heard == quantise_int24(sound(length=4801).samples, 0).T / np.float32(2**23)).all()


@pytest.mark.skipif(sys.platform == "win32", reason="NTFS would fill the hole")
def test_a_sparse_file_past_4_gb(tmp_path):
    """The header as it really is, before five gigabytes of a hole."""
    frames = 5 * 10**9 // 6
    path = tmp_path / "it.wav"
    header = render_header(PCM, frames, Broadcast())
    with path.open("wb") as file:
        file.write(header)
        file.seek(frames * 6 - 1, io.SEEK_CUR)
        file.write(b"\0")
    assert probe_source(path).duration_s == pytest.approx(frames / 48_000)
