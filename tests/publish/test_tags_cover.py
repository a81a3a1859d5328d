import io
from pathlib import PurePosixPath

import pytest
from PIL import Image
from tag_samples import CHAPTERS, bomb_png, full_tags, make_image, make_sound

from podtool.errors import SourceError, TagError
from podtool.publish.cover import fit_cover, probe_image
from podtool.publish.id3 import render_id3
from podtool.publish.tags import Picture, fit_tags, read_tags, write_tags


@pytest.mark.parametrize(
    ("kind", "mode", "media_type"),
    [
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("PNG", "RGBA", "image/png"),
        ("GIF", "P", "image/gif"),
        ("WEBP", "RGB", "image/webp"),
    ],
)
def test_probe_says_what_an_image_is(kind, mode, media_type):
    data = make_image(kind, size=(30, 20), mode=mode)
    facts = probe_image(data)
    assert (facts.media_type, facts.width, facts.height, facts.bytes) == (media_type, 30, 20, len(data))
    assert facts.mode == mode


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        bomb_png(),
        make_image(noise=True)[:-900],
        make_image("PNG", noise=True)[:3000],
        make_image("TIFF"),
    ],
    ids=["empty", "text", "bomb", "short JPEG", "short PNG", "TIFF"],
)
def test_broken_images_are_source_errors(data):
    for work in (probe_image, fit_cover):
        with pytest.raises(SourceError) as caught:
            work(data)
        assert caught.value.hint


def test_what_fits_stays_as_it_is():
    for data, media_type in ((make_image(), "image/jpeg"), (make_image("PNG"), "image/png")):
        assert fit_cover(data) == (data, media_type)


def test_a_large_cover_becomes_smaller():
    data = make_image("PNG", size=(3000, 3000))
    fitted, media_type = fit_cover(data)
    facts = probe_image(fitted)
    assert (media_type, facts.media_type, facts.mode) == ("image/jpeg", "image/jpeg", "RGB")
    assert (facts.width, facts.height) == (1400, 1400)
    assert fit_cover(data) == (fitted, media_type)


def test_noise_loses_quality_then_size():
    data = make_image("PNG", size=(900, 600), noise=True)
    fitted, _ = fit_cover(data, limit_bytes=60_000)
    facts = probe_image(fitted)
    assert facts.bytes <= 60_000
    assert 300 <= facts.width < 900
    assert abs(facts.width / facts.height - 1.5) < 0.02
    with pytest.raises(SourceError, match="no picture fits"):
        fit_cover(data, limit_bytes=2000)


def test_transparency_becomes_white_and_cmyk_rgb():
    clear, _ = fit_cover(make_image("PNG", mode="RGBA"))
    with Image.open(io.BytesIO(clear)) as image:
        red, green, blue = image.getpixel((5, 5))
    assert red > 215
    assert min(green, blue) > 130  # half of it shows white
    assert probe_image(fit_cover(make_image(mode="CMYK"))[0]).mode == "RGB"


def test_a_turned_photograph_is_put_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    fitted, _ = fit_cover(make_image(size=(60, 30), exif=exif))
    facts = probe_image(fitted)
    assert (facts.width, facts.height) == (30, 60)


def test_the_whole_tag_stays_below_300_kb(tmp_path):
    large = make_image("PNG", size=(1000, 1000), noise=True)
    picture = Picture(data=large, media_type="image/png")
    tags = full_tags(
        cover=picture,
        chapter_images={PurePosixPath("images/guest.jpg"): picture},
        transcript="Œuvre et parole. " * 3000,
    )
    fitted = fit_tags(tags)
    assert fitted.transcript == tags.transcript
    assert set(fitted.chapter_images) == set(tags.chapter_images)
    assert 200_000 < len(render_id3(fitted)) <= 300_000
    path = make_sound(tmp_path / "a.mp3")
    write_tags(path, fitted)
    assert read_tags(path).problems == ()
    assert fit_tags(tags) == fitted


def test_a_transcript_that_leaves_no_room_goes():
    fitted = fit_tags(full_tags(transcript="Œuvre et parole. " * 20_000))
    assert fitted.transcript is None
    assert fitted.cover == full_tags().cover
    assert fitted.chapters == CHAPTERS


def test_texts_that_leave_no_room_are_told():
    with pytest.raises(TagError, match="no room for a cover"):
        fit_tags(full_tags(description="œ" * 150_000))
    assert fit_tags(full_tags(cover=None)).cover is None
