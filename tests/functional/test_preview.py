"""`podtool preview`: the public tree on loopback, with byte ranges, and nothing else of the disk."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from shows import digests, make_episode, make_show, said_by

from example import run
from podtool.workflow import previewing

HEAD = "HEAD"


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    folder = make_show(tmp_path_factory.mktemp("preview") / "show", episodes=(1,))
    said_by("assemble", "1", here=folder)
    return folder


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A public tree as a web server would see it, with something beside it that is nobody's business."""
    root = tmp_path_factory.mktemp("served")
    (root / "secret.txt").write_text("nobody's business", encoding="utf-8")
    public = root / "public"
    (public / "media").mkdir(parents=True)
    (public / "media/a.mp3").write_bytes(bytes(range(250)) * 4)
    for name in (
        "index.html",
        "feed.xml",
        "chapters.json",
        "style.css",
        "player.js",
        "waveform.svg",
        "t.vtt",
    ):
        (public / name).write_text(name, encoding="utf-8")
    return public


@pytest.fixture(scope="module")
def ask(tree):
    """Asks a running server: `ask("/media/a.mp3", Range="bytes=0-9")` gives status, headers and body."""
    server = previewing.make_server(tree, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def request(path, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers=named)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    yield request
    server.shutdown()
    thread.join()
    server.server_close()


SOUND = bytes(range(250)) * 4


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=990-", 990, 1000),
        ("bytes=-10", 990, 1000),
        ("bytes=-99999", 0, 1000),
        ("bytes=500-99999", 500, 1000),
        ("bytes=999-999", 999, 1000),
    ],
)
def test_a_range_is_served(ask, wanted, start, stop):
    status, headers, body = ask("/media/a.mp3", Range=wanted)
    assert (status, body) == (206, SOUND[start:stop])
    assert headers["Content-Range"] == f"bytes {start}-{stop - 1}/1000"
    assert headers["Content-Length"] == str(stop - start)
    assert headers["Content-Type"] == "audio/mpeg"


@pytest.mark.parametrize("wanted", ["bytes=1000-", "bytes=-0", "bytes=5000-6000"])
def test_a_range_beyond_the_end_is_416(ask, wanted):
    status, headers, body = ask("/media/a.mp3", Range=wanted)
    assert (status, body, headers["Content-Range"]) == (416, b"", "bytes */1000")


@pytest.mark.parametrize(
    "wanted", ["bytes=-", "bytes=9-2", "bytes=0-1,5-6", "items=0-1", "bytes=a-b", f"bytes={'9' * 5000}-", "x"]
)
def test_what_is_no_range_gets_the_whole_file(ask, wanted):
    status, headers, body = ask("/media/a.mp3", Range=wanted)
    assert (status, body, headers["Accept-Ranges"]) == (200, SOUND, "bytes")


def test_a_range_of_another_version_gets_the_whole_file(ask):
    modified = ask("/media/a.mp3")[1]["Last-Modified"]
    assert ask("/media/a.mp3", Range="bytes=0-1", If_Range=modified)[0] == 206
    assert ask("/media/a.mp3", Range="bytes=0-1", If_Range="Mon, 01 Jan 2001 00:00:00 GMT")[0] == 200


def test_head_tells_the_whole_size_and_sends_nothing(ask):
    for headers in ({}, {"Range": "bytes=0-9"}):
        status, told, body = ask("/media/a.mp3", HEAD, **headers)
        assert (status, body, told["Content-Length"]) == (200, b"", "1000")
        assert told["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/feed.xml", "application/rss+xml; charset=utf-8"),
        ("/chapters.json", "application/json"),
        ("/style.css", "text/css; charset=utf-8"),
        ("/player.js", "text/javascript; charset=utf-8"),
        ("/waveform.svg", "image/svg+xml"),
        ("/t.vtt", "text/vtt; charset=utf-8"),
    ],
)
def test_each_file_has_its_type_and_is_not_kept(ask, path, media_type):
    status, headers, _ = ask(path)
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, media_type, "no-store")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/media/../../secret.txt",
        "/..%2fsecret.txt",
        "//../secret.txt",
        "/%5c..%5csecret.txt",
    ],
)
def test_nothing_outside_the_tree_is_served(ask, path):
    status, _, body = ask(path)
    assert status in {301, 403, 404}
    assert b"business" not in body


@pytest.mark.parametrize("path", ["/absent.mp3", "/%00", f"/{'a' * 5000}", "/media/a.mp3/x"])
def test_what_is_not_there_is_404(ask, path):
    assert ask(path, Range="bytes=0-1")[0] == 404


def test_it_listens_on_loopback_alone(tree):
    with previewing.make_server(tree, 0) as server:
        assert server.server_address[0] == "127.0.0.1"


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


def test_ctrl_c_ends_it_and_nothing_stays(show, monkeypatch):
    """The server is asked from another thread while the command runs, then Ctrl-C comes."""
    before = digests(show)
    seen = {}

    def serve(server, **_):
        folder = Path(server.RequestHandlerClass.keywords["directory"])
        seen["folder"], seen["files"] = folder, set(digests(folder))
        raise KeyboardInterrupt

    monkeypatch.setattr(previewing._Server, "serve_forever", serve)
    code, _, err = run("preview", "1", "--no-open", "--port", "0", here=show)
    assert code == 130
    assert re.search(r"http://127\.0\.0\.1:\d+/episodes/un/index\.html", err)
    assert {"feed.xml", "index.html", "media/petite-01.mp3", "episodes/un/index.html"} <= seen["files"]
    assert not seen["folder"].exists()
    assert digests(show) == before


def test_an_episode_that_is_not_due_is_shown(show, tmp_path, monkeypatch):
    copy = shutil.copytree(show, tmp_path / "show")
    text = (copy / "episodes/01-un/episode.yaml").read_text(encoding="utf-8")
    (copy / "episodes/01-un/episode.yaml").write_text(text + "published: 2199-01-01\n", encoding="utf-8")
    said_by("assemble", "1", here=copy)

    def serve(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(previewing._Server, "serve_forever", serve)
    assert run("preview", "1", "--no-open", "--port", "0", here=copy)[0] == 130
    assert not (copy / "published.yaml").exists()
    assert not (copy / "public").exists()


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
