"""`publish` killed before every file operation and network call in turn: the public feed stays true."""

import os
import shutil

import pytest
from ended import NEVER, complete, left_behind, operations, run_until
from shows import SHOW, change_text, digests, make_episode, make_show, said_by
from small_web import serving
from test_publish import items

EVERY = int(os.environ.get("PODTOOL_KILL_EVERY", "3"))
"""Of the operations; 1 for a long night."""
EPOCH = "1718445600"


@pytest.fixture
def show(tmp_path, monkeypatch):
    """One episode is out; now it is corrected, sound and all, and a second one joins."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    show = make_show(tmp_path / "show", episodes=(1,))
    with serving(show / "public") as web:
        text = SHOW.replace("https://petite.example.org", web.url)
        text = text.replace(
            "target: public/\n",
            f"target: public/\n  verify: true\n  websub: {web.url}/hub\n  ping: ['{web.url}/ping']\n",
        )
        (show / "show.yaml").write_text(text, encoding="utf-8")
        web.answers["/ping"] = 200
        said_by("assemble", "1", here=show)
        said_by("publish", "1", here=show)
        change_text(show / "episodes/01-un/episode.yaml", "end: 1s", "end: 1.5s")
        make_episode(show, 2)
        said_by("assemble", "1", "2", here=show)
        yield show, web


def restored(copy, show):
    """The show as it was, in its own place: the server serves that."""
    for name in ("public", "published.yaml", ".podtool"):
        place = show / name
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
        source = copy / name
        shutil.copytree(source, place) if source.is_dir() else shutil.copy2(source, place)


def test_a_kill_before_each_operation(show, tmp_path):
    show, web = show
    before = shutil.copytree(show, tmp_path / "before")
    old = (show / "public/feed.xml").read_bytes()
    done = run_until(show, NEVER, "kill", "publish", "--all")
    assert complete(done), done.stderr
    total, new = operations(done), (show / "public/feed.xml").read_bytes()
    after = digests(show, ".podtool")
    assert total > 20
    assert len(items(show / "public")) == 2
    for at in range(1, total + 1, EVERY):
        restored(before, show)
        web.asked.clear()
        killed = run_until(show, at, "kill", "publish", "--all")
        if complete(killed):  # a thread of the server's may have one operation less to wait for
            continue
        feed = (show / "public/feed.xml").read_bytes()
        assert feed in {old, new}, at
        public = show / "public"
        names_there = {
            item.find("enclosure").get("url").removeprefix(f"{web.url}/") for item in items(public)
        }
        assert all((public / name).is_file() for name in names_there), at
        if feed == new:
            for item in items(public):
                path = public / item.find("enclosure").get("url").removeprefix(f"{web.url}/")
                assert int(item.find("enclosure").get("length")) == path.stat().st_size
        told_early = [path for path in web.paths() if path in {"/hub", "/ping"}]
        assert not told_early or feed == new, "somebody was told of a feed that isn't there"
        said = said_by("publish", "--all", here=show)
        assert (public / "feed.xml").read_bytes() == new, at
        assert {**digests(show, ".podtool")} == after, at
        assert not [name for name in left_behind(show) if ".podtool-" in name], at
        again = said_by("publish", "--all", here=show)
        assert {change["action"] for change in again["changes"]} == {"same"}
        assert said["items"] == [] or feed == old
