"""`podtool preview`: the public tree as it would be, made anew when something changes."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys

import pytest
from shows import change_text, digests, make_episode, make_show, said_by

from browsing import serve
from example import run
from podtool.workflow import preview_server, previewing
from podtool.workflow.clock import read_clock
from podtool.workflow.preview_tree import PreviewMaker, signature_of_show


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    folder = make_show(tmp_path_factory.mktemp("preview") / "show", episodes=(1,))
    said_by("assemble", "1", here=folder)
    return folder


def test_a_port_that_is_taken_is_9(show):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        said = said_by("preview", "1", "--no-open", "--port", other.getsockname()[1], here=show, code=9)
    assert "--port" in said["error"]["hint"]


def test_nothing_built_is_9(show, tmp_path):
    copy = shutil.copytree(show, tmp_path / "show")
    make_episode(copy, 2)
    said = said_by("preview", "2", "--no-open", here=copy, code=9)
    assert "nothing is built" in said["error"]["message"]


def served_by(monkeypatch, show, *arguments, code=130):
    """What a preview serves when it starts: the site; then Ctrl-C comes."""
    seen = {}

    def serve_forever(server, **_):
        seen["site"] = server.RequestHandlerClass.args[0]
        raise KeyboardInterrupt

    monkeypatch.setattr(preview_server.PreviewServer, "serve_forever", serve_forever)
    ended, _, err = run("preview", *arguments, "--no-open", "--port", "0", here=show)
    assert ended == code, err
    return seen["site"], err


def test_ctrl_c_ends_it_and_nothing_stays(show, monkeypatch):
    before = digests(show)
    site, err = served_by(monkeypatch, show, "1")
    assert re.search(r"http://127\.0\.0\.1:\d+/episodes/un/index\.html", err)
    assert {"feed.xml", "index.html", "media/petite-01.mp3", "episodes/un/index.html"} <= set(
        site.preview.files
    )
    assert digests(show) == before


def test_an_episode_that_is_not_due_is_shown(show, tmp_path, monkeypatch):
    copy = shutil.copytree(show, tmp_path / "show")
    text = (copy / "episodes/01-un/episode.yaml").read_text(encoding="utf-8")
    (copy / "episodes/01-un/episode.yaml").write_text(text + "published: 2199-01-01\n", encoding="utf-8")
    site, _ = served_by(monkeypatch, copy, "1")
    assert b"2199" in site.find("episodes/un/index.html").content
    assert not (copy / "published.yaml").exists()
    assert not (copy / "public").exists()


def test_the_whole_show_is_served_from_its_folder(show, tmp_path, monkeypatch):
    copy = shutil.copytree(show, tmp_path / "show")
    make_episode(copy, 2)
    site, err = served_by(monkeypatch, copy)
    assert re.search(r"http://127\.0\.0\.1:\d+/index\.html", err)
    assert "left out, not built or withdrawn: 1 of 2 episodes" in err
    said_by("assemble", "2", here=copy)
    site, _ = served_by(monkeypatch, copy)
    assert {"media/petite-01.mp3", "media/petite-02.mp3"} <= set(site.preview.files)
    index = site.find("index.html").content.decode()
    assert ">Deux<" in index
    assert ">Un<" in index


def test_a_broken_neighbour_is_told_of_and_left_out(show, tmp_path, monkeypatch):
    copy = shutil.copytree(show, tmp_path / "show")
    make_episode(copy, 2)
    change_text(copy / "episodes/02-deux/episode.yaml", "title:", "titel:")
    _, err = served_by(monkeypatch, copy, "1")
    assert "02-deux: left out" in err
    served_by_error = run("preview", "--no-open", "--port", "0", here=copy)
    assert served_by_error[0] == 3


@pytest.fixture
def live(show, tmp_path):
    """A preview that runs: its show, its site, what the terminal is told, and a way to make it anew."""
    copy = shutil.copytree(show, tmp_path / "live")
    maker = PreviewMaker("1", copy, read_clock)
    site = previewing.LiveSite(maker.make())
    told = []
    return copy, site, told, lambda: previewing.remake(site, maker, told.append)


def test_new_words_are_shown_without_a_new_assemble(live):
    copy, site, told, remake = live
    before = site.find("media/petite-01.mp3").tag
    change_text(copy / "episodes/01-un/episode.yaml", "title: Un\n", "title: Une autre\n")
    (copy / "templates").mkdir()
    (copy / "templates/style.css").write_text("p { color: red }", encoding="utf-8")
    remake()
    page = next(
        found
        for path in site.preview.files
        if path.endswith("une-autre/index.html")
        for found in [site.find(path)]
    )
    assert "<h1>Une autre</h1>" in page.content.decode()
    assert site.find("style.css").content == b"p { color: red }"
    assert site.find("media/petite-01.mp3").tag == before
    assert "podtool assemble" in told[0].text
    assert site.version == 1


def test_an_error_takes_the_pages_place_and_goes_when_it_is_mended(live):
    copy, site, told, remake = live
    episode = copy / "episodes/01-un/episode.yaml"
    text = episode.read_text(encoding="utf-8")
    episode.write_text(
        text.replace("segments:", "segmants: <script>alert(1)</script>\nsegments:"), encoding="utf-8"
    )
    remake()
    page = site.find("episodes/un/index.html")
    words = page.content.decode()
    assert page.status == 500
    assert "episodes/01-un/episode.yaml:" in words
    assert "segmants" in words
    assert "<script>alert" not in words
    assert "script-src 'self'" in words
    assert "connect-src 'self'" in words
    assert site.find("media/petite-01.mp3").status == 200
    assert "episode.yaml:" in told[0].text
    episode.write_text(text, encoding="utf-8")
    remake()
    assert site.find("episodes/un/index.html").status == 200


def test_a_file_that_vanishes_while_it_is_read_ends_nothing(live, monkeypatch):
    _, site, told, remake = live

    def vanish(_):
        raise FileNotFoundError(2, "No such file", "notes.md")

    with monkeypatch.context() as patch:
        patch.setattr(PreviewMaker, "make", vanish)
        remake()
    assert site.find("index.html").status == 500
    assert "notes.md" in told[0].text
    remake()
    assert site.find("index.html").status == 200


def test_a_broken_template_is_shown_with_its_line(live):
    copy, site, _, remake = live
    (copy / "templates").mkdir()
    (copy / "templates/index.html.j2").write_text("fine\n{% if %}\n", encoding="utf-8")
    remake()
    assert "templates/index.html.j2:2" in site.find("index.html").content.decode()


def test_only_the_previews_pages_ask_for_news(live, show):
    _, site, _, _ = live
    served = site.find("episodes/un/index.html").content.decode()
    assert '<script src="/.podtool/reload.js"' in served
    assert "connect-src 'self'" in served
    published = site.preview.files["episodes/un/index.html"].content.decode()
    assert ".podtool" not in published
    assert "connect-src" not in published


def test_a_change_is_told_to_the_pages_that_wait(live):
    _, site, _, remake = live
    with serve(site) as address:
        connection = http.client.HTTPConnection(
            "127.0.0.1", int(address.rpartition(":")[2].strip("/")), timeout=10
        )
        connection.request("GET", "/.podtool/events?after=0")
        answer = connection.getresponse()
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        remake()
        assert answer.fp.readline() == b"event: change\n"
        connection.close()


@pytest.mark.parametrize(
    ("file", "seen"),
    [
        ("show.yaml", True),
        ("episodes/01-un/episode.yaml", True),
        ("episodes/01-un/build/petite-01.mp3", True),
        ("templates/style.css", True),
        ("notes/new.md", True),
        ("cover.png", True),
        ("public/index.html", False),
        (".podtool/x", False),
        ("episodes/01-un/recordings/voix.wav", False),
        (".git/index", False),
    ],
)
def test_what_is_watched(show, tmp_path, file, seen):
    copy = shutil.copytree(show, tmp_path / "show")
    before = signature_of_show(copy, copy / "public")
    (copy / file).parent.mkdir(parents=True, exist_ok=True)
    with (copy / file).open("ab") as opened:
        opened.write(b"more")
    assert (signature_of_show(copy, copy / "public") != before) is seen


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for a child")
def test_a_real_one_serves_until_it_is_interrupted(show, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "podtool", "preview", "1", "--no-open", "--port", "0"],
        cwd=show,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    try:
        line = process.stderr.readline()
        port = int(re.search(r":(\d+)/", line)[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/media/petite-01.mp3", headers={"Range": "bytes=0-2"})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (206, b"ID3")
        connection.close()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert "Traceback" not in out + err
    assert list(tmp_path.iterdir()) == []
