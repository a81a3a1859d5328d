from __future__ import annotations

import errno
import hashlib
import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podtool.build import files
from podtool.errors import PublishError
from podtool.publish.targets import FolderTarget, open_target


@pytest.fixture
def target(tmp_path):
    return FolderTarget(tmp_path / "public")


def tree(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def link(place, to):
    try:
        place.symlink_to(to)
    except (OSError, NotImplementedError):
        pytest.skip("this system lets nobody make links")


def test_put_read_digest_remove(target, tmp_path):
    source = tmp_path / "a.mp3"
    source.write_bytes(b"sound" * 300_000)
    target.put_file("media/a.mp3", source)
    target.put_bytes("feed.xml", b"<rss/>")
    target.put_bytes("episodes/un/index.html", b"page")
    assert target.paths() == ("episodes/un/index.html", "feed.xml", "media/a.mp3")
    assert target.read("feed.xml") == b"<rss/>"
    assert target.digest("media/a.mp3") == hashlib.sha256(source.read_bytes()).hexdigest()
    target.remove("episodes/un/index.html")
    assert target.paths() == ("feed.xml", "media/a.mp3")
    assert tree(target.root) == ["feed.xml", "media", "media/a.mp3"]


def test_nothing_there(target):
    assert target.paths() == ()
    assert target.read("feed.xml") is None
    assert target.digest("media/a.mp3") is None
    target.remove("media/a.mp3")
    assert not target.root.exists()


def test_a_folder_is_no_file(target):
    target.put_bytes("media/a.mp3", b"a")
    assert target.read("media") is None
    assert target.digest("media") is None


def test_every_verb_may_be_repeated(target, tmp_path):
    source = tmp_path / "a.mp3"
    source.write_bytes(b"a")
    for _ in range(2):
        target.put_file("a.mp3", source)
        target.put_bytes("b", b"b")
    for _ in range(2):
        target.remove("a.mp3")
    assert target.paths() == ("b",)


def test_same_bytes_are_not_written_again(target, tmp_path, monkeypatch):
    source = tmp_path / "a.mp3"
    source.write_bytes(b"a" * 10)
    target.put_file("a.mp3", source)
    target.put_bytes("feed.xml", b"feed")
    before = {name: (target.root / name).stat() for name in ("a.mp3", "feed.xml")}
    target.put_file("a.mp3", source)
    target.put_bytes("feed.xml", b"feed")
    for name, stat in before.items():
        now = (target.root / name).stat()
        assert (now.st_ino, now.st_mtime_ns) == (stat.st_ino, stat.st_mtime_ns)
    source.write_bytes(b"b" * 10)
    target.put_file("a.mp3", source)
    assert target.read("a.mp3") == b"b" * 10


LEADING_OUT = (
    "../x",
    "a/../../x",
    "/etc/x",
    "a//b",
    "",
    ".",
    "./a",
    "a/",
    "a\\..\\..\\x",
    "C:/x",
    "C:x",
    "a\0b",
    "a\nb",
    "a/.. /x",
    "a./b",
    "con?",
)


@pytest.mark.parametrize("path", LEADING_OUT)
@pytest.mark.parametrize("verb", ["read", "digest", "remove", "put_bytes", "put_file"])
def test_paths_stay_in_the_tree(target, tmp_path, path, verb):
    outside = tmp_path / "x"
    outside.write_bytes(b"mine")
    target.root.mkdir()
    arguments = {"put_bytes": [b"evil"], "put_file": [outside]}.get(verb, [])
    with pytest.raises(PublishError, match="no path in a public tree"):
        getattr(target, verb)(path, *arguments)
    assert outside.read_bytes() == b"mine"
    assert tree(target.root) == []


@given(st.lists(st.sampled_from(["..", ".", "", "a", "x", "/", "\\", "é", "a b"]), max_size=6).map("/".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_no_path_reaches_outside(tmp_path, path):
    folder = FolderTarget(tmp_path / "public" / "deep")
    kept = tmp_path / "public" / "x"
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(b"mine")
    try:
        folder.put_bytes(path, b"theirs")
    except PublishError:
        return
    finally:
        assert kept.read_bytes() == b"mine"
        assert set(tree(tmp_path)) <= {"public", "public/x", *tree_under(tmp_path, "public/deep")}
    assert folder.read(path) == b"theirs"
    folder.remove(path)


def tree_under(folder, start):
    return [path for path in tree(folder) if path == start or path.startswith(f"{start}/")]


def test_links_do_not_lead_out(target, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    target.root.mkdir()
    link(target.root / "media", outside)
    link(target.root / "feed.xml", outside / "secret")
    for path in ("media/secret", "feed.xml"):
        with pytest.raises(PublishError, match="leads out"):
            target.read(path)
        with pytest.raises(PublishError, match="leads out"):
            target.digest(path)
    with pytest.raises(PublishError, match="leads out"):
        target.put_bytes("media/new", b"x")
    with pytest.raises(PublishError, match="leads out"):
        target.remove("media/secret")
    assert target.paths() == ()
    # A link in the file's own place is replaced, not followed.
    target.put_bytes("feed.xml", b"feed")
    assert not (target.root / "feed.xml").is_symlink()
    assert (outside / "secret").read_bytes() == b"secret"
    assert tree(outside) == ["secret"]


def test_links_in_a_circle(target):
    target.root.mkdir()
    link(target.root / "a", target.root / "b")
    link(target.root / "b", target.root / "a")
    with pytest.raises(PublishError):
        target.put_bytes("a/x", b"x")


def test_the_target_itself_may_be_a_link(tmp_path):
    real = tmp_path / "www"
    real.mkdir()
    link(tmp_path / "public", real)
    folder = FolderTarget(tmp_path / "public")
    folder.put_bytes("media/a", b"a")
    assert (real / "media" / "a").read_bytes() == b"a"
    assert folder.paths() == ("media/a",)


def test_what_is_being_written_is_not_listed(target):
    target.put_bytes("a", b"a")
    (target.root / f"{files.ASIDE}0123.tmp").write_bytes(b"half")
    assert target.paths() == ("a",)


# Trouble


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "permissions"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "publish again"),
    ],
)
@pytest.mark.parametrize("call", ["replace", "fsync"])
def test_the_old_file_stays_and_the_cause_is_told(target, tmp_path, monkeypatch, number, said, call):
    source = tmp_path / "new"
    source.write_bytes(b"new")
    target.put_bytes("feed.xml", b"old")

    def fail(*arguments):
        raise OSError(number, os.strerror(number))

    owner = (Path, "replace") if call == "replace" else (files.os, "fsync")
    monkeypatch.setattr(*owner, fail)
    for put in (lambda: target.put_bytes("feed.xml", b"new"), lambda: target.put_file("feed.xml", source)):
        with pytest.raises(PublishError, match=r"can't write feed\.xml in the target public") as caught:
            put()
        assert os.strerror(number) in caught.value.message
        assert said in caught.value.hint
        assert isinstance(caught.value.__cause__, OSError)
        assert str(tmp_path) not in caught.value.message
    monkeypatch.undo()
    assert target.read("feed.xml") == b"old"
    assert tree(target.root) == ["feed.xml"]


def test_a_file_where_a_folder_should_be(target, tmp_path):
    target.put_bytes("media", b"file")
    with pytest.raises(PublishError, match="can't write") as caught:
        target.put_bytes("media/a.mp3", b"a")
    assert "move it away" in caught.value.hint
    target.root.rename(tmp_path / "kept")
    (tmp_path / "public").write_bytes(b"file")
    with pytest.raises(PublishError, match="can't write"):
        target.put_bytes("a", b"a")


def test_a_folder_where_a_file_should_be(target):
    target.put_bytes("media/a.mp3", b"a")
    with pytest.raises(PublishError, match="can't write"):
        target.put_bytes("media", b"file")
    with pytest.raises(PublishError, match="can't remove"):
        target.remove("media")
    assert target.paths() == ("media/a.mp3",)


def test_a_missing_source(target, tmp_path):
    with pytest.raises(PublishError, match="can't write"):
        target.put_file("a.mp3", tmp_path / "nothing")
    assert target.paths() == ()


def test_a_name_too_long(target):
    with pytest.raises(PublishError, match="can't write"):
        target.put_bytes("n" * 300, b"a")


def test_writers_side_by_side_leave_one_whole_file(target):
    contents = [bytes([number]) * 200_000 for number in range(4)]
    threads = [threading.Thread(target=target.put_bytes, args=("feed.xml", content)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert target.read("feed.xml") in contents
    assert tree(target.root) == ["feed.xml"]


# Which target


@pytest.mark.parametrize("url", ["public/", "public", " ./public "])
def test_a_folder_is_relative_to_the_show(tmp_path, url):
    folder = open_target(url, tmp_path)
    folder.put_bytes("a", b"a")
    assert (tmp_path / "public" / "a").read_bytes() == b"a"


def test_an_absolute_folder(tmp_path):
    folder = open_target(str(tmp_path / "site"), tmp_path / "show")
    folder.put_bytes("a", b"a")
    assert (tmp_path / "site" / "a").exists()


@pytest.mark.parametrize("url", ["https://example.org", "ftp://x", "file:///x"])
def test_no_other_kinds(tmp_path, url):
    with pytest.raises(PublishError, match="nothing can be published to") as caught:
        open_target(url, tmp_path)
    assert caught.value.hint


@pytest.mark.parametrize("url", ["", "  ", "a\0b"])
def test_a_target_needs_a_name(tmp_path, url):
    with pytest.raises(PublishError):
        open_target(url, tmp_path)


def test_secrets_of_an_address_are_not_repeated(tmp_path):
    with pytest.raises(PublishError) as caught:
        open_target("sftp://user:secret@example.org/", tmp_path)
    assert "secret" not in repr(caught.value.as_json())
