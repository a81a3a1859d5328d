"""`publish` to a real OpenSSH server and a real object store, as a release pipeline runs it."""

import shutil
import urllib.request
from pathlib import Path

import pytest
from ended import NEVER, complete, operations, run_until
from lxml import etree
from shows import SHOW, change_text, make_episode, make_show, said_by
from small_web import serving

from example import run
from remote_servers import bucket, login, sshd, swift  # noqa: F401 - fixtures
from sshd import Line

pytestmark = pytest.mark.real
BASE = "https://petite.example.org"
EPOCH = "1718445600"
KILLS = 12
"""Moments of a run at which it is killed, spread over all of it."""


def enclosures(feed):
    """url → length of what a feed names."""
    found = etree.fromstring(feed).iterfind("channel/item/enclosure")
    return {each.get("url"): int(each.get("length")) for each in found}


def assert_true(feed, fetch_length):
    """Every file that the feed names is there, as long as the feed says."""
    for url, length in enclosures(feed).items():
        assert fetch_length(url) == length, url


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Two episodes are built; a third recording is only edited in."""
    show = make_show(tmp_path_factory.mktemp("built") / "show", episodes=(1, 2))
    said_by("assemble", "1", "2", here=show)
    return show


@pytest.fixture
def show(built, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    return shutil.copytree(built, tmp_path / "show")


@pytest.fixture
def by_sftp(show, sshd, login, tmp_path):  # noqa: F811 - fixtures
    """The show's target is an SSH server's folder, which a web server shows."""
    root = sshd.web / tmp_path.name / str(id(show))
    root.mkdir(parents=True)
    with serving(root) as web:
        retarget(show, sshd.url(root), web.url)
        yield show, root, web


def retarget(show, target, base_url):
    text = SHOW.replace(BASE, base_url).replace("target: public/", f"target: {target}")
    (show / "show.yaml").write_text(text, encoding="utf-8")
    said_by("assemble", "1", "2", here=show)  # tags name the page


def test_sftp_with_proof(by_sftp):
    show, root, web = by_sftp
    dry = said_by("publish", "--all", "--dry-run", here=show)
    assert {change["action"] for change in dry["changes"]} == {"add"}
    assert list(root.iterdir()) == []
    said = said_by("publish", "--all", here=show)
    assert said["changes"] == dry["changes"]
    assert [path for path in web.paths("HEAD") if path.startswith("/media/")] == [
        "/media/petite-01.mp3",
        "/media/petite-02.mp3",
    ], "media are found at their public address before the feed names them"
    feed = (root / "feed.xml").read_bytes()
    assert len(enclosures(feed)) == 2
    assert_true(feed, lambda url: (root / url.removeprefix(f"{web.url}/")).stat().st_size)
    web.asked.clear()
    again = said_by("publish", "--all", here=show)
    assert {change["action"] for change in again["changes"]} == {"same"}
    assert web.asked == []
    assert (root / "feed.xml").read_bytes() == feed


def test_killed_at_any_moment_over_sftp(by_sftp, tmp_path):
    """One episode is out; its correction and a second one are on their way when the run is killed."""
    show, root, web = by_sftp
    said_by("publish", "1", here=show)
    change_text(show / "episodes/01-un/episode.yaml", "end: 1s", "end: 1.5s")
    said_by("assemble", "1", here=show)
    old = (root / "feed.xml").read_bytes()
    before = {
        name: shutil.copytree(path, tmp_path / "before" / name)
        for name, path in (("root", root), ("show", show))
    }
    done = run_until(show, NEVER, "kill", "publish", "--all")
    assert complete(done), done.stderr
    new, total = (root / "feed.xml").read_bytes(), operations(done)
    assert old != new
    killed = 0
    delays = ["kill", *(f"kill+{100 * step}" for step in range(1, KILLS))]
    for how in delays:
        shutil.rmtree(root)
        shutil.copytree(before["root"], root)
        shutil.copy2(before["show"] / "published.yaml", show / "published.yaml")
        ended = run_until(show, min(2, total), how, "publish", "--all")
        killed += not complete(ended)
        feed = (root / "feed.xml").read_bytes()
        assert feed in {old, new}, how
        if feed == new:  # (the old one names a file that was just corrected under its address)
            assert_true(feed, lambda url: (root / url.removeprefix(f"{web.url}/")).stat().st_size)
        said_by("publish", "--all", here=show)
        assert (root / "feed.xml").read_bytes() == new, how
        again = said_by("publish", "--all", here=show)
        assert {change["action"] for change in again["changes"]} == {"same"}, how
    assert killed > 2


@pytest.mark.parametrize("cut", [3_000, 20_000, 60_000, 120_000])
def test_the_line_is_cut_and_stays_cut(by_sftp, sshd, login, cut):  # noqa: F811 - fixtures
    show, root, _ = by_sftp
    said_by("publish", "1", here=show)
    old = (root / "feed.xml").read_bytes()
    line = Line(sshd.port, cuts=[cut] * 3)
    (login / "known_hosts").write_text(f"{sshd.known(line.port)}\n{sshd.known()}\n", encoding="ascii")
    cut_off = sshd.url(root, line.port)
    change_text(show / "show.yaml", f"target: {sshd.url(root)}", f"target: {cut_off}")
    code, out, err = run("publish", "--all", "--json", here=show)
    assert "Traceback" not in err
    feed = (root / "feed.xml").read_bytes()
    if code:
        assert (code, feed) == (9, old)
        assert "publish again" in out
    said_by("publish", "--all", here=show)  # the fourth line holds
    assert len(enclosures((root / "feed.xml").read_bytes())) == 2
    line.close()


def test_nothing_is_sent_to_a_server_whose_key_changed(by_sftp, sshd, login, tmp_path):  # noqa: F811
    from sshd import make_key

    show, root, _ = by_sftp
    other = " ".join(make_key(tmp_path / "other").split()[:2])
    (login / "known_hosts").write_text(f"[127.0.0.1]:{sshd.port} {other}\n", encoding="ascii")
    code, out, _ = run("publish", "--all", "--json", here=show)
    assert code == 9
    assert "HAS CHANGED" in out
    assert list(root.iterdir()) == []
    assert not (show / "published.yaml").exists()


@pytest.fixture
def by_s3(show, swift, bucket):  # noqa: F811 - fixtures
    """The show's target is a bucket that is public over plain HTTP."""
    base = f"{swift.public_url(bucket)}/www"
    retarget(show, f"s3://{bucket}/www", base)
    return show, base


def get(url, method="GET"):
    with urllib.request.urlopen(urllib.request.Request(url, method=method)) as answer:
        return answer.headers, answer.read()


def length_at(url):
    return int(get(url, "HEAD")[0]["Content-Length"])


def test_s3_with_proof_at_the_public_address(by_s3):
    show, base = by_s3
    said_by("publish", "--all", here=show)
    headers, feed = get(f"{base}/feed.xml")
    assert headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert headers["Cache-Control"] == "public, max-age=300"
    assert len(enclosures(feed)) == 2
    assert_true(feed, length_at)
    headers, _ = get(f"{base}/media/petite-01.mp3", "HEAD")
    assert headers["Content-Type"] == "audio/mpeg"
    assert headers["ETag"]
    assert headers["Accept-Ranges"] == "bytes"
    again = said_by("publish", "--all", here=show)
    assert {change["action"] for change in again["changes"]} == {"same"}


def test_killed_at_any_moment_over_s3(by_s3):
    show, base = by_s3
    said_by("publish", "1", here=show)
    ledger = (show / "published.yaml").read_bytes()
    old = get(f"{base}/feed.xml")[1]
    make_episode(show, 2)
    killed = 0
    for step in range(KILLS):
        (show / "published.yaml").write_bytes(ledger)
        ended = run_until(show, 2, f"kill+{80 * step + 1}", "publish", "--all", "--force")
        killed += not complete(ended)
        feed = get(f"{base}/feed.xml")[1]
        assert_true(feed, length_at)
        assert len(enclosures(feed)) in {1, 2}
        if len(enclosures(feed)) == 1:
            assert feed == old
    assert killed > 2
    said_by("publish", "--all", "--force", here=show)
    assert len(enclosures(get(f"{base}/feed.xml")[1])) == 2


def test_no_secret_in_what_is_told_or_kept(by_s3, monkeypatch):
    show, _ = by_s3
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sesame-and-more")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    code, out, err = run("-v", "publish", "--all", "--json", here=show)
    assert code == 9
    assert "sesame" not in out + err
    kept = [path for path in Path(show).rglob("*") if path.is_file() and b"sesame" in path.read_bytes()]
    assert kept == []
