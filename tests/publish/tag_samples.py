"""Small sound files of every kind, and tags with every field, for the tests of tags."""

import io
import struct
import zlib
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path, PurePosixPath

import av
import numpy as np
from PIL import Image

from podtool.publish.tags import EpisodeTags, Picture
from podtool.show.facts import ChapterFacts

RATE_HZ = 48000
SECONDS = 2
KINDS = {
    "mp3": ("mp3", "libmp3lame", "s16p"),
    "m4a": ("ipod", "aac", "fltp"),
    "mp4": ("mp4", "aac", "fltp"),
    "opus": ("opus", "libopus", "s16"),
    "ogg": ("ogg", "vorbis", "fltp"),
    "flac": ("flac", "flac", "s16"),
    "wav": ("wav", "pcm_s16le", "s16"),
    "aiff": ("aiff", "pcm_s16be", "s16"),
}
WRITTEN = ("mp3", "m4a", "mp4", "opus", "ogg", "flac")
_OPTIONS = {"mp3": {"write_id3v1": "0", "id3v2_version": "0"}}


def make_sound(path: Path, *, chapters: int = 0) -> Path:
    """A quiet mono tone of two seconds."""
    container, codec, sample_format = KINDS[path.suffix[1:]]
    tone = np.sin(np.arange(RATE_HZ * SECONDS) * 2 * np.pi * 440 / RATE_HZ) * 0.25
    samples = (tone * 32767).astype(np.int16).reshape(1, -1)
    layout = "stereo" if codec == "vorbis" else "mono"  # FFmpeg's own encoder knows nothing else
    with av.open(str(path), "w", format=container, options=_OPTIONS.get(path.suffix[1:], {})) as out:
        stream = out.add_stream(codec, rate=RATE_HZ, layout=layout, options={"strict": "experimental"})
        stream.codec_context.format = sample_format
        if chapters:
            step = SECONDS * 1000 // chapters
            out.set_chapters(
                [
                    {
                        "id": n,
                        "start": n * step,
                        "end": (n + 1) * step,
                        "time_base": Fraction(1, 1000),
                        "metadata": {"title": f"Part {n}"},
                    }
                    for n in range(chapters)
                ]
            )
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, 0
        resampler = av.AudioResampler(format=sample_format, layout=layout, rate=RATE_HZ, frame_size=1024)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return path


def decode(path: Path) -> np.ndarray:
    with av.open(str(path)) as file:
        return np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], axis=-1)


def make_image(
    kind: str = "JPEG", *, size=(64, 64), mode: str = "RGB", noise: bool = False, **options
) -> bytes:
    bands = len(mode)
    if noise:
        pixels = np.random.default_rng(1).integers(0, 256, (size[1], size[0], bands), dtype=np.uint8)
        image = Image.fromarray(pixels.squeeze(), mode=None)
    else:
        image = Image.new(mode, size, (200, 30, 60, 128)[:bands] if bands > 1 else 90)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def bomb_png() -> bytes:
    """A few bytes that claim to be 60000 × 60000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


# The titles shrink, so that sorting frames by size would turn the order round.
CHAPTERS = (
    ChapterFacts(start_ms=0, end_ms=700, title="Édito : ce qu’une transformation fait à une association"),
    ChapterFacts(start_ms=700, end_ms=1200, title="La question de l’expert", url="https://example.org/q"),
    ChapterFacts(start_ms=1200, end_ms=1700, title="Entretien", image=PurePosixPath("images/guest.jpg")),
    ChapterFacts(start_ms=1700, end_ms=2000, title="Fin"),
)


def full_tags(**changes) -> EpisodeTags:
    """A value for every field."""
    values = {
        "title": "Comment ne pas subir sa transformation numérique ?",
        "subtitle": "Avec Arnaud",
        "album": "Questions d’asso",
        "artist": "Questions d’asso",
        "album_artist": "Synchrone",
        "track": 8,
        "disc": 1,
        "recorded": date(2023, 9, 22),
        "released": datetime(2023, 10, 1, 6, 30, tzinfo=UTC),
        "genre": "Podcast",
        "language": "fra",
        "copyright": "2023 Questions d’asso, CC BY 2.0",
        "licence": "CC-BY-2.0",
        "licence_url": "https://creativecommons.org/licenses/by/2.0/",
        "attribution": "« It Goes On... », Sounds of Nowhere",
        "page_url": "https://example.org/episodes/8/",
        "show_url": "https://example.org/",
        "feed_url": "https://example.org/feed.xml",
        "guid": "0a1b2c3d-0000-4000-8000-000000000008",
        "description": "Un épisode sur le numérique.\n\nŒuvre en deux paragraphes.",
        "category": "Society & Culture",
        "keywords": "Society & Culture, Education",
        "podcast": True,
        "people": (
            ("host", "Karl"),
            ("guest", "Arnaud (Mine de rien)"),
            ("director", "Guillaume Desjardins"),
        ),
        "musicians": (("music", "Sounds of Nowhere"),),
        "transcript": "Karl : Bonjour.\nArnaud : Bonjour Karl, ça va ?",
        "cover": Picture(data=make_image(), media_type="image/jpeg"),
        "chapters": CHAPTERS,
        "chapter_images": {
            PurePosixPath("images/guest.jpg"): Picture(
                data=make_image(size=(16, 16)), media_type="image/jpeg"
            )
        },
    }
    return EpisodeTags(**(values | changes))
