"""The example's public tree in Chromium, as readers get it: it plays, seeks, is accessible and valid.

axe-core and the W3C's checker come from the npm registry; .ci/run fetches them and says where they are.
"""

import json
import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from example import run

pytestmark = pytest.mark.real
PAGE = "episodes/comment-ne-pas-subir-sa-transformation-numerique/"
SIZES = {"phone": (390, 844), "desk": (1280, 900)}


def needed(variable):
    path = os.environ.get(variable)
    if not path or not Path(path).is_file():
        pytest.skip(f"{variable} doesn't name a file")
    return path


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
    from podtool.workflow.previewing import make_server

    with make_server(tree, 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    if not chromium:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--autoplay-policy=no-user-gesture-required",
            ],
        )
        yield opened
        opened.close()


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


def wait_until(page, condition):
    """Asks again until it holds; the page's own policy forbids Playwright's way of waiting."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came: {condition}")


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
@pytest.mark.parametrize("path", [PAGE, "index.html", "report.html"])
def test_axe_core_finds_nothing(browser, site, path, size, scheme):
    axe = Path(needed("PODTOOL_AXE")).read_text(encoding="utf-8")
    width, height = SIZES[size]
    # The page's policy lets no script in but its own; axe is let in past it.
    opened = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True
    )
    opened.goto(site + path)
    opened.evaluate(axe)
    found = opened.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    wide = opened.evaluate("document.documentElement.scrollWidth") > width
    opened.close()
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found] == []
    assert not wide


def test_it_reads_without_javascript(browser, site):
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(site + PAGE)
    words = opened.inner_text("main")
    context.close()
    for fact in ("Édito", "La transfo num", "Sounds of Nowhere", "Guillaume Desjardins", "0:29"):
        assert fact in words


@pytest.mark.parametrize("name", [PAGE + "index.html", "index.html", "report.html"])
def test_the_w3c_checker_finds_nothing(tree, name):
    checker = needed("PODTOOL_VNU")
    if not shutil.which("java"):
        pytest.skip("no Java on this machine")
    done = subprocess.run(
        ["java", "-jar", checker, "--format", "json", "--exit-zero-always", str(tree / name)],
        capture_output=True,
        check=True,
        timeout=120,
    )
    said = json.loads(done.stderr or done.stdout)["messages"]
    # A file has no origin, so the checker can't tell what 'self' means in the page's own policy.
    found = [each["message"] for each in said if "Content Security Policy" not in each["message"]]
    assert found == []
