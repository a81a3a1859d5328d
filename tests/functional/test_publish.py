"""`podtool publish` into a folder: whole or not at all, the same bytes again, and no harm to subscribers."""

import json
import re
import shutil
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from filelock import FileLock
from shows import change_text, digests, make_episode, make_show, make_single, said_by, tone, write_wav

from example import assemble, run
from podtool.errors import PublishError
from podtool.publish.tags import audio_digest
from podtool.publish.targets import FolderTarget
from podtool.show.ledger import read_ledger

BASE = "https://petite.example.org/"
JANUARY, JUNE = (str(int(datetime(2024, month, 15, 12, tzinfo=UTC).timestamp())) for month in (1, 6))
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Two episodes, assembled; tests copy it."""
    show = make_show(tmp_path_factory.mktemp("built") / "show")
    said_by("assemble", "1", "2", here=show)
    return show


@pytest.fixture(scope="module")
def published(built, tmp_path_factory):
    """The same, published in January 2024."""
    show = tmp_path_factory.mktemp("published") / "show"
    shutil.copytree(built, show)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", JANUARY)
        said_by("publish", "--all", here=show)
    return show


@pytest.fixture
def june(monkeypatch):
    """The second time comes five months later."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", JUNE)


@pytest.fixture
def fresh(built, tmp_path):
    return shutil.copytree(built, tmp_path / "show")


@pytest.fixture
def show(published, tmp_path, june):
    return shutil.copytree(published, tmp_path / "show")


def items(public):
    """The feed's items, oldest first."""
    return list(reversed(ET.parse(public / "feed.xml").getroot().find("channel").findall("item")))  # noqa: S314 - ours


def named_in_feed(public):
    """Paths of everything in the public tree that the feed names."""
    text = (public / "feed.xml").read_text(encoding="utf-8")
    found = {path.split("#")[0] for path in re.findall(rf"{re.escape(BASE)}([^\"<\s]*)", text)}
    return {f"{path}index.html" if path.endswith("/") or not path else path for path in found}


def assert_whole(public):
    """The feed names nothing that isn't there, and no enclosure with another size."""
    missing = {path for path in named_in_feed(public) if not (public / path).is_file()}
    assert missing == set()
    for item in items(public):
        enclosure = item.find("enclosure")
        assert (public / enclosure.get("url").removeprefix(BASE)).is_file()


def changes_of(said):
    return {change["path"]: (change["action"], change["effect"]) for change in said["changes"]}


def entry_of(show, folder="episodes/01-un"):
    return read_ledger(show / "published.yaml").episodes[folder]


def test_the_public_tree_is_complete(published):
    public = published / "public"
    cover = next((public / "images").iterdir()).name
    assert set(digests(public)) == {
        "feed.xml",
        "index.html",
        "style.css",
        "player.js",
        "transcript.js",
        "search.js",
        f"images/{cover}",
        *(f"media/petite-0{n}.mp3" for n in (1, 2)),
        *(
            f"episodes/{slug}/{name}"
            for slug in ("un", "deux")
            for name in (
                "index.html",
                "embed.html",
                "oembed.json",
                "chapters.json",
                "waveform.svg",
                "rights.json",
            )
        ),
    }
    assert_whole(public)
    assert [item.findtext("title") for item in items(public)] == ["Un", "Deux"]
    for number, item in enumerate(items(public), 1):
        media = public / f"media/petite-0{number}.mp3"
        assert (
            media.read_bytes()
            == (
                published / f"episodes/0{number}-{item.findtext('title').lower()}/build/{media.name}"
            ).read_bytes()
        )
        assert item.find("enclosure").get("length") == str(media.stat().st_size)
        assert (
            item.findtext("guid")
            == entry_of(published, f"episodes/0{number}-{item.findtext('title').lower()}").guid
        )
        assert item.findtext("pubDate") == "Mon, 15 Jan 2024 12:00:00 +0000"
        assert item.findtext(f"{ITUNES}duration") == "3"
        chapters = public / item.find(f"{PODCAST}chapters").get("url").removeprefix(BASE)
        assert json.loads(chapters.read_bytes())["version"] == "1.2.0"


def test_media_come_first_and_the_feed_last(fresh):
    paths = [change["path"] for change in said_by("publish", "--all", here=fresh)["changes"]]
    assert paths[:2] == ["media/petite-01.mp3", "media/petite-02.mp3"]
    assert paths[-1] == "feed.xml"
    assert not any(path.endswith(".html") for path in paths[: paths.index("style.css")])


def test_twice_changes_no_byte(show):
    before = digests(show, ".podtool")
    said = said_by("publish", "--all", here=show)
    assert {change["action"] for change in said["changes"]} == {"same"}
    assert digests(show, ".podtool") == before
    assert run("publish", "1", here=show)[0] == 0
    assert digests(show, ".podtool") == before


def test_another_time_zone_or_locale_gives_the_same_bytes(fresh, published, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", JANUARY)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    said_by("publish", "2", "1", here=fresh)
    assert digests(fresh, ".podtool") == digests(published, ".podtool")


def test_a_later_episode_joins_and_leaves_the_first_alone(fresh, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", JANUARY)
    said_by("publish", "1", here=fresh)
    first = entry_of(fresh)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", JUNE)
    said = changes_of(said_by("publish", here=fresh / "episodes/02-deux"))
    assert said["media/petite-02.mp3"] == ("add", "safe")
    assert said["feed.xml"] == ("replace", "safe")
    assert entry_of(fresh) == first
    assert len(items(fresh / "public")) == 2
    assert_whole(fresh / "public")


def test_an_episode_that_is_not_due_waits(fresh, monkeypatch):
    change_text(
        fresh / "episodes/02-deux/episode.yaml",
        "recorded:",
        "published: 2024-06-01T06:00:00+02:00\nrecorded:",
    )
    said_by("assemble", "2", here=fresh)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", JANUARY)
    said = said_by("publish", "--all", here=fresh)
    assert said["waiting"] == ["episodes/02-deux"]
    assert len(items(fresh / "public")) == 1
    assert not (fresh / "public/media/petite-02.mp3").exists()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", JUNE)
    assert said_by("publish", "--all", here=fresh)["waiting"] == []
    assert items(fresh / "public")[1].findtext("pubDate") == "Sat, 01 Jun 2024 06:00:00 +0200"
    assert_whole(fresh / "public")


def test_nothing_is_written_while_all_wait(fresh):
    for name in ("01-un", "02-deux"):
        change_text(fresh / f"episodes/{name}/episode.yaml", "recorded:", "published: 2199-01-01\nrecorded:")
    said = said_by("publish", "--all", here=fresh)
    assert (said["changes"], len(said["waiting"])) == ([], 2)
    assert not (fresh / "public").exists()
    assert not (fresh / "published.yaml").exists()


def test_what_is_not_built_is_9(tmp_path):
    show = make_show(tmp_path / "show", episodes=(1,))
    said = said_by("publish", "1", here=show, code=9)
    assert said["error"]["kind"] == "PublishError"
    assert "episodes/01-un: nothing is built" in said["error"]["message"]
    assert "podtool assemble" in said["error"]["hint"]
    assert not (show / "public").exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("episodes/01-un/episode.yaml", "title: Un\n", "title: Une autre\n", "title changed"),
        ("episodes/01-un/episode.yaml", "end: 1s", "end: 1.5s", "sound changed"),
        ("episodes/01-un/episode.yaml", "title: Fin", "title: La fin", "chapters changed"),
        ("show.yaml", "CC-BY-4.0\ncover", "CC-BY-SA-4.0\ncover", "show changed"),
    ],
)
def test_what_is_stale_is_9_with_its_reason(show, file, old, new, reason):
    before = digests(show, ".podtool")
    change_text(show / file, old, new)
    said = said_by("publish", "1", here=show, code=9)
    assert f"is stale: {reason}" in said["error"]["message"]
    change_text(show / file, new, old)
    assert digests(show, ".podtool") == before


def test_an_emptied_cache_is_told_as_such(show):
    shutil.rmtree(show / ".podtool")
    said = said_by("publish", "1", here=show, code=9)
    assert "the cache was emptied" in said["error"]["message"]
    said_by("assemble", "1", here=show)
    said = said_by("publish", "1", here=show)
    assert {change["action"] for change in said["changes"]} == {"same"}


def test_a_new_title_keeps_guid_and_addresses(show):
    before, guid = entry_of(show), items(show / "public")[0].findtext("guid")
    sound = audio_digest(show / "public/media/petite-01.mp3")
    change_text(show / "episodes/01-un/episode.yaml", "title: Un\n", "title: Un titre bien meilleur\n")
    said_by("assemble", "1", here=show)
    said = changes_of(said_by("publish", "1", here=show))
    assert said["media/petite-01.mp3"] == ("replace", "re-download")
    assert said["episodes/un/index.html"] == ("replace", "safe")
    assert said["feed.xml"] == ("replace", "safe")
    assert said["index.html"] == ("replace", "safe")
    assert {said[path] for path in ("style.css", "episodes/deux/index.html")} == {("same", "safe")}
    after, item = entry_of(show), items(show / "public")[0]
    assert (item.findtext("guid"), item.findtext("title")) == (guid, "Un titre bien meilleur")
    assert (after.guid, after.page_url, after.published) == (before.guid, before.page_url, before.published)
    assert after.enclosures[0].url == before.enclosures[0].url
    assert (after.revision, after.updated) == (2, datetime(2024, 6, 15, 12, tzinfo=UTC))
    assert audio_digest(show / "public/media/petite-01.mp3") == sound
    assert_whole(show / "public")
    assert entry_of(show, "episodes/02-deux").revision == 1


def test_words_that_no_tag_holds_need_no_new_media(show):
    """A picture of somebody, a platform: page and feed change, what was downloaded stays right."""
    change_text(
        show / "show.yaml", "publish:", "platforms: [{name: Ailleurs, url: 'https://example.org/'}]\npublish:"
    )
    said = changes_of(said_by("publish", "--all", here=show))
    assert said["media/petite-01.mp3"] == ("same", "safe")
    assert said["episodes/un/index.html"] == ("replace", "safe")
    assert entry_of(show).revision == 1


def test_a_slug_in_the_yaml_moves_the_page_and_not_the_media(show):
    change_text(show / "episodes/01-un/episode.yaml", "title: Un\n", "title: Un\nslug: premier\n")
    said_by("assemble", "1", here=show)
    said = changes_of(said_by("publish", "1", here=show))
    assert said["episodes/premier/index.html"] == ("add", "safe")
    assert entry_of(show).page_url == f"{BASE}episodes/premier/"
    assert_whole(show / "public")


def test_another_guid_is_refused_and_forced_taken(show):
    change_text(
        show / "episodes/01-un/episode.yaml", "recorded:", "guid: https://ancien.example.org/?p=1\nrecorded:"
    )
    said_by("assemble", "1", here=show)
    before = digests(show, ".podtool")
    for options in ((), ("--dry-run",)):
        said = said_by("publish", "1", *options, here=show, code=9)
        assert "the guid would change" in said["error"]["message"]
        assert "--force" in said["error"]["hint"]
        assert digests(show, ".podtool") == before
    said = said_by("publish", "1", "--force", here=show)
    assert changes_of(said)["feed.xml"] == ("replace", "dangerous")
    assert "the guid would change" in said["changes"][-1]["why"]
    assert entry_of(show).guid == "https://ancien.example.org/?p=1"
    assert items(show / "public")[0].findtext("guid") == "https://ancien.example.org/?p=1"
    said = said_by("publish", "1", here=show)
    assert {change["action"] for change in said["changes"]} == {"same"}


def test_the_shows_guid_is_for_life(show):
    change_text(show / "show.yaml", "6a3c5d3e", "7a3c5d3e")
    said_by("assemble", "1", here=show)
    said = said_by("publish", "1", here=show, code=9)
    assert "the show's guid would change" in said["error"]["message"]
    said = said_by("publish", "1", "--force", here=show)
    assert said["changes"][-1]["effect"] == "dangerous"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("show.yaml", "handle: petite", "handle: grande"),
        ("episodes/01-un/episode.yaml", "number: 1", "number: 7"),
    ],
)
def test_media_do_not_move(show, file, old, new):
    change_text(show / file, old, new)
    said_by("assemble", "episodes/01-un", here=show)
    before = digests(show, ".podtool")
    said = said_by("publish", "episodes/01-un", here=show, code=9)
    assert "the media would move" in said["error"]["message"]
    assert digests(show, ".podtool") == before
    said = said_by("publish", "episodes/01-un", "--force", here=show)
    assert said["changes"][-1]["effect"] == "dangerous"
    assert (show / "public/media/petite-01.mp3").is_file()
    assert_whole(show / "public")


class Failing:
    """Lets all puts of the target fail but the first `able`, as a disk does that fills up."""

    def __init__(self, patch, able):
        self.left = able
        for name in ("put_file", "put_bytes"):
            patch.setattr(FolderTarget, name, self.counting(getattr(FolderTarget, name)))

    def counting(self, put):
        def counted(target, *arguments):
            self.left -= 1
            if self.left < 0:
                raise PublishError("the disk is full", hint="make room")
            return put(target, *arguments)

        return counted


def fail_everywhere(show, tmp_path, arguments, check):
    """Publishes one file a run, then fails; `check` looks at every stage; the last run gives the whole."""
    whole = shutil.copytree(show, tmp_path / "whole")
    planned = said_by("publish", *arguments, here=whole)["changes"]
    steps = [change["path"] for change in planned if change["action"] != "same"]
    for stage in range(len(steps)):
        with pytest.MonkeyPatch.context() as patch:
            Failing(patch, min(stage, 1))
            code, _, err = run("publish", *arguments, here=show)
        assert code == 9, err
        check(show)
    said = said_by("publish", *arguments, here=show)
    assert [change["path"] for change in said["changes"] if change["action"] != "same"] == ["feed.xml"]
    assert digests(show, ".podtool") == digests(whole, ".podtool")
    return len(steps)


def test_a_first_publish_that_fails_shows_no_feed(fresh, tmp_path, june):
    def check(copy):
        assert not (copy / "public/feed.xml").exists()

    assert fail_everywhere(fresh, tmp_path, ["1"], check) == 14


def test_a_second_publish_that_fails_leaves_the_old_feed(show, tmp_path):
    change_text(show / "episodes/01-un/episode.yaml", "title: Un\n", "title: Une\n")
    said_by("assemble", "1", here=show)
    feed = (show / "public/feed.xml").read_bytes()

    def check(copy):
        assert (copy / "public/feed.xml").read_bytes() == feed
        assert_whole(copy / "public")
        read_ledger(copy / "published.yaml")

    assert fail_everywhere(show, tmp_path, ["1"], check) >= 4


def test_a_ledger_that_cannot_be_written_leaves_the_feed(show, monkeypatch):
    change_text(show / "episodes/01-un/episode.yaml", "title: Un\n", "title: Une\n")
    said_by("assemble", "1", here=show)
    feed = (show / "public/feed.xml").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("podtool.workflow.publish_run.write_text", full)
    said = said_by("publish", "1", here=show, code=9)
    assert "can't write published.yaml" in said["error"]["message"]
    assert (show / "public/feed.xml").read_bytes() == feed


def test_two_at_once_one_is_refused(show, monkeypatch):
    monkeypatch.setattr("podtool.workflow.workroom.LOCK_WAIT_S", 0)
    with FileLock(show / ".podtool" / "publish.lock"):
        said = said_by("publish", "1", here=show, code=9)
        assert "another `podtool publish` is at work" in said["error"]["message"]
        said_by("publish", "1", "--dry-run", here=show)
    said_by("publish", "1", here=show)


def test_a_dry_run_writes_nothing_at_all(fresh, monkeypatch):
    before = digests(fresh)
    said = said_by("publish", "--all", "--dry-run", here=fresh)
    assert said["dry_run"] is True
    assert {change["action"] for change in said["changes"]} == {"add"}
    assert digests(fresh) == before
    monkeypatch.setenv("SOURCE_DATE_EPOCH", JANUARY)
    assert changes_of(said_by("publish", "--all", here=fresh)) == changes_of(said)


def test_to_another_folder_seen_from_here(show, tmp_path):
    said = said_by("publish", "--all", "--to", "../ailleurs", here=show / "episodes")
    assert said["target"] == "../ailleurs"
    assert {change["action"] for change in said["changes"]} == {"add"}
    assert digests(show / "ailleurs") == digests(show / "public")
    said = said_by("publish", "1", "--to", tmp_path / "neuf", here=show)
    assert_whole(tmp_path / "neuf")
    assert digests(tmp_path / "neuf") == digests(show / "public")
    assert run("publish", "1", "--to", "", here=show)[0] == 9
    assert run("publish", "1", "--to", "ftp://example.org/x", here=show)[0] == 9


def test_recordings_are_not_needed_once_it_is_built(fresh):
    for folder in fresh.glob("episodes/*/recordings"):
        shutil.rmtree(folder)
    shutil.rmtree(fresh / "music")
    said_by("publish", "--all", here=fresh)
    assert_whole(fresh / "public")


def test_without_a_build_page_and_feed_still_follow_the_yaml(show):
    shutil.rmtree(show / "episodes/01-un/build")
    change_text(show / "episodes/01-un/episode.yaml", "Ce qu'on entend", "Ce que l'on dit")
    media = (show / "public/media/petite-01.mp3").read_bytes()
    said = changes_of(said_by("publish", "1", here=show))
    assert said["episodes/un/index.html"] == ("replace", "safe")
    assert said["feed.xml"] == ("replace", "safe")
    assert "media/petite-01.mp3" not in said
    assert (show / "public/media/petite-01.mp3").read_bytes() == media
    assert "Ce que l'on dit" in items(show / "public")[0].findtext("description")


def test_what_the_target_lost_is_sent_again_or_missed(show):
    """The feed lists both episodes whichever is published, so the media of both must be there."""
    media = show / "public/media/petite-02.mp3"
    media.unlink()
    said = changes_of(said_by("publish", "1", here=show))
    assert said["media/petite-02.mp3"] == ("add", "safe")
    assert_whole(show / "public")
    media.unlink()
    shutil.rmtree(show / "episodes/02-deux/build")
    said = said_by("publish", "1", here=show, code=9)
    assert "media/petite-02.mp3 (episodes/02-deux) is published, but lies neither" in said["error"]["message"]
    assert "podtool assemble episodes/02-deux" in said["error"]["hint"]


def test_a_published_folder_that_is_renamed_or_gone_is_9(show):
    (show / "episodes/02-deux").rename(show / "episodes/02-bis")
    before = digests(show, ".podtool")
    for episode in ("episodes/02-bis", "1"):
        said = said_by("publish", episode, here=show, code=9)
        assert "episodes/02-deux/episode.yaml is gone" in said["error"]["message"]
        assert "rename it back" in said["error"]["hint"]
    assert digests(show, ".podtool") == before


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("feed: https://petite.example.org/feed.xml\n", "", "feed"),
        ("  base_url: https://petite.example.org\n", "", ""),
    ],
    ids=["feed", "base_url"],
)
def test_one_address_may_be_missing_but_not_the_feeds(fresh, old, new, named):
    change_text(fresh / "show.yaml", old, new)
    said_by("assemble", "1", here=fresh)
    if not named:  # the tree lies where the feed does
        said_by("publish", "1", here=fresh)
        assert_whole(fresh / "public")
        return
    said = said_by("publish", "1", here=fresh, code=9)
    assert f"`{named}" in said["error"]["hint"]
    assert not (fresh / "public").exists()


def test_without_any_address_it_is_9_with_a_hint(tmp_path):
    show = make_single(tmp_path / "show", "  - clip: recordings/a.wav\n")
    change_text(show / "show.yaml", "feed: https://seule.example.org/feed.xml\n", "")
    write_wav(show / "recordings/a.wav", tone(1))
    assemble(show)
    said = said_by("publish", here=show, code=9)
    assert "base_url" in said["error"]["hint"]
    assert not (show / "public").exists()
    assert not (show / "published.yaml").exists()


def test_two_episodes_with_one_page_or_one_file_are_refused(fresh):
    change_text(fresh / "episodes/02-deux/episode.yaml", "title: Deux", "title: Un")
    said_by("assemble", "2", here=fresh)
    said = said_by("publish", "--all", here=fresh, code=9)
    assert "would have one page" in said["error"]["message"]
    change_text(fresh / "episodes/02-deux/episode.yaml", "number: 2\ntitle: Un", "number: 1\ntitle: Deux")
    said_by("assemble", "episodes/02-deux", here=fresh)
    assert run("publish", "--all", here=fresh)[0] == 9
    assert not (fresh / "public").exists()


def test_episodes_of_two_shows_are_refused(fresh, tmp_path):
    other = make_show(tmp_path / "autre", episodes=(3,))
    said = said_by("publish", "1", "../autre/episodes/03-trois", here=fresh, code=2)
    assert "several shows" in said["error"]["message"]
    assert not (other / "public").exists()


def test_a_new_cover_gets_a_new_name(show):
    from PIL import Image

    old = next((show / "public/images").iterdir()).name
    Image.new("RGB", (1400, 1400), (120, 40, 20)).save(show / "cover.png")
    said_by("assemble", "1", "2", here=show)
    said_by("publish", "--all", here=show)
    text = (show / "public/feed.xml").read_text(encoding="utf-8")
    assert old not in text
    assert_whole(show / "public")
    change_text(show / "show.yaml", "cover: {file: cover.png, alt: Un carré bleu}\n", "")
    said_by("assemble", "1", "2", here=show)
    said_by("publish", "--all", here=show)
    assert f"{BASE}images/" not in (show / "public/feed.xml").read_text(encoding="utf-8")


def test_a_template_and_another_show_inside_are_no_episodes(show):
    make_episode(show / "autre", 3)
    (show / "autre/show.yaml").write_text((show / "show.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (show / "templates").mkdir()
    (show / "templates/episode.yaml").write_text("number: {number}\ntitle: {title}\n", encoding="utf-8")
    said = said_by("publish", "--all", here=show)
    assert {change["action"] for change in said["changes"]} == {"same"}


def test_another_format_goes_out_beside_the_first(tmp_path):
    show = make_show(tmp_path / "show", episodes=(1,))
    change_text(show / "show.yaml", "publish:", "profiles: [podcast, opus]\npublish:")
    said_by("assemble", "1", here=show)
    said_by("publish", "1", here=show)
    item = items(show / "public")[0]
    other = item.find(f"{PODCAST}alternateEnclosure")
    assert other.get("type") == "audio/ogg"
    assert_whole(show / "public")
    (show / "episodes/01-un/build/petite-01.opus.opus").unlink()
    said = said_by("publish", "1", here=show, code=9)
    assert "opus was published before, but is not built now" in said["error"]["message"]


def test_pictures_of_people_and_chapters_go_along_and_no_missing_one_is_named(fresh):
    from PIL import Image

    change_text(fresh / "show.yaml", "role: host}", "role: host, image: gens/camille.png}")
    change_text(fresh / "episodes/01-un/episode.yaml", "title: Fin", "title: Fin\n    image: fin.png")
    Image.new("RGB", (300, 300), (90, 90, 0)).save(fresh / "episodes/01-un/fin.png")
    said_by("assemble", "1", here=fresh)
    said_by("publish", "1", here=fresh)
    feed = fresh / "public/feed.xml"
    assert "images/episodes-01-un-fin.png" in feed.read_text(encoding="utf-8")
    assert "camille.png" not in feed.read_text(encoding="utf-8")
    assert_whole(fresh / "public")
    (fresh / "gens").mkdir()
    Image.new("RGB", (300, 300), (0, 90, 90)).save(fresh / "gens/camille.png")
    said_by("publish", "1", here=fresh)
    assert "images/gens-camille.png" in feed.read_text(encoding="utf-8")
    assert_whole(fresh / "public")
