"""MPEG audio Layer III frames: header, side information, and where the main data lies.

Tables follow ISO/IEC 11172-3 (MPEG-1) and ISO/IEC 13818-3 (MPEG-2, "lower sampling frequencies", LSF);
MPEG-2.5 is the same at half the rates and lies outside the standards. Only what joining and checking streams
asks for is read: nothing here decodes sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

HEADER_BYTES = 4
CRC_BYTES = 2

SYNCWORD = 0x7FF
"""11 bits; the standard's 12th became the flag of MPEG-2.5."""
LAYER_III = 0b01
MODE_JOINT_STEREO = 0b01
MODE_MONO = 0b11

MPEG_2_5, MPEG_2, MPEG_1 = 0b00, 0b10, 0b11
"""The header's version field; 0b01 is reserved."""

BITRATES_KBPS = {
    MPEG_1: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    MPEG_2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    MPEG_2_5: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""bitrate_index 1 to 14 (ISO 11172-3, 2.4.2.3; 13818-3, 2.4.2.3). 0 is "free format", 15 is forbidden."""

SAMPLE_RATES_HZ = {
    MPEG_1: (44100, 48000, 32000),
    MPEG_2: (22050, 24000, 16000),
    MPEG_2_5: (11025, 12000, 8000),
}
"""sampling_frequency 0 to 2; 3 is reserved."""

VERSION_OF_RATE = {rate: version for version, rates in SAMPLE_RATES_HZ.items() for rate in rates}


@dataclass(frozen=True, kw_only=True)
class SideInfo:
    """How one kind of stream lays out its side information (ISO 11172-3, 2.4.1.7; 13818-3, 2.4.1.7).

    Attributes:
        size_bytes: of the whole side information.
        main_data_begin_bits: width of `main_data_begin`, its first field.
        first_granule_bit: where the first granule's first channel begins.
        granules: granules per frame, of 576 samples each.
        granule_bits: per granule and channel.
        block_type_bit: of `window_switching_flag` in a granule; `block_type` follows it.
    """

    size_bytes: int
    main_data_begin_bits: int
    first_granule_bit: int
    granules: int
    granule_bits: int
    block_type_bit: int

    @property
    def largest_main_data_begin(self) -> int:
        """Bytes that the bit reservoir can hold: 511, or 255 in LSF."""
        return (1 << self.main_data_begin_bits) - 1


SIDE_INFO = {
    (False, 1): SideInfo(
        size_bytes=17,
        main_data_begin_bits=9,
        first_granule_bit=18,
        granules=2,
        granule_bits=59,
        block_type_bit=33,
    ),
    (False, 2): SideInfo(
        size_bytes=32,
        main_data_begin_bits=9,
        first_granule_bit=20,
        granules=2,
        granule_bits=59,
        block_type_bit=33,
    ),
    (True, 1): SideInfo(
        size_bytes=9,
        main_data_begin_bits=8,
        first_granule_bit=9,
        granules=1,
        granule_bits=63,
        block_type_bit=38,
    ),
    (True, 2): SideInfo(
        size_bytes=17,
        main_data_begin_bits=8,
        first_granule_bit=10,
        granules=1,
        granule_bits=63,
        block_type_bit=38,
    ),
}
"""By (is LSF, channels)."""

GRANULE_SAMPLES = 576
PART2_3_LENGTH_BITS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameHeader:
    """A Layer III frame's header, in plain numbers.

    Attributes:
        version: `MPEG_1`, `MPEG_2` or `MPEG_2_5`.
        protected: a CRC-16 follows the header.
        bitrate_kbps: of this frame.
        sample_rate_hz: of the stream.
        padding: the frame is one byte longer.
        channels: 1 or 2.
        length_bytes: of the whole frame, header included (ISO 11172-3, 2.4.3.1).
        samples: per channel.
        side_info: layout of the side information.
    """

    version: int
    protected: bool
    bitrate_kbps: int
    sample_rate_hz: int
    padding: bool
    channels: int
    length_bytes: int
    samples: int
    side_info: SideInfo

    @property
    def side_info_start(self) -> int:
        """Bytes from the frame's start to its side information."""
        return HEADER_BYTES + (CRC_BYTES if self.protected else 0)

    @property
    def main_data_start(self) -> int:
        """Bytes from the frame's start to its region of main data."""
        return self.side_info_start + self.side_info.size_bytes

    def continues(self, other: FrameHeader) -> bool:
        """Whether a decoder takes both for one stream."""
        return (self.version, self.sample_rate_hz, self.channels) == (
            other.version,
            other.sample_rate_hz,
            other.channels,
        )


def frame_samples(sample_rate_hz: int) -> int:
    """Samples per channel in a frame: 1152 in MPEG-1, 576 below."""
    return GRANULE_SAMPLES * (2 if VERSION_OF_RATE[sample_rate_hz] == MPEG_1 else 1)


def frame_length(bitrate_kbps: int, sample_rate_hz: int) -> int:
    """Bytes of an unpadded frame: samples/8 · bit rate / sampling frequency, rounded down (2.4.3.1)."""
    return frame_samples(sample_rate_hz) // 8 * 1000 * bitrate_kbps // sample_rate_hz


@lru_cache(maxsize=4096)
def parse_header(word: bytes) -> FrameHeader | None:
    """The header in `word`'s first four bytes; None where no Layer III frame of a known length can begin."""
    if len(word) < HEADER_BYTES:
        return None
    bits = int.from_bytes(word[:HEADER_BYTES], "big")
    version, layer = bits >> 19 & 3, bits >> 17 & 3
    bitrate_index, rate_index = bits >> 12 & 15, bits >> 10 & 3
    if bits >> 21 != SYNCWORD or layer != LAYER_III or version not in BITRATES_KBPS:
        return None
    rates, bitrates = SAMPLE_RATES_HZ[version], BITRATES_KBPS[version]
    if rate_index >= len(rates) or not 1 <= bitrate_index <= len(bitrates):
        return None
    padding = bool(bits >> 9 & 1)
    channels = 1 if bits >> 6 & 3 == MODE_MONO else 2
    bitrate_kbps, sample_rate_hz = bitrates[bitrate_index - 1], rates[rate_index]
    return FrameHeader(
        version=version,
        protected=not bits >> 16 & 1,
        bitrate_kbps=bitrate_kbps,
        sample_rate_hz=sample_rate_hz,
        padding=padding,
        channels=channels,
        length_bytes=frame_length(bitrate_kbps, sample_rate_hz) + padding,
        samples=frame_samples(sample_rate_hz),
        side_info=SIDE_INFO[version != MPEG_1, channels],
    )


def format_header(*, bitrate_kbps: int, sample_rate_hz: int, channels: int) -> bytes:
    """An unpadded, unprotected frame's header: joint stereo or mono, "original", no emphasis."""
    version = VERSION_OF_RATE[sample_rate_hz]
    bits = SYNCWORD << 21 | version << 19 | LAYER_III << 17 | 1 << 16
    bits |= BITRATES_KBPS[version].index(bitrate_kbps) + 1 << 12
    bits |= SAMPLE_RATES_HZ[version].index(sample_rate_hz) << 10
    bits |= (MODE_MONO if channels == 1 else MODE_JOINT_STEREO) << 6
    return (bits | 1 << 2).to_bytes(HEADER_BYTES, "big")


PADDING_BIT = 0x02
"""In a header's third byte."""


def with_padding(front: bytes) -> bytes:
    """`front`, which begins with a frame's header, with the padding bit set."""
    return front[:2] + bytes((front[2] | PADDING_BIT,)) + front[3:]


def with_main_data_begin(front: bytes, main_data_begin: int) -> bytes:
    """`front`, an unprotected frame's header and side information, with another `main_data_begin`."""
    header = parse_header(front[:HEADER_BYTES])
    if header is None or header.protected:
        raise ValueError(f"{front[:HEADER_BYTES].hex()} is no header of an unprotected Layer III frame")
    rest_bits = 8 * header.side_info.size_bytes - header.side_info.main_data_begin_bits
    rest = int.from_bytes(front[HEADER_BYTES:], "big") & ((1 << rest_bits) - 1)
    side_info = (main_data_begin << rest_bits | rest).to_bytes(header.side_info.size_bytes, "big")
    return front[:HEADER_BYTES] + side_info


class SideInfoReader:
    """Reads fields of one frame's side information.

    Args:
        side_info: the layout, from the frame's header.
        data: exactly the side information's bytes.
    """

    def __init__(self, side_info: SideInfo, data: bytes) -> None:
        self._layout = side_info
        self._bits = int.from_bytes(data, "big")
        self._size_bits = 8 * side_info.size_bytes

    def _field(self, at: int, width: int) -> int:
        return self._bits >> (self._size_bits - at - width) & ((1 << width) - 1)

    @property
    def main_data_begin(self) -> int:
        """Bytes from where the frame's main data begins to its own region: the reservoir's fill."""
        return self._field(0, self._layout.main_data_begin_bits)

    def _granule_starts(self) -> range:
        layout = self._layout
        return range(layout.first_granule_bit, self._size_bits, layout.granule_bits)

    def main_data_bits(self) -> int:
        """Bits of scale factors and Huffman codes in the whole frame: the sum of `part2_3_length`."""
        return sum(self._field(start, PART2_3_LENGTH_BITS) for start in self._granule_starts())

    def block_types(self) -> tuple[int, ...]:
        """`block_type` of each granule's channels in turn; 0 (long) without `window_switching_flag`."""
        flag = self._layout.block_type_bit
        return tuple(
            self._field(start + flag + 1, 2) if self._field(start + flag, 1) else 0
            for start in self._granule_starts()
        )
