"""`podtool publish --recover`: a lost ledger comes back from the feed that is out."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from shows import change_text, make_show, said_by
from small_web import serving
from test_import import feed_of, item

from example import run
from podtool.show.ledger import read_ledger

JANUARY = "1705320000"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Two episodes, assembled and published in January 2024."""
    show = make_show(tmp_path_factory.mktemp("published") / "show")
    said_by("assemble", "1", "2", here=show)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", JANUARY)
        said_by("publish", "--all", here=show)
    return show


@pytest.fixture
def show(published, tmp_path):
    return shutil.copytree(published, tmp_path / "show")


def without_builds(show):
    """As another machine has it, with nothing but what git and the target keep."""
    for build in show.glob("episodes/*/build"):
        shutil.rmtree(build)
    shutil.rmtree(show / ".podtool", ignore_errors=True)
    return show


def lose_ledger(show):
    """The ledger as it was; it is gone now."""
    ledger = read_ledger(show / "published.yaml")
    (show / "published.yaml").unlink()
    return ledger


def rough(ledger):
    """The ledger without what a feed rounds: lengths in whole seconds, chapters' ends."""
    return {
        name: replace(
            entry,
            enclosures=tuple(replace(each, duration_s=round(each.duration_s)) for each in entry.enclosures),
            chapters=tuple(replace(each, end_ms=0) for each in entry.chapters),
            guid_is_permalink=None,
        )
        for name, entry in ledger.episodes.items()
    }


@pytest.mark.parametrize("built", [True, False], ids=["where it was made", "where only git and target are"])
def test_a_lost_ledger_comes_back_and_nothing_is_published_anew(show, built):
    if not built:
        without_builds(show)
    before = lose_ledger(show)
    result = said_by("publish", "--recover", "public/feed.xml", here=show)
    after = read_ledger(show / "published.yaml")
    assert rough(after) == rough(before)
    assert after.files == before.files
    assert {each["matched_by"] for each in result["recovered"]} == {"guid"}
    assert (result["strangers"], result["unpublished"]) == ([], [])
    changes = said_by("publish", "--all", here=show)["changes"]
    assert {change["action"] for change in changes} == {"same"}


def test_a_dry_run_writes_nothing(show):
    lose_ledger(show)
    assert len(said_by("publish", "--recover", "public/feed.xml", "--dry-run", here=show)["recovered"]) == 2
    assert not (show / "published.yaml").exists()
    assert (
        "would be recovered: 2 episodes"
        in run("publish", "--recover", "public/feed.xml", "--dry-run", here=show)[1]
    )


def test_a_ledger_that_is_there_is_kept(show):
    text = (show / "published.yaml").read_bytes()
    code, _, err = run("publish", "--recover", "public/feed.xml", here=show)
    assert code == 9
    assert "--force" in err
    assert (show / "published.yaml").read_bytes() == text
    assert run("publish", "--recover", "public/feed.xml", "--force", here=show)[0] == 0


def test_a_page_keeps_its_address_though_the_title_has_changed(show):
    before = lose_ledger(show)
    change_text(show / "episodes/01-un/episode.yaml", "title:", "title: Tout autre chose, #")
    said_by("publish", "--recover", "public/feed.xml", here=without_builds(show))
    after = read_ledger(show / "published.yaml")
    name = "episodes/01-un"
    assert (after.episodes[name].slug, after.episodes[name].guid) == (
        before.episodes[name].slug, before.episodes[name].guid,
    )  # fmt: skip


def test_from_an_address(show):
    lose_ledger(show)
    with serving(show / "public") as web:
        result = said_by("publish", "--recover", f"{web.url}/feed.xml", here=show)
    assert len(result["recovered"]) == 2
    assert read_ledger(show / "published.yaml").feed.startswith("https://")


def test_where_the_target_is_empty_the_sound_is_elsewhere(show):
    feed = (show / "public/feed.xml").read_bytes()
    shutil.rmtree(show / "public")
    (show / "feed.xml").write_bytes(feed)
    before = lose_ledger(show)
    result = said_by("publish", "--recover", "feed.xml", here=without_builds(show))
    assert sum("isn't in the target" in note["message"] for note in result["notes"]) == 2
    after = read_ledger(show / "published.yaml")
    assert {name: entry.guid for name, entry in after.episodes.items()} == {
        name: entry.guid for name, entry in before.episodes.items()
    }


def episodes_of(folder, *texts):
    """A show with these episode.yaml, without sound."""
    show = make_show(folder / "bare", episodes=())
    for number, text in enumerate(texts, 1):
        (show / f"episodes/{number:02d}").mkdir(parents=True)
        (show / f"episodes/{number:02d}/episode.yaml").write_text(text, "utf-8")
    return show


def recovered(show, *items, code=0):
    """How each episode was found; the error's message where it wasn't."""
    (show / "old.xml").write_bytes(feed_of(*items))
    said = said_by("publish", "--recover", "old.xml", here=show, code=code)
    if code:
        return said["error"]["message"]
    return {each["episode"]: (each["guid"], each["matched_by"]) for each in said["recovered"]}


def test_items_are_matched_by_the_surest_sign(tmp_path):
    show = episodes_of(
        tmp_path, "title: Un\nguid: g-2\n", "title: Titre 1\n", "title: Trois\nslug: l-adresse\n"
    )
    third = item(3, title="Un tout autre titre").replace(
        "<guid>", "<link>https://old.example.org/l-adresse/</link><guid>"
    )
    assert recovered(show, item(1), item(2, title="Titre 1 bis"), third, item(4)) == {
        "episodes/01": ("g-2", "guid"),
        "episodes/02": ("g-1", "title"),
        "episodes/03": ("g-3", "page's name"),
    }
    # The fourth item has no folder: the next publish won't drop it unasked.
    (show / "public").mkdir()
    shutil.copy(show / "old.xml", show / "public/feed.xml")
    code, _, err = run("publish", "--all", here=show)
    assert code == 9
    assert "g-4" in err


@pytest.mark.parametrize(
    ("texts", "items"),
    [
        (("title: Titre 1\nslug: a\n", "title: Titre 1\nslug: b\n"), (item(1),)),
        (("title: Titre 1\n",), (item(1), item(2, title="Titre 1"))),
    ],
    ids=["one item, two episodes", "two items, one episode"],
)
def test_where_it_isnt_sure_nothing_is_written(texts, items, tmp_path):
    show = episodes_of(tmp_path, *texts)
    assert "could be episodes/01" in recovered(show, *items, code=9)
    assert not (show / "published.yaml").exists()


@pytest.mark.parametrize("extra", [("--all",), ("1",), ("--withdraw", "1")])
def test_it_goes_alone(extra, show):
    assert run("publish", "--recover", "public/feed.xml", *extra, here=show)[0] == 2
