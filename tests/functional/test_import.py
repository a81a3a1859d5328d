"""`podtool import`: what apps know a show by outlives the move; what can't be kept is told."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import feedparser
import podcastparser
import pytest
from shows import change_text, said_by, speech, write_wav

from example import run
from podtool.publish.feed_reading import read_feed
from podtool.show.ledger import read_ledger
from podtool.workflow.clock import read_clock
from podtool.workflow.preview_tree import PreviewMaker

FEEDS = sorted((Path(__file__).parent / "feeds").glob("*.xml"))
"""In the style of hosts, written after their public documentation; every show in them is invented."""
STYLES = {feed.stem: feed for feed in FEEDS}


def imported(feed: Path, folder: Path) -> Path:
    """The show's folder."""
    said_by("import", str(feed), "show", here=folder)
    return folder / "show"


def published(show: Path) -> bytes:
    """The feed that a publish straight after writes."""
    said_by("publish", "--all", here=show)
    (feed,) = (
        path for path in (show / "public").rglob("*") if path.is_file() and b"<rss" in path.read_bytes()[:200]
    )
    return feed.read_bytes()


def by_feedparser(feed: bytes) -> list[tuple[object, ...]]:
    """Items as feedparser sees them: guid, title, date, enclosure."""
    return [
        (
            entry.get("id"),
            " ".join(entry.get("title", "").split()),
            tuple(entry["published_parsed"])[:6],
            [(each.get("href"), each.get("length") or "0", each.get("type")) for each in entry.enclosures],
        )
        for entry in feedparser.parse(feed).entries
    ]


def by_podcastparser(feed: bytes) -> list[tuple[object, ...]]:
    """The same as podcastparser (gPodder) sees them."""
    parsed = podcastparser.parse("https://example.org/feed.xml", io.BytesIO(feed))
    return [
        (
            episode["guid"],
            " ".join(episode["title"].split()),
            episode["published"],
            [(each["url"], max(each["file_size"], 0), each["mime_type"]) for each in episode["enclosures"]],
        )
        for episode in parsed["episodes"]
    ]


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.stem)
def test_publishing_straight_after_changes_nothing_that_apps_know_episodes_by(feed, tmp_path):
    before = feed.read_bytes()
    after = published(imported(feed, tmp_path))
    assert len(by_feedparser(before)) >= 2
    assert by_feedparser(after) == by_feedparser(before)
    assert by_podcastparser(after) == by_podcastparser(before)


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.stem)
def test_an_imported_show_has_no_errors_and_says_again_what_it_said(feed, tmp_path):
    show = imported(feed, tmp_path)
    code, out, _ = run("check", "--json", here=show)
    errors = [each for each in json.loads(out)["problems"] if each["severity"] == "error"]
    # What a host left out of its feed, directories miss with or without podtool.
    assert {each["rule"] for each in errors} <= {"FEED-011"}, (code, errors)
    first = published(show)
    assert {change["action"] for change in said_by("publish", "--all", here=show)["changes"]} == {"same"}
    assert published(show) == first


def test_there_are_a_dozen_hosts_at_least():
    assert len(FEEDS) >= 12


def facts_after(style: str, folder: Path):
    return read_feed(published(imported(STYLES[style], folder)))


def test_what_the_namespace_has_is_kept(tmp_path):
    before = read_feed(STYLES["castopod"].read_bytes())
    after = facts_after("castopod", tmp_path)
    assert after.guid == before.guid
    assert [link.url for link in after.funding] == [link.url for link in before.funding]
    assert after.licence.url == "https://creativecommons.org/licenses/by-nc-sa/4.0/"
    for name in (
        "podcast:location",
        "podcast:txt",
        "podcast:updateFrequency",
        "podcast:podroll",
        "podcast:value",
    ):
        assert any(tag.name == name for tag in after.tags), name
    was, item = before.items[0], after.items[0]
    assert item.licence.text == "cc-by-4.0"
    assert [link.url for link in item.transcripts] == [link.url for link in was.transcripts]
    assert item.chapters == was.chapters
    assert [(each.name, each.role) for each in item.people] == [
        ("Une Voix", "Host"), ("Une Marcheuse", "Guest"),
    ]  # fmt: skip
    assert [link.url for link in item.content_links] == ["https://video.example.org/w/abc"]
    tags = {tag.name: tag for tag in item.tags}
    assert tags["podcast:season"].attributes == {"name": "L'eau"}
    assert tags["podcast:soundbite"].attributes == {"startTime": "73.0", "duration": "60.0"}
    assert tags["podcast:socialInteract"].attributes["accountId"] == "@libre@ondes.example.org"
    assert tags["podcast:location"].attributes["country"] == "FR"
    assert after.image == before.image
    assert item.image == was.image


def test_chapters_other_forms_and_people_of_trades_are_kept(tmp_path):
    item = facts_after("podlove", tmp_path).items[0]
    assert [(chapter.start, chapter.title) for chapter in item.psc_chapters] == [
        ("00:00:00.000", "Begrüßung"), ("00:03:21.500", "Die Säge"), ("01:20:00.000", "Ende"),
    ]  # fmt: skip
    (alternate,) = item.alternates
    assert (alternate.url, alternate.bytes, alternate.media_type) == (
        "https://werkstatt.example.org/podlove/file/421/wg042-saegen.opus", 41234567, "audio/opus",
    )  # fmt: skip
    assert ("Dritte Hand", "Audio Editor", "Audio Post-Production") in [
        (each.name, each.role, each.group) for each in item.people
    ]
    assert item.duration == "5117"


def test_transcripts_keep_their_language(tmp_path):
    item = facts_after("powerpress", tmp_path).items[0]
    assert [(link.url[-6:], link.language) for link in item.transcripts] == [
        ("en.vtt", "en"), ("31.vtt", "fr"),
    ]  # fmt: skip


def test_nothing_that_runs_reaches_a_reader(tmp_path):
    show = imported(STYLES["powerpress"], tmp_path)
    feed = published(show)
    pages = [path.read_text("utf-8") for path in (show / "public/episodes").rglob("index.html")]
    yaml = "".join(path.read_text("utf-8") for path in show.rglob("*.yaml"))
    for text in (feed.decode(), yaml, *pages):
        for bad in ("javascript:", "onclick", "traceur.example", "<iframe", "document.write"):
            assert bad not in text
    assert "[Le mois d’avant](https://blog.example.org/2024/02/nouvelles-30/)" in yaml
    assert "- [La forge](https://forge.example.org)" in yaml


def test_the_plan_says_what_our_feed_adds_and_drops(tmp_path):
    show = imported(STYLES["acast"], tmp_path)
    plan = said_by("publish", "--all", "--dry-run", here=show)
    assert {item["action"] for item in plan["items"]} == {"replace"}
    assert {item["effect"] for item in plan["items"]} == {"safe"}
    two = plan["items"][0]
    assert two["drops"] == ["acast:episodeId", "acast:settings"]
    assert "licence" not in two["what"]
    assert {"dc:creator", "podcast:episode"}.isdisjoint(two["drops"])
    for same in ("title", "date", "duration", "sound", "address of the sound", "number"):
        assert same not in two["what"]
    assert {"acast:showId", "itunes:subtitle"} & set(plan["show"]["drops"]) == {"acast:showId"}
    assert "podcast:guid" in plan["show"]["adds"]
    shown = run("publish", "--all", "--dry-run", here=show)[1]
    assert "drops acast:episodeId, acast:settings" in shown
    assert "the show (" in shown
    assert not (show / "public").exists()


def test_once_our_feed_is_out_the_imported_one_no_longer_counts(tmp_path):
    show = imported(STYLES["acast"], tmp_path)
    published(show)
    assert said_by("publish", "--all", "--dry-run", here=show)["items"] == []


CHANNEL = (
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
    '<atom:link rel="self" href="https://emission.example.org/feed.xml"/>'
)
ITEM = (
    "<item><title>{title}</title>{guid}<pubDate>{date}</pubDate>"
    '<enclosure url="https://m.example.org/{n}.mp3" length="9" type="audio/mpeg"/>'
    "<description>{text}</description></item>"
)


def feed_of(*items: str, head: str = "<title>Une émission</title><language>fr</language>") -> bytes:
    """A feed with these items."""
    return f"{CHANNEL}{head}{''.join(items)}</channel></rss>".encode()


def item(n: int, *, title: str = "", guid: str | None = None, date: str = "", text: str = "") -> str:
    """One item; `guid` None gives it one of its own."""
    moment = datetime(2024, 1, 1, tzinfo=UTC) - timedelta(days=n)
    return ITEM.format(
        n=n,
        title=title or f"Titre {n}",
        guid=f"<guid>g-{n}</guid>" if guid is None else guid,
        date=date or moment.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        text=text or f"Texte {n}",
    )


def imported_from(content: bytes, folder: Path):
    """The result and the ledger of an import of these bytes."""
    (folder / "feed.xml").write_bytes(content)
    result = said_by("import", "feed.xml", "show", here=folder)
    return result, read_ledger(folder / "show/published.yaml")


def messages(result) -> list[str]:
    return [note["message"] for note in result["notes"]]


def test_an_item_without_guid_is_known_by_its_sounds_address(tmp_path):
    result, ledger = imported_from(feed_of(item(1, guid="")), tmp_path)
    (entry,) = ledger.episodes.values()
    assert entry.guid == "https://m.example.org/1.mp3"
    assert any("no guid" in message for message in messages(result))


def test_the_second_item_of_a_guid_and_one_without_sound_are_left_out(tmp_path):
    silent = "<item><title>Un article</title><guid>a</guid></item>"
    result, ledger = imported_from(feed_of(item(1), item(2, guid="<guid> g-1 </guid>"), silent), tmp_path)
    assert [entry.guid for entry in ledger.episodes.values()] == ["g-1"]
    assert result["left_out"] == 2
    assert {note["item"] for note in result["notes"]} >= {"Titre 2", "Un article"}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Mon, 4 Mar 2024 06:00:00 GMT", datetime(2024, 3, 4, 6, tzinfo=UTC)),
        ("04 Mar 2024 06:00:00", datetime(2024, 3, 4, 6, tzinfo=UTC)),
        ("2024-03-04T06:00:00+01:00", datetime(2024, 3, 4, 6, tzinfo=timezone(timedelta(hours=1)))),
        ("2024-03-04 06:00:00", datetime(2024, 3, 4, 6, tzinfo=UTC)),
        ("lundi 4 mars 2024", datetime(2024, 3, 4, tzinfo=UTC)),
        ("lun., 04 mars 2024 06:00:00 +0100", datetime(2024, 3, 4, 6, tzinfo=timezone(timedelta(hours=1)))),
        ("March 4, 2024", datetime(2024, 3, 4, tzinfo=UTC)),
        ("Mon, 04 Mar 2024 06:00:00 -0500", datetime(2024, 3, 4, 6, tzinfo=timezone(timedelta(hours=-5)))),
    ],
)
def test_dates_are_read_as_they_are_met(text, moment, tmp_path):
    _, ledger = imported_from(feed_of(item(1, date=text)), tmp_path)
    (entry,) = ledger.episodes.values()
    assert entry.published == moment
    assert entry.published.utcoffset() == moment.utcoffset()


def test_an_item_without_a_date_takes_that_of_the_item_above(tmp_path):
    result, ledger = imported_from(feed_of(item(1), item(2, date="hier"), item(3)), tmp_path)
    by_guid = {entry.guid: entry for entry in ledger.episodes.values()}
    first, second, third = (by_guid[f"g-{n}"] for n in (1, 2, 3))
    assert second.published == first.published > third.published
    assert any("date" in message for message in messages(result))
    feed = read_feed(published(tmp_path / "show"))
    assert {each.guid for each in feed.items} == {"g-1", "g-2", "g-3"}


def test_titles_that_give_one_name_give_two_folders(tmp_path):
    titles = ["Con", "Con", "con.", "…", "日本", "a" * 300, "a" * 300]
    result, _ = imported_from(feed_of(*(item(n, title=t) for n, t in enumerate(titles, 1))), tmp_path)
    folders = [Path(folder).name for folder in result["episodes"]]
    assert len({folder.lower() for folder in folders}) == len(titles)
    assert all(len(folder) < 90 and folder == folder.rstrip(". ") for folder in folders)
    published(tmp_path / "show")


LATIN = feed_of(item(1, title="\u00e9t\u00e9")).decode().encode("latin-1")
DECLARED = '<?xml version="1.0" encoding="{}"?>'
BROKEN = {
    "no declaration of a namespace": feed_of(
        item(1), head="<title>Une émission</title><podcast:guid>x</podcast:guid><foo:bar/>"
    ),
    "HTML's entities": feed_of(item(1, title="Caf&eacute; &amp; th&eacute; &nbsp;!")),
    "a bare ampersand": feed_of(item(1, title="Sel & poivre, A&B")),
    "cut in the middle": feed_of(item(1), item(2))[:-60],
    "Latin-1 that says UTF-8": DECLARED.format("UTF-8").encode() + LATIN,
    "Latin-1 that says so": DECLARED.format("ISO-8859-1").encode() + LATIN,
    "a mark and blank lines first": b"\xef\xbb\xbf\n\n"
    + DECLARED.format("UTF-8").encode()
    + feed_of(item(1)),
    "control letters": feed_of(item(1, title="a\x00b\x0bc")),
    "a harmless document type": b'<!DOCTYPE rss PUBLIC "-//x//RSS//EN" "http://x.example/a">'
    + feed_of(item(1)),
    "a comment that isn't one": feed_of(item(1), head="<title>T</title><!-- a -- b -->"),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_broken_feeds_are_understood_as_apps_do(content, tmp_path):
    result, ledger = imported_from(content, tmp_path)
    assert "g-1" in {entry.guid for entry in ledger.episodes.values()}
    assert any(message.startswith("mended: ") for message in messages(result))
    published(tmp_path / "show")


def test_entities_become_letters(tmp_path):
    imported_from(BROKEN["HTML's entities"], tmp_path)
    assert read_feed(published(tmp_path / "show")).items[0].title == "Café & thé \u00a0!"


BOMB = b'<!DOCTYPE rss [<!ENTITY a "aaa"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
REFUSED = {
    "entities of its own": BOMB + feed_of(item(1, title="&b;&x;")),
    "nothing": b"",
    "HTML": b"<!doctype html><html><body><p>404</p></body></html>",
    "Atom": b'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title></feed>',
    "no XML": b"\x89PNG\r\n\x1a\n" + bytes(300),
    "JSON": b'{"version": "https://jsonfeed.org/version/1"}',
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_feed_is_refused_and_leaves_nothing(content, tmp_path):
    (tmp_path / "feed.xml").write_bytes(content)
    code, out, err = run("import", "feed.xml", "show", here=tmp_path)
    assert (code, out) == (4, "")
    assert "no RSS feed" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feed.xml"]


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "feed.xml").write_bytes(feed_of(item(1)))
    (tmp_path / "show").mkdir()
    (tmp_path / "show/mine.txt").write_text("mine")
    code, _, err = run("import", "feed.xml", "show", here=tmp_path)
    assert code == 2
    assert "not empty" in err
    assert [path.name for path in (tmp_path / "show").iterdir()] == ["mine.txt"]
    (tmp_path / "show/mine.txt").unlink()
    assert run("import", "feed.xml", "show", here=tmp_path)[0] == 0
    assert (tmp_path / "show/show.yaml").is_file()


def test_without_a_folder_it_is_named_after_the_show(tmp_path):
    (tmp_path / "feed.xml").write_bytes(feed_of(item(1)))
    said_by("import", "feed.xml", here=tmp_path)
    assert (tmp_path / "une-emission/published.yaml").is_file()


def test_an_imported_episode_is_neither_assembled_nor_sent(tmp_path):
    imported_from(feed_of(item(1)), tmp_path)
    (folder,) = (tmp_path / "show/episodes").iterdir()
    for command in ("assemble", "explain"):
        code, _, err = run(command, f"episodes/{folder.name}", here=tmp_path / "show")
        assert code == 2
        assert "nothing to assemble" in err
    published(tmp_path / "show")
    assert not (tmp_path / "show/public/media").exists()


def test_an_imported_episode_can_be_withdrawn_and_comes_back_under_its_guid(tmp_path):
    imported_from(feed_of(item(1), item(2)), tmp_path)
    show = tmp_path / "show"
    first = read_feed(published(show))
    folder = next(path for path in (show / "episodes").iterdir() if path.name.endswith("titre-1"))
    said_by("publish", "--withdraw", f"episodes/{folder.name}", here=show)
    assert [each.guid for each in read_feed((show / "public/feed.xml").read_bytes()).items] == ["g-2"]
    said_by("publish", f"episodes/{folder.name}", here=show)
    assert read_feed((show / "public/feed.xml").read_bytes()).items == first.items


def test_sound_of_our_own_moves_it_and_that_is_refused(tmp_path):
    imported_from(feed_of(item(1)), tmp_path)
    show = tmp_path / "show"
    published(show)
    (folder,) = (show / "episodes").iterdir()
    write_wav(folder / "recordings/voix.wav", speech(2))
    with (folder / "episode.yaml").open("a", encoding="utf-8") as file:
        file.write("segments:\n  - clip: recordings/voix.wav\n    title: Tout\n")
    change_text(
        show / "show.yaml", "  target: public/", "  target: public/\n  base_url: https://emission.example.org"
    )
    name = f"episodes/{folder.name}"
    said_by("assemble", name, here=show)
    code, _, err = run("publish", name, here=show)
    assert code == 9
    assert "would move from https://m.example.org/1.mp3" in err
    said_by("publish", name, "--force", here=show)
    (moved,) = read_feed((show / "public/feed.xml").read_bytes()).items
    assert (moved.guid, moved.enclosures[0].url[:36]) == ("g-1", "https://emission.example.org/media/u")


def test_a_preview_has_the_imported_episodes(tmp_path):
    imported_from(feed_of(item(1), item(2)), tmp_path)
    tree = PreviewMaker(argument=None, here=tmp_path / "show", clock=read_clock).make()
    assert sum(path.endswith("/index.html") for path in tree.files) == 2
    assert b"https://m.example.org/1.mp3" in tree.files["episodes/titre-1/index.html"].content
