"""Transcripts as we write them, read back by others: webvtt-py, srt and our own reader."""

import json

import pytest
import srt
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from podtool.publish.transcript import render_json, render_srt, render_text, render_transcript, render_vtt
from podtool.publish.transcript_reading import parse_transcript
from podtool.show.facts import ChapterFacts
from podtool.timeline.cues import Cue

LONG = (
    "Une association, ce sont des personnes qui mettent en commun, de façon permanente, leurs connaissances "
    "ou leur activité dans un but autre que de partager des bénéfices ; c'est ce que dit la loi de 1901."
)
CUES = (
    Cue(start_ms=0, end_ms=1500, text="Bonjour & bienvenue <ici> !", speaker="Arnaud"),
    Cue(start_ms=1500, end_ms=9000, text=LONG, speaker="Arnaud"),
    Cue(start_ms=3_600_000, end_ms=3_601_000, text="Merci --> beaucoup.", speaker="Karl > tous"),
    Cue(start_ms=3_602_000, end_ms=3_602_100, text="Musique"),
)
CHAPTERS = (
    ChapterFacts(start_ms=0, end_ms=3_600_000, title="Édito"),
    ChapterFacts(start_ms=3_600_000, end_ms=3_700_000, title="Entretien"),
)


def test_webvtt_reads_back(tmp_path):
    (tmp_path / "t.vtt").write_text(render_vtt(CUES), encoding="utf-8", newline="\n")
    captions = list(webvtt.read(tmp_path / "t.vtt"))
    assert captions[0].start == "00:00:00.000"
    assert captions[0].voice == "Arnaud"
    ours = parse_transcript(render_vtt(CUES).encode())
    assert " ".join(cue.text for cue in ours) == " ".join(cue.text for cue in CUES)
    assert [cue.speaker for cue in ours][-2:] == ["Karl > tous", None]
    assert ours[-1].end_ms == 3_602_100


def test_lines_are_short_enough():
    vtt = [line for line in render_vtt(CUES).splitlines() if "-->" not in line or "--&gt;" in line]
    assert all(len(line.replace("<v Arnaud>", "")) <= 65 + len("<v Karl &gt; tous>") for line in vtt)
    subtitles = list(srt.parse(render_srt(CUES)))
    for each in subtitles:
        lines = each.content.split("\n")
        assert len(lines) <= 2
        assert all(len(line) <= 32 for line in lines)
    assert [each.index for each in subtitles] == list(range(1, len(subtitles) + 1))


def test_srt_names_who_begins_to_speak():
    text = render_srt(CUES)
    assert text.count("Arnaud: ") == 1
    assert "Karl > tous: " in text


def test_json_is_podcasting_2():
    content = json.loads(render_json(CUES))
    assert content["version"] == "1.0.0"
    assert content["segments"][0] == {
        "speaker": "Arnaud",
        "startTime": 0.0,
        "endTime": 1.5,
        "body": "Bonjour & bienvenue <ici> !",
    }
    assert "speaker" not in content["segments"][3]


def test_text_is_for_reading():
    text = render_text(CUES, CHAPTERS, "fr")
    assert text.startswith("0:00 Édito\n\nArnaud\u00a0: Bonjour & bienvenue <ici> ! Une association")
    assert "1:00:00 Entretien\n\nKarl > tous\u00a0: Merci --> beaucoup.\n\nMusique\n" in text


def test_nothing_said_is_nothing_written():
    files = render_transcript((), (), "fr")
    assert files["transcript.vtt"] == b"WEBVTT\n"
    assert files["transcript.txt"] == b""


TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=200).map(
    lambda text: " ".join(text.split(" ")).strip()
)


@st.composite
def spoken(draw):
    at, cues = 0, []
    for _ in range(draw(st.integers(1, 6))):
        start = at + draw(st.integers(0, 500))
        at = start + draw(st.integers(1, 5000))
        text = draw(TEXTS.filter(lambda text: text.strip()))
        cues.append(
            Cue(start_ms=start, end_ms=at, text=text, speaker=draw(st.sampled_from([None, "Karl", "Éva"])))
        )
    return tuple(cues)


@given(spoken())
def test_any_speech_is_valid_in_every_form(cues):
    vtt = render_vtt(cues)
    starts = [
        line for line in vtt.splitlines() if " --> " in line and line[:2].isdigit() and line[2:3] == ":"
    ]
    assert len(starts) >= len(cues)
    for each in srt.parse(render_srt(cues)):
        assert each.end > each.start
    assert len(json.loads(render_json(cues))["segments"]) == len(cues)
    assert render_vtt(cues) == vtt


@pytest.mark.parametrize("width", ["x" * 300, "é" * 64 + " " + "è" * 66])
def test_words_without_end_are_cut(width):
    text = render_srt((Cue(start_ms=0, end_ms=3, text=width),))
    times = [each.end - each.start for each in srt.parse(text)]
    assert all(time.total_seconds() > 0 for time in times)
