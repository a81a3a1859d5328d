"""Remote targets without a server: addresses, headers, the index, and what a run asks of a store."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.errors import PublishError
from podtool.publish.public_paths import INDEX
from podtool.publish.remote_address import parse_s3, parse_sftp
from podtool.publish.remote_target import LARGE_BYTES, RemoteTarget
from podtool.publish.serving import UNKNOWN, serving_of
from podtool.publish.target_index import Entry, Seen, format_index, parse_index

SHA = st.text("0123456789abcdef", min_size=64, max_size=64)
ENTRIES = st.dictionaries(
    st.text(min_size=1),
    st.builds(
        Entry, seen=st.builds(Seen, bytes=st.integers(0, 2**40), stamp=st.text(max_size=40)), sha256=SHA
    ),
    max_size=8,
)


@dataclass
class MemoryStore:
    """A store whose stamps count its changes; `broken` fails every put."""

    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    alive: bool = True
    broken: bool = False

    def list_files(self):
        self.asked.append("list")
        return {path: Seen(bytes=len(content), stamp=stamp) for path, (content, stamp) in self.files.items()}

    def outdates(self, index, file):
        del index, file
        return False

    def read(self, path):
        self.asked.append(f"read {path}")
        return self.files[path][0] if path in self.files else None

    def digest(self, path):
        self.asked.append(f"digest {path}")
        return hashlib.sha256(self.files[path][0]).hexdigest() if path in self.files else None

    def put(self, path, content, sha256):
        self.asked.append(f"put {path}")
        if self.broken:
            raise PublishError("no room", hint="make room")
        data = content.read_bytes() if isinstance(content, Path) else content
        assert hashlib.sha256(data).hexdigest() == sha256
        self.files[path] = (data, str(len(self.asked)))
        return Seen(bytes=len(data), stamp=self.files[path][1])

    def remove(self, path):
        self.asked.append(f"remove {path}")
        self.files.pop(path, None)

    def close(self):
        self.alive = False


def run(store, *paths):
    """A run that makes each path hold its own name."""
    store.asked.clear()
    store.alive = True
    with RemoteTarget(store) as target:
        for path in paths:
            target.put_bytes(path, path.encode())
    return store.asked


def test_the_index_spares_reading_back():
    store = MemoryStore()
    assert run(store, "a", "b") == ["list", "put a", "put b", f"put {INDEX}"]
    assert run(store, "a", "b") == ["list", f"read {INDEX}"]
    assert run(store, "a", "c") == ["list", f"read {INDEX}", "put c", f"put {INDEX}"]


def test_without_its_index_files_are_read_once():
    store = MemoryStore()
    run(store, "a", "b")
    del store.files[INDEX]
    assert run(store, "a", "b") == ["list", "digest a", "digest b", f"put {INDEX}"]
    assert run(store, "a", "b") == ["list", f"read {INDEX}"]


def test_a_file_that_changed_elsewhere_is_read_again():
    store = MemoryStore()
    run(store, "a", "b")
    store.files["a"] = (b"z", "another stamp")
    assert run(store, "a", "b") == ["list", f"read {INDEX}", "digest a", "put a", f"put {INDEX}"]
    assert store.files["a"][0] == b"a"


def test_the_index_never_stands_among_the_paths():
    store = MemoryStore()
    run(store, "a")
    with RemoteTarget(store) as target:
        assert target.paths() == ("a",)


def test_nothing_is_written_after_ctrl_c():
    store = MemoryStore()
    target = RemoteTarget(store)

    def stop():
        with target:
            target.put_bytes("a", b"a")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert INDEX not in store.files
    assert not store.alive


def test_an_index_that_can_not_be_written_is_no_failure():
    store = MemoryStore()
    with RemoteTarget(store) as target:
        target.put_bytes("a", b"a")
        store.broken = True
    assert set(store.files) == {"a"}


def test_after_a_large_file_the_index_is_saved_at_once(tmp_path):
    source = tmp_path / "a.mp3"
    source.write_bytes(bytes(LARGE_BYTES))
    store = MemoryStore()
    with RemoteTarget(store) as target:
        target.put_file("media/a.mp3", source)
        assert INDEX in store.files


@pytest.mark.parametrize("path", ["../a", "/a", "a//b", "", "a/../b", "C:a", "a\\b", "a?", "a."])
def test_no_path_leads_out_of_the_tree(path):
    store = MemoryStore()
    with RemoteTarget(store) as target:
        for verb in (target.read, target.digest, target.remove, lambda each: target.put_bytes(each, b"")):
            with pytest.raises(PublishError, match="no path in a public tree"):
                verb(path)
    assert store.asked == []


def test_a_source_that_can_not_be_read(tmp_path):
    with RemoteTarget(MemoryStore()) as target, pytest.raises(PublishError, match=r"gone\.mp3 can't be read"):
        target.put_file("media/a.mp3", tmp_path / "gone.mp3")


@given(ENTRIES)
def test_an_index_comes_back(entries):
    assert parse_index(format_index(entries)) == entries
    assert format_index(dict(reversed(entries.items()))) == format_index(entries)


@given(st.one_of(st.binary(), ENTRIES.map(lambda entries: format_index(entries)[:-5])))
def test_any_bytes_are_an_index_or_none(content):
    assert isinstance(parse_index(content), dict)


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "folder"),
    [
        ("sftp://example.org/srv/www", "example.org", None, None, "/srv/www"),
        ("sftp://camille@example.org:2222/srv/www/", "example.org", 2222, "camille", "/srv/www"),
        ("SFTP://site/~/www", "site", None, None, "www"),
        ("sftp://site/~", "site", None, None, ""),
        ("sftp://site", "site", None, None, "/"),
        ("sftp://[::1]/w", "::1", None, None, "/w"),
        ("sftp://h/%C3%A9t%C3%A9", "h", None, None, "/été"),
    ],
)
def test_sftp_addresses(url, host, port, user, folder):
    address = parse_sftp(url)
    assert (address.host, address.port, address.user, address.folder) == (host, port, user, folder)


@pytest.mark.parametrize(
    "url",
    [
        "sftp:///srv",
        "sftp://h:99999/x",
        "sftp://h/../etc",
        "sftp://-oProxyCommand=x/y",
        "sftp://h/x?y",
        "sftp://-l@h/x",
        "sftp://h ost/x",
        "sftp://c%40mille@h/x",
    ],
)
def test_what_is_no_sftp_address(url):
    with pytest.raises(PublishError) as caught:
        parse_sftp(url)
    assert caught.value.hint


@pytest.mark.parametrize("parse", [parse_sftp, parse_s3])
def test_a_password_in_an_address_is_refused_and_not_repeated(parse):
    with pytest.raises(PublishError) as caught:
        parse("sftp://camille:sesame@example.org/www")
    assert "sesame" not in f"{caught.value}{caught.value.hint}"


def test_s3_addresses():
    assert (parse_s3("s3://bucket").bucket, parse_s3("s3://bucket").prefix) == ("bucket", "")
    assert parse_s3("s3://my.bucket/a/b/").prefix == "a/b/"
    for url in ("s3://", "s3://b/../x", "s3://key@bucket/x", "s3://b_/?x", "s3://x"):
        with pytest.raises(PublishError):
            parse_s3(url)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text):
    for parse in (parse_sftp, parse_s3):
        with suppress(PublishError):
            parse(text)


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("media/a.MP3", "audio/mpeg"),
        ("episodes/un/", UNKNOWN),
        ("episodes/un/index.html", "text/html; charset=utf-8"),
        ("transcript.srt", "application/x-subrip; charset=utf-8"),
        ("a.unknown", UNKNOWN),
    ],
)
def test_media_types(path, media_type):
    assert serving_of(path).media_type == media_type


def test_only_names_with_a_digest_are_kept_for_good():
    assert "immutable" in serving_of("images/cover-0123abcd.png").cache_control
    for path in ("images/cover.png", "media/a-0123abcd.mp3", "feed.xml", "x/images/cover-0123abcg.png"):
        assert "immutable" not in serving_of(path).cache_control
