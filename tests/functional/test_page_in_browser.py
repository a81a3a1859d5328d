"""The example's public tree in Chromium, as readers get it: it plays, seeks, is accessible and valid.

axe-core and the W3C's checker come from the npm registry; .ci/run fetches them and says where they are.
"""

import shutil

import pytest

from browsing import checked, serve, violations_of, wait_until
from example import run

pytestmark = pytest.mark.real
PAGE = "episodes/comment-ne-pas-subir-sa-transformation-numerique/"
SIZES = {"phone": (390, 844), "desk": (1280, 900)}


@pytest.fixture(scope="module")
def tree(assembled, tmp_path_factory):
    show = tmp_path_factory.mktemp("browser") / "show"
    shutil.copytree(assembled, show)
    code, _, err = run("publish", here=show)
    assert code == 0, err
    shutil.copy(show / "build" / "report.html", show / "public" / "report.html")
    return show / "public"


@pytest.fixture(scope="module")
def site(tree):
    with serve(tree) as address:
        yield address


@pytest.fixture
def page(browser):
    opened = browser.new_page()
    opened.asked = []
    opened.complaints = []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.on(
        "console", lambda message: opened.complaints.append(message.text) if message.type == "error" else None
    )
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    opened.close()


def test_it_plays_and_a_chapter_seeks(page, site):
    page.goto(site + PAGE)
    page.evaluate("document.querySelector('audio').muted = true")
    page.evaluate("document.querySelector('audio').play()")
    wait_until(page, "document.querySelector('audio').currentTime > 0.2")
    page.get_by_role("link", name="Entretien avec Arnaud").first.click()
    wait_until(page, "Math.abs(document.querySelector('audio').currentTime - 79.6) < 3")
    assert page.evaluate("document.querySelector('audio').error") is None
    assert page.complaints == []


def test_no_third_party_is_asked_for_anything(page, site):
    page.goto(site + PAGE, wait_until="networkidle")
    assert page.asked
    assert [url for url in page.asked if not url.startswith(site)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", [PAGE, PAGE + "embed.html", "index.html", "report.html"])
def test_axe_core_finds_nothing(browser, site, path, size, scheme):
    width, height = SIZES[size]
    # The page's policy lets no script in but its own; axe is let in past it.
    opened = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True
    )
    opened.goto(site + path)
    found = violations_of(opened)
    wide = opened.evaluate("document.documentElement.scrollWidth") > width
    opened.close()
    assert found == []
    assert not wide


def test_it_reads_without_javascript(browser, site):
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(site + PAGE)
    words = opened.inner_text("main")
    context.close()
    for fact in ("Édito", "La transfo num", "Sounds of Nowhere", "Guillaume Desjardins", "0:29"):
        assert fact in words


@pytest.mark.parametrize("name", [PAGE + "index.html", PAGE + "embed.html", "index.html", "report.html"])
def test_the_w3c_checker_finds_nothing(tree, name):
    assert checked(tree / name) == []


def test_the_player_works_in_a_frame_on_another_page(browser, site, tmp_path):
    frame = f'<iframe src="{site}{PAGE}embed.html" title="x" width="640" height="330"></iframe>'
    (tmp_path / "index.html").write_text(f"<!doctype html><title>Ailleurs</title>{frame}", encoding="utf-8")
    (tmp_path / "favicon.ico").write_bytes(b"")
    complaints = []
    with serve(tmp_path) as elsewhere:
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(elsewhere, wait_until="networkidle")
        inside = page.frames[1]
        inside.evaluate("document.querySelector('audio').muted = true")
        inside.click("summary")
        inside.click(".chapters a:has-text('Entretien')")
        wait_until(inside, "document.querySelector('audio').currentTime > 79")
        assert inside.evaluate("document.documentElement.scrollWidth") <= 640
        with page.expect_popup() as opened:
            inside.click("h1 a")
        assert opened.value.url == f"{site}{PAGE}index.html"
        opened.value.close()
        page.close()
    assert complaints == []


def test_the_page_itself_is_kept_out_of_frames_where_a_header_can(browser, site, tmp_path):
    frame = f'<iframe src="{site}{PAGE}index.html" title="x"></iframe>'
    (tmp_path / "index.html").write_text(f"<!doctype html><title>Ailleurs</title>{frame}", encoding="utf-8")
    complaints = []
    with serve(tmp_path) as elsewhere:
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(elsewhere, wait_until="networkidle")
        page.close()
    assert any("frame-ancestors" in text for text in complaints)
