"""The index of many episodes in a real browser: searched without a server, paged without a script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page_samples import EPISODE, PUBLICATION, SHOW, make_page
from test_index_page import pages_of

from browsing import checked, serve, violations_of
from podtool.publish.page import (
    derive_episode_page,
    read_page_assets,
    render_embed_files,
    render_episode_page,
    render_index_page,
)
from podtool.show.credits import derive_credits
from podtool.show.rights import collect_works
from podtool.timeline.cues import Cue

pytestmark = pytest.mark.real
LINES = ".episodes > li:visible"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("index")
    for page in pages_of(120, season_of=lambda number: (number + 39) // 40):
        (root / page.path).parent.mkdir(parents=True, exist_ok=True)
        (root / page.path).write_text(render_index_page(page), encoding="utf-8")
    for name, content in read_page_assets().items():
        (root / name).write_bytes(content)
    (root / "favicon.ico").write_bytes(b"")
    with serve(root) as address:
        yield address


def test_a_word_leads_to_its_episodes(browser: Any, site: str) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(site)
    page.fill("form.search input", "SUJET-77 a l'oeuvre")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pages/all/index.html?q=*")
    assert page.locator(LINES).count() == 1
    assert page.inner_text("form.search output") == "1 sur 120"
    assert page.locator(".season:visible").all_inner_texts() == ["Saison 2"]
    page.fill("form.search input", "zzz")
    assert page.locator(LINES).count() == 0
    assert page.inner_text("form.search output") == "aucun résultat"
    page.fill("form.search input", "")
    assert page.locator(LINES).count() == 120
    page.close()
    assert complaints == []


def test_without_a_script_the_pages_and_the_whole_list_are_reached(browser: Any, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    assert page.locator(LINES).count() == 50
    page.click("a[rel=next]")
    page.click("a[rel=next]")
    assert page.locator(LINES).count() == 20
    page.click(".pages a:text-is('Tous les épisodes')")
    assert page.locator(LINES).count() == 120
    assert not page.is_visible("form.search")
    context.close()


def test_the_w3c_checker_finds_nothing(tmp_path: Path) -> None:
    """An index in pages, a page with a transcript, hostile words in both."""
    page = make_page()
    listed = derive_credits(SHOW, EPISODE, collect_works(SHOW, EPISODE), "fr")
    cues = (Cue(start_ms=0, end_ms=900, text='<b> & "', speaker="<i>"),)
    spoken = derive_episode_page(SHOW, EPISODE, PUBLICATION, listed, cues=cues)
    texts = [render_episode_page(page), render_episode_page(spoken), *render_embed_files(spoken).values()][:3]
    texts += [render_index_page(each) for each in pages_of(60, season_of=lambda number: number % 3)]
    files = [tmp_path / f"{number}.html" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    assert checked(*files) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["index.html", "pages/2/index.html", "pages/all/index.html?q=sujet"])
def test_axe_core_finds_nothing(browser: Any, site: str, path: str, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page.goto(site + path)
    assert violations_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
