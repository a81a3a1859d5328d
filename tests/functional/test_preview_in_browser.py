"""`podtool preview` in Chromium: what is written in an editor is on the page a moment later, errors too."""

import shutil
import threading

import pytest
from shows import change_text, make_show, said_by

from browsing import serve
from podtool.workflow import previewing
from podtool.workflow.clock import read_clock
from podtool.workflow.preview_tree import PreviewMaker, signature_of_show

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    folder = make_show(tmp_path_factory.mktemp("preview") / "show", episodes=(1,))
    said_by("assemble", "1", here=folder)
    return folder


def test_the_page_reloads_when_the_yaml_changes(browser, show, tmp_path):
    copy = shutil.copytree(show, tmp_path / "show")
    site = previewing.LiveSite(PreviewMaker("1", copy, read_clock).make())
    maker, stop, told = PreviewMaker("1", copy, read_clock), threading.Event(), []
    watcher = threading.Thread(
        target=previewing._watch,
        args=(site, maker, lambda: signature_of_show(copy, copy / "public"), told.append, stop),
    )
    watcher.start()
    complaints = []
    try:
        with serve(site) as address:
            page = browser.new_page()
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(f"{address}episodes/un/index.html")
            assert page.inner_text("h1") == "Un"
            episode = copy / "episodes/01-un/episode.yaml"
            change_text(episode, "description: Ce", "subtitle: Un sous-titre\ndescription: Ce")
            page.wait_for_selector(".subtitle")
            assert complaints == []
            change_text(episode, "subtitle:", "subtitel:")
            page.wait_for_selector("h1:not(:text-is('Un'))")
            assert "subtitel" in page.inner_text("main")
            assert [text for text in complaints if "500" not in text] == []
            change_text(episode, "subtitel:", "subtitle:")
            page.wait_for_selector(".subtitle")
            page.close()
    finally:
        stop.set()
        watcher.join()
    levels = [message.level for message in told]
    assert (levels[0], levels[1], levels[-1]) == ("info", "warning", "info")
