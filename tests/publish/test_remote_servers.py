"""Both kinds of remote target against real servers: OpenSSH, and Swift with its S3 API."""

from __future__ import annotations

import hashlib
import threading
import time
import urllib.request

import pytest

from podtool.errors import PublishError
from podtool.publish import sftp_connection
from podtool.publish.public_paths import INDEX
from podtool.publish.s3_store import PART_BYTES, S3Store
from podtool.publish.sftp_store import IDLE_S, SftpStore
from podtool.publish.targets import open_target
from remote_servers import bucket, login, sshd, swift  # noqa: F401 - fixtures
from sshd import Line, make_key, start_sshd

pytestmark = pytest.mark.real
PASSPHRASE = "sesame-open"  # noqa: S105 - opens nothing but this test's key


@pytest.fixture(params=["sftp", "s3"])
def url(request):
    """The address of an empty place of our own."""
    if request.param == "sftp":
        server = request.getfixturevalue("sshd")
        request.getfixturevalue("login")
        return server.url(server.web / f"t{time.monotonic_ns()}")
    return f"s3://{request.getfixturevalue('bucket')}/www"


@pytest.fixture
def target(url, tmp_path):
    with open_target(url, tmp_path) as target:
        yield target


def sha(content):
    return hashlib.sha256(content).hexdigest()


def counting(monkeypatch, *names):
    """How often the stores were asked each of these."""
    calls = dict.fromkeys(names, 0)
    for kind in (SftpStore, S3Store):
        for name in names:
            real = getattr(kind, name)

            def counted(self, *arguments, _real=real, _name=name):
                calls[_name] += 1
                return _real(self, *arguments)

            monkeypatch.setattr(kind, name, counted)
    return calls


def test_put_read_digest_remove(target, tmp_path):
    source = tmp_path / "épisode n° 1.mp3"
    source.write_bytes(b"sound" * 30_000)
    target.put_file("media/épisode-01.mp3", source)
    target.put_bytes("feed.xml", b"<rss/>")
    target.put_bytes("episodes/un/index.html", b"page")
    assert target.paths() == ("episodes/un/index.html", "feed.xml", "media/épisode-01.mp3")
    assert target.read("feed.xml") == b"<rss/>"
    assert target.digest("media/épisode-01.mp3") == sha(source.read_bytes())
    target.put_bytes("feed.xml", b"<rss></rss>")
    assert target.read("feed.xml") == b"<rss></rss>"
    for _ in range(2):
        target.remove("episodes/un/index.html")
    assert target.paths() == ("feed.xml", "media/épisode-01.mp3")


def test_nothing_there(target):
    assert target.paths() == ()
    assert target.read("feed.xml") is None
    assert target.digest("media/a.mp3") is None
    target.remove("media/a.mp3")
    assert target.paths() == ()


def test_a_second_run_lists_once_and_sends_and_reads_nothing(url, tmp_path, monkeypatch):
    contents = {f"media/{number}.mp3": b"%d" % number * 1000 for number in range(12)}
    with open_target(url, tmp_path) as first:
        for path, content in contents.items():
            first.put_bytes(path, content)
    if url.startswith("sftp"):  # the index counts from the second after it was written
        time.sleep(1.1)
        with open_target(url, tmp_path) as warming:
            for path in contents:
                warming.digest(path)
            warming.put_bytes("one-more", b"")
    calls = counting(monkeypatch, "list_files", "put", "digest")
    with open_target(url, tmp_path) as second:
        for path, content in contents.items():
            second.put_bytes(path, content)
        assert all(second.digest(path) == sha(content) for path, content in contents.items())
    assert calls["list_files"] == 1
    assert calls["put"] == 0 or url.startswith("sftp")
    assert calls["digest"] == 0


def test_what_somebody_else_changed_is_seen(url, tmp_path):
    with open_target(url, tmp_path) as ours:
        ours.put_bytes("feed.xml", b"ours")
    with open_target(url, tmp_path) as theirs:
        theirs.store.put("feed.xml", b"evil", sha(b"evil"))
    with open_target(url, tmp_path) as ours:
        assert ours.digest("feed.xml") == sha(b"evil")
        ours.put_bytes("feed.xml", b"ours")
        assert ours.read("feed.xml") == b"ours"


@pytest.mark.parametrize("damage", [b"", b"{", b'{"podtool": 99}', b"\xff" * 100, b"[" * 100_000])
def test_a_damaged_index_is_none(url, tmp_path, damage):
    with open_target(url, tmp_path) as first:
        first.put_bytes("a", b"a")
        first.store.put(INDEX, damage, sha(damage))
        first._changed = False  # as a run that was killed leaves it
    with open_target(url, tmp_path) as second:
        assert second.digest("a") == sha(b"a")
        assert second.paths() == ("a",)


def test_many_at_once(target):
    def put(number):
        target.put_bytes(f"{number % 4}/{number}", b"%d" % number)

    threads = [threading.Thread(target=put, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(target.paths()) == 24
    assert target.read("3/23") == b"23"


def test_a_dry_run_can_change_nothing(url, tmp_path):
    with open_target(url, tmp_path) as first:
        first.put_bytes("a", b"a")
    with open_target(url, tmp_path, read_only=True) as dry:
        assert dry.digest("a") == sha(b"a")
        for change in (lambda: dry.put_bytes("b", b"b"), lambda: dry.remove("a")):
            with pytest.raises(PublishError, match="dry run"):
                change()
    with open_target(url, tmp_path) as last:
        assert last.paths() == ("a",)


# S3 alone


def test_large_files_go_in_parts_and_are_proved(bucket, swift, tmp_path):  # noqa: F811 - fixtures
    source = tmp_path / "a.mp3"
    source.write_bytes(bytes(range(256)) * ((PART_BYTES + (1 << 20)) // 256))
    with open_target(f"s3://{bucket}", tmp_path) as target:
        target.put_file("media/a.mp3", source)
        assert target.digest("media/a.mp3") == sha(source.read_bytes())
    request = urllib.request.Request(
        swift.public_url(bucket) + "/media/a.mp3",
        headers={"Range": f"bytes={PART_BYTES - 2}-{PART_BYTES + 1}"},
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 206
        assert answer.read() == source.read_bytes()[PART_BYTES - 2 : PART_BYTES + 2]
        assert answer.headers["Content-Type"] == "audio/mpeg"


@pytest.mark.parametrize(
    ("path", "media_type", "kept"),
    [
        ("feed.xml", "application/rss+xml; charset=utf-8", "max-age=300"),
        ("episodes/un/chapters.json", "application/json+chapters", "max-age=3600"),
        ("episodes/un/transcript.vtt", "text/vtt; charset=utf-8", "max-age=3600"),
        ("media/a.mp3", "audio/mpeg", "max-age=86400"),
        ("images/cover-0123abcd.png", "image/png", "immutable"),
    ],
)
def test_types_and_cache_headers(bucket, swift, tmp_path, path, media_type, kept):  # noqa: F811 - fixtures
    with open_target(f"s3://{bucket}", tmp_path) as target:
        target.put_bytes(path, b"x")
    with urllib.request.urlopen(f"{swift.public_url(bucket)}/{path}") as answer:
        assert answer.headers["Content-Type"] == media_type
        assert kept in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("variables", "message", "hint"),
    [
        (
            {"AWS_SECRET_ACCESS_KEY": "sesame-wrong"},
            "SignatureDoesNotMatch|AccessDenied|403",
            "secret|credentials",
        ),
        ({"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}, "no credentials", "AWS_ACCESS_KEY_ID"),
        ({"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"}, "nobody answers", "AWS_ENDPOINT_URL_S3"),
        ({"AWS_ENDPOINT_URL_S3": "http://key:sesame-wrong@"}, "no address|nobody|refuses|it failed", "AWS_"),
        ({"AWS_PROFILE": "gone"}, "no such profile", "AWS_PROFILE"),
    ],
)
def test_what_is_wrong_is_told_and_no_secret(bucket, tmp_path, monkeypatch, variables, message, hint):  # noqa: F811
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    for name, value in variables.items():
        if value is None:
            monkeypatch.delenv(name)
        else:
            monkeypatch.setenv(name, value)
    with (
        open_target(f"s3://{bucket}", tmp_path) as target,
        pytest.raises(PublishError, match=message) as caught,
    ):
        target.paths()
    assert caught.match(message)
    import re

    assert re.search(hint, caught.value.hint)
    assert "sesame" not in f"{caught.value} {caught.value.hint}"


def test_a_bucket_that_is_not_there(bucket, tmp_path):  # noqa: F811 - a fixture
    with (
        open_target(f"s3://{bucket}-gone", tmp_path) as target,
        pytest.raises(PublishError, match="NoSuchBucket") as caught,
    ):
        target.put_bytes("a", b"a")
    assert "make the bucket" in caught.value.hint


# SFTP alone


def refusal(url, tmp_path):
    with open_target(url, tmp_path) as target, pytest.raises(PublishError) as caught:
        target.put_bytes("feed.xml", b"x")
    return f"{caught.value}: {caught.value.hint}"


def test_a_host_that_nobody_knows_is_refused(sshd, login, tmp_path):  # noqa: F811 - fixtures
    (login / "known_hosts").unlink()
    said = refusal(sshd.url(), tmp_path)
    assert "not in ~/.ssh/known_hosts" in said
    assert f"ssh-keyscan -p {sshd.port} 127.0.0.1" in said


def test_a_changed_host_key_is_refused_in_capitals(sshd, login, tmp_path):  # noqa: F811 - fixtures
    other = " ".join(make_key(tmp_path / "other").split()[:2])
    (login / "known_hosts").write_text(f"[127.0.0.1]:{sshd.port} {other}\n", encoding="ascii")
    said = refusal(sshd.url(), tmp_path)
    assert "HOST KEY OF 127.0.0.1 HAS CHANGED" in said
    assert "nothing was sent" in said
    assert f"ssh-keygen -R '[127.0.0.1]:{sshd.port}'" in said


def test_a_revoked_host_key_is_refused(sshd, login, tmp_path):  # noqa: F811 - fixtures
    (login / "known_hosts").write_text(f"@revoked {sshd.known()}\n", encoding="ascii")
    assert "127.0.0.1" in refusal(sshd.url(), tmp_path)


def test_hashed_known_hosts(sshd, login, tmp_path):  # noqa: F811 - fixtures
    import subprocess

    subprocess.run(
        ["ssh-keygen", "-q", "-H", "-f", str(login / "known_hosts")], check=True, capture_output=True
    )
    assert "127.0.0.1" not in (login / "known_hosts").read_text(encoding="ascii")
    with open_target(sshd.url(sshd.web / "hashed"), tmp_path) as target:
        target.put_bytes("a", b"a")
    assert (sshd.web / "hashed/a").read_bytes() == b"a"


def test_no_key_of_ours_is_taken(sshd, login, tmp_path):  # noqa: F811 - fixtures
    for path in login.glob("id_*"):
        path.unlink()
    said = refusal(sshd.url(), tmp_path)
    assert "ssh-add" in said


def test_a_key_with_a_passphrase(sshd, login, tmp_path, monkeypatch):  # noqa: F811 - fixtures
    for path in login.glob("id_*"):
        path.unlink()
    public = make_key(login / "id_ed25519", passphrase=PASSPHRASE)
    keys = sshd.folder / "authorized_keys"
    keys.write_text(keys.read_text(encoding="ascii") + public, encoding="ascii")
    assert "ssh-add" in refusal(sshd.url(), tmp_path)
    monkeypatch.setenv("PODTOOL_SSH_PASSPHRASE", "sesame-wrong")
    assert "sesame" not in refusal(sshd.url(), tmp_path)
    monkeypatch.setenv("PODTOOL_SSH_PASSPHRASE", PASSPHRASE)
    with open_target(sshd.url(sshd.web / "locked"), tmp_path) as target:
        target.put_bytes("a", b"a")


def test_a_key_in_the_agent(sshd, login, tmp_path, monkeypatch):  # noqa: F811 - fixtures
    import subprocess

    agent = tmp_path / "agent"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", str(agent)], stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if agent.exists():
                break
            time.sleep(0.05)
        monkeypatch.setenv("SSH_AUTH_SOCK", str(agent))
        subprocess.run(["ssh-add", "-q", str(login / "id_ed25519")], check=True, capture_output=True)
        (login / "id_ed25519").unlink()
        with open_target(sshd.url(sshd.web / "agent"), tmp_path) as target:
            target.put_bytes("a", b"a")
    finally:
        process.terminate()
        process.wait(10)


def test_a_host_of_the_ssh_config(sshd, login, tmp_path):  # noqa: F811 - fixtures
    (login / "elsewhere").write_bytes((login / "id_ed25519").read_bytes())
    (login / "elsewhere").chmod(0o600)
    (login / "id_ed25519").unlink()
    (login / "config").write_text(
        f"Host site\n  HostName 127.0.0.1\n  Port {sshd.port}\n  User {sshd.user}\n"
        f"  IdentityFile {login}/elsewhere\n",
        encoding="utf-8",
    )
    with open_target(f"sftp://site{sshd.web}/config", tmp_path) as target:
        target.put_bytes("a", b"a")
    assert (sshd.web / "config/a").read_bytes() == b"a"


def test_nobody_sees_half_a_file_and_the_line_may_break(sshd, login, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr(sftp_connection, "PAUSE_S", 0.01)
    folder = sshd.web / "broken"
    source = tmp_path / "a.mp3"
    source.write_bytes(b"new" * 200_000)
    line = Line(sshd.port, cuts=[200_000, 300_000])
    (login / "known_hosts").write_text(f"{sshd.known(line.port)}\n{sshd.known()}\n", encoding="ascii")
    with open_target(sshd.url(folder), tmp_path) as target:
        target.put_bytes("a.mp3", b"old")
    seen = set()
    stop = threading.Event()

    def watch():
        while not stop.is_set():
            seen.add(sha((folder / "a.mp3").read_bytes()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with open_target(sshd.url(folder, line.port), tmp_path) as target:
            target.put_file("a.mp3", source)
    finally:
        stop.set()
        watcher.join()
        line.close()
    assert line.connections == 3
    assert seen <= {sha(b"old"), sha(source.read_bytes())}
    assert (folder / "a.mp3").read_bytes() == source.read_bytes()


def test_a_line_that_stays_broken_leaves_the_old_file(sshd, login, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr(sftp_connection, "PAUSE_S", 0.01)
    folder = sshd.web / "dead"
    with open_target(sshd.url(folder), tmp_path) as target:
        target.put_bytes("a.mp3", b"old")
    line = Line(sshd.port, cuts=[100_000] * 10)
    (login / "known_hosts").write_text(sshd.known(line.port) + "\n", encoding="ascii")
    with open_target(sshd.url(folder, line.port), tmp_path) as target:
        with pytest.raises(PublishError, match="broke") as caught:
            target.put_bytes("a.mp3", b"new" * 200_000)
        assert "publish again" in caught.value.hint
    line.close()
    assert (folder / "a.mp3").read_bytes() == b"old"


def test_what_dead_runs_left_is_removed_when_it_is_old(sshd, login, tmp_path):  # noqa: F811 - fixtures
    import os

    folder = sshd.web / "swept"
    (folder / "media").mkdir(parents=True)
    for name, age in (("old", IDLE_S + 60), ("new", 0)):
        path = folder / "media" / f".podtool-{name}.part"
        path.write_bytes(b"half")
        os.utime(path, (time.time() - age,) * 2)
    with open_target(sshd.url(folder), tmp_path) as target:
        target.put_bytes("a", b"a")
        assert target.paths() == ("a",)
    assert sorted(path.name for path in (folder / "media").iterdir()) == [".podtool-new.part"]


def test_a_server_that_refuses_to_write(login, tmp_path):  # noqa: F811 - a fixture
    server = start_sshd(tmp_path / "server", "Subsystem sftp-off internal-sftp")
    try:
        config = (server.folder / "sshd_config").read_text(encoding="ascii")
        server.stop()
        (server.folder / "sshd_config").write_text(
            config.replace("internal-sftp\n", "internal-sftp -R\n", 1), encoding="ascii"
        )
        import subprocess

        from sshd import SSHD, wait_for

        server.process = subprocess.Popen(
            [SSHD, "-D", "-e", "-f", str(server.folder / "sshd_config")], stderr=-3
        )
        wait_for(server.port, server.process)
        public = (login / "id_ed25519.pub").read_text(encoding="ascii")
        (server.folder / "authorized_keys").write_text(public, encoding="ascii")
        (login / "known_hosts").write_text(server.known() + "\n", encoding="ascii")
        said = refusal(server.url(), tmp_path)
        assert "can't write feed.xml" in said
        assert "permissions" in said
    finally:
        server.stop()


def test_links_and_private_folders_on_the_server_are_none_of_ours(sshd, login, tmp_path):  # noqa: F811
    folder = sshd.web / "mixed"
    folder.mkdir()
    (folder / "link").symlink_to("/etc")
    (folder / "page").write_text("x", encoding="ascii")
    with open_target(sshd.url(folder), tmp_path) as target:
        assert target.paths() == ("page",)
