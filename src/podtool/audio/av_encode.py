"""AAC, Opus and FLAC through PyAV: a programme is read in blocks, encoded and put into its container.

The bytes depend on sound and settings alone: FFmpeg's `bitexact` leaves out its version and the clock and
gives Ogg a fixed serial number, and each encoder runs on one thread. Lengths are exact to the sample: what an
encoder puts before and after the sound is declared in the file (MP4's edit list, RFC 7845's pre-skip and last
granule position), so that players take it off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.codec.context import Flags

from podtool.audio.dither import quantise_int16, quantise_int24
from podtool.audio.mixer import Block, Programme, widened
from podtool.audio.programme import BLOCK_S
from podtool.errors import ToolError

MP4_CONTAINERS = frozenset({"ipod", "mp4"})
"""FFmpeg's muxers for M4A and for video."""
LAYOUTS = {1: "mono", 2: "stereo"}
_CAREFUL_FLAC = 8
"""FFmpeg's scale goes to 12; beyond 8 a file shrinks by less than a thousandth."""

AAC_OPTIONS: Mapping[str, str] = {
    # By noise to mask, 5 to 12 dB better on speech at 96 to 128 kbit/s than FFmpeg's default (`twoloop`) and
    # as good on music, three times as fast, and true peaks overshoot no more than MP3's.
    "aac_coder": "fast",
    # Noise that a decoder invents differs from one to the next: what was measured would not be what is heard.
    "aac_pns": "0",
    # FFmpeg's noise shaping makes peaks of up to 5 dB on drums, and by no measure of ours does it help.
    "aac_tns": "0",
}

Samples = npt.NDArray[np.float32] | npt.NDArray[np.int16] | npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Coding:
    """What FFmpeg is asked for.

    Attributes:
        container: FFmpeg's name of the muxer.
        codec: FFmpeg's name of the encoder.
        sample_format: FFmpeg's name of what the encoder is fed.
        bitrate_kbps: None for lossless codecs.
        codec_options: by FFmpeg's names.
    """

    container: str
    codec: str
    sample_format: str
    bitrate_kbps: int | None = None
    codec_options: Mapping[str, str] = field(default_factory=dict)


def aac_coding(container: str, bitrate_kbps: int) -> Coding:
    """AAC-LC in MP4: container ``ipod`` for M4A, ``mp4`` for video."""
    return Coding(
        container=container,
        codec="aac",
        sample_format="fltp",
        bitrate_kbps=bitrate_kbps,
        codec_options=AAC_OPTIONS,
    )


def opus_coding(bitrate_kbps: int, complexity: int | None) -> Coding:
    """Opus in Ogg, variable bit rate around the one asked for; complexity 0 to 10 (the default: the best)."""
    options = {"application": "audio", "vbr": "on"}
    if complexity is not None:
        options["compression_level"] = str(complexity)
    return Coding(
        container="opus",
        codec="libopus",
        sample_format="flt",
        bitrate_kbps=bitrate_kbps,
        codec_options=options,
    )


def flac_coding(bit_depth: int, effort: int | None) -> Coding:
    """FLAC of 16 or 24 bits; effort 0 (fast) to 8 (small, the default)."""
    options = {"compression_level": str(_CAREFUL_FLAC if effort is None else effort)}
    if bit_depth == 16:  # noqa: PLR2004 - the other is 24
        return Coding(container="flac", codec="flac", sample_format="s16", codec_options=options)
    options["bits_per_raw_sample"] = "24"
    return Coding(container="flac", codec="flac", sample_format="s32", codec_options=options)


def write_av(
    programme: Programme, path: Path, coding: Coding, progress: Callable[[int], None] | None = None
) -> None:
    """Encodes a whole programme.

    Args:
        programme: one or two channels, at the rate of the file.
        path: written in place.
        coding: how.
        progress: told the samples done, from this thread; what it raises ends the work.

    Raises:
        OSError: the file can't be written.
        av.FFmpegError: the encoder failed.
        UnknownCodecError: this FFmpeg has no such encoder.
    """
    rate = programme.rate_hz
    options = options_of(coding.container, rate)
    with av.open(file_address(path), "w", format=coding.container, options=options) as container:
        stream = container.add_stream(coding.codec, rate=rate, options=dict(coding.codec_options))
        if not isinstance(stream, AudioStream):
            raise ToolError(f"FFmpeg's {coding.codec} is no encoder for sound")
        _set_up(stream, programme.channels, coding)
        for start in range(0, programme.length, BLOCK_S * rate):
            stop = min(start + BLOCK_S * rate, programme.length)
            block = widened(programme.read(start, stop), programme.channels)
            frame = _frame_of(block, start, rate, coding.sample_format)
            container.mux(stream.encode(frame))
            if progress:
                progress(stop)
        container.mux(stream.encode(None))


def file_address(path: Path) -> str:
    """A path as FFmpeg can't take for anything else: «http:…», «pipe:0»."""
    return f"file:{path}"


def options_of(container: str, rate_hz: int) -> dict[str, str]:
    """A muxer's options.

    An MP4's index stands before the sound, so that a player can start and seek while it loads; and the movie
    counts in samples, not in milliseconds, so that its edit list ends the sound exactly.
    """
    options = {"fflags": "+bitexact"}
    if container in MP4_CONTAINERS:
        options |= {"movflags": "+faststart", "movie_timescale": str(rate_hz)}
    return options


def _set_up(stream: AudioStream, channels: int, coding: Coding) -> None:
    context: AudioCodecContext = stream.codec_context
    context.layout = LAYOUTS[channels]
    context.format = coding.sample_format
    context.flags |= Flags.bitexact
    context.thread_count = 1
    if coding.bitrate_kbps is not None:
        context.bit_rate = coding.bitrate_kbps * 1000


def _frame_of(block: Block, start: int, rate_hz: int, sample_format: str) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(
        _FEEDS[sample_format](block, start), format=sample_format, layout=LAYOUTS[len(block)]
    )
    frame.sample_rate = rate_hz
    frame.pts = start
    frame.time_base = Fraction(1, rate_hz)
    return frame


def _planar(block: Block, start: int) -> Samples:
    del start
    return np.ascontiguousarray(block)


def _interleaved(block: Block, start: int) -> Samples:
    del start
    return np.ascontiguousarray(block.T).reshape(1, -1)


def _int16(block: Block, start: int) -> Samples:
    return quantise_int16(block, start).reshape(1, -1)


def _int24(block: Block, start: int) -> Samples:
    # FFmpeg wants them at the top of its 32 bits.
    return (quantise_int24(block, start) << 8).reshape(1, -1)


_FEEDS: Mapping[str, Callable[[Block, int], Samples]] = {
    "fltp": _planar,
    "flt": _interleaved,
    "s16": _int16,
    "s32": _int24,
}
