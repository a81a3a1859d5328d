"""examples/episode-08, as somebody who has just cloned the repository uses it."""

import hashlib
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import eyed3
import feedparser
import html5lib
import podcastparser
import pytest

from example import EXAMPLE, assemble, copy_example, run
from podtool.audio.measuring import measure_blocks
from podtool.audio.mp3_probe import probe_mp3
from podtool.audio.source import read_blocks

CHAPTERS = [
    "Introduction",
    "Édito",
    "La transfo num, quels enjeux pour les assos\u202f?",
    "Entretien avec Arnaud",
    "Générique",
]
MEASURE = ["-map", "0:a", "-af", "ebur128=peak=true", "-f", "null", "-"]
PAGE = "public/episodes/comment-ne-pas-subir-sa-transformation-numerique/index.html"


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".podtool" not in path.parts
    }


@pytest.fixture(scope="module")
def show(assembled, tmp_path_factory):
    """A copy of the assembled example that this module's tests may read and publish."""
    folder = tmp_path_factory.mktemp("example") / "show"
    shutil.copytree(assembled, folder)
    return folder


@pytest.fixture(scope="module")
def media(show):
    return show / "build" / "questions-asso-08.mp3"


@pytest.fixture(scope="module")
def published(show):
    code, out, err = run("publish", "--json", here=show)
    assert code == 0, err
    return show, json.loads(out)


def test_everything_is_left_in_the_build_folder(show):
    assert {path.name for path in (show / "build").iterdir()} == {
        "questions-asso-08.mp3",
        "chapters.json",
        "chapters.txt",
        "timeline.json",
        "waveform.svg",
        "rights.json",
        "report.json",
        "report.html",
    }


def test_the_second_time_everything_is_reused_and_no_byte_changes(show):
    before = digests(show)
    said = assemble(show)
    assert {step["status"] for step in said["steps"]} == {"reused"}
    assert digests(show) == before


def test_another_clone_on_one_thread_gives_the_same_bytes(show, tmp_path):
    clone = copy_example(tmp_path / "a clone é")
    assemble(clone, "--jobs", "1")
    built = {name: digest for name, digest in digests(show).items() if name.startswith(("build/", "episode"))}
    assert {name: digest for name, digest in digests(clone).items() if name in built} == built


def test_the_sound_meets_its_target(media):
    heard = measure_blocks(read_blocks(media, rate_hz=44100), 44100)
    assert heard.integrated_loudness_lufs == pytest.approx(-16, abs=0.5)
    assert heard.true_peak_dbtp <= -1.0
    length = json.loads((media.parent / "timeline.json").read_text(encoding="utf-8"))["length_samples"]
    assert heard.samples == length


def test_the_mp3_is_constant_and_its_header_right(media):
    facts = probe_mp3(media)
    assert facts.problems == ()
    assert (facts.bitrate_kbps, facts.sample_rate_hz, facts.channels) == (128, 44100, 2)


def test_the_json_tells_what_was_made(show):
    said = assemble(show)
    first = said["artefacts"][0]
    assert first["path"] == "build/questions-asso-08.mp3"
    assert first["media_type"] == "audio/mpeg"
    assert first["sha256"] == hashlib.sha256((show / first["path"]).read_bytes()).hexdigest()
    assert first["bytes"] == (show / first["path"]).stat().st_size
    assert said["ok"] is True
    assert said["command"] == "assemble"


def test_eyed3_reads_the_tags(media):
    tag = eyed3.load(media).tag
    assert tag.title == "Comment ne pas subir sa transformation numérique\u202f?"
    assert tag.album == "Questions d'asso"
    assert tag.track_num[0] == 8
    assert str(tag.recording_date) == "2023-09-22"
    assert [str(chapter.title) for chapter in sorted(tag.chapters, key=lambda each: each.times)] == CHAPTERS
    assert tag.images[0].mime_type in {"image/png", "image/jpeg"}
    people = b"".join(frame.render() for frame in tag.frame_set[b"TIPL"]).replace(b"\x00", b"")
    assert b"Guillaume Desjardins" in people


def test_chapters_follow_the_timeline(show):
    chapters = json.loads((show / "build/chapters.json").read_text(encoding="utf-8"))
    assert chapters["version"] == "1.2.0"
    assert [each["title"] for each in chapters["chapters"]] == CHAPTERS
    starts = [each["startTime"] for each in chapters["chapters"]]
    assert starts == sorted(starts)
    assert starts[0] == 0
    lines = (show / "build/chapters.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "00:00:00 Introduction"
    assert len(lines) == len(CHAPTERS)


def test_a_title_touches_no_sound(show, tmp_path):
    copy = tmp_path / "show"
    shutil.copytree(show, copy)
    episode = copy / "episode.yaml"
    text = episode.read_text(encoding="utf-8")
    episode.write_text(text.replace("title: Générique", "title: Fin"), encoding="utf-8")
    built = {step["name"] for step in assemble(copy)["steps"] if step["status"] == "built"}
    assert built == {"tag podcast", "chapters", "timeline", "waveform", "report"}


def test_explain_names_what_changed(show, tmp_path):
    copy = tmp_path / "show"
    shutil.copytree(show, copy)
    episode = copy / "episode.yaml"
    text = episode.read_text(encoding="utf-8")
    episode.write_text(text.replace("silence: 800 ms", "silence: 900 ms"), encoding="utf-8")
    code, out, _ = run("explain", "--json", here=copy)
    reasons = {step["name"]: step["reasons"] for step in json.loads(out)["steps"]}
    assert code == 0
    assert reasons["encode podcast"] == ["segment 9 changed"]
    assert reasons["measure recordings/edito.wav"] == []


def test_publishing_twice_changes_no_byte(published):
    show, _ = published
    before = digests(show)
    code, out, _ = run("publish", "--json", here=show)
    assert code == 0
    assert {change["action"] for change in json.loads(out)["changes"]} == {"same"}
    assert digests(show) == before


def test_the_public_tree(published):
    show, said = published
    names = {change["path"] for change in said["changes"]}
    assert {"feed.xml", "index.html", "media/questions-asso-08.mp3", "style.css", "player.js"} <= names
    assert said["changes"][-1]["path"] == "feed.xml"
    assert (show / "published.yaml").is_file()
    assert all((show / "public" / name).is_file() for name in names)


def test_the_works_are_credited_when_they_are_heard(published):
    show, _ = published
    rights = json.loads((show / "build/rights.json").read_bytes())
    music, sting, cover = rights["works"]
    assert [work["id"] for work in rights["works"]] == ["musique", "virgule", "cover"]
    # The bed carries the opening on, so that both are heard as one.
    assert [start for start, _ in music["ranges_ms"]] == [0, music["ranges_ms"][1][0]]
    assert len(sting["ranges_ms"]) == 2
    assert cover["ranges_ms"] == []
    assert music["sha256"] == hashlib.sha256((show / "music/musique.mp3").read_bytes()).hexdigest()
    assert (music["licence"], sting["licence"]["id"]) == (None, "CC0-1.0")
    page = (show / PAGE).read_text(encoding="utf-8")
    seconds = sting["ranges_ms"][0][0] / 1000
    assert f'#t={seconds}" data-seek="{seconds}">de ' in page
    assert (show / PAGE).with_name("rights.json").read_bytes() == (show / "build/rights.json").read_bytes()
    assert 'rights.json" type="application/json">Droits' in page
    feed = (show / "public/feed.xml").read_text(encoding="utf-8")
    assert "(de 0:00 à " in feed


def test_feedparser_and_podcastparser_read_the_feed(published):
    show, _ = published
    feed = (show / "public/feed.xml").read_bytes()
    read = feedparser.parse(feed)
    assert not read.bozo
    assert read.feed.title == "Questions d'asso"
    assert read.feed.language == "fr"
    item = read.entries[0]
    media = show / "public/media/questions-asso-08.mp3"
    assert item.enclosures[0].length == str(media.stat().st_size)
    assert item.enclosures[0].type == "audio/mpeg"
    assert item.itunes_duration == "162"
    with (show / "public/feed.xml").open("rb") as file:
        parsed = podcastparser.parse("https://questions-asso.example.org/feed.xml", file)
    assert parsed["episodes"][0]["guid"] == item.id
    assert [each["title"] for each in parsed["episodes"][0]["chapters"]] == CHAPTERS


def test_the_feed_has_what_podcasting_2_wants(published):
    show, _ = published
    root = ET.parse(show / "public/feed.xml").getroot()  # noqa: S314 - we wrote it
    podcast = "{https://podcastindex.org/namespace/1.0}"
    channel = root.find("channel")
    assert channel.findtext(f"{podcast}guid") == "0be48c4b-79d4-5f8d-95eb-03a432cbebf1"
    assert channel.findtext(f"{podcast}locked") == "yes"
    item = channel.find("item")
    assert item.find(f"{podcast}license").get("url") == "https://creativecommons.org/licenses/by/2.0/"
    assert item.find(f"{podcast}chapters").get("type") == "application/json+chapters"
    assert {person.text for person in item.findall(f"{podcast}person")} == {
        "Karl",
        "Arnaud",
        "Imadeddine Hassani",
        "Guillaume Desjardins",
    }


def test_the_page_shows_what_the_real_one_shows(published):
    show, _ = published
    text = (show / PAGE).read_text(encoding="utf-8")
    html5lib.HTMLParser(strict=True).parse(text)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
    for fact in (
        "Questions d&#39;asso",
        "Comment ne pas subir sa transformation numérique",
        "22 septembre 2023",
        "Guillaume Desjardins",
        "synchrone.tv",
        "It Goes On...",
        "Sounds of Nowhere",
        "licence non indiquée",
        "CC BY 2.0",
        "Arnaud",
        "Mine de rien",
        "Imadeddine Hassani",
        "chargé de mission numérique",
        "Le Mouvement associatif",
        "La transfo num, quels enjeux pour les assos",
        "Édito",
        "Karl",
        "AntennaPod",
        "PeerTube",
        "Crédit de la couverture non indiqué",
    ):
        assert fact in words, fact
    assert '<html lang="fr"' in text


@pytest.mark.real
@pytest.mark.parametrize(
    "command",
    [
        ("ffmpeg", "-v", "error", "-i", "{}", "-f", "null", "-"),
        ("mpg123", "-q", "-t", "{}"),
        ("mp3val", "{}"),
    ],
    ids=lambda command: command[0],
)
def test_other_peoples_tools_find_nothing_wrong(media, command):
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(
        [part.format(media) for part in command], capture_output=True, text=True, check=True, timeout=120
    )
    assert "WARNING" not in done.stdout
    assert "error" not in (done.stdout + done.stderr).lower()


@pytest.mark.real
def test_ffmpeg_measures_the_same(media):
    if not shutil.which("ffmpeg"):
        pytest.skip("ffmpeg is not installed")
    done = subprocess.run(
        [*["ffmpeg", "-hide_banner", "-nostats", "-i"], str(media), *MEASURE],
        capture_output=True,
        text=True,
        errors="replace",  # FFmpeg cuts long tags at 1024 bytes, inside a letter
        check=True,
        timeout=120,
    )
    said = done.stderr
    assert float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1]) == pytest.approx(-16, abs=0.5)
    assert float(re.findall(r"Peak:\s+(-?[\d.]+) dBFS", said)[-1]) <= -1.0


@pytest.mark.real
def test_ffprobe_reads_length_chapters_and_title(media):
    if not shutil.which("ffprobe"):
        pytest.skip("ffprobe is not installed")
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_chapters", "-show_format", str(media)],
        capture_output=True,
        check=True,
        timeout=60,
    )
    said = json.loads(done.stdout)
    assert [each["tags"]["title"] for each in said["chapters"]] == CHAPTERS
    assert said["format"]["tags"]["title"].startswith("Comment ne pas subir")
    timeline = json.loads((media.parent / "timeline.json").read_text(encoding="utf-8"))
    # ffprobe counts whole frames, the encoder's delay and padding included: two frames at most.
    assert float(said["format"]["duration"]) == pytest.approx(timeline["length_samples"] / 44100, abs=0.053)


def test_the_example_is_small_and_says_that_it_stands_in():
    size = sum(path.stat().st_size for path in EXAMPLE.rglob("*") if _is_tracked(path))
    assert size <= 6_000_000
    assert "stands in for" in (EXAMPLE / "README.md").read_text(encoding="utf-8")


def _is_tracked(path: Path) -> bool:
    made = {"build", "public", ".podtool"}
    return path.is_file() and not made.intersection(path.relative_to(EXAMPLE).parts)
