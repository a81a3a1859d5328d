"""A real browser for tests: Chromium through Playwright, and a preview server that it asks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from podtool.workflow.preview_server import make_server
from podtool.workflow.preview_site import Site

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--mute-audio",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
)


@contextmanager
def launch() -> Iterator[Any]:
    """Headless Chromium; the test is skipped where there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    playwright = pytest.importorskip("playwright.sync_api")
    if program is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as running:
        launched = running.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield launched
        launched.close()


@contextmanager
def serve(site: Site | Path) -> Iterator[str]:
    """The address of a folder, or a preview, on loopback, with a slash at its end."""
    with make_server(site, 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


def wait_until(page: Any, condition: str) -> None:
    """Asks again until it holds; the page's own policy forbids Playwright's way of waiting."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came: {condition}")


def needed(variable: str) -> Path:
    """The file that an environment variable names; the test is skipped where there is none."""
    path = os.environ.get(variable)
    if not path or not Path(path).is_file():
        pytest.skip(f"{variable} doesn't name a file")
    return Path(path)


def violations_of(page: Any) -> list[tuple[str, str]]:
    """What axe-core finds on an open page (which must let its script in: ``bypass_csp``)."""
    page.evaluate(needed("PODTOOL_AXE").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [(each["id"], each["nodes"][0]["html"][:120]) for each in found]


def checked(*pages: Path) -> list[str]:
    """What the W3C's checker says of pages; the test is skipped where it, or Java, is missing."""
    checker = needed("PODTOOL_VNU")
    if not shutil.which("java"):
        pytest.skip("no Java on this machine")
    done = subprocess.run(
        ["java", "-jar", checker, "--format", "json", "--exit-zero-always", *map(str, pages)],
        capture_output=True,
        check=True,
        timeout=120,
    )
    said = json.loads(done.stderr or done.stdout)["messages"]
    # A file has no origin, so the checker can't tell what 'self' means in the page's own policy.
    return [each["message"] for each in said if "Content Security Policy" not in each["message"]]
