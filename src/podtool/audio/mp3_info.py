"""The first frame of an MP3: Xing/Info header and LAME tag.

A Layer III frame that codes silence and whose main data holds what players want to know before they play:
frames, bytes, where to seek, and how many samples at either end belong to the encoder (so that playing is
gapless and the duration exact). Layout: Xing's "VBR header SDK" and Bouvigne's "Mp3 Info Tag rev. 1", as LAME
3.100 fills it in. Numbers are big-endian.
"""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from podtool.audio.mp3_crc import crc16
from podtool.audio.mp3_frames import (
    BITRATES_KBPS,
    HEADER_BYTES,
    VERSION_OF_RATE,
    format_header,
    parse_header,
)
from podtool.audio.mp3_plan import ENCODER_DELAY_SAMPLES, Mp3Settings
from podtool.audio.mp3_splice import SpliceStats

HAS_FRAMES, HAS_BYTES, HAS_TOC, HAS_QUALITY = 1, 2, 4, 8
TOC_ENTRIES = 100
XING = struct.Struct(">4s3I100sI")
"""Tag, flags, frames, bytes, seek table, quality."""
LAME = struct.Struct(">9sBBIHHBB3sBBHIH")
"""Encoder, method, lowpass, peak, track gain, album gain, flags, bit rate, delay and padding, misc, MP3 gain,
preset, length, music CRC; the CRC-16 of all before it follows."""
INFO_CRC = struct.Struct(">H")
TAG_BYTES = XING.size + LAME.size + INFO_CRC.size

ENCODER = b"LAME3.100"
GAPLESS_ENCODERS = (b"LAME", b"Lavf", b"Lavc")
"""Who fills in a LAME tag."""
METHOD_CBR, METHOD_VBR_MTRH = 1, 4
ATH_TYPE_CBR, ATH_TYPE_VBR = 4, 5
NSPSYTUNE, SAFE_JOINT_STEREO = 1 << 4, 1 << 5
"""Psychoacoustic model flags."""
SAFE_JOINT_ABOVE_KBPS, SAFE_JOINT_UP_TO_VBR = 128, 7
MODE_OF_CHANNELS = {1: 0, 2: 3}
"""Mono, joint stereo."""
SOURCE_UP_TO_32_KHZ, SOURCE_44_1_KHZ, SOURCE_48_KHZ = 0, 1, 2
UNWISE = 1 << 5
"""What LAME says of sources of 32 kHz and less."""
NO_SHAPING_FROM_QUALITY, STRONG_SHAPING_UP_TO_KBPS = 7, 160
PRESET_VBR = {0: 500, 1: 490, 2: 480, 3: 470, 4: 460, 5: 450, 6: 440, 7: 430, 8: 420, 9: 410}
DEFAULT_VBR = 4
DELAY_BITS = 12

LOWPASS_HZ = {
    8: 2000, 16: 3700, 24: 3900, 32: 5500, 40: 7000, 48: 7500, 56: 10000, 64: 11000, 80: 13500, 96: 15100,
    112: 15600, 128: 17000, 144: 17000, 160: 17500, 192: 18600, 224: 19400, 256: 19700, 320: 20500,
}  # fmt: skip
"""Where LAME's presets cut constant bit rates; a mono stream goes half as high again."""
LOWPASS_VBR_HZ = (24000, 19500, 18500, 18000, 17500, 17000, 16500, 15600, 15200, 7230)
LOWPASS_MONO = 1.5
LOWPASS_HIGHEST_HZ = 20500
LOWPASS_HIGHEST_VBR_HZ = 24000


def info_frame_header(settings: Mp3Settings) -> bytes:
    """The Info frame's header: the stream's own bit rate, or the lowest that has room for the tag."""
    rate = settings.sample_rate_hz
    for kbps in BITRATES_KBPS[VERSION_OF_RATE[rate]]:
        word = format_header(bitrate_kbps=kbps, sample_rate_hz=rate, channels=settings.channels)
        header = parse_header(word)
        wide_enough = header is not None and header.length_bytes >= header.main_data_start + TAG_BYTES
        if wide_enough and (settings.vbr is not None or kbps >= settings.bitrate_kbps):
            return word
    raise AssertionError("the highest bit rates have room at every sampling frequency")


def info_frame_bytes(settings: Mp3Settings) -> int:
    """The length of the Info frame."""
    header = parse_header(info_frame_header(settings))
    return header.length_bytes if header else 0


def seek_table(frame_lengths: array[int], info_bytes: int) -> bytes:
    """100 entries: at i % of the time, the frame there begins at entry/256 of the bytes (rounded down).

    Args:
        frame_lengths: of all frames but the Info frame, in bytes.
        info_bytes: length of the Info frame.
    """
    lengths = np.frombuffer(frame_lengths, np.uint16)
    edges = [len(lengths) * percent // TOC_ENTRIES for percent in range(TOC_ENTRIES + 1)]
    sums = (int(lengths[start:stop].sum(dtype=np.int64)) for start, stop in pairwise(edges))
    *starts, total = accumulate(sums, initial=info_bytes)
    return bytes(start * 256 // total for start in starts)


def lowpass_hz(settings: Mp3Settings) -> int:
    """Where LAME's lowpass lies."""
    if settings.vbr is not None:
        lowpass, highest = LOWPASS_VBR_HZ[settings.vbr], LOWPASS_HIGHEST_VBR_HZ
    else:
        factor = LOWPASS_MONO if settings.channels == 1 else 1
        lowpass, highest = int(LOWPASS_HZ[settings.bitrate_kbps] * factor), LOWPASS_HIGHEST_HZ
    return min(lowpass, highest, settings.sample_rate_hz // 2)


def info_frame(
    settings: Mp3Settings, stats: SpliceStats, *, total_samples: int, toc: bytes, music_crc: int
) -> bytes:
    """The whole Info frame.

    Args:
        settings: what was encoded.
        stats: of all frames that follow this one.
        total_samples: per channel, as fed to the encoder: what a gapless player plays.
        toc: from `seek_table`.
        music_crc: CRC-16 of all frames that follow.

    Raises:
        ValueError: frames and samples don't fit each other.
    """
    word = info_frame_header(settings)
    header = parse_header(word)
    if header is None:
        raise AssertionError("we made this header")
    padding = stats.frames * settings.frame_samples - ENCODER_DELAY_SAMPLES - total_samples
    if not 0 <= padding < 1 << DELAY_BITS:
        raise ValueError(f"{stats.frames} frames can't hold {total_samples} samples")
    total_bytes = header.length_bytes + stats.bytes
    vbr = settings.vbr
    quality = max(0, 100 - 10 * (DEFAULT_VBR if vbr is None else vbr) - settings.quality)
    xing = XING.pack(
        b"Info" if vbr is None else b"Xing",
        HAS_FRAMES | HAS_BYTES | HAS_TOC | HAS_QUALITY,
        stats.frames,
        total_bytes,
        toc,
        quality,
    )
    lame = _lame_tag(settings, padding=padding, total_bytes=total_bytes, music_crc=music_crc)
    frame = word.ljust(header.main_data_start, b"\0") + xing + lame
    return (frame + INFO_CRC.pack(crc16(frame))).ljust(header.length_bytes, b"\0")


def _lame_tag(settings: Mp3Settings, *, padding: int, total_bytes: int, music_crc: int) -> bytes:
    vbr = settings.vbr
    lowest_kbps = BITRATES_KBPS[VERSION_OF_RATE[settings.sample_rate_hz]][0]
    return LAME.pack(
        ENCODER,
        METHOD_CBR if vbr is None else METHOD_VBR_MTRH,
        (lowpass_hz(settings) + 50) // 100,
        0,  # peak and gains: the loudness is known elsewhere, and players would apply it twice
        0,
        0,
        _psychoacoustics(settings),
        min(255, settings.bitrate_kbps if vbr is None else lowest_kbps),
        (ENCODER_DELAY_SAMPLES << DELAY_BITS | padding).to_bytes(3, "big"),
        _misc(settings),
        0,
        settings.bitrate_kbps if vbr is None else PRESET_VBR[vbr],
        total_bytes,
        music_crc,
    )


def _psychoacoustics(settings: Mp3Settings) -> int:
    if settings.vbr is None:
        flags, safe = ATH_TYPE_CBR, settings.bitrate_kbps > SAFE_JOINT_ABOVE_KBPS
    else:
        flags, safe = ATH_TYPE_VBR, settings.vbr <= SAFE_JOINT_UP_TO_VBR
    return flags | NSPSYTUNE | (SAFE_JOINT_STEREO if safe and settings.channels > 1 else 0)


def _misc(settings: Mp3Settings) -> int:
    strong = settings.vbr is None and settings.bitrate_kbps <= STRONG_SHAPING_UP_TO_KBPS
    shaping = 0 if settings.quality >= NO_SHAPING_FROM_QUALITY else 1 + strong
    source = {44100: SOURCE_44_1_KHZ, 48000: SOURCE_48_KHZ}.get(settings.sample_rate_hz, SOURCE_UP_TO_32_KHZ)
    unwise = UNWISE if source == SOURCE_UP_TO_32_KHZ else 0
    return shaping | MODE_OF_CHANNELS[settings.channels] << 2 | unwise | source << 6


@dataclass(frozen=True, kw_only=True)
class InfoTag:
    """What an Info frame says; None where it says nothing.

    Attributes:
        is_vbr: it is called Xing, not Info.
        frames: that follow it.
        bytes: of the Info frame and all that follow.
        toc: 100 entries, each of 1/256 of the bytes.
        encoder: the first characters of its name; empty without a LAME tag.
        delay_samples: to skip at the start, besides the decoder's own 529.
        padding_samples: after the last true sample.
        music_crc: CRC-16 of the frames that follow.
        crc_is_right: whether the tag's own CRC-16 is; None without a LAME tag.
    """

    is_vbr: bool
    frames: int | None
    bytes: int | None
    toc: tuple[int, ...] | None
    encoder: str
    delay_samples: int | None
    padding_samples: int | None
    music_crc: int | None
    crc_is_right: bool | None


def parse_info_frame(frame: bytes) -> InfoTag | None:
    """The Info frame's words; None when `frame`, a whole Layer III frame, is an ordinary one."""
    header = parse_header(frame[:HEADER_BYTES])
    if header is None or frame[header.main_data_start :][:4] not in {b"Xing", b"Info"}:
        return None
    at = header.main_data_start
    (flags,) = struct.unpack(">I", frame[at + 4 : at + 8].rjust(4, b"\0"))
    is_vbr, at = frame[at : at + 4] == b"Xing", at + 8
    fields: dict[int, bytes] = {}
    for flag, size in ((HAS_FRAMES, 4), (HAS_BYTES, 4), (HAS_TOC, TOC_ENTRIES), (HAS_QUALITY, 4)):
        if flags & flag and at + size <= len(frame):
            fields[flag] = frame[at : at + size]
            at += size
    delay = padding = music_crc = crc_is_right = None
    encoder = b""
    tag = frame[at : at + LAME.size + INFO_CRC.size]
    if len(tag) == LAME.size + INFO_CRC.size and tag.startswith(GAPLESS_ENCODERS):
        encoder, *_, ends, _misc_field, _gain, _preset, _length, music_crc = LAME.unpack(tag[: LAME.size])
        delay, padding = divmod(int.from_bytes(ends, "big"), 1 << DELAY_BITS)
        crc_is_right = INFO_CRC.unpack(tag[LAME.size :])[0] == crc16(frame[: at + LAME.size])
    return InfoTag(
        is_vbr=is_vbr,
        frames=int.from_bytes(fields[HAS_FRAMES], "big") if HAS_FRAMES in fields else None,
        bytes=int.from_bytes(fields[HAS_BYTES], "big") if HAS_BYTES in fields else None,
        toc=tuple(fields[HAS_TOC]) if HAS_TOC in fields else None,
        encoder=encoder.decode("ascii", "replace").rstrip("\0 "),
        delay_samples=delay,
        padding_samples=padding,
        music_crc=music_crc,
        crc_is_right=crc_is_right,
    )
