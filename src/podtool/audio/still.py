"""A cover that stands still, as video: for players and sites that take no sound without a picture.

One picture a second is the slowest that video sites accept; a group of thirty is encoded once and its packets
are repeated for the length of the sound. A repeated picture takes some forty bytes, and encoding takes half a
second whether the episode lasts a minute or ten hours.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import numpy.typing as npt
from av.codec.context import Flags
from av.container import OutputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from podtool.errors import SourceError, ToolError

if TYPE_CHECKING:
    from PIL import Image

# Pillow is imported where a picture is drawn: most episodes have no video, and it takes some megabytes.

WIDTH, HEIGHT = 1280, 720
BACKGROUND = (24, 24, 27)
GROUP_S = 30
"""Between pictures that stand by themselves: what a player has to go back when somebody seeks."""
TIME_SCALE = 1000
"""The video's ticks per second."""

ENCODERS: Mapping[str, Mapping[str, str]] = {
    # A constant quantiser, finer for the first picture of a group: the rest has nothing left to say.
    "libx264": {
        "preset": "medium",
        "tune": "stillimage",
        "qp": "26",
        "x264-params": "ipratio=2:scenecut=0:rc-lookahead=0",
    },
    "libvpx-vp9": {"crf": "32", "b": "0", "lag-in-frames": "0", "auto-alt-ref": "0"},
}
"""By preference: H.264 plays everywhere; builds of FFmpeg without x264 have VP9, which browsers play too."""

_READABLE = ("JPEG", "PNG", "GIF", "WEBP")
_MOST_PIXELS = 64_000_000
_BT709 = 1
_LIMITED_RANGE = 1
_LUMA = np.array([0.2126, 0.7152, 0.0722])
"""ITU-R BT.709-6, item 3.2."""
_UNIT = 1 << 16
_YUV = np.rint(
    _UNIT
    / 255
    * np.array(
        [
            219 * _LUMA,
            224 * (np.array([0.0, 0.0, 1.0]) - _LUMA) / 1.8556,
            224 * (np.array([1.0, 0.0, 0.0]) - _LUMA) / 1.5748,
        ]
    )
).astype(np.int32)
"""Items 3.3 and 3.4, from RGB of 0 to 255, in 2^-16ths."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An encoded picture of the group."""

    data: bytes
    is_keyframe: bool


def draw_canvas(cover: bytes | None) -> Image.Image:
    """The cover, whole, in the middle of a dark canvas of 1280 × 720; without one the canvas alone.

    Raises:
        SourceError: no JPEG, PNG, GIF or WebP, a broken one, or one of more than 64 million pixels.
    """
    from PIL import Image, ImageOps

    canvas = Image.new("RGB", (WIDTH, HEIGHT), BACKGROUND)
    if cover is None:
        return canvas
    layer = _read_cover(cover)
    fitted = ImageOps.contain(layer, (WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    canvas.paste(fitted, ((WIDTH - fitted.width) // 2, (HEIGHT - fitted.height) // 2), fitted)
    return canvas


def _read_cover(cover: bytes) -> Image.Image:
    """Upright, RGBA."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            # Pillow warns of bombs on stderr; the check below refuses them.
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(cover), formats=_READABLE)
        pixels = image.width * image.height
        layer = ImageOps.exif_transpose(image).convert("RGBA") if pixels <= _MOST_PIXELS else None
    except Exception as error:  # Pillow on hostile files raises far more than OSError
        raise SourceError(
            f"the cover can't be read: {error}", hint="is it a whole JPEG, PNG, GIF or WebP file?"
        ) from error
    if layer is None:
        raise SourceError(f"the cover has {pixels} pixels", hint="scale it down to 3000 × 3000")
    return layer


def add_still(container: OutputContainer, canvas: Image.Image) -> tuple[VideoStream, tuple[Picture, ...]]:
    """A video stream in a container that isn't written yet, and the group of pictures for it.

    Raises:
        ToolError: this FFmpeg has no encoder for video that players take.
        av.FFmpegError: the encoder failed.
    """
    name = next((name for name in ENCODERS if name in av.codecs_available), None)
    if name is None:
        raise ToolError(
            f"this build of PyAV has none of the video encoders {', '.join(ENCODERS)}",
            hint="install PyAV's own wheel: pip install --force-reinstall av",
        )
    stream = container.add_stream(name, rate=1, options={**ENCODERS[name], "g": str(GROUP_S), "bf": "0"})
    if not isinstance(stream, VideoStream):
        raise ToolError(f"FFmpeg's {name} is no video encoder")
    _set_up(stream.codec_context)
    frame = av.VideoFrame.from_ndarray(_yuv420(canvas), format="yuv420p")
    packets = []
    for second in range(GROUP_S):
        frame.pts, frame.time_base = second, Fraction(1)
        packets += stream.encode(frame)
    packets += stream.encode(None)
    return stream, tuple(Picture(data=bytes(each), is_keyframe=each.is_keyframe) for each in packets)


def _set_up(context: VideoCodecContext) -> None:
    context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    context.color_range = _LIMITED_RANGE
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.flags |= Flags.bitexact
    context.thread_count = 1


def still_packets(
    stream: VideoStream, group: tuple[Picture, ...], duration_s: Fraction
) -> Iterator[av.Packet[Any]]:
    """One packet a second, the last one shorter, so that the picture ends with the sound."""
    ticks = round(duration_s * TIME_SCALE)
    for second, start in enumerate(range(0, ticks, TIME_SCALE)):
        picture = group[second % len(group)]
        packet: av.Packet[Any] = av.Packet(picture.data)
        packet.stream = stream
        packet.time_base = Fraction(1, TIME_SCALE)
        packet.pts = packet.dts = start
        packet.duration = min(TIME_SCALE, ticks - start)
        packet.is_keyframe = picture.is_keyframe
        yield packet


def _yuv420(canvas: Image.Image) -> npt.NDArray[np.uint8]:
    """A canvas as planar 8-bit 4:2:0 of limited range, in whole numbers: the same on any processor."""
    rgb = np.asarray(canvas, np.int32)
    four = rgb.reshape(HEIGHT // 2, 2, WIDTH // 2, 2, 3).sum(axis=(1, 3), dtype=np.int32)
    planes = (
        16 + _rounded(rgb @ _YUV[0], _UNIT),
        128 + _rounded(four @ _YUV[1], 4 * _UNIT),
        128 + _rounded(four @ _YUV[2], 4 * _UNIT),
    )
    flat = np.concatenate([plane.astype(np.uint8).ravel() for plane in planes])
    return flat.reshape(HEIGHT * 3 // 2, WIDTH)


def _rounded(value: npt.NDArray[np.int32], by: int) -> npt.NDArray[np.int32]:
    return (value + by // 2) // by
