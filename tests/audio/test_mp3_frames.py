import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.audio.mp3_frames import (
    BITRATES_KBPS,
    MPEG_1,
    SAMPLE_RATES_HZ,
    SIDE_INFO,
    SideInfoReader,
    format_header,
    parse_header,
    with_main_data_begin,
    with_padding,
)


@pytest.mark.parametrize(
    ("word", "facts"),
    [
        # version, kbit/s, Hz, channels, bytes, samples; the lengths are 144·kbit/s/kHz, or 72· below 32 kHz
        ("fffb9064", (3, 128, 44100, 2, 417, 1152)),
        ("fffb9264", (3, 128, 44100, 2, 418, 1152)),
        ("fffb10c4", (3, 32, 44100, 1, 104, 1152)),
        ("fffbe444", (3, 320, 48000, 2, 960, 1152)),
        ("fff38064", (2, 64, 22050, 2, 208, 576)),
        ("fff310c4", (2, 8, 22050, 1, 26, 576)),
        ("ffe388c4", (0, 64, 8000, 1, 576, 576)),
    ],
)
def test_headers_are_read_as_the_standard_has_them(word, facts):
    header = parse_header(bytes.fromhex(word))
    assert facts == (
        header.version,
        header.bitrate_kbps,
        header.sample_rate_hz,
        header.channels,
        header.length_bytes,
        header.samples,
    )
    assert not header.protected


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("fffb", "too short"),
        ("00fb9064", "no syncword"),
        ("ffeb9064", "reserved version"),
        ("fffd9064", "Layer II"),
        ("fff99064", "reserved layer"),
        ("fffb0064", "free format"),
        ("fffbf064", "forbidden bit rate"),
        ("fffb9c64", "reserved rate"),
        ("ffffffff", "ones"),
    ],
)
def test_what_begins_no_frame_is_none(word, why):
    assert parse_header(bytes.fromhex(word)) is None, why


def test_a_crc_moves_the_side_information():
    assert parse_header(bytes.fromhex("fffa9064")).side_info_start == 6
    assert parse_header(bytes.fromhex("fffa9064")).main_data_start == 38


@given(st.data())
def test_what_is_formatted_is_parsed(data):
    version = data.draw(st.sampled_from(sorted(BITRATES_KBPS)))
    facts = {
        "bitrate_kbps": data.draw(st.sampled_from(BITRATES_KBPS[version])),
        "sample_rate_hz": data.draw(st.sampled_from(SAMPLE_RATES_HZ[version])),
        "channels": data.draw(st.sampled_from([1, 2])),
    }
    header = parse_header(format_header(**facts))
    assert {name: getattr(header, name) for name in facts} == facts
    assert (header.padding, header.protected) == (False, False)
    padded = parse_header(with_padding(format_header(**facts)))
    assert padded.padding
    assert padded.length_bytes == header.length_bytes + 1


@pytest.mark.parametrize("kind", SIDE_INFO)
def test_granules_fill_the_side_information_to_the_last_bit(kind):
    layout, (is_lsf, channels) = SIDE_INFO[kind], kind
    granules = layout.granules * channels * layout.granule_bits
    assert layout.first_granule_bit + granules == 8 * layout.size_bytes
    assert layout.largest_main_data_begin == (255 if is_lsf else 511)


@given(data=st.data(), rate_hz=st.sampled_from([44100, 24000]), channels=st.sampled_from([1, 2]))
def test_fields_are_where_the_standard_has_them(data, rate_hz, channels):
    layout = SIDE_INFO[rate_hz < 32000, channels]
    per_frame = layout.granules * channels
    begin = data.draw(st.integers(0, layout.largest_main_data_begin))
    lengths = [data.draw(st.integers(0, 4095)) for _ in range(per_frame)]
    blocks = [data.draw(st.integers(0, 3)) for _ in range(per_frame)]
    fixed_bits = layout.first_granule_bit - layout.main_data_begin_bits
    scale_factor_bits = 4 if rate_hz == 44100 else 9
    bits = f"{begin:0{layout.main_data_begin_bits}b}" + "1" * fixed_bits
    for length, block in zip(lengths, blocks, strict=True):
        granule = f"{length:012b}" + "1" * 9 + "0" * 8 + "1" * scale_factor_bits
        granule += f"1{block:02b}" if block else "011"
        bits += granule.ljust(layout.granule_bits, "1")
    side_info = int(bits, 2).to_bytes(layout.size_bytes, "big")
    reader = SideInfoReader(layout, side_info)
    assert reader.main_data_begin == begin
    assert reader.main_data_bits() == sum(lengths)
    assert reader.block_types() == tuple(blocks)
    word = format_header(bitrate_kbps=64, sample_rate_hz=rate_hz, channels=channels)
    moved = with_main_data_begin(word + side_info, layout.largest_main_data_begin - begin)
    assert moved[:4] == word
    assert SideInfoReader(layout, moved[4:]).main_data_begin == layout.largest_main_data_begin - begin
    assert with_main_data_begin(moved, begin) == word + side_info


def test_the_side_information_of_a_protected_frame_is_left_alone():
    with pytest.raises(ValueError, match="unprotected"):
        with_main_data_begin(bytes.fromhex("fffa9064") + bytes(34), 3)


def test_versions_know_their_rates():
    assert SAMPLE_RATES_HZ[MPEG_1] == tuple(2 * rate for rate in SAMPLE_RATES_HZ[0b10])
