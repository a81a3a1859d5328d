"""Images: what a file really is, and a cover small enough to go into a tag."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageOps

from podtool.errors import PodtoolError, SourceError
from podtool.show.facts import ImageFacts

COVER_BYTES = 250_000
"""What a cover in a tag may take, so that the whole tag stays below 300 kB."""
COVER_PIXELS = 1400
"""Apple's smallest show cover; enough for any player's screen."""
_SMALLEST_PIXELS = 300
_MOST_PIXELS = 64_000_000
_MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG with a second picture behind it, as telephones make them
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
_READABLE = ("JPEG", "PNG", "GIF", "WEBP")
_AS_IT_IS = frozenset({("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "RGB"), ("PNG", "L"), ("PNG", "P")})
_QUALITIES = (90, 85, 80, 74, 68, 60)
_SHRINK = 0.8
_ORIENTATION = 0x0112


def probe_image(data: bytes) -> ImageFacts:
    """What an image is; all of it is decoded, so that a truncated one is found out.

    Raises:
        SourceError: no JPEG, PNG, GIF or WebP, a broken one, or one of more than 64 million pixels.
    """
    with _opened(data) as image:
        image.load()
        return ImageFacts(
            media_type=_MEDIA_TYPES[str(image.format)],
            width=image.width,
            height=image.height,
            mode=image.mode,
            bytes=len(data),
        )


def fit_cover(
    data: bytes, *, limit_bytes: int = COVER_BYTES, limit_pixels: int = COVER_PIXELS
) -> tuple[bytes, str]:
    """An image as a tag may hold it, with its media type: the same bytes where they fit, else a smaller JPEG.

    The first that fits is taken: quality goes down before size does. Same input and same Pillow, same bytes.

    Args:
        data: JPEG, PNG, GIF or WebP.
        limit_bytes: what the result may take.
        limit_pixels: longest edge of the result.

    Raises:
        SourceError: as `probe_image`, or `limit_bytes` is too little for a picture of 300 pixels.
    """
    with _opened(data) as image:
        image.load()
        turned = image.getexif().get(_ORIENTATION, 1) != 1
        fits = len(data) <= limit_bytes and max(image.size) <= limit_pixels and not turned
        if fits and (image.format, image.mode) in _AS_IT_IS and "transparency" not in image.info:
            return data, _MEDIA_TYPES[str(image.format)]
        for smaller in _smaller(_flattened(image), limit_pixels):
            for quality in _QUALITIES:
                encoded = _as_jpeg(smaller, quality)
                if len(encoded) <= limit_bytes:
                    return encoded, "image/jpeg"
    raise SourceError(f"no picture fits into {limit_bytes} bytes", hint="leave more room for the cover")


def _smaller(image: Image.Image, longest: int) -> Iterator[Image.Image]:
    longest = min(longest, max(image.size))
    while True:
        scale = longest / max(image.size)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        yield image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
        if longest <= _SMALLEST_PIXELS:
            return
        longest = max(_SMALLEST_PIXELS, int(longest * _SHRINK))


def _flattened(image: Image.Image) -> Image.Image:
    """Upright, RGB; what shows through is white."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        white = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, layer).convert("RGB")
    return upright.convert("RGB")


def _as_jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    # Baseline, not progressive: some car radios show nothing else. EXIF (where it was taken) is left behind.
    image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=False, subsampling="4:2:0")
    return buffer.getvalue()


def _refuse_bomb(image: Image.Image) -> None:
    if image.width * image.height > _MOST_PIXELS:
        raise SourceError(
            f"the image has {image.width} × {image.height} pixels, more than podtool reads",
            hint="scale it down to 3000 × 3000",
        )


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            # Pillow warns of bombs on stderr; the check below refuses them.
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=_READABLE) as image:
                _refuse_bomb(image)
                yield image
    except PodtoolError:
        raise
    except Exception as error:  # Pillow on hostile files raises far more than OSError
        raise SourceError(
            f"the image can't be read: {error}", hint="is it a whole JPEG, PNG, GIF or WebP file?"
        ) from error
