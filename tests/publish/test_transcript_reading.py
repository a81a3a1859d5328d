"""Transcripts as they come: WebVTT, SRT, and four kinds of JSON, with their oddities."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podtool.errors import SourceError
from podtool.publish.transcript_reading import parse_transcript
from podtool.timeline.cues import Word

VTT = """\
WEBVTT - Essai

STYLE
::cue { color: papayawhip }

NOTE
Une note --> sans importance

intro
00:01.000 --> 00:02.500 align:start position:10%
<v.loud Arnaud>Bonjour &amp; <i>bienvenue</i> !

01:00:03.250 --> 01:00:04.000
Deux <00:00:01.000><c>lignes</c>
en une.
"""
SRT = """\
1
00:00:01,000 --> 00:00:02,500
Arnaud : {\\an8}Bonjour <i>à tous</i>.

2
00:00:03,000 --> 00:00:04,000
Ça continue.

3
00:00:05,000 --> 00:00:06,000
Karl: Merci.
"""


def read(text, name="t"):
    content = text if isinstance(text, bytes) else text.encode()
    return parse_transcript(content, name)


def rows(cues):
    return [(cue.start_ms, cue.end_ms, cue.speaker, cue.text) for cue in cues]


def test_webvtt():
    assert rows(read(VTT)) == [
        (1000, 2500, "Arnaud", "Bonjour & bienvenue !"),
        (3_603_250, 3_604_000, None, "Deux lignes en une."),
    ]


def test_srt_names_go_on():
    assert rows(read(SRT)) == [
        (1000, 2500, "Arnaud", "Bonjour à tous."),
        (3000, 4000, "Arnaud", "Ça continue."),
        (5000, 6000, "Karl", "Merci."),
    ]


@pytest.mark.parametrize("text", [VTT, SRT], ids=["vtt", "srt"])
@pytest.mark.parametrize(
    "written",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.encode("cp1252"),
        lambda text: text.rstrip("\n").encode(),
        lambda text: ("\n\n" + text).encode(),
    ],
    ids=["mark", "utf-16", "crlf", "cr", "cp1252", "no last line end", "empty lines first"],
)
def test_however_it_was_saved(text, written):
    assert rows(read(written(text))) == rows(read(text))


JSON = {
    "podcasting 2.0": {
        "version": "1.0.0",
        "segments": [{"speaker": "Karl", "startTime": 1.0, "endTime": 2.5, "body": " Bonjour  à tous. "}],
    },
    "whisper": {
        "text": "…",
        "language": "fr",
        "segments": [{"id": 0, "start": 1.0, "end": 2.5, "text": " Bonjour à tous.", "speaker": "Karl"}],
    },
    "whisper.cpp": {
        "transcription": [
            {
                "timestamps": {"from": "00:00:01,000", "to": "00:00:02,500"},
                "offsets": {"from": 1000, "to": 2500},
                "text": " Bonjour à tous.",
                "speaker": "Karl",
            }
        ]
    },
    "podlove": [
        {"start": "00:00:01.000", "start_ms": 1000, "end": "00:00:02.500", "end_ms": 2500, "voice": "Karl",
         "speaker": "1", "text": "Bonjour à tous."}
    ],
    "podlove, no milliseconds": {
        "transcripts": [{"start": "00:01.0", "end": "00:02.5", "voice": "Karl", "text": "Bonjour à tous."}]
    },
}  # fmt: skip


@pytest.mark.parametrize("content", JSON.values(), ids=JSON.keys())
def test_json(content):
    assert rows(read(json.dumps(content))) == [(1000, 2500, "Karl", "Bonjour à tous.")]


def test_whisper_words_keep_their_times():
    words = [{"word": " Bonjour", "start": 1.0, "end": 1.4}, {"word": " Karl.", "start": 1.5, "end": 2.0}]
    (cue,) = read(
        json.dumps({"segments": [{"start": 1, "end": 2, "text": " Bonjour Karl.", "words": words}]})
    )
    assert cue.words == (
        Word(start_ms=1000, end_ms=1400, text=" Bonjour"),
        Word(start_ms=1500, end_ms=2000, text=" Karl."),
    )
    del words[1]["start"]  # as whisperX does for figures
    (cue,) = read(
        json.dumps({"segments": [{"start": 1, "end": 2, "text": " Bonjour Karl.", "words": words}]})
    )
    assert cue.words == ()


BROKEN = {
    "empty": (b"", "neither WebVTT nor SRT"),
    "prose": (b"Bonjour.", "neither WebVTT nor SRT"),
    "no cue": (b"WEBVTT\n\nNOTE --> nothing\n", "has no cues"),
    "time": (b"WEBVTT\n\n\n1\n00:01 --> 00:02\nx\n", "t, line 5: '00:01 --> 00:02' is no time"),
    "backwards": (b"1\n00:00:02,000 --> 00:00:01,000\nx\n", "t, line 2: the cue ends at 1000 ms"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0", "not text"),
    "latin": (b"\x81\x8d-->", "not UTF-8"),
    "json": (b'{"segments": [', "line 1 is not JSON"),
    "other json": (b'{"a": 1}', "of no form that podtool knows"),
    "json time": (b'{"segments": [{"start": "x", "end": 2, "text": "a"}]}', "entry 1 has no time"),
    "json backwards": (b'{"segments": [{"start": 3, "end": 2, "text": "a"}]}', "entry 1 ends at 2000 ms"),
    "json entry": (b'{"segments": [{"start": 1, "end": 2, "text": "a"}, 7]}', "entry 2 is no object"),
    "json nan": (b'{"segments": [{"start": NaN, "end": 2, "text": "a"}]}', "entry 1 has no time"),
    "deep": (b"[" * 100_000, "nested too deeply"),
}


@pytest.mark.parametrize(("content", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_none_is_told(content, words):
    with pytest.raises(SourceError) as caught:
        read(content)
    assert words in caught.value.message
    assert caught.value.hint


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_a_transcript_or_a_clear_error(content):
    try:
        cues = read(content)
    except SourceError:
        return
    assert all(cue.end_ms > cue.start_ms >= 0 and cue.text for cue in cues)


@given(st.data())
def test_mutated_files_are_a_transcript_or_a_clear_error(data):
    text = data.draw(st.sampled_from([VTT, SRT, *map(json.dumps, JSON.values())]))
    at = data.draw(st.integers(0, len(text)))
    new = text[:at] + data.draw(st.text(max_size=4)) + text[at + data.draw(st.integers(0, 6)) :]
    with suppress(SourceError):
        assert read(new.encode("utf-8", "replace"))
