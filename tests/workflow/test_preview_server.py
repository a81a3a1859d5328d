"""The preview's server: loopback, byte ranges, right types, and nothing else of the disk."""

import http.client
import threading

import pytest

from browsing import serve
from podtool.workflow import previewing

HEAD = "HEAD"


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
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, media_type, "no-cache")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_what_a_browser_has_is_not_sent_again(ask):
    tag = ask("/style.css")[1]["ETag"]
    assert ask("/style.css", If_None_Match=tag)[::2] == (304, b"")
    assert ask("/style.css", If_None_Match='"other"')[0] == 200
    assert ask("/media/a.mp3", Range="bytes=0-1", If_Range=ask("/media/a.mp3")[1]["ETag"])[0] == 206


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example:{port}", "localhost", ""]
)
def test_a_page_elsewhere_cannot_read_it_under_its_own_name(tree, host):
    """DNS rebinding: the name is the attacker's, the address is this machine's."""
    with serve(tree) as address:
        port = address.rpartition(":")[2].strip("/")
        for named, status in (
            (host.format(port=port), 421),
            (f"localhost:{port}", 200),
            (f"127.0.0.1:{port}", 200),
        ):
            connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)
            connection.request("GET", "/index.html", headers={"Host": named})
            answer = connection.getresponse()
            assert answer.status == status
            assert status == 200 or b"index.html" not in answer.read()
            connection.close()


def test_a_folder_without_its_slash_leads_to_it(ask, tree):
    (tree / "episodes/un").mkdir(parents=True, exist_ok=True)
    (tree / "episodes/un/index.html").write_text("un", encoding="utf-8")
    (tree / "episodes/un/embed.html").write_text("un", encoding="utf-8")
    status, headers, _ = ask("/episodes/un")
    assert (status, headers["Location"]) == (301, "/episodes/un/")
    assert ask("/episodes/un/")[1]["Content-Security-Policy"] == "frame-ancestors 'self'"
    assert ask("/episodes/un/embed.html")[1]["Content-Security-Policy"] is None
    assert ask("/episodes/")[0] == 404


def test_a_link_out_of_the_tree_is_not_followed(ask, tree):
    try:
        (tree / "way-out.txt").symlink_to(tree.parent / "secret.txt")
    except OSError:
        pytest.skip("no links here")
    assert ask("/way-out.txt")[0] == 404


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


def test_a_published_folder_has_no_news(ask):
    assert ask("/.podtool/events?after=0")[0] == 404
    assert ask("/.podtool/reload.js")[0] == 404
