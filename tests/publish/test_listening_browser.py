"""Listening in a real browser: a transcript that follows and is searched, keys, links to a moment, memory."""

from __future__ import annotations

import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from page_samples import BASE, EPISODE, PUBLICATION, SHOW, SLUG

from browsing import serve, violations_of, wait_until
from podtool.publish.page import derive_episode_page, read_page_assets, render_episode_page
from podtool.show.credits import derive_credits
from podtool.show.rights import collect_works
from podtool.timeline.cues import Cue

pytestmark = pytest.mark.real

MANY = 3000
"""A talk of two hours."""
TIME = "document.querySelector('audio').currentTime"


def said(number: int) -> str:
    return f"Phrase {number} : l’été à l’œuvre." if number % 1000 == 999 else f"Voilà la phrase {number}."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("public")
    (root / "media").mkdir()
    (root / "episodes" / SLUG).mkdir(parents=True)
    with wave.open(str(root / "media" / "8.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 8000 * 100)
    media = replace(
        PUBLICATION.enclosures[0], url=f"{BASE}media/8.wav", path="media/8.wav", media_type="audio/wav"
    )
    files = {kind: file for kind, file in PUBLICATION.files.items() if kind == "transcript.vtt"}
    publication = replace(PUBLICATION, enclosures=(media,), files=files)
    step = 100_000 / MANY
    cues = [
        Cue(
            start_ms=round(index * step),
            end_ms=round((index + 1) * step),
            text=said(index),
            speaker=("Karl", "Arnaud")[index // 7 % 2],
        )
        for index in range(MANY)
    ]
    listed = derive_credits(SHOW, EPISODE, collect_works(SHOW, EPISODE), "fr")
    page = derive_episode_page(SHOW, EPISODE, publication, listed, cues=cues)
    (root / "episodes" / SLUG / "index.html").write_text(render_episode_page(page), encoding="utf-8")
    for name, content in read_page_assets().items():
        (root / name).write_bytes(content)
    (root / "favicon.ico").write_bytes(b"")  # browsers ask for one where a page has no cover
    with serve(root) as address:
        yield f"{address}episodes/{SLUG}/index.html"


@contextmanager
def listening(browser: Any, address: str, **options: Any) -> Iterator[Any]:
    """A page whose sound is ready; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    context = browser.new_context(**options)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    wait_until(page, "document.querySelector('audio').readyState >= 1")
    yield page
    context.close()
    assert complaints == []


def place(page: Any) -> float:
    return float(page.evaluate(TIME))


def test_the_transcript_follows_only_when_asked(browser: Any, site: str) -> None:
    with listening(browser, site) as page:
        page.evaluate("document.querySelector('audio').currentTime = 50")
        wait_until(page, "document.querySelector('.cues [aria-current]') !== null")
        assert page.text_content(".cues [aria-current]") == said(1501)
        box = "document.querySelector('.cues').scrollTop"
        assert page.evaluate(box) == 0
        page.check("[data-follow]")
        wait_until(page, f"{box} > 1000")
        page.evaluate("document.querySelector('audio').currentTime = 90")
        wait_until(
            page,
            "(() => { const cue = document.querySelector('.cues [aria-current]').getBoundingClientRect();"
            " const box = document.querySelector('.cues').getBoundingClientRect();"
            " return cue.top >= box.top && cue.bottom <= box.bottom; })()",
        )
        assert page.locator(".cues [aria-current]").count() == 1


def test_a_cue_plays_by_mouse_and_by_keyboard(browser: Any, site: str) -> None:
    with listening(browser, site) as page:
        page.click("[data-cue='0.1']")
        wait_until(page, f"{TIME} > 0.09 && !document.querySelector('audio').paused")
        page.evaluate("document.querySelector('audio').pause()")
        page.focus(".cues [tabindex='0']")
        for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
            page.keyboard.press(key)
        reached = page.evaluate("document.activeElement.dataset.cue")
        assert float(reached) == pytest.approx(0.133)
        page.evaluate("document.querySelector('audio').currentTime = 80")
        page.keyboard.press("Enter")
        wait_until(page, f"{TIME} < 20")
        assert page.locator(".cues [data-cue][tabindex]").count() == 1


def test_the_keyboard_alone_reaches_everything_and_is_seen(browser: Any, site: str) -> None:
    """From the skip link through player and transcript to the end; the focus never stays out of sight."""
    with listening(browser, site) as page:
        seen = []
        for _ in range(60):
            page.keyboard.press("Tab")
            found = page.evaluate(
                "(() => { const one = document.activeElement; const style = getComputedStyle(one);"
                " return [one.className || one.id || one.localName, one.matches('audio') ||"
                " (style.outlineStyle !== 'none' && one.getBoundingClientRect().width > 0)]; })()"
            )
            if found[0] == "body" or (seen and found[0] == seen[0]):
                break
            seen.append(found[0])
            assert found[1], found
        assert seen[0] == "skip"
        assert "cues" in seen
        assert len(seen) < 55
        assert page.evaluate("document.querySelectorAll('.cues a.clock').length") > 400
        page.focus(".skip")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"


def test_words_are_found_whatever_their_accents(browser: Any, site: str) -> None:
    with listening(browser, site) as page:
        page.fill(".finder input[type=search]", "L'ETE A L'OEUVRE")
        wait_until(page, "document.querySelector('.finder output').textContent === '1 sur 3'")
        page.keyboard.press("Enter")
        assert page.inner_text(".finder output") == "2 sur 3"
        page.keyboard.press("Shift+Enter")
        page.keyboard.press("Shift+Enter")
        assert page.inner_text(".finder output") == "3 sur 3"
        page.click("[data-hit-step='1']")
        assert page.inner_text(".finder output") == "1 sur 3"
        assert place(page) == 0
        page.fill(".finder input[type=search]", "999. Voilà la phrase 2000")
        page.fill(".finder input[type=search]", "zzz")
        wait_until(page, "document.querySelector('.finder output').textContent === 'aucun résultat'")
        page.keyboard.press("Escape")
        assert page.input_value(".finder input[type=search]") == ""


def test_three_thousand_cues_stay_quick(browser: Any, site: str) -> None:
    with listening(browser, site) as page:
        assert page.locator("[data-cue]").count() == MANY
        spent = page.evaluate(
            "(() => { const audio = document.querySelector('audio'); const began = performance.now();"
            " for (let each = 0; each < 1000; each += 1) audio.dispatchEvent(new Event('timeupdate'));"
            " return performance.now() - began; })()"
        )
        assert spent < 1000
        page.fill(".finder input[type=search]", "voilà")
        began = time.monotonic()
        wait_until(page, "document.querySelector('.finder output').textContent === '1 sur 2997'")
        assert time.monotonic() - began < 3
        page.fill(".finder input[type=search]", "la")
        wait_until(page, "document.querySelector('.finder output').textContent === '1 sur 5994'")
        page.fill(".finder input[type=search]", "l")
        wait_until(page, "document.querySelector('.finder output').textContent === ''")


def test_keys_drive_the_player_but_not_while_typing(browser: Any, site: str) -> None:
    with listening(browser, site) as page:
        for key, wanted in (("l", 30), ("l", 60), ("j", 45), ("ArrowRight", 50), ("ArrowLeft", 45)):
            page.keyboard.press(key)
            assert place(page) == wanted
        page.keyboard.press("Shift+C")
        assert place(page) == 15
        page.keyboard.press("c")
        assert place(page) == 83.25
        page.keyboard.press("m")
        assert page.evaluate("document.querySelector('audio').muted")
        page.keyboard.press("Space")
        assert not page.evaluate("document.querySelector('audio').paused")
        page.keyboard.press("k")
        assert page.evaluate("document.querySelector('audio').paused")
        here = place(page)
        page.focus(".finder input[type=search]")
        page.keyboard.type("jlcmk ?")
        assert page.input_value(".finder input[type=search]") == "jlcmk ?"
        assert place(page) == here
        page.keyboard.press("Tab")


def test_the_list_of_keys_opens_and_can_switch_them_off(browser: Any, site: str) -> None:
    with listening(browser, site) as page:
        page.keyboard.press("?")
        assert page.is_visible("dialog >> text=Lecture, pause")
        page.uncheck("[data-keys]")
        page.keyboard.press("Escape")
        assert not page.is_visible("dialog")
        page.keyboard.press("l")
        assert place(page) == 0
        page.reload()
        page.keyboard.press("l")
        assert place(page) == 0
        page.keyboard.press("?")
        page.check("[data-keys]")
        page.click("dialog >> text=Fermer")
        page.keyboard.press("l")
        assert place(page) == 30


@pytest.mark.parametrize("moment", ["#t=75.4", "#t=1:15.4", "?t=1:15.4", "?t=75.4s", "#t=npt:75.4"])
def test_a_link_leads_to_its_moment(browser: Any, site: str, moment: str) -> None:
    with listening(browser, site + moment) as page:
        wait_until(page, f"Math.abs({TIME} - 75.4) < 0.01")


@pytest.mark.parametrize("moment", ["#t=<script>", "?t=javascript:1", "#t=1:2:3:4", "#t=-5", "?t=NaN"])
def test_what_is_no_moment_leads_nowhere(browser: Any, site: str, moment: str) -> None:
    with listening(browser, site + moment) as page:
        assert place(page) == 0


def test_the_link_to_this_moment_is_copied(browser: Any, site: str) -> None:
    allowed = {"permissions": ["clipboard-read", "clipboard-write"]}
    with listening(browser, site + "#t=42.7", **allowed) as page:
        wait_until(page, f"{TIME} > 42")
        page.click("[data-copy-link]")
        wait_until(page, "document.querySelector('.told').textContent === 'Lien copié\\u00a0: 0:42.'")
        assert page.evaluate("navigator.clipboard.readText()") == f"{PUBLICATION.page_url}#t=42"


def test_position_and_speed_are_remembered_here_alone(browser: Any, site: str) -> None:
    with listening(browser, site) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.select_option("[data-speed]", "1.5")
        page.evaluate("document.querySelector('audio').currentTime = 40")
        page.keyboard.press("k")
        page.evaluate("document.querySelector('audio').play()")
        wait_until(page, f"{TIME} > 40.2")
        page.evaluate("document.querySelector('audio').pause()")
        wait_until(page, "Object.keys(localStorage).length === 2")
        page.reload()
        wait_until(page, f"{TIME} > 40")
        assert page.input_value("[data-speed]") == "1.5"
        assert "0:40" in page.inner_text(".told")
        assert {url.partition("?")[0].rpartition("/")[0] for url in asked} <= {
            site.rpartition("/")[0],
            site.rpartition("/episodes")[0],
            site.rpartition("/episodes")[0] + "/media",
        }
        assert page.context.cookies() == []


def test_it_all_reads_without_a_script(browser: Any, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    assert not page.is_visible(".finder")
    height = page.locator(".cues").bounding_box()["height"]
    assert height > 10_000
    page.locator("[data-cue]").last.scroll_into_view_if_needed()
    assert page.is_visible(f"text={said(MANY - 2)}")
    assert page.get_attribute(".turn a.clock >> nth=1", "href").startswith("../../media/8.wav#t=")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_core_finds_nothing(browser: Any, site: str, width: int, scheme: str) -> None:
    """With a cue that plays, words that were found, and the list of keys."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page.goto(f"{site}#t=1")
    page.fill(".finder input[type=search]", "œuvre")
    wait_until(page, "document.querySelector('.finder output').textContent === '1 sur 3'")
    assert violations_of(page) == []
    page.click("[data-open-keys]")
    assert violations_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
