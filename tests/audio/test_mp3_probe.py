import io
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mp3_sound import frames_of, reservoir_stream, restless_sound

from podtool.audio.mp3 import Mp3Settings, probe_mp3, write_mp3
from podtool.audio.mp3_probe import Frame, Gap, iter_frames
from podtool.errors import SourceError

STEREO = Mp3Settings(bitrate_kbps=128, channels=2, sample_rate_hz=44100, quality=9)
SECONDS_3 = 3 * 44100


@cache
def good(vbr=None):
    kind = Mp3Settings(bitrate_kbps=128, channels=2, sample_rate_hz=44100, quality=9, vbr=vbr)
    pcm = restless_sound(SECONDS_3, 2)
    file = io.BytesIO()
    write_mp3(file, SECONDS_3, lambda start, stop: pcm[start:stop], kind)
    return file.getvalue()


@pytest.fixture
def probe(tmp_path):
    def probe(data):
        (tmp_path / "it.mp3").write_bytes(data)
        return probe_mp3(tmp_path / "it.mp3")

    return probe


def test_a_good_file(probe):
    facts = probe(good())
    assert facts.problems == ()
    assert (facts.sample_rate_hz, facts.channels) == (44100, 2)
    assert (facts.bitrate_kbps, facts.vbr) == (128, False)
    assert (facts.has_info, facts.encoder) == (True, "LAME3.100")
    assert (facts.delay_samples, facts.samples) == (576, SECONDS_3)
    assert facts.frames * 1152 == 576 + SECONDS_3 + facts.padding_samples
    assert (facts.audio_start_bytes, facts.audio_bytes) == (0, len(good()))
    assert len(facts.toc) == 100


def test_a_variable_bit_rate(probe):
    facts = probe(good(4))
    assert facts.problems == ()
    assert facts.vbr
    assert facts.samples == SECONDS_3


ID3V2 = b"ID3\x04\0\0\0\0\x02\x01" + bytes(257)
ID3V2_WITH_FOOTER = b"ID3\x04\0\x10\0\0\0\x05" + b"\xff\xfb\x90\x64x" + b"3DI\x04\0\x10\0\0\0\x05"
ID3V1 = b"TAG" + bytes(125)
APE = (
    b"APETAGEX" + (2000).to_bytes(4, "little") + (40).to_bytes(4, "little") + bytes(16)
    + bytes(8)
    + b"APETAGEX" + (2000).to_bytes(4, "little") + (40).to_bytes(4, "little") + bytes(16)
)  # fmt: skip


@pytest.mark.parametrize("front", [b"", ID3V2, ID3V2_WITH_FOOTER, ID3V2 + ID3V2])
@pytest.mark.parametrize("back", [b"", ID3V1, APE, APE[32:], APE + ID3V1])
def test_tags_at_either_end_are_no_sound(probe, front, back):
    facts = probe(front + good() + back)
    assert facts.problems == ()
    assert (facts.audio_start_bytes, facts.audio_bytes) == (len(front), len(good()))


def without_frame(data, number):
    frames = frames_of(data)
    return b"".join(frame.data for at, frame in enumerate(frames) if at != number)


def flipped(data, at):
    return data[:at] + bytes((data[at] ^ 0x10,)) + data[at + 1 :]


def first_lost():
    return b"".join(frame.data for frame in frames_of(good())[20:])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (flipped(good(), 30_000), ["music CRC"]),
        (flipped(good(), 160), ["own CRC"]),
        (without_frame(good(), 50), ["main data", "frames is", "bytes is"]),
        (good()[:-100], ["no whole frame", "frames is"]),
        (good()[:20_000] + b"\xff" * 3_000 + good()[20_000:], ["no whole frame"]),
        (good() + bytes(5_000), ["5000 bytes"]),
        (first_lost(), ["before the file"]),
        (frames_of(good())[0].data + b"".join(f.data for f in frames_of(good(4))[1:]), ["constant"]),
        (good()[:60] + bytes(range(100, 200)) + good()[160:], ["seek table"]),
    ],
)
def test_what_is_wrong_is_said(probe, data, said):
    problems = probe(data).problems
    for words in said:
        assert any(words in problem for problem in problems), problems


def test_main_data_of_two_frames_may_not_overlap(probe):
    stream = bytearray(reservoir_stream([187] * 40, kbps=64, rate_hz=44100, channels=1, seed=1))
    assert probe(bytes(stream)).problems == ()
    stream[20 * 208 + 5] = 0x80  # main_data_begin's last bit: one byte earlier, where frame 19's lies
    assert "shares main data" in probe(bytes(stream)).problems[0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"ID3",
        ID3V2,
        ID3V1,
        APE,
        bytes(100_000),
        b"\xff" * 300_000,
        b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
    ],
)
def test_what_is_no_mp3_is_refused(probe, data):
    with pytest.raises(SourceError, match="no MPEG Layer III frames"):
        probe(data)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SourceError, match="can't be read"):
        probe_mp3(tmp_path / "nothing.mp3")


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_hostile_files_end_in_facts_or_an_error(tmp_path_factory, data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    broken = bytearray(ID3V2 + good()[:9_000] + APE + ID3V1)
    for _ in range(data.draw(st.integers(0, 40))):
        broken[rng.integers(len(broken))] = rng.integers(256)
    start, stop = sorted(rng.integers(0, len(broken), 2)) if data.draw(st.booleans()) else (0, 0)
    del broken[start:stop]
    path = tmp_path_factory.mktemp("hostile") / "it.mp3"
    path.write_bytes(broken)
    try:
        facts = probe_mp3(path)
    except SourceError:
        return
    assert facts.samples >= 0
    assert len(facts.problems) <= 20


def test_frames_and_gaps_are_the_whole_file():
    data = good()[:20_000] + b"rubbish" + good()[20_000:40_000]
    at = 0
    for part in iter_frames(io.BytesIO(data)):
        assert part.offset == at
        at += len(part.data) if isinstance(part, Frame) else part.size_bytes
    assert at == len(data)


def test_the_search_for_frames_is_bounded():
    lonely = good()[:417] + bytes(50)
    parts = list(iter_frames(io.BytesIO((lonely * 3 + good()[417 : 417 * 3]) * 100)))
    assert sum(isinstance(part, Gap) for part in parts) == 20
