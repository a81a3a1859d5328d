"""Rules about covers and other pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from podtool.check.rule import CheckRule, Find, Found
from podtool.check.subject import PictureFacts, Subject
from podtool.errors import Severity
from podtool.show.facts import ImageFacts

SMALLEST, LARGEST = 1400, 3000
MANY_BYTES = 1_000_000
TYPES = frozenset({"image/jpeg", "image/png"})
EXTENSIONS = {
    "image/jpeg": frozenset({".jpg", ".jpeg"}),
    "image/png": frozenset({".png"}),
    "image/gif": frozenset({".gif"}),
    "image/webp": frozenset({".webp"}),
}
COLOUR_MODES = frozenset({"RGB", "RGBA", "P", "PA"})
"""Pillow's: a palette's colours are RGB; transparency has a rule of its own."""
WITH_ALPHA = frozenset({"RGBA", "LA", "PA", "La", "RGBa"})

Look = Callable[[PictureFacts, ImageFacts], str | None]


def _covers(look: Look) -> Find:
    """The finder of a rule about covers that could be read."""

    def find(subject: Subject) -> Iterator[Found]:
        for picture in subject.pictures:
            if picture.role == "cover" and picture.image and (message := look(picture, picture.image)):
                yield Found(message=f"{picture.path}: {message}", place=picture.place)

    return find


def _not_square(_: PictureFacts, image: ImageFacts) -> str | None:
    return None if image.width == image.height else f"{image.width} × {image.height} pixels isn't square"


def _wrong_size(_: PictureFacts, image: ImageFacts) -> str | None:
    if min(image.width, image.height) >= SMALLEST and max(image.width, image.height) <= LARGEST:
        return None
    return f"{image.width} × {image.height} pixels; it must have {SMALLEST} to {LARGEST}"


def _wrong_type(_: PictureFacts, image: ImageFacts) -> str | None:
    return None if image.media_type in TYPES else f"it is {image.media_type}, not JPEG or PNG"


def _wrong_colours(_: PictureFacts, image: ImageFacts) -> str | None:
    return None if image.mode in COLOUR_MODES else f"its colours are {image.mode}, not RGB"


def _see_through(_: PictureFacts, image: ImageFacts) -> str | None:
    return "it has an alpha channel (transparency)" if image.mode in WITH_ALPHA else None


def _wrong_extension(picture: PictureFacts, image: ImageFacts) -> str | None:
    suffix = PurePosixPath(picture.path).suffix.lower()
    if suffix in EXTENSIONS.get(image.media_type, frozenset({suffix})):
        return None
    return f"it is {image.media_type}, whatever its name says"


def _many_bytes(_: PictureFacts, image: ImageFacts) -> str | None:
    return f"it takes {image.bytes / 1e6:.1f} MB" if image.bytes > MANY_BYTES else None


def _find_no_alt(subject: Subject) -> Iterator[Found]:
    for picture in subject.pictures:
        if picture.role == "cover" and not (picture.alt or "").strip():
            yield Found(message=f"{picture.path} has no `alt`", place=picture.place)


def _find_unreadable(subject: Subject) -> Iterator[Found]:
    for picture in subject.pictures:
        if picture.trouble:
            yield Found(message=f"{picture.path}: {picture.trouble}", place=picture.place)


_SPEC = "Apple Podcasts: show cover; PSP-1: itunes:image"

RULES: tuple[CheckRule, ...] = (
    CheckRule(
        id="COVER-001",
        severity=Severity.ERROR,
        title="The cover isn't square",
        why="Apple refuses it; other apps cut off its sides or put bars beside it.",
        spec=_SPEC,
        fix="Export it with the same width and height.",
        example="a cover of 1920 × 1080 pixels",
        find=_covers(_not_square),
    ),
    CheckRule(
        id="COVER-002",
        severity=Severity.ERROR,
        title="The cover is too small or too large",
        why="Apple refuses it; a small one is blurred on a television.",
        spec=_SPEC,
        fix="Export it with 3000 × 3000 pixels (at least 1400 × 1400).",
        example="a cover of 600 × 600 pixels",
        find=_covers(_wrong_size),
    ),
    CheckRule(
        id="COVER-003",
        severity=Severity.ERROR,
        title="The cover is neither JPEG nor PNG",
        why="Some apps show nothing.",
        spec=_SPEC,
        fix="Export it as JPEG or PNG.",
        example="a WebP cover",
        find=_covers(_wrong_type),
    ),
    CheckRule(
        id="COVER-004",
        severity=Severity.ERROR,
        title="The cover's colours aren't RGB",
        why="Apple refuses it; elsewhere it comes out pale, inverted, or not at all.",
        spec=_SPEC,
        fix="Convert it to RGB (sRGB); CMYK is for paper.",
        example="a JPEG that was made for print",
        find=_covers(_wrong_colours),
    ),
    CheckRule(
        id="COVER-005",
        severity=Severity.ERROR,
        title="The cover is transparent in places",
        why="What shows through is white in one app and black in another.",
        spec=_SPEC,
        fix="Export it without an alpha channel.",
        example="a PNG with transparent corners",
        find=_covers(_see_through),
    ),
    CheckRule(
        id="COVER-006",
        severity=Severity.ERROR,
        title="The cover's name says another type than it is",
        why="Servers send the type that the name says, and apps refuse the picture.",
        spec=_SPEC,
        fix="Rename it, or export it in the type of its name.",
        example="a PNG called cover.jpg",
        find=_covers(_wrong_extension),
    ),
    CheckRule(
        id="COVER-007",
        severity=Severity.NOTE,
        title="The cover is a large file",
        why="It is loaded once per listener, and again wherever the show is listed.",
        fix="Export it as JPEG at quality 85: 300 kB are enough.",
        example="a PNG of 4 MB",
        find=_covers(_many_bytes),
    ),
    CheckRule(
        id="COVER-008",
        severity=Severity.WARNING,
        title="The cover has no alternative text",
        why="Who doesn't see the page isn't told what the cover shows.",
        spec="WCAG 2.2, 1.1.1",
        fix="Write `alt` beside its `file`: what is on it, in a sentence.",
        example="`cover: cover.png`",
        find=_find_no_alt,
    ),
    CheckRule(
        id="COVER-009",
        severity=Severity.ERROR,
        title="A picture can't be read",
        why="It can go neither into the file's tags nor onto the page.",
        fix="Export it again as JPEG or PNG.",
        example="a file that was cut off while it was copied",
        find=_find_unreadable,
    ),
)
