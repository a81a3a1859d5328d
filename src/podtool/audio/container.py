"""Opening sound files with PyAV, and what their headers say.

Everything in a file is somebody else's: only the formats listed here are tried, only the file itself is read
(a playlist can't make us fetch an address or another file), and every figure is checked before it is used.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.logging
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import InputContainer

from podtool.audio.claims import claimed_seconds
from podtool.errors import SourceError
from podtool.units import LONGEST_TIME_S

# FFmpeg writes its complaints to stderr, from threads of its own; ours are SourceErrors.
av.logging.set_level(None)

FORMATS = (
    "wav", "w64", "aiff", "caf", "au", "flac", "wv", "tta", "ape", "mp3", "aac", "mov", "ogg", "matroska",
    "webm", "ac3", "eac3", "amr", "asf", "avi", "flv", "mpeg", "mpegts",
)  # fmt: skip
"""FFmpeg's names of the containers that are tried. None of them names other files to be opened."""
WELCOME = "WAV, AIFF, FLAC, MP3, M4A, Ogg, Opus or a video file"
LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 2_000, 768_000
MOST_CHANNELS = 64
BROKEN = (av.FFmpegError, OSError, ValueError, RuntimeError, ArithmeticError, MemoryError)
"""What PyAV raises on files that it can't read: FFmpeg's errors, and its own on senseless figures."""

CONTAINER_NAMES = {"mov,mp4,m4a,3gp,3g2,mj2": "mp4", "matroska,webm": "matroska"}
_BIT_DEPTHS = {"pcm_alaw": 8, "pcm_mulaw": 8, "pcm_u8": 8, "pcm_s8": 8, "pcm_f64le": 64, "pcm_f64be": 64}
_WHOLE_FORMAT_DEPTHS = {"u8": 8, "s16": 16}
_LOSSLESS = frozenset({"flac", "alac", "wavpack", "tta", "ape"})


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What a file's header says about its sound.

    Attributes:
        codec: FFmpeg's name of the codec: ``pcm_s16le``, ``mp3``, ``aac``, ``opus``, …
        container: FFmpeg's name of the container; ``mp4`` for all of its family.
        layout: FFmpeg's name of the channel layout: ``mono``, ``stereo``, ``5.1``; ``6 channels`` when the
            file doesn't say which is which.
        bit_depth: of the samples as stored; None for lossy codecs.
        duration_s: as the header says (FFmpeg guesses it for some); None when nobody knows.
    """

    codec: str
    container: str
    sample_rate_hz: int
    channels: int
    layout: str
    bit_depth: int | None
    duration_s: float | None


@dataclass(frozen=True, kw_only=True)
class OpenSound:
    """An open file and the one of its streams that is heard.

    Attributes:
        claimed_s: length of the sound by the header's own word; None when the header has none.
    """

    name: str
    container: InputContainer
    stream: AudioStream
    probe: Probe
    claimed_s: float | None


def printable(path: Path) -> str:
    """A path for a message: control characters in a file's name must not reach a terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in os.fspath(path))


def probe_source(path: Path) -> Probe:
    """What the header of a sound file (or of a video's sound) says.

    Raises:
        SourceError: missing, empty, no file, not sound, without a sound stream, or with figures that make
            no sense.
    """
    with open_sound(path) as sound:
        return sound.probe


@contextmanager
def open_sound(path: Path) -> Iterator[OpenSound]:
    """Opens a file for decoding; closes it.

    Raises:
        SourceError: as `probe_source`; what is raised inside the block passes untouched.
    """
    name = printable(path)
    _check_file(path, name)
    try:
        container = av.open(
            # With its protocol before it no name can be taken for another: «http:…», «pipe:0».
            f"file:{os.fspath(path)}",
            options={"format_whitelist": ",".join(FORMATS), "protocol_whitelist": "file"},
            metadata_errors="replace",
        )
    except BROKEN as error:
        raise SourceError(
            f"{name}: is not a sound file, or is damaged ({_words(error)})", hint=_HINT
        ) from error
    with container:
        try:
            sound = _examine(path, name, container)
        except BROKEN as error:
            raise SourceError(f"{name}: has a damaged header ({_words(error)})", hint=_HINT) from error
        yield sound


_HINT = f"if it plays elsewhere, export it anew as {WELCOME}; else take another copy of it"


def _words(error: BaseException) -> str:
    return getattr(error, "strerror", None) or type(error).__name__


def _check_file(path: Path, name: str) -> None:
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise SourceError(f"{name}: there is no such file", hint="check the name and the folder") from error
    except (OSError, ValueError) as error:
        raise SourceError(f"{name}: can't be read ({_words(error)})", hint="check the name") from error
    if not stat.S_ISREG(status.st_mode):
        raise SourceError(f"{name}: is not a file", hint=f"name a {WELCOME}")
    if not status.st_size:
        raise SourceError(f"{name}: is empty", hint="copy it again from where it was recorded")
    try:
        path.open("rb").close()
    except OSError as error:
        raise SourceError(f"{name}: can't be read ({_words(error)})", hint="check its permissions") from error


def _examine(path: Path, name: str, container: InputContainer) -> OpenSound:
    stream = container.streams.best("audio")
    if not isinstance(stream, AudioStream):
        kinds = sorted({each.type for each in container.streams if each.type != "audio"})
        held = f", only {' and '.join(kinds)}" if kinds else ""
        raise SourceError(f"{name}: has no sound in it{held}", hint=f"name a {WELCOME} that is heard")
    context: AudioCodecContext | None = stream.codec_context
    if context is None:
        raise SourceError(f"{name}: its sound is in a format that podtool can't decode", hint=_HINT)
    channels = context.layout.nb_channels
    check_figures(name, context.sample_rate, channels)
    if context.name == "flac":
        # Without this FFmpeg turns damaged FLAC frames into noise; their checksums are there to be used.
        context.options = {"err_detect": "crccheck+explode"}
    kind = CONTAINER_NAMES.get(container.format.name, container.format.name)
    seconds = _stated_seconds(container, stream)
    if seconds is not None and seconds > LONGEST_TIME_S:
        raise SourceError(
            f"{name}: says that it lasts {seconds / 3600:.0f} hours",
            hint=f"at most {LONGEST_TIME_S // 3600} are read",
        )
    codec = context.codec.canonical_name
    probe = Probe(
        codec=codec,
        container=kind,
        sample_rate_hz=context.sample_rate,
        channels=channels,
        layout=context.layout.name,
        bit_depth=_bit_depth(codec, context),
        duration_s=seconds,
    )
    claimed = claimed_seconds(path, kind, probe.sample_rate_hz, seconds, len(container.streams))
    return OpenSound(name=name, container=container, stream=stream, probe=probe, claimed_s=claimed)


def check_figures(name: str, rate_hz: int, channels: int) -> None:
    """Refuses rates and channel counts that no recording has.

    Raises:
        SourceError: beyond the limits above.
    """
    if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        raise SourceError(
            f"{name}: says it has {rate_hz} samples a second",
            hint=f"{LOWEST_RATE_HZ} to {HIGHEST_RATE_HZ} are read; its header may be damaged",
        )
    if not 1 <= channels <= MOST_CHANNELS:
        raise SourceError(
            f"{name}: says it has {channels} channels",
            hint=f"1 to {MOST_CHANNELS} are read; its header may be damaged",
        )


def _stated_seconds(container: InputContainer, stream: AudioStream) -> float | None:
    if stream.duration and stream.time_base and stream.duration > 0:
        return float(stream.duration * stream.time_base)
    if container.duration and container.duration > 0:
        return float(Fraction(container.duration, av.time_base))
    return None


def _bit_depth(codec: str, context: AudioCodecContext) -> int | None:
    """Of the samples as stored: in FLAC's STREAMINFO, in ALAC's cookie, in the name of PCM codecs."""
    if codec in _BIT_DEPTHS:
        return _BIT_DEPTHS[codec]
    if codec.startswith("pcm_"):
        digits = "".join(c for c in codec if c.isdigit())
        return int(digits) if digits else None
    if codec not in _LOSSLESS:
        return None
    extra = context.extradata or b""
    if codec == "flac" and len(extra) >= 14:  # noqa: PLR2004 - RFC 9639 §8.2: 5 bits at bit 103 of STREAMINFO
        return ((extra[12] & 1) << 4 | extra[13] >> 4) + 1
    if codec == "alac" and len(extra) >= 18:  # noqa: PLR2004 - the cookie: an atom's 12 bytes, 5 more, the depth
        return extra[17]
    return _WHOLE_FORMAT_DEPTHS.get(context.format.name.rstrip("p"), 24)
