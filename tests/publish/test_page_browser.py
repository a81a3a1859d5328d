"""The pages in a real browser: from a folder, on a phone's width, with and without their script."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from page_samples import BASE, EPISODE, PUBLICATION, SHOW, SLUG, make_page, public_file

from browsing import wait_until
from podtool.publish.page import (
    derive_index_page,
    read_page_assets,
    render_episode_page,
    render_index_page,
)

pytestmark = pytest.mark.real

WAVEFORM = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" preserveAspectRatio="none">'
    '<path d="M0 2h10v6h-10z"/></svg>'
)


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A public tree with 100 s of silence as its episode."""
    root = tmp_path_factory.mktemp("public")
    folder = root / "episodes" / SLUG
    folder.mkdir(parents=True)
    (root / "media").mkdir()
    with wave.open(str(root / "media" / "8.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(2 * 8000 * 100))
    media = replace(
        PUBLICATION.enclosures[0],
        url=f"{BASE}media/8.wav",
        path="media/8.wav",
        media_type="audio/wav",
        duration_s=100.0,
    )
    files = {**PUBLICATION.files, "waveform": public_file(f"episodes/{SLUG}/waveform.svg", "image/svg+xml")}
    publication = replace(PUBLICATION, enclosures=(media,), files=files)
    (folder / "waveform.svg").write_text(WAVEFORM, encoding="utf-8")
    (folder / "cover.png").write_bytes(_png())
    page = make_page(publication=publication)
    (folder / "index.html").write_text(render_episode_page(page), encoding="utf-8")
    index = derive_index_page(SHOW, [(EPISODE, publication)])
    (root / "index.html").write_text(render_index_page(index), encoding="utf-8")
    for name, content in read_page_assets().items():
        (root / name).write_bytes(content)
    return root


def _png() -> bytes:
    import io

    from PIL import Image

    held = io.BytesIO()
    Image.new("RGB", (64, 64), (20, 40, 60)).save(held, "PNG")
    return held.getvalue()


@contextmanager
def opened(browser: Any, address: str, **options: Any) -> Iterator[Any]:
    """A page; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    context = browser.new_context(**options)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert complaints == []


def episode_address(public: Path, fragment: str = "") -> str:
    return (public / "episodes" / SLUG / "index.html").as_uri() + fragment


def test_a_chapter_seeks_plays_and_is_marked(browser: Any, public: Path) -> None:
    with opened(browser, episode_address(public)) as page:
        wait_until(page, "document.querySelector('audio').readyState >= 1")
        page.click(".chapters li:nth-child(2) a")
        wait_until(page, "document.querySelector('audio').currentTime > 15.05")
        assert page.evaluate("!document.querySelector('audio').paused")
        assert page.inner_text("[aria-current=true]").split() == ["0:15", "Édito"]
        page.click("[data-chapter='1']")
        wait_until(page, "document.querySelector('audio').currentTime >= 83.25")
        page.click("[data-skip='-15']")
        wait_until(page, "document.querySelector('audio').currentTime < 70")
        page.select_option("[data-speed]", "1.5")
        assert page.evaluate("document.querySelector('audio').playbackRate") == 1.5


def test_a_moment_can_be_shared_and_the_keyboard_reaches_it(browser: Any, public: Path) -> None:
    with opened(browser, episode_address(public, "#t=1:05")) as page:
        wait_until(page, "document.querySelector('audio').currentTime === 65")
        page.focus(".chapters li:nth-child(3) a")
        page.keyboard.press("Enter")
        wait_until(page, "document.querySelector('audio').currentTime >= 83.25")
        assert page.url.endswith("#t=83.25")


def test_without_a_script_everything_is_there_to_read(browser: Any, public: Path) -> None:
    with opened(browser, episode_address(public), java_script_enabled=False) as page:
        assert page.is_visible("text=On nous l'annonce comme la météo.")
        assert page.is_visible("audio")
        assert page.is_visible(".chapters >> text=Introduction")
        assert not page.is_visible("[data-speed]")


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out(browser: Any, public: Path, width: int, scheme: str) -> None:
    screen = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with opened(browser, episode_address(public), **screen) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.click("header.site nav a")
        assert page.inner_text("h1") == SHOW.title
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.click(".episodes h3 a")
        assert "transformation" in page.inner_text("h1")
