"""Corrections under the same guid, withdrawals, and what the plan tells of them."""

import shutil

import pytest
from shows import change_text, digests, make_show, said_by
from test_publish import BASE, entry_of, items

from example import run


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    show = make_show(tmp_path_factory.mktemp("published") / "show")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1705320000")
        said_by("assemble", "1", "2", here=show)
        said_by("publish", "--all", here=show)
    return show


@pytest.fixture
def show(published, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1718452800")
    return shutil.copytree(published, tmp_path / "show")


def item_of(show, title):
    return next(item for item in items(show / "public") if item.findtext("title") == title)


def correct_the_sound(show):
    change_text(show / "episodes/01-un/episode.yaml", "end: 1s", "end: 1.5s")
    change_text(
        show / "episodes/01-un/episode.yaml",
        "segments:",
        "revisions:\n  - {date: 2024-06-15, note: Le nom de l'invitée est corrigé.}\nsegments:",
    )
    said_by("assemble", "1", here=show)


def test_new_sound_keeps_guid_and_address_and_tells_what_that_means(show):
    before = entry_of(show)
    correct_the_sound(show)
    dry = said_by("publish", "1", "--dry-run", here=show)
    said = said_by("publish", "1", here=show)
    assert (dry["changes"], dry["items"]) == (said["changes"], said["items"])
    (item,) = said["items"]
    assert (item["guid"], item["action"], item["effect"]) == (before.guid, "replace", "re-download")
    assert {"sound", "duration"} <= set(item["what"]) or "sound" in item["what"]
    assert "keep the old one" in item["why"]
    after = entry_of(show)
    assert (after.guid, after.revision) == (before.guid, 2)
    assert after.enclosures[0].url == before.enclosures[0].url
    assert after.enclosures[0].bytes != before.enclosures[0].bytes
    assert after.sent == {"public/": 2}
    page = (show / "public/episodes/un/index.html").read_text(encoding="utf-8")
    assert "Le nom de l&#39;invitée est corrigé." in page
    assert "Corrections" in page


def test_a_new_title_is_safe(show):
    change_text(show / "episodes/01-un/episode.yaml", "title: Un\n", "title: Une\n")
    said_by("assemble", "1", here=show)
    (item,) = said_by("publish", "1", "--dry-run", here=show)["items"]
    # The title is in the tags as well, so the file's bytes are new: apps may fetch it again.
    assert item["title"] == "Une"
    assert "title" in item["what"]


def test_new_words_are_safe(show):
    change_text(
        show / "episodes/01-un/episode.yaml", "people: [camille]\n", "people: [camille]\nnotes: Merci !\n"
    )
    said_by("assemble", "1", here=show)
    (item,) = said_by("publish", "1", "--dry-run", here=show)["items"]
    assert (item["effect"], item["what"]) == ("safe", ["description"])
    code, out, _ = run("publish", "1", "--dry-run", here=show)
    assert code == 0
    assert "safe" in out
    assert "seen by apps at their next refresh" in " ".join(out.split())


def test_withdrawing_takes_the_item_and_leaves_a_page(show):
    guid = entry_of(show).guid
    dry = said_by("publish", "--withdraw", "1", "--dry-run", here=show)
    assert [(item["guid"], item["action"]) for item in dry["items"]] == [(guid, "remove")]
    before = digests(show, ".podtool")
    said_by("publish", "--withdraw", "1", here=show)
    assert [item.findtext("title") for item in items(show / "public")] == ["Deux"]
    page = (show / "public/episodes/un/index.html").read_text(encoding="utf-8")
    assert "Cet épisode a été retiré le 15\u00a0juin 2024." in page
    assert "<audio" not in page
    assert 'content="noindex"' in page
    assert "episodes/un/" not in (show / "public/index.html").read_text(encoding="utf-8")
    assert (show / "public/media/petite-01.mp3").exists()
    entry = entry_of(show)
    assert (entry.guid, entry.withdrawn.isoformat()) == (guid, "2024-06-15T12:00:00+00:00")
    changed = {name for name, digest in digests(show, ".podtool").items() if before.get(name) != digest}
    assert changed == {
        "published.yaml",
        "public/feed.xml",
        "public/index.html",
        "public/episodes/un/index.html",
    }
    after = digests(show, ".podtool")
    said_by("publish", "--withdraw", "1", here=show)
    said_by("publish", "--all", here=show)
    assert digests(show, ".podtool") == after


def test_sound_goes_only_when_asked_and_after_the_feed(show):
    said = said_by("publish", "--withdraw", "1", "--remove-media", here=show)
    assert said["changes"][-1]["path"] == "media/petite-01.mp3"
    assert said["changes"][-1]["action"] == "remove"
    assert not (show / "public/media/petite-01.mp3").exists()
    assert (show / "public/media/petite-02.mp3").exists()


def test_publishing_it_by_name_brings_it_back_under_its_guid(show):
    before = item_of(show, "Un")
    said_by("publish", "--withdraw", "1", "--remove-media", here=show)
    said = said_by("publish", "1", here=show)
    assert ("media/petite-01.mp3", "add") in [(each["path"], each["action"]) for each in said["changes"]]
    after = item_of(show, "Un")
    assert after.findtext("guid") == before.findtext("guid")
    assert after.findtext("pubDate") == before.findtext("pubDate")
    assert after.find("enclosure").get("url") == f"{BASE}media/petite-01.mp3"
    assert entry_of(show).withdrawn is None


def test_a_withdrawn_folder_may_go(show):
    said_by("publish", "--withdraw", "1", here=show)
    shutil.rmtree(show / "episodes/01-un")
    said_by("publish", "--all", here=show)
    assert "retiré" in (show / "public/episodes/un/index.html").read_text(encoding="utf-8")


def test_what_was_never_published_cannot_be_withdrawn(published, tmp_path):
    show = shutil.copytree(published, tmp_path / "show")
    (show / "published.yaml").unlink()
    shutil.rmtree(show / "public")
    said = said_by("publish", "--withdraw", "1", here=show, code=9)
    assert "was never published" in said["error"]["message"]


@pytest.mark.parametrize(
    "arguments", [["--withdraw", "1", "2"], ["--withdraw", "1", "--all"], ["1", "--remove-media"]]
)
def test_contradictions_are_2(show, arguments):
    assert run("publish", *arguments, here=show)[0] == 2


def test_an_older_ledger_does_not_drop_what_was_published_elsewhere(show):
    """Two machines, one of which hasn't pulled: its feed would lose the other's episode."""
    ledger = (show / "published.yaml").read_text(encoding="utf-8")
    start = ledger.index('  "episodes/02-deux":')
    (show / "published.yaml").write_text(ledger[:start], encoding="utf-8")
    feed = (show / "public/feed.xml").read_bytes()
    said = said_by("publish", "1", here=show, code=9)
    assert "has an item that published.yaml doesn't know" in said["error"]["message"]
    assert "version control" in said["error"]["hint"]
    assert (show / "public/feed.xml").read_bytes() == feed
    said = said_by("publish", "1", "--force", here=show)
    assert [item["action"] for item in said["items"]] == ["remove"]
