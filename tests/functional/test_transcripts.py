"""Transcripts follow the edit into every place: build folder, tags, feed, page."""

import json
import re
import shutil

import mutagen
import pytest
from shows import change_text, digests, make_show, said_by

from example import assemble
from podtool.publish.transcript_reading import parse_transcript

VTT = """\
WEBVTT

00:00.100 --> 00:00.600
<v camille>Coupé & jeté.

00:00.800 --> 00:01.400
<v camille>Bonjour à tous.

00:01.400 --> 00:01.900
Merci !
"""
NAMES = ["transcript.vtt", "transcript.srt", "transcript.json", "transcript.txt"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    show = make_show(tmp_path_factory.mktemp("built") / "show", episodes=(1,))
    folder = show / "episodes/01-un"
    (folder / "recordings/voix.vtt").write_text(VTT, encoding="utf-8")
    change_text(
        folder / "episode.yaml",
        "    title: Début\n",
        "    title: Début\n    transcript: recordings/voix.vtt\n    cuts: [[0, 0.7]]\n",
    )
    return show, said_by("assemble", "1", here=show)


@pytest.fixture
def show(built, tmp_path):
    return shutil.copytree(built[0], tmp_path / "show")


def test_four_files_in_episode_time(built):
    show, said = built
    build = show / "episodes/01-un/build"
    assert [each["path"] for each in said["artefacts"] if "transcript" in each["path"]] == [
        f"build/{name}" for name in NAMES
    ]
    cues = parse_transcript((build / "transcript.vtt").read_bytes())
    # A clip slips by up to one frame of the encoder (26 ms).
    assert [(cue.start_ms, cue.end_ms, cue.speaker, cue.text) for cue in cues] == [
        (pytest.approx(113, abs=14), pytest.approx(713, abs=14), "Camille", "Bonjour à tous."),
        (pytest.approx(713, abs=14), pytest.approx(1213, abs=14), "Camille", "Merci !"),
    ]
    assert (build / "transcript.txt").read_text(encoding="utf-8") == (
        "0:00 Début\n\nCamille\u00a0: Bonjour à tous. Merci !\n"
    )
    content = json.loads((build / "transcript.json").read_bytes())
    assert [each["body"] for each in content["segments"]] == ["Bonjour à tous.", "Merci !"]


def test_the_tags_have_the_words(built):
    tags = mutagen.File(built[0] / "episodes/01-un/build/petite-01.mp3").tags
    (text,) = tags.getall("USLT")
    assert "Bonjour à tous. Merci !" in text.text


def test_what_changes_makes_only_what_it_must(show):
    folder = show / "episodes/01-un"

    def built():
        return [step["name"] for step in assemble(folder)["steps"] if step["status"] == "built"]

    assert built() == []
    change_text(folder / "recordings/voix.vtt", "Merci !", "Merci, vraiment !")
    assert built() == ["tag podcast", "transcript", "report"]
    assert "vraiment" in (folder / "build/transcript.txt").read_text(encoding="utf-8")
    change_text(show / "show.yaml", "name: Camille,", "name: Camille Exemple,")
    assert "transcript" in built()
    assert "Camille Exemple" in (folder / "build/transcript.vtt").read_text(encoding="utf-8")
    change_text(folder / "episode.yaml", "    transcript: recordings/voix.vtt\n", "")
    assert "transcript" not in built()
    assert not [name for name in NAMES if (folder / "build" / name).exists()]


def test_another_cut_moves_the_words(show):
    folder = show / "episodes/01-un"
    change_text(folder / "episode.yaml", "cuts: [[0, 0.7]]", "cuts: [[0, 1.3]]")
    assemble(folder)
    cues = parse_transcript((folder / "build/transcript.vtt").read_bytes())
    assert [(cue.start_ms, cue.text) for cue in cues] == [(pytest.approx(113, abs=14), "Merci !")]


def test_feed_and_page_link_them(show, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1705320000")
    said_by("publish", "1", here=show)
    public = show / "public"
    assert {f"episodes/un/{name}" for name in NAMES} <= set(digests(public))
    feed = (public / "feed.xml").read_text(encoding="utf-8")
    found = re.findall(r'<podcast:transcript url="[^"]*/(transcript\.\w+)" type="([^"]+)"', feed)
    assert found == [
        ("transcript.vtt", "text/vtt"),
        ("transcript.srt", "application/x-subrip"),
        ("transcript.json", "application/json"),
        ("transcript.txt", "text/plain"),
    ]
    page = (public / "episodes/un/index.html").read_text(encoding="utf-8")
    assert all(name in page for name in NAMES)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [(None, 4, "recordings/voix.vtt is missing"), ("Bonjour.", 4, "neither WebVTT nor SRT")],
    ids=["missing", "prose"],
)
def test_a_transcript_that_is_none_is_4(show, text, code, words):
    path = show / "episodes/01-un/recordings/voix.vtt"
    path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    before = digests(show / "episodes/01-un/build")
    said = said_by("assemble", "1", here=show, code=code)
    assert words in said["error"]["message"]
    assert digests(show / "episodes/01-un/build") == before


def test_check_tells_of_a_broken_one(show):
    (show / "episodes/01-un/recordings/voix.vtt").write_text("Bonjour.", encoding="utf-8")
    said = said_by("check", "1", here=show, code=1)
    (problem,) = [each for each in said["problems"] if each["rule"] == "TRANSCRIPT-001"]
    assert problem["line"] == 9


def test_the_page_shows_what_is_said_even_where_nothing_is_built(show, monkeypatch):
    """The second time the transcript is taken out of the target, by the sha256 that the ledger has."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1717236000")
    said_by("publish", "1", here=show)
    page = show / "public/episodes/un/index.html"
    text = page.read_text(encoding="utf-8")
    assert re.search(r'<span data-cue="0\.[\d]+">Bonjour à tous\.</span>', text)
    assert "<b>Camille</b>" in text
    shutil.rmtree(show / "episodes/01-un/build")
    said = said_by("publish", "1", here=show)
    assert {change["action"] for change in said["changes"]} == {"same"}
    (show / "public/episodes/un/transcript.json").write_text('{"segments": []}', encoding="utf-8")
    said_by("publish", "1", here=show)
    assert "data-cue" not in page.read_text(encoding="utf-8")
